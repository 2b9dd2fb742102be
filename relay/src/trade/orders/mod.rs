//! Orders: what buyer and seller agreed on, and the money between them.

mod telling;
mod views;

use market::{
    Actor, EscrowTerms, NewDispute, NewMilestone, Order, OrderCommand, OrderTerms, Party, Step, Text,
};
use protocol::{DisputeId, EscrowId, Money, OrderId, UserId};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::amounts::amount;
use super::books::Books;
use super::caller::Caller;
use super::carry_out::{Change, Changed, Done, Stop, value};
use super::money::purse;
use super::refusal::{Code, Refusal};
use super::rows::OrderRow;
use super::taking::take;
use super::{offers, users};

pub(super) use telling::told;
pub(crate) use views::{MilestoneView, OrderView, ReservedOrderView, WholeEscrowView};

/// How long money stays set aside until there is an escrow: a week, so that people who agree on Friday can go on on Monday.
pub(crate) const RESERVE_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// An order to be made.
#[derive(Clone, PartialEq)]
pub struct NewOrder {
    /// Who pays.
    pub buyer: UserId,
    /// Who delivers.
    pub seller: UserId,
    /// The price.
    pub money: Money,
    /// What is bought.
    pub title: String,
    /// What else is said of it.
    pub description: Option<String>,
    /// What its maker calls it.
    pub client_ref: Option<String>,
    /// Its parts.
    pub milestones: Vec<NewMilestone>,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
}

/// What is decided of an order. Amounts are texts until it is known of which currency they are.
#[derive(Clone, PartialEq)]
pub enum OrderDecision {
    /// Set the buyer's money aside.
    Reserve {
        /// The whole price.
        amount: String,
    },
    /// Call it off.
    Cancel {
        /// Why.
        reason: Option<String>,
    },
    /// Make its escrow.
    CreateEscrow(EscrowTerms),
    /// Move the money into the escrow.
    Fund {
        /// The whole price, if it is said.
        amount: Option<String>,
    },
    /// A part is delivered.
    CompleteMilestone {
        /// Which.
        milestone_ref: String,
        /// What the seller says to it.
        note: Option<String>,
    },
    /// Pay the seller.
    Release {
        /// The whole price, if it is said.
        amount: Option<String>,
        /// Why, if it is said.
        reason: Option<String>,
    },
    /// Pay the buyer back.
    Refund {
        /// The whole price, if it is said.
        amount: Option<String>,
        /// Why, if it is said.
        reason: Option<String>,
    },
}

/// A dispute to be opened.
#[derive(Clone, PartialEq)]
pub struct Complaint {
    /// By whom: an account needs not say it.
    pub opened_by: Option<Party>,
    /// Why.
    pub reason: market::DisputeReason,
    /// What they say.
    pub message: Option<String>,
    /// What shows it.
    pub evidence: Vec<String>,
}

/// Makes an order.
pub(super) fn create<B: Books>(change: &mut Change<'_, B>, new: &NewOrder) -> Result<Done, Stop> {
    let maker = change.attempt.caller.asker();
    users::active(change, new.buyer)?;
    users::side(change, new.seller)?;
    if let Some(client_ref) = &new.client_ref
        && let Some(order) = change.books.order_of_client_ref(&maker, client_ref)?
    {
        let message = "an order with this client_order_ref exists: ask for it instead";
        return Err(Refusal::new(Code::OrderAlreadyExists, message)
            .with(json!({ "order_id": order }))
            .into());
    }
    let now = change.attempt.now;
    let id = OrderId::from_bytes(change.drawn.id(now));
    let terms = OrderTerms {
        buyer: new.buyer,
        seller: new.seller,
        money: new.money,
        title: Text::from(new.title.clone()),
        description: new.description.clone().map(Text::from),
        milestones: new.milestones.clone(),
    };
    let step = Order::create(id, terms, new.client_ref.clone().map(Text::from), now)?;
    let row = OrderRow { order: step.next.clone(), maker, metadata: new.metadata.clone(), updated_at: now };
    change.books.put_order(&row)?;
    take(change, &step, told)?;
    let shown = OrderView::from(&row);
    let changed = Changed { id: id.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &shown, changed)
}

