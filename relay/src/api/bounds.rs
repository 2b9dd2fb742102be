//! How much may be asked for at once, in each currency.

use std::ops::RangeInclusive;

use protocol::{Amount, Currency, Money};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::trade::{Code, Refusal};

/// What an amount is asked for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    /// To buy something.
    Order,
    /// To come in.
    TopUp,
    /// To go out.
    Withdrawal,
    /// To go to another user.
    Transfer,
}

/// Whole units of a currency that may be asked for at once. From none on is from the smallest amount there is on.
struct Bounds {
    /// What people buy from each other without a bank's looking at it.
    order: RangeInclusive<u64>,
    /// Below, a provider's fee is more than the sum; above, people look first.
    top_up: RangeInclusive<u64>,
    /// The same of what goes out, where less is wrong already.
    withdrawal: RangeInclusive<u64>,
    /// Whatever went to the wrong one comes back only if they send it.
    transfer: RangeInclusive<u64>,
}

/// Of what is worth about a dollar.
static DOLLARS: Bounds =
    Bounds { order: 1..=50_000, top_up: 1..=10_000, withdrawal: 10..=5_000, transfer: 0..=10_000 };
/// About the same, where a dollar is some 150.
static YEN: Bounds = Bounds {
    order: 100..=7_500_000,
    top_up: 100..=1_500_000,
    withdrawal: 1_500..=750_000,
    transfer: 0..=1_500_000,
};
/// About the same, where each is worth some three dollars.
static DINARS: Bounds =
    Bounds { order: 1..=15_000, top_up: 1..=3_000, withdrawal: 3..=1_500, transfer: 0..=3_000 };

impl Bounds {
    fn of(currency: Currency) -> &'static Self {
        match currency {
            Currency::Usd | Currency::Eur | Currency::Gbp | Currency::Usdc => &DOLLARS,
            Currency::Jpy => &YEN,
            Currency::Kwd => &DINARS,
        }
    }

    fn units(&self, purpose: Purpose) -> &RangeInclusive<u64> {
        match purpose {
            Purpose::Order => &self.order,
            Purpose::TopUp => &self.top_up,
            Purpose::Withdrawal => &self.withdrawal,
            Purpose::Transfer => &self.transfer,
        }
    }
}

impl Purpose {
    const fn text(self) -> &'static str {
        match self {
            Self::Order => "an order",
            Self::TopUp => "a top-up",
            Self::Withdrawal => "a withdrawal",
            Self::Transfer => "a transfer",
        }
    }
}

/// Money that may be asked for at once.
pub(super) fn within(money: Money, purpose: Purpose) -> Result<(), Refusal> {
    let [least, most] = ends(money.currency, purpose);
    if (least.amount.minor()..=most.amount.minor()).contains(&money.amount.minor()) {
        return Ok(());
    }
    let (what, currency) = (purpose.text(), money.currency);
    let [min, max] = [least, most].map(|end| end.plain());
    let message = format!("{what} is of {min} to {max} {currency}");
    let details = json!({ "currency": currency.code(), "min": min, "max": max });
    Err(Refusal::new(Code::InvalidAmount, message).with(details))
}

/// The least and the most that may be asked for at once.
fn ends(currency: Currency, purpose: Purpose) -> [Money; 2] {
    let units = Bounds::of(currency).units(purpose);
    let unit = 10u64.pow(currency.scale());
    [(units.start() * unit).max(1), units.end() * unit].map(|minor| {
        let amount = Amount::from_minor(minor).expect("what may be asked for is an amount");
        Money { amount, currency }
    })
}

/// How much of a currency may be asked for at once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BoundsView {
    /// Of which currency.
    #[schema(example = "USD")]
    currency: &'static str,
    /// For an order.
    order: EndsView,
    /// For a top-up.
    topup: EndsView,
    /// For a withdrawal.
    withdrawal: EndsView,
    /// To send another user.
    transfer: EndsView,
}

/// The least and the most.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EndsView {
    /// The least.
    #[schema(example = "1.00")]
    min: String,
    /// The most.
    #[schema(example = "50000.00")]
    max: String,
}

impl From<Currency> for BoundsView {
    fn from(currency: Currency) -> Self {
        let shown = |purpose| {
            let [min, max] = ends(currency, purpose).map(|money| money.plain());
            EndsView { min, max }
        };
        Self {
            currency: currency.code(),
            order: shown(Purpose::Order),
            topup: shown(Purpose::TopUp),
            withdrawal: shown(Purpose::Withdrawal),
            transfer: shown(Purpose::Transfer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_currency_has_bounds_of_its_own() {
        check("0.99", Currency::Usd, Purpose::Order, Some("an order is of 1.00 to 50000.00 USD"));
        check("50000.00", Currency::Usd, Purpose::Order, None);
        check("50000.01", Currency::Usd, Purpose::Order, Some("an order is of 1.00 to 50000.00 USD"));
        check("99", Currency::Jpy, Purpose::TopUp, Some("a top-up is of 100 to 1500000 JPY"));
        check("7500000", Currency::Jpy, Purpose::Order, None);
        check(
            "1500.001",
            Currency::Kwd,
            Purpose::Withdrawal,
            Some("a withdrawal is of 3.000 to 1500.000 KWD"),
        );
        check("0.0000001", Currency::Usdc, Purpose::Transfer, None);
    }

    #[test]
    fn whatever_is_shown_as_a_bound_is_within() {
        for currency in Currency::ALL {
            for purpose in [Purpose::Order, Purpose::TopUp, Purpose::Withdrawal, Purpose::Transfer] {
                for end in ends(currency, purpose) {
                    let shown = Money::parse(&end.plain(), currency).unwrap();
                    assert!(within(shown, purpose).is_ok(), "{currency} {}", purpose.text());
                }
            }
        }
    }

    #[track_caller]
    fn check(text: &str, currency: Currency, purpose: Purpose, refused: Option<&str>) {
        let said =
            within(Money::parse(text, currency).unwrap(), purpose).err().map(|refusal| refusal.message);
        assert_eq!(said.as_deref(), refused);
    }
}
