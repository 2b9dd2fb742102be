//! What every store must do for orders and disputes over them.

use market::{DisputeReason, Party};
use protocol::{DisputeId, OrderId};
use relay::store::Store;
use relay::trade::{
    Command, Complaint, DisputeFilter, DisputeStep, NewOrder, OrderDecision, OrderFilter, OrderPart, Query,
    Ruling, Schedule, Sides,
};
use serde_json::Value;

use crate::kept::Kept;
use crate::shop::*;

const EVERYBODYS: Sides = Sides::Each { buyer: None, seller: None };

pub(crate) async fn an_order_goes_from_its_terms_to_its_sellers_money<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "100.00").await, shop.user("seller").await];
    let order = shop.order(buyer, seller, "80.00").await;
    for (decision, status, buyers, sellers) in [
        (reserve("80.00"), "FUNDS_RESERVED", ["20.00", "80.00"], ["0.00", "0.00"]),
        (escrow(), "ESCROW_FUNDING", ["20.00", "80.00"], ["0.00", "0.00"]),
        (fund(), "IN_PROGRESS", ["20.00", "0.00"], ["0.00", "0.00"]),
        (release(), "CLOSED", ["20.00", "0.00"], ["80.00", "0.00"]),
    ] {
        let decided = shop.decide(order, decision.clone()).await;
        assert_eq!(decided["status"], status);
        assert_eq!([shop.purse(buyer).await, shop.purse(seller).await], [buyers, sellers]);
        let again = shop.decide(order, decision).await;
        assert_eq!(again["updated_at"], decided["updated_at"], "what was decided is answered as it is");
        let stored = seen(&shop, order).await;
        assert_eq!((&stored["status"], &stored["escrow"]), (&decided["status"], &decided["escrow"]));
        shop.prove().await;
    }
    assert_eq!(seen(&shop, order).await["settlement"], "RELEASED");
}

pub(crate) async fn an_order_that_does_not_come_about_gives_the_money_back<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "100.00").await, shop.user("seller").await];
    for (steps, settlement) in [
        (vec![cancel()], Value::Null),
        (vec![reserve("80.00"), cancel()], Value::Null),
        (vec![reserve("80.00"), escrow(), fund(), refund()], "REFUNDED".into()),
    ] {
        let order = shop.order(buyer, seller, "80.00").await;
        for step in steps {
            shop.decide(order, step).await;
        }
        let ended = seen(&shop, order).await;
        assert_eq!((&ended["status"], &ended["settlement"]), (&"CLOSED".into(), &settlement));
        assert_eq!(shop.purse(buyer).await, ["100.00", "0.00"]);
        assert_eq!(shop.purse(seller).await, ["0.00", "0.00"]);
        shop.prove().await;
    }
}

pub(crate) async fn what_an_order_is_not_ready_for_is_refused_and_changes_nothing<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "900.00").await, shop.user("seller").await];
    let complete = || OrderDecision::CompleteMilestone { milestone_ref: "one".to_owned(), note: None };
    let all_but_cancel = || vec![reserve("80.00"), escrow(), fund(), complete(), release(), refund()];
    for (steps, refused) in [
        (vec![], vec![escrow(), fund(), complete(), release(), refund()]),
        (vec![reserve("80.00")], vec![fund(), complete(), release(), refund()]),
        (vec![reserve("80.00"), escrow()], vec![complete(), release(), refund()]),
        (vec![reserve("80.00"), escrow(), fund()], vec![complete(), cancel()]),
        (vec![reserve("80.00"), escrow(), fund(), release()], vec![refund(), cancel(), complete()]),
        (vec![reserve("80.00"), escrow(), fund(), refund()], vec![release(), cancel(), complete()]),
        (vec![cancel()], all_but_cancel()),
    ] {
        let order = shop.order(buyer, seller, "80.00").await;
        for step in &steps {
            shop.decide(order, step.clone()).await;
        }
        let before = everything(&shop, order).await;
        for decision in refused {
            let code = shop.refused(Command::DecideOrder { order, decision }).await;
            assert_eq!(everything(&shop, order).await, before, "{code} behind {} steps", steps.len());
        }
        if before.0["status"] != "IN_PROGRESS" {
            shop.refused(complaint(order, "Where is it?")).await;
            assert_eq!(everything(&shop, order).await, before, "nobody disputes what is not under way");
        }
    }
}

