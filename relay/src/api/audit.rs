//! `/v1/audit/logs`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::asked::Asking;
use super::checks::{Paging, Parameters};
use super::{Api, answer, document::Refusals};
use crate::store::{StoreError, Trade};
use crate::trade::envelope::Many;
use crate::trade::{AuditEntry, Refusal, Reply};

/// Which entries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListAudit {
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
    /// What was done, by whom.
    #[schema(value_type = Object)]
    entry: Value,
}

/// List the audit log in order
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
    let page = api.space(asking.space).audit(behind.unwrap_or(0), limit).await?;
    let end = page.head.map_or(0, |head| head.number);
    let next = page.entries.last().filter(|last| last.number < end).map(|last| last.number.to_string());
    let shown = page.entries.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    Ok(answer::of(Ok(Reply::page(shown, next, &asking.request, api.clock.now()))))
}

fn shown(entry: &AuditEntry) -> Result<AuditView, StoreError> {
    Ok(AuditView {
        number: entry.number,
        hash: HEXLOWER.encode(&entry.hash),
        entry: serde_json::from_str(&entry.body).map_err(|_| StoreError::Unavailable)?,
    })
}
