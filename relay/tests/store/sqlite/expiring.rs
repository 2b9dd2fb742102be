//! What is over and cannot be ended, because the books disagree over it.

use std::path::Path;

use relay::store::sqlite::{SqliteSpace, SqliteStore};
use relay::trade::{Command, ListingQuery, OfferQuery, OrderPart, Query, Schedule, Work};
use rusqlite::Connection;

use super::open;
use crate::shop::*;

/// More than two turns look at.
const STUCK: usize = 250;

#[tokio::test]
async fn what_cannot_be_ended_holds_up_nothing_of_its_kind_however_much_of_it_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::of(open(folder.path()));
    let [buyer, seller] = [shop.rich_user("buyer", "100.00").await, shop.user("seller").await];
    let listing = shop.listing(seller, "A desk", "Home", "80.00").await;
    let offer = shop.offer(listing, buyer, "60.00").await;
    let order = shop.order(buyer, seller, "10.00").await;
    shop.decide(order, reserve("10.00")).await;
    let top_up = shop.top_up(buyer, "10.00").await;
    let withdrawal = shop.withdrawal(buyer, "10.00").await;
    for (table, id, since) in [
        ("offers", "offer", "expires_at"),
        ("orders", "order_id", "reserved_until"),
        ("top_ups", "top_up", "created_at"),
        ("withdrawals", "withdrawal", "created_at"),
    ] {
        spoil(folder.path(), table, id, since);
    }
    shop.pass(30 * DAY_MS);
    let mut turns = 0;
    while shop.work_once(|work| *work == Work::Scheduled(Schedule::Expiry)).await {
        turns += 1;
        assert!(turns < 10, "it comes to its end");
    }
    assert!(turns > 1, "no turn looks at all of them");
    for (query, status) in [
        (Query::Offers(OfferQuery::One(offer)), "EXPIRED"),
        (Query::Order { order, part: OrderPart::Whole }, "CLOSED"),
        (Query::TopUp(top_up), "TOPUP_CANCELED"),
        (Query::Withdrawal(withdrawal), "WITHDRAWAL_CANCELED"),
        (Query::Listings(ListingQuery::One(listing)), "ACTIVE"),
    ] {
        assert_eq!(shop.see(query).await["status"], status);
    }
    assert!(shop.told().await.contains(&"offer.expired".to_owned()));
    assert_eq!(shop.purse(buyer).await, ["100.00", "0.00"]);
    check_said(&shop, 4 * STUCK).await;
    // As often as that is tried again, it comes to the same, and to new ones.
    let withdrawal = shop.withdrawal(buyer, "20.00").await;
    shop.pass(30 * DAY_MS);
    assert!(shop.work(|work| *work == Work::Scheduled(Schedule::Expiry)).await);
    assert_eq!(shop.see(Query::Withdrawal(withdrawal)).await["status"], "WITHDRAWAL_CANCELED");
    check_said(&shop, 4 * STUCK).await;
}

#[tokio::test]
async fn what_was_mended_is_ended_with_all_that_was_stuck_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let (shop, rows) = with_stuck_top_ups(folder.path()).await;
    assert!(shop.work(|work| *work == Work::Scheduled(Schedule::Expiry)).await);
    check_said(&shop, STUCK).await;
    rows.execute("UPDATE top_ups SET currency = 'USD'", []).unwrap();
    shop.pass(HOUR_MS);
    assert!(shop.work(|work| *work == Work::Scheduled(Schedule::Expiry)).await);
    assert_eq!(open_top_ups(&rows), 0);
    assert!(shop.job("expiry").await["error_code"].is_null());
}

#[tokio::test]
async fn what_is_mended_while_nothing_may_be_changed_is_not_passed_by_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let (shop, rows) = with_stuck_top_ups(folder.path()).await;
    assert!(shop.work_once(|work| *work == Work::Scheduled(Schedule::Expiry)).await);
    assert_eq!(walks(&rows), 1, "it is on its way");
    shop.ask(Command::SetMaintenance(Some("We are mending.".to_owned()))).await;
    shop.run(Schedule::Expiry).await;
    assert_eq!(walks(&rows), 0);
    rows.execute("UPDATE top_ups SET currency = 'USD'", []).unwrap();
    shop.ask(Command::SetMaintenance(None)).await;
    shop.pass(HOUR_MS);
    shop.run(Schedule::Expiry).await;
    assert_eq!(open_top_ups(&rows), 0);
    assert!(shop.job("expiry").await["error_code"].is_null());
}

#[tokio::test]
async fn how_far_a_build_with_other_kinds_had_come_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::of(open(folder.path()));
    let user = shop.user("ana").await;
    shop.top_up(user, "10.00").await;
    let rows = rows(folder.path());
    let of_another = r#"INSERT INTO settings (space_id, name, value)
        SELECT space_id, 'expiry_walk', '{"passed":[1,2,3],"first":null}' FROM spaces"#;
    rows.execute(of_another, []).unwrap();
    shop.pass(30 * DAY_MS);
    shop.run(Schedule::Expiry).await;
    assert_eq!(open_top_ups(&rows), 0);
    assert!(shop.job("expiry").await["error_code"].is_null());
}

/// A space with a top-up that is over, and many that were over before it and cannot be ended; and its rows.
async fn with_stuck_top_ups(folder: &Path) -> (Shop<SqliteSpace>, Connection) {
    let shop = Shop::of(open(folder));
    let user = shop.user("ana").await;
    shop.top_up(user, "10.00").await;
    spoil(folder, "top_ups", "top_up", "created_at");
    shop.pass(30 * DAY_MS);
    (shop, rows(folder))
}

/// What the operator is told of what is stuck.
async fn check_said(shop: &Shop<SqliteSpace>, stuck: usize) {
    let job = shop.job("expiry").await;
    assert_eq!(job["error_code"], "expiry_stuck");
    let said = job["error"].as_str().unwrap();
    assert!(said.contains(&format!("{stuck} in all")), "{said}");
}

/// Puts many beside the only one that is open, each of which was over before it and cannot be read.
fn spoil(folder: &Path, table: &str, id: &str, since: &str) {
    let open = match table {
        "top_ups" => "status = 'TOPUP_AWAITING_USER_CONFIRMATION'",
        _ => "true",
    };
    let rows = rows(folder);
    rows.execute_batch(&format!(
        "CREATE TEMP TABLE bad AS SELECT * FROM {table} WHERE {open};
         UPDATE bad SET currency = 'none', {since} = 1;
         BEGIN IMMEDIATE"
    ))
    .unwrap();
    for _ in 0..STUCK {
        rows.execute_batch(&format!(
            "UPDATE bad SET {id} = randomblob(16); INSERT INTO {table} SELECT * FROM bad"
        ))
        .unwrap();
    }
    rows.execute_batch("COMMIT; DROP TABLE bad").unwrap();
}

fn open_top_ups(rows: &Connection) -> u32 {
    count(rows, "top_ups WHERE status = 'TOPUP_AWAITING_USER_CONFIRMATION'")
}

/// How many walks are stored.
fn walks(rows: &Connection) -> u32 {
    count(rows, "settings WHERE name = 'expiry_walk'")
}

fn count(rows: &Connection, of: &str) -> u32 {
    rows.query_row(&format!("SELECT count(*) FROM {of}"), [], |row| row.get(0)).unwrap()
}

fn rows(folder: &Path) -> Connection {
    Connection::open(folder.join(SqliteStore::FILE)).unwrap()
}
