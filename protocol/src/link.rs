//! What a new device and one of an account say to each other through a link box.
//!
//! By a code that was scanned: [`LinkScanned`], then sealed words. Without a camera: [`LinkCommitted`], the new device's
//! [`LinkShare`], the other's; people compare seven digits; then sealed words. Those are [`LinkOffer`], [`DeviceListing`],
//! [`LinkAdmitted`] and [`LinkPublished`], in this order.

use bytes::Bytes;
use prost::Message;

use crate::codec::{DecodeError, Field, message, one_of};
use crate::identity::{DeviceListing, Head};
use crate::ids::{AccountId, ConversationId};
use crate::wire;

message! {
    /// One thing said.
    LinkWord {
        /// Which.
        body: LinkBody,
    }
}

one_of! {
    /// What is said in the open, or sealed.
    LinkBody from wire::link_word::Body {
        /// The account's device has read the code.
        Scanned(LinkScanned),
        /// The account's device has settled on a share that it does not show yet.
        Committed(LinkCommitted),
        /// The new device's share.
        Answered(LinkShare),
        /// The share that was settled on.
        Revealed(LinkShare),
        /// Sealed for the other side.
        Sealed(LinkSealed),
    }
}

message! {
    /// The account's device has read the code.
    LinkScanned {
        /// Its ephemeral key.
        key: [u8; 32],
    }
}

message! {
    /// The hash of a [`LinkShare`].
    LinkCommitted {
        /// By [`crate::domain::Domain::LinkCommitment`].
        commitment: [u8; 32],
    }
}

message! {
    /// What one side brings to the keys and to the digits.
    LinkShare {
        /// Its ephemeral key.
        key: [u8; 32],
        /// Fresh.
        nonce: [u8; 32],
    }
}

message! {
    /// A [`LinkSecret`], sealed.
    LinkSealed {
        /// The sealed bytes.
        sealed: Bytes,
    }
}

message! {
    /// One thing said in secret.
    LinkSecret {
        /// Which.
        body: LinkSecretBody,
    }
}

one_of! {
    /// What is said in secret.
    LinkSecretBody from wire::link_secret::Body {
        /// Which account it is.
        Offer(LinkOffer),
        /// The new device's key, and its word that it joins.
        Join(DeviceListing),
        /// The account's log lists the new device.
        Admitted(LinkAdmitted),
        /// The new device can be added to conversations.
        Published(LinkPublished),
    }
}

message! {
    /// Which account it is.
    LinkOffer {
        /// Its id.
        account: AccountId,
        /// Where its devices talk among themselves.
        self_conversation: ConversationId,
    }
}

message! {
    /// The account's log lists the new device.
    LinkAdmitted {
        /// From this head on.
        head: Head,
    }
}

message! {
    /// The new device can be added to conversations.
    LinkPublished {}
}

macro_rules! word_codec {
    ($name:ident) => {
        impl $name {
            /// The bytes.
            pub fn encode(self) -> Vec<u8> {
                let wire: wire::$name = self.into_wire();
                wire.encode_to_vec()
            }

            /// Checks foreign bytes. `Unknown` means a newer version wrote them.
            pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                let wire = wire::$name::decode(bytes).map_err(|_| DecodeError::Malformed)?;
                Field::from_wire(wire)
            }
        }
    };
}

word_codec!(LinkWord);
word_codec!(LinkSecret);
