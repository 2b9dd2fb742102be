//! What a member does in a mixed group, whatever engine it runs; and the members that run ours.

use mls_wasm::policy::{Heads, Policy, authorize, authorize_roster};
use mls_wasm::{
    CommitRequest, CreatedCommit, Leaf, Opened, ReceivedHandshake, Rejoin, StagedJoin, welcome_key_package,
};
use protocol::content::HandshakeContext;
use protocol::identity::LeafIdentity;
use protocol::{DeviceId, Suite};

use super::peer::Peer;
use super::stock::Stock;
use crate::actors::{Device, Logs, secret};

/// Whose code a member runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Engine {
    Ours,
    MlsRs,
    /// OpenMLS, as ours, on its own provider.
    Stock,
}

impl Engine {
    /// Both orders of ours and mls-rs.
    pub(super) const ORDERS: [[Self; 2]; 2] = [[Self::Ours, Self::MlsRs], [Self::MlsRs, Self::Ours]];

    /// Both orders of ours and one that has the suite too: mls-rs has no hybrid.
    pub(super) fn orders(suite: Suite) -> [[Self; 2]; 2] {
        if suite == Suite::ML_KEM_768_X25519 {
            [[Self::Ours, Self::Stock], [Self::Stock, Self::Ours]]
        } else {
            Self::ORDERS
        }
    }

    pub(super) fn run(self, device: Device) -> Box<dyn Member> {
        match self {
            Self::Ours => Box::new(device),
            Self::MlsRs => Box::new(Peer::new(&device)),
            Self::Stock => Box::new(Stock::new(&device)),
        }
    }
}

/// What a member submits to the relay.
#[derive(Debug, Clone)]
pub(super) struct Submitted {
    pub(super) commit: Vec<u8>,
    pub(super) group_info: Vec<u8>,
    pub(super) welcomes: Vec<(DeviceId, Vec<u8>)>,
}

impl From<CreatedCommit> for Submitted {
    fn from(created: CreatedCommit) -> Self {
        let welcome = |joiner: mls_wasm::JoinerWelcome| (joiner.joiner.device, joiner.welcome);
        Self {
            commit: created.commit,
            group_info: created.group_info,
            welcomes: created.welcomes.into_iter().map(welcome).collect(),
        }
    }
}

/// What everyone may know: the heads in force and the logs behind them.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) heads: &'a Heads,
    pub(super) logs: &'a Logs,
}

/// A group as the relay serves it to whoever comes back.
#[derive(Clone, Copy)]
pub(super) struct Served<'a> {
    pub(super) group_info: &'a [u8],
    pub(super) tree: &'a [u8],
    /// The leaf of the device that comes back.
    pub(super) leaf: u32,
}

/// What members of one group in one epoch have in common.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) epoch: u64,
    pub(super) authenticator: Vec<u8>,
    pub(super) tree: Vec<u8>,
}

/// An opened message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) sender: LeafIdentity,
    pub(super) content: Vec<u8>,
}

