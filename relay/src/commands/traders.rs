//! `palaver-relay users`, `orders`, `topups` and `withdrawals`: what an operator looks at and decides at the command line.

use clap::Subcommand;
use market::machine::Machine;
use market::machines::{OrderStatus, TOP_UP, TopUpStatus, WITHDRAWAL, WithdrawalStatus};
use market::words::Word;
use protocol::{OrderId, TopUpId, UserId, WithdrawalId};
use relay::operator::Operator;
use relay::trade::{
    Command, OrderDecision, OrderFilter, OrderPart, OwnedFilter, Query, Sides, TopUpDecision, UserFilter,
    UserStatus, WithdrawalDecision,
};
use serde_json::Value;

use super::{Place, data, every, text};

/// Those who trade in a space
#[derive(Subcommand)]
#[command(after_help = "Example:\n  palaver-relay users suspend usr_… --data ./data")]
pub(crate) enum Users {
    /// List users, the newest first
    List {
        /// Only those that stand so: ACTIVE or SUSPENDED
        #[arg(long, value_parser = user_status)]
        status: Option<UserStatus>,
        #[command(flatten)]
        place: Place,
    },
    /// Show a user
    Show {
        /// Its id: `usr_…`
        user: UserId,
        #[command(flatten)]
        place: Place,
    },
    /// Let a user make no orders, top-ups and withdrawals for now; what it has goes on
    Suspend {
        /// Its id: `usr_…`
        user: UserId,
        #[command(flatten)]
        place: Place,
    },
    /// Let it again
    Activate {
        /// Its id: `usr_…`
        user: UserId,
        #[command(flatten)]
        place: Place,
    },
}

