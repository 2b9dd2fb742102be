//! What happens to orders, their escrows and their disputes, as it is told.

use market::events::{DisputeEvent, EscrowEvent, OrderEvent};
use market::words::Word;
use market::{Decision, Event, Order, Text};
use protocol::{Money, UserId};
use serde_json::{Value, json};

use super::super::books::Books;
use super::super::carry_out::Stop;
use super::super::money::purse;
use super::super::taking::Telling;
use super::super::times::iso;
use super::written;

/// An event of an order, told to both sides. Balances are the business of the side that is named first.
pub(in super::super) fn told<B: Books>(
    books: &B,
    order: &Order,
    event: &Event,
) -> Result<Option<Telling>, Stop> {
    let (about, payload, first) = match event {
        Event::Order(event) => {
            let (payload, first) = of_order(books, order, event)?;
            (("order", order.id.to_string()), payload, first)
        }
        Event::Escrow(event) => {
            let escrow = escrow_of(event);
            (("escrow", escrow.to_string()), of_escrow(order, event), order.buyer)
        }
        Event::Dispute(event) => {
            let dispute = dispute_of(event);
            (("dispute", dispute.to_string()), of_dispute(order, event), order.buyer)
        }
        Event::Listing(_)
        | Event::Offer(_)
        | Event::TopUp(_)
        | Event::UserTransfer(_)
        | Event::Withdrawal(_) => return Ok(None),
    };
    let second = if first == order.buyer { order.seller } else { order.buyer };
    Ok(Some(Telling { name: event.name(), about, parties: [Some(first), Some(second)], payload }))
}

/// What is told of an order, and whose balances are told with it.
fn of_order(books: &impl Books, order: &Order, event: &OrderEvent) -> Result<(Value, UserId), Stop> {
    let Order { id, buyer, seller, money, .. } = order;
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
    let available = |user: UserId| purse(books, user, money.currency).map(|purse| purse.available.plain());
    let mut first = *buyer;
    let payload = match event {
        OrderEvent::Created { title, description, client_ref, .. } => json!({
            "buyerId": buyer, "sellerId": seller, "title": title.as_str(),
            "description": text(description), "clientOrderRef": text(client_ref),
        }),
        OrderEvent::FundsReserved { .. } => {
            let purse = purse(books, *buyer, money.currency)?;
            json!({
                "buyerId": buyer,
                "reservedBalance": purse.reserved.plain(),
                "availableBalance": purse.available.plain(),
            })
        }
        OrderEvent::EscrowCreating { escrow, .. } => json!({ "escrowId": escrow }),
        OrderEvent::EscrowFunding { escrow, reference, .. } => {
            json!({ "escrowId": escrow, "contractId": text(reference) })
        }
        OrderEvent::EscrowFunded { escrow, reference, funded_at, .. } => {
            json!({ "escrowId": escrow, "contractId": text(reference), "fundedAt": iso(*funded_at) })
        }
        OrderEvent::InProgress { escrow, .. } => json!({ "escrowId": escrow }),
        OrderEvent::ReleaseRequested { requested_by, requested_at, .. }
        | OrderEvent::RefundRequested { requested_by, requested_at, .. } => {
            json!({ "requestedBy": written(*requested_by), "requestedAt": iso(*requested_at) })
        }
        OrderEvent::Released { money, released_at, .. } => {
            first = *seller;
            json!({
                "sellerId": seller, "amount": money.plain(), "releasedAt": iso(*released_at),
                "newSellerBalance": available(*seller)?,
            })
        }
        OrderEvent::Refunded { refunded_at, .. } => json!({
            "buyerId": buyer, "refundedAt": iso(*refunded_at), "newBuyerBalance": available(*buyer)?,
        }),
        OrderEvent::Disputed { dispute, opened_by, reason, opened_at, .. } => json!({
            "disputeId": dispute, "openedBy": opened_by.as_str(), "reason": reason.as_str(),
            "openedAt": iso(*opened_at),
        }),
        OrderEvent::Closed { final_status, closed_at, .. } => {
            json!({ "finalStatus": final_status.as_str(), "closedAt": iso(*closed_at) })
        }
        OrderEvent::Canceled { canceled_by, reason, canceled_at, is_reserve_given_back, .. } => json!({
            "buyerId": buyer, "canceledBy": written(*canceled_by), "reason": text(reason),
            "canceledAt": iso(*canceled_at), "fundsReleased": is_reserve_given_back,
        }),
    };
    Ok((
        with(payload, json!({ "orderId": id, "amount": money.plain(), "currency": money.currency.code() })),
        first,
    ))
}