/// A device in a mixed group.
pub(super) trait Member {
    fn leaf(&self) -> Leaf;
    fn create(&mut self, policy: &Policy);
    fn group_info(&self) -> Vec<u8>;
    fn key_package(&mut self) -> Vec<u8>;
    fn join(&mut self, welcome: &[u8], tree: &[u8], known: Known<'_>) -> Result<(), String>;
    /// Builds a commit that waits for its echo.
    fn commit(&mut self, request: &CommitRequest, context: HandshakeContext) -> Submitted;
    /// Comes back by a commit from outside, at once.
    fn rejoin(&mut self, served: Served<'_>, context: HandshakeContext) -> Submitted;
    fn receive(&mut self, handshake: &[u8], known: Known<'_>) -> Result<(), String>;
    /// Seals content, with this authenticated data beside it if the engine lets its caller choose.
    fn seal(&mut self, content: &[u8], authenticated_data: &[u8]) -> Vec<u8>;
    fn open(&mut self, sealed: &[u8]) -> Result<Heard, String>;
    /// Goes on with what was stored.
    fn restart(&mut self);
    fn is_member(&self) -> bool;
    fn shared(&self) -> Shared;
}

impl Member for Device {
    fn leaf(&self) -> Leaf {
        self.leaf()
    }

    fn create(&mut self, policy: &Policy) {
        self.create(policy);
    }

    fn group_info(&self) -> Vec<u8> {
        self.group.as_ref().unwrap().group_info(&self.key, &secret()).unwrap()
    }

    fn key_package(&mut self) -> Vec<u8> {
        self.key_package()
    }

    fn join(&mut self, welcome: &[u8], tree: &[u8], known: Known<'_>) -> Result<(), String> {
        let wanted = welcome_key_package(welcome).map_err(debug)?;
        let package = self.key_packages.iter().find(|package| package.reference == wanted).unwrap();
        let staged = StagedJoin::stage(welcome, tree, &package.private, &secret()).map_err(debug)?;
        let (policy, roster) = (staged.policy().map_err(debug)?, staged.roster().map_err(debug)?);
        let inviter = staged.inviter().map_err(debug)?;
        authorize_roster(&policy, &roster, &inviter, known.heads, known.logs).map_err(debug)?;
        self.records.clear();
        self.group = Some(staged.adopt(&secret()).map_err(debug)?);
        self.save();
        Ok(())
    }

    fn commit(&mut self, request: &CommitRequest, context: HandshakeContext) -> Submitted {
        self.commit(request, context).unwrap().into()
    }

    fn rejoin(&mut self, served: Served<'_>, context: HandshakeContext) -> Submitted {
        let (leaf, tree) = (self.leaf(), served.tree);
        let rejoin = Rejoin::build(served.group_info, tree, &leaf, context, &self.key, &secret()).unwrap();
        let submitted = Submitted {
            commit: rejoin.commit.clone(),
            group_info: rejoin.group_info.clone(),
            welcomes: vec![],
        };
        self.take_up(&rejoin);
        self.save();
        submitted
    }

    fn receive(&mut self, handshake: &[u8], known: Known<'_>) -> Result<(), String> {
        let group = self.group();
        let (policy, roster) = (group.policy().map_err(debug)?, group.roster().map_err(debug)?);
        let received = group.receive(handshake, &secret()).map_err(debug)?;
        let facts = match &received {
            ReceivedHandshake::OwnEcho { facts } => Some(&**facts),
            ReceivedHandshake::Commit(staged) => Some(staged.facts()),
            ReceivedHandshake::Leave(_) => None,
        };
        if let Some(facts) = facts {
            authorize(&policy, &roster, known.heads, facts, known.logs).map_err(debug)?;
        }
        match received {
            ReceivedHandshake::OwnEcho { .. } => group.merge_own(&secret()),
            ReceivedHandshake::Commit(staged) => group.merge(*staged, &secret()),
            ReceivedHandshake::Leave(leave) => group.keep_leave(*leave),
        }
        .map_err(debug)?;
        self.save();
        Ok(())
    }

    fn seal(&mut self, content: &[u8], _: &[u8]) -> Vec<u8> {
        self.seal(content)
    }

    fn open(&mut self, sealed: &[u8]) -> Result<Heard, String> {
        let opened = self.group().open(sealed, &secret()).map_err(debug)?;
        self.save();
        match opened {
            Opened::Message { sender, content, .. } => Ok(Heard { sender, content }),
            Opened::Own => Err("an own message".to_owned()),
        }
    }

    fn restart(&mut self) {
        self.restart();
    }

    fn is_member(&self) -> bool {
        self.group.as_ref().is_some_and(mls_wasm::Group::is_active)
    }

    fn shared(&self) -> Shared {
        let group = self.group.as_ref().unwrap();
        Shared { epoch: group.epoch().0, authenticator: group.epoch_authenticator(), tree: group.tree() }
    }
}

/// An engine's refusal or answer, to be shown.
pub(super) fn debug(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}
