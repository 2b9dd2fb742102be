//! Domain separation: no signature or hash made for one purpose can serve another.

use sha2::{Digest, Sha256};

/// What a signature or hash is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// An account's id from its first root key.
    AccountId,
    /// A device's id from its key.
    DeviceId,
    /// A signed entry of an identity log.
    IdentityEntry,
    /// The chain of an identity log.
    IdentityHead,
    /// A device's word that it joins an account.
    DevicePossession,
    /// A new root key's word that it takes over an account.
    RootPossession,
    /// A device's answer to a relay's session challenge.
    SessionStart,
    /// The digest of a conversation's identity-log heads.
    HeadsDigest,
    /// The number two people compare.
    SafetyNumber,
    /// The root key from the phrase.
    RootKey,
    /// The name of a link box, from the secret in the code that is scanned.
    LinkName,
    /// The hash of a share that is revealed later.
    LinkCommitment,
    /// The keys of what is sealed through a link box.
    LinkKey,
    /// The digits that people compare.
    LinkDigits,
    /// A member's word that it cannot follow a commit.
    CommitRefusal,
    /// What a relay keeps of a key's secret.
    ApiSecret,
    /// What a relay draws from a request's seed.
    Drawn,
    /// Who an account is in a space.
    MarketUser,
    /// What was asked for by an idempotency key.
    Idempotency,
    /// The chain of an audit log.
    AuditEntry,
    /// A relay's word of where its audit log ends.
    AuditHead,
}

impl Domain {
    const fn label(self) -> &'static str {
        match self {
            Self::AccountId => "palaver/1/account-id",
            Self::DeviceId => "palaver/1/device-id",
            Self::IdentityEntry => "palaver/1/identity-entry",
            Self::IdentityHead => "palaver/1/identity-head",
            Self::DevicePossession => "palaver/1/device-possession",
            Self::RootPossession => "palaver/1/root-possession",
            Self::SessionStart => "palaver/1/session-start",
            Self::HeadsDigest => "palaver/1/heads-digest",
            Self::SafetyNumber => "palaver/1/safety-number",
            Self::RootKey => "palaver/1/root-key",
            Self::LinkName => "palaver/1/link-name",
            Self::LinkCommitment => "palaver/1/link-commitment",
            Self::LinkKey => "palaver/1/link-key",
            Self::LinkDigits => "palaver/1/link-digits",
            Self::CommitRefusal => "palaver/1/commit-refusal",
            Self::ApiSecret => "palaver/1/api-secret",
            Self::Drawn => "palaver/1/drawn",
            Self::MarketUser => "palaver/1/market-user",
            Self::Idempotency => "palaver/1/idempotency",
            Self::AuditEntry => "palaver/1/audit-entry",
            Self::AuditHead => "palaver/1/audit-head",
        }
    }

    /// The bytes to sign or hash: the label and each part, every one behind its length.
    pub fn input(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut input = Vec::new();
        for part in std::iter::once(&self.label().as_bytes()).chain(parts) {
            input.extend_from_slice(&(part.len() as u64).to_be_bytes());
            input.extend_from_slice(part);
        }
        input
    }

    /// SHA-256 of [`Self::input`].
    pub fn hash(self, parts: &[&[u8]]) -> [u8; 32] {
        Sha256::digest(self.input(parts)).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        assert_ne!(Domain::AccountId.hash(&[b"ab", b"c"]), Domain::AccountId.hash(&[b"a", b"bc"]));
    }

    #[test]
    fn one_purpose_cannot_serve_another() {
        assert_ne!(Domain::AccountId.hash(&[b"a"]), Domain::DeviceId.hash(&[b"a"]));
    }
}