const fn escrow_of(event: &EscrowEvent) -> protocol::EscrowId {
    match event {
        EscrowEvent::Created { escrow, .. }
        | EscrowEvent::FundingStarted { escrow, .. }
        | EscrowEvent::Funded { escrow, .. }
        | EscrowEvent::MilestoneCompleted { escrow, .. }
        | EscrowEvent::Released { escrow, .. }
        | EscrowEvent::Refunded { escrow, .. } => *escrow,
    }
}

fn of_escrow(order: &Order, event: &EscrowEvent) -> Value {
    let amount = |money: &Money| money.plain();
    let contract = |reference: &Option<Text>| reference.as_ref().map(|text| text.as_str().to_owned());
    let payload = match event {
        EscrowEvent::Created { money, .. } => json!({ "amount": amount(money) }),
        EscrowEvent::FundingStarted { reference, money, .. } => {
            json!({ "amount": amount(money), "contractId": contract(reference) })
        }
        EscrowEvent::Funded { reference, money, funded_at, .. } => json!({
            "amount": amount(money), "contractId": contract(reference), "fundedAt": iso(*funded_at),
        }),
        EscrowEvent::MilestoneCompleted { milestone_ref, milestone_title, money, completed_at, .. } => {
            json!({
                "milestoneRef": milestone_ref.as_str(), "milestoneTitle": milestone_title.as_str(),
                "amount": amount(money), "completedAt": iso(*completed_at),
            })
        }
        EscrowEvent::Released { seller, money, released_at, .. } => {
            json!({ "sellerId": seller, "amount": amount(money), "releasedAt": iso(*released_at) })
        }
        EscrowEvent::Refunded { buyer, money, refunded_at, .. } => {
            json!({ "buyerId": buyer, "amount": amount(money), "refundedAt": iso(*refunded_at) })
        }
    };
    let common = json!({
        "escrowId": escrow_of(event), "orderId": order.id, "currency": order.money.currency.code(),
    });
    with(payload, common)
}

const fn dispute_of(event: &DisputeEvent) -> protocol::DisputeId {
    match event {
        DisputeEvent::Opened { dispute, .. }
        | DisputeEvent::UnderReview { dispute, .. }
        | DisputeEvent::Resolved { dispute, .. } => *dispute,
    }
}

fn of_dispute(order: &Order, event: &DisputeEvent) -> Value {
    let payload = match event {
        DisputeEvent::Opened { opened_by, reason, evidence, opened_at, .. } => {
            let evidence: Vec<&str> = evidence.iter().map(Text::as_str).collect();
            json!({
                "openedBy": opened_by.as_str(), "reason": reason.as_str(), "evidence": evidence,
                "openedAt": iso(*opened_at),
            })
        }
        DisputeEvent::UnderReview { reviewed_by, review_started_at, .. } => json!({
            "reviewedBy": reviewed_by.as_str(), "reviewStartedAt": iso(*review_started_at),
        }),
        DisputeEvent::Resolved { decision, decision_note, resolved_by, resolved_at, .. } => {
            let mut payload = json!({
                "decision": decision.name(), "decisionNote": decision_note.as_ref().map(Text::as_str),
                "resolvedBy": written(*resolved_by), "resolvedAt": iso(*resolved_at),
            });
            if let Decision::Split { to_seller, to_buyer } = decision {
                payload["sellerAmount"] = json!(to_seller.plain());
                payload["buyerAmount"] = json!(to_buyer.plain());
            }
            payload
        }
    };
    with(payload, json!({ "disputeId": dispute_of(event), "orderId": order.id }))
}

/// What is told of one event, and what is told of each.
fn with(payload: Value, common: Value) -> Value {
    let (Value::Object(mut fields), Value::Object(common)) = (payload, common) else { return Value::Null };
    for (name, value) in common {
        fields.entry(name).or_insert(value);
    }
    Value::Object(fields)
}
