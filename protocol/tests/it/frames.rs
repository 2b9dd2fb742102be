//! Every frame has the bytes it always had, and no foreign bytes do harm.

use data_encoding::HEXLOWER;
use proptest::prelude::*;
use protocol::content::{Body, CONTENT_VERSION, Content, HandshakeContext, Text};
use protocol::frame::{ClientFrame, ServerFrame};
use protocol::identity::{AccountHead, Head};
use protocol::{AccountId, Bytes, DecodeError, MessageId, Timestamp, limits};

use crate::samples::{requests, responses};

const GOLDEN: &str = include_str!("../golden/frames.txt");

#[test]
fn every_frame_has_the_bytes_it_always_had() {
    let mut lines: Vec<String> = Vec::new();
    for body in requests() {
        let frame = ClientFrame { request_id: 7, body };
        let encoded = frame.clone().encode();
        assert_eq!(ClientFrame::decode(encoded.clone()), Ok(frame));
        lines.push(format!("client {}", HEXLOWER.encode(&encoded)));
    }
    for body in responses() {
        let frame = ServerFrame { request_id: 7, body };
        let encoded = frame.clone().encode();
        assert_eq!(ServerFrame::decode(encoded.clone()), Ok(frame));
        lines.push(format!("server {}", HEXLOWER.encode(&encoded)));
    }
    lines.push(format!("content {}", HEXLOWER.encode(&content().encode())));
    lines.push(format!("context {}", HEXLOWER.encode(&context().encode())));
    let shown = lines.join("\n") + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/frames.txt"), &shown).unwrap();
        return;
    }
    for (line, golden) in lines.iter().zip(GOLDEN.lines()) {
        assert_eq!(line, golden);
    }
    assert_eq!(lines.len(), GOLDEN.lines().count());
}

#[test]
fn a_frame_cut_off_anywhere_is_refused_or_read_but_never_panics() {
    for body in requests() {
        let encoded = ClientFrame { request_id: 7, body }.encode();
        for length in 0..encoded.len() {
            let _ = ClientFrame::decode(encoded.slice(..length));
        }
    }
}

#[test]
fn a_frame_over_its_limit_is_refused_as_such() {
    let bytes = Bytes::from(vec![0; limits::FRAME_BYTES_MAX + 1]);
    assert_eq!(ClientFrame::decode(bytes), Err(DecodeError::Limit("frame")));
}

#[test]
fn a_frame_of_a_newer_version_is_told_apart_and_its_request_can_be_answered() {
    // Request id 7, and a body under a field number that this version does not know.
    let newer = [0x08, 7, 0xC2, 0x3E, 0];
    assert!(matches!(ClientFrame::decode(Bytes::copy_from_slice(&newer)), Err(DecodeError::Unknown(_))));
    assert_eq!(ClientFrame::request_id_of(&newer), 7);
}

#[test]
fn heads_out_of_order_or_named_twice_are_refused() {
    let mut context = context();
    context.heads.reverse();
    assert!(HandshakeContext::decode(&context.clone().encode()).is_err());
    context.heads[1] = context.heads[0];
    assert!(HandshakeContext::decode(&context.encode()).is_err());
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = ClientFrame::decode(Bytes::from(bytes.clone()));
        let _ = ServerFrame::decode(Bytes::from(bytes.clone()));
        let _ = Content::decode(&bytes);
        let _ = HandshakeContext::decode(&bytes);
    }
}

fn content() -> Content {
    Content {
        version: CONTENT_VERSION,
        message: MessageId::from_bytes([1; 16]),
        sent_at: Timestamp::from_millis(1_700_000_000_000),
        sender_head: Head { length: 2, hash: [5; 32] },
        heads_digest: [6; 32],
        body: Body::Text(Text { text: "hello".into() }),
    }
}

fn context() -> HandshakeContext {
    let head = |byte: u8| AccountHead {
        account: AccountId::from_bytes([byte; 32]),
        head: Head { length: 1, hash: [byte; 32] },
    };
    HandshakeContext::new(vec![head(2), head(1)])
}
