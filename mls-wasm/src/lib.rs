//! Palaver's MLS engine: the only crate that names OpenMLS. Bytes and our own types cross its edge.
//!
//! [`Group`] is a member's side, [`public::PublicGroup`] the relay's. Both hand each commit's [`CommitFacts`] to the same
//! pure [`policy::authorize`]. Nothing here reads a clock that decides, or makes randomness: each call takes a
//! [`StepSecret`].

#![warn(missing_docs)]

mod error;
mod facts;
mod framing;
mod group;
mod key_package;
mod leaf;
pub mod peek;
pub mod policy;
mod provider;
pub mod public;
mod storage;
#[cfg(test)]
mod vectors;

pub use error::Error;
pub use facts::{Addition, CommitFacts, Committer};
pub use group::{
    CommitRequest, CreatedCommit, Group, JoinerWelcome, Opened, ReceivedHandshake, Rejoin, StagedCommit,
    StagedJoin,
};
pub use key_package::{KeyPackageRef, NewKeyPackage, check_key_package, welcome_key_package};
pub use leaf::{Leaf, Roster};
pub use provider::StepSecret;
pub use storage::{PartKey, PartWrite};
