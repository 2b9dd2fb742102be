//! `/v1/audit/logs`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::asked::Asking;
use super::checks::{Checks, Paging, Parameters, id};
use super::{Api, answer, document::Refusals};
use crate::store::{StoreError, Trade};
use crate::trade::envelope::Many;
use crate::trade::{AuditEntry, AuditFilter, Code, Refusal, Reply};

/// Characters of what entries are found by.
const WORD_LENGTH_MAX: usize = 100;

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListAudit {
    /// Only those about such things: `topup`, `order`, `api_key` …
    #[param(min_length = 1, max_length = 100, example = "topup")]
    resource_type: Option<String>,
    /// Only those about one thing.
    #[param(min_length = 1, max_length = 100)]
    resource_id: Option<String>,
    /// Only those about what is a user's: what it asked for itself, what it owns, and of orders, disputes, offers and transfers those
    /// that it pays.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    user_id: Option<String>,
    /// Only those of an action.
    #[param(min_length = 1, max_length = 100, example = "TOPUP_CREATE")]
    action: Option<String>,
    /// Only those that are not older: a time in UTC.
    #[param(format = DateTime, example = "2026-01-01T00:00:00.000Z")]
    from: Option<String>,
    /// Only those that are older: a time in UTC.
    #[param(format = DateTime, example = "2026-02-01T00:00:00.000Z")]
    to: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditView {
    /// Its place, from 1.
    number: u64,
    /// Its hash, over the one before and the text of `entry`.
    hash: String,
    /// What was done, by whom, and whose thing it was done to (`user_id`): `payload_before` and `payload_after` have what changed.
    #[schema(value_type = Object)]
    entry: Value,
}

/// List the audit log, the newest first
#[utoipa::path(
    get, path = "/v1/audit/logs", tag = "Administration", params(ListAudit),
    responses((status = 200, body = Many<AuditView>, description = "A page of entries"), Refusals)
)]
pub(super) async fn list_audit(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListAudit>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::<u64>::read(asked.limit, asked.cursor.as_deref())?;
    let filter = filter(asked, behind)?;
    let mut entries = api.space(asking.space).audit_log(filter, limit + 1).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| has_more).map(|last| last.number.to_string());
    let shown = entries.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    Ok(answer::of(Ok(Reply::page(shown, next, &asking.request, api.clock.now()))))
}

fn filter(asked: ListAudit, behind: Option<u64>) -> Result<AuditFilter, Refusal> {
    let ListAudit { resource_type, resource_id, user_id, action, from, to, .. } = asked;
    let user = user_id.map(|user| id(&user, Code::UserNotFound)).transpose()?;
    let mut checks = Checks::default();
    for (field, text) in
        [("resource_type", &resource_type), ("resource_id", &resource_id), ("action", &action)]
    {
        if let Some(text) = text {
            checks.text(field, text, 1..=WORD_LENGTH_MAX);
        }
    }
    let [from, to] = [("from", from), ("to", to)].map(|(field, text)| checks.time(field, text.as_deref()));
    checks.end()?;
    Ok(AuditFilter { behind, action, resource_type, resource_id, user, from, to })
}

fn shown(entry: &AuditEntry) -> Result<AuditView, StoreError> {
    Ok(AuditView {
        number: entry.number,
        hash: HEXLOWER.encode(&entry.hash),
        entry: serde_json::from_str(&entry.body).map_err(|_| StoreError::Unavailable)?,
    })
}
