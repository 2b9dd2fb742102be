//! `palaver-relay ledger`: proves that the books are in order.

use clap::Subcommand;
use relay::trade::Proof;
use serde_json::{Value, json};

use super::Place;
use super::failure::{BOOKS_NOT_IN_ORDER, Failure};

/// The books of a space's money
#[derive(Subcommand)]
#[command(after_help = "Example:\n  palaver-relay ledger verify --data ./data")]
pub(crate) enum Ledger {
    /// Check that every transfer follows from those before it, that balances are what transfers come to, and that top-ups, orders
    /// and withdrawals have moved what they say
    ///
    /// Nothing is changed. It works beside a running relay, on what was committed when it began. The exit code is 0 if everything is
    /// in order, and 1 if anything is not: the first thing that is wrong is named.
    #[command(
        after_help = "Examples:\n  palaver-relay ledger verify --data ./data\n  palaver-relay ledger verify --space shop --json"
    )]
    Verify {
        #[command(flatten)]
        place: Place,
    },
}

pub(crate) fn run(command: Ledger) -> anyhow::Result<()> {
    let Ledger::Verify { place } = command;
    match place.run(async |operator| Ok(operator.prove_books().await?))? {
        Ok(proof) => {
            place.print(&shown(&proof), |_| told(&proof))?;
            Ok(())
        }
        Err(fault) => {
            Err(Failure::found(BOOKS_NOT_IN_ORDER, format!("the books are not in order: {fault}")).into())
        }
    }
}

fn shown(proof: &Proof) -> Value {
    let sums = proof.sums.iter().map(|sum| {
        let mut shown = json!({ "currency": sum.currency.code() });
        for (name, part) in sum.parts() {
            shown[name] = part.plain().into();
        }
        shown
    });
    json!({
        "transfers": proof.transfers,
        "accounts": proof.accounts,
        "top_ups": proof.top_ups,
        "orders": proof.orders,
        "withdrawals": proof.withdrawals,
        "transfers_between_users": proof.user_transfers,
        "sums": sums.collect::<Vec<_>>(),
    })
}

fn told(proof: &Proof) -> String {
    let Proof { transfers, accounts, top_ups, orders, withdrawals, user_transfers, sums } = proof;
    let mut lines = vec![
        format!("in order: {transfers} transfers between {accounts} accounts"),
        format!(
            "agreed with: {top_ups} top-ups, {orders} orders, {withdrawals} withdrawals, {user_transfers} transfers between users"
        ),
    ];
    lines.extend(sums.iter().map(|sum| {
        let parts = sum.parts().map(|(name, part)| format!("{name} {}", part.plain()));
        format!("{}: {}", sum.currency, parts.join(", "))
    }));
    lines.join("\n")
}