/// Purchases
#[derive(Subcommand)]
#[command(after_help = "Example:\n  palaver-relay orders list --status DISPUTED --json")]
pub(crate) enum Orders {
    /// List orders, the newest first
    List {
        /// Only those that stand so, such as IN_PROGRESS
        #[arg(long)]
        status: Option<OrderStatus>,
        /// Only those of which a user is either side
        #[arg(long, value_name = "USER")]
        user: Option<UserId>,
        #[command(flatten)]
        place: Place,
    },
    /// Show an order
    Show {
        /// Its id: `ord_…`
        order: OrderId,
        #[command(flatten)]
        place: Place,
    },
    /// Call an order off, before its money is in escrow
    Cancel {
        /// Its id: `ord_…`
        order: OrderId,
        /// Why
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

/// Money on its way in
#[derive(Subcommand)]
#[command(
    after_help = "Example:\n  palaver-relay topups confirm topup_… --reference NTRF-20260131-7 --data ./data\n\n\
        Under the two-person rule the command line is one person, whoever types."
)]
pub(crate) enum TopUps {
    /// List top-ups, the newest first
    List {
        /// Only those that stand so, such as TOPUP_AWAITING_USER_CONFIRMATION
        #[arg(long)]
        status: Option<TopUpStatus>,
        #[command(flatten)]
        place: Place,
    },
    /// Show a top-up
    Show {
        /// Its id: `topup_…`
        id: TopUpId,
        #[command(flatten)]
        place: Place,
    },
    /// Say that the money came
    Confirm {
        /// Its id: `topup_…`
        id: TopUpId,
        /// What the bank calls it
        #[arg(long)]
        reference: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Say that the money will not come, also where somebody said by mistake that it did
    Fail {
        /// Its id: `topup_…`
        id: TopUpId,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Money on its way out
#[derive(Subcommand)]
#[command(
    after_help = "Example:\n  palaver-relay withdrawals list --status WITHDRAWAL_COMMITTED --data ./data\n\n\
        Under the two-person rule the command line is one person, whoever types."
)]
pub(crate) enum Withdrawals {
    /// List withdrawals, the newest first
    List {
        /// Only those that stand so, such as WITHDRAWAL_COMMITTED
        #[arg(long)]
        status: Option<WithdrawalStatus>,
        #[command(flatten)]
        place: Place,
    },
    /// Show a withdrawal
    Show {
        /// Its id: `wd_…`
        id: WithdrawalId,
        #[command(flatten)]
        place: Place,
    },
    /// Say that the money was sent
    Complete {
        /// Its id: `wd_…`
        id: WithdrawalId,
        /// What the bank calls it
        #[arg(long)]
        reference: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Say that the money will not be sent, also where somebody said by mistake that it was: it is available again
    Fail {
        /// Its id: `wd_…`
        id: WithdrawalId,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        place: Place,
    },
}

pub(crate) fn users(command: Users) -> anyhow::Result<()> {
    let set =
        |place: Place, user, status| carry_out(&place, Command::SetUserStatus { user, status }, user_line);
    match command {
        Users::List { status, place } => list(&place, user_line, |behind, limit| Query::Users {
            filter: UserFilter { behind, kind: None, status },
            limit,
        }),
        Users::Show { user, place } => show(&place, Query::User(user)),
        Users::Suspend { user, place } => set(place, user, UserStatus::Suspended),
        Users::Activate { user, place } => set(place, user, UserStatus::Active),
    }
}

pub(crate) fn orders(command: Orders) -> anyhow::Result<()> {
    match command {
        Orders::List { status, user, place } => list(&place, money_line, |behind, limit| {
            let sides = user.map_or(Sides::Each { buyer: None, seller: None }, Sides::Either);
            let filter = OrderFilter { behind, sides, status, created_after: None, created_before: None };
            Query::Orders { filter, limit }
        }),
        Orders::Show { order, place } => show(&place, Query::Order { order, part: OrderPart::Whole }),
        Orders::Cancel { order, reason, place } => {
            let decision = OrderDecision::Cancel { reason };
            carry_out(&place, Command::DecideOrder { order, decision }, money_line)
        }
    }
}

pub(crate) fn top_ups(command: TopUps) -> anyhow::Result<()> {
    let decide = |place: Place, top_up, decision| {
        carry_out(&place, Command::DecideTopUp { top_up, decision }, top_up_line)
    };
    match command {
        TopUps::List { status, place } => list(&place, top_up_line, |behind, limit| Query::TopUps {
            filter: OwnedFilter { behind, owner: None, status },
            limit,
        }),
        TopUps::Show { id, place } => show(&place, Query::TopUp(id)),
        TopUps::Confirm { id, reference, place } => decide(place, id, TopUpDecision::Confirm { reference }),
        TopUps::Fail { id, reason, place } => decide(place, id, TopUpDecision::Fail { reason }),
    }
}

pub(crate) fn withdrawals(command: Withdrawals) -> anyhow::Result<()> {
    let decide = |place: Place, withdrawal, decision| {
        carry_out(&place, Command::DecideWithdrawal { withdrawal, decision }, withdrawal_line)
    };
    match command {
        Withdrawals::List { status, place } => list(&place, withdrawal_line, |behind, limit| {
            Query::Withdrawals { filter: OwnedFilter { behind, owner: None, status }, limit }
        }),
        Withdrawals::Show { id, place } => show(&place, Query::Withdrawal(id)),
        Withdrawals::Complete { id, reference, place } => {
            decide(place, id, WithdrawalDecision::Complete { reference })
        }
        Withdrawals::Fail { id, reason, place } => decide(place, id, WithdrawalDecision::Fail { reason }),
    }
}

fn list<Id: std::str::FromStr>(
    place: &Place,
    line: fn(&Value) -> String,
    query: impl Fn(Option<Id>, u32) -> Query,
) -> anyhow::Result<()> {
    let all = place.run(async |operator: &Operator| every(operator, &query).await)?;
    place.print(&all, |all| {
        let lines: Vec<String> = all.as_array().into_iter().flatten().map(line).collect();
        if lines.is_empty() { "none".to_owned() } else { lines.join("\n") }
    })
}

fn show(place: &Place, query: Query) -> anyhow::Result<()> {
    let shown = place.run(async |operator: &Operator| data(&operator.look_up(query).await?))?;
    place.print(&shown, |shown| {
        let fields = shown.as_object().into_iter().flatten();
        // As JSON: what people wrote does nothing to the terminal.
        fields.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
    })
}

fn carry_out(place: &Place, command: Command, line: fn(&Value) -> String) -> anyhow::Result<()> {
    let shown = place.run(async |operator: &Operator| data(&operator.carry_out(command).await?))?;
    place.print(&shown, line)
}

fn user_status(text: &str) -> Result<UserStatus, String> {
    text.parse().map_err(|_| "expected ACTIVE or SUSPENDED".to_owned())
}

fn user_line(user: &Value) -> String {
    let [id, status, kind] = ["id", "status", "type"].map(|field| text(user, field));
    let name = &user["external_user_id"];
    // As JSON: what a shop calls somebody does nothing to the terminal.
    if name.is_null() { format!("{id}  {status}  {kind}") } else { format!("{id}  {status}  {kind}  {name}") }
}

fn money_line(one: &Value) -> String {
    let [id, status, amount, currency] = ["id", "status", "amount", "currency"].map(|field| text(one, field));
    format!("{id}  {status}  {amount} {currency}")
}

fn top_up_line(one: &Value) -> String {
    money_line(one) + waiting(&TOP_UP, one)
}

fn withdrawal_line(one: &Value) -> String {
    money_line(one) + waiting(&WITHDRAWAL, one)
}

/// What is said of money of which one person has said that it moved, where that takes two.
fn waiting<S: Word, V: Word>(machine: &Machine<S, V>, one: &Value) -> &'static str {
    let is_said = one["approvals"].as_array().is_some_and(|approvals| !approvals.is_empty());
    let is_over = market::words::parse(text(one, "status")).is_ok_and(|status| machine.is_terminal(status));
    if is_said && !is_over { "  said, and waiting for another person's word" } else { "" }
}
