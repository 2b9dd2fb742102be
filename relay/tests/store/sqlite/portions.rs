//! Rows of which there are many: dropped portion by portion, and counted no further than somebody would look.

use std::path::Path;

use relay::store::Jobs;
use relay::store::sqlite::SqliteStore;
use relay::trade::{Schedule, Work};
use rusqlite::Connection;

use super::open;
use crate::shop::{NOW, Shop};

#[tokio::test]
async fn jobs_are_counted_no_further_than_somebody_would_look() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let dead = |count: u32| {
        let insert = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            INSERT INTO jobs SELECT 1, CAST(printf('%016d', i) AS BLOB), 'webhook.deliver', '', 'whe_a', 'dead',
              0, NULL, 8, 8, 'timeout', 'it did not answer', 0 FROM n";
        let rows = rows(folder.path());
        rows.execute("DELETE FROM jobs WHERE lane = 'whe_a'", []).unwrap();
        rows.execute(insert, [count]).unwrap();
    };
    for (there, counted) in [(3, 3), (1_000, 1_000), (5_000, 1_000)] {
        dead(there);
        assert_eq!(store.count_jobs().await.unwrap()["webhook.deliver"].dead, counted);
    }
}

#[tokio::test]
async fn what_has_expired_is_dropped_portion_by_portion() {
    /// More than two portions of a thousand.
    const ANSWERS: u32 = 2_001;
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::of(open(folder.path()));
    rows(folder.path())
        .execute(
            "WITH RECURSIVE many(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM many WHERE number < ?1)
             INSERT INTO answers (space_id, asker, key, hash, status, body, expires_at)
             SELECT 1, x'01', number, x'02', 200, x'03', 1 FROM many",
            [ANSWERS],
        )
        .unwrap();
    let is_retention = |work: &Work| *work == Work::Scheduled(Schedule::Retention);
    for left in [1_001, 1, 0] {
        assert!(shop.work_once(is_retention).await);
        let answers: u32 =
            rows(folder.path()).query_row("SELECT count(*) FROM answers", [], |row| row.get(0)).unwrap();
        assert_eq!(answers, left);
    }
    assert!(!shop.work_once(is_retention).await, "it comes again when it is time");
    assert_eq!(shop.now(), NOW);
}

fn rows(folder: &Path) -> Connection {
    Connection::open(folder.join(SqliteStore::FILE)).unwrap()
}
