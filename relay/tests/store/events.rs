//! What every store must do for whoever hears what happens.

use protocol::EventId;
use relay::store::Trade;
use relay::trade::{EventPoint, EventStart, Schedule, Told};

use crate::kept::Kept;
use crate::shop::*;

pub(crate) async fn events_are_read_behind_a_place_by_whoever_may_know_of_them<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    assert_eq!(shop.space.events_start(None, None).await.unwrap(), start(0, None, false));
    for name in ["one", "two", "three", "four", "five"] {
        shop.user(name).await;
    }
    let all = shop.space.events(0, None, 10).await.unwrap();
    assert_eq!((numbers(&all.events), all.up_to, all.has_more), (vec![1, 2, 3, 4, 5], 5, false));
    let page = shop.space.events(1, None, 2).await.unwrap();
    assert_eq!((page.events.as_slice(), page.up_to, page.has_more), (&all.events[1..3], 3, true));
    let third = &all.events[2];
    let user = third.parties[0];
    let own = shop.space.events(0, user, 10).await.unwrap();
    assert_eq!((own.events.as_slice(), own.up_to, own.has_more), (&all.events[2..3], 5, false));
    let (last, id) = (all.events[4].event, Some(third.event));
    let from = async |from, party| shop.space.events_start(from, party).await.unwrap();
    assert_eq!(from(None, None).await, start(5, Some(last), false));
    assert_eq!(from(None, user).await, start(5, id, false));
    assert_eq!(from(Some(EventPoint::Event(third.event)), user).await, start(3, id, false));
    assert_eq!(from(Some(EventPoint::Event(last)), user).await, start(0, None, true));
    assert_eq!(from(Some(EventPoint::Number(3)), None).await, start(3, id, false));
    assert_eq!(from(Some(EventPoint::Number(6)), None).await, start(0, None, true));
    assert_eq!(from(Some(EventPoint::Number(3)), user).await, start(0, None, true));
    assert_eq!(from(Some(EventPoint::Number(0)), user).await, start(0, None, false));
}

pub(crate) async fn what_concerns_two_is_heard_by_both_and_told_in_one_order<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [ana, ben] = [shop.rich_user("ana", "10.00").await, shop.user("ben").await];
    let before = shop.space.events_start(None, None).await.unwrap().behind;
    shop.ask(crate::money::send(ana, ben, "1.00")).await;
    let all = shop.space.events(before, None, 10).await.unwrap().events;
    for user in [ana, ben] {
        let mut own = Vec::new();
        let mut behind = before;
        loop {
            let page = shop.space.events(behind, Some(user), 1).await.unwrap();
            behind = page.up_to;
            own.extend(page.events);
            if !page.has_more {
                break;
            }
        }
        assert!(own.iter().all(|told| told.concerns(user) && all.contains(told)));
        assert!(own.iter().any(|told| told.name == "transfer.sent"));
        assert!(numbers(&own).is_sorted());
    }
}

pub(crate) async fn what_is_kept_no_longer_was_told_before_all_that_is_kept_and_numbers_go_on<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    for name in ["one", "two", "three"] {
        shop.user(name).await;
    }
    let old = shop.space.events(0, None, 10).await.unwrap().events;
    shop.pass(20 * DAY_MS);
    shop.user("four").await;
    shop.pass(20 * DAY_MS);
    shop.run(Schedule::Retention).await;
    let left = async || numbers(&shop.space.events(0, None, 10).await.unwrap().events);
    assert_eq!(left().await, [4]);
    let from = async |from| shop.space.events_start(Some(from), None).await.unwrap();
    for gone in [EventPoint::Number(2), EventPoint::Event(old[0].event), EventPoint::Event(old[2].event)] {
        assert_eq!(from(gone).await, start(0, None, true), "{gone:?}");
    }
    assert!(!from(EventPoint::Number(3)).await.is_reset, "nothing is missing behind it");
    assert_eq!(shop.space.events(0, old[0].parties[0], 10).await.unwrap().events, []);
    shop.pass(40 * DAY_MS);
    shop.run(Schedule::Retention).await;
    assert_eq!(left().await, [4], "the last one stays");
    drop(shop);
    let shop = Shop::drawn_from(kept.space(), 1);
    shop.user("five").await;
    assert_eq!(numbers(&shop.space.events(0, None, 10).await.unwrap().events), [4, 5]);
}

fn start(behind: u64, mark: Option<EventId>, is_reset: bool) -> EventStart {
    EventStart { behind, mark, is_reset }
}

fn numbers(events: &[Told]) -> Vec<u64> {
    events.iter().map(|told| told.number).collect()
}
