//! The one rule of who may do what: pure, and run alike by the relay and by every client.

use std::collections::BTreeSet;

use protocol::content::HandshakeContext;
use protocol::identity::{AccountHead, AccountView};
use protocol::{AccountId, limits};

use super::{Heads, Kind, Policy, Refusal, Role};
use crate::{CommitFacts, Committer, Leaf, Roster};

/// What identity logs say at a head.
pub trait Identities {
    /// The account at that head, if its log is here and contains it.
    fn view_at(&self, head: &AccountHead) -> Option<AccountView>;
}

/// Whether a commit may stand, and the heads in force after it.
pub fn authorize(
    policy: &Policy,
    roster: &Roster,
    heads: &Heads,
    facts: &CommitFacts,
    identities: &impl Identities,
) -> Result<Heads, Refusal> {
    let commit = Commit { policy, roster, facts, identities };
    commit.check_shape()?;
    commit.check_named_heads()?;
    let after = heads.after(&facts.context)?;
    match facts.committer {
        Committer::Member(index) => commit.check_member(index)?,
        Committer::External => commit.check_external()?,
    }
    Ok(after)
}

/// Whether a group of its creator alone may be opened under a policy.
pub fn authorize_creation(
    policy: &Policy,
    roster: &Roster,
    head: &AccountHead,
    identities: &impl Identities,
) -> Result<(), Refusal> {
    let mut leaves = roster.leaves();
    let (Some((_, creator)), None) = (leaves.next(), leaves.next()) else {
        return Err(Refusal::AccountNotAdmitted);
    };
    let account = creator.identity.account;
    let is_well_formed = match &policy.kind {
        Kind::SelfGroup { account: own } => *own == account,
        Kind::Dm { accounts: [low, high] } => low < high && [low, high].contains(&&account),
        Kind::Room { roles } => roles.get(&account) == Some(&Role::Owner),
    };
    if !is_well_formed || head.account != account {
        return Err(Refusal::PolicyForbidden);
    }
    let view = identities.view_at(head).ok_or(Refusal::HeadUnknown(account))?;
    require_listed(&view, creator, Refusal::CommitterNotListed)
}

/// Whether a joiner may believe a roster: each leaf is a device that its account lists, or has listed and revoked since.
/// Whoever invites is listed now.
pub fn authorize_roster(
    policy: &Policy,
    roster: &Roster,
    inviter: &Leaf,
    heads: &Heads,
    identities: &impl Identities,
) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for (_, leaf) in roster.leaves() {
        let account = leaf.identity.account;
        if !policy.admits(&account) {
            return Err(Refusal::AccountNotAdmitted);
        }
        if !seen.insert(leaf.identity.device) {
            return Err(Refusal::DeviceTwice);
        }
        let head = heads.get(&account).ok_or(Refusal::HeadMissing)?;
        let view = identities.view_at(&AccountHead { account, head }).ok_or(Refusal::HeadUnknown(account))?;
        let was_listed =
            view.devices().any(|(device, record)| *device == leaf.identity.device && record.key == leaf.key);
        if !was_listed {
            return Err(Refusal::DeviceNotListed);
        }
        if leaf == inviter {
            require_listed(&view, leaf, Refusal::CommitterNotListed)?;
        }
    }
    if roster.leaves().any(|(_, leaf)| leaf == inviter) { Ok(()) } else { Err(Refusal::CommitterNotListed) }
}

/// Whether a member's proposal to leave may wait for a commit. It names its own account's head, from a log that is here,
/// and moves nothing: the commit that carries it out names that account again.
pub fn authorize_leave(
    leaver: &Leaf,
    context: &HandshakeContext,
    identities: &impl Identities,
) -> Result<(), Refusal> {
    let [head] = context.heads[..] else { return Err(Refusal::HeadUntouched) };
    if head.account != leaver.identity.account {
        return Err(Refusal::HeadUntouched);
    }
    identities.view_at(&head).map(|_| ()).ok_or(Refusal::HeadUnknown(head.account))
}

struct Commit<'a, I> {
    policy: &'a Policy,
    roster: &'a Roster,
    facts: &'a CommitFacts,
    identities: &'a I,
}

