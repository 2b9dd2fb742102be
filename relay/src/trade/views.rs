//! What the interface shows.

use market::machines::TopUpStatus;
use market::words::Word;
use market::{Text, TopUp, words};
use protocol::{AccountId, KeyId, Timestamp, TopUpId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::books::{KeyRow, UserRow};
use super::caller::Scope;
use super::rails::ApprovalView;
use super::rows::{MaintenanceRow, TopUpRow};
use super::times::iso;

words! {
    /// What a user does.
    #[derive(Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "lowercase")]
    UserKind {
        /// It buys.
        Buyer = "buyer",
        /// It sells.
        Seller = "seller",
        /// It does either.
        Both = "both",
    }
}
words! {
    /// How a user stands.
    #[derive(Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "UPPERCASE")]
    UserStatus {
        /// It may trade.
        Active = "ACTIVE",
        /// It may not, for now.
        Suspended = "SUSPENDED",
    }
}

/// Whether a key works.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyStatus {
    /// It does.
    Active,
    /// It does no longer.
    Revoked,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    /// Its id.
    #[schema(value_type = String, example = "key_aebagbafaydqqcikbmga2dqpca")]
    pub id: KeyId,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Whether it works.
    pub status: KeyStatus,
    /// When it was made.
    pub created_at: String,
    /// When it was revoked.
    pub revoked_at: Option<String>,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<String>,
}

impl From<&KeyRow> for KeyView {
    fn from(row: &KeyRow) -> Self {
        Self {
            id: row.key,
            name: row.name.clone(),
            scopes: row.scopes.list(),
            status: if row.revoked_at.is_some() { KeyStatus::Revoked } else { KeyStatus::Active },
            created_at: iso(row.created_at),
            revoked_at: row.revoked_at.map(iso),
            last_used_at: row.last_used_at.map(iso),
        }
    }
}

/// A key that was made: its secret is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewKeyView {
    /// What it is.
    #[serde(flatten)]
    pub key: KeyView,
    /// What to send as `Authorization: Bearer …`.
    pub api_key: String,
}

/// A token that was made: it is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// What to send as `Authorization: Bearer …`.
    pub token: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Until when it works.
    pub expires_at: String,
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    /// Its id.
    #[schema(value_type = String, example = "usr_aebagbafaydqqcikbmga2dqpca")]
    pub id: UserId,
    /// What the space calls it.
    pub external_user_id: Option<String>,
    /// The account it is, if it is one.
    #[schema(value_type = Option<String>)]
    pub account: Option<AccountId>,
    /// Where to reach it.
    pub email: Option<String>,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: UserKind,
    /// How it stands.
    pub status: UserStatus,
    /// What the space wants to find again.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: String,
}

impl From<&UserRow> for UserView {
    fn from(row: &UserRow) -> Self {
        Self {
            id: row.user,
            external_user_id: row.external_id.clone(),
            account: row.account,
            email: row.email.clone(),
            kind: row.kind,
            status: row.status,
            metadata: row.metadata.clone(),
            created_at: iso(row.created_at),
        }
    }
}

/// What a user has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BalanceView {
    /// Who.
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// What it may spend.
    #[schema(example = "20.00")]
    pub available: String,
    /// What is set aside of it.
    #[schema(example = "80.00")]
    pub reserved: String,
    /// Both.
    #[schema(example = "100.00")]
    pub total: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: String,
    /// Since when it is so much; nothing where there never was any.
    pub updated_at: Option<String>,
}

/// Money on its way in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TopUpView {
    /// Its id.
    #[schema(value_type = String, example = "topup_aebagbafaydqqcikbmga2dqpca")]
    pub id: TopUpId,
    /// Whose.
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// How much.
    #[schema(example = "100.00")]
    pub amount: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: String,
    /// How far it is.
    #[schema(example = "TOPUP_AWAITING_USER_CONFIRMATION")]
    pub status: String,
    /// What the provider calls it.
    pub provider_ref: Option<String>,
    /// The provider's page where its owner confirms it; nothing where money comes by hand, as there is no such page.
    pub confirmation_uri: Option<String>,
    /// Where its owner goes on when it is paid.
    #[schema(example = "https://shop.example.org/paid")]
    pub return_url: Option<String>,
    /// Where its owner goes on when it is not.
    pub cancel_url: Option<String>,
    /// Why the money did not come, if it failed.
    pub failure_reason: Option<String>,
    /// Why it was called off, where that was said.
    pub cancel_reason: Option<String>,
    /// Who has said that the money came, where it takes two. The word of a key that was revoked since stays: it settles nothing, and keeps
    /// others from ending it.
    pub approvals: Vec<ApprovalView>,
    /// What the space wants to find again.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: String,
    /// Since when it stands so.
    pub updated_at: String,
}

impl From<&TopUpRow> for TopUpView {
    fn from(row: &TopUpRow) -> Self {
        let TopUp {
            id,
            owner,
            money,
            status,
            ref reference,
            ref confirmation_uri,
            ref end_reason,
            created_at,
        } = row.top_up;
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
        let ended = |by| text(end_reason).filter(|_| status == by);
        Self {
            id,
            user_id: owner,
            amount: money.plain(),
            currency: money.currency.code().to_owned(),
            status: status.as_str().to_owned(),
            provider_ref: text(reference),
            confirmation_uri: text(confirmation_uri),
            return_url: row.return_url.clone(),
            cancel_url: row.cancel_url.clone(),
            failure_reason: ended(TopUpStatus::Failed),
            cancel_reason: ended(TopUpStatus::Canceled),
            approvals: row.approvals.iter().map(ApprovalView::from).collect(),
            metadata: row.metadata.clone(),
            created_at: iso(created_at),
            updated_at: iso(row.updated_at),
        }
    }
}

/// Whether anything may be changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MaintenanceView {
    /// Whether nothing may.
    pub enabled: bool,
    /// Why.
    pub message: Option<String>,
    /// Since when that is said.
    pub enabled_at: Option<String>,
    /// Who said so: a key, or `operator`.
    #[schema(example = "operator")]
    pub enabled_by: Option<String>,
}

impl From<Option<MaintenanceRow>> for MaintenanceView {
    fn from(row: Option<MaintenanceRow>) -> Self {
        let Some(MaintenanceRow { message, enabled_at, enabled_by }) = row else {
            return Self { enabled: false, message: None, enabled_at: None, enabled_by: None };
        };
        let enabled_at = enabled_at.map(|at| iso(Timestamp::from_millis(at)));
        Self { enabled: true, message: Some(message), enabled_at, enabled_by }
    }
}

#[cfg(test)]
mod tests {
    use market::words::Word;

    use super::*;

    #[test]
    fn users_are_told_of_by_the_words_that_are_stored() {
        check::<UserKind>();
        check::<UserStatus>();
    }

    fn check<W: Word + Serialize>() {
        for word in W::ALL {
            assert_eq!(serde_json::to_value(word).unwrap(), word.as_str());
        }
    }
}
