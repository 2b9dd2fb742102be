//! Lengths, and messages as they are signed, tagged and sealed (RFC 9420 §2.1, §6).

use super::files::{OfSuite, offered, vectors};
use super::labels::vector;
use super::schedule::group_context;
use super::secret_tree::{Ratchet, message_key, sender_data_key};
use super::*;
use crate::framing::{Reader, WireFormat, open_frame};

#[derive(Deserialize)]
struct Length {
    vlbytes_header: Hex,
    length: usize,
}

#[test]
fn lengths_are_read_as_the_vectors_say() {
    for known in vectors::<Length>("deserialization") {
        let mut reader = Reader(&known.vlbytes_header);
        assert_eq!(reader.length(), Ok(known.length));
        assert_eq!(reader.end(), Ok(()));
    }
}

#[derive(Deserialize)]
struct Protection {
    cipher_suite: u16,
    group_id: Hex,
    epoch: u64,
    tree_hash: Hex,
    confirmed_transcript_hash: Hex,
    signature_pub: Hex,
    encryption_secret: Hex,
    sender_data_secret: Hex,
    membership_key: Hex,
    proposal: Hex,
    proposal_priv: Hex,
    proposal_pub: Hex,
    commit: Hex,
    commit_priv: Hex,
    commit_pub: Hex,
    application: Hex,
    application_priv: Hex,
}

impl OfSuite for Protection {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

/// The group of these vectors.
const LEAVES: u32 = 2;
const SENDER: u32 = 1;
const MEMBER: u8 = 1;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Application = 1,
    Proposal = 2,
    Commit = 3,
}

impl Protection {
    fn context(&self) -> Vec<u8> {
        group_context(
            self.cipher_suite,
            &self.group_id,
            self.epoch,
            &self.tree_hash,
            &self.confirmed_transcript_hash,
        )
    }

    /// What a member of the group signs.
    fn to_be_signed(&self, format: WireFormat, content: Content, associated: &[u8], body: &[u8]) -> Vec<u8> {
        const MLS_1_0: u16 = 1;
        [
            MLS_1_0.to_be_bytes().as_slice(),
            &(format as u16).to_be_bytes(),
            &vector(&self.group_id),
            &self.epoch.to_be_bytes(),
            &[MEMBER],
            &SENDER.to_be_bytes(),
            &vector(associated),
            &[content as u8],
            body,
            &self.context(),
        ]
        .concat()
    }

    /// Reads the signature, which must be the sender's, and a commit's confirmation tag.
    fn require_signed(&self, kdf: &Kdf, signed: &[u8], content: Content, reader: &mut Reader<'_>) {
        let signature = reader.vector().unwrap();
        assert!(kdf.verify_with_label(&self.signature_pub, "FramedContentTBS", signed, signature));
        if content == Content::Commit {
            reader.vector().unwrap();
        }
    }

    /// Reads what every frame begins with: which group's it is, and of which epoch.
    fn require_header<'a>(&self, expected: WireFormat, message: &'a [u8]) -> (&'a [u8], Reader<'a>) {
        let (format, frame) = open_frame(message).unwrap();
        assert_eq!(format, expected);
        let mut reader = Reader(frame);
        assert_eq!(reader.vector().unwrap(), &*self.group_id);
        assert_eq!(reader.u64().unwrap(), self.epoch);
        (frame, reader)
    }

    fn require_public(&self, content: Content, body: &[u8], message: &[u8]) {
        let kdf = Kdf::of(self.cipher_suite);
        let format = WireFormat::PublicMessage;
        let (_, mut reader) = self.require_header(format, message);
        assert_eq!((reader.byte().unwrap(), reader.u32().unwrap()), (MEMBER, SENDER));
        let associated = reader.vector().unwrap();
        assert_eq!(reader.byte().unwrap(), content as u8);
        assert_eq!(reader.take(body.len()).unwrap(), body);
        let signed = self.to_be_signed(format, content, associated, body);
        let at_signature = reader.0;
        self.require_signed(&kdf, &signed, content, &mut reader);
        let authenticated = &at_signature[..at_signature.len() - reader.0.len()];
        let tag = kdf.mac(&self.membership_key, &[&signed, authenticated].concat());
        assert_eq!(reader.vector().unwrap(), tag);
        reader.end().unwrap();
    }

    fn require_private(&self, content: Content, body: &[u8], message: &[u8]) {
        let kdf = Kdf::of(self.cipher_suite);
        let format = WireFormat::PrivateMessage;
        let (frame, mut reader) = self.require_header(format, message);
        assert_eq!(reader.byte().unwrap(), content as u8);
        let header = &frame[..frame.len() - reader.0.len()];
        let associated = reader.vector().unwrap();
        let content_header = &frame[..frame.len() - reader.0.len()];
        let [sender_data, sealed] = [(); 2].map(|()| reader.vector().unwrap());
        reader.end().unwrap();

        let (key, nonce) = sender_data_key(&kdf, &self.sender_data_secret, sealed);
        let sender_data = kdf.open(&key, &nonce, header, sender_data).expect("the sender data opens");
        let mut sender = Reader(&sender_data);
        assert_eq!(sender.u32().unwrap(), SENDER);
        let generation = sender.u32().unwrap();
        let guard: [u8; 4] = sender.array().unwrap();
        let ratchet = if content == Content::Application { Ratchet::Application } else { Ratchet::Handshake };
        let (key, mut nonce) =
            message_key(&kdf, &self.encryption_secret, LEAVES, SENDER, ratchet, generation);
        nonce.iter_mut().zip(guard).for_each(|(byte, guard)| *byte ^= guard);

        let opened = kdf.open(&key, &nonce, content_header, sealed).expect("the content opens");
        let mut reader = Reader(&opened);
        assert_eq!(reader.take(body.len()).unwrap(), body);
        let signed = self.to_be_signed(format, content, associated, body);
        self.require_signed(&kdf, &signed, content, &mut reader);
        assert!(reader.0.iter().all(|padding| *padding == 0));
    }
}

#[test]
fn messages_are_signed_tagged_and_sealed_as_the_vectors_say() {
    for protection in offered::<Protection>("message-protection") {
        protection.require_public(Content::Proposal, &protection.proposal, &protection.proposal_pub);
        protection.require_public(Content::Commit, &protection.commit, &protection.commit_pub);
        protection.require_private(Content::Proposal, &protection.proposal, &protection.proposal_priv);
        protection.require_private(Content::Commit, &protection.commit, &protection.commit_priv);
        let application = vector(&protection.application);
        protection.require_private(Content::Application, &application, &protection.application_priv);
    }
}