/// Decides of an order. What was decided already is answered as it is.
pub(super) fn decide<B: Books>(
    change: &mut Change<'_, B>,
    id: OrderId,
    decision: &OrderDecision,
) -> Result<Done, Stop> {
    let row = find(change, id)?;
    let actor = actor(change, &row.order, decision.usual_actor(&change.attempt.caller))?;
    if decision.is_engaging() {
        users::side(change, row.order.buyer)?;
        users::side(change, row.order.seller)?;
    }
    let step = decision.step(change, &row.order, actor)?;
    let next = store(change, &row, &step)?;
    match decision {
        OrderDecision::Reserve { .. } => reserved(change, &row, &next, &step),
        OrderDecision::CreateEscrow(_) => answer(201, &row, &next, &step),
        _ => answer(200, &row, &next, &step),
    }
}

/// Opens a dispute. The one that there is already, for the same reason by the same side, is answered as it is.
pub(super) fn dispute<B: Books>(
    change: &mut Change<'_, B>,
    id: OrderId,
    complaint: &Complaint,
) -> Result<Done, Stop> {
    let row = find(change, id)?;
    let own = match change.attempt.caller {
        Caller::Account { user, .. } => row.order.actor(user),
        Caller::Key { .. } | Caller::Operator | Caller::Relay => None,
    };
    let said = complaint.opened_by.map(Party::actor);
    let actor = match (own, said) {
        (Some(own), Some(said)) if own != said => {
            return Err(Refusal::field("opened_by", "expected your own side, or nothing").into());
        }
        (Some(actor), _) | (None, Some(actor)) => actor,
        (None, None) => return Err(Refusal::missing("opened_by").into()),
    };
    let Complaint { reason, message, evidence, .. } = complaint.clone();
    let now = change.attempt.now;
    let new = NewDispute {
        id: DisputeId::from_bytes(change.drawn.id(now)),
        reason,
        message: message.map(Text::from),
        evidence: evidence.into_iter().map(Text::from).collect(),
    };
    let step = row.order.decide(actor, OrderCommand::OpenDispute(new), now)?;
    let next = store(change, &row, &step)?;
    super::disputes::answer(201, &row, &next, step.is_changed)
}

/// Gives up money that was set aside for too long: it is available again, and the order is over.
pub(super) fn expire_reserve<B: Books>(change: &mut Change<'_, B>, id: OrderId) -> Result<Done, Stop> {
    let row = find(change, id)?;
    let step = row.order.expire_on_ledger(change.attempt.now)?;
    let next = store(change, &row, &step)?;
    answer(200, &row, &next, &step)
}

impl OrderDecision {
    /// As whom a key decides so for its space. What it calls off without settling disputes is the buyer's: its money is set aside.
    const fn usual_actor(&self, caller: &Caller) -> Actor {
        match self {
            Self::Reserve { .. } | Self::CreateEscrow(_) | Self::Fund { .. } | Self::Release { .. } => {
                Actor::Buyer
            }
            Self::CompleteMilestone { .. } | Self::Refund { .. } => Actor::Seller,
            Self::Cancel { .. } => caller.actor(Actor::Buyer),
        }
    }

    /// Whether it goes further into the trade: whoever may not trade may only get out of it.
    const fn is_engaging(&self) -> bool {
        matches!(self, Self::Reserve { .. } | Self::CreateEscrow(_) | Self::Fund { .. })
    }

