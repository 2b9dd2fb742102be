//! `palaver-relay reconcile`: compares what was settled by hand with a bank's statement.

use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context, bail};
use protocol::Timestamp;
use relay::trade::{Columns, Flow, Reconciled, Settled, Statement, StatementLine, from_iso, iso, reconcile};
use serde_json::{Value, json};

use super::Place;
use super::failure::{Failure, NOT_RECONCILED, STATEMENT_NOT_READ};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Nothing is changed. A payment is known by its reference: what `topups confirm` and `withdrawals complete`, or the same over HTTP,
/// were told, or the id of the top-up or withdrawal where they were told nothing.
///
/// The statement is a file of comma-separated values with a line of column names. Dates are days (2026-01-31) or times in UTC; amounts have as many
/// places as their currency and a minus before what went out (-80.00). The exit code is 0 if both sides say the same and every line
/// could be read, and 1 otherwise.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  palaver-relay reconcile --statement january.csv --from 2026-01-01 --to 2026-01-31\n  \
        palaver-relay reconcile --statement bank.csv --delimiter ';' --reference-column EndToEndId --json"
)]
pub(crate) struct Reconcile {
    /// The statement
    #[arg(long, value_name = "FILE")]
    statement: PathBuf,
    /// Compare only this day and later ones (UTC)
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Timestamp>,
    /// Compare only this day and earlier ones (UTC)
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<Timestamp>,
    /// What the column of the date is called
    #[arg(long, value_name = "NAME", default_value = "date")]
    date_column: String,
    /// What the column of the amount is called
    #[arg(long, value_name = "NAME", default_value = "amount")]
    amount_column: String,
    /// What the column of the currency is called
    #[arg(long, value_name = "NAME", default_value = "currency")]
    currency_column: String,
    /// What the column of the reference is called
    #[arg(long, value_name = "NAME", default_value = "reference")]
    reference_column: String,
    /// What stands between columns
    #[arg(long, value_name = "SIGN", default_value = ",", value_parser = delimiter)]
    delimiter: u8,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(command: &Reconcile) -> anyhow::Result<()> {
    if command.from > command.to && command.to.is_some() {
        bail!("--from is behind --to: there is no day to compare");
    }
    let path = command.statement.display();
    let file = File::open(&command.statement).with_context(|| format!("{path} cannot be opened"))?;
    let Statement { mut lines, bad } = Statement::read(file, &command.columns())?;
    let within = command.from.unwrap_or_default()..command.to.map_or(FOREVER, |to| to.plus_millis(DAY_MS));
    let all = lines.len();
    lines.retain(|line| within.contains(&line.date));
    let outside = all - lines.len();
    let settled = command.place.run(async |operator| Ok(operator.settled(within).await?))?;
    let told = reconcile(settled, lines);
    let mut shown = shown(&told);
    shown["unreadable"] = bad.iter().map(|bad| json!({ "line": bad.line, "problem": bad.problem })).collect();
    shown["outside"] = outside.into();
    command.place.print(&shown, for_people)?;
    match (told.is_same(), bad.len()) {
        (true, 0) => Ok(()),
        (true, bad) => {
            let message = format!("{bad} lines of the statement cannot be read");
            Err(Failure::found(STATEMENT_NOT_READ, message).into())
        }
        (false, _) => {
            let message = "the ledger and the statement do not say the same";
            Err(Failure::found(NOT_RECONCILED, message).into())
        }
    }
}

/// Behind every day.
const FOREVER: Timestamp = Timestamp::from_millis(u64::MAX);

impl Reconcile {
    fn columns(&self) -> Columns {
        Columns {
            date: self.date_column.clone(),
            amount: self.amount_column.clone(),
            currency: self.currency_column.clone(),
            reference: self.reference_column.clone(),
            delimiter: self.delimiter,
        }
    }
}

fn day(text: &str) -> Result<Timestamp, String> {
    from_iso(&format!("{text}T00:00:00Z")).ok_or_else(|| "expected a day such as 2026-01-31".to_owned())
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [sign] if sign.is_ascii() => Ok(*sign),
        _ => Err("expected one sign, such as `;`".to_owned()),
    }
}

fn shown(told: &Reconciled) -> Value {
    let totals = told.totals().into_iter().map(|(currency, total)| {
        let difference = Flow { minor: total.ledger.minor - total.statement.minor, currency };
        json!({
            "currency": currency.code(),
            "ledger": total.ledger.plain(),
            "statement": total.statement.plain(),
            "difference": difference.plain(),
        })
    });
    let pair = |(settled, line): &(Settled, StatementLine)| json!({ "ledger": of_ledger(settled), "statement": of_statement(line) });
    json!({
        "matched": told.matched.len(),
        "differing": told.differing.iter().map(pair).collect::<Vec<_>>(),
        "missing": told.missing.iter().map(of_ledger).collect::<Vec<_>>(),
        "extra": told.extra.iter().map(of_statement).collect::<Vec<_>>(),
        "settled_twice": told.settled_twice.iter().map(of_ledger).collect::<Vec<_>>(),
        "stated_twice": told.stated_twice.iter().map(of_statement).collect::<Vec<_>>(),
        "totals": totals.collect::<Vec<_>>(),
    })
}

fn of_ledger(settled: &Settled) -> Value {
    let Settled { flow, at, subject, reference } = settled;
    json!({
        "id": subject, "at": iso(*at), "amount": flow.plain(), "currency": flow.currency.code(), "reference": reference,
    })
}

fn of_statement(line: &StatementLine) -> Value {
    let StatementLine { flow, date, line, reference } = line;
    json!({
        "line": line, "date": iso(*date), "amount": flow.plain(), "currency": flow.currency.code(), "reference": reference,
    })
}

fn for_people(shown: &Value) -> String {
    let mut lines = vec![format!("matched: {}", shown["matched"])];
    let list = |name: &str| shown[name].as_array().into_iter().flatten();
    lines.extend(
        list("differing")
            .map(|pair| format!("amount differs: {} | {}", row(&pair["ledger"]), row(&pair["statement"]))),
    );
    for (name, told) in [
        ("missing", "in the ledger alone"),
        ("extra", "in the statement alone"),
        ("settled_twice", "twice in the ledger"),
        ("stated_twice", "twice in the statement"),
    ] {
        lines.extend(list(name).map(|one| format!("{told}: {}", row(one))));
    }
    lines.extend(
        list("unreadable").map(|bad| format!("line {}: {}", bad["line"], super::text(bad, "problem"))),
    );
    if shown["outside"] != 0 {
        lines.push(format!("{} lines of other days were left out", shown["outside"]));
    }
    lines.extend(list("totals").map(|total| {
        let [currency, ledger, statement, difference] =
            ["currency", "ledger", "statement", "difference"].map(|field| super::text(total, field));
        format!("{currency}: ledger {ledger}, statement {statement}, difference {difference}")
    }));
    lines.join("\n")
}

fn row(one: &Value) -> String {
    let place = one["id"].as_str().map_or_else(|| format!("line {}", one["line"]), str::to_owned);
    let [amount, currency, reference] =
        ["amount", "currency", "reference"].map(|field| super::text(one, field));
    format!("{place}  {amount} {currency}  {reference}")
}