pub(crate) async fn an_order_is_its_buyers_whole_price_or_nothing<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "79.99").await, shop.user("seller").await];
    let order = shop.order(buyer, seller, "80.00").await;
    let reserved =
        async |amount| shop.refused(Command::DecideOrder { order, decision: reserve(amount) }).await;
    assert_eq!(reserved("79.99").await, "RESERVE_MISMATCH_AMOUNT");
    assert_eq!(reserved("80.00").await, "INSUFFICIENT_FUNDS");
    assert_eq!(shop.purse(buyer).await, ["79.99", "0.00"]);
    assert_eq!(seen(&shop, order).await["status"], "ORDER_CREATED");
}

pub(crate) async fn an_order_is_delivered_part_by_part<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "80.00").await, shop.user("seller").await];
    let part = |name: &str, amount| market::NewMilestone {
        milestone_ref: name.into(),
        title: "A part".into(),
        amount: dollars(amount).amount,
    };
    let milestones = vec![part("first", "30.00"), part("second", "50.00")];
    let new = NewOrder { milestones, ..new_order(buyer, seller, "80.00") };
    let order = shop.make(Command::CreateOrder(new)).await;
    let is_milestones_required = true;
    let terms = market::EscrowTerms { is_milestones_required };
    for step in [reserve("80.00"), OrderDecision::CreateEscrow(terms), fund()] {
        shop.decide(order, step).await;
    }
    let standing = async || {
        let parts = shop.see(Query::Order { order, part: OrderPart::Milestones }).await;
        let each =
            |part: &Value| (part["milestone_ref"].clone(), part["status"].clone(), part["note"].clone());
        parts.as_array().unwrap().iter().map(each).collect::<Vec<_>>()
    };
    let open = |name: &str| (name.into(), "OPEN".into(), Value::Null);
    assert_eq!(standing().await, [open("first"), open("second")]);
    for name in ["second", "first"] {
        shop.refused(Command::DecideOrder { order, decision: release() }).await;
        let (milestone_ref, note) = (name.to_owned(), Some("Done.".to_owned()));
        shop.decide(order, OrderDecision::CompleteMilestone { milestone_ref, note }).await;
    }
    let done = |name: &str| (name.into(), "COMPLETED".into(), "Done.".into());
    assert_eq!(standing().await, [done("first"), done("second")], "they stay in their order");
    shop.decide(order, release()).await;
    assert_eq!(shop.purse(seller).await, ["80.00", "0.00"]);
}

pub(crate) async fn what_its_maker_calls_an_order_is_one_orders<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.user("buyer").await, shop.user("seller").await];
    let new = |name: &str| {
        let client_ref = Some(name.to_owned());
        Command::CreateOrder(NewOrder { client_ref, ..new_order(buyer, seller, "80.00") })
    };
    let order: OrderId = shop.make(new("A-1")).await;
    let again = shop.try_to(new("A-1")).await;
    assert_eq!(again.refusal(), Some("ORDER_ALREADY_EXISTS"));
    assert_eq!(again.body["error"]["details"]["order_id"], order.to_string());
    let other: OrderId = shop.make(new("A-2")).await;
    assert_ne!(other, order);
}

