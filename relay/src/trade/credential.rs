//! What callers show: a key, a token made from one, or a device's session.
//!
//! Each names whose it is, so that it is found without being searched for, and the secret behind it is compared as a hash.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use protocol::domain::Domain;
use protocol::{DeviceId, KeyId};
use zeroize::Zeroizing;

/// A credential as it comes: whose it is, and the secret that proves it.
#[derive(Clone)]
pub enum Credential {
    /// `plv_key_…_…`
    Key(KeyId, Secret),
    /// `plv_tok_key_…_…`
    Token(KeyId, Secret),
    /// `plv_dev_…_…`
    Session(DeviceId, Secret),
}

/// The part of a credential that only its holder has.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// Wraps what was drawn.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// What a store keeps of a key's or a token's.
    pub fn hash(&self, salt: &[u8]) -> [u8; 32] {
        Domain::ApiSecret.hash(&[salt, self.0.as_slice()])
    }

    /// The session token of the gateway.
    pub fn session_token(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Credential {
    /// The text that its holder shows.
    pub fn text(&self) -> Zeroizing<String> {
        let (owner, secret) = match self {
            Self::Key(key, secret) => (format!("plv_{key}"), secret),
            Self::Token(key, secret) => (format!("plv_tok_{key}"), secret),
            Self::Session(device, secret) => (format!("plv_{device}"), secret),
        };
        Zeroizing::new(format!("{owner}_{}", HEXLOWER.encode(secret.0.as_slice())))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credential")
    }
}

/// A text that is no credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoCredential;

impl FromStr for Credential {
    type Err = NoCredential;

    fn from_str(text: &str) -> Result<Self, NoCredential> {
        let named = text.strip_prefix("plv_").ok_or(NoCredential)?;
        let (owner, secret) = named.rsplit_once('_').ok_or(NoCredential)?;
        let secret = HEXLOWER.decode(secret.as_bytes()).map(Zeroizing::new).map_err(|_| NoCredential)?;
        let secret = Secret::new(secret.as_slice().try_into().map_err(|_| NoCredential)?);
        if let Some(key) = owner.strip_prefix("tok_") {
            return key.parse().map(|key| Self::Token(key, secret)).map_err(|_| NoCredential);
        }
        match (owner.parse(), owner.parse()) {
            (Ok(key), _) => Ok(Self::Key(key, secret)),
            (_, Ok(device)) => Ok(Self::Session(device, secret)),
            _ => Err(NoCredential),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_read_as_it_was_written() {
        let (key, device) = (KeyId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
        let secret = || Secret::new([0xab; 32]);
        for credential in [
            Credential::Key(key, secret()),
            Credential::Token(key, secret()),
            Credential::Session(device, secret()),
        ] {
            let text = credential.text();
            assert_eq!(text.parse::<Credential>().unwrap().text(), text);
        }
    }

    #[test]
    fn what_is_cut_off_or_made_up_is_no_credential() {
        let text = Credential::Key(KeyId::from_bytes([1; 16]), Secret::new([7; 32])).text();
        for wrong in
            [&text[1..], &text[..text.len() - 1], &text.to_uppercase(), "", "plv_", "plv_key__", "Basic x"]
        {
            assert!(wrong.parse::<Credential>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_credential_does_not_show_its_secret() {
        let credential = Credential::Key(KeyId::from_bytes([1; 16]), Secret::new([0xab; 32]));
        assert_eq!(format!("{credential:?}"), "Credential");
    }
}
