//! What every store must do for money: what comes, goes and is sent, and what the books come to.

use ledger::Rail;
use protocol::{Timestamp, TopUpId, UserId, WithdrawalId};
use relay::store::{Spaces, Store, Trade};
use relay::trade::{
    Caller, Command, NewUserTransfer, OwnedFilter, Query, Recipient, Schedule, Scopes, Settled,
    TopUpDecision, UserTransferFilter, WithdrawalDecision,
};
use serde_json::{Map, Value};
use tokio::task::JoinSet;

use crate::kept::Kept;
use crate::shop::*;

pub(crate) async fn money_that_is_said_twice_to_have_moved_has_moved_once<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let user = shop.user("ana").await;
    let top_up = shop.top_up(user, "100.00").await;
    let confirm =
        || Command::DecideTopUp { top_up, decision: TopUpDecision::Confirm { reference: bank("A") } };
    let came = shop.ask(confirm()).await;
    assert_eq!((&came["status"], &came["provider_ref"]), (&"TOPUP_SUCCEEDED".into(), &"A".into()));
    let withdrawal = shop.withdrawal(user, "30.00").await;
    shop.ask(Command::DecideWithdrawal { withdrawal, decision: WithdrawalDecision::Commit }).await;
    let decision = WithdrawalDecision::Complete { reference: bank("B") };
    let complete = Command::DecideWithdrawal { withdrawal, decision };
    let went = shop.ask(complete.clone()).await;
    assert_eq!(went["status"], "WITHDRAWAL_COMPLETED");
    shop.pass(1);
    let told = shop.told().await;
    assert_eq!(shop.ask(confirm()).await, came);
    assert_eq!(shop.ask(complete).await, went);
    for decision in [TopUpDecision::Fail { reason: "No.".to_owned() }, TopUpDecision::Cancel { reason: None }]
    {
        shop.refused(Command::DecideTopUp { top_up, decision }).await;
    }
    for decision in
        [WithdrawalDecision::Fail { reason: "No.".to_owned() }, WithdrawalDecision::Cancel { reason: None }]
    {
        shop.refused(Command::DecideWithdrawal { withdrawal, decision }).await;
    }
    assert_eq!(shop.told().await, told);
    assert_eq!(shop.purse(user).await, ["70.00", "0.00"]);
    assert_eq!(settled(&shop, NOW..NOW.plus_millis(2)).await.len(), 2);
    shop.prove().await;
}

pub(crate) async fn where_it_takes_two_one_persons_word_moves_nothing_however_often_it_is_said<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    let shop = Shop::of(store.space(crate::kept::FIRST));
    store.set_two_person_rule(true, NOW, shop.seed()).await.unwrap();
    let user = shop.user("ana").await;
    let top_up = shop.top_up(user, "100.00").await;
    let mut callers = Vec::new();
    for name in ["one", "two"] {
        let (name, scopes) = (name.to_owned(), Scopes::all());
        let key = shop.make(Command::CreateKey { name, scopes }).await;
        callers.push(Caller::Key { key, scopes, token_until: None });
    }
    let confirm =
        || Command::DecideTopUp { top_up, decision: TopUpDecision::Confirm { reference: bank("A") } };
    for _ in 0..2 {
        let noted = shop.try_as(callers[0], confirm()).await;
        assert_eq!((noted.status, noted.data()["approvals"].as_array().unwrap().len()), (202, 1));
        assert_eq!(shop.purse(user).await, ["0.00", "0.00"]);
    }
    let cancel = Command::DecideTopUp { top_up, decision: TopUpDecision::Cancel { reason: None } };
    assert_eq!(shop.refused(cancel).await, "INVALID_STATE", "it may have come all the same");
    let settled_by = shop.try_as(callers[1], confirm()).await;
    assert_eq!((settled_by.status, &settled_by.data()["status"]), (200, &"TOPUP_SUCCEEDED".into()));
    assert_eq!(shop.purse(user).await, ["100.00", "0.00"]);
    let log = shop.space.audit(0, ALL).await.unwrap().entries;
    assert!(log[0].body.contains("TWO_PERSON_RULE_ENABLE"), "{}", log[0].body);
}

