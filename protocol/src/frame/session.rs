//! Opening, resuming and ending a session.

use bytes::Bytes;

use super::KeyPackagesStatus;
use crate::code::ErrorCode;
use crate::codec::{OrEmpty, message};
use crate::domain::Domain;
use crate::ids::{AccountId, ConversationId, DeviceId, Epoch, RelayId, Seq};
use crate::keys::{DeviceKey, PublicKey, Signature};
use crate::time::Timestamp;

message! {
    /// The first frame of a socket.
    Hello {
        /// The oldest protocol version the client speaks.
        version_min: u32,
        /// The newest.
        version_max: u32,
        /// Name and version of the program, such as `palaver/0.1.0`.
        client: String,
    }
}

message! {
    /// What the device has to sign, within its time and once.
    Challenge {
        /// The version both speak.
        version: u32,
        /// Who asks: a client refuses a relay other than the one it knows.
        relay: RelayId,
        /// Never asked before.
        nonce: [u8; 32],
        /// Until when an answer counts.
        expires_at: Timestamp,
        /// The relay's clock.
        now: Timestamp,
    }
}

message! {
    /// The device's answer to the challenge.
    SessionStart {
        /// Whose device.
        account: AccountId,
        /// Which.
        device: DeviceId,
        /// See [`Challenge::sign`].
        signature: Signature,
        /// The last counter that this state of the device has told, here or with an acknowledgement; lower than the relay
        /// remembers means that it was rolled back.
        state_counter: u64,
    }
}

message! {
    /// Takes a session up again without a signature.
    SessionResume {
        /// From the last [`SessionReady`]; works once.
        resume_token: Bytes,
        /// As in [`SessionStart`].
        state_counter: u64,
    }
}

message! {
    /// The session stands.
    SessionReady {
        /// Whose session.
        account: AccountId,
        /// On which device.
        device: DeviceId,
        /// The bearer token of the HTTP routes.
        session_token: Bytes,
        /// For the next [`SessionResume`].
        resume_token: Bytes,
        /// When both end.
        expires_at: Timestamp,
        /// The highest counter the device told before.
        state_counter: u64,
        /// What the directory holds for the device.
        key_packages: Vec<KeyPackagesStatus>,
        /// The relay's clock.
        now: Timestamp,
    }
}

message! {
    /// Ends the session.
    Logout {}
}

message! {
    /// Done, nothing to say.
    Done {}
}

message! {
    /// Asks for a sign of life.
    Ping {}
}

message! {
    /// Gives one.
    Pong {}
}

message! {
    /// A refusal: nothing was changed.
    Failure {
        /// Stable.
        code: ErrorCode,
        /// For people.
        message: String,
        /// When the same request may succeed.
        retry_after_ms: OrEmpty<u64>,
        /// With `conversation_exists`: which.
        conversation: OrEmpty<ConversationId>,
        /// With `stale_epoch`: the current one.
        epoch: Epoch,
        /// With `replay_window_exceeded`: the first entry kept.
        earliest_seq: Seq,
        /// With `replay_window_exceeded`: the last entry.
        latest_seq: Seq,
    }
}

impl Failure {
    /// A refusal with nothing but its reason.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: OrEmpty(None),
            conversation: OrEmpty(None),
            epoch: Epoch(0),
            earliest_seq: Seq(0),
            latest_seq: Seq(0),
        }
    }

    /// The same, with when to try again.
    #[must_use]
    pub fn retry_after_ms(mut self, millis: u64) -> Self {
        self.retry_after_ms = OrEmpty(Some(millis));
        self
    }
}

impl Challenge {
    /// The signature of `device`, good for this relay, this nonce, this device and this time only.
    pub fn sign(&self, account: &AccountId, device: &DeviceKey) -> Signature {
        let id = device.public().device_id();
        device.sign(Domain::SessionStart, &self.parts(account, &id).each_ref().map(Vec::as_slice))
    }

    /// Whether `start` answers this challenge with `key`.
    #[must_use]
    pub fn is_answered_by(&self, start: &SessionStart, key: &PublicKey) -> bool {
        let parts = self.parts(&start.account, &start.device);
        key.verifies(Domain::SessionStart, &parts.each_ref().map(Vec::as_slice), &start.signature)
    }

    fn parts(&self, account: &AccountId, device: &DeviceId) -> [Vec<u8>; 5] {
        [
            self.relay.as_bytes().to_vec(),
            self.nonce.to_vec(),
            account.as_bytes().to_vec(),
            device.as_bytes().to_vec(),
            self.expires_at.as_millis().to_be_bytes().to_vec(),
        ]
    }
}
