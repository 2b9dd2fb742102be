//! Multiples of Curve25519's base point, for making keys and signatures.
//!
//! A table makes them three times as fast. In a download it would be 34 KB, so that it is computed when it is first needed,
//! which takes as long as three multiples. Which multiple is made shows neither in what is read nor in what is run:
//! every entry of a row is read for every digit, and points are added by formulas without exceptions.

use std::sync::LazyLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use curve25519_dalek::traits::Identity;
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha512};
use subtle::{Choice, ConditionallyNegatable, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

/// Digits of a scalar to the base 16, from -8 to 8.
const DIGITS: usize = 64;
/// What a digit may be without its sign, apart from zero.
const MULTIPLES: usize = 8;

/// The multiples of 256^n times the base point, a row for each n: every second digit takes its own.
type Table = [[EdwardsPoint; MULTIPLES]; DIGITS / 2];

static TABLE: LazyLock<Box<Table>> = LazyLock::new(table);

/// The X25519 public key of a secret one.
pub fn x25519_public(secret: &[u8; 32]) -> [u8; 32] {
    times_base(&clamped(secret)).to_montgomery().to_bytes()
}

/// An Ed25519 signature (RFC 8032 §5.1.6).
pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    let expanded = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(key.as_bytes())));
    let (secret, prefix) = expanded.split_first_chunk().expect("64 bytes are more than 32");
    let nonce = hash(&[prefix, message]);
    let point = times_base(&nonce).compress().to_bytes();
    let challenge = hash(&[&point, key.verifying_key().as_bytes(), message]);
    let response = *challenge * *clamped(secret) + *nonce;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&point);
    signature[32..].copy_from_slice(response.as_bytes());
    signature
}

fn clamped(secret: &[u8; 32]) -> Zeroizing<Scalar> {
    Zeroizing::new(Scalar::from_bytes_mod_order(*Zeroizing::new(clamp_integer(*secret))))
}

fn hash(parts: &[&[u8]]) -> Zeroizing<Scalar> {
    let mut hash = Sha512::new();
    parts.iter().for_each(|part| hash.update(part));
    let hash = Zeroizing::new(<[u8; 64]>::from(hash.finalize()));
    Zeroizing::new(Scalar::from_bytes_mod_order_wide(&hash))
}

fn times_base(scalar: &Scalar) -> EdwardsPoint {
    let digits = digits(scalar);
    let add = |sum, first| {
        let rows = TABLE.iter().zip(digits.iter().skip(first).step_by(2));
        rows.fold(sum, |sum: EdwardsPoint, (row, digit)| sum + multiple(row, *digit))
    };
    let eight_times = add(EdwardsPoint::identity(), 1).mul_by_cofactor();
    add(eight_times + eight_times, 0)
}

/// Below the group's order, so that the last digit takes the carry.
fn digits(scalar: &Scalar) -> Zeroizing<[i8; DIGITS]> {
    let mut digits = Zeroizing::new([0; DIGITS]);
    for (pair, byte) in digits.chunks_exact_mut(2).zip(scalar.as_bytes()) {
        pair[0] = (byte & 15) as i8;
        pair[1] = (byte >> 4) as i8;
    }
    let mut carry = 0;
    for digit in &mut digits[..DIGITS - 1] {
        *digit += carry;
        carry = (*digit + 8) >> 4;
        *digit -= carry << 4;
    }
    digits[DIGITS - 1] += carry;
    digits
}

fn multiple(row: &[EdwardsPoint; MULTIPLES], digit: i8) -> EdwardsPoint {
    let sign = digit >> 7;
    let size = ((digit ^ sign) - sign) as u8;
    let mut chosen = EdwardsPoint::identity();
    for (number, point) in (1u8..).zip(row) {
        chosen.conditional_assign(point, number.ct_eq(&size));
    }
    chosen.conditional_negate(Choice::from(sign as u8 & 1));
    chosen
}

fn table() -> Box<Table> {
    let mut table = Box::new([[EdwardsPoint::identity(); MULTIPLES]; DIGITS / 2]);
    let mut base = ED25519_BASEPOINT_POINT;
    for row in table.iter_mut() {
        let mut multiple = EdwardsPoint::identity();
        for entry in row.iter_mut() {
            multiple += base;
            *entry = multiple;
        }
        // The last entry is 8 times the row's base; the next row's is 256 times it.
        base = multiple.mul_by_cofactor();
        base += base;
        base += base;
    }
    table
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signer;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn multiples_at_the_ends_of_digits_and_of_the_group_are_what_they_are_without_a_table() {
        let less_one = -Scalar::ONE;
        let repeated = [0x00, 0x07, 0x08, 0x70, 0x77, 0x78, 0x80, 0x87, 0x88, 0xF8, 0xFF]
            .map(|byte| Scalar::from_bytes_mod_order([byte; 32]));
        let powers = (0..252).map(|power| {
            let mut bytes = [0; 32];
            bytes[power / 8] = 1 << (power % 8);
            Scalar::from_bytes_mod_order(bytes)
        });
        for scalar in [less_one, Scalar::ZERO].into_iter().chain(repeated).chain(powers) {
            for scalar in [scalar, scalar + less_one, -scalar] {
                assert_eq!(times_base(&scalar), ED25519_BASEPOINT_POINT * scalar, "{scalar:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn public_keys_are_those_of_any_other_implementation(secret: [u8; 32]) {
            let expected = EdwardsPoint::mul_base_clamped(secret).to_montgomery().to_bytes();
            prop_assert_eq!(x25519_public(&secret), expected);
        }

        #[test]
        fn signatures_are_those_of_any_other_implementation(
            secret: [u8; 32],
            message in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let key = SigningKey::from_bytes(&secret);
            prop_assert_eq!(sign(&key, &message), key.sign(&message).to_bytes());
        }
    }
}
