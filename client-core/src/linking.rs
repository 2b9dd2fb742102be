//! The keys of a linking: what the code that is scanned holds, what digits people compare, and the channel that follows.
//!
//! By the code, the account's device knows the new one's key, and the new one knows by the secret that its code was read.
//! Without it, the account's device settles on its share before it sees the other's: whoever stands between them has one
//! guess in ten million to make both show the same digits.

use std::fmt;
use std::str::FromStr;

use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use data_encoding::BASE32_NOPAD;
use protocol::base_point::x25519_public;
use protocol::domain::Domain;
use protocol::frame::LinkName;
use protocol::link::{LinkSecret, LinkShare};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::entropy::Entropy;

/// What a code begins with. Capitals and digits alone: such a picture is the smallest.
const CODE_PREFIX: &str = "PALAVER-LINK:";
const SECRET_BYTES: usize = 16;
/// Of seven digits.
const DIGITS_COUNT: u64 = 10_000_000;

/// One side's key for this linking.
pub(crate) struct Ephemeral(StaticSecret);

impl Ephemeral {
    pub(crate) fn generate(entropy: &mut Entropy) -> Self {
        Self(StaticSecret::from(*entropy.draw()))
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        x25519_public(self.0.as_bytes())
    }
}

/// What the new device shows, and the account's device reads.
#[derive(Clone)]
pub(crate) struct LinkCode {
    pub(crate) key: [u8; 32],
    pub(crate) secret: Zeroizing<[u8; SECRET_BYTES]>,
}

impl LinkCode {
    pub(crate) fn new(ephemeral: &Ephemeral, entropy: &mut Entropy) -> Self {
        Self { key: ephemeral.public(), secret: entropy.draw() }
    }

    /// Where the two meet.
    pub(crate) fn name(&self) -> LinkName {
        *Domain::LinkName.hash(&[self.secret.as_slice()]).first_chunk().expect("a hash is longer than a name")
    }

    /// As it is shown.
    pub(crate) fn text(&self) -> String {
        let bytes = Zeroizing::new([self.key.as_slice(), self.secret.as_slice()].concat());
        format!("{CODE_PREFIX}{}", BASE32_NOPAD.encode(&bytes))
    }
}

impl FromStr for LinkCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim().to_ascii_uppercase();
        let encoded = text.strip_prefix(CODE_PREFIX).ok_or(())?;
        let bytes = Zeroizing::new(BASE32_NOPAD.decode(encoded.as_bytes()).map_err(|_| ())?);
        let (key, secret) = bytes.split_first_chunk().ok_or(())?;
        let secret: [u8; SECRET_BYTES] = secret.try_into().map_err(|_| ())?;
        Ok(Self { key: *key, secret: Zeroizing::new(secret) })
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LinkCode(secret)")
    }
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    NewDevice,
    AccountDevice,
}

/// What only the two can read. Each direction has a key of its own, and every message its number.
pub(crate) struct Channel {
    seals: XChaCha20Poly1305,
    opens: XChaCha20Poly1305,
    sealed: u64,
    opened: u64,
}

impl Channel {
    /// By the code that was read. None where the other's key is no key.
    pub(crate) fn by_code(
        side: Side,
        own: &Ephemeral,
        other: [u8; 32],
        secret: &[u8; SECRET_BYTES],
    ) -> Option<Self> {
        Self::new(side, own, other, &[b"code", secret])
    }

    /// By shares, with the digits that people compare.
    pub(crate) fn by_shares(
        side: Side,
        own: (&Ephemeral, &LinkShare),
        other: &LinkShare,
    ) -> Option<(Self, String)> {
        let (ephemeral, own) = own;
        let (new, account) = in_order(side, own, other);
        let shares = [new, account].map(|share| [share.key, share.nonce].concat());
        let channel = Self::new(side, ephemeral, other.key, &[b"shares", &shares[0], &shares[1]])?;
        let hash = Domain::LinkDigits.hash(&[&shares[0], &shares[1]]);
        let number = u64::from_be_bytes(*hash.first_chunk().expect("a hash is longer than a number"));
        Some((channel, format!("{:07}", number % DIGITS_COUNT)))
    }

    fn new(side: Side, own: &Ephemeral, other: [u8; 32], bound: &[&[u8]]) -> Option<Self> {
        let shared = own.0.diffie_hellman(&PublicKey::from(other));
        if !shared.was_contributory() {
            return None;
        }
        let own_key = own.public();
        let (new, account) = in_order(side, &own_key, &other);
        let cipher = |from: Side| {
            let direction: &[u8] = match from {
                Side::NewDevice => b"from the new device",
                Side::AccountDevice => b"from the account's device",
            };
            let keys: [&[u8]; 4] = [shared.as_bytes(), new, account, direction];
            let key = Zeroizing::new(Domain::LinkKey.hash(&[keys.as_slice(), bound].concat()));
            XChaCha20Poly1305::new(key.as_slice().try_into().expect("32 bytes"))
        };
        let other_side = match side {
            Side::NewDevice => Side::AccountDevice,
            Side::AccountDevice => Side::NewDevice,
        };
        Some(Self { seals: cipher(side), opens: cipher(other_side), sealed: 0, opened: 0 })
    }

