//! Sealing and opening content.

use openmls::framing::errors::{MessageDecryptionError, SecretTreeError};
use openmls::group::ProcessMessageError;
use openmls::prelude::{MlsMessageBodyIn, ProcessedMessageContent, ProtocolMessage, Sender, ValidationError};
use protocol::Epoch;
use protocol::identity::LeafIdentity;
use protocol::keys::DeviceKey;

use super::Group;
use crate::framing::{bytes, message};
use crate::leaf::identity_of;
use crate::provider::{DeviceSigner, Provider};
use crate::storage::Epochs;
use crate::{Error, StepSecret};

/// An opened message.
#[derive(Clone, PartialEq, Eq)]
pub enum Opened {
    /// A member's.
    Message {
        /// Whose, proven.
        sender: LeafIdentity,
        /// Of which epoch.
        epoch: Epoch,
        /// The content.
        content: Vec<u8>,
    },
    /// This device's own, which it cannot open: it knows what it sent by the envelope.
    Own,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message { sender, epoch, content } => {
                write!(out, "Message({sender:?}, epoch {epoch}, {} bytes)", content.len())
            }
            Self::Own => out.write_str("Own"),
        }
    }
}

impl Group {
    /// Seals content in the current epoch.
    pub fn seal(
        &mut self,
        content: &[u8],
        device: &DeviceKey,
        secret: &StepSecret,
    ) -> Result<Vec<u8>, Error> {
        if !self.mls.is_active() {
            return Err(Error::NotAMember);
        }
        let provider = Provider::new(secret, &self.storage);
        let create = || self.mls.create_message(&provider, &DeviceSigner(device), content);
        let sealed = self.storage.putting_off(Epochs::Current, create).map_err(Error::invalid)?;
        Ok(bytes(&sealed))
    }

    /// Opens content of the current epoch or the one before.
    pub fn open(&mut self, sealed: &[u8], secret: &StepSecret) -> Result<Opened, Error> {
        let MlsMessageBodyIn::PrivateMessage(sealed) = message(sealed)? else { return Err(Error::Malformed) };
        let provider = Provider::new(secret, &self.storage);
        let epochs = if sealed.epoch() == self.mls.epoch() { Epochs::Current } else { Epochs::All };
        let process = || self.mls.process_message(&provider, ProtocolMessage::PrivateMessage(sealed));
        let processed = self.storage.putting_off(epochs, process).map_err(refuse)?;
        let epoch = Epoch(processed.epoch().as_u64());
        let is_member = matches!(processed.sender(), Sender::Member(_));
        let sender = identity_of(processed.credential())?;
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(content) if is_member => {
                Ok(Opened::Message { sender, epoch, content: content.into_bytes() })
            }
            ProcessedMessageContent::OwnPrivateMessage => Ok(Opened::Own),
            _ => Err(Error::Malformed),
        }
    }
}

/// OpenMLS's refusal in our words.
pub(super) fn refuse<S: std::fmt::Debug>(refusal: ProcessMessageError<S>) -> Error {
    match refusal {
        ProcessMessageError::ValidationError(ValidationError::WrongEpoch) => Error::WrongEpoch,
        ProcessMessageError::ValidationError(ValidationError::WrongGroupId) => Error::WrongGroup,
        ProcessMessageError::ValidationError(ValidationError::UnableToDecrypt(
            MessageDecryptionError::SecretTreeError(SecretTreeError::SecretReuseError),
        )) => Error::Replayed,
        ProcessMessageError::ValidationError(cause) => Error::invalid(cause),
        ProcessMessageError::InvalidCommit(cause) => Error::invalid(cause),
        ProcessMessageError::GroupStateError(_) => Error::NotAMember,
        other => Error::invalid(other),
    }
}
