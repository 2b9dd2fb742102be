//! Amounts as they are asked for.

use protocol::money::ParseAmountError;
use protocol::{Currency, Money};
use serde_json::json;

use super::refusal::{Code, Refusal};

/// The amount that a text is, which is more than nothing.
pub(crate) fn amount(field: &str, text: &str, currency: Currency) -> Result<Money, Refusal> {
    let read = Money::parse(text, currency);
    let details = json!({ "field": field });
    let money = read.map_err(|error| {
        let code = match error {
            ParseAmountError::Form(_) => Code::InvalidAmountFormat,
            ParseAmountError::TooLarge(_) => Code::InvalidAmount,
        };
        Refusal::new(code, error.to_string()).with(details.clone())
    })?;
    if money.amount.is_zero() {
        return Err(Refusal::new(Code::InvalidAmount, "expected more than zero").with(details));
    }
    Ok(money)
}
