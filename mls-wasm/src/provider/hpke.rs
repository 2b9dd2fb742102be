//! HPKE base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, and the suites' two AEADs.

use hkdf::Hkdf;
use sha2::Sha256;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

const KEM_SUITE: &[u8] = b"KEM\x00\x20";
const HASH_BYTES: usize = 32;

/// An AEAD by its HPKE number and key length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HpkeAead {
    Aes128Gcm,
    ChaCha20Poly1305,
}

impl HpkeAead {
    const fn number(self) -> u8 {
        match self {
            Self::Aes128Gcm => 1,
            Self::ChaCha20Poly1305 => 3,
        }
    }

    const fn key_bytes(self) -> usize {
        match self {
            Self::Aes128Gcm => 16,
            Self::ChaCha20Poly1305 => 32,
        }
    }
}

/// The key exchange gave the all-zero secret: the other side's key is not a fresh point.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WeakKey;

/// What both sides know after the key exchange.
pub(crate) struct Context {
    suite: [u8; 10],
    pub(crate) key: Zeroizing<Vec<u8>>,
    pub(crate) nonce: [u8; 12],
    exporter_secret: Zeroizing<[u8; HASH_BYTES]>,
}

/// A key pair from input keying material (RFC 9180 §7.1.3).
pub(crate) fn derive_key_pair(keying_material: &[u8]) -> (Zeroizing<[u8; 32]>, [u8; 32]) {
    let prk = labeled_extract(KEM_SUITE, b"", b"dkp_prk", keying_material);
    let mut secret = Zeroizing::new([0; 32]);
    labeled_expand(KEM_SUITE, &prk, b"sk", b"", secret.as_mut_slice());
    let public = PublicKey::from(&StaticSecret::from(*secret));
    (secret, public.to_bytes())
}

/// The sender's context, and the encapsulated key to send along. `ephemeral` is used once.
pub(crate) fn setup_sender(
    aead: HpkeAead,
    ephemeral: &[u8; 32],
    recipient: &[u8; 32],
    info: &[u8],
) -> Result<([u8; 32], Context), WeakKey> {
    let ephemeral = StaticSecret::from(*ephemeral);
    let encapsulated = PublicKey::from(&ephemeral).to_bytes();
    let exchanged = ephemeral.diffie_hellman(&PublicKey::from(*recipient));
    let context = schedule(aead, exchanged, &encapsulated, recipient, info)?;
    Ok((encapsulated, context))
}

/// The recipient's context.
pub(crate) fn setup_receiver(
    aead: HpkeAead,
    encapsulated: &[u8; 32],
    secret: &[u8; 32],
    info: &[u8],
) -> Result<Context, WeakKey> {
    let secret = StaticSecret::from(*secret);
    let recipient = PublicKey::from(&secret).to_bytes();
    let exchanged = secret.diffie_hellman(&PublicKey::from(*encapsulated));
    schedule(aead, exchanged, encapsulated, &recipient, info)
}

impl Context {
    /// A secret for use outside (RFC 9180 §5.3).
    pub(crate) fn export(&self, exporter_context: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        let mut exported = Zeroizing::new(vec![0; length]);
        labeled_expand(&self.suite, &self.exporter_secret, b"sec", exporter_context, &mut exported);
        exported
    }
}

