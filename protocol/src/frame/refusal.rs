//! A member's signed word that it cannot follow a commit: what a void rests on.

use bytes::Bytes;
use prost::Message;
use sha2::{Digest, Sha256};

use super::at_most;
use crate::codec::{DecodeError, Field, message};
use crate::domain::Domain;
use crate::ids::{ConversationId, DeviceId, Epoch, Seq};
use crate::keys::{DeviceKey, PublicKey, Signature};
use crate::{limits, wire};

message! {
    /// A member's word that it cannot follow the commit that opened the current epoch. It is of one commit in one place of
    /// one conversation, and serves no other.
    CommitRefusal {
        /// Where.
        conversation: ConversationId,
        /// The commit's place.
        seq: Seq,
        /// The epoch it builds on.
        epoch: Epoch,
        /// The SHA-256 of its bytes.
        commit: [u8; 32],
        /// Who refuses.
        device: DeviceId,
        /// By that device's key.
        signature: Signature,
    }
}

impl CommitRefusal {
    /// Refuses a commit.
    pub fn sign(
        conversation: ConversationId,
        seq: Seq,
        epoch: Epoch,
        commit: [u8; 32],
        device: &DeviceKey,
    ) -> Self {
        let unsigned = Self {
            conversation,
            seq,
            epoch,
            commit,
            device: device.public().device_id(),
            signature: [0; 64],
        };
        let signature = unsigned.with_parts(|parts| device.sign(Domain::CommitRefusal, parts));
        Self { signature, ..unsigned }
    }

    /// Whether the device that it names has signed it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.device_id() == self.device
            && self.with_parts(|parts| key.verifies(Domain::CommitRefusal, parts, &self.signature))
    }

    /// What names a commit.
    pub fn hash_of(commit: &[u8]) -> [u8; 32] {
        Sha256::digest(commit).into()
    }

    fn with_parts<T>(&self, then: impl FnOnce(&[&[u8]]) -> T) -> T {
        then(&[
            self.conversation.as_bytes(),
            &self.seq.0.to_be_bytes(),
            &self.epoch.0.to_be_bytes(),
            &self.commit,
            self.device.as_bytes(),
        ])
    }

    /// The bytes that a void carries.
    pub fn encode(self) -> Bytes {
        let wire: wire::CommitRefusal = self.into_wire();
        wire.encode_to_vec().into()
    }

    /// Checks the bytes that a void carries.
    pub fn decode(bytes: &Bytes) -> Result<Self, DecodeError> {
        at_most("refusal", bytes.len(), limits::REFUSAL_BYTES_MAX)?;
        let wire = wire::CommitRefusal::decode(bytes.clone()).map_err(|_| DecodeError::Malformed)?;
        Field::from_wire(wire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_of_one_commit_in_one_place_by_one_device() {
        let key = DeviceKey::from_secret(&[1; 32]);
        let honest =
            CommitRefusal::sign(ConversationId::from_bytes([2; 16]), Seq(3), Epoch(4), [5; 32], &key);
        assert!(honest.is_signed_by(&key.public()));
        assert_eq!(CommitRefusal::decode(&honest.clone().encode()), Ok(honest.clone()));
        let changed = [
            CommitRefusal { conversation: ConversationId::from_bytes([9; 16]), ..honest.clone() },
            CommitRefusal { seq: Seq(9), ..honest.clone() },
            CommitRefusal { epoch: Epoch(9), ..honest.clone() },
            CommitRefusal { commit: [9; 32], ..honest.clone() },
            CommitRefusal { device: DeviceId::from_bytes([9; 16]), ..honest.clone() },
        ];
        assert!(changed.iter().all(|changed| !changed.is_signed_by(&key.public())));
        assert!(!honest.is_signed_by(&DeviceKey::from_secret(&[2; 32]).public()));
    }
}
