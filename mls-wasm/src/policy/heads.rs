//! The identity-log heads a conversation has named: a fold of its log, the same for everyone who reads it.

use std::collections::BTreeMap;

use protocol::AccountId;
use protocol::content::{HandshakeContext, heads_digest};
use protocol::identity::{AccountHead, Head};

use super::Refusal;
use crate::framing::Reader;
use crate::{Error, Roster};

const HEADS_VERSION: u8 = 1;

/// The newest head named for each account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<AccountId, Head>);

impl Heads {
    /// Heads as someone names them.
    pub fn from_list(heads: impl IntoIterator<Item = AccountHead>) -> Self {
        Self(heads.into_iter().map(|named| (named.account, named.head)).collect())
    }

    /// The newest head named for an account.
    pub fn get(&self, account: &AccountId) -> Option<Head> {
        self.0.get(account).copied()
    }

    /// Every head named.
    pub fn list(&self) -> Vec<AccountHead> {
        self.0.iter().map(|(account, head)| AccountHead { account: *account, head: *head }).collect()
    }

    /// The heads after a handshake names its own; none may be older than one named before.
    pub fn after(&self, context: &HandshakeContext) -> Result<Self, Refusal> {
        let mut heads = self.clone();
        for AccountHead { account, head } in &context.heads {
            if let Some(before) = heads.0.insert(*account, *head) {
                if head.length < before.length {
                    return Err(Refusal::HeadWentBack);
                }
                if head.length == before.length && head.hash != before.hash {
                    return Err(Refusal::HeadForked);
                }
            }
        }
        Ok(heads)
    }

    /// What members tell each other of the heads they know: of the accounts in the group.
    pub fn digest(&self, roster: &Roster) -> [u8; 32] {
        let accounts = roster.accounts();
        let heads: Vec<AccountHead> =
            self.list().into_iter().filter(|named| accounts.contains(&named.account)).collect();
        heads_digest(&heads)
    }

    /// The bytes to store.
    pub fn encode(&self) -> Vec<u8> {
        let mut encoded = vec![HEADS_VERSION];
        for (account, head) in &self.0 {
            encoded.extend_from_slice(account.as_bytes());
            encoded.extend_from_slice(&head.length.to_be_bytes());
            encoded.extend_from_slice(&head.hash);
        }
        encoded
    }

    /// Reads stored bytes.
    pub fn decode(encoded: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader(encoded);
        if reader.byte()? != HEADS_VERSION {
            return Err(Error::UpgradeRequired);
        }
        let mut heads = BTreeMap::new();
        while !reader.0.is_empty() {
            let account = AccountId::from_bytes(reader.array()?);
            heads.insert(account, Head { length: reader.u64()?, hash: reader.array()? });
        }
        Ok(Self(heads))
    }
}
