//! Signature keys of accounts, devices and relays. Secret halves are wiped on drop and never printed.

use std::fmt;

use ed25519_dalek::{Signature as DalekSignature, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::base_point;
use crate::codec::{DecodeError, Field};
use crate::domain::Domain;
use crate::ids::{AccountId, DeviceId};
pub use crate::strict::verifies_strictly;
use bytes::Bytes;

/// An Ed25519 signature.
pub type Signature = [u8; 64];

/// An Ed25519 public key, checked to be a point that strict verification can use. Kept as it travels: the point is six times
/// as long, and relays keep many keys that they seldom verify with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Checks raw bytes: weak keys, under which many messages share a signature, are refused.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, DecodeError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| DecodeError::Invalid("public key"))?;
        if key.is_weak() {
            return Err(DecodeError::Invalid("public key"));
        }
        Ok(Self(*bytes))
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `signature` over `parts` in `domain` was made by this key.
    #[must_use]
    pub fn verifies(&self, domain: Domain, parts: &[&[u8]], signature: &Signature) -> bool {
        self.verifies_bytes(&domain.input(parts), &DalekSignature::from_bytes(signature))
    }

    /// Whether `signature` over an MLS structure, which MLS has labelled itself, was made by this key.
    #[must_use]
    pub fn verifies_mls(&self, labelled: &[u8], signature: &[u8]) -> bool {
        DalekSignature::from_slice(signature).is_ok_and(|signature| self.verifies_bytes(labelled, &signature))
    }

    fn verifies_bytes(&self, message: &[u8], signature: &DalekSignature) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| verifies_strictly(&key, message, signature))
    }

    /// The account whose first root key this is.
    pub fn account_id(&self) -> AccountId {
        AccountId::from_bytes(Domain::AccountId.hash(&[self.as_bytes()]))
    }

    /// The device whose key this is.
    pub fn device_id(&self) -> DeviceId {
        let hash = Domain::DeviceId.hash(&[self.as_bytes()]);
        DeviceId::from_bytes(*hash.first_chunk().expect("a hash is longer than a device id"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PublicKey(…)")
    }
}

impl Field<Bytes> for PublicKey {
    fn into_wire(self) -> Bytes {
        Bytes::copy_from_slice(self.as_bytes())
    }

    fn from_wire(wire: Bytes) -> Result<Self, DecodeError> {
        Self::from_bytes(&Field::from_wire(wire)?)
    }
}

macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name(SigningKey);

        impl $name {
            /// The key with this secret.
            pub fn from_secret(secret: &[u8; 32]) -> Self {
                Self(SigningKey::from_bytes(secret))
            }

            /// The public half.
            pub fn public(&self) -> PublicKey {
                PublicKey(self.0.verifying_key().to_bytes())
            }

            /// Signs `parts` in `domain`.
            pub fn sign(&self, domain: Domain, parts: &[&[u8]]) -> Signature {
                base_point::sign(&self.0, &domain.input(parts))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    };
}

secret_key! {
    /// An account's root key. Derived from the phrase when needed; never kept on a device.
    RootKey
}
secret_key! {
    /// A device's key; also its MLS signature key.
    DeviceKey
}
secret_key! {
    /// A relay's key: it signs where its audit logs end.
    RelayKey
}

impl DeviceKey {
    /// Signs an MLS structure, which MLS has labelled itself.
    pub fn sign_mls(&self, labelled: &[u8]) -> Signature {
        base_point::sign(&self.0, labelled)
    }

    /// The secret, to be sealed into the device's key file.
    pub fn secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_in_its_domain_only() {
        let key = DeviceKey::from_secret(&[7; 32]);
        let signature = key.sign(Domain::SessionStart, &[b"nonce"]);
        assert!(key.public().verifies(Domain::SessionStart, &[b"nonce"], &signature));
        assert!(!key.public().verifies(Domain::IdentityEntry, &[b"nonce"], &signature));
        assert!(!key.public().verifies(Domain::SessionStart, &[b"other"], &signature));
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(format!("{:?}", DeviceKey::from_secret(&[7; 32])), "DeviceKey(secret)");
    }

    #[test]
    fn a_weak_public_key_is_refused() {
        let mut identity_point = [0; 32];
        identity_point[0] = 1;
        assert!(PublicKey::from_bytes(&identity_point).is_err());
    }
}
