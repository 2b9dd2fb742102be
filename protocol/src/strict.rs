//! Strict verification of a signature, without reading its point.
//!
//! [`VerifyingKey::verify_strict`] reads the point R of a signature only to refuse one of small order, and reading a point takes
//! a tenth of the whole. The equation is held against R's bytes in any case: what it makes is written in the one way that a
//! point has, so that an R that passes is of small order if and only if its bytes are among the few that such points have.

use ed25519_dalek::{Signature, Verifier, VerifyingKey};

/// What points of small order are written as, apart from their signs: of order 1, 2, 4, and 8.
const SMALL_ORDER: [[u8; 32]; 5] = [
    ends(0x01, 0x00, 0x00),
    ends(0xEC, 0xFF, 0x7F),
    [0; 32],
    [
        0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A,
        0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
    ],
    [
        0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5,
        0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
    ],
];

/// Whether a signature was made by a key: what [`VerifyingKey::verify_strict`] says.
#[must_use]
pub fn verifies_strictly(key: &VerifyingKey, message: &[u8], signature: &Signature) -> bool {
    if cfg!(target_arch = "wasm32") {
        return key.verify_strict(message, signature).is_ok(); // A download has no room for both.
    }
    !key.is_weak() && !is_of_small_order(*signature.r_bytes()) && key.verify(message, signature).is_ok()
}

/// Whether bytes are what a point of small order is written as.
fn is_of_small_order(mut point: [u8; 32]) -> bool {
    point[31] &= 0x7F;
    SMALL_ORDER.contains(&point)
}

const fn ends(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    (bytes[0], bytes[31]) = (first, last);
    bytes
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
    use curve25519_dalek::scalar::Scalar;
    use ed25519_dalek::{Signer, SigningKey};
    use sha2::{Digest, Sha512};

    use super::*;

    /// Messages among which one is found whose hash is, modulo 8, what is looked for.
    const MESSAGES: u64 = 1_000;

    #[test]
    fn points_of_small_order_are_known_by_their_bytes() {
        let mut known: Vec<[u8; 32]> = EIGHT_TORSION.map(|point| point.compress().to_bytes()).to_vec();
        assert!(known.iter().all(|bytes| is_of_small_order(*bytes)));
        known.iter_mut().for_each(|bytes| bytes[31] &= 0x7F);
        assert!(SMALL_ORDER.iter().all(|bytes| known.contains(bytes)));
        let others = (1..200_u64).map(|number| EdwardsPoint::mul_base(&Scalar::from(number)));
        assert!(others.into_iter().all(|point| !is_of_small_order(point.compress().to_bytes())));
    }

    #[test]
    fn good_signatures_are_accepted_and_changed_ones_refused() {
        for number in 1..20 {
            let key = SigningKey::from_bytes(&[number; 32]);
            let good = key.sign(&[number]);
            check(&key.verifying_key(), &[number], &good, true);
            check(&key.verifying_key(), b"other", &good, false);
            for place in 0..64 {
                let mut bytes = good.to_bytes();
                bytes[place] ^= 1 << (number % 8);
                check(&key.verifying_key(), &[number], &Signature::from_bytes(&bytes), false);
            }
        }
    }

    #[test]
    fn a_signature_whose_point_is_of_small_order_is_refused_though_its_equation_holds() {
        let secret = Scalar::from(77_u64);
        for torsion in &EIGHT_TORSION {
            let public = EdwardsPoint::mul_base(&secret) + EIGHT_TORSION[1];
            let key = VerifyingKey::from_bytes(&public.compress().to_bytes()).unwrap();
            let point = torsion.compress();
            let (message, hash) = (0..MESSAGES)
                .map(|number| (number.to_be_bytes(), hash(&point, &key, &number.to_be_bytes())))
                .find(|(_, hash)| EdwardsPoint::mul_base(&(hash * secret)) - public * hash == *torsion)
                .unwrap();
            let signature = Signature::from_components(point.to_bytes(), (hash * secret).to_bytes());
            assert!(key.verify(&message, &signature).is_ok());
            check(&key, &message, &signature, false);
        }
    }

    #[test]
    fn a_key_of_small_order_has_signed_nothing() {
        for torsion in &EIGHT_TORSION {
            let key = VerifyingKey::from_bytes(&torsion.compress().to_bytes()).unwrap();
            let point = EdwardsPoint::mul_base(&Scalar::from(5_u64)).compress();
            let message = (0..MESSAGES)
                .map(u64::to_be_bytes)
                .find(|message| (torsion * hash(&point, &key, message)) == EIGHT_TORSION[0])
                .unwrap();
            let signature = Signature::from_components(point.to_bytes(), Scalar::from(5_u64).to_bytes());
            assert!(key.verify(&message, &signature).is_ok());
            check(&key, &message, &signature, false);
        }
    }

    #[track_caller]
    fn check(key: &VerifyingKey, message: &[u8], signature: &Signature, expected: bool) {
        assert_eq!(verifies_strictly(key, message, signature), expected);
        assert_eq!(key.verify_strict(message, signature).is_ok(), expected);
    }

    fn hash(point: &CompressedEdwardsY, key: &VerifyingKey, message: &[u8]) -> Scalar {
        let hash = Sha512::new().chain_update(point.0).chain_update(key.as_bytes()).chain_update(message);
        Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
    }
}
