//! What a group is and who may change it: a versioned extension of its context, and one pure rule over it.

mod authorize;
mod heads;
mod refusal;

use std::collections::BTreeMap;

use openmls::prelude::{
    CredentialType, Extension, ExtensionType, Extensions, GroupContext, ProposalType,
    RequiredCapabilitiesExtension, UnknownExtension,
};
use protocol::{AccountId, Suite};

use crate::Error;
use crate::framing::Reader;
pub use authorize::{Identities, authorize, authorize_creation, authorize_leave, authorize_roster};
pub use heads::Heads;
pub use refusal::Refusal;

/// The policy's extension type, from the range for private use.
pub const POLICY_EXTENSION: u16 = 0xF0A1;

const POLICY_VERSION: u8 = 1;

/// What a group is, and which suites it may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What the group is.
    pub kind: Kind,
    /// The suites every member's KeyPackages must be of.
    pub suites: Vec<Suite>,
}

/// What a group is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The devices of one account.
    SelfGroup {
        /// Whose.
        account: AccountId,
    },
    /// The devices of two accounts, the lower id first.
    Dm {
        /// Whose.
        accounts: [AccountId; 2],
    },
    /// Many accounts; those without a role are members.
    Room {
        /// Who may do more than a member.
        roles: BTreeMap<AccountId, Role>,
    },
}

/// What an account may do in a room beyond talking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Adds and removes members.
    Admin,
    /// Also gives roles.
    Owner,
}

impl Policy {
    /// The policy of an account's self conversation.
    pub fn self_group(account: AccountId, suite: Suite) -> Self {
        Self { kind: Kind::SelfGroup { account }, suites: vec![suite] }
    }

    /// The policy of a conversation of two.
    pub fn dm(one: AccountId, other: AccountId, suite: Suite) -> Self {
        let mut accounts = [one, other];
        accounts.sort();
        Self { kind: Kind::Dm { accounts }, suites: vec![suite] }
    }

    /// The policy of a room, owned by its creator.
    pub fn room(creator: AccountId, suite: Suite) -> Self {
        Self { kind: Kind::Room { roles: BTreeMap::from([(creator, Role::Owner)]) }, suites: vec![suite] }
    }

    /// Whether an account may be in the group at all.
    pub fn admits(&self, account: &AccountId) -> bool {
        match &self.kind {
            Kind::SelfGroup { account: own } => own == account,
            Kind::Dm { accounts } => accounts.contains(account),
            Kind::Room { .. } => true,
        }
    }

    /// Whom a room has given a role. They belong in it, whatever becomes of their devices.
    pub fn role_holders(&self) -> impl Iterator<Item = &AccountId> {
        let roles = match &self.kind {
            Kind::Room { roles } => Some(roles),
            Kind::SelfGroup { .. } | Kind::Dm { .. } => None,
        };
        roles.into_iter().flat_map(BTreeMap::keys)
    }

    /// An account's role in a room.
    pub fn role(&self, account: &AccountId) -> Option<Role> {
        match &self.kind {
            Kind::Room { roles } => roles.get(account).copied(),
            Kind::SelfGroup { .. } | Kind::Dm { .. } => None,
        }
    }

