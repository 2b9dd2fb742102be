//! A device that is let into an account, poisons a conversation, and is revoked.
//!
//! Such a commit passes the relay, which cannot open it. Nobody has followed it, so it is voided once members have refused
//! it, and nothing that was said is lost. One that some can follow stands, and costs the others what is said until they
//! have come back: that is not for this simulator's model, and `client-core/tests/it/poisoned.rs` has it.

use client_api::{Command, Outcome, Recipient, SecretText};
use client_core::testing::{NewDevice, RelayPort};
use protocol::VERSION;
use protocol::frame::{Hello, LinkMessage, Request, Response};
use protocol::keys::DeviceKey;

use super::run::{Person, Simulation};
use crate::poisoner::{Ask, Poisoner};
use crate::real_relay::RealSocket;

/// Time for members to let the device in.
const LET_IN_MS: u64 = 30_000;

impl Simulation {
    /// As far as it comes: those who do not hear of it do not let it in.
    pub(super) async fn poison(&mut self, who: usize, with: usize) {
        let client = self.people[who].client;
        let with = Recipient::Account(self.people[with].account);
        let contact = self.world.driver(client).find(&with);
        let Some(conversation) = contact.and_then(|contact| contact.conversation) else { return };
        let Some(mut poisoner) = self.let_in(who).await else { return };
        if let Some(package) = poisoner.publish().await {
            self.world.advance(LET_IN_MS).await;
            poisoner.poison(&package, conversation).await;
        }
        let device = poisoner.device();
        self.ask(client, Command::RevokeDevice { device });
    }

    /// A device that is listed, and in session.
    async fn let_in(&mut self, who: usize) -> Option<Poisoner<RealSocket>> {
        let Person { account, client, .. } = self.people[who];
        let mut moment = self.world.clock().moment();
        let (seed, key) = (*moment.entropy.draw(), DeviceKey::from_secret(&moment.entropy.draw()));
        let new = NewDevice::new(&mut moment.entropy);
        let mut socket = self.world.relay().connect().await;
        let hello = Hello { version_min: VERSION, version_max: VERSION, client: String::new() };
        socket.try_ask(Request::Hello(hello)).await?;
        socket.try_ask(new.open()).await?;
        let linking = self.ask(client, Command::LinkDevice { shown: SecretText(new.code()) });
        self.world.settle().await;
        let [read, told] = &link_words(socket.take_pushes().await?)[..] else { return None };
        socket.try_ask(new.join(read, told, &key)?).await?;
        self.world.settle().await;
        let is_listed = self.outcome_of(linking) == Some(Outcome::Done);
        let mut poisoner = Poisoner::new(account, key, socket, seed);
        (is_listed && poisoner.sign_in().await).then_some(poisoner)
    }
}

/// What the other side of a link box has said.
fn link_words(pushed: Vec<Response>) -> Vec<LinkMessage> {
    let word = |body| match body {
        Response::LinkMessage(message) => Some(message),
        _ => None,
    };
    pushed.into_iter().filter_map(word).collect()
}
