//! The 24 words that are an account's root.

use std::fmt;

use bip39::{Language, Mnemonic};
use hkdf::Hkdf;
use protocol::keys::RootKey;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::entropy::Entropy;

/// The 24-word phrase. Shown once, never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Phrase(Zeroizing<String>);

/// Why words are no phrase.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these are not the 24 words of a recovery phrase: check their spelling and order")]
pub struct ParsePhraseError;

impl Phrase {
    /// A new phrase.
    pub fn generate(entropy: &mut Entropy) -> Self {
        Self::from_entropy(&entropy.draw())
    }

    /// The phrase of 32 random bytes.
    pub fn from_entropy(entropy: &[u8; 32]) -> Self {
        let mnemonic = Mnemonic::from_entropy_in(Language::English, entropy).expect("32 bytes make 24 words");
        Self(Zeroizing::new(mnemonic.to_string()))
    }

    /// Reads 24 words, whatever the space between them.
    pub fn parse(words: &str) -> Result<Self, ParsePhraseError> {
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &words.to_ascii_lowercase())
            .ok()
            .filter(|mnemonic| mnemonic.word_count() == 24)
            .ok_or(ParsePhraseError)?;
        Ok(Self(Zeroizing::new(mnemonic.to_string())))
    }

    /// The words, to be written down.
    pub fn words(&self) -> &str {
        &self.0
    }

    /// The account's root key.
    pub fn root_key(&self) -> RootKey {
        RootKey::from_secret(&self.root_secret())
    }

    pub(crate) fn root_secret(&self) -> Zeroizing<[u8; 32]> {
        self.derive(None, b"palaver/1/root-key")
    }

    /// The phrase that follows this one. Random as `nonce` is; the nonce alone says nothing of it, so that it can be
    /// stored while the outcome of the change is not known.
    pub(crate) fn successor(&self, nonce: &[u8; 32]) -> Self {
        Self::from_entropy(&self.derive(Some(nonce), b"palaver/1/next-phrase"))
    }

    fn derive(&self, salt: Option<&[u8]>, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        let mnemonic =
            Mnemonic::parse_in_normalized(Language::English, &self.0).expect("a phrase holds 24 words");
        let (entropy, length) = mnemonic.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        let mut derived = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(salt, &entropy[..length])
            .expand(purpose, derived.as_mut_slice())
            .expect("32 bytes are within HKDF's limit");
        derived
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Phrase(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_give_the_root_key_back() {
        let phrase = Phrase::from_entropy(&[7; 32]);
        assert_eq!(phrase.words().split(' ').count(), 24);
        let parsed = Phrase::parse(&phrase.words().replace(' ', "\n  ").to_uppercase()).unwrap();
        assert_eq!(parsed.root_key().public(), phrase.root_key().public());
    }

    #[test]
    fn the_root_key_of_a_phrase_never_changes() {
        let account = Phrase::from_entropy(&[7; 32]).root_key().public().account_id();
        assert_eq!(account.to_string(), "acct_sahtd7aufhxwxv6j6fkyshu2bxgz4iwfyzeivbrq6iyl357lkmma");
    }

    #[test]
    fn what_follows_a_phrase_is_known_only_with_the_phrase_and_the_nonce() {
        let phrase = Phrase::from_entropy(&[7; 32]);
        let next = phrase.successor(&[1; 32]);
        assert_eq!(next, phrase.successor(&[1; 32]));
        assert_ne!(next, phrase.successor(&[2; 32]));
        assert_ne!(next, Phrase::from_entropy(&[8; 32]).successor(&[1; 32]));
    }

    #[test]
    fn a_misspelt_or_short_phrase_is_refused() {
        let words = Phrase::from_entropy(&[7; 32]).words().to_owned();
        assert!(Phrase::parse(&words.replacen(' ', " x", 1)).is_err());
        assert!(Phrase::parse("abandon abandon about").is_err());
    }

    #[test]
    fn a_phrase_is_not_printed() {
        assert_eq!(format!("{:?}", Phrase::from_entropy(&[7; 32])), "Phrase(secret)");
    }
}
