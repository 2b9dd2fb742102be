use client_api::DeviceId;

use super::*;

const MINUTE: u64 = 60 * 1000;
const DAY: u64 = 24 * 60 * MINUTE;

#[test]
fn messages_close_together_are_one_group() {
    let log = [(1, 0), (1, MINUTE), (2, 2 * MINUTE), (2, 8 * MINUTE)];
    check(&log, None, &["day 0", "1 first", "2 last", "3 first last", "4 first last"]);
}

#[test]
fn a_new_day_is_marked_and_begins_a_group() {
    check(&[(1, DAY - 1), (1, DAY)], None, &["day 0", "1 first last", "day 1", "2 first last"]);
}

#[test]
fn a_day_begins_once_whatever_the_clocks_say() {
    let log = [(1, DAY), (1, 1), (1, 2 * DAY)];
    check(&log, None, &["day 1", "1 first last", "2 first last", "day 2", "3 first last"]);
}

#[test]
fn the_unread_line_stands_before_the_first_of_others() {
    let log = [(2, 0), (1, 1), (2, 2), (2, 3)];
    check(&log, Some(1), &["day 0", "1 first last", "2 first last", "unread", "3 first", "4 last"]);
    check(&log, Some(4), &["day 0", "1 first last", "2 first last", "3 first", "4 last"]);
}

#[test]
fn pages_and_events_in_any_order_make_one_timeline() {
    let mut timeline = Timeline::default();
    timeline.put(message(5, 2, 5));
    timeline.put_page(vec![message(4, 2, 4), message(5, 2, 5)], false);
    timeline.put_page(vec![message(1, 2, 1), message(2, 2, 2), message(3, 2, 3)], true);
    assert_eq!(timeline.log.keys().map(|seq| seq.0).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(!timeline.has_older());
    assert_eq!((timeline.first_seq(), timeline.last_seq()), (Some(Seq(1)), Some(Seq(5))));
}

#[test]
fn what_waits_comes_last_and_moves_to_its_place_once() {
    let mut timeline = Timeline::default();
    timeline.put_page(vec![message(1, 2, 1)], true);
    let waiting = MessageView { seq: None, state: DeliveryState::Queued, ..message(2, 1, 2) };
    timeline.put(waiting.clone());
    timeline.put(waiting.clone());
    assert_eq!(timeline.pending.len(), 1);
    timeline.put(message(2, 1, 2));
    assert_eq!((timeline.pending.len(), timeline.log.len()), (0, 2));
    timeline.put(waiting);
    assert_eq!(timeline.pending.len(), 0);
}

#[test]
fn what_stands_behind_the_end_can_be_asked_for_once_there_is_a_page() {
    let mut timeline = Timeline::default();
    timeline.put(message(5, 2, 5));
    assert_eq!(timeline.end(), None);
    timeline.put_page(vec![], true);
    assert_eq!(timeline.end(), Some(Seq(5)));
    assert!(timeline.put_all(vec![message(6, 2, 6)]) && !timeline.put_all(vec![]));
    assert_eq!(timeline.end(), Some(Seq(6)));
    let mut nothing_yet = Timeline::default();
    nothing_yet.put_page(vec![], true);
    assert_eq!(nothing_yet.end(), Some(Seq(0)));
}

#[test]
fn only_what_was_just_written_here_is_looked_at() {
    let mut timeline = Timeline::default();
    let waiting = MessageView { seq: None, state: DeliveryState::Queued, ..message(2, 1, 2) };
    assert!(timeline.put_pending(vec![waiting.clone()]) && !timeline.put_pending(vec![waiting.clone()]));
    assert!(!timeline.take_written(), "it waits since before");
    timeline.wrote(message(3, 1, 3).id);
    assert!(!timeline.take_written(), "it is not there yet");
    timeline.put(message(3, 1, 3));
    assert!(timeline.take_written() && !timeline.take_written());
    timeline.wrote(waiting.id);
    timeline.forget_written();
    assert!(!timeline.take_written());
}

#[test]
fn what_failed_stands_apart() {
    let mut timeline = Timeline::default();
    timeline.put(message(1, 1, 0));
    timeline.put(MessageView { seq: None, state: DeliveryState::Failed, ..message(2, 1, 1) });
    let items = timeline.items(account(1), |_| 0);
    assert!(items.iter().all(|(_, item)| !matches!(item, Item::Message(bubble) if !bubble.is_last)));
}

#[test]
fn own_messages_are_delivered_and_read_as_far_as_the_other_side_has_come() {
    use DeliveryState::{Delivered, Read, Received, Sent};
    let mut timeline = Timeline::default();
    let log = vec![message(1, 1, 1), message(2, 2, 2), message(3, 1, 3), message(4, 1, 4)];
    timeline.put_page(log, true);
    let states = |timeline: &Timeline| timeline.log.values().map(|message| message.state).collect::<Vec<_>>();
    assert!(timeline.reached(Seq(3), Seq(2)));
    assert!(!timeline.reached(Seq(3), Seq(2)));
    assert_eq!(states(&timeline), [Read, Received, Delivered, Sent]);
    assert!(timeline.reached(Seq(3), Seq(4)));
    assert_eq!(states(&timeline), [Read, Received, Read, Read]);
}

#[test]
fn what_failed_can_be_forgotten() {
    let mut timeline = Timeline::default();
    let failed = MessageView { seq: None, state: DeliveryState::Failed, ..message(2, 1, 1) };
    timeline.put(failed.clone());
    timeline.forget(failed.id);
    assert!(timeline.is_empty());
}

#[test]
fn only_others_messages_count_as_new() {
    let mut timeline = Timeline::default();
    timeline.put_page(vec![message(1, 2, 1), message(2, 1, 2), message(3, 2, 3)], true);
    assert_eq!(timeline.count_behind(Some(Seq(1)), account(1)), 1);
    assert_eq!(timeline.count_behind(None, account(1)), 2);
}

/// Messages as (sender, time); account 1 is one's own.
#[track_caller]
fn check(log: &[(u8, u64)], read_up_to: Option<u64>, expected: &[&str]) {
    let mut timeline = Timeline::default();
    let numbered = log.iter().zip(1..);
    timeline.put_page(numbered.map(|((from, at), number)| message(number, *from, *at)).collect(), true);
    timeline.mark_unread(read_up_to.map(Seq), account(1));
    let day_of = |at: Timestamp| i64::try_from(at.as_millis() / DAY).unwrap();
    let shown: Vec<String> = timeline
        .items(account(1), day_of)
        .into_iter()
        .map(|(key, item)| match (key, item) {
            (ItemKey::Day(day), _) => format!("day {day}"),
            (ItemKey::Unread, _) => "unread".to_owned(),
            (_, Item::Message(bubble)) => {
                let first = if bubble.is_first { " first" } else { "" };
                let last = if bubble.is_last { " last" } else { "" };
                format!("{}{first}{last}", bubble.message.seq.unwrap())
            }
            (_, item) => unreachable!("{item:?}"),
        })
        .collect();
    assert_eq!(shown, expected);
}

fn message(number: u8, from: u8, at: u64) -> MessageView {
    MessageView {
        conversation: None,
        seq: Some(Seq(number.into())),
        id: MessageId::from_bytes([number; 16]),
        from: account(from),
        device: DeviceId::from_bytes([from; 16]),
        text: String::new(),
        sent_at: Timestamp::from_millis(at),
        received_at: Some(Timestamp::from_millis(at)),
        state: if from == 1 { DeliveryState::Sent } else { DeliveryState::Received },
    }
}

fn account(number: u8) -> AccountId {
    AccountId::from_bytes([number; 32])
}
