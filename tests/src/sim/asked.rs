//! What clients are asked: whoever lives answers for all of it.

use std::collections::BTreeSet;

use client_api::{Command, CommandId, Event, Outcome};

use super::run::Simulation;
use crate::history::Fate;

/// On which of the world's clients, and by which command.
pub(super) type Asked = (usize, CommandId);

/// What has to be answered in the end.
#[derive(Default)]
pub(super) struct Questions {
    open: Vec<(Asked, Command)>,
    /// Clients that may end at any time: what they are asked can be lost with them.
    mortal: BTreeSet<usize>,
}

impl Questions {
    fn note(&mut self, asked: Asked, command: Command) {
        if !self.mortal.contains(&asked.0) {
            self.open.push((asked, command));
        }
    }

    /// A client ends, and what it was asked may be lost.
    pub(super) fn forget(&mut self, client: usize) {
        self.open.retain(|((asked, _), _)| *asked != client);
    }

    /// A client may end at any time from now on.
    pub(super) fn expect_end(&mut self, client: usize) {
        self.forget(client);
        self.mortal.insert(client);
    }

    /// Nobody ends any more.
    pub(super) fn expect_no_end(&mut self) {
        self.mortal.clear();
    }

    fn unanswered(&self, mut is_answered: impl FnMut(Asked) -> bool) -> Option<&(Asked, Command)> {
        self.open.iter().find(|(asked, _)| !is_answered(*asked))
    }
}

impl Simulation {
    pub(super) fn ask(&mut self, client: usize, command: Command) -> Asked {
        let asked = (client, self.world.ask(client, command.clone()));
        self.questions.note(asked, command);
        asked
    }

    pub(super) fn outcome_of(&mut self, (client, command): Asked) -> Option<Outcome> {
        let events = self.world.client(client).events.iter().rev();
        let mut outcomes = events.filter_map(|event| match event {
            Event::Done { id, outcome } if *id == command => Some(outcome.clone()),
            _ => None,
        });
        outcomes.next()
    }

    /// What became of the wish to say something. What was still to be sent is lost with its device.
    pub(super) fn fate_of(&mut self, asked: Asked) -> Fate {
        match self.outcome_of(asked) {
            Some(Outcome::Refused(_)) => Fate::Refused,
            Some(_) if self.lives(asked.0) => Fate::Taken,
            Some(_) | None => Fate::Unknown,
        }
    }

    /// Whether a client is still one of somebody's devices.
    fn lives(&self, client: usize) -> bool {
        self.people.iter().any(|person| person.client == client || person.second == Some(client))
    }

    /// Whoever lives has answered.
    pub(super) fn require_answers(&mut self) -> Result<(), String> {
        let questions = std::mem::take(&mut self.questions);
        let unanswered =
            questions.unanswered(|asked| !self.lives(asked.0) || self.outcome_of(asked).is_some());
        let judged = match unanswered {
            Some(((client, _), command)) => {
                Err(format!("{} has never answered {command:?}", self.name(*client)))
            }
            None => Ok(()),
        };
        self.questions = questions;
        judged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Asked = (0, CommandId([1; 16]));
    const SECOND: Asked = (1, CommandId([2; 16]));

    fn asked(asked: &[Asked]) -> Questions {
        let mut questions = Questions::default();
        asked.iter().for_each(|asked| questions.note(*asked, Command::OpenRoom));
        questions
    }

    #[track_caller]
    fn check(questions: &Questions, answered: &[Asked], expected: Option<Asked>) {
        let unanswered = questions.unanswered(|asked| answered.contains(&asked));
        assert_eq!(unanswered.map(|(asked, _)| *asked), expected);
    }

    #[test]
    fn whatever_a_client_was_asked_that_did_not_end_since_has_to_be_answered() {
        let mut questions = asked(&[FIRST, SECOND]);
        check(&questions, &[FIRST, SECOND], None);
        check(&questions, &[FIRST], Some(SECOND));
        questions.forget(0);
        check(&questions, &[], Some(SECOND));
        questions.note(FIRST, Command::OpenRoom);
        check(&questions, &[SECOND], Some(FIRST));
    }

    #[test]
    fn whoever_may_end_at_any_time_may_lose_what_it_is_asked_until_nobody_ends_any_more() {
        let mut questions = asked(&[FIRST]);
        questions.expect_end(0);
        questions.note(FIRST, Command::OpenRoom);
        check(&questions, &[], None);
        questions.expect_no_end();
        questions.note(FIRST, Command::OpenRoom);
        check(&questions, &[], Some(FIRST));
    }
}
