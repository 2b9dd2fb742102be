//! Who asks.

use market::Actor;
use protocol::{AccountId, Bytes, DeviceId, KeyId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::{Code, Refusal};

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look at what the space holds.
    Read,
    /// Act for the space's users.
    Write,
    /// Settle disputes, look at the audit log, and administer keys.
    Support,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Support];

    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Support => "support",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of scopes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// All of them.
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// Whether one is among them.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether all of another's are among them.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their names, in order.
    pub fn list(self) -> Vec<Scope> {
        Scope::ALL.into_iter().filter(|scope| self.has(*scope)).collect()
    }

    /// As a store keeps them.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// As a store kept them.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl std::fmt::Debug for Scopes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.list().iter().map(|scope| scope.name())).finish()
    }
}

/// Who asks: an account by its device's session, a program by its key, or whoever has the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// An account, for itself.
    Account {
        /// Which.
        account: AccountId,
        /// Who that is in the space.
        user: UserId,
        /// By which device's session: of what it showed, a hash.
        session: (DeviceId, [u8; 32]),
    },
    /// A key, for its space.
    Key {
        /// Which.
        key: KeyId,
        /// What it may do, or what a token made from it may.
        scopes: Scopes,
        /// Until when the token works that was shown in the key's place.
        token_until: Option<Timestamp>,
    },
    /// The operator at the command line.
    Operator,
    /// The relay itself, by a job.
    Relay,
}

impl Caller {
    /// The one rule of who may do what: a key what its scopes say, for its space; an account what is open to accounts, where it
    /// is a party. Whoever is no party is not told that there is anything.
    pub fn authorize(&self, scope: Scope, is_open_to_accounts: bool) -> Result<(), Refusal> {
        match self {
            Self::Operator | Self::Relay => Ok(()),
            Self::Key { scopes, .. } if scopes.has(scope) => Ok(()),
            Self::Key { scopes, .. } => Err(Refusal::scope(scope, *scopes)),
            Self::Account { .. } if is_open_to_accounts => Ok(()),
            Self::Account { .. } => Err(Refusal::new(
                Code::InsufficientScope,
                "this is for keys of the space: an account acts for itself alone",
            )),
        }
    }

    /// What is for accounts alone.
    pub fn authorize_account(&self) -> Result<(), Refusal> {
        match self {
            Self::Account { .. } => Ok(()),
            Self::Key { .. } | Self::Operator | Self::Relay => Err(Refusal::new(
                Code::InsufficientScope,
                "this is for an account's devices: keys act for users under /v1",
            )),
        }
    }

    /// Who asks for itself.
    pub(super) const fn user(&self) -> Option<UserId> {
        match self {
            Self::Account { user, .. } => Some(*user),
            Self::Key { .. } | Self::Operator | Self::Relay => None,
        }
    }

    /// Whether it may see and touch what belongs to these users.
    pub fn is_party(&self, users: &[UserId]) -> bool {
        match self {
            Self::Operator | Self::Relay | Self::Key { .. } => true,
            Self::Account { user, .. } => users.contains(user),
        }
    }

    /// As whom it calls off or takes away what is a user's, who acts on it as `user`: an account and a shop's program for the user, whoever
    /// settles disputes for the space.
    pub(super) const fn actor(&self, user: Actor) -> Actor {
        match self {
            Self::Account { .. } => user,
            Self::Key { scopes, .. } if !scopes.has(Scope::Support) => user,
            Self::Key { .. } | Self::Operator => Actor::Support,
            Self::Relay => Actor::Relay,
        }
    }

    /// Whose answers are kept together: a key that takes another's place in the space sees them; accounts see their own.
    pub(crate) fn asker(&self) -> Bytes {
        match self {
            Self::Account { user, .. } => Bytes::copy_from_slice(user.as_bytes()),
            Self::Key { .. } | Self::Operator | Self::Relay => Bytes::from_static(b"space"),
        }
    }

    /// What kind of caller it is, for the audit log.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Account { .. } => "account",
            Self::Key { .. } => "api_key",
            Self::Operator => "operator",
            Self::Relay => "relay",
        }
    }

    /// Its id, for the audit log.
    pub(crate) fn id(&self) -> Option<String> {
        match self {
            Self::Account { user, .. } => Some(user.to_string()),
            Self::Key { key, .. } => Some(key.to_string()),
            Self::Operator | Self::Relay => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_do_what_its_scopes_say_and_nothing_else() {
        for has in Scope::ALL {
            for needs in Scope::ALL {
                let caller = Caller::Key {
                    key: KeyId::from_bytes([1; 16]),
                    scopes: [has].into_iter().collect(),
                    token_until: None,
                };
                let code = caller.authorize(needs, true).err().map(|refusal| refusal.code);
                assert_eq!(code, (has != needs).then_some(Code::InsufficientScope), "{has:?} {needs:?}");
            }
        }
    }

    #[test]
    fn an_account_is_a_party_to_what_is_its_own_alone() {
        let [own, other] = [1, 2].map(|byte| UserId::from_bytes([byte; 16]));
        let caller = Caller::Account {
            account: AccountId::from_bytes([3; 32]),
            user: own,
            session: (DeviceId::from_bytes([4; 16]), [5; 32]),
        };
        assert!(caller.is_party(&[other, own]));
        assert!(!caller.is_party(&[other]));
        assert!(!caller.is_party(&[]));
        assert!(caller.authorize(Scope::Write, true).is_ok());
        assert!(caller.authorize_account().is_ok());
        assert_eq!(Caller::Operator.authorize_account().unwrap_err().code, Code::InsufficientScope);
        assert_eq!(caller.authorize(Scope::Support, false).unwrap_err().code, Code::InsufficientScope);
    }

    #[test]
    fn scopes_survive_being_stored() {
        for bits in 0..8 {
            let scopes = Scopes::from_bits(bits);
            assert_eq!(scopes.list().into_iter().collect::<Scopes>(), scopes);
        }
        assert!(Scopes::all().covers(Scopes::from_bits(5)));
        assert!(!Scopes::from_bits(5).covers(Scopes::all()));
    }
}
