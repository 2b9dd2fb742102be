//! The way to a new account, step by step.

use super::phrase;

/// Where a new account is on its way.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A name is being chosen.
    Name,
    /// The phrase is shown. There is no account yet.
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
    /// It is being chosen how this device is protected; then the account is made.
    Protection {
        /// The 24 words.
        phrase: String,
    },
    /// The account is there, and its name has to be chosen anew.
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
            Self::Phrase { .. } => 2,
            Self::Confirm { .. } => 3,
            Self::Protection { .. } => 4,
        }
    }

    /// The step before, where one may go back. A phrase that was shown is not drawn anew.
    pub(crate) fn back(&self) -> Option<Self> {
        match self {
            Self::Confirm { phrase, .. } | Self::Protection { phrase } => {
                Some(Self::Phrase { phrase: phrase.clone() })
            }
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

    /// Whether the phrase, or a part of it, is on the screen.
    pub(crate) const fn shows_phrase(&self) -> bool {
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
    fn one_goes_back_to_the_phrase_that_was_shown_and_not_behind_it() {
        let phrase = Step::Phrase { phrase: "a b".to_owned() };
        assert!(phrase.back().is_none());
        let confirm = phrase.written_down(&[1, 2, 3]).unwrap();
        assert!(confirm.back() == Some(phrase.clone()));
        assert!(Step::Protection { phrase: "a b".to_owned() }.back() == Some(phrase));
        assert!(confirm.shows_phrase() && !Step::Name.shows_phrase());
    }

    #[test]
    fn steps_count_up() {
        assert_eq!(Step::Name.number(), 1);
        assert_eq!(Step::Phrase { phrase: String::new() }.number(), 2);
        assert_eq!(Step::Protection { phrase: String::new() }.number(), 4);
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
