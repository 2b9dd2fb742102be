//! What is told of what happened, and which of it somebody hears.
//!
//! One function decides, whether an event is read from the store or was committed just now.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use protocol::{EventId, UserId};
use serde::Deserialize;
use serde_json::Value;

/// What the names of fields end with that say what somebody has.
const BALANCE: &str = "Balance";
/// Characters of an event's name, or of a pattern.
const NAME_LENGTH_MAX: usize = 64;

/// An event in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// Its place: dense in its space, from 1.
    pub number: u64,
    /// Its id: the same wherever it is told.
    pub event: EventId,
    /// What it is called.
    pub name: String,
    /// Who it concerns.
    pub parties: [Option<UserId>; 2],
    /// What is told, as JSON on one line.
    pub body: String,
}

impl fmt::Debug for Told {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is told is between its parties.
        write!(out, "Told({})", self.number)
    }
}

impl Told {
    /// Whether it concerns somebody.
    pub fn concerns(&self, user: UserId) -> bool {
        self.parties.contains(&Some(user))
    }

    /// What a user hears of it, or a key, which hears all. Balances are the first party's: what the other has is nobody's business.
    pub fn heard_by(&self, user: Option<UserId>) -> Cow<'_, str> {
        let is_first = self.parties[0] == user;
        if user.is_none() || is_first || !self.body.contains(BALANCE) {
            return Cow::Borrowed(&self.body);
        }
        let Ok(mut body) = serde_json::from_str::<Value>(&self.body) else { return Cow::Borrowed("{}") };
        if let Some(payload) = body["payload"].as_object_mut() {
            payload.retain(|field, _| !field.ends_with(BALANCE));
        }
        Cow::Owned(body.to_string())
    }
}

/// From where on events are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventPoint {
    /// Behind the event of this place; 0 is before all.
    Number(u64),
    /// Behind this event.
    Event(EventId),
}

impl FromStr for EventPoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let event = || text.parse().ok().map(Self::Event);
        let wrong = || "expected the id of an event, `evt_…`, or its number".to_owned();
        number.map(Self::Number).or_else(event).ok_or_else(wrong)
    }
}

/// Where reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventStart {
    /// Behind which place.
    pub behind: u64,
    /// The last event before it that whoever asks may know of.
    pub mark: Option<EventId>,
    /// Whether what was asked for is unknown or no longer kept: then all begins again with what is kept.
    pub is_reset: bool,
}

/// Events that were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// In order.
    pub events: Vec<Told>,
    /// Up to which place nothing is left out.
    pub up_to: u64,
    /// Whether there may be more behind it.
    pub has_more: bool,
}

/// Which events somebody hears.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Only those that concern a user.
    pub user: Option<UserId>,
    /// Only those of such names, if any are said.
    pub names: Vec<NamePattern>,
    /// Only those about such things, if any are said.
    pub resources: Vec<String>,
}

impl EventFilter {
    /// Whether an event is among them.
    pub fn takes(&self, told: &Told) -> bool {
        let is_named = self.names.is_empty() || self.names.iter().any(|pattern| pattern.takes(&told.name));
        is_named
            && self.user.is_none_or(|user| told.concerns(user))
            && (self.resources.is_empty() || self.resources.iter().any(|kind| is_about(told, kind)))
    }
}

/// Whether an event is about this kind of thing.
fn is_about(told: &Told, kind: &str) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct About<'a> {
        aggregate_type: &'a str,
    }
    serde_json::from_str(&told.body).is_ok_and(|about: About<'_>| about.aggregate_type == kind)
}

/// Names of events: one, those that begin alike, or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePattern {
    /// `*`
    All,
    /// `order.*`, without the star.
    Beginning(String),
    /// `order.created`
    One(String),
}

impl NamePattern {
    pub(super) fn takes(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Beginning(beginning) => name.starts_with(beginning.as_str()),
            Self::One(one) => name == one,
        }
    }
}

impl FromStr for NamePattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (beginning, is_beginning) = text.strip_suffix(".*").map_or((text, false), |group| (group, true));
        let is_name = !beginning.is_empty()
            && text.len() <= NAME_LENGTH_MAX
            && beginning.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'.'));
        match text {
            "*" => Ok(Self::All),
            _ if is_name && is_beginning => Ok(Self::Beginning(format!("{beginning}."))),
            _ if is_name => Ok(Self::One(text.to_owned())),
            _ => Err("expected names like `order.created`, `order.*` or `*`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: UserId = UserId::from_bytes([1; 16]);
    const BEN: UserId = UserId::from_bytes([2; 16]);

    #[test]
    fn names_are_taken_one_by_one_by_their_beginning_or_all() {
        check("topup.created", &[("topup.created", true), ("topup.created_again", false)]);
        check("topup.*", &[("topup.created", true), ("topup", false), ("topups.created", false)]);
        check("*", &[("topup.created", true)]);
        for wrong in ["", ".*", "topup*", "*.created", "TOPUP", "a b", "%", &"a".repeat(65)] {
            assert!(wrong.parse::<NamePattern>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn whoever_an_event_does_not_concern_does_not_hear_it() {
        let takes = |user| EventFilter { user, ..EventFilter::default() }.takes(&told("topup.created"));
        assert!(takes(None) && takes(Some(ANA)));
        assert!(!takes(Some(BEN)));
    }

    #[test]
    fn what_the_first_party_has_is_not_told_to_the_second() {
        let body = r#"{"payload":{"amount":"80.00","newSellerBalance":"80.00"}}"#.to_owned();
        let told = Told { parties: [Some(ANA), Some(BEN)], body, ..told("order.released") };
        assert_eq!(told.heard_by(None), told.body);
        assert_eq!(told.heard_by(Some(ANA)), told.body);
        assert_eq!(told.heard_by(Some(BEN)), r#"{"payload":{"amount":"80.00"}}"#);
    }

    #[test]
    fn things_are_told_apart_by_their_kind() {
        let takes = |kinds: &[&str]| {
            let resources = kinds.iter().map(|kind| (*kind).to_owned()).collect();
            EventFilter { resources, ..EventFilter::default() }.takes(&told("topup.created"))
        };
        assert!(takes(&[]) && takes(&["topup"]) && takes(&["order", "topup"]));
        assert!(!takes(&["order"]) && !takes(&["top"]));
    }

    #[test]
    fn a_point_is_a_number_or_an_event() {
        let event = EventId::from_bytes([3; 16]);
        assert_eq!("0".parse(), Ok(EventPoint::Number(0)));
        assert_eq!(event.to_string().parse(), Ok(EventPoint::Event(event)));
        for wrong in ["", "-1", "+1", "1.5", "evt_", "18446744073709551616"] {
            assert!(wrong.parse::<EventPoint>().is_err(), "{wrong}");
        }
    }

    fn told(name: &str) -> Told {
        let body = r#"{"aggregateId":"topup_1","aggregateType":"topup"}"#.to_owned();
        let event = EventId::from_bytes([3; 16]);
        Told { number: 1, event, name: name.to_owned(), parties: [None, Some(ANA)], body }
    }

    #[track_caller]
    fn check(pattern: &str, names: &[(&str, bool)]) {
        let filter = EventFilter { names: vec![pattern.parse().unwrap()], ..EventFilter::default() };
        for (name, is_taken) in names {
            assert_eq!(filter.takes(&told(name)), *is_taken, "{pattern}: {name}");
        }
    }
}