    pub(crate) fn seal(&mut self, secret: LinkSecret) -> Vec<u8> {
        let plain = Zeroizing::new(secret.encode());
        let nonce = numbered(self.sealed);
        self.sealed += 1;
        self.seals.encrypt(&nonce, plain.as_slice()).expect("a word is shorter than the cipher's limit")
    }

    /// The next word of the other side; none where it is not theirs, or not the next.
    pub(crate) fn open(&mut self, sealed: &[u8]) -> Option<LinkSecret> {
        let plain = Zeroizing::new(self.opens.decrypt(&numbered(self.opened), sealed).ok()?);
        self.opened += 1;
        LinkSecret::decode(&plain).ok()
    }
}

/// What the account's device shows of its share before it sees the other's.
pub(crate) fn commitment(share: &LinkShare) -> [u8; 32] {
    Domain::LinkCommitment.hash(&[&share.key, &share.nonce])
}

/// The new device's first.
fn in_order<'a, T: ?Sized>(side: Side, own: &'a T, other: &'a T) -> (&'a T, &'a T) {
    match side {
        Side::NewDevice => (own, other),
        Side::AccountDevice => (other, own),
    }
}

fn numbered(count: u64) -> XNonce {
    let mut nonce = [0; 24];
    nonce[16..].copy_from_slice(&count.to_be_bytes());
    XNonce::from(nonce)
}

#[cfg(test)]
mod tests {
    use protocol::link::{LinkPublished, LinkSecretBody};

    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_shown_in_whatever_case() {
        let (_, code) = new_device();
        let text = code.text();
        assert!(text.bytes().all(|byte| byte.is_ascii_uppercase() || b"0123456789:-".contains(&byte)));
        for text in [text.clone(), text.to_lowercase(), format!(" {text}\n")] {
            let read: LinkCode = text.parse().unwrap();
            assert_eq!((read.key, &read.secret, read.name()), (code.key, &code.secret, code.name()));
        }
        for text in ["", "PALAVER-LINK:", "PALAVER-LINK:AAAA", &text[1..], &format!("{text}AA")] {
            assert!(text.parse::<LinkCode>().is_err(), "{text}");
        }
    }

    #[test]
    fn both_sides_of_a_code_read_each_other_and_nothing_twice() {
        let (new, code) = new_device();
        let account = Ephemeral::generate(&mut entropy(2));
        let mut on_new = Channel::by_code(Side::NewDevice, &new, account.public(), &code.secret).unwrap();
        let mut on_account = Channel::by_code(Side::AccountDevice, &account, code.key, &code.secret).unwrap();
        for _ in 0..2 {
            let sealed = on_new.seal(word());
            assert_eq!(on_account.open(&sealed), Some(word()));
            assert_eq!(on_account.open(&sealed), None);
            let sealed = on_account.seal(word());
            assert_eq!(on_new.open(&sealed), Some(word()));
        }
    }

    #[test]
    fn whoever_has_not_read_the_code_is_not_believed() {
        let (new, code) = new_device();
        let stranger = Ephemeral::generate(&mut entropy(3));
        let mut on_new = Channel::by_code(Side::NewDevice, &new, stranger.public(), &code.secret).unwrap();
        let mut guessed = Channel::by_code(Side::AccountDevice, &stranger, code.key, &[0; 16]).unwrap();
        assert_eq!(on_new.open(&guessed.seal(word())), None);
    }

    #[test]
    fn digits_are_the_same_on_both_sides_and_others_with_someone_in_between() {
        let [new, account, between] = [1, 2, 3].map(|seed| {
            let mut entropy = entropy(seed);
            let ephemeral = Ephemeral::generate(&mut entropy);
            let share = LinkShare { key: ephemeral.public(), nonce: *entropy.draw() };
            (ephemeral, share)
        });
        let digits = |side, own: &(Ephemeral, LinkShare), other: &(Ephemeral, LinkShare)| {
            Channel::by_shares(side, (&own.0, &own.1), &other.1).unwrap().1
        };
        let shown = digits(Side::NewDevice, &new, &account);
        assert_eq!(shown.len(), 7);
        assert_eq!(shown, digits(Side::AccountDevice, &account, &new));
        assert_ne!(digits(Side::NewDevice, &new, &between), digits(Side::AccountDevice, &account, &between));
        assert_ne!(commitment(&new.1), commitment(&account.1));
    }

    #[test]
    fn a_key_that_agrees_with_everyone_is_refused() {
        let (new, code) = new_device();
        assert!(Channel::by_code(Side::NewDevice, &new, [0; 32], &code.secret).is_none());
    }

    fn entropy(seed: u8) -> Entropy {
        Entropy::from_bytes([seed; 32])
    }

    fn new_device() -> (Ephemeral, LinkCode) {
        let mut entropy = entropy(1);
        let ephemeral = Ephemeral::generate(&mut entropy);
        let code = LinkCode::new(&ephemeral, &mut entropy);
        (ephemeral, code)
    }

    fn word() -> LinkSecret {
        LinkSecret { body: LinkSecretBody::Published(LinkPublished {}) }
    }
}
