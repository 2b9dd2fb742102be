//! An escrow, as its order holds it.

use protocol::{EscrowId, Timestamp};

use crate::machine::IllegalMove;
use crate::machines::{ESCROW, EscrowStatus, EscrowVerb};
use crate::text::Text;

/// What has to hold before an escrow is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EscrowTerms {
    /// Whether every milestone has to be completed.
    pub is_milestones_required: bool,
}

/// An order's money while neither side has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escrow {
    /// Which.
    pub id: EscrowId,
    /// How far it is.
    pub status: EscrowStatus,
    /// What has to hold before it is released.
    pub terms: EscrowTerms,
    /// What the provider calls it.
    pub reference: Option<Text>,
    /// Since when it holds the money.
    pub funded_at: Option<Timestamp>,
}

impl Escrow {
    /// One that is yet to be made.
    pub(crate) fn new(id: EscrowId, terms: EscrowTerms) -> Self {
        Self { id, status: ESCROW.start, terms, reference: None, funded_at: None }
    }

    pub(crate) fn go(&mut self, verb: EscrowVerb) -> Result<(), IllegalMove> {
        self.status = ESCROW.next(self.status, verb)?;
        Ok(())
    }

    /// Whether the money has come in, be it here still or not.
    pub fn was_funded(&self) -> bool {
        !matches!(self.status, EscrowStatus::Creating | EscrowStatus::Created | EscrowStatus::Funding)
    }
}