impl<I: Identities> Commit<'_, I> {
    /// What no one may do.
    fn check_shape(&self) -> Result<(), Refusal> {
        if self.facts.has_foreign_proposal {
            return Err(Refusal::ProposalForbidden);
        }
        if self.facts.has_foreign_context {
            return Err(Refusal::ContextForbidden);
        }
        let removed = self.facts.removed.len() + self.facts.left.len();
        let devices = (self.roster.len() + self.facts.added.len()).saturating_sub(removed);
        if devices > limits::CONVERSATION_DEVICES_MAX {
            return Err(Refusal::TooManyDevices);
        }
        Ok(())
    }

    /// Exactly the accounts that the commit touches have a head.
    fn check_named_heads(&self) -> Result<(), Refusal> {
        let named: BTreeSet<AccountId> = self.facts.context.heads.iter().map(|named| named.account).collect();
        let touched = self.touched_accounts()?;
        if !touched.is_subset(&named) {
            return Err(Refusal::HeadMissing);
        }
        if touched != named {
            return Err(Refusal::HeadUntouched);
        }
        let unknown = self.facts.context.heads.iter().find(|head| self.identities.view_at(head).is_none());
        unknown.map_or(Ok(()), |head| Err(Refusal::HeadUnknown(head.account)))
    }

    fn touched_accounts(&self) -> Result<BTreeSet<AccountId>, Refusal> {
        let mut touched: BTreeSet<AccountId> =
            self.facts.added.iter().map(|added| added.leaf.identity.account).collect();
        for index in self.facts.removed.iter().chain(&self.facts.left) {
            touched.insert(self.leaf(*index)?.identity.account);
        }
        match self.facts.committer {
            Committer::Member(index) => touched.insert(self.leaf(index)?.identity.account),
            Committer::External => {
                self.facts.path_leaf.is_some_and(|leaf| touched.insert(leaf.identity.account))
            }
        };
        Ok(touched)
    }

    fn check_member(&self, index: u32) -> Result<(), Refusal> {
        let committer = self.leaf(index)?;
        let view = self.view(&self.facts.context, &committer.identity.account)?;
        require_listed(&view, committer, Refusal::CommitterNotListed)?;
        if self.facts.path_leaf.is_some_and(|renewed| renewed != *committer) {
            return Err(Refusal::LeafChanged);
        }
        self.check_policy_change(committer)?;
        self.facts.removed.iter().try_for_each(|removed| self.check_removal(committer, *removed))?;
        self.check_additions(committer)
    }

    /// A commit from outside takes the place of its device's own leaf, and does nothing else.
    fn check_external(&self) -> Result<(), Refusal> {
        let ([removed], Some(joiner)) = (self.facts.removed.as_slice(), self.facts.path_leaf) else {
            return Err(Refusal::ExternalNotOwnLeaf);
        };
        let is_alone =
            self.facts.added.is_empty() && self.facts.left.is_empty() && self.facts.policy == *self.policy;
        if !is_alone || *self.leaf(*removed)? != joiner {
            return Err(Refusal::ExternalNotOwnLeaf);
        }
        let view = self.view(&self.facts.context, &joiner.identity.account)?;
        require_listed(&view, &joiner, Refusal::CommitterNotListed)
    }

    /// Only a room's owner changes its policy, and never what kind of group it is.
    fn check_policy_change(&self, committer: &Leaf) -> Result<(), Refusal> {
        if self.facts.policy == *self.policy {
            return Ok(());
        }
        let stays_room =
            matches!((&self.policy.kind, &self.facts.policy.kind), (Kind::Room { .. }, Kind::Room { .. }));
        let is_owner = self.policy.role(&committer.identity.account) == Some(Role::Owner);
        if stays_room && is_owner && self.facts.policy.suites == self.policy.suites {
            Ok(())
        } else {
            Err(Refusal::PolicyForbidden)
        }
    }

    /// Anyone removes a device that its account no longer lists; a room's admins remove those below them.
    fn check_removal(&self, committer: &Leaf, index: u32) -> Result<(), Refusal> {
        let removed = self.leaf(index)?;
        let account = removed.identity.account;
        let view = self.view(&self.facts.context, &account)?;
        let is_due = view.device(&removed.identity.device).is_none();
        let rank = self.policy.role(&committer.identity.account);
        let outranks = rank.is_some() && rank > self.policy.role(&account);
        if is_due || outranks { Ok(()) } else { Err(Refusal::RemovalNotAllowed) }
    }

    fn check_additions(&self, committer: &Leaf) -> Result<(), Refusal> {
        let removed: BTreeSet<u32> = self.facts.removed.iter().chain(&self.facts.left).copied().collect();
        let staying = self.roster.leaves().filter(|(index, _)| !removed.contains(index));
        let mut devices: BTreeSet<_> = staying.map(|(_, leaf)| leaf.identity.device).collect();
        for added in &self.facts.added {
            let leaf = &added.leaf;
            let account = leaf.identity.account;
            if !devices.insert(leaf.identity.device) {
                return Err(Refusal::DeviceTwice);
            }
            if !self.roster.has_account(&account) && !self.may_add_account(committer, &account) {
                return Err(Refusal::AccountNotAdmitted);
            }
            let view = self.view(&self.facts.context, &account)?;
            require_listed(&view, leaf, Refusal::DeviceNotListed)?;
        }
        Ok(())
    }

    fn may_add_account(&self, committer: &Leaf, account: &AccountId) -> bool {
        match self.policy.kind {
            Kind::SelfGroup { .. } | Kind::Dm { .. } => self.policy.admits(account),
            Kind::Room { .. } => [&committer.identity.account, account]
                .into_iter()
                .any(|either| self.policy.role(either).is_some()),
        }
    }

    fn leaf(&self, index: u32) -> Result<&Leaf, Refusal> {
        self.roster.leaf(index).ok_or(Refusal::RemovalNotAllowed)
    }

    fn view(&self, context: &HandshakeContext, account: &AccountId) -> Result<AccountView, Refusal> {
        let head =
            context.heads.iter().find(|named| named.account == *account).ok_or(Refusal::HeadMissing)?;
        self.identities.view_at(head).ok_or(Refusal::HeadUnknown(*account))
    }
}

fn require_listed(view: &AccountView, leaf: &Leaf, refusal: Refusal) -> Result<(), Refusal> {
    if view.device(&leaf.identity.device) == Some(leaf.key) { Ok(()) } else { Err(refusal) }
}
