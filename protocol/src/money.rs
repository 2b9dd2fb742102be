//! Money: whole minor units with a currency, written as a decimal with exactly as many places as the currency has.
//!
//! No floating point, no sign, no exponent: what is not written just so is no amount.

use std::fmt;
use std::str::FromStr;

use crate::limits::AMOUNT_MINOR_MAX;

/// A currency that ledgers can be kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Currency {
    /// The United States dollar.
    Usd,
    /// The euro.
    Eur,
    /// The pound sterling.
    Gbp,
    /// The yen, which has no smaller unit.
    Jpy,
    /// The Kuwaiti dinar, of a thousand fils.
    Kwd,
    /// The dollar token, in its finest unit on any chain in use.
    Usdc,
}

impl Currency {
    /// Every currency.
    pub const ALL: [Self; 6] = [Self::Usd, Self::Eur, Self::Gbp, Self::Jpy, Self::Kwd, Self::Usdc];

    /// How it is written: `USD`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Jpy => "JPY",
            Self::Kwd => "KWD",
            Self::Usdc => "USDC",
        }
    }

    /// Places behind the point.
    pub const fn scale(self) -> u32 {
        match self {
            Self::Jpy => 0,
            Self::Usd | Self::Eur | Self::Gbp => 2,
            Self::Kwd => 3,
            Self::Usdc => 7,
        }
    }

    /// Minor units in one.
    const fn unit(self) -> u64 {
        10u64.pow(self.scale())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

/// Why a text names no currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the code of a currency in upper case, such as `USD`")]
pub struct ParseCurrencyError;

impl FromStr for Currency {
    type Err = ParseCurrencyError;

    fn from_str(text: &str) -> Result<Self, ParseCurrencyError> {
        Self::ALL.into_iter().find(|currency| currency.code() == text).ok_or(ParseCurrencyError)
    }
}

/// An amount in minor units: never negative, never above [`AMOUNT_MINOR_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(u64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many minor units, if a ledger can hold them.
    pub const fn from_minor(minor: u64) -> Option<Self> {
        if minor <= AMOUNT_MINOR_MAX { Some(Self(minor)) } else { None }
    }

    /// The minor units.
    pub const fn minor(self) -> u64 {
        self.0
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Both together, if a ledger can hold them.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        // Two of the largest fit by far.
        Self::from_minor(self.0 + other.0)
    }

    /// What is left of it, if there is as much.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(minor) => Some(Self(minor)),
            None => None,
        }
    }

    /// All of them together, if a ledger can hold them.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

/// An amount of a currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much.
    pub amount: Amount,
    /// Of what.
    pub currency: Currency,
}

/// Why a text is no amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    /// It is not written as amounts are.
    #[error("expected digits and exactly {} behind the point, such as `{}`", .0.scale(), Money { amount: Amount(1_050), currency: *.0 }.plain())]
    Form(Currency),
    /// It is more than a ledger can hold.
    #[error("expected at most `{}`", Money { amount: Amount(AMOUNT_MINOR_MAX), currency: *.0 }.plain())]
    TooLarge(Currency),
}

impl Money {
    /// Reads an amount: digits, a point, and as many digits as the currency has places.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, ParseAmountError> {
        let (whole, fraction) = match currency.scale() {
            0 => (text, ""),
            _ => text.split_once('.').ok_or(ParseAmountError::Form(currency))?,
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || fraction.len() != currency.scale() as usize
            || !is_digits(whole)
            || !is_digits(fraction)
        {
            return Err(ParseAmountError::Form(currency));
        }
        // Digits alone: what cannot be read is too large.
        let minor = [whole, fraction].concat().parse().ok().and_then(Amount::from_minor);
        minor.map(|amount| Self { amount, currency }).ok_or(ParseAmountError::TooLarge(currency))
    }

    /// The amount as it is written, without its currency: `10.50`.
    pub fn plain(self) -> String {
        let (unit, width) = (self.currency.unit(), self.currency.scale() as usize);
        let (whole, fraction) = (self.amount.0 / unit, self.amount.0 % unit);
        match width {
            0 => whole.to_string(),
            _ => format!("{whole}.{fraction:0width$}"),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.plain(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_has_exactly_as_many_places_as_its_currency() {
        check(Currency::Usd, "0.00", Ok(0));
        check(Currency::Usd, "10.50", Ok(1_050));
        check(Currency::Jpy, "1050", Ok(1_050));
        check(Currency::Kwd, "1.050", Ok(1_050));
        check(Currency::Usdc, "0.0000001", Ok(1));
        for text in ["10", "10.5", "10.500", ".50", "10.", "10,50", "10.5O"] {
            check(Currency::Usd, text, Err(ParseAmountError::Form(Currency::Usd)));
        }
        check(Currency::Jpy, "10.50", Err(ParseAmountError::Form(Currency::Jpy)));
    }

    #[test]
    fn signs_exponents_spaces_and_other_digits_make_no_amount() {
        for text in [
            "", "-0.00", "-5.00", "+5.00", "1e2", "1e2.00", "0x1.00", " 1.00", "1.00 ", "1_0.00", "١.٠٠",
            "NaN",
        ] {
            check(Currency::Usd, text, Err(ParseAmountError::Form(Currency::Usd)));
        }
    }

    #[test]
    fn what_no_ledger_can_hold_is_too_large() {
        check(Currency::Jpy, &AMOUNT_MINOR_MAX.to_string(), Ok(AMOUNT_MINOR_MAX));
        for minor in [u128::from(AMOUNT_MINOR_MAX) + 1, 1 << 63, 1 << 64, u128::MAX] {
            check(Currency::Jpy, &minor.to_string(), Err(ParseAmountError::TooLarge(Currency::Jpy)));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_an_example_of_the_currency() {
        let said = |text, currency| Money::parse(text, currency).unwrap_err().to_string();
        assert_eq!(
            said("1e2", Currency::Usd),
            "expected digits and exactly 2 behind the point, such as `10.50`"
        );
        assert_eq!(said("99999999999999999999", Currency::Jpy), "expected at most `1000000000000000`");
    }

    #[test]
    fn a_currency_is_named_by_its_code_alone() {
        assert_eq!("USD".parse(), Ok(Currency::Usd));
        for text in ["usd", "US", "USD ", "", "XXX"] {
            assert_eq!(text.parse::<Currency>(), Err(ParseCurrencyError));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(minor in 0..=AMOUNT_MINOR_MAX, at in 0..Currency::ALL.len()) {
            let money = Money { amount: Amount(minor), currency: Currency::ALL[at] };
            prop_assert_eq!(Money::parse(&money.plain(), money.currency), Ok(money));
        }

        #[test]
        fn sums_and_differences_undo_each_other_or_are_refused(a in 0..=AMOUNT_MINOR_MAX, b in 0..=AMOUNT_MINOR_MAX) {
            let [a, b] = [a, b].map(Amount);
            match a.checked_add(b) {
                Some(both) => prop_assert_eq!(both.checked_sub(b), Some(a)),
                None => prop_assert!(a.minor() + b.minor() > AMOUNT_MINOR_MAX),
            }
        }
    }

    #[track_caller]
    fn check(currency: Currency, text: &str, minor: Result<u64, ParseAmountError>) {
        assert_eq!(Money::parse(text, currency).map(|money| money.amount.minor()), minor, "{text:?}");
    }
}
