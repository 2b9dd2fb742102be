//! What a message says of itself, without its group and without keys. Claims: only its group can believe them.

use protocol::{ConversationId, Epoch};

use crate::Error;
use crate::framing::{Reader, WireFormat, open_frame};

/// What a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Sealed content.
    Application,
    /// A proposal on its own.
    Proposal,
    /// A commit.
    Commit,
}

/// Who sent a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The member at this leaf.
    Member(u32),
    /// A device that joins by its own commit.
    NewMemberCommit,
    /// Anyone else: never allowed here.
    Other,
}

/// What a PrivateMessage says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateMessage {
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its epoch.
    pub epoch: Epoch,
    /// What it holds.
    pub content: Content,
}

/// What a PublicMessage says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicMessage {
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its epoch.
    pub epoch: Epoch,
    /// Its sender.
    pub sender: Sender,
    /// What its signature also covers.
    pub authenticated_data: Vec<u8>,
    /// What it holds.
    pub content: Content,
}

/// Peeks into a PrivateMessage.
pub fn private_message(bytes: &[u8]) -> Result<PrivateMessage, Error> {
    let (WireFormat::PrivateMessage, body) = open_frame(bytes)? else { return Err(Error::Malformed) };
    let mut reader = Reader(body);
    let conversation = conversation(&mut reader)?;
    let epoch = Epoch(reader.u64()?);
    let content = content(&mut reader)?;
    for _ in ["authenticated data", "encrypted sender data", "ciphertext"] {
        reader.vector()?;
    }
    reader.end()?;
    Ok(PrivateMessage { conversation, epoch, content })
}

/// Peeks into a PublicMessage.
pub fn public_message(bytes: &[u8]) -> Result<PublicMessage, Error> {
    Ok(open_public(bytes)?.0)
}

/// The same, and what stands behind the word of what it holds.
pub(crate) fn open_public(bytes: &[u8]) -> Result<(PublicMessage, Reader<'_>), Error> {
    let (WireFormat::PublicMessage, body) = open_frame(bytes)? else { return Err(Error::Malformed) };
    let mut reader = Reader(body);
    let conversation = conversation(&mut reader)?;
    let epoch = Epoch(reader.u64()?);
    let sender = match reader.byte()? {
        1 => Sender::Member(reader.u32()?),
        2 => {
            reader.u32()?;
            Sender::Other
        }
        3 => Sender::Other,
        4 => Sender::NewMemberCommit,
        _ => return Err(Error::Malformed),
    };
    let authenticated_data = reader.vector()?.to_vec();
    let content = content(&mut reader)?;
    Ok((PublicMessage { conversation, epoch, sender, authenticated_data, content }, reader))
}

fn conversation(reader: &mut Reader<'_>) -> Result<ConversationId, Error> {
    reader.vector()?.try_into().map_err(|_| Error::WrongGroup)
}

fn content(reader: &mut Reader<'_>) -> Result<Content, Error> {
    match reader.byte()? {
        1 => Ok(Content::Application),
        2 => Ok(Content::Proposal),
        3 => Ok(Content::Commit),
        _ => Err(Error::Malformed),
    }
}
