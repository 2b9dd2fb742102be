//! Many Ed25519 signatures checked together, with the verdict that each would get alone.
//!
//! [`VerifyingKey::verify_strict`](ed25519_dalek::VerifyingKey::verify_strict) accepts a signature (R, s) of a key A if s is
//! reduced, R and A are points of no small order, and `[s]B - [k]A` has R's very bytes, where k = H(R, A, message). The first
//! two are checked here for each signature, and that R's bytes are the only ones of their point. What is left is that
//! `E = [s]B - [k]A - R` is zero. A point is zero if its part in the group of prime order and its part in the group of order 8
//! are, and these are checked apart:
//!
//! - **Prime order**: the sum of all E, each times a random number of 64 bits, is zero. One E that is not makes it so for one
//!   of these numbers at most.
//! - **Order 8**: B has no such part, so that E has the one of `Q = R + [k mod 8]A`, negated. Sums of random halves of all Q
//!   are multiplied by the prime, which leaves this part alone. One Q that has it shows in every second such sum, so that it
//!   passes all of them once in 2^40. Without this, as batches are usually checked, one passes for certain multiples that
//!   anyone can hit, and whoever joins would take what every member refuses.
//!
//! The random numbers come from the step's secret, which nobody knows who signs. Where a batch is refused nothing is said of
//! any signature: they are checked one by one then.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity, VartimeMultiscalarMul};
use sha2::{Digest, Sha256, Sha512};

use super::StepSecret;

/// Sums of random halves: each lets half of what is wrong pass.
const SUMS: usize = 40;
/// Points whose sums are tabled: each sum takes one addition of as many.
const TABLED: usize = 5;
/// Random bytes for a signature: a factor, and one bit a sum.
const DRAWN_BYTES: usize = FACTOR_BYTES + 8;
/// One that is wrong passes with one factor of 2^64.
const FACTOR_BYTES: usize = 8;
/// Signatures drawn for at once: what one expansion gives.
const DRAWN_AT_ONCE: usize = 255 * 32 / DRAWN_BYTES;

/// That a key has signed a message.
pub(super) struct Claim {
    pub(super) key: [u8; 32],
    pub(super) signature: [u8; 64],
    pub(super) message: Vec<u8>,
}

/// What a claim says: `[s]B = R + [k]A`.
struct Equation {
    r: EdwardsPoint,
    a: EdwardsPoint,
    s: Scalar,
    k: Scalar,
}

/// A claim's random numbers.
struct Draw {
    factor: Scalar,
    sums: u64,
}

/// Whether every claim holds. If not, nothing is known of any of them.
pub(super) fn all_hold(claims: &[Claim], secret: &StepSecret) -> bool {
    let Some(equations) = claims.iter().map(equation).collect::<Option<Vec<_>>>() else { return false };
    let draws = draw(claims, &equations, secret);
    holds_in_prime_order(&equations, &draws) && holds_in_order_eight(&equations, &draws)
}

/// What can be refused of a claim by itself is refused here.
fn equation(claim: &Claim) -> Option<Equation> {
    let (r, s) = claim.signature.split_first_chunk::<32>()?;
    let k = Sha512::new().chain_update(r).chain_update(claim.key).chain_update(&claim.message).finalize();
    let equation = Equation {
        r: CompressedEdwardsY(*r).decompress()?,
        a: CompressedEdwardsY(claim.key).decompress()?,
        s: Option::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?,
        k: Scalar::from_bytes_mod_order_wide(&k.into()),
    };
    let is_sound = is_reduced(r) && !equation.r.is_small_order() && !equation.a.is_small_order();
    is_sound.then_some(equation)
}

/// Whether a point's bytes are those that it is written as: its y is below 2^255 - 19. An x of zero written as negative is
/// left aside, since only points of small order have it.
fn is_reduced(point: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = point;
    *first < 0xED || middle.iter().any(|byte| *byte != 0xFF) || last & 0x7F != 0x7F
}