pub(crate) async fn money_that_was_set_aside_for_too_long_is_free_again<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "100.00").await, shop.user("seller").await];
    let [old, with_escrow, young, funded] = [
        shop.order(buyer, seller, "10.00").await,
        shop.order(buyer, seller, "20.00").await,
        shop.order(buyer, seller, "30.00").await,
        shop.funded_order(buyer, seller, "40.00").await,
    ];
    shop.decide(old, reserve("10.00")).await;
    shop.decide(with_escrow, reserve("20.00")).await;
    shop.decide(with_escrow, escrow()).await;
    shop.pass(1);
    shop.decide(young, reserve("30.00")).await;
    shop.pass(7 * DAY_MS - 1);
    shop.run(Schedule::Expiry).await;
    let mut standing = Vec::new();
    for order in [old, with_escrow, young, funded] {
        standing.push(seen(&shop, order).await["status"].clone());
    }
    assert_eq!(standing, ["CLOSED", "CLOSED", "FUNDS_RESERVED", "IN_PROGRESS"]);
    assert_eq!(shop.purse(buyer).await, ["30.00", "30.00"]);
    shop.prove().await;
}

pub(crate) async fn orders_are_listed_by_their_sides_their_state_and_their_time_the_newest_first<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [ana, ben, cay] = [shop.user("ana").await, shop.user("ben").await, shop.user("cay").await];
    let mut orders = Vec::new();
    for (buyer, seller) in [(ana, ben), (ben, ana), (cay, ben), (ana, cay), (ana, ben)] {
        orders.push(shop.order(buyer, seller, "10.00").await);
        shop.pass(1);
    }
    shop.decide(orders[4], cancel()).await;
    let all = OrderFilter {
        behind: None,
        sides: EVERYBODYS,
        status: None,
        created_after: None,
        created_before: None,
    };
    let listed = async |filter, limit| shop.list(Query::Orders { filter, limit }, "id").await;
    let of = |places: &[usize]| places.iter().map(|place| orders[*place].to_string()).collect::<Vec<_>>();
    let some = async |filter| listed(filter, ALL).await.0;
    assert_eq!(some(all).await, of(&[4, 3, 2, 1, 0]));
    assert_eq!(some(OrderFilter { sides: Sides::Either(ana), ..all }).await, of(&[4, 3, 1, 0]));
    let each = |buyer, seller| OrderFilter { sides: Sides::Each { buyer, seller }, ..all };
    assert_eq!(some(each(Some(ana), None)).await, of(&[4, 3, 0]));
    assert_eq!(some(each(None, Some(ben))).await, of(&[4, 2, 0]));
    assert_eq!(some(each(Some(ana), Some(ben))).await, of(&[4, 0]));
    let closed = Some("CLOSED".parse().unwrap());
    assert_eq!(some(OrderFilter { status: closed, ..all }).await, of(&[4]));
    let at = |millis| Some(NOW.plus_millis(millis));
    let between = OrderFilter { created_after: at(1), created_before: at(3), ..all };
    assert_eq!(some(between).await, of(&[2, 1]));
    for (behind, page, has_more) in
        [(None, [4, 3].as_slice(), true), (Some(3), &[2, 1], true), (Some(1), &[0], false)]
    {
        let behind = behind.map(|place: usize| orders[place]);
        assert_eq!(listed(OrderFilter { behind, ..all }, 2).await, (of(page), has_more));
    }
}

pub(crate) async fn an_arbiter_gives_the_money_to_either_side_or_each_a_part<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    for (name, decision, buyers, sellers) in [
        ("a", Ruling::FullRelease, "20.00", "80.00"),
        ("b", Ruling::FullRefund, "100.00", "0.00"),
        ("c", split("48.00", "32.00"), "52.00", "48.00"),
    ] {
        let [buyer, seller] =
            [shop.rich_user(&format!("{name}1"), "100.00").await, shop.user(&format!("{name}2")).await];
        let order = shop.funded_order(buyer, seller, "80.00").await;
        let dispute: DisputeId = shop.make(complaint(order, "It is broken.")).await;
        let resolve = |decision| take(dispute, DisputeStep::Resolve { decision, note: None });
        for decision in [release(), refund(), cancel()] {
            shop.refused(Command::DecideOrder { order, decision }).await;
        }
        shop.ask(take(dispute, DisputeStep::Assign { assignee: "Ada".to_owned() })).await;
        shop.refused(resolve(split("48.00", "32.01"))).await;
        let resolved = shop.ask(resolve(decision)).await;
        assert_eq!(resolved["assigned_to"], "Ada");
        assert_eq!(shop.see(Query::Dispute(dispute)).await, resolved);
        assert_eq!(seen(&shop, order).await["status"], "CLOSED");
        assert_eq!(shop.purse(buyer).await, [buyers, "0.00"]);
        assert_eq!(shop.purse(seller).await, [sellers, "0.00"]);
        shop.prove().await;
    }
}

