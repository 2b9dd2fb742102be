//! What a lying relay, or a network below it, makes of what it says to one client.
//!
//! A lie is one that the relay can be believed in: it withholds, repeats, reorders, says that a log ends earlier, or that it
//! cannot help for now. What it gives a client in an entry's place is kept for good, since no client is told a place twice:
//! another entry there costs the genuine one, which nothing but other members' words could bring back. That lie is told by
//! the relay to everyone alike (`Step::VoidAlone`), and one by one in `client-core/tests/it/lies.rs`.

use protocol::codec::OrEmpty;
use protocol::frame::{Failure, IdentityEntries, PUSH, Response, ServerFrame};
use protocol::identity::Head;
use protocol::{ErrorCode, Seq};

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// It keeps every so manieth push back.
    Withhold(u64),
    /// It pushes everything twice.
    Repeat,
    /// It pushes every second before the first.
    Swap,
    /// It keeps every second entry back that it would push, and says of each log that it ends so many entries before.
    HideEntries(u64),
    /// It says of each identity log that has grown that it ends one entry before.
    HideLogs,
    /// It does what it is asked, and says of every so manieth time that it did not, for now.
    Deny {
        /// Of how many.
        nth: u64,
        /// And why.
        code: ErrorCode,
    },
    /// None any more.
    None,
}

impl Lie {
    /// What it makes of the frames to one client.
    pub(super) fn tamper(self) -> impl FnMut(ServerFrame) -> Vec<ServerFrame> {
        let (mut pushes, mut answers, mut entries, mut held) = (0, 0, 0, None);
        move |frame| {
            let is_push = frame.request_id == PUSH;
            let count = if is_push { &mut pushes } else { &mut answers };
            *count += 1;
            match self {
                Self::Withhold(nth) if is_push && pushes % (nth + 1) == 0 => vec![],
                Self::Repeat if is_push => vec![frame.clone(), frame],
                Self::Swap if is_push => match held.take() {
                    Some(earlier) => vec![frame, earlier],
                    None => {
                        held = Some(frame);
                        vec![]
                    }
                },
                Self::HideEntries(_) if matches!(frame.body, Response::EntryAppended(_)) => {
                    entries += 1;
                    if entries % 2 == 0 { vec![] } else { vec![frame] }
                }
                Self::HideEntries(count) => vec![without_last_entries(frame, count)],
                Self::HideLogs => vec![without_newest_heads(frame)],
                Self::Deny { nth, code } if !is_push && answers % nth == 0 => {
                    let denied = Failure::new(code, "a lie");
                    vec![ServerFrame { body: Response::Failure(denied), ..frame }]
                }
                _ => vec![frame],
            }
        }
    }
}

/// A conversation's log ends earlier.
fn without_last_entries(mut frame: ServerFrame, count: u64) -> ServerFrame {
    let earlier = |seq: Seq| Seq(seq.0.saturating_sub(count));
    match &mut frame.body {
        Response::Entries(page) => {
            let end = earlier(page.latest_seq);
            page.latest_seq = end;
            page.entries.retain(|entry| entry.seq <= end);
        }
        Response::Subscribed(subscribed) => {
            for state in &mut subscribed.states {
                state.latest_seq = earlier(state.latest_seq);
            }
        }
        _ => {}
    }
    frame
}

/// No identity log has grown, or not as far. A log has its first entry: without it there is none.
fn without_newest_heads(mut frame: ServerFrame) -> ServerFrame {
    match &mut frame.body {
        Response::IdentityDiffering(differing) => differing.heads.clear(),
        Response::IdentityEntries(served) => {
            if let Some(head) = head_before_last(served) {
                served.entries.pop();
                served.head = head;
            }
        }
        _ => {}
    }
    frame
}

/// Where the log stood before the last entry that is served, if it stood.
fn head_before_last(served: &IdentityEntries) -> Option<Head> {
    let last = served.entries.last()?.decode_body().ok()?;
    let OrEmpty(previous) = last.previous;
    Some(Head { length: last.position, hash: previous? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ConversationId;
    use protocol::frame::{Entries, IdentityChanged, Pong, Subscribed, SubscriptionState};
    use protocol::identity::IdentityLog;
    use protocol::keys::{DeviceKey, RootKey};

    fn answer(body: Response) -> ServerFrame {
        ServerFrame { request_id: 1, body }
    }

    #[test]
    fn what_is_denied_is_what_was_asked_and_no_push() {
        let mut tamper = Lie::Deny { nth: 2, code: ErrorCode::Unavailable }.tamper();
        let pong = || answer(Response::Pong(Pong {}));
        assert_eq!(tamper(pong()), [pong()]);
        let push = ServerFrame { request_id: PUSH, body: Response::Pong(Pong {}) };
        assert_eq!(tamper(push.clone()), [push]);
        let [denied] = &tamper(pong())[..] else { panic!("one answer") };
        assert!(matches!(&denied.body, Response::Failure(failure) if failure.code == ErrorCode::Unavailable));
        assert_eq!(denied.request_id, 1);
    }

    #[test]
    fn a_log_that_is_hidden_is_one_that_ends_earlier() {
        let device = DeviceKey::from_secret(&[2; 32]);
        let mut log = IdentityLog::open(&RootKey::from_secret(&[1; 32]), &device);
        let before = log.head();
        let rename = |name: &str| {
            let handle = OrEmpty(Some(name.parse().unwrap()));
            protocol::identity::EntryKind::SetHandle(protocol::identity::SetHandle { handle })
        };
        log.append(log.sign_by_device(&device, rename("ana"))).unwrap();
        let serve = |log: &IdentityLog| {
            let entries = log.entries_from(0).cloned().collect();
            let served =
                IdentityEntries { account: log.account(), from_length: 0, entries, head: log.head() };
            Lie::HideLogs.tamper()(answer(Response::IdentityEntries(served))).remove(0).body
        };
        let Response::IdentityEntries(served) = serve(&log) else { panic!("a log") };
        assert_eq!(served.head, before);
        let hidden = IdentityLog::verify(log.account(), served.entries).unwrap();
        assert_eq!(hidden.head(), before);
        let Response::IdentityEntries(again) = serve(&hidden) else { panic!("a log") };
        assert_eq!(again.head, before, "of the first entry nothing can be left out");
    }

    #[test]
    fn a_conversations_end_is_hidden_wherever_it_is_told() {
        let conversation = ConversationId::from_bytes([1; 16]);
        let mut tamper = Lie::HideEntries(2).tamper();
        let page = Entries { conversation, entries: vec![], latest_seq: Seq(5) };
        let Response::Entries(page) = tamper(answer(Response::Entries(page))).remove(0).body else {
            panic!("a page")
        };
        assert_eq!(page.latest_seq, Seq(3));
        let state = SubscriptionState { conversation, latest_seq: Seq(1), refusal: OrEmpty(None) };
        let subscribed = Response::Subscribed(Subscribed { states: vec![state] });
        let Response::Subscribed(subscribed) = tamper(answer(subscribed)).remove(0).body else {
            panic!("states")
        };
        assert_eq!(subscribed.states[0].latest_seq, Seq(0));
        let changed = |log: &IdentityLog| IdentityChanged { account: log.account(), head: log.head() };
        let log = IdentityLog::open(&RootKey::from_secret(&[1; 32]), &DeviceKey::from_secret(&[2; 32]));
        let other = answer(Response::IdentityChanged(changed(&log)));
        assert_eq!(tamper(other.clone()), [other]);
    }
}
