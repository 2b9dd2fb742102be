//! Which transfers something has by how it stands: made anew by the ledger's own operations, and compared with those that are stored.

use ledger::{Funds, Hold, Posting, Pot, Rail, Split, Transfer};
use market::machines::{OrderStatus, TopUpStatus, WithdrawalStatus};
use market::{Decision, Order, Settlement, TopUp, UserTransfer, Withdrawal};
use protocol::{Amount, Money, OrderId, UserId, WithdrawalId};

/// Transfers in the order of their keys; none, where there is no way to come by them.
type Way = Option<Vec<Transfer>>;

/// Whether a top-up's money came if it says so, and only then.
pub(super) fn top_up(top_up: &TopUp, transfers: &[Transfer]) -> bool {
    let credited = || ledger::credit(top_up.id, top_up.owner, rail(transfers), top_up.money).ok().map(way);
    match top_up.status {
        TopUpStatus::Succeeded => credited().as_deref() == Some(transfers),
        TopUpStatus::Created
        | TopUpStatus::AwaitingUserConfirmation
        | TopUpStatus::Processing
        | TopUpStatus::Failed
        | TopUpStatus::Canceled => transfers.is_empty(),
    }
}

/// Whether what one user sent another went there.
pub(super) fn user_transfer(transfer: &UserTransfer, transfers: &[Transfer]) -> bool {
    let UserTransfer { id, from, to, money, .. } = *transfer;
    ledger::send(id, from, to, money).ok().map(way).as_deref() == Some(transfers)
}

/// Whether a withdrawal's money is on hold, went out or came back, as it says.
pub(super) fn withdrawal(withdrawal: &Withdrawal, transfers: &[Transfer]) -> bool {
    let Withdrawal { id, owner, money, status, .. } = *withdrawal;
    let held = held(id, owner, money);
    let settled = |settle: &dyn Fn(Hold<WithdrawalId>) -> Posting| {
        then(held.clone(), |funds| match funds {
            Funds::HeldForWithdrawal(hold) => Some(settle(hold)),
            _ => None,
        })
    };
    let ways: Vec<Way> = match status {
        WithdrawalStatus::Created
        | WithdrawalStatus::Committed
        | WithdrawalStatus::Pending
        | WithdrawalStatus::PendingUserAction => vec![held.clone()],
        WithdrawalStatus::Completed => vec![settled(&|hold| hold.post(rail(transfers)))],
        WithdrawalStatus::Failed => vec![settled(&Hold::<WithdrawalId>::void)],
        // By somebody, or by time.
        WithdrawalStatus::Canceled => {
            vec![settled(&Hold::<WithdrawalId>::void), settled(&Hold::<WithdrawalId>::expire)]
        }
    };
    ways.iter().any(|way| way.as_deref() == Some(transfers))
}

/// Whether an order's money is set aside, in escrow or where it was settled to, as it says.
pub(super) fn order(order: &Order, transfers: &[Transfer]) -> bool {
    let held = || held(order.id, order.buyer, order.money);
    let back = |give: fn(Hold<OrderId>) -> Posting| {
        then(held(), |funds| match funds {
            Funds::HeldForOrder(hold) => Some(give(hold)),
            _ => None,
        })
    };
    let escrowed = || back(Hold::<OrderId>::post);
    let ways: Vec<Way> = match order.status {
        OrderStatus::Created => vec![Some(Vec::new())],
        OrderStatus::FundsReserved | OrderStatus::EscrowCreating | OrderStatus::EscrowFunding => vec![held()],
        OrderStatus::EscrowFunded
        | OrderStatus::InProgress
        | OrderStatus::ReleaseRequested
        | OrderStatus::RefundRequested
        | OrderStatus::Disputed => vec![escrowed()],
        OrderStatus::Released | OrderStatus::Refunded => vec![settled(order, escrowed())],
        OrderStatus::Closed if order.settlement().is_some() => vec![settled(order, escrowed())],
        // Called off: before its money was set aside, or after.
        OrderStatus::Closed if order.reserved_until.is_none() => vec![Some(Vec::new())],
        OrderStatus::Closed => vec![back(Hold::void), back(Hold::expire)],
    };
    ways.iter().any(|way| way.as_deref() == Some(transfers))
}

fn settled(order: &Order, escrowed: Way) -> Way {
    let settlement = order.settlement()?;
    then(escrowed, |funds| {
        let Funds::Escrowed(escrowed) = funds else { return None };
        match (settlement, order.decision()) {
            (Settlement::Released, _) => escrowed.release(order.seller, Amount::ZERO).ok(),
            (Settlement::Refunded, _) => Some(escrowed.refund()),
            (Settlement::Split, Some(Decision::Split { to_seller, to_buyer })) => {
                let parts = Split { to_seller: to_seller.amount, to_buyer: to_buyer.amount };
                escrowed.split(order.seller, parts, Amount::ZERO).ok()
            }
            (Settlement::Split, _) => None,
        }
    })
}

