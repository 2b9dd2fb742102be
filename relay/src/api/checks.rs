//! What is looked at before anything is asked of the store.

use std::error::Error as _;
use std::fmt::Display;
use std::iter::successors;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use market::limits::REFERENCE_CHARACTERS_MAX;
use protocol::money::ParseCurrencyError;
use protocol::{Currency, Timestamp};
use serde::de::value::Error as ValueError;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use serde_path_to_error::Error as PathError;

use super::unreadable::unreadable;
use crate::trade::{Code, Refusal, from_iso, line};

/// Bytes of what a space wants to find again.
pub(super) const METADATA_BYTES_MAX: usize = 4096;
/// Things on a page, if nothing else is asked for.
const LIMIT_DEFAULT: u32 = 20;
/// Things on a page at most.
const LIMIT_MAX: u32 = 100;

/// What is wrong where no one parameter is.
const ALL_PARAMETERS: &str = "query";

/// Collects everything that is wrong with a body, so that it is said at once.
#[derive(Default)]
pub(super) struct Checks {
    wrong: Vec<(String, String)>,
}

impl Checks {
    /// Notes a problem of a field unless something holds.
    pub(super) fn that(&mut self, holds: bool, field: &str, problem: impl Into<String>) {
        if !holds {
            self.wrong.push((field.to_owned(), problem.into()));
        }
    }

    /// A text within its length, that can be shown on a line.
    pub(super) fn text(&mut self, field: &str, text: &str, length: RangeInclusive<usize>) {
        if let Err(problem) = line(text, length) {
            self.that(false, field, problem);
        }
    }

    /// A reason or a note, of as many lines as it likes, where there is one.
    pub(super) fn prose(&mut self, field: &str, text: Option<&str>, characters_max: usize) {
        let Some(text) = text else { return };
        let is_within = text.chars().count() <= characters_max && !text.trim().is_empty();
        self.that(is_within, field, format!("expected 1 to {characters_max} characters"));
    }

    /// A time in UTC, where one is given.
    pub(super) fn time(&mut self, field: &str, text: Option<&str>) -> Option<Timestamp> {
        let read = text.map(from_iso);
        let is_time = read.is_none_or(|time| time.is_some());
        self.that(is_time, field, "expected a time in UTC such as 2026-01-31T12:00:00.000Z");
        read.flatten()
    }

    /// What a space wants to find again, within its size.
    pub(super) fn metadata(&mut self, metadata: &Map<String, Value>, bytes_max: usize) {
        let bytes = json!(metadata).to_string().len();
        self.that(bytes <= bytes_max, "metadata", format!("expected at most {bytes_max} bytes of JSON"));
    }

    /// The refusal, if anything is wrong.
    pub(super) fn end(self) -> Result<(), Refusal> {
        let Some((field, problem)) = self.wrong.first() else { return Ok(()) };
        let message = format!("`{field}` is wrong: {problem}");
        let fields: Vec<Value> =
            self.wrong.iter().map(|(field, problem)| json!({ "field": field, "message": problem })).collect();
        Err(Refusal::new(Code::ValidationError, message).with(json!({ "fields": fields })))
    }
}

/// What somebody else calls something, where it is said.
pub(super) fn check_reference(reference: Option<&str>) -> Result<(), Refusal> {
    let mut checks = Checks::default();
    if let Some(reference) = reference {
        checks.text("reference", reference, 1..=REFERENCE_CHARACTERS_MAX);
    }
    checks.end()
}

/// The id in a path. What is no id is nobody's.
pub(super) fn id<Id: FromStr<Err: Display>>(text: &str, unknown: Code) -> Result<Id, Refusal> {
    text.parse().map_err(|error| Refusal::new(unknown, format!("there is nothing of this id: {error}")))
}

/// A whole number, also where it is written with a point, as JSON has but one kind of number.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else { return Ok(None) };
    if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
        return Err(D::Error::custom("expected a whole number"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and within")]
    Ok(Some(number as u32))
}

/// The currency that a text names.
pub(super) fn currency(text: &str) -> Result<Currency, Refusal> {
    text.parse().map_err(|error: ParseCurrencyError| Refusal::new(Code::InvalidCurrency, error.to_string()))
}

/// One of a closed set of words.
pub(super) fn word<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|error: T::Err| Refusal::field(field, error.to_string()))
}

