//! What happens to orders, their escrows and their disputes, as it is told.

use market::events::{DisputeEvent, EscrowEvent, OrderEvent};
use market::{Actor, Event, Order, Text};
use protocol::{DisputeId, EscrowId, Money, Timestamp, UserId};

use super::super::books::Books;
use super::super::carry_out::Stop;
use super::super::money::{Purse, purse};
use super::super::payloads::{self, Payload, Said};
use super::super::taking::Telling;
use super::super::times::iso;

/// An event of an order, told to both sides. Balances are the business of the side that is named first.
pub(in super::super) fn told<B: Books>(
    books: &B,
    order: &Order,
    event: &Event,
) -> Result<Option<Telling>, Stop> {
    let (about, payload, first) = match event {
        Event::Order(event) => {
            let first = match event {
                OrderEvent::Released { .. } => order.seller,
                _ => order.buyer,
            };
            (order.id.to_string(), of_order(books, order, event)?, first)
        }
        Event::Escrow(event) => {
            let (escrow, payload) = of_escrow(order, event);
            (escrow.to_string(), payload, order.buyer)
        }
        Event::Dispute(event) => {
            let (dispute, payload) = of_dispute(order, event);
            (dispute.to_string(), payload, order.buyer)
        }
        Event::Listing(_)
        | Event::Offer(_)
        | Event::TopUp(_)
        | Event::UserTransfer(_)
        | Event::Withdrawal(_) => return Ok(None),
    };
    let second = if first == order.buyer { order.seller } else { order.buyer };
    Ok(Some(Telling { about, parties: [Some(first), Some(second)], payload }))
}

fn of_order(books: &impl Books, order: &Order, event: &OrderEvent) -> Result<Payload, Stop> {
    let &Order { buyer, seller, money, .. } = order;
    let part = |money: Money| payloads::OrderPart { order_id: order.id, sum: money.into() };
    let escrow = |escrow: EscrowId| payloads::OrderEscrow { order: part(money), escrow_id: escrow };
    let contract = |id: EscrowId, reference: &Option<Text>| payloads::OrderEscrowContract {
        escrow: escrow(id),
        contract_id: written(reference),
    };
    let available = |user: UserId| purse(books, user, money.currency).map(|purse| purse.available.plain());
    Ok(match event {
        OrderEvent::Created { .. } => Payload::OrderCreated(created(part(money), order)),
        OrderEvent::FundsReserved { .. } => {
            let purse = purse(books, buyer, money.currency)?;
            Payload::OrderFundsReserved(reserved(part(money), buyer, purse))
        }
        OrderEvent::EscrowCreating { escrow: id, .. } => Payload::OrderEscrowCreating(escrow(*id)),
        OrderEvent::EscrowFunding { escrow, reference, .. } => {
            Payload::OrderEscrowFunding(contract(*escrow, reference))
        }
        OrderEvent::EscrowFunded { escrow, reference, funded_at, .. } => {
            let (escrow, funded_at) = (contract(*escrow, reference), iso(*funded_at));
            Payload::OrderEscrowFunded(payloads::OrderEscrowFunded { escrow, funded_at })
        }
        OrderEvent::InProgress { escrow: id, .. } => Payload::OrderInProgress(escrow(*id)),
        OrderEvent::ReleaseRequested { requested_by, reason, requested_at, .. } => {
            Payload::OrderReleaseRequested(requested(part(money), *requested_by, reason, *requested_at))
        }
        OrderEvent::RefundRequested { requested_by, reason, requested_at, .. } => {
            Payload::OrderRefundRequested(requested(part(money), *requested_by, reason, *requested_at))
        }
        OrderEvent::Released { money, released_at, .. } => Payload::OrderReleased(payloads::OrderReleased {
            order: part(*money),
            seller_id: seller,
            released_at: iso(*released_at),
            new_seller_balance: available(seller)?,
        }),
        OrderEvent::Refunded { refunded_at, .. } => Payload::OrderRefunded(payloads::OrderRefunded {
            order: part(money),
            buyer_id: buyer,
            refunded_at: iso(*refunded_at),
            new_buyer_balance: available(buyer)?,
        }),
        OrderEvent::Disputed { dispute, opened_by, reason, opened_at, .. } => {
            Payload::OrderDisputed(payloads::OrderDisputed {
                order: part(money),
                dispute_id: *dispute,
                opened_by: Said(*opened_by),
                reason: Said(*reason),
                opened_at: iso(*opened_at),
            })
        }
        OrderEvent::Closed { final_status, closed_at, .. } => {
            let (final_status, closed_at) = (Said(*final_status), iso(*closed_at));
            Payload::OrderClosed(payloads::OrderClosed { order: part(money), final_status, closed_at })
        }
        OrderEvent::Canceled { canceled_by, reason, canceled_at, is_reserve_given_back, .. } => {
            Payload::OrderCanceled(payloads::OrderCanceled {
                order: part(money),
                buyer_id: buyer,
                canceled_by: Said(*canceled_by),
                reason: written(reason),
                canceled_at: iso(*canceled_at),
                funds_released: *is_reserve_given_back,
            })
        }
    })
}