    /// The policy's one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut encoded = vec![POLICY_VERSION];
        match &self.kind {
            Kind::SelfGroup { account } => {
                encoded.push(1);
                encoded.extend_from_slice(account.as_bytes());
            }
            Kind::Dm { accounts } => {
                encoded.push(2);
                accounts.iter().for_each(|account| encoded.extend_from_slice(account.as_bytes()));
            }
            Kind::Room { roles } => {
                encoded.push(3);
                encoded.extend_from_slice(&count(roles.len()));
                for (account, role) in roles {
                    encoded.extend_from_slice(account.as_bytes());
                    encoded.push(match role {
                        Role::Admin => 1,
                        Role::Owner => 2,
                    });
                }
            }
        }
        encoded.extend_from_slice(&count(self.suites.len()));
        self.suites.iter().for_each(|suite| encoded.extend_from_slice(&suite.number().to_be_bytes()));
        encoded
    }

    /// Reads a policy; any encoding but the one [`Self::encode`] writes is refused.
    pub fn decode(encoded: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader(encoded);
        if reader.byte()? != POLICY_VERSION {
            return Err(Error::UpgradeRequired);
        }
        let account = |reader: &mut Reader<'_>| reader.array().map(AccountId::from_bytes);
        let kind = match reader.byte()? {
            1 => Kind::SelfGroup { account: account(&mut reader)? },
            2 => Kind::Dm { accounts: [account(&mut reader)?, account(&mut reader)?] },
            3 => {
                let mut roles = BTreeMap::new();
                for _ in 0..reader.u16()? {
                    let holder = account(&mut reader)?;
                    let role = match reader.byte()? {
                        1 => Role::Admin,
                        2 => Role::Owner,
                        _ => return Err(Error::UpgradeRequired),
                    };
                    roles.insert(holder, role);
                }
                Kind::Room { roles }
            }
            _ => return Err(Error::UpgradeRequired),
        };
        let suites = (0..reader.u16()?)
            .map(|_| Suite::from_number(reader.u16()?).ok_or(Error::UnsupportedSuite))
            .collect::<Result<_, _>>()?;
        let policy = Self { kind, suites };
        if policy.encode() == encoded { Ok(policy) } else { Err(Error::Malformed) }
    }

    pub(crate) fn extension_type() -> ExtensionType {
        ExtensionType::Unknown(POLICY_EXTENSION)
    }

    /// The context of a group under this policy: the policy, and that every leaf must know it.
    pub(crate) fn context_extensions(&self) -> Result<Extensions<GroupContext>, Error> {
        let required = RequiredCapabilitiesExtension::new(
            &[Self::extension_type()],
            &[ProposalType::SelfRemove],
            &[CredentialType::Basic],
        );
        Extensions::from_vec(vec![
            Extension::RequiredCapabilities(required),
            Extension::Unknown(POLICY_EXTENSION, UnknownExtension(self.encode())),
        ])
        .map_err(Error::invalid)
    }

    pub(crate) fn of_extensions(extensions: &Extensions<GroupContext>) -> Result<Self, Error> {
        let extension = extensions.unknown(POLICY_EXTENSION).ok_or(Error::Refused(Refusal::NoPolicy))?;
        Self::decode(&extension.0)
    }
}

fn count(length: usize) -> [u8; 2] {
    u16::try_from(length).expect("policies are short").to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_have_one_encoding() {
        let [low, high] = [1, 2].map(|byte| AccountId::from_bytes([byte; 32]));
        for policy in [
            Policy::self_group(low, Suite::CHACHA20_POLY1305),
            Policy::dm(high, low, Suite::AES_128_GCM),
            Policy::room(low, Suite::CHACHA20_POLY1305),
        ] {
            let encoded = policy.encode();
            assert_eq!(Policy::decode(&encoded), Ok(policy));
            assert!(Policy::decode(&[encoded.as_slice(), &[0]].concat()).is_err());
            assert!(Policy::decode(&encoded[..encoded.len() - 1]).is_err());
        }
    }

    #[test]
    fn the_encoding_of_a_dm_never_changes() {
        let accounts = [1, 2].map(|byte| AccountId::from_bytes([byte; 32]));
        let encoded = Policy::dm(accounts[1], accounts[0], Suite::CHACHA20_POLY1305).encode();
        let golden = [&[1, 2][..], &[1; 32], &[2; 32], &[0, 1, 0, 3]].concat();
        assert_eq!(encoded, golden);
    }

    #[test]
    fn a_newer_policy_asks_for_an_upgrade() {
        assert_eq!(Policy::decode(&[2, 1]), Err(Error::UpgradeRequired));
        assert_eq!(Policy::decode(&[1, 9]), Err(Error::UpgradeRequired));
    }
}