fn held<P: ledger::Purpose>(purpose: P, owner: UserId, money: Money) -> Way {
    ledger::hold(purpose, owner, money).ok().map(way)
}

fn way(posting: Posting) -> Vec<Transfer> {
    posting.transfers().to_vec()
}

/// What comes next, by what may still be done with the money.
fn then(before: Way, next: impl FnOnce(Funds) -> Option<Posting>) -> Way {
    let mut transfers = before?;
    let funds = Funds::read(&transfers).ok().flatten()?;
    transfers.extend(way(next(funds)?));
    Some(transfers)
}

/// The way that the money came or went by: which of them is for whoever compares with the world.
fn rail(transfers: &[Transfer]) -> Rail {
    let rails = transfers.iter().flat_map(|transfer| [transfer.debit, transfer.credit]);
    let mut rails = rails.filter_map(|pot| match pot {
        Pot::Clearing(rail) => Some(rail),
        _ => None,
    });
    rails.next().unwrap_or(Rail::MANUAL)
}

#[cfg(test)]
mod tests {
    use market::{Actor, EscrowTerms, NewDispute, OrderTerms};
    use protocol::{Currency, DisputeId, EscrowId, Timestamp, TopUpId, TransferId};

    use super::*;

    const BUYER: UserId = UserId::from_bytes([1; 16]);
    const SELLER: UserId = UserId::from_bytes([2; 16]);
    const ORDER: OrderId = OrderId::from_bytes([3; 16]);
    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn a_top_up_has_brought_its_money_if_it_succeeded_and_not_before() {
        let id = TopUpId::from_bytes([4; 16]);
        let waiting = TopUp::create(id, BUYER, usd("80.00"), NOW).unwrap().next;
        let came = TopUp { status: TopUpStatus::Succeeded, ..waiting.clone() };
        let transfers = |money| way(ledger::credit(id, BUYER, Rail::MANUAL, money).unwrap());
        assert!(top_up(&waiting, &[]));
        assert!(!top_up(&waiting, &transfers(usd("80.00"))));
        assert!(top_up(&came, &transfers(usd("80.00"))));
        assert!(!top_up(&came, &[]));
        assert!(!top_up(&came, &transfers(usd("80.01"))));
        assert!(!top_up(&TopUp { owner: SELLER, ..came }, &transfers(usd("80.00"))));
    }

    #[test]
    fn a_withdrawals_money_is_on_hold_until_it_went_or_came_back() {
        let id = WithdrawalId::from_bytes([5; 16]);
        let destination = market::Destination {
            kind: market::DestinationKind::Bank,
            reference: "DE89370400440532013000".to_owned().into(),
        };
        let made = Withdrawal::create(id, BUYER, usd("80.00"), destination, NOW).unwrap().next;
        let hold = held(id, BUYER, usd("80.00"));
        let settle = |with: fn(Hold<WithdrawalId>) -> Posting| {
            then(hold.clone(), |funds| match funds {
                Funds::HeldForWithdrawal(hold) => Some(with(hold)),
                _ => None,
            })
        };
        let ways =
            [hold.clone(), settle(|hold| hold.post(Rail::MANUAL)), settle(Hold::void), settle(Hold::expire)];
        let of = |status| {
            let withdrawal = Withdrawal { status, ..made.clone() };
            ways.each_ref().map(|way| super::withdrawal(&withdrawal, way.as_deref().unwrap()))
        };
        assert_eq!(of(WithdrawalStatus::Created), [true, false, false, false]);
        assert_eq!(of(WithdrawalStatus::PendingUserAction), [true, false, false, false]);
        assert_eq!(of(WithdrawalStatus::Completed), [false, true, false, false]);
        assert_eq!(of(WithdrawalStatus::Failed), [false, false, true, false]);
        assert_eq!(of(WithdrawalStatus::Canceled), [false, false, true, true]);
        assert!(!super::withdrawal(&made, &[]));
    }

    #[test]
    fn what_was_sent_moved_just_so() {
        let id = TransferId::from_bytes([8; 16]);
        let sent = UserTransfer::send(id, [BUYER, SELLER], usd("80.00"), None, NOW).unwrap().next;
        let transfers = way(ledger::send(id, BUYER, SELLER, usd("80.00")).unwrap());
        assert!(user_transfer(&sent, &transfers));
        assert!(!user_transfer(&sent, &[]));
        assert!(!user_transfer(&UserTransfer { money: usd("80.01"), ..sent.clone() }, &transfers));
        assert!(!user_transfer(&UserTransfer { from: SELLER, to: BUYER, ..sent }, &transfers));
    }

