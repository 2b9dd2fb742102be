//! The rail whose provider is an operator: people see money come and send it, and say so. It asks nothing of the world.

use ledger::{Rail, Subject};
use protocol::Timestamp;

use super::{Approval, Attempt, AttemptState, Intent, Port, SettlementRow};
use crate::trade::refusal::{Code, Refusal};

/// The rail, and how many have to agree.
pub(super) struct Manual {
    /// Whether one person's word is not enough.
    pub(super) is_two_person: bool,
}

impl Port for Manual {
    fn attempt(&self, intent: Intent) -> Attempt {
        let state = match intent.subject {
            Subject::TopUp(_) => AttemptState::AwaitsOwner,
            Subject::Order(_) | Subject::Withdrawal(_) | Subject::Transfer(_) => AttemptState::AwaitsRail,
        };
        Attempt { rail: Rail::MANUAL, intent, reference: None, page: None, state }
    }

    fn hear(
        &self,
        attempt: &Attempt,
        before: &[Approval],
        word: &Approval,
    ) -> Result<Option<SettlementRow>, Refusal> {
        let people = if self.is_two_person { 2 } else { 1 };
        let others: Vec<&Approval> = before.iter().filter(|other| other.person != word.person).collect();
        let said = others.iter().find_map(|other| other.provider_ref.as_ref());
        if let (Some(said), Some(now)) = (said, &word.provider_ref)
            && said != now
        {
            let message = "somebody else saw another reference: find out which payment it was";
            return Err(Refusal::new(Code::InvalidState, message));
        }
        if others.len() + 1 < people {
            return Ok(None);
        }
        let reference = said.or(word.provider_ref.as_ref()).cloned();
        let by = others.into_iter().chain([word]).map(|word| word.by.clone()).collect();
        let Attempt { rail, intent: Intent { subject, money }, .. } = *attempt;
        let at = Timestamp::from_millis(word.at);
        Ok(Some(SettlementRow { rail, subject, money, reference, by, at }))
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Currency, Money, TopUpId};

    use super::*;

    #[test]
    fn one_word_is_enough_where_one_person_decides() {
        check(false, &[], word("a", None), Ok(Some((&["a"], None))));
        check(false, &[], word("a", Some("R1")), Ok(Some((&["a"], Some("R1")))));
    }

    #[test]
    fn where_two_decide_the_first_ones_word_moves_nothing_however_often_it_is_said() {
        check(true, &[], word("a", None), Ok(None));
        check(true, &[word("a", None)], word("a", None), Ok(None));
        check(true, &[word("a", Some("R1"))], word("a", Some("R2")), Ok(None));
        let again = Approval { by: "a2".to_owned(), ..word("a", None) };
        check(true, &[word("a", None)], again, Ok(None));
    }

    #[test]
    fn a_second_persons_word_settles_it_and_they_saw_the_same_payment() {
        check(true, &[word("a", Some("R1"))], word("b", None), Ok(Some((&["a", "b"], Some("R1")))));
        check(true, &[word("a", None)], word("b", Some("R1")), Ok(Some((&["a", "b"], Some("R1")))));
        check(true, &[word("a", Some("R1"))], word("b", Some("R1")), Ok(Some((&["a", "b"], Some("R1")))));
        check(true, &[word("a", Some("R1"))], word("b", Some("R2")), Err(Code::InvalidState));
    }

    #[test]
    fn a_top_up_waits_for_its_owner_and_a_withdrawal_for_the_operator() {
        let rail = Manual { is_two_person: false };
        assert_eq!(rail.attempt(intent()).state, AttemptState::AwaitsOwner);
        let subject = protocol::WithdrawalId::from_bytes([2; 16]).into();
        assert_eq!(rail.attempt(Intent { subject, ..intent() }).state, AttemptState::AwaitsRail);
    }

    /// Who settled it, by which reference.
    type Settled<'a> = Option<(&'a [&'a str], Option<&'a str>)>;

    #[track_caller]
    fn check(is_two_person: bool, before: &[Approval], word: Approval, expected: Result<Settled<'_>, Code>) {
        let rail = Manual { is_two_person };
        let heard = rail.hear(&rail.attempt(intent()), before, &word).map_err(|refusal| refusal.code);
        let settled = heard.map(|heard| heard.map(|row| (row.by, row.reference)));
        let expected = expected.map(|settled| {
            settled.map(|(by, reference)| {
                (by.iter().map(ToString::to_string).collect(), reference.map(str::to_owned))
            })
        });
        assert_eq!(settled, expected);
    }

    fn word(person: &str, reference: Option<&str>) -> Approval {
        let [by, person] = [person.to_owned(), person.to_owned()];
        Approval { by, person, provider_ref: reference.map(str::to_owned), at: 7 }
    }

    fn intent() -> Intent {
        let subject = TopUpId::from_bytes([1; 16]).into();
        Intent { subject, money: Money::parse("80.00", Currency::Usd).unwrap() }
    }
}
