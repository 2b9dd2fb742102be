//! Pictures of the machines in Mermaid, drawn from their tables.

use std::fmt::Write;

use crate::machine::Machine;
use crate::machines::{DISPUTE, ESCROW, LISTING, MILESTONE, OFFER, ORDER, TOP_UP, WITHDRAWAL};
use crate::words::Word;

/// What the page says before the pictures.
const OPENING: &str = "# The machines of the market

Drawn from the tables in `market/src/machines` by `cargo run -p market --example machines`; a test fails when a picture is not
what its table says. *Compensation* marks the ways that no party goes by its own wish: what the relay takes back, a provider's
word that overtakes others, and what an arbiter decides.
";

/// The page of all pictures.
pub fn page() -> String {
    let pictures = [
        of(&LISTING),
        of(&OFFER),
        of(&ORDER),
        of(&ESCROW),
        of(&MILESTONE),
        of(&DISPUTE),
        of(&TOP_UP),
        of(&WITHDRAWAL),
    ];
    [OPENING.to_owned()].into_iter().chain(pictures).collect()
}

/// A heading and a picture.
fn of<S: Word, V: Word>(machine: &Machine<S, V>) -> String {
    let mut picture = format!("\n## {}\n\n```mermaid\nstateDiagram-v2\n", machine.name);
    let mut line = |from: &str, to: &str, label: &str| {
        // A text grows without fail.
        let _ = writeln!(picture, "    {from} --> {to}{label}");
    };
    line("[*]", machine.start.as_str(), "");
    for (from, verb, to) in machine.edges {
        line(from.as_str(), to.as_str(), &format!(": {}", spaced(*verb)));
    }
    for (from, verb, to) in machine.compensations {
        line(from.as_str(), to.as_str(), &format!(": {} (compensation)", spaced(*verb)));
    }
    for state in S::ALL.iter().filter(|state| machine.is_terminal(**state)) {
        line(state.as_str(), "[*]", "");
    }
    picture.push_str("```\n");
    picture
}

fn spaced<V: Word>(verb: V) -> String {
    verb.as_str().replace('_', " ")
}
