//! `/api/wallet`: an account's own money, for clients that know the wallet of others. Aliases of what stands under `/v1`, in these
//! clients' words: bodies without an envelope, dollars as numbers, and refusals of one sentence.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{get, post};
use protocol::{Amount, Money};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::Api;
use super::asked::Asking;
use super::body::{Asked, BODY_BYTES_MAX, Written};
use super::bounds::{Purpose, within};
use super::checks::{Paging, Parameters};
use crate::trade::{Caller, Code, Command, NewUserTransfer, Query, Recipient, Refusal, WALLET_CURRENCY};

const CENTS_IN_A_DOLLAR: f64 = 100.0;

pub(super) fn routes() -> Router<Arc<Api>> {
    Router::new()
        .route("/api/wallet", get(show_wallet))
        .route("/api/wallet/transfers", get(list_transfers))
        .route("/api/wallet/send", post(send))
}

/// Money to be sent. What else stands there, these clients may know why.
#[derive(Deserialize)]
struct SendMoney {
    username: Option<String>,
    amount_cents: Option<i64>,
    amount: Option<f64>,
}

/// Which part of the list is asked for.
#[derive(Deserialize)]
struct ListTransfers {
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn show_wallet(State(api): State<Arc<Api>>, asking: Asking) -> Response {
    api.look_up(asking, Query::Wallet).await
}

async fn list_transfers(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListTransfers>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    Ok(api.look_up(asking, Query::WalletTransfers { behind, limit }).await)
}

async fn send(
    State(api): State<Arc<Api>>,
    Written { asked: Asked { changing, body }, text }: Written<SendMoney>,
) -> Result<Response, Refusal> {
    let Caller::Account { user: from, .. } = changing.asking.caller else {
        return Err(changing.asking.caller.authorize_account().err().unwrap_or_else(unknown));
    };
    let to = recipient(body.username.as_deref().unwrap_or_default())?;
    if body.amount.is_some() && !is_plain(&text) {
        return Err(Refusal::new(Code::InvalidAmount, "amount must be written without an exponent"));
    }
    let money = money(body.amount_cents, body.amount)?;
    let new = NewUserTransfer { from, to, money, note: None, metadata: Map::new() };
    let mut answer = api.carry_out(changing, Command::Send(new)).await;
    if answer.status().is_success() {
        *answer.status_mut() = StatusCode::OK;
        *answer.body_mut() = Body::empty();
        answer.headers_mut().remove(CONTENT_TYPE);
        answer.headers_mut().remove(CONTENT_LENGTH);
    }
    Ok(answer)
}

/// Who is meant: a handle, or an id of an account or a user that has none.
fn recipient(username: &str) -> Result<Recipient, Refusal> {
    if username.is_empty() {
        return Err(Refusal::new(Code::MissingRequiredField, "username is required"));
    }
    let user = username.parse().map(Recipient::User).ok();
    let account = || username.parse().map(Recipient::Account).ok();
    let handle = || username.parse().map(Recipient::Handle).ok();
    user.or_else(account).or_else(handle).ok_or_else(unknown)
}

fn unknown() -> Refusal {
    Refusal::new(Code::UserNotFound, "there is no such user")
}

fn money(amount_cents: Option<i64>, dollars: Option<f64>) -> Result<Money, Refusal> {
    let wrong = |message| Refusal::new(Code::InvalidAmount, message);
    let of_dollars = dollars.map(cents).transpose()?;
    let cents = match (amount_cents, of_dollars) {
        (Some(cents), Some(same)) if cents != same => {
            return Err(wrong("amount and amount_cents are not the same"));
        }
        (Some(cents), _) | (None, Some(cents)) => cents,
        (None, None) => return Err(Refusal::new(Code::MissingRequiredField, "amount_cents is required")),
    };
    let Some(cents) = u64::try_from(cents).ok().filter(|cents| *cents > 0) else {
        return Err(wrong("amount must be greater than zero"));
    };
    let amount = Amount::from_minor(cents).ok_or_else(|| wrong("nobody has as much"))?;
    let money = Money { amount, currency: WALLET_CURRENCY };
    within(money, Purpose::Transfer)?;
    Ok(money)
}

/// Whether the dollars are written digit by digit, as people write sums and as `/v1` takes them.
fn is_plain(body: &[u8]) -> bool {
    let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(body).unwrap_or_default();
    fields.get("amount").is_some_and(|written| !written.get().contains(['e', 'E']))
}

/// The cents that a number of dollars is, if it is whole cents: the nearest double of just so many.
fn cents(dollars: f64) -> Result<i64, Refusal> {
    let cents = (dollars * CENTS_IN_A_DOLLAR).round();
    let is_exact = cents / CENTS_IN_A_DOLLAR == dollars;
    // Above, doubles are further apart than cents long before they are no whole numbers of 64 bits.
    let is_within = cents.abs() <= CENTS_IN_A_DOLLAR * f64::from(u32::MAX);
    if !is_exact || !is_within {
        return Err(Refusal::new(Code::InvalidAmount, "amount must be dollars to the cent"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within")]
    Ok(cents as i64)
}

/// Says refusals as these clients read them: `{"error": "…"}`, and what cannot be taken with 400.
pub(super) async fn in_its_words(request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    if answer.status().is_success() {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let bytes = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let problem = |field: &str| said["error"][field].as_str().unwrap_or_default();
    let field = said["error"]["details"]["fields"][0]["field"].as_str();
    let message = match problem("code") {
        "UNAUTHORIZED" | "INVALID_API_KEY" => "unauthorized",
        "USER_NOT_FOUND" => "user not found",
        "METHOD_NOT_ALLOWED" => "method not allowed",
        "INSUFFICIENT_FUNDS" => "insufficient funds",
        "VALIDATION_ERROR" if field == Some("to_user_id") => "sender and recipient must be different",
        _ => problem("message"),
    };
    if parts.status == StatusCode::UNPROCESSABLE_ENTITY {
        parts.status = StatusCode::BAD_REQUEST;
    }
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(json!({ "error": message }).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_given_in_cents_or_in_dollars_to_the_cent() {
        check("1250", Ok(1250));
        for (dollars, cents) in [
            ("12.50", 1250),
            ("12.5", 1250),
            ("0.01", 1),
            ("0.07", 7),
            ("0.29", 29),
            ("1.1", 110),
            ("4.35", 435),
            ("1.15", 115),
            ("8.41", 841),
            ("9999.99", 999_999),
            ("10000", 1_000_000),
        ] {
            check_dollars(dollars, Ok(cents));
        }
        for whole in 1..=1_000_000_u32 {
            let dollars = format!("{}.{:02}", whole / 100, whole % 100).parse().unwrap();
            assert_eq!(cents(dollars).ok(), Some(whole.into()));
        }
    }

    #[test]
    fn a_number_with_an_exponent_is_no_way_to_write_a_sum() {
        for (amount, expected) in [
            ("12.50", true),
            ("0", true),
            ("-1", true),
            ("1e2", false),
            ("1.25E+1", false),
            ("1250e-2", false),
        ] {
            let body = format!(r#"{{"username":"eve","amount" : {amount} ,"memo":"1e2"}}"#);
            assert_eq!(is_plain(body.as_bytes()), expected, "{amount}");
        }
        assert!(!is_plain(br#"{"amount":1,"amount":1e2}"#), "the last of two counts, here as elsewhere");
    }

    #[test]
    fn what_is_no_sum_or_not_to_the_cent_is_refused() {
        for cents in ["0", "-1", "-9223372036854775808"] {
            check(cents, Err("amount must be greater than zero"));
        }
        check("1000001", Err("a transfer is of 0.01 to 10000.00 USD"));
        check("9223372036854775807", Err("nobody has as much"));
        for dollars in ["0", "-0.00", "-5", "0.0"] {
            check_dollars(dollars, Err("amount must be greater than zero"));
        }
        for dollars in ["1.005", "0.001", "12.345", "9223372036854775808", "1e300", "5e-324"] {
            check_dollars(dollars, Err("amount must be dollars to the cent"));
        }
        check_dollars("10000.01", Err("a transfer is of 0.01 to 10000.00 USD"));
        assert_eq!(said(money(None, None)), Err("amount_cents is required".to_owned()));
        assert_eq!(said(money(Some(1250), Some(12.5))), Ok(1250));
        assert_eq!(
            said(money(Some(1250), Some(12.51))),
            Err("amount and amount_cents are not the same".to_owned())
        );
    }

    #[track_caller]
    fn check(cents: &str, expected: Result<u64, &str>) {
        assert_eq!(said(money(cents.parse().ok(), None)), expected.map_err(str::to_owned));
    }

    #[track_caller]
    fn check_dollars(dollars: &str, expected: Result<u64, &str>) {
        assert_eq!(said(money(None, dollars.parse().ok())), expected.map_err(str::to_owned));
    }

    fn said(money: Result<Money, Refusal>) -> Result<u64, String> {
        money.map(|money| money.amount.minor()).map_err(|refusal| refusal.message)
    }
}
