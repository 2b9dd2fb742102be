//! The escrow: an order's money while neither side has it. Moved by its order alone.

use EscrowStatus as S;
use EscrowVerb as V;

use crate::machine::Machine;
use crate::words::words;

words! {
    /// How far an escrow is.
    EscrowStatus {
        /// Being made.
        Creating = "CREATING",
        /// Made, and empty.
        Created = "CREATED",
        /// The money is on its way in.
        Funding = "FUNDING",
        /// It holds the money.
        Funded = "FUNDED",
        /// The money is on its way to the seller.
        Releasing = "RELEASING",
        /// The money is on its way back to the buyer.
        Refunding = "REFUNDING",
        /// Frozen until an arbiter has decided and the money has moved.
        Disputed = "DISPUTED",
        /// Empty: the seller has the money, or each side its part.
        Released = "RELEASED",
        /// Empty: the buyer has the money back.
        Refunded = "REFUNDED",
    }
}

words! {
    /// What happens to an escrow.
    EscrowVerb {
        /// It was made.
        Created = "created",
        /// Money is sent in.
        Fund = "fund",
        /// The money arrived.
        Funded = "funded",
        /// The money is sent to the seller.
        Release = "release",
        /// The money is sent back to the buyer.
        Refund = "refund",
        /// It is frozen.
        Dispute = "dispute",
        /// What was sent to the seller, or to each side, arrived.
        Released = "released",
        /// What was sent back arrived.
        Refunded = "refunded",
        /// What was to be sent never left.
        SendFailed = "send_failed",
    }
}

/// The escrow's machine.
pub const ESCROW: Machine<EscrowStatus, EscrowVerb> = Machine {
    name: "escrow",
    start: S::Creating,
    edges: &[
        (S::Creating, V::Created, S::Created),
        (S::Created, V::Fund, S::Funding),
        (S::Funding, V::Funded, S::Funded),
        (S::Funded, V::Release, S::Releasing),
        (S::Funded, V::Refund, S::Refunding),
        (S::Funded, V::Dispute, S::Disputed),
        (S::Releasing, V::Released, S::Released),
        (S::Refunding, V::Refunded, S::Refunded),
        (S::Disputed, V::Released, S::Released),
        (S::Disputed, V::Refunded, S::Refunded),
    ],
    compensations: &[(S::Releasing, V::SendFailed, S::Funded), (S::Refunding, V::SendFailed, S::Funded)],
};