pub(crate) async fn what_is_said_in_a_dispute_stands_in_its_order_until_it_is_decided<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "100.00").await, shop.user("seller").await];
    let mut disputes = Vec::new();
    for amount in ["10.00", "20.00"] {
        let order = shop.funded_order(buyer, seller, amount).await;
        disputes.push(shop.make::<DisputeId>(complaint(order, "It is broken.")).await);
        shop.pass(1);
    }
    let say = |dispute, message: &str| take(dispute, DisputeStep::Comment { message: message.to_owned() });
    for (dispute, message) in [(0, "one"), (1, "elsewhere"), (0, "two"), (0, "three")] {
        shop.ask(say(disputes[dispute], message)).await;
        shop.pass(1);
    }
    let heard = async |behind, limit| {
        shop.list(Query::Comments { dispute: disputes[0], behind, limit }, "message").await
    };
    assert_eq!(heard(None, ALL).await, (["one", "two", "three"].map(str::to_owned).to_vec(), false));
    let ids = shop.list(Query::Comments { dispute: disputes[0], behind: None, limit: 2 }, "id").await;
    let second = ids.0[1].parse().unwrap();
    assert_eq!((ids.1, heard(Some(second), 2).await), (true, (vec!["three".to_owned()], false)));
    let filter = DisputeFilter { behind: None, sides: EVERYBODYS, status: None };
    let listed = async |filter| shop.list(Query::Disputes { filter, limit: ALL }, "id").await.0;
    let [first, other] = [0, 1].map(|place: usize| disputes[place].to_string());
    assert_eq!(listed(filter).await, [other.clone(), first.clone()]);
    shop.ask(take(disputes[0], DisputeStep::Assign { assignee: "Ada".to_owned() })).await;
    let decided = DisputeStep::Resolve { decision: Ruling::FullRefund, note: Some("So be it.".to_owned()) };
    shop.ask(take(disputes[0], decided)).await;
    shop.refused(say(disputes[0], "four")).await;
    let resolved = Some("RESOLVED".parse().unwrap());
    assert_eq!(listed(DisputeFilter { status: resolved, ..filter }).await, [first]);
    let of_seller = Sides::Each { buyer: None, seller: Some(buyer) };
    assert_eq!(listed(DisputeFilter { sides: of_seller, ..filter }).await, Vec::<String>::new());
    let behind = Some(disputes[1]);
    assert_eq!(listed(DisputeFilter { behind, ..filter }).await, [disputes[0].to_string()]);
}

pub(crate) fn complaint(order: OrderId, message: &str) -> Command {
    let complaint = Complaint {
        opened_by: Some(Party::Buyer),
        reason: DisputeReason::QualityIssue,
        message: Some(message.to_owned()),
        evidence: vec!["https://shop.example.org/photo".to_owned()],
    };
    Command::OpenDispute { order, complaint }
}

pub(crate) fn take(dispute: DisputeId, step: DisputeStep) -> Command {
    Command::TakeDispute { dispute, step }
}

fn split(to_seller: &str, to_buyer: &str) -> Ruling {
    Ruling::Split { to_seller: to_seller.to_owned(), to_buyer: to_buyer.to_owned() }
}

async fn seen<S: Store>(shop: &Shop<S>, order: OrderId) -> Value {
    shop.see(Query::Order { order, part: OrderPart::Whole }).await
}

/// How an order stands, what was told, and what the books come to.
async fn everything<S: Store>(shop: &Shop<S>, order: OrderId) -> (Value, Vec<String>, relay::trade::Proof) {
    (seen(shop, order).await, shop.told().await, shop.prove().await)
}
