//! The secret tree and the sender data (RFC 9420 §6.3, §9).

use super::files::{OfSuite, offered};
use super::*;

#[derive(Deserialize)]
struct SecretTree {
    cipher_suite: u16,
    encryption_secret: Hex,
    sender_data: SenderData,
    leaves: Vec<Vec<Generation>>,
}

impl OfSuite for SecretTree {
    fn suite(&self) -> u16 {
        self.cipher_suite
    }
}

#[derive(Deserialize)]
struct SenderData {
    sender_data_secret: Hex,
    ciphertext: Hex,
    key: Hex,
    nonce: Hex,
}

#[derive(Deserialize)]
struct Generation {
    generation: u32,
    application_key: Hex,
    application_nonce: Hex,
    handshake_key: Hex,
    handshake_nonce: Hex,
}

/// Which of a leaf's two ratchets.
#[derive(Clone, Copy)]
pub(super) enum Ratchet {
    Handshake,
    Application,
}

/// The secret of a leaf in a full tree of so many leaves.
fn leaf_secret(kdf: &Kdf, root: &[u8], leaves: u32, leaf: u32) -> Vec<u8> {
    let depth = leaves.next_power_of_two().trailing_zeros();
    let turns =
        (0..depth).rev().map(|level| if leaf >> level & 1 == 0 { b"left".as_slice() } else { b"right" });
    turns.fold(root.to_vec(), |secret, turn| kdf.expand_with_label(&secret, "tree", turn, kdf.hash_bytes()))
}

/// The key and nonce of one message.
pub(super) fn message_key(
    kdf: &Kdf,
    encryption_secret: &[u8],
    leaves: u32,
    leaf: u32,
    ratchet: Ratchet,
    generation: u32,
) -> (Vec<u8>, Vec<u8>) {
    let label = match ratchet {
        Ratchet::Handshake => "handshake",
        Ratchet::Application => "application",
    };
    let leaf_secret = leaf_secret(kdf, encryption_secret, leaves, leaf);
    let mut secret = kdf.derive_secret(&leaf_secret, label);
    for passed in 0..generation {
        secret = kdf.derive_tree_secret(&secret, "secret", passed, kdf.hash_bytes());
    }
    let key = kdf.derive_tree_secret(&secret, "key", generation, kdf.key_bytes());
    (key, kdf.derive_tree_secret(&secret, "nonce", generation, kdf.nonce_bytes()))
}

/// The key and nonce that hide a message's sender.
pub(super) fn sender_data_key(kdf: &Kdf, secret: &[u8], ciphertext: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let sample = &ciphertext[..ciphertext.len().min(kdf.hash_bytes())];
    let key = kdf.expand_with_label(secret, "key", sample, kdf.key_bytes());
    (key, kdf.expand_with_label(secret, "nonce", sample, kdf.nonce_bytes()))
}

#[test]
fn message_keys_are_as_the_vectors_say() {
    for tree in offered::<SecretTree>("secret-tree") {
        let kdf = Kdf::of(tree.cipher_suite);
        let SenderData { sender_data_secret, ciphertext, key, nonce } = &tree.sender_data;
        assert_eq!(sender_data_key(&kdf, sender_data_secret, ciphertext), (key.0.clone(), nonce.0.clone()));
        let leaves = u32::try_from(tree.leaves.len()).expect("there are few leaves");
        for (leaf, generations) in (0..).zip(&tree.leaves) {
            for known in generations {
                let expected = [
                    (Ratchet::Application, &known.application_key, &known.application_nonce),
                    (Ratchet::Handshake, &known.handshake_key, &known.handshake_nonce),
                ];
                for (ratchet, key, nonce) in expected {
                    let found =
                        message_key(&kdf, &tree.encryption_secret, leaves, leaf, ratchet, known.generation);
                    assert_eq!(found, (key.0.clone(), nonce.0.clone()));
                }
            }
        }
    }
}
