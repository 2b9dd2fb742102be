//! No foreign bytes do harm.

use proptest::prelude::*;
use protocol::content::{Content, HandshakeContext};
use protocol::frame::{ClientFrame, ServerFrame};
use protocol::identity::{IdentityLog, LeafIdentity, SignedEntry};
use protocol::{Bytes, DecodeError, limits};

use crate::samples::{contents, context, identity_log, requests, responses};

/// Cut off anywhere, or with any one byte changed: refused, or read as something else.
#[test]
fn damaged_bytes_never_panic() {
    for body in requests() {
        damage(&ClientFrame { request_id: 7, body }.encode(), |bytes| drop(ClientFrame::decode(bytes)));
    }
    for body in responses() {
        damage(&ServerFrame { request_id: 7, body }.encode(), |bytes| drop(ServerFrame::decode(bytes)));
    }
    for content in contents() {
        damage(&content.encode(), |bytes| drop(Content::decode(&bytes)));
    }
    damage(&context().encode(), |bytes| drop(HandshakeContext::decode(&bytes)));
    let log = identity_log();
    let entries: Vec<SignedEntry> = log.entries_from(0).cloned().collect();
    for (index, entry) in entries.iter().enumerate() {
        damage(&entry.body, |body| {
            let mut entries = entries.clone();
            entries[index].body = body;
            let is_whole = entries[index] == *entry;
            assert_eq!(IdentityLog::verify(log.account(), entries).is_ok(), is_whole);
        });
    }
}

fn damage(whole: &[u8], decode: impl Fn(Bytes)) {
    for index in 0..whole.len() {
        decode(Bytes::copy_from_slice(&whole[..index]));
        let mut changed = whole.to_vec();
        changed[index] ^= 0x41;
        decode(changed.into());
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
        let _ = LeafIdentity::decode(&bytes);
    }
}