pub(crate) async fn money_that_does_not_come_or_go_is_where_it_was<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let user = shop.rich_user("ana", "50.00").await;
    for (decision, status) in [
        (TopUpDecision::Fail { reason: "No.".to_owned() }, "TOPUP_FAILED"),
        (TopUpDecision::Cancel { reason: None }, "TOPUP_CANCELED"),
    ] {
        let top_up = shop.top_up(user, "100.00").await;
        let ended = shop.ask(Command::DecideTopUp { top_up, decision }).await;
        assert_eq!(ended["status"], status);
        assert_eq!(shop.see(Query::TopUp(top_up)).await, ended);
    }
    assert_eq!(
        shop.refused(Command::CreateWithdrawal(new_withdrawal(user, "50.01"))).await,
        "INSUFFICIENT_FUNDS"
    );
    for (decisions, status) in [
        (vec![WithdrawalDecision::Cancel { reason: None }], "WITHDRAWAL_CANCELED"),
        (
            vec![WithdrawalDecision::Commit, WithdrawalDecision::Fail { reason: "No.".to_owned() }],
            "WITHDRAWAL_FAILED",
        ),
    ] {
        let withdrawal = shop.withdrawal(user, "50.00").await;
        assert_eq!(shop.purse(user).await, ["0.00", "50.00"]);
        for decision in decisions {
            shop.ask(Command::DecideWithdrawal { withdrawal, decision }).await;
        }
        assert_eq!(shop.see(Query::Withdrawal(withdrawal)).await["status"], status);
        assert_eq!(shop.purse(user).await, ["50.00", "0.00"]);
        shop.prove().await;
    }
}

pub(crate) async fn what_somebody_saw_come_does_not_end_by_its_time<K: Kept>() {
    let kept = K::anew();
    let store = kept.open();
    let shop = Shop::of(store.space(crate::kept::FIRST));
    store.set_two_person_rule(true, NOW, shop.seed()).await.unwrap();
    let user = shop.user("ana").await;
    let [seen, unseen] = [shop.top_up(user, "100.00").await, shop.top_up(user, "50.00").await];
    let confirm = TopUpDecision::Confirm { reference: bank("A") };
    shop.ask(Command::DecideTopUp { top_up: seen, decision: confirm }).await;
    shop.pass(30 * DAY_MS);
    shop.run(Schedule::Expiry).await;
    // Not even if it is asked for: it is for people to end.
    shop.try_as(Caller::Relay, Command::ExpireTopUp(seen)).await;
    let status = async |top_up| shop.see(Query::TopUp(top_up)).await["status"].clone();
    assert_eq!(status(seen).await, "TOPUP_AWAITING_USER_CONFIRMATION");
    assert_eq!(status(unseen).await, "TOPUP_CANCELED");
}

pub(crate) async fn what_nobody_paid_or_committed_in_time_ends_by_itself<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let user = shop.rich_user("ana", "50.00").await;
    let top_up = shop.top_up(user, "10.00").await;
    let [left, committed] = [shop.withdrawal(user, "20.00").await, shop.withdrawal(user, "30.00").await];
    let withdrawal = committed;
    shop.ask(Command::DecideWithdrawal { withdrawal, decision: WithdrawalDecision::Commit }).await;
    shop.pass(365 * DAY_MS);
    shop.run(Schedule::Expiry).await;
    assert_eq!(shop.see(Query::TopUp(top_up)).await["status"], "TOPUP_CANCELED");
    assert_eq!(shop.see(Query::Withdrawal(left)).await["status"], "WITHDRAWAL_CANCELED");
    assert_eq!(shop.see(Query::Withdrawal(committed)).await["status"], "WITHDRAWAL_COMMITTED");
    assert_eq!(shop.purse(user).await, ["20.00", "30.00"]);
    shop.prove().await;
}

