//! The way to a new account, step by step.

use super::phrase;

/// Where a new account is on its way.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A name is being chosen.
    Name,
    /// It is being chosen how this device is protected.
    Protection,
    /// The account is there, and its phrase is shown.
    Phrase {
        /// The 24 words.
        phrase: String,
    },
    /// The words are being asked for.
    Confirm {
        /// The 24 words.
        phrase: String,
        /// Which are asked for.
        places: [usize; phrase::ASKED],
    },
    /// The name is being set; it may have to be chosen anew.
    Rename {
        /// Why it was not set.
        why: NameTrouble,
    },
}

/// Why the name was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameTrouble {
    /// Someone else has it.
    Taken,
    /// The relay cannot be reached.
    Offline,
    /// The relay refused otherwise.
    Refused,
}

impl Step {
    /// Its number, as shown.
    pub(crate) const fn number(&self) -> usize {
        match self {
            Self::Name | Self::Rename { .. } => 1,
            Self::Protection => 2,
            Self::Phrase { .. } => 3,
            Self::Confirm { .. } => 4,
        }
    }

    /// The step before, where one may go back. Once the account is made, its name and protection stand.
    pub(crate) fn back(&self) -> Option<Self> {
        match self {
            Self::Protection => Some(Self::Name),
            Self::Confirm { phrase, .. } => Some(Self::Phrase { phrase: phrase.clone() }),
            Self::Name | Self::Phrase { .. } | Self::Rename { .. } => None,
        }
    }

    /// From the phrase to its check.
    pub(crate) fn written_down(&self, random: &[u8]) -> Option<Self> {
        match self {
            Self::Phrase { phrase } => {
                Some(Self::Confirm { phrase: phrase.clone(), places: phrase::asked_places(random) })
            }
            _ => None,
        }
    }

    /// Whether leaving now would lose the phrase.
    pub(crate) const fn holds_phrase(&self) -> bool {
        matches!(self, Self::Phrase { .. } | Self::Confirm { .. })
    }
}

impl NameTrouble {
    /// From a refusal's codes.
    pub(crate) fn of(refusal: &client_api::Refusal) -> Self {
        match (refusal.code, refusal.relay_code.as_deref()) {
            (_, Some("handle_taken")) => Self::Taken,
            (client_api::RefusalCode::Offline, _) => Self::Offline,
            _ => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use client_api::{Refusal, RefusalCode};

    use super::*;

    #[test]
    fn an_account_that_is_made_is_not_gone_back_behind() {
        let phrase = Step::Phrase { phrase: "a b".to_owned() };
        assert!(phrase.back().is_none());
        let confirm = phrase.written_down(&[1, 2, 3]).unwrap();
        assert!(confirm.back() == Some(phrase));
        assert!(confirm.holds_phrase() && !Step::Name.holds_phrase());
    }

    #[test]
    fn steps_count_up() {
        assert_eq!(Step::Name.number(), 1);
        assert_eq!(Step::Protection.number(), 2);
        assert!(Step::Name.written_down(&[]).is_none());
    }

    #[test]
    fn a_taken_name_is_told_from_a_relay_out_of_reach() {
        let taken = Refusal { code: RefusalCode::RelayRefused, relay_code: Some("handle_taken".to_owned()) };
        assert_eq!(NameTrouble::of(&taken), NameTrouble::Taken);
        assert_eq!(NameTrouble::of(&Refusal::new(RefusalCode::Offline)), NameTrouble::Offline);
        assert_eq!(NameTrouble::of(&Refusal::new(RefusalCode::Invalid)), NameTrouble::Refused);
    }
}