    /// What it is called in the audit log.
    pub(super) const fn action(&self) -> &'static str {
        match self {
            Self::Reserve { .. } => "ORDER_RESERVE",
            Self::Cancel { .. } => "ORDER_CANCEL",
            Self::CreateEscrow(_) => "ESCROW_CREATE",
            Self::Fund { .. } => "ESCROW_FUND",
            Self::CompleteMilestone { .. } => "MILESTONE_COMPLETE",
            Self::Release { .. } => "RELEASE",
            Self::Refund { .. } => "REFUND",
        }
    }

    /// What it comes to. The relay's own ledger keeps the escrow, so that nobody has to be waited for.
    fn step<B: Books>(
        &self,
        change: &mut Change<'_, B>,
        order: &Order,
        actor: Actor,
    ) -> Result<Step<Order>, Stop> {
        let now = change.attempt.now;
        Ok(match self {
            Self::Reserve { amount: text } => {
                let money = amount("amount", text, order.money.currency)?;
                let until = now.plus_millis(RESERVE_MS);
                order.decide(actor, OrderCommand::Reserve { money, until }, now)?
            }
            Self::Cancel { reason } => {
                let reason = reason.clone().map(Text::from);
                order.cancel_on_ledger(actor, reason, now)?
            }
            Self::CreateEscrow(terms) => {
                let escrow = EscrowId::from_bytes(change.drawn.id(now));
                order.create_escrow_on_ledger(actor, escrow, *terms, now)?
            }
            Self::Fund { amount } => {
                whole(order, amount.as_deref())?;
                order.fund_on_ledger(actor, now)?
            }
            Self::CompleteMilestone { milestone_ref, note } => {
                let (milestone_ref, note) = (Text::from(milestone_ref.clone()), note.clone().map(Text::from));
                order.decide(actor, OrderCommand::CompleteMilestone { milestone_ref, note }, now)?
            }
            Self::Release { amount, reason } => {
                whole(order, amount.as_deref())?;
                order.release_on_ledger(actor, reason.clone().map(Text::from), now)?
            }
            Self::Refund { amount, reason } => {
                whole(order, amount.as_deref())?;
                order.refund_on_ledger(actor, reason.clone().map(Text::from), now)?
            }
        })
    }
}

/// Whoever says an amount has to say the whole price: an escrow goes one way, or an arbiter splits it.
fn whole(order: &Order, text: Option<&str>) -> Result<(), Refusal> {
    let Some(text) = text else { return Ok(()) };
    let given = amount("amount", text, order.money.currency)?;
    if given == order.money {
        return Ok(());
    }
    Err(market::Refusal::ReserveMismatch { expected: order.money, given }.into())
}

/// An order that the caller is a party of.
pub(super) fn find<B: Books>(change: &mut Change<'_, B>, id: OrderId) -> Result<OrderRow, Stop> {
    let row = change.books.order(id)?;
    let caller = &change.attempt.caller;
    let row = row.filter(|row| caller.is_party(&[row.order.buyer, row.order.seller]));
    let row = row.ok_or_else(unknown)?;
    change.concerns(row.order.buyer);
    Ok(row)
}

/// As whom the caller acts on an order: an account for its own side, a key for its space as is usual.
fn actor<B: Books>(change: &Change<'_, B>, order: &Order, usual: Actor) -> Result<Actor, Refusal> {
    match change.attempt.caller {
        Caller::Account { user, .. } => order.actor(user).ok_or_else(unknown),
        Caller::Key { .. } | Caller::Operator | Caller::Relay => Ok(usual),
    }
}

/// Stores what a step comes to, moves its money and tells of it.
pub(super) fn store<B: Books>(
    change: &mut Change<'_, B>,
    row: &OrderRow,
    step: &Step<Order>,
) -> Result<OrderRow, Stop> {
    if !step.is_changed {
        return Ok(row.clone());
    }
    let next = OrderRow { order: step.next.clone(), updated_at: change.attempt.now, ..row.clone() };
    take(change, step, told)?;
    change.books.put_order(&next)?;
    offers::give_back(change, step)?;
    Ok(next)
}

fn answer(status: u16, row: &OrderRow, next: &OrderRow, step: &Step<Order>) -> Result<Done, Stop> {
    let shown = OrderView::from(next);
    answer_with(status, &shown, &shown, row, step)
}

/// The answer to whoever has money set aside, with what is left: it is the buyer, or acts for it.
fn reserved<B: Books>(
    change: &Change<'_, B>,
    row: &OrderRow,
    next: &OrderRow,
    step: &Step<Order>,
) -> Result<Done, Stop> {
    let Order { buyer, money, .. } = next.order;
    let balance_snapshot = purse(change.books, buyer, money.currency)?.into();
    let shown = ReservedOrderView { order: OrderView::from(next), balance_snapshot };
    answer_with(200, &shown, &shown.order, row, step)
}

/// An answer that shows an order, as the audit log keeps it, with what else it has.
fn answer_with(
    status: u16,
    shown: &impl Serialize,
    order: &OrderView,
    row: &OrderRow,
    step: &Step<Order>,
) -> Result<Done, Stop> {
    if !step.is_changed {
        return Done::as_it_is(shown);
    }
    let before = Some(value(&OrderView::from(row))?);
    let changed = Changed { id: order.id.to_string(), before, after: value(order)? };
    Done::new(status, shown, changed)
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(Code::OrderNotFound, "there is no such order")
}
