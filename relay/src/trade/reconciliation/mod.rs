//! What the ledger says that a rail moved, beside what a bank's statement says. It tells apart, and corrects nothing.

mod statement;

use std::collections::BTreeMap;

use protocol::{Currency, Timestamp};

use super::flow::Flow;
pub use statement::{BadLine, Columns, Statement, StatementError};

/// Money that the ledger moved through a rail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settled {
    /// How much, and which way.
    pub flow: Flow,
    /// When.
    pub at: Timestamp,
    /// For what.
    pub subject: String,
    /// What the bank calls it, where whoever said so knew.
    pub reference: Option<String>,
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementLine {
    /// How much, and which way.
    pub flow: Flow,
    /// On which day.
    pub date: Timestamp,
    /// Which line of the file it begins on.
    pub line: u64,
    /// What it is called.
    pub reference: Option<String>,
}

/// Everything that was compared, each in one place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reconciled {
    /// In both, the same.
    pub matched: Vec<(Settled, StatementLine)>,
    /// In both by the same reference, of other amounts.
    pub differing: Vec<(Settled, StatementLine)>,
    /// In the ledger alone.
    pub missing: Vec<Settled>,
    /// In the statement alone.
    pub extra: Vec<StatementLine>,
    /// In the ledger once more than by its reference it should be.
    pub settled_twice: Vec<Settled>,
    /// In the statement once more than by its reference it should be.
    pub stated_twice: Vec<StatementLine>,
}

/// What one currency comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// In the ledger.
    pub ledger: Flow,
    /// In the statement.
    pub statement: Flow,
}

/// One reference's share of either side.
type Group = (Vec<Settled>, Vec<StatementLine>);

/// Compares by reference: what the bank calls a payment, or the id of what it was for where nobody said.
pub fn reconcile(ledger: Vec<Settled>, statement: Vec<StatementLine>) -> Reconciled {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut reconciled = Reconciled::default();
    for settled in ledger {
        let reference = settled.reference.clone().unwrap_or_else(|| settled.subject.clone());
        groups.entry(reference).or_default().0.push(settled);
    }
    for line in statement {
        match line.reference.clone() {
            Some(reference) => groups.entry(reference).or_default().1.push(line),
            None => reconciled.extra.push(line),
        }
    }
    reconciled.extra.sort();
    for (settled, lines) in groups.into_values() {
        reconciled.compare(settled, lines);
    }
    reconciled
}

impl Reconciled {
    /// Pairs what is the same, then what is of the same reference at least. What is left over stands alone, or is once too many.
    fn compare(&mut self, mut ledger: Vec<Settled>, mut statement: Vec<StatementLine>) {
        ledger.sort();
        statement.sort();
        let pairs = self.matched.len() + self.differing.len();
        let mut unmatched = Vec::new();
        for settled in ledger {
            match statement.iter().position(|line| line.flow == settled.flow) {
                Some(place) => self.matched.push((settled, statement.remove(place))),
                None => unmatched.push(settled),
            }
        }
        let paired = unmatched.len().min(statement.len());
        let (mut settled, mut statement) = (unmatched.into_iter(), statement.into_iter());
        self.differing.extend(settled.by_ref().take(paired).zip(statement.by_ref().take(paired)));
        let is_known = self.matched.len() + self.differing.len() > pairs;
        if !is_known {
            self.missing.extend(settled.next());
            self.extra.extend(statement.next());
        }
        self.settled_twice.extend(settled);
        self.stated_twice.extend(statement);
    }

    /// Whether both sides say the same.
    pub fn is_same(&self) -> bool {
        let Self { matched: _, differing, missing, extra, settled_twice, stated_twice } = self;
        let is_paired = differing.is_empty() && settled_twice.is_empty() && stated_twice.is_empty();
        is_paired && missing.is_empty() && extra.is_empty()
    }

    /// What each currency comes to, on either side.
    pub fn totals(&self) -> BTreeMap<Currency, Total> {
        let mut totals = BTreeMap::new();
        let pairs = self.matched.iter().chain(&self.differing);
        let ledger =
            pairs.clone().map(|(settled, _)| settled).chain(&self.missing).chain(&self.settled_twice);
        let statement = pairs.map(|(_, line)| line).chain(&self.extra).chain(&self.stated_twice);
        for settled in ledger {
            total(&mut totals, settled.flow).ledger.minor += settled.flow.minor;
        }
        for line in statement {
            total(&mut totals, line.flow).statement.minor += line.flow.minor;
        }
        totals
    }
}

