//! Everything that is sent or signed has the bytes it always had, and is still read from them.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use protocol::content::{Body, Content, HandshakeContext};
use protocol::frame::{ClientFrame, ControlKind, IdentityTarget, Payload, Request, Response, ServerFrame};
use protocol::identity::{IdentityLog, SignedEntry};
use protocol::link::{LinkBody, LinkSecret, LinkSecretBody, LinkWord};
use protocol::{Bytes, content};

use crate::samples::{
    contents, context, entries, identity_log, leaf, link_secrets, link_words, requests, responses,
};

const GOLDEN: &str = include_str!("../golden/frames.txt");

#[test]
fn everything_has_the_bytes_it_always_had() {
    let shown: String =
        lines().into_iter().map(|(name, bytes)| format!("{name} {}\n", HEXLOWER.encode(&bytes))).collect();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/frames.txt"), &shown).unwrap();
        return;
    }
    for (line, golden) in shown.lines().zip(GOLDEN.lines()) {
        assert_eq!(line, golden);
    }
    assert_eq!(shown.lines().count(), GOLDEN.lines().count());
}

#[test]
fn what_was_written_once_is_still_read() {
    for body in requests() {
        let frame = ClientFrame { request_id: 7, body };
        assert!(
            golden("request").any(|bytes| ClientFrame::decode(bytes).as_ref() == Ok(&frame)),
            "{frame:?}"
        );
    }
    for body in responses() {
        let frame = ServerFrame { request_id: 7, body };
        assert!(
            golden("response").any(|bytes| ServerFrame::decode(bytes).as_ref() == Ok(&frame)),
            "{frame:?}"
        );
    }
    for content in contents() {
        assert!(
            golden("content").any(|bytes| Content::decode(&bytes).as_ref() == Ok(&content)),
            "{content:?}"
        );
    }
    for word in link_words() {
        assert!(golden("word").any(|bytes| LinkWord::decode(&bytes).as_ref() == Ok(&word)), "{word:?}");
    }
    for secret in link_secrets() {
        assert!(
            golden("secret").any(|bytes| LinkSecret::decode(&bytes).as_ref() == Ok(&secret)),
            "{secret:?}"
        );
    }
    assert!(golden("context").all(|bytes| HandshakeContext::decode(&bytes).as_ref() == Ok(&context())));
    let entries = golden("identity").map(|bytes| {
        let (body, signature) = bytes.split_at(bytes.len() - 64);
        SignedEntry { body: Bytes::copy_from_slice(body), signature: signature.try_into().unwrap() }
    });
    let log = IdentityLog::verify(identity_log().account(), entries).unwrap();
    assert_eq!(log.head(), identity_log().head());
}

#[test]
fn no_kind_is_without_its_golden_bytes() {
    check(Request::KINDS, requests().iter().map(Request::kind));
    check(Response::KINDS, responses().iter().map(Response::kind));
    check(Body::KINDS, contents().iter().map(|content| content.body.kind()));
    check(LinkBody::KINDS, link_words().iter().map(|word| word.body.kind()));
    check(LinkSecretBody::KINDS, link_secrets().iter().map(|secret| secret.body.kind()));
    check(Payload::KINDS, entries().iter().map(|entry| entry.payload.kind()));
    let controls = entries().into_iter().filter_map(|entry| match entry.payload {
        Payload::Control(control) => Some(control.kind.kind()),
        Payload::Application(_) | Payload::Handshake(_) => None,
    });
    check(ControlKind::KINDS, controls);
    let targets = requests().into_iter().filter_map(|request| match request {
        Request::IdentityFetch(fetch) => Some(fetch.target.kind()),
        _ => None,
    });
    check(IdentityTarget::KINDS, targets);
    let kinds = identity_log()
        .entries_from(0)
        .map(|entry| entry.decode_body().unwrap().kind.kind())
        .collect::<Vec<_>>();
    check(protocol::identity::EntryKind::KINDS, kinds.into_iter());
}

#[track_caller]
fn check(all: &[&str], sampled: impl Iterator<Item = &'static str>) {
    let sampled: BTreeSet<&str> = sampled.collect();
    assert_eq!(sampled, all.iter().copied().collect());
}

fn lines() -> Vec<(String, Vec<u8>)> {
    let mut lines = Vec::new();
    for body in requests() {
        let name = format!("request {}", body.kind());
        lines.push((name, ClientFrame { request_id: 7, body }.encode().to_vec()));
    }
    for body in responses() {
        let name = format!("response {}", body.kind());
        lines.push((name, ServerFrame { request_id: 7, body }.encode().to_vec()));
    }
    for content in contents() {
        lines.push((format!("content {}", content.body.kind()), content.encode()));
    }
    for word in link_words() {
        lines.push((format!("word {}", word.body.kind()), word.encode()));
    }
    for secret in link_secrets() {
        lines.push((format!("secret {}", secret.body.kind()), secret.encode()));
    }
    lines.push(("context heads".to_owned(), context().encode()));
    for entry in identity_log().entries_from(0) {
        let bytes = [entry.body.as_ref(), &entry.signature].concat();
        lines.push((format!("identity {}", entry.decode_body().unwrap().kind.kind()), bytes));
    }
    lines.push(("head identity".to_owned(), identity_log().head().hash.to_vec()));
    lines.push(("head digest".to_owned(), content::heads_digest(&context().heads).to_vec()));
    lines.push(("credential leaf".to_owned(), leaf().encode()));
    lines
}

/// The bytes of a sort, in order.
fn golden(sort: &str) -> impl Iterator<Item = Bytes> {
    GOLDEN
        .lines()
        .filter_map(move |line| line.strip_prefix(sort)?.strip_prefix(' '))
        .map(|line| line.split(' ').next_back().unwrap_or_default())
        .map(|hex| HEXLOWER.decode(hex.as_bytes()).unwrap().into())
}
