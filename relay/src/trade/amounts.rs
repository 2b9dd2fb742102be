//! Amounts as they are asked for.

use protocol::money::ParseAmountError;
use protocol::{Currency, Money};
use serde_json::json;

use super::refusal::{Code, Refusal};

/// The amount that a text is, which is more than nothing.
pub(crate) fn amount(field: &str, text: &str, currency: Currency) -> Result<Money, Refusal> {
    let money = bound(field, text, currency)?;
    if money.amount.is_zero() {
        let refusal = Refusal::new(Code::InvalidAmount, "expected more than zero");
        return Err(refusal.with(json!({ "field": field })));
    }
    Ok(money)
}

/// What amounts are compared with: nothing, too, is written as amounts are.
pub(crate) fn bound(field: &str, text: &str, currency: Currency) -> Result<Money, Refusal> {
    Money::parse(text, currency).map_err(|error| {
        let code = match error {
            ParseAmountError::Form(_) => Code::InvalidAmountFormat,
            ParseAmountError::TooLarge(_) => Code::InvalidAmount,
        };
        Refusal::new(code, error.to_string()).with(json!({ "field": field }))
    })
}