pub(crate) async fn money_that_is_sent_is_the_others_and_both_see_it<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [ana, ben, cay] =
        [shop.rich_user("ana", "10.00").await, shop.user("ben").await, shop.user("cay").await];
    let mut sent = Vec::new();
    for (from, to, amount) in [(ana, ben, "6.00"), (ben, cay, "2.00"), (ana, cay, "4.00")] {
        let transfer = shop.ask(send(from, to, amount)).await;
        assert_eq!(shop.see(Query::UserTransfer(id_of(&transfer))).await, transfer);
        sent.push(transfer["id"].as_str().unwrap().to_owned());
        shop.pass(1);
    }
    assert_eq!(shop.refused(send(ana, ben, "0.01")).await, "INSUFFICIENT_FUNDS");
    for (user, available) in [(ana, "0.00"), (ben, "4.00"), (cay, "6.00")] {
        assert_eq!(shop.purse(user).await, [available, "0.00"]);
    }
    let of = |places: &[usize]| places.iter().map(|place| sent[*place].clone()).collect::<Vec<_>>();
    for (behind, user, limit, expected, has_more) in [
        (None, None, 2, [2, 1].as_slice(), true),
        (Some(1), None, 2, &[0], false),
        (None, Some(ana), ALL, &[2, 0], false),
        (None, Some(ben), ALL, &[1, 0], false),
        (None, Some(cay), ALL, &[2, 1], false),
        (Some(2), Some(cay), ALL, &[1], false),
    ] {
        let behind = behind.map(|place: usize| sent[place].parse().unwrap());
        let query = Query::UserTransfers { filter: UserTransferFilter { behind, user }, limit };
        assert_eq!(shop.list(query, "id").await, (of(expected), has_more));
    }
    assert_eq!(shop.prove().await.user_transfers, 3);
}

pub(crate) async fn of_many_who_spend_the_same_money_at_once_as_many_get_it_as_there_is<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [buyer, seller] = [shop.rich_user("buyer", "100.00").await, shop.user("seller").await];
    let mut spending = JoinSet::new();
    for number in 0..20 {
        let command = if number % 2 == 0 {
            let order = shop.order(buyer, seller, "30.00").await;
            Command::DecideOrder { order, decision: reserve("30.00") }
        } else {
            send(buyer, seller, "30.00")
        };
        let (space, attempt) = (shop.space.clone(), shop.attempt(Caller::Operator, command));
        spending.spawn(async move { Answered::from(space.carry_out(attempt).await.unwrap()) });
    }
    let answers = spending.join_all().await;
    assert_eq!(answers.iter().filter(|answered| answered.status < 300).count(), 3);
    let refused = answers.iter().filter_map(Answered::refusal);
    assert!(refused.eq(["INSUFFICIENT_FUNDS"; 17]));
    assert_eq!(shop.purse(buyer).await[0], "10.00");
    shop.prove().await;
}

pub(crate) async fn books_come_to_the_same_when_the_store_is_opened_again<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [ana, ben] = [shop.rich_user("ana", "100.00").await, shop.rich_user("ben", "50.00").await];
    shop.funded_order(ana, ben, "60.00").await;
    let order = shop.order(ana, ben, "12.00").await;
    shop.decide(order, reserve("12.00")).await;
    shop.withdrawal(ben, "5.00").await;
    shop.ask(send(ana, ben, "1.00")).await;
    let proof = shop.prove().await;
    assert_eq!([proof.top_ups, proof.orders, proof.withdrawals, proof.user_transfers], [2, 2, 1, 1]);
    let parts = proof.sums[0].parts().map(|(part, flow)| (part, flow.plain()));
    let expected = [
        ("available", "73.00"),
        ("reserved", "17.00"),
        ("escrow", "60.00"),
        ("fees", "0.00"),
        ("clearing", "-150.00"),
    ];
    assert_eq!(parts, expected.map(|(part, sum)| (part, sum.to_owned())));
    let purses = [shop.purse(ana).await, shop.purse(ben).await];
    assert_eq!(purses, [["27.00", "12.00"], ["46.00", "5.00"]].map(|purse| purse.map(str::to_owned)));
    drop(shop);
    let shop = Shop::of(kept.space());
    assert_eq!([shop.purse(ana).await, shop.purse(ben).await], purses);
    assert_eq!(shop.prove().await, proof);
}

