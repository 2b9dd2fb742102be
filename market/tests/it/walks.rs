//! Random commands, and what they are given to.

use market::words::Word;
use market::{
    Actor, Decision, Destination, DestinationKind, DisputeReason, EscrowTerms, Failure, Listing,
    ListingCommand, ListingContent, NewDispute, Offer, OfferCommand, Order, OrderCommand, OrderTerms,
    Proposal, TopUp, TopUpCommand, Withdrawal, WithdrawalCommand,
};
use proptest::prelude::*;
use proptest::sample::select;
use protocol::{ListingId, OfferId, TopUpId, WithdrawalId};

use crate::world::{
    BUYER, DISPUTE, ESCROW, LATER, LAX, NOW, OTHER_ESCROW, SELLER, STRICT, assign, complete, order, part,
    reserve, terms, usd,
};

/// An order over 80.00 in two parts.
pub(crate) fn new_order() -> Order {
    order(OrderTerms { milestones: vec![part("30.00"), part("50.00")], ..terms("80.00") })
}

pub(crate) fn actors() -> impl Strategy<Value = Actor> {
    select(Actor::ALL)
}

/// What leads on comes often, what ends it seldom.
pub(crate) fn order_commands() -> impl Strategy<Value = OrderCommand> {
    let escrows = prop_oneof![9 => Just(ESCROW), 1 => Just(OTHER_ESCROW)].boxed();
    let words = escrows.clone().prop_flat_map(|escrow| {
        select(vec![
            OrderCommand::EscrowCreated { escrow, reference: None },
            OrderCommand::Funded { escrow },
            OrderCommand::Released { escrow },
            OrderCommand::ReleaseFailed { escrow },
            OrderCommand::Refunded { escrow },
            OrderCommand::RefundFailed { escrow },
            OrderCommand::SplitPaid { escrow },
        ])
    });
    let ends = escrows.clone().prop_flat_map(|escrow| {
        select(vec![
            OrderCommand::Cancel { reason: None },
            OrderCommand::ExpireReserve,
            OrderCommand::EscrowFailed { escrow },
            OrderCommand::FundFailed { escrow },
        ])
    });
    let escrow_terms: Vec<EscrowTerms> = vec![LAX, LAX, LAX, STRICT];
    prop_oneof![
        4 => select(vec![reserve("80.00"), reserve("80.00"), reserve("8.00")]),
        4 => (escrows, select(escrow_terms))
            .prop_map(|(escrow, terms)| OrderCommand::CreateEscrow { escrow, terms }),
        4 => Just(OrderCommand::Fund),
        3 => select(vec![complete("30.00"), complete("50.00"), complete("31.00")]),
        2 => select(vec![OrderCommand::RequestRelease { reason: None }, OrderCommand::RequestRefund { reason: None }, OrderCommand::Close]),
        4 => disputes(),
        8 => words,
        1 => ends,
    ]
}

fn disputes() -> impl Strategy<Value = OrderCommand> {
    let open = select(vec![DisputeReason::NotDelivered, DisputeReason::Other]).prop_map(|reason| {
        OrderCommand::OpenDispute(NewDispute { id: DISPUTE, reason, message: None, evidence: vec![] })
    });
    let decisions = select(vec![
        Decision::FullRelease,
        Decision::FullRefund,
        Decision::Split { to_seller: usd("48.00"), to_buyer: usd("32.00") },
        Decision::Split { to_seller: usd("48.00"), to_buyer: usd("32.01") },
    ]);
    prop_oneof![
        open,
        select(vec![assign("Mo"), assign("Lu")]),
        decisions.prop_map(|decision| OrderCommand::Resolve { decision, note: None }),
    ]
}

pub(crate) fn new_top_up() -> TopUp {
    TopUp::create(TopUpId::from_bytes([8; 16]), BUYER, usd("100.00"), NOW).expect("a top-up").next
}

pub(crate) fn top_up_commands() -> impl Strategy<Value = TopUpCommand> {
    select(vec![
        TopUpCommand::AwaitUser { reference: None, confirmation_uri: None },
        TopUpCommand::Process,
        TopUpCommand::Succeed { reference: None },
        TopUpCommand::Fail(failure()),
        TopUpCommand::Cancel { reason: None },
        TopUpCommand::Expire,
    ])
}

pub(crate) fn new_withdrawal() -> Withdrawal {
    let destination = Destination { kind: DestinationKind::Crypto, reference: "G1".into() };
    let id = WithdrawalId::from_bytes([9; 16]);
    Withdrawal::create(id, SELLER, usd("80.00"), destination, NOW).expect("a withdrawal").next
}

pub(crate) fn withdrawal_commands() -> impl Strategy<Value = WithdrawalCommand> {
    select(vec![
        WithdrawalCommand::Commit,
        WithdrawalCommand::Cancel { reason: None },
        WithdrawalCommand::Expire,
        WithdrawalCommand::Await { reference: None },
        WithdrawalCommand::AskUser { action: "Sign up.".into(), uri: None },
        WithdrawalCommand::Complete { reference: None },
        WithdrawalCommand::Fail(failure()),
        WithdrawalCommand::Return { reason: None },
    ])
}

fn failure() -> Failure {
    Failure { reason: "It went wrong.".into(), error_code: None }
}

pub(crate) fn new_listing() -> Listing {
    Listing::create(ListingId::from_bytes([10; 16]), SELLER, content("A desk"), NOW).expect("a listing").next
}

pub(crate) fn listing_commands() -> impl Strategy<Value = ListingCommand> {
    select(vec![
        ListingCommand::Edit(content("A chair")),
        ListingCommand::Edit(content("A desk")),
        ListingCommand::Publish,
        ListingCommand::Pause,
        ListingCommand::Resume,
        ListingCommand::Sell,
        ListingCommand::Reopen,
        ListingCommand::Remove,
    ])
}

fn content(title: &str) -> ListingContent {
    let [title, description, category] = [title, "Of oak.", "furniture"].map(Into::into);
    ListingContent { title, description, category, price: usd("80.00") }
}

pub(crate) fn new_offer() -> Offer {
    let (id, listing) = (OfferId::from_bytes([11; 16]), ListingId::from_bytes([10; 16]));
    Offer::make(id, listing, terms("80.00"), LATER, NOW).expect("an offer").next
}

pub(crate) fn offer_commands() -> impl Strategy<Value = OfferCommand> {
    let counter = |round| OfferCommand::Counter {
        round,
        proposal: Proposal { money: usd("90.00"), milestones: vec![], expires_at: LATER },
    };
    prop_oneof![
        4 => (1..4u32).prop_map(counter),
        1 => (1..4u32).prop_map(|round| OfferCommand::Accept { round }),
        1 => (1..4u32).prop_map(|round| OfferCommand::Decline { round }),
        1 => (1..4u32).prop_map(|round| OfferCommand::Withdraw { round }),
        1 => Just(OfferCommand::Expire),
    ]
}