/// Numbers that depend on everything that is claimed and on the secret.
fn draw(claims: &[Claim], equations: &[Equation], secret: &StepSecret) -> Vec<Draw> {
    let mut all = Sha256::new();
    for (claim, equation) in claims.iter().zip(equations) {
        all.update(claim.key);
        all.update(claim.signature);
        all.update(equation.k.as_bytes());
    }
    let all = all.finalize();
    let mut draws = Vec::with_capacity(claims.len());
    for (count, some) in claims.chunks(DRAWN_AT_ONCE).enumerate() {
        let mut bytes = vec![0; some.len() * DRAWN_BYTES];
        secret.derive(b"palaver/1/batch", &[&all, &(count as u64).to_be_bytes()], &mut bytes);
        draws.extend(bytes.chunks_exact(DRAWN_BYTES).map(|drawn| {
            let (factor, sums) = drawn.split_at(FACTOR_BYTES);
            let factor = factor.try_into().map(u64::from_le_bytes).unwrap_or_default();
            let sums = sums.try_into().map(u64::from_le_bytes).unwrap_or_default();
            Draw { factor: factor.into(), sums }
        }));
    }
    draws
}

fn holds_in_prime_order(equations: &[Equation], draws: &[Draw]) -> bool {
    let both = || equations.iter().zip(draws);
    let of_base: Scalar = both().map(|(equation, draw)| draw.factor * equation.s).sum();
    let of_r = draws.iter().map(|draw| draw.factor);
    let of_a = both().map(|(equation, draw)| draw.factor * equation.k);
    let points =
        equations.iter().map(|equation| equation.r).chain(equations.iter().map(|equation| equation.a));
    let right = EdwardsPoint::vartime_multiscalar_mul(of_r.chain(of_a), points);
    right == EdwardsPoint::mul_base(&of_base)
}

fn holds_in_order_eight(equations: &[Equation], draws: &[Draw]) -> bool {
    let mut sums = [EdwardsPoint::identity(); SUMS];
    for (equations, draws) in equations.chunks(TABLED).zip(draws.chunks(TABLED)) {
        let mut table = [EdwardsPoint::identity(); 1 << TABLED];
        for (place, equation) in equations.iter().enumerate() {
            let point = equation.in_order_eight();
            table[1 << place] = point;
            for index in 1..1 << place {
                table[index | 1 << place] = table[index] + point;
            }
        }
        for (bit, sum) in sums.iter_mut().enumerate() {
            let places = draws.iter().enumerate();
            *sum += table
                [places.fold(0, |index, (place, draw)| index | ((draw.sums >> bit & 1) as usize) << place)];
        }
    }
    // The prime less one is the scalar before zero.
    let times_prime_less_one =
        |sum| EdwardsPoint::vartime_double_scalar_mul_basepoint(&-Scalar::ONE, sum, &Scalar::ZERO);
    sums.iter().all(|sum| times_prime_less_one(sum) == -sum)
}

impl Equation {
    /// A point with the part of order 8 that this equation leaves over, negated: R and A as often as k says, where eight
    /// times are none and five are as good as three times less.
    fn in_order_eight(&self) -> EdwardsPoint {
        let twice = || self.a + self.a;
        match self.k.as_bytes()[0] & 7 {
            0 => self.r,
            1 => self.r + self.a,
            2 => self.r + twice(),
            3 => self.r + twice() + self.a,
            4 => self.r + twice() + twice(),
            5 => self.r - twice() - self.a,
            6 => self.r - twice(),
            _ => self.r - self.a,
        }
    }
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

    use super::*;

    const COUNT: usize = 70;
    /// Secrets tried on what must never pass: checked as batches usually are, it would pass under some of them.
    const SECRETS: u8 = 12;

    #[test]
    fn good_signatures_hold_together() {
        for count in [0, 1, TABLED, COUNT, DRAWN_AT_ONCE + 1] {
            assert!(all_hold(&claims(count), &secret(1)), "{count}");
        }
    }

    #[test]
    fn one_that_is_wrong_in_whatever_way_is_not_passed_over() {
        for at in [0, COUNT / 2, COUNT - 1] {
            let faults: [fn(&mut Claim); 6] = [
                |claim| claim.message.push(0),
                |claim| claim.key = SigningKey::from_bytes(&[0xEE; 32]).verifying_key().to_bytes(),
                |claim| claim.signature[0] ^= 1,
                |claim| claim.signature[32] ^= 1,
                |claim| claim.signature[63] |= 0x80,
                |claim| claim.key = [0xFF; 32],
            ];
            for fault in faults {
                let mut claims = claims(COUNT);
                fault(&mut claims[at]);
                assert_refused_alike(&claims);
            }
        }
    }

    #[test]
    fn what_differs_by_a_point_of_order_eight_is_refused_as_it_is_alone() {
        for torsion in &EIGHT_TORSION[1..] {
            let mut claims = claims(COUNT);
            claims[3] = with_torsion(3, torsion, &Scalar::ZERO);
            assert_refused_alike(&claims);
        }
    }