pub(crate) async fn what_a_rail_moved_is_listed_in_its_order_and_within_a_time<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let user = shop.user("ana").await;
    for (reference, amount) in [("A", "10.00"), ("B", "20.00"), ("C", "30.00")] {
        let top_up = shop.top_up(user, amount).await;
        let decision = TopUpDecision::Confirm { reference: bank(reference) };
        shop.ask(Command::DecideTopUp { top_up, decision }).await;
        shop.pass(10);
    }
    // Nobody's word moves money between users by a rail.
    let other = shop.user("ben").await;
    shop.ask(send(user, other, "1.00")).await;
    let references = async |from, to| {
        let settled = settled(&shop, NOW.plus_millis(from)..NOW.plus_millis(to)).await;
        settled.into_iter().map(|settled| settled.reference.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(references(0, 21).await, ["A", "B", "C"]);
    assert_eq!(references(10, 20).await, ["B"]);
    assert_eq!(references(11, 20).await, Vec::<String>::new());
    let elsewhere = shop.space.settled("other".parse().unwrap(), NOW..NOW.plus_millis(100)).await;
    assert!(elsewhere.unwrap().is_empty());
}

pub(crate) async fn top_ups_and_withdrawals_are_listed_by_their_owner_and_their_state<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let users = [shop.rich_user("ana", "100.00").await, shop.rich_user("ben", "100.00").await];
    let (mut top_ups, mut withdrawals): (Vec<TopUpId>, Vec<WithdrawalId>) = Default::default();
    for owner in [users[0], users[1], users[0]] {
        shop.pass(1);
        top_ups.push(shop.top_up(owner, "10.00").await);
        withdrawals.push(shop.withdrawal(owner, "10.00").await);
    }
    let top_up = top_ups[2];
    shop.ask(Command::DecideTopUp { top_up, decision: TopUpDecision::Cancel { reason: None } }).await;
    let withdrawal = withdrawals[2];
    shop.ask(Command::DecideWithdrawal { withdrawal, decision: WithdrawalDecision::Cancel { reason: None } })
        .await;
    for (behind, owner, is_canceled, limit, expected, has_more) in [
        (None, None, false, 2, [2, 1].as_slice(), true),
        (Some(1), Some(users[0]), false, 1, &[0], true),
        (None, Some(users[1]), false, 1, &[1], true),
        (None, Some(users[0]), true, ALL, &[2], false),
        (Some(2), None, true, ALL, &[], false),
    ] {
        let status = is_canceled.then(|| "TOPUP_CANCELED".parse().unwrap());
        let filter = OwnedFilter { behind: behind.map(|place: usize| top_ups[place]), owner, status };
        let listed = shop.list(Query::TopUps { filter, limit }, "id").await;
        // Each of them has one more, by which it became rich.
        assert_eq!(listed, (of(&top_ups, expected), has_more));
        let status = is_canceled.then(|| "WITHDRAWAL_CANCELED".parse().unwrap());
        let filter = OwnedFilter { behind: behind.map(|place: usize| withdrawals[place]), owner, status };
        let (listed, _) = shop.list(Query::Withdrawals { filter, limit }, "id").await;
        assert_eq!(listed, of(&withdrawals, expected));
    }
}

fn of<Id: ToString>(ids: &[Id], places: &[usize]) -> Vec<String> {
    places.iter().map(|place| ids[*place].to_string()).collect()
}

/// What a bank calls a payment.
fn bank(reference: &str) -> Option<String> {
    Some(reference.to_owned())
}

pub(crate) fn send(from: UserId, to: UserId, amount: &str) -> Command {
    let (to, money) = (Recipient::User(to), dollars(amount));
    Command::Send(NewUserTransfer { from, to, money, note: None, metadata: Map::<String, Value>::new() })
}

async fn settled<S: Store>(shop: &Shop<S>, within: std::ops::Range<Timestamp>) -> Vec<Settled> {
    shop.space.settled(Rail::MANUAL, within).await.unwrap()
}
