//! Strangers who claim someone's KeyPackages, in sessions of their own and as often as the relay lets them.

use client_core::testing::RelayPort;
use protocol::frame::{KeyPackagesClaim, Request, Response};
use protocol::keys::{DeviceKey, RootKey};
use protocol::{AccountId, Suite};

use crate::poisoner::Ask;
use crate::real_relay::RealRelay;

/// With the ten claims that each may make from an account in a minute they are more than it has KeyPackages to be used once,
/// and then more than are given out of its last resort in a minute.
const STRANGERS: u8 = 10;

pub(super) struct Strangers(Vec<(AccountId, DeviceKey)>);

impl Strangers {
    pub(super) async fn register(relay: &mut RealRelay) -> Self {
        let mut strangers = Vec::new();
        for number in 1..=STRANGERS {
            let (root, key) = (RootKey::from_secret(&[number; 32]), DeviceKey::from_secret(&[number; 32]));
            let log = relay.connect().await.register(&root, &key).await;
            strangers.push((log.account(), key));
        }
        Self(strangers)
    }

    /// Claims an account's KeyPackages until only those of last resort are left, and those are given out no more for now. It is
    /// over earlier if the relay ends.
    pub(super) async fn use_up(&self, of: AccountId, relay: &mut RealRelay) {
        let claim = KeyPackagesClaim { account: of, suite: Suite::ML_KEM_768_X25519, devices: vec![] };
        for (account, key) in &self.0 {
            let mut socket = relay.connect().await;
            if !socket.sign_in(*account, key).await {
                return;
            }
            let claim = || Request::KeyPackagesClaim(claim.clone());
            while let Some(Response::KeyPackagesClaimed(_)) = socket.try_ask(claim()).await {}
        }
    }
}
