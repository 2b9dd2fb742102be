//! Joining by a Welcome and the tree served beside it: staged first, so that a failed join burns nothing.

use openmls::group::StagedWelcome;
use protocol::{ConversationId, Epoch};

use super::Group;
use crate::framing::{tree, welcome};
use crate::key_package::decode_private;
use crate::policy::Policy;
use crate::provider::{Provider, checking_together};
use crate::storage::{Kind, WorkingSet, join_config};
use crate::{Error, Leaf, Roster, StepSecret};

/// A group that could be joined: look at it, then adopt it or let it go.
pub struct StagedJoin {
    staged: StagedWelcome,
    storage: WorkingSet,
}

impl StagedJoin {
    /// Opens a Welcome with the private half of the KeyPackage it was made for.
    pub fn stage(
        welcome_bytes: &[u8],
        tree_bytes: &[u8],
        private_key_package: &[u8],
        secret: &StepSecret,
    ) -> Result<Self, Error> {
        let storage = || decode_private(private_key_package);
        let (staged, storage) = checking_together(secret, storage, |provider| {
            StagedWelcome::build_from_welcome(provider, &join_config(), welcome(welcome_bytes)?)
                .map_err(|cause| match cause {
                    openmls::prelude::WelcomeError::NoMatchingKeyPackage => Error::NoKeyPackage,
                    cause => Error::invalid(cause),
                })?
                .with_ratchet_tree(tree(tree_bytes)?)
                .skip_lifetime_validation()
                .build()
                .map_err(Error::invalid)
        })?;
        Ok(Self { staged, storage })
    }

    /// Which conversation.
    pub fn conversation(&self) -> Result<ConversationId, Error> {
        self.staged.group_context().group_id().as_slice().try_into().map_err(|_| Error::WrongGroup)
    }

    /// Which epoch.
    pub fn epoch(&self) -> Epoch {
        Epoch(self.staged.group_context().epoch().as_u64())
    }

    /// Its policy.
    pub fn policy(&self) -> Result<Policy, Error> {
        Policy::of_extensions(self.staged.group_context().extensions())
    }

    /// Whose Welcome it is.
    pub fn inviter(&self) -> Result<Leaf, Error> {
        Leaf::of_node(self.staged.welcome_sender().map_err(Error::invalid)?)
    }

    /// Its devices, this one among them.
    pub fn roster(&self) -> Result<Roster, Error> {
        Roster::of(self.staged.members())
    }

    /// Joins.
    pub fn adopt(self, secret: &StepSecret) -> Result<Group, Error> {
        let provider = Provider::new(secret, &self.storage);
        let mls = self.staged.into_group(&provider).map_err(Error::invalid)?;
        self.storage.forget(Kind::KeyPackage);
        Ok(Group::new(mls, self.storage))
    }
}

impl std::fmt::Debug for StagedJoin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "StagedJoin(epoch {}, secret)", self.epoch())
    }
}
