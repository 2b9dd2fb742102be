//! Whether what was given can be taken, with everything that is wrong at once.

use protocol::Money;

use crate::limits::NOTE_CHARACTERS_MAX;
use crate::refusal::Refusal;
use crate::text::Text;

/// Something given that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `milestones[2].title`.
    pub field: String,
    /// What is expected there.
    pub message: String,
}

/// Collects what is wrong.
#[derive(Default)]
pub(crate) struct Validation {
    problems: Vec<Problem>,
}

impl Validation {
    /// What has to hold for a field.
    pub(crate) fn require(&mut self, holds: bool, field: &str, message: impl Into<String>) {
        if !holds {
            self.problems.push(Problem { field: field.to_owned(), message: message.into() });
        }
    }

    /// One line that says something.
    pub(crate) fn line(&mut self, field: &str, text: &Text, characters_max: usize) {
        let is_line = !text.as_str().chars().any(char::is_control);
        self.prose(field, text, characters_max);
        self.require(is_line, field, "expected a single line");
    }

    /// A text that says something, in as many lines as it likes.
    pub(crate) fn prose(&mut self, field: &str, text: &Text, characters_max: usize) {
        self.require(!text.as_str().trim().is_empty(), field, "expected a text");
        let is_short = text.as_str().chars().count() <= characters_max;
        self.require(is_short, field, format!("expected at most {characters_max} characters"));
    }

    /// A reason or a note, if there is one.
    pub(crate) fn note(&mut self, field: &str, note: Option<&Text>) {
        if let Some(note) = note {
            self.prose(field, note, NOTE_CHARACTERS_MAX);
        }
    }

    /// An amount to pay.
    pub(crate) fn amount(&mut self, field: &str, money: Money) {
        self.require(!money.amount.is_zero(), field, "expected more than zero");
    }

    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.problems)) }
    }
}