/// One of them, where one is given.
pub(super) fn maybe_word<T: FromStr<Err: Display>>(
    field: &str,
    text: Option<&str>,
) -> Result<Option<T>, Refusal> {
    text.map(|text| word(field, text)).transpose()
}

/// The part of a list that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paging<Id> {
    pub(super) behind: Option<Id>,
    pub(super) limit: u32,
}

impl<Id: FromStr> Paging<Id> {
    pub(super) fn read(limit: Option<u32>, cursor: Option<&str>) -> Result<Self, Refusal> {
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Refusal::field("limit", format!("expected 1 to {LIMIT_MAX}")));
        }
        let behind = cursor.map(str::parse).transpose();
        let behind =
            behind.map_err(|_| Refusal::field("cursor", "expected `next_cursor` of the page before"))?;
        Ok(Self { behind, limit })
    }
}

/// The parameters behind the question mark; what is wrong is said by the parameter's name.
pub(super) struct Parameters<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        let Query(parameters) = read.map_err(|error| wrong_parameter(&error))?;
        Ok(Self(parameters))
    }
}

/// Which parameter is wrong, and how; none is named where it is all of them.
fn wrong_parameter(error: &QueryRejection) -> Refusal {
    let mut causes = successors(error.source(), |cause| (*cause).source());
    let found: Option<&PathError<ValueError>> = causes.find_map(|cause| cause.downcast_ref());
    found.map_or_else(
        || Refusal::field(ALL_PARAMETERS, "it cannot be read"),
        |found| unreadable(found, ALL_PARAMETERS),
    )
}

#[cfg(test)]
mod tests {
    use protocol::UserId;

    use super::*;

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let mut checks = Checks::default();
        checks.text("name", "", 1..=3);
        checks.text("title", "a\nb", 1..=3);
        checks.text("fine", "äöü", 1..=3);
        let refusal = checks.end().unwrap_err();
        let fields: Vec<_> =
            refusal.details["fields"].as_array().unwrap().iter().map(|field| &field["field"]).collect();
        assert_eq!(fields, ["name", "title"]);
    }

    #[test]
    fn what_is_wrong_with_a_parameter_is_said_by_its_name() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Asked {
            #[expect(dead_code, reason = "it is read only")]
            limit: u32,
        }
        let refusal = |query: &str| {
            let read = Query::<Asked>::try_from_uri(&format!("/v1/users?{query}").parse().unwrap());
            wrong_parameter(&read.unwrap_err())
        };
        let field = |query: &str| refusal(query).details["fields"][0]["field"].as_str().map(str::to_owned);
        assert_eq!(field("limit=many").as_deref(), Some("limit"));
        assert_eq!(field("limit=1&user=ana").as_deref(), Some("user"));
        assert_eq!(field("").as_deref(), Some("limit"));
        assert_eq!(refusal("limit=1&limit=2").message, "`query` is wrong: `limit` is given more than once");
        assert_eq!(refusal("limit=many").message, "`limit` is wrong: expected a whole number");
    }

    #[test]
    fn a_page_has_a_limit_and_begins_behind_an_id() {
        let read = |limit, cursor| Paging::<UserId>::read(limit, cursor).map_err(|refusal| refusal.code);
        assert_eq!(read(None, None), Ok(Paging { behind: None, limit: LIMIT_DEFAULT }));
        assert_eq!(read(Some(0), None), Err(Code::ValidationError));
        assert_eq!(read(Some(101), None), Err(Code::ValidationError));
        assert_eq!(read(None, Some("usr_x")), Err(Code::ValidationError));
        let user = UserId::from_bytes([1; 16]);
        assert_eq!(read(Some(1), Some(&user.to_string())), Ok(Paging { behind: Some(user), limit: 1 }));
    }
}
