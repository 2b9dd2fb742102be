//! X-Wing (draft-connolly-cfrg-xwing-kem-06): ML-KEM-768 beside X25519. Whoever wants the secret has to break both.
//!
//! A secret key is the 32-byte seed that both keys come from. ML-KEM refuses nothing that has the right length: from a
//! changed ciphertext the recipient gets another secret, and what was sealed does not open.

use ml_kem::{
    B32, Decapsulate, DecapsulationKey768, EncapsulationKey768, KeyExport, Seed, TryKeyInit, ml_kem_768,
};
use protocol::base_point::x25519_public;
use sha3::{Digest, Sha3_256};
use shake::{ExtendableOutput, Shake256, Update, XofReader};
use x25519_dalek::{PublicKey, SharedSecret, StaticSecret};
use zeroize::Zeroizing;

use super::{BadKey, EPHEMERAL_BYTES, Shared, key};

pub(super) const NUMBER: [u8; 2] = [0x64, 0x7A];

/// X-Wing's emblem.
const LABEL: &[u8; 6] = br"\.//^\";

const ML_KEM_PUBLIC_BYTES: usize = 1184;
const ML_KEM_CIPHERTEXT_BYTES: usize = 1088;

/// As of the draft's sixth version, which OpenMLS follows: SHAKE-256 without labels.
pub(super) fn derive_key_pair(keying_material: &[u8]) -> (Zeroizing<[u8; 32]>, Vec<u8>) {
    let mut secret = Zeroizing::new([0; 32]);
    shake_256(keying_material, secret.as_mut_slice());
    let public = public_of(&secret);
    (secret, public)
}

pub(super) fn public_of(secret: &[u8; 32]) -> Vec<u8> {
    let own = Expanded::of(secret);
    let lattice = own.lattice.encapsulation_key().to_bytes();
    [lattice.as_slice(), &x25519_public(own.curve.as_bytes())].concat()
}

/// Takes the first half of the ephemeral bytes for ML-KEM, the second for X25519.
pub(super) fn encapsulate(
    ephemeral: &[u8; EPHEMERAL_BYTES],
    recipient: &[u8],
) -> Result<(Vec<u8>, Shared), BadKey> {
    let (lattice, curve) = halves::<ML_KEM_PUBLIC_BYTES>(recipient)?;
    let lattice = EncapsulationKey768::new_from_slice(lattice).map_err(|_| BadKey::Weak)?;
    let (for_lattice, for_curve) = ephemeral.split_at(32);
    let for_lattice = Zeroizing::new(B32::from(*key(for_lattice)?));
    let (ciphertext, lattice_shared) = lattice.encapsulate_deterministic(&for_lattice);
    let lattice_shared = Zeroizing::new(lattice_shared);

    let for_curve = key(for_curve)?;
    let point = x25519_public(for_curve);
    let exchanged = StaticSecret::from(*for_curve).diffie_hellman(&PublicKey::from(*curve));
    let shared = combine(&lattice_shared, &exchanged, &point, curve)?;
    Ok(([ciphertext.as_slice(), &point].concat(), shared))
}

pub(super) fn decapsulate(encapsulated: &[u8], secret: &[u8]) -> Result<Shared, BadKey> {
    let (ciphertext, point) = halves::<ML_KEM_CIPHERTEXT_BYTES>(encapsulated)?;
    let ciphertext = ml_kem_768::Ciphertext::from(*ciphertext);
    let own = Expanded::of(key(secret)?);
    let lattice_shared = Zeroizing::new(own.lattice.decapsulate(&ciphertext));
    let exchanged = own.curve.diffie_hellman(&PublicKey::from(*point));
    combine(&lattice_shared, &exchanged, point, &x25519_public(own.curve.as_bytes()))
}

/// Both secret keys.
struct Expanded {
    lattice: DecapsulationKey768,
    curve: StaticSecret,
}

impl Expanded {
    fn of(secret: &[u8; 32]) -> Self {
        let mut expanded = Zeroizing::new([0; 96]);
        shake_256(secret, expanded.as_mut_slice());
        let (lattice, curve) = expanded.split_at(64);
        let lattice = Zeroizing::new(Seed::try_from(lattice).expect("64 bytes were cut off"));
        let curve = Zeroizing::new(<[u8; 32]>::try_from(curve).expect("32 bytes are left"));
        Self { lattice: DecapsulationKey768::from_seed(*lattice), curve: StaticSecret::from(*curve) }
    }
}

/// X25519's part is refused where it adds nothing, as everywhere: an honest key always adds something.
fn combine(
    lattice: &B32,
    exchanged: &SharedSecret,
    point: &[u8; 32],
    recipient: &[u8; 32],
) -> Result<Shared, BadKey> {
    if !exchanged.was_contributory() {
        return Err(BadKey::Weak);
    }
    let mut hash = Sha3_256::new();
    for part in [lattice.as_slice(), exchanged.as_bytes(), point, recipient, LABEL] {
        Digest::update(&mut hash, part);
    }
    Ok(Zeroizing::new(hash.finalize().into()))
}

/// ML-KEM's part, and X25519's 32 bytes behind it.
fn halves<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8; 32]), BadKey> {
    let (lattice, curve) = bytes.split_at_checked(N).ok_or(BadKey::Length)?;
    Ok((key(lattice)?, key(curve)?))
}

fn shake_256(input: &[u8], output: &mut [u8]) {
    let mut hash = Shake256::default();
    hash.update(input);
    hash.finalize_xof().read(output);
}