fn total(totals: &mut BTreeMap<Currency, Total>, flow: Flow) -> &mut Total {
    let none = Flow::none(flow.currency);
    totals.entry(flow.currency).or_insert(Total { ledger: none, statement: none })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_the_same_on_both_sides_is_matched_by_reference_or_by_its_id() {
        let ledger = vec![settled("topup_1", Some("R1"), 100), settled("wd_1", None, -40)];
        let statement = vec![line(2, Some("wd_1"), -40), line(3, Some("R1"), 100)];
        let same = reconcile(ledger, statement);
        assert!(same.is_same());
        assert_eq!(same.matched.len(), 2);
        assert_eq!(same.totals()[&Currency::Usd].ledger.minor, 60);
    }

    #[test]
    fn what_is_on_one_side_alone_differs_or_comes_twice_is_told_apart() {
        let ledger = vec![
            settled("topup_1", Some("R1"), 100),
            settled("topup_2", Some("R2"), 100),
            settled("topup_3", Some("R3"), 100),
            settled("topup_4", Some("R3"), 100),
            settled("topup_5", None, 100),
        ];
        let statement = vec![
            line(2, Some("R1"), 90),
            line(3, Some("R3"), 100),
            line(4, Some("R4"), 100),
            line(5, None, 100),
            line(6, Some("topup_5"), 100),
            line(7, Some("topup_5"), 100),
        ];
        let told = reconcile(ledger, statement);
        assert!(!told.is_same());
        let subjects = |all: &[Settled]| all.iter().map(|one| one.subject.clone()).collect::<Vec<_>>();
        let lines = |all: &[StatementLine]| all.iter().map(|one| one.line).collect::<Vec<_>>();
        let pairs = |all: &[(Settled, StatementLine)]| {
            all.iter().map(|(settled, line)| (settled.subject.clone(), line.line)).collect::<Vec<_>>()
        };
        assert_eq!(pairs(&told.matched), [("topup_3".to_owned(), 3), ("topup_5".to_owned(), 6)]);
        assert_eq!(pairs(&told.differing), [("topup_1".to_owned(), 2)]);
        assert_eq!(subjects(&told.missing), ["topup_2"]);
        assert_eq!(lines(&told.extra), [5, 4]);
        assert_eq!(subjects(&told.settled_twice), ["topup_4"]);
        assert_eq!(lines(&told.stated_twice), [7]);
    }

    #[test]
    fn money_that_went_the_other_way_or_is_of_another_currency_is_not_the_same() {
        let other = Flow { currency: Currency::Eur, minor: 100 };
        for flow in [Flow { minor: -100, ..settled("", None, 0).flow }, other] {
            let line = StatementLine { flow, ..line(2, Some("R1"), 0) };
            let told = reconcile(vec![settled("topup_1", Some("R1"), 100)], vec![line]);
            assert_eq!(told.differing.len(), 1);
        }
    }

    proptest! {
        #[test]
        fn everything_is_in_one_place_whatever_order_it_came_in(
            (ledger, shuffled_ledger) in shuffled(("[a-d]", proptest::option::of("[A-C]"), 1i128..4)),
            (statement, shuffled_statement) in shuffled(("[a-d]", proptest::option::of("[A-Ca]"), 1i128..4)),
        ) {
            let ledger_of = |all: &[Given]| {
                let made = all.iter().map(|(place, (id, reference, minor))| {
                    settled(&format!("{id}{place}"), reference.as_deref(), *minor)
                });
                made.collect::<Vec<_>>()
            };
            let statement_of = |all: &[Given]| {
                let made = all.iter().map(|(place, (_, reference, minor))| line(*place, reference.as_deref(), *minor));
                made.collect::<Vec<_>>()
            };
            let told = reconcile(ledger_of(&ledger), statement_of(&statement));
            prop_assert_eq!(&told, &reconcile(ledger_of(&shuffled_ledger), statement_of(&shuffled_statement)));
            let pairs = || told.matched.iter().chain(&told.differing);
            let mut seen: Vec<_> = pairs().map(|(settled, _)| settled).chain(&told.missing).chain(&told.settled_twice).cloned().collect();
            let mut expected = ledger_of(&ledger);
            seen.sort();
            expected.sort();
            prop_assert_eq!(seen, expected);
            let mut seen: Vec<_> = pairs().map(|(_, line)| line).chain(&told.extra).chain(&told.stated_twice).cloned().collect();
            let mut expected = statement_of(&statement);
            seen.sort();
            expected.sort();
            prop_assert_eq!(seen, expected);
            prop_assert!(told.matched.iter().all(|(settled, line)| settled.flow == line.flow));
            prop_assert!(told.differing.iter().all(|(settled, line)| settled.flow != line.flow));
        }
    }

    /// What is drawn, and which it is.
    type Given = (u64, (String, Option<String>, i128));

    fn shuffled(
        one: impl Strategy<Value = (String, Option<String>, i128)>,
    ) -> impl Strategy<Value = (Vec<Given>, Vec<Given>)> {
        proptest::collection::vec(one, 0..12).prop_flat_map(|all| {
            let all: Vec<Given> = (0..).zip(all).collect();
            (Just(all.clone()), Just(all).prop_shuffle())
        })
    }

    fn settled(subject: &str, reference: Option<&str>, minor: i128) -> Settled {
        let (subject, reference) = (subject.to_owned(), reference.map(str::to_owned));
        Settled { flow: usd(minor), at: Timestamp::from_millis(7), subject, reference }
    }

    fn line(line: u64, reference: Option<&str>, minor: i128) -> StatementLine {
        let reference = reference.map(str::to_owned);
        StatementLine { flow: usd(minor), date: Timestamp::from_millis(0), line, reference }
    }

    fn usd(minor: i128) -> Flow {
        Flow { currency: Currency::Usd, minor }
    }
}