fn created(part: payloads::OrderPart, order: &Order) -> payloads::OrderCreated {
    payloads::OrderCreated {
        order: part,
        buyer_id: order.buyer,
        seller_id: order.seller,
        title: order.title.as_str().to_owned(),
        description: written(&order.description),
        client_order_ref: written(&order.client_ref),
    }
}

fn reserved(order: payloads::OrderPart, buyer_id: UserId, purse: Purse) -> payloads::OrderFundsReserved {
    payloads::OrderFundsReserved {
        order,
        buyer_id,
        reserved_balance: purse.reserved.plain(),
        available_balance: purse.available.plain(),
    }
}

fn requested(
    order: payloads::OrderPart,
    by: Actor,
    reason: &Option<Text>,
    at: Timestamp,
) -> payloads::OrderRequested {
    let reason = written(reason);
    payloads::OrderRequested { order, requested_by: Said(by), reason, requested_at: iso(at) }
}

fn of_escrow(order: &Order, event: &EscrowEvent) -> (EscrowId, Payload) {
    let part = |escrow: EscrowId, money: Money| payloads::EscrowPart {
        escrow_id: escrow,
        order_id: order.id,
        sum: money.into(),
    };
    match event {
        EscrowEvent::Created { escrow, money, .. } => {
            (*escrow, Payload::EscrowCreated(part(*escrow, *money)))
        }
        EscrowEvent::FundingStarted { escrow: id, reference, money, .. } => {
            let (escrow, contract_id) = (part(*id, *money), written(reference));
            (*id, Payload::EscrowFundingStarted(payloads::EscrowContract { escrow, contract_id }))
        }
        EscrowEvent::Funded { escrow: id, reference, money, funded_at, .. } => {
            let (escrow, contract_id) = (part(*id, *money), written(reference));
            let escrow = payloads::EscrowContract { escrow, contract_id };
            (*id, Payload::EscrowFunded(payloads::EscrowFunded { escrow, funded_at: iso(*funded_at) }))
        }
        EscrowEvent::MilestoneCompleted {
            escrow,
            milestone_ref,
            milestone_title,
            money,
            completed_at,
            ..
        } => {
            let payload = payloads::EscrowMilestoneCompleted {
                escrow: part(*escrow, *money),
                milestone_ref: milestone_ref.as_str().to_owned(),
                milestone_title: milestone_title.as_str().to_owned(),
                completed_at: iso(*completed_at),
            };
            (*escrow, Payload::EscrowMilestoneCompleted(payload))
        }
        EscrowEvent::Released { escrow: id, seller, money, released_at, .. } => {
            let (escrow, released_at) = (part(*id, *money), iso(*released_at));
            let payload = payloads::EscrowReleased { escrow, seller_id: *seller, released_at };
            (*id, Payload::EscrowReleased(payload))
        }
        EscrowEvent::Refunded { escrow: id, buyer, money, refunded_at, .. } => {
            let (escrow, refunded_at) = (part(*id, *money), iso(*refunded_at));
            let payload = payloads::EscrowRefunded { escrow, buyer_id: *buyer, refunded_at };
            (*id, Payload::EscrowRefunded(payload))
        }
    }
}

fn of_dispute(order: &Order, event: &DisputeEvent) -> (DisputeId, Payload) {
    let part = |dispute: DisputeId| payloads::DisputePart { dispute_id: dispute, order_id: order.id };
    match event {
        DisputeEvent::Opened { dispute, opened_by, reason, evidence, opened_at, .. } => {
            let payload = payloads::DisputeOpened {
                dispute: part(*dispute),
                opened_by: Said(*opened_by),
                reason: Said(*reason),
                evidence: evidence.iter().map(|evidence| evidence.as_str().to_owned()).collect(),
                opened_at: iso(*opened_at),
            };
            (*dispute, Payload::DisputeOpened(payload))
        }
        DisputeEvent::UnderReview { dispute, reviewed_by, review_started_at, .. } => {
            let payload = payloads::DisputeUnderReview {
                dispute: part(*dispute),
                reviewed_by: reviewed_by.as_str().to_owned(),
                review_started_at: iso(*review_started_at),
            };
            (*dispute, Payload::DisputeUnderReview(payload))
        }
        DisputeEvent::Resolved { dispute, decision, decision_note, resolved_by, resolved_at, .. } => {
            let payload = payloads::DisputeResolved {
                dispute: part(*dispute),
                decision: (*decision).into(),
                decision_note: written(decision_note),
                resolved_by: Said(*resolved_by),
                resolved_at: iso(*resolved_at),
            };
            (*dispute, Payload::DisputeResolved(payload))
        }
    }
}

fn written(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.as_str().to_owned())
}