    #[test]
    fn an_orders_money_is_where_its_state_says_and_nowhere_else() {
        let made = created();
        let cancel = |order: &Order| {
            let command = market::OrderCommand::Cancel { reason: None };
            order.decide(Actor::Support, command, NOW).unwrap().next
        };
        let reserved = reserve(&made);
        let funded = fund(&reserved);
        let disputed = dispute(&funded);
        let assign = market::OrderCommand::Assign { assignee: "Ada".to_owned().into() };
        let disputed = disputed.decide(Actor::Support, assign, NOW).unwrap().next;
        let to = |decision| disputed.resolve_on_ledger(Actor::Support, decision, None, NOW).unwrap().next;
        let split = Decision::Split { to_seller: usd("48.00"), to_buyer: usd("32.00") };
        let escrowed = hold_then(Hold::<OrderId>::post);
        let release = leave(|escrowed| escrowed.release(SELLER, Amount::ZERO).unwrap());
        let refund = leave(ledger::Escrowed::refund);
        let parts = Split { to_seller: usd("48.00").amount, to_buyer: usd("32.00").amount };
        let apart = leave(|escrowed| escrowed.split(SELLER, parts, Amount::ZERO).unwrap());
        let back = hold_then(Hold::void);
        let orders = [
            (made.clone(), vec![]),
            (cancel(&made), vec![]),
            (reserved.clone(), held(ORDER, BUYER, usd("80.00")).unwrap()),
            (cancel(&reserved), back),
            (funded.clone(), escrowed.clone()),
            (disputed.clone(), escrowed),
            (funded.release_on_ledger(Actor::Buyer, None, NOW).unwrap().next, release.clone()),
            (to(Decision::FullRelease), release),
            (funded.refund_on_ledger(Actor::Seller, None, NOW).unwrap().next, refund.clone()),
            (to(Decision::FullRefund), refund),
            (to(split), apart),
        ];
        for (place, (order, _)) in orders.iter().enumerate() {
            for (other, (_, transfers)) in orders.iter().enumerate() {
                let is_same = orders[place].1 == orders[other].1;
                assert_eq!(super::order(order, transfers), is_same, "{place} {other}: {}", order.status);
            }
        }
        let dearer = Order { money: usd("80.01"), ..reserved };
        assert!(!super::order(&dearer, &orders[2].1));
    }

    fn usd(text: &str) -> Money {
        Money::parse(text, Currency::Usd).unwrap()
    }

    fn created() -> Order {
        let terms = OrderTerms {
            buyer: BUYER,
            seller: SELLER,
            money: usd("80.00"),
            title: "A desk".to_owned().into(),
            description: None,
            milestones: Vec::new(),
        };
        Order::create(ORDER, terms, None, NOW).unwrap().next
    }

    fn reserve(order: &Order) -> Order {
        let until = NOW.plus_millis(1000);
        let command = market::OrderCommand::Reserve { money: order.money, until };
        order.decide(Actor::Buyer, command, NOW).unwrap().next
    }

    fn fund(order: &Order) -> Order {
        let escrow = EscrowId::from_bytes([6; 16]);
        let terms = EscrowTerms { is_milestones_required: false };
        let step = order.create_escrow_on_ledger(Actor::Buyer, escrow, terms, NOW).unwrap();
        step.next.fund_on_ledger(Actor::Buyer, NOW).unwrap().next
    }

    fn dispute(order: &Order) -> Order {
        let new = NewDispute {
            id: DisputeId::from_bytes([7; 16]),
            reason: market::DisputeReason::Other,
            message: None,
            evidence: Vec::new(),
        };
        let command = market::OrderCommand::OpenDispute(new);
        order.decide(Actor::Buyer, command, NOW).unwrap().next
    }

    fn hold_then(with: fn(Hold<OrderId>) -> Posting) -> Vec<Transfer> {
        let way = then(held(ORDER, BUYER, usd("80.00")), |funds| match funds {
            Funds::HeldForOrder(hold) => Some(with(hold)),
            _ => None,
        });
        way.unwrap()
    }

    fn leave(with: impl Fn(ledger::Escrowed) -> Posting) -> Vec<Transfer> {
        let way = then(Some(hold_then(Hold::<OrderId>::post)), |funds| match funds {
            Funds::Escrowed(escrowed) => Some(with(escrowed)),
            _ => None,
        });
        way.unwrap()
    }
}
