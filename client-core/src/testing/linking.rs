//! The new device's side of a linking by its code, for a device that speaks to the relay frame by frame.

use protocol::frame::{LinkMessage, LinkOpen, LinkSend, Request};
use protocol::identity::DeviceListing;
use protocol::keys::DeviceKey;
use protocol::link::{LinkBody, LinkSealed, LinkSecret, LinkSecretBody, LinkWord};

use crate::entropy::Entropy;
use crate::linking::{Channel, Ephemeral, LinkCode, Side};

/// A device that waits to be let in.
pub struct NewDevice {
    ephemeral: Ephemeral,
    code: LinkCode,
}

impl NewDevice {
    /// With a code of its own.
    pub fn new(entropy: &mut Entropy) -> Self {
        let ephemeral = Ephemeral::generate(entropy);
        let code = LinkCode::new(&ephemeral, entropy);
        Self { ephemeral, code }
    }

    /// What it shows.
    pub fn code(&self) -> String {
        self.code.text()
    }

    /// Opens its box at the relay.
    pub fn open(&self) -> Request {
        Request::LinkOpen(LinkOpen { name: self.code.name() })
    }

    /// Asks to be listed, once its code was read and it was told whose account that is.
    pub fn join(&self, read: &LinkMessage, told: &LinkMessage, key: &DeviceKey) -> Option<Request> {
        let (LinkBody::Scanned(scanned), LinkBody::Sealed(offer)) = (word(read)?, word(told)?) else {
            return None;
        };
        let secret = &self.code.secret;
        let mut channel = Channel::by_code(Side::NewDevice, &self.ephemeral, scanned.key, secret)?;
        let LinkSecretBody::Offer(offer) = channel.open(&offer.sealed)?.body else { return None };
        let join = LinkSecret { body: LinkSecretBody::Join(DeviceListing::new(&offer.account, key)) };
        let body = LinkBody::Sealed(LinkSealed { sealed: channel.seal(join).into() });
        Some(Request::LinkSend(LinkSend { message: LinkWord { body }.encode().into() }))
    }
}

fn word(message: &LinkMessage) -> Option<LinkBody> {
    LinkWord::decode(&message.message).ok().map(|word| word.body)
}
