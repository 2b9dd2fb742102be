//! Why a command was not done, for people and for programs.

use relay::operator::OperateError;
use relay::store::StoreError;
use relay::trade::Tampered;
use serde_json::{Value, json};

/// Books that do not add up, or that things do not agree with: as the job that proves them says.
pub(crate) const BOOKS_NOT_IN_ORDER: &str = "books_not_in_order";
/// An audit log that somebody touched: as the relay's own log says.
pub(crate) const AUDIT_LOG_TOUCHED: &str = "audit_log_touched";
/// What was to be an export of an audit log is none, or of another one.
pub(crate) const NO_EXPORT: &str = "no_export";
/// A bank's statement of which lines cannot be read.
pub(crate) const STATEMENT_NOT_READ: &str = "statement_not_read";
/// A ledger and a statement that do not say the same.
pub(crate) const NOT_RECONCILED: &str = "not_reconciled";
/// Whatever has no code of its own.
const FAILED: &str = "failed";

/// Why something was not done, with what programs go by.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The relay refuses it.
    #[error("{message} ({code})")]
    Refused {
        /// The refusal's own code.
        code: String,
        /// What happened and what to do.
        message: String,
    },
    /// What was looked at is not as it should be.
    #[error("{message}")]
    Found {
        /// One of those above.
        code: &'static str,
        /// What is wrong.
        message: String,
    },
}

impl Failure {
    /// Something that was found.
    pub(crate) fn found(code: &'static str, message: impl Into<String>) -> Self {
        Self::Found { code, message: message.into() }
    }
}

/// A failure as programs read it, in the shape of the interface's refusals.
pub(crate) fn as_json(error: &anyhow::Error) -> Value {
    let (code, message) = match error.downcast_ref() {
        Some(Failure::Refused { code, message }) => (code.as_str(), message.clone()),
        Some(Failure::Found { code, .. }) => (*code, format!("{error:#}")),
        None => (code_of(error), format!("{error:#}")),
    };
    json!({ "error": { "code": code, "message": message } })
}

fn code_of(error: &anyhow::Error) -> &'static str {
    if error.is::<Tampered>() {
        return AUDIT_LOG_TOUCHED;
    }
    match error.downcast_ref() {
        Some(OperateError::NoFolder(_)) => "no_folder",
        Some(OperateError::NoSpace(_)) => "no_space",
        Some(OperateError::Open(_)) => "store_not_opened",
        Some(OperateError::Store(_)) => "store_failed",
        None if error.is::<StoreError>() => "store_failed",
        None => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_refusal_has_its_own_code_and_what_is_said_of_it_does_not_repeat_that() {
        let refused = Failure::Refused { code: "NOT_FOUND".to_owned(), message: "there is none".to_owned() };
        assert_eq!(refused.to_string(), "there is none (NOT_FOUND)");
        check(refused.into(), "NOT_FOUND", "there is none");
    }

    #[test]
    fn what_was_found_keeps_its_code_whatever_is_said_around_it() {
        let around = |error: anyhow::Error| error.context("a.jsonl is not what was exported");
        let tampered = || anyhow::Error::from(Tampered::Altered(3));
        check(tampered(), AUDIT_LOG_TOUCHED, &Tampered::Altered(3).to_string());
        let said = format!("a.jsonl is not what was exported: {}", Tampered::Altered(3));
        check(around(tampered()), AUDIT_LOG_TOUCHED, &said);
        let missing = None::<()>.with_context(|| Failure::found(NO_EXPORT, "it is empty")).unwrap_err();
        check(around(missing), NO_EXPORT, "a.jsonl is not what was exported: it is empty");
    }

    #[test]
    fn whatever_else_fails_has_a_code_too() {
        check(StoreError::Busy.into(), "store_failed", "the store is busy");
        let nowhere = OperateError::NoSpace("shop".to_owned());
        let said = nowhere.to_string();
        check(nowhere.into(), "no_space", &said);
        check(anyhow::anyhow!("no"), "failed", "no");
    }

    #[track_caller]
    fn check(error: anyhow::Error, code: &str, message: &str) {
        assert_eq!(as_json(&error), json!({ "error": { "code": code, "message": message } }));
    }
}
