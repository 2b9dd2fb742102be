//! How often things may be done: so many in each minute.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

use protocol::{AccountId, ConversationId, KeyId, Timestamp, UserId};

use crate::store::SpaceId;
use crate::trade::Caller;

pub(crate) const WINDOW_MS: u64 = 60_000;
/// Counters in one minute, at about 80 bytes each. Whoever comes when they are used up waits for the next.
const COUNTERS_MAX: usize = 500_000;
/// Bits of an IPv6 address that name a network: one customer holds all addresses behind them.
const IPV6_NETWORK_MASK: u128 = !0 << 64;

/// What is counted, for whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    Requests(AccountId),
    Sends(AccountId, ConversationId),
    Creations(AccountId),
    Claims(AccountId),
    ClaimsFrom { claimer: AccountId, account: AccountId },
    LastResort(AccountId),
    GuestRequests(IpAddr),
    Registrations(IpAddr),
    Links(IpAddr),
    LinkEntries(AccountId),
    MarketAccount(AccountId),
    MarketKey(KeyId),
    MarketOperator,
    MarketGuest(IpAddr),
    TopUps(SpaceId, UserId),
    Withdrawals(SpaceId, UserId),
}

impl Counted {
    const fn is_of_pair(&self) -> bool {
        matches!(self, Self::Sends(..) | Self::ClaimsFrom { .. } | Self::TopUps(..) | Self::Withdrawals(..))
    }

    pub(crate) fn guest_requests(address: IpAddr) -> Self {
        Self::GuestRequests(network_of(address))
    }

    pub(crate) fn links(address: IpAddr) -> Self {
        Self::Links(network_of(address))
    }

    /// A caller of the market's interface: all tokens made from a key count as the key.
    pub(crate) const fn market(caller: &Caller) -> Self {
        match caller {
            Caller::Account { account, .. } => Self::MarketAccount(*account),
            Caller::Key { key, .. } => Self::MarketKey(*key),
            Caller::Operator | Caller::Relay => Self::MarketOperator,
        }
    }

    pub(crate) fn market_guest(address: IpAddr) -> Self {
        Self::MarketGuest(network_of(address))
    }

    pub(crate) fn registrations(address: IpAddr) -> Self {
        Self::Registrations(network_of(address))
    }
}

#[derive(Default)]
pub(crate) struct RateLimiter {
    /// Held for a look-up only, never across an await.
    minute: Mutex<Minute>,
}

/// What may still be done in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) remaining: u32,
    pub(crate) reset_ms: u64,
}

/// All that was counted since a minute began. It is dropped as a whole: no request pays for going through it.
#[derive(Default)]
struct Minute {
    began_at: Timestamp,
    counts: HashMap<Counted, u32>,
    /// Of pairs, which one account can make many of: they use up none of the others' room.
    of_pairs: HashMap<Counted, u32>,
}

impl RateLimiter {
    /// Counts one more, or says after how many milliseconds to come back.
    pub(crate) fn count(&self, counted: Counted, limit: u32, now: Timestamp) -> Result<(), u64> {
        self.spend(counted, limit, now).map(drop)
    }

    /// The same, and says what is left.
    pub(crate) fn spend(&self, counted: Counted, limit: u32, now: Timestamp) -> Result<Left, u64> {
        let mut minute = self.minute.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if now < minute.began_at || now.millis_since(minute.began_at) >= WINDOW_MS {
            *minute = Minute { began_at: now, ..Minute::default() };
        }
        let began_at = minute.began_at;
        let counts = if counted.is_of_pair() { &mut minute.of_pairs } else { &mut minute.counts };
        let is_full = counts.len() >= COUNTERS_MAX && !counts.contains_key(&counted);
        let retry_after_ms = WINDOW_MS - now.millis_since(began_at);
        if is_full {
            return Err(retry_after_ms);
        }
        let count = counts.entry(counted).or_default();
        if *count >= limit {
            return Err(retry_after_ms);
        }
        *count += 1;
        Ok(Left { remaining: limit - *count, reset_ms: retry_after_ms })
    }

    /// Takes back what was counted before it was known whose it is.
    pub(crate) fn give_back(&self, counted: &Counted) {
        let mut minute = self.minute.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Another minute may have begun.
        if let Some(count) = minute.counts.get_mut(counted) {
            *count = count.saturating_sub(1);
        }
    }
}

/// The network whose customer holds an address.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK_MASK).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_starts_with_its_first_request_and_then_all_may_come_again() {
        let limiter = RateLimiter::default();
        let at = |second: u64| {
            let counted = Counted::guest_requests([127, 0, 0, 1].into());
            limiter.count(counted, 2, Timestamp::from_millis(100_000 + second * 1000))
        };
        assert_eq!([at(10), at(20), at(30), at(70)], [Ok(()), Ok(()), Err(40_000), Ok(())]);
    }

    #[test]
    fn a_clock_that_is_set_back_ends_the_minute() {
        let limiter = RateLimiter::default();
        let counted = || Counted::guest_requests([127, 0, 0, 1].into());
        let [late, early] = [200_000, 100_000].map(Timestamp::from_millis);
        assert_eq!(limiter.count(counted(), 1, late), Ok(()));
        assert_eq!(limiter.count(counted(), 1, early), Ok(()));
    }

    #[test]
    fn addresses_of_one_network_are_counted_as_one() {
        let counted = |address: &str| Counted::registrations(address.parse().unwrap());
        assert_eq!(counted("2001:db8:0:1::1"), counted("2001:db8:0:1:ffff::2"));
        assert_ne!(counted("2001:db8:0:1::1"), counted("2001:db8:0:2::1"));
        assert_eq!(counted("::ffff:192.0.2.1"), counted("192.0.2.1"));
    }
}