fn schedule(
    aead: HpkeAead,
    exchanged: x25519_dalek::SharedSecret,
    encapsulated: &[u8; 32],
    recipient: &[u8; 32],
    info: &[u8],
) -> Result<Context, WeakKey> {
    if !exchanged.was_contributory() {
        return Err(WeakKey);
    }
    let kem_context = [encapsulated.as_slice(), recipient].concat();
    let prk = labeled_extract(KEM_SUITE, b"", b"eae_prk", exchanged.as_bytes());
    let mut shared = Zeroizing::new([0; HASH_BYTES]);
    labeled_expand(KEM_SUITE, &prk, b"shared_secret", &kem_context, shared.as_mut_slice());

    let suite = *b"HPKE\x00\x20\x00\x01\x00\x00";
    let suite: [u8; 10] = std::array::from_fn(|at| if at == 9 { aead.number() } else { suite[at] });
    let psk_id_hash = labeled_extract(&suite, b"", b"psk_id_hash", b"");
    let info_hash = labeled_extract(&suite, b"", b"info_hash", info);
    let base_mode = [0u8];
    let schedule_context = [base_mode.as_slice(), psk_id_hash.as_slice(), info_hash.as_slice()].concat();
    let secret = labeled_extract(&suite, shared.as_slice(), b"secret", b"");

    let mut key = Zeroizing::new(vec![0; aead.key_bytes()]);
    labeled_expand(&suite, &secret, b"key", &schedule_context, &mut key);
    let mut nonce = [0; 12];
    labeled_expand(&suite, &secret, b"base_nonce", &schedule_context, &mut nonce);
    let mut exporter_secret = Zeroizing::new([0; HASH_BYTES]);
    labeled_expand(&suite, &secret, b"exp", &schedule_context, exporter_secret.as_mut_slice());
    Ok(Context { suite, key, nonce, exporter_secret })
}

fn labeled_extract(suite: &[u8], salt: &[u8], label: &[u8], material: &[u8]) -> Zeroizing<[u8; HASH_BYTES]> {
    let labeled = Zeroizing::new([b"HPKE-v1", suite, label, material].concat());
    let (prk, _) = Hkdf::<Sha256>::extract(Some(salt), &labeled);
    Zeroizing::new(prk.into())
}

fn labeled_expand(suite: &[u8], prk: &[u8; HASH_BYTES], label: &[u8], info: &[u8], bytes: &mut [u8]) {
    let length = u16::try_from(bytes.len()).expect("HPKE expands to less than 64 KiB").to_be_bytes();
    Hkdf::<Sha256>::from_prk(prk)
        .expect("a pseudorandom key is as long as the hash")
        .expand_multi_info(&[&length, b"HPKE-v1", suite, label, info], bytes)
        .expect("HPKE expands within HKDF's limit");
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    const INFO: [u8; 20] = hex!("4f6465206f6e2061204772656369616e2055726e");

    #[test]
    fn rfc_9180_a_1_1_with_aes_128_gcm() {
        let (ephemeral, encapsulated) =
            derive_key_pair(&hex!("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234"));
        assert_eq!(*ephemeral, hex!("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"));
        let (secret, recipient) =
            derive_key_pair(&hex!("6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037"));
        check(
            HpkeAead::Aes128Gcm,
            &ephemeral,
            &encapsulated,
            &secret,
            &recipient,
            &hex!("4531685d41d65f03dc48f6b8302c05b0"),
            &hex!("56d890e5accaaf011cff4b7d"),
            &hex!("3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee"),
        );
    }

    #[test]
    fn rfc_9180_a_2_1_with_chacha20_poly1305() {
        let (ephemeral, encapsulated) =
            derive_key_pair(&hex!("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b"));
        let (secret, recipient) =
            derive_key_pair(&hex!("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df"));
        check(
            HpkeAead::ChaCha20Poly1305,
            &ephemeral,
            &encapsulated,
            &secret,
            &recipient,
            &hex!("ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91"),
            &hex!("5c4d98150661b848853b547f"),
            &hex!("4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e"),
        );
    }

    #[test]
    fn a_key_that_adds_nothing_is_refused() {
        assert_eq!(setup_sender(HpkeAead::Aes128Gcm, &[7; 32], &[0; 32], b"").err(), Some(WeakKey));
    }

    #[track_caller]
    #[expect(clippy::too_many_arguments, reason = "one row of a vector")]
    fn check(
        aead: HpkeAead,
        ephemeral: &[u8; 32],
        encapsulated: &[u8; 32],
        secret: &[u8; 32],
        recipient: &[u8; 32],
        key: &[u8],
        nonce: &[u8; 12],
        exported: &[u8],
    ) {
        let (sent, sender) = setup_sender(aead, ephemeral, recipient, &INFO).unwrap();
        let receiver = setup_receiver(aead, encapsulated, secret, &INFO).unwrap();
        assert_eq!(&sent, encapsulated);
        for context in [sender, receiver] {
            assert_eq!((context.key.as_slice(), &context.nonce), (key, nonce));
            assert_eq!(context.export(b"", 32).as_slice(), exported);
        }
    }
}
