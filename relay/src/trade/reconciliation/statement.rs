//! A bank's statement, as a file of comma-separated values. Its amounts are read as strictly as any: what is not written just so is
//! not guessed at.

use std::io::Read;

use csv::{ErrorKind, ReaderBuilder};
use protocol::Timestamp;

use super::StatementLine;
use crate::trade::flow::Flow;
use crate::trade::line::line;
use crate::trade::times::from_iso;

/// Lines of a statement: a year of a large shop. More is compared month by month.
const LINES_MAX: usize = 1_000_000;
/// Characters of what a line is called: what banks have for a payment's purpose, and some.
const REFERENCE_LENGTH_MAX: usize = 500;

/// What a statement's columns are called, in its first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// A day, or a time in UTC: `2026-01-31`.
    pub date: String,
    /// How much, below zero for what went out: `-80.00`.
    pub amount: String,
    /// Of which currency: `USD`.
    pub currency: String,
    /// What the bank calls it.
    pub reference: String,
    /// What stands between them.
    pub delimiter: u8,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// Its lines.
    pub lines: Vec<StatementLine>,
    /// What could not be read.
    pub bad: Vec<BadLine>,
}

/// A line that says nothing that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Which line of the file it begins on.
    pub line: u64,
    /// What is wrong with it.
    pub problem: String,
}

/// Why a file is no statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// It cannot be read.
    #[error("the statement cannot be read")]
    Unreadable(#[source] csv::Error),
    /// A column is not there.
    #[error("the statement has no column `{0}`: say what it is called, or what stands between columns")]
    NoColumn(String),
    /// It is longer than any.
    #[error("the statement has more than {LINES_MAX} lines: compare it month by month")]
    TooLong,
}

impl Statement {
    /// Reads a statement.
    pub fn read(from: impl Read, columns: &Columns) -> Result<Self, StatementError> {
        let mut reader = ReaderBuilder::new().delimiter(columns.delimiter).from_reader(from);
        let head = reader.headers().map_err(StatementError::Unreadable)?;
        let place = |name: &String| {
            let found = head.iter().position(|column| column.trim_start_matches('\u{feff}').trim() == name);
            found.ok_or_else(|| StatementError::NoColumn(name.clone()))
        };
        let Columns { date, amount, currency, reference, .. } = columns;
        let places = [place(date)?, place(amount)?, place(currency)?, place(reference)?];
        let mut statement = Self::default();
        for record in reader.records() {
            if statement.lines.len() + statement.bad.len() >= LINES_MAX {
                return Err(StatementError::TooLong);
            }
            let (line, read) = match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    (line, read_line(line, places.map(|place| record.get(place).unwrap_or_default().trim())))
                }
                Err(error) => unreadable(error)?,
            };
            match read {
                Ok(line) => statement.lines.push(line),
                Err(problem) => statement.bad.push(BadLine { line, problem }),
            }
        }
        Ok(statement)
    }
}

/// A line by its number, or what is wrong with it.
type Numbered = (u64, Result<StatementLine, String>);

/// A line that is none; where reading itself fails, all of it is.
fn unreadable(error: csv::Error) -> Result<Numbered, StatementError> {
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        ErrorKind::UnequalLengths { .. } => Ok((line, Err("it has another number of columns".to_owned()))),
        ErrorKind::Utf8 { .. } => Ok((line, Err("it is no UTF-8".to_owned()))),
        _ => Err(StatementError::Unreadable(error)),
    }
}

fn read_line(number: u64, [date, amount, currency, reference]: [&str; 4]) -> Result<StatementLine, String> {
    let date = day(date).ok_or("the date is none such as 2026-01-31")?;
    let currency = currency.parse().map_err(|error| format!("the currency: {error}"))?;
    let flow = Flow::parse(amount, currency).map_err(|error| format!("the amount: {error}"))?;
    if flow.minor == 0 {
        return Err("the amount: expected more or less than zero".to_owned());
    }
    if !reference.is_empty() {
        line(reference, 1..=REFERENCE_LENGTH_MAX).map_err(|problem| format!("the reference: {problem}"))?;
    }
    let reference = Some(reference).filter(|reference| !reference.is_empty()).map(str::to_owned);
    Ok(StatementLine { flow, date, line: number, reference })
}

/// The beginning of a day, or a time in UTC.
fn day(text: &str) -> Option<Timestamp> {
    from_iso(&format!("{text}T00:00:00Z")).or_else(|| from_iso(text))
}

#[cfg(test)]
mod tests {
    use protocol::Currency;

    use super::*;

    #[test]
    fn a_statement_is_read_line_by_line_and_what_is_wrong_is_named_by_its_line() {
        let text = "date,amount,currency,reference,more\n\
            2026-01-31,100.00,USD,R1,\n\
            2026-01-31,\"-40.50\",EUR,\"R 2\",x\n\
            2026-02-01,7,JPY,,\n\
            31.01.2026,1.00,USD,R3,\n\
            2026-01-31,\"1,000.00\",USD,R4,\n\
            2026-01-31,1.0,USD,R5,\n\
            2026-01-31,1.00,usd,R6,\n\
            2026-01-31,0.00,USD,R7,\n\
            2026-01-31,1.00,USD\n\
            2026-01-31,1.00,USD,R\u{1b}[2J,\n\
            2026-01-31T23:59:59Z,1.00,USD,R9,\n";
        let read = Statement::read(text.as_bytes(), &columns(b',')).unwrap();
        let lines: Vec<_> = read.lines.iter().map(|line| (line.line, line.flow.plain())).collect();
        let expected = [(2, "100.00"), (3, "-40.50"), (4, "7"), (12, "1.00")];
        assert_eq!(lines, expected.map(|(line, amount)| (line, amount.to_owned())));
        assert_eq!(read.lines[1].flow.currency, Currency::Eur);
        assert_eq!(read.lines[1].reference.as_deref(), Some("R 2"));
        assert_eq!(read.lines[2].reference, None);
        let bad: Vec<u64> = read.bad.iter().map(|bad| bad.line).collect();
        assert_eq!(bad, [5, 6, 7, 8, 9, 10, 11]);
    }

    #[test]
    fn columns_are_found_by_name_and_a_file_without_them_is_no_statement() {
        let text = "\u{feff}reference;currency;amount;date\nR1;USD;1.00;2026-01-31\n";
        assert_eq!(Statement::read(text.as_bytes(), &columns(b';')).unwrap().lines.len(), 1);
        let wrong = Statement::read(text.as_bytes(), &columns(b','));
        assert!(matches!(wrong, Err(StatementError::NoColumn(name)) if name == "date"));
        assert!(Statement::read("".as_bytes(), &columns(b',')).is_err());
    }

    fn columns(delimiter: u8) -> Columns {
        let [date, amount, currency, reference] =
            ["date", "amount", "currency", "reference"].map(str::to_owned);
        Columns { date, amount, currency, reference, delimiter }
    }
}
