//! Money with a direction: above zero it came in, below it went out.

use protocol::money::ParseAmountError;
use protocol::{Currency, Money};

/// So many minor units of a currency, or of what is owed of it. Sums of many fit as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flow {
    /// Of what.
    pub currency: Currency,
    /// How much, in its minor unit.
    pub minor: i128,
}

impl Flow {
    /// Nothing of a currency.
    pub const fn none(currency: Currency) -> Self {
        Self { currency, minor: 0 }
    }

    /// What came in.
    pub const fn incoming(money: Money) -> Self {
        Self { currency: money.currency, minor: money.amount.minor() as i128 }
    }

    /// What went out.
    pub const fn outgoing(money: Money) -> Self {
        Self { currency: money.currency, minor: -(money.amount.minor() as i128) }
    }

    /// Reads an amount as interfaces write them, with a minus before what went out: `-80.00`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, ParseAmountError> {
        match text.strip_prefix('-') {
            Some(amount) => Money::parse(amount, currency).map(Self::outgoing),
            None => Money::parse(text, currency).map(Self::incoming),
        }
    }

    /// The amount as it is written, without its currency.
    pub fn plain(self) -> String {
        let unit = 10u128.pow(self.currency.scale());
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, fraction) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        match self.currency.scale() as usize {
            0 => format!("{sign}{whole}"),
            width => format!("{sign}{whole}.{fraction:0width$}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_with_its_direction_is_written_as_it_is_read() {
        for (text, currency, minor) in [
            ("80.00", Currency::Usd, 8000),
            ("-80.05", Currency::Usd, -8005),
            ("-0.01", Currency::Eur, -1),
            ("-7", Currency::Jpy, -7),
            ("0.0000001", Currency::Usdc, 1),
        ] {
            let flow = Flow { currency, minor };
            assert_eq!(Flow::parse(text, currency), Ok(flow));
            assert_eq!(flow.plain(), text);
        }
    }

    #[test]
    fn what_is_written_otherwise_is_no_amount() {
        for wrong in
            ["", "-", "+1.00", "--1.00", "1,00", "1.0", "1", "1e2", " 1.00", "-1.005", "1.00-", "(1.00)"]
        {
            assert!(Flow::parse(wrong, Currency::Usd).is_err(), "{wrong:?}");
        }
    }
}
