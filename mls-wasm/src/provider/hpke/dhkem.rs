//! DHKEM(X25519, HKDF-SHA256) (RFC 9180 §4.1).

use protocol::base_point::x25519_public;
use x25519_dalek::{PublicKey, SharedSecret, StaticSecret};
use zeroize::Zeroizing;

use super::labeled::{labeled_expand, labeled_extract};
use super::{BadKey, EPHEMERAL_BYTES, Shared, key};

pub(super) const NUMBER: [u8; 2] = [0x00, 0x20];

const SUITE: &[u8] = b"KEM\x00\x20";

/// RFC 9180 §7.1.3.
pub(super) fn derive_key_pair(keying_material: &[u8]) -> (Zeroizing<[u8; 32]>, Vec<u8>) {
    let prk = labeled_extract(SUITE, b"", b"dkp_prk", keying_material);
    let mut secret = Zeroizing::new([0; 32]);
    labeled_expand(SUITE, &prk, b"sk", b"", secret.as_mut_slice());
    let public = x25519_public(&secret).to_vec();
    (secret, public)
}

/// Takes the first half of the ephemeral bytes.
pub(super) fn encapsulate(
    ephemeral: &[u8; EPHEMERAL_BYTES],
    recipient: &[u8],
) -> Result<(Vec<u8>, Shared), BadKey> {
    let recipient = key(recipient)?;
    let ephemeral = key(&ephemeral[..32])?;
    let encapsulated = x25519_public(ephemeral);
    let exchanged = StaticSecret::from(*ephemeral).diffie_hellman(&PublicKey::from(*recipient));
    let shared = extract_and_expand(&exchanged, &encapsulated, recipient)?;
    Ok((encapsulated.to_vec(), shared))
}

pub(super) fn decapsulate(encapsulated: &[u8], secret: &[u8]) -> Result<Shared, BadKey> {
    let encapsulated = key(encapsulated)?;
    let secret = key(secret)?;
    let recipient = x25519_public(secret);
    let exchanged = StaticSecret::from(*secret).diffie_hellman(&PublicKey::from(*encapsulated));
    extract_and_expand(&exchanged, encapsulated, &recipient)
}

fn extract_and_expand(
    exchanged: &SharedSecret,
    encapsulated: &[u8; 32],
    recipient: &[u8; 32],
) -> Result<Shared, BadKey> {
    if !exchanged.was_contributory() {
        return Err(BadKey::Weak);
    }
    let context = [encapsulated.as_slice(), recipient].concat();
    let prk = labeled_extract(SUITE, b"", b"eae_prk", exchanged.as_bytes());
    let mut shared = Zeroizing::new([0; 32]);
    labeled_expand(SUITE, &prk, b"shared_secret", &context, shared.as_mut_slice());
    Ok(shared)
}