    #[test]
    fn two_that_make_up_for_each_other_are_refused() {
        for torsion in &EIGHT_TORSION[1..] {
            let mut claims = claims(COUNT);
            claims[3] = with_torsion(3, torsion, &Scalar::ZERO);
            claims[4] = with_torsion(4, &-torsion, &Scalar::ZERO);
            assert_refused_alike(&claims);
        }
    }

    #[test]
    fn two_errors_of_prime_order_that_make_up_for_each_other_are_refused() {
        let mut claims = claims(COUNT);
        claims[3] = with_torsion(3, &EdwardsPoint::identity(), &Scalar::ONE);
        claims[4] = with_torsion(4, &EdwardsPoint::identity(), &-Scalar::ONE);
        assert_refused_alike(&claims);
    }

    #[test]
    fn points_of_small_order_are_refused() {
        for torsion in &EIGHT_TORSION {
            let mut claims = claims(COUNT);
            claims[5].key = torsion.compress().to_bytes();
            claims[5].signature[..32].copy_from_slice(torsion.compress().as_bytes());
            claims[5].signature[32..].fill(0);
            assert_refused_alike(&claims);
        }
    }

    #[test]
    fn what_is_left_in_order_eight_is_r_and_as_many_a_as_k_says() {
        let point = |number: u64| EdwardsPoint::mul_base(&Scalar::from(number));
        for k in (0..16).map(|k: u64| Scalar::from(k)) {
            for torsion in &EIGHT_TORSION {
                let (r, a) = (point(3) + EIGHT_TORSION[1], point(5) + torsion);
                let left = Equation { r, a, s: Scalar::ZERO, k }.in_order_eight();
                assert!((left - (r + a * k)).is_torsion_free());
            }
        }
    }

    #[test]
    fn a_point_has_one_way_to_be_written() {
        let mut point = [0xFF; 32];
        for (first, last, expected) in [
            (0xEC, 0x7F, true),
            (0xED, 0x7F, false),
            (0xFF, 0xFF, false),
            (0xEC, 0xFF, true),
            (0xFF, 0x7E, true),
        ] {
            (point[0], point[31]) = (first, last);
            assert_eq!(is_reduced(&point), expected, "{first} {last}");
        }
        point[31] = 0x7F;
        point[17] = 0;
        assert!(is_reduced(&point));
    }

    #[track_caller]
    fn assert_refused_alike(claims: &[Claim]) {
        let alone = |claim: &Claim| {
            let signature = Signature::from_bytes(&claim.signature);
            let key = VerifyingKey::from_bytes(&claim.key);
            key.is_ok_and(|key| key.verify_strict(&claim.message, &signature).is_ok())
        };
        assert!(!claims.iter().all(alone), "one by one");
        for number in 0..SECRETS {
            assert!(!all_hold(claims, &secret(number)), "together, secret {number}");
        }
    }

    fn claims(count: usize) -> Vec<Claim> {
        (0..count).map(claim).collect()
    }

    fn claim(number: usize) -> Claim {
        let key = signing_key(number);
        let message = vec![number as u8; number];
        Claim { key: key.verifying_key().to_bytes(), signature: key.sign(&message).to_bytes(), message }
    }

    /// Signed in all honesty, but for what is added to R's point after, and to s.
    fn with_torsion(number: usize, torsion: &EdwardsPoint, added: &Scalar) -> Claim {
        let (key, message) = (signing_key(number), vec![9; 9]);
        let r = Scalar::from(7_u64 + number as u64);
        let point = (EdwardsPoint::mul_base(&r) + torsion).compress().to_bytes();
        let public = key.verifying_key().to_bytes();
        let k = Sha512::new().chain_update(point).chain_update(public).chain_update(&message).finalize();
        let s = r + Scalar::from_bytes_mod_order_wide(&k.into()) * key.to_scalar() + added;
        let signature: Vec<u8> = [point, s.to_bytes()].concat();
        Claim { key: public, signature: signature.try_into().unwrap(), message }
    }

    fn signing_key(number: usize) -> SigningKey {
        SigningKey::from_bytes(&[(number % 250) as u8 + 1; 32])
    }

    fn secret(number: u8) -> StepSecret {
        StepSecret::from_bytes([number; 32])
    }
}
