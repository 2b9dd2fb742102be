//! Handshakes from the log: staged first, merged when the caller has authorized them.

use openmls::prelude::{
    MlsMessageBodyIn, ProcessedMessageContent, Proposal, ProtocolMessage, QueuedProposal, Sender,
};
use protocol::content::HandshakeContext;

use super::Group;
use super::message::refuse;
use crate::facts::facts_of;
use crate::framing::message;
use crate::policy::Refusal;
use crate::provider::Provider;
use crate::{CommitFacts, Error, StepSecret};

/// What a handshake from the log is.
#[derive(Debug)]
pub enum ReceivedHandshake {
    /// The echo of this device's own pending commit: merge it.
    OwnEcho {
        /// What the commit does.
        facts: Box<CommitFacts>,
    },
    /// Someone's commit: authorize its facts, then merge it.
    Commit(Box<StagedCommit>),
    /// A member's proposal to leave: keep it, and commit it soon.
    Leave(Box<StagedLeave>),
}

/// A valid commit that has changed nothing yet.
#[derive(Debug)]
pub struct StagedCommit {
    staged: openmls::group::StagedCommit,
    facts: CommitFacts,
}

/// A member's valid proposal to leave.
#[derive(Debug)]
pub struct StagedLeave {
    proposal: QueuedProposal,
    leaf: u32,
    context: HandshakeContext,
}

impl StagedCommit {
    /// What it would do.
    pub fn facts(&self) -> &CommitFacts {
        &self.facts
    }
}

impl StagedLeave {
    /// Whose leaf.
    pub fn leaf(&self) -> u32 {
        self.leaf
    }

    /// The heads it names.
    pub fn context(&self) -> &HandshakeContext {
        &self.context
    }
}

impl Group {
    /// Checks a handshake of the current epoch. Changes nothing that has to be stored.
    pub fn receive(&mut self, handshake: &[u8], secret: &StepSecret) -> Result<ReceivedHandshake, Error> {
        if let Some(facts) = self.own_facts(handshake) {
            return Ok(ReceivedHandshake::OwnEcho { facts: Box::new(facts?) });
        }
        let MlsMessageBodyIn::PublicMessage(handshake) = message(handshake)? else {
            return Err(Error::Malformed);
        };
        let provider = Provider::new(secret, &self.storage);
        let processed = self
            .mls
            .process_message(&provider, ProtocolMessage::PublicMessage(Box::new(handshake)))
            .map_err(refuse)?;
        let sender = processed.sender().clone();
        let authenticated_data = processed.aad().to_vec();
        match processed.into_content() {
            ProcessedMessageContent::OwnPendingCommit => {
                let staged = self.mls.pending_commit().ok_or(Error::DamagedState)?;
                let facts = facts_of(staged, self.mls.extensions(), &sender, &authenticated_data)?;
                Ok(ReceivedHandshake::OwnEcho { facts: Box::new(facts) })
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                let facts = facts_of(&staged, self.mls.extensions(), &sender, &authenticated_data)?;
                Ok(ReceivedHandshake::Commit(Box::new(StagedCommit { staged: *staged, facts })))
            }
            ProcessedMessageContent::ProposalMessage(proposal) => {
                if self.mls.pending_proposals().any(|waiting| *waiting.sender() == sender) {
                    return Err(Error::Refused(Refusal::ProposalForbidden));
                }
                let leave = leave_of(*proposal, &sender, &authenticated_data)?;
                Ok(ReceivedHandshake::Leave(Box::new(leave)))
            }
            _ => Err(Error::Refused(Refusal::ProposalForbidden)),
        }
    }

    /// Merges an authorized commit. A pending commit of this device is dropped: its intent has to be rebuilt.
    pub fn merge(&mut self, commit: StagedCommit, secret: &StepSecret) -> Result<(), Error> {
        self.own = None;
        let provider = Provider::new(secret, &self.storage);
        self.mls.merge_staged_commit(&provider, commit.staged).map_err(Error::invalid)
    }

    /// Keeps a member's proposal to leave until a commit carries it out.
    pub fn keep_leave(&mut self, leave: StagedLeave) -> Result<(), Error> {
        self.mls.store_pending_proposal(&self.storage, leave.proposal).map_err(|_| Error::DamagedState)
    }
}

/// The only proposal that may stand alone.
fn leave_of(
    proposal: QueuedProposal,
    sender: &Sender,
    authenticated_data: &[u8],
) -> Result<StagedLeave, Error> {
    let (Proposal::SelfRemove, Sender::Member(leaf)) = (proposal.proposal(), sender) else {
        return Err(Error::Refused(Refusal::ProposalForbidden));
    };
    let context = HandshakeContext::decode(authenticated_data).map_err(|_| Error::Malformed)?;
    Ok(StagedLeave { leaf: leaf.u32(), proposal, context })
}
