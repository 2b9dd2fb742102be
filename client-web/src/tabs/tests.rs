//! Tabs that hand over, step back and steal, without a browser.

use super::*;

/// What pages and the engine say: the tabs do not read it.
type Tabs = super::Tabs<&'static str>;
type Effect = super::Effect<&'static str>;
type TabMessage = super::TabMessage<&'static str>;
type Shown = super::Shown<&'static str>;

const ASKED: &str = "a request";
const ANSWERED: &str = "an answer";
const REFUSED: &str = "nobody answers any more";

const WIPED: Ended<&str> = Ended { state: "wiped", answer: None };

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

#[test]
fn a_tab_without_an_owner_waits_for_the_lock_and_then_runs_the_engine() {
    let mut tab = tab(1);
    tab.start(NOW);
    let effects = tab.take_effects();
    assert!(effects.contains(&Effect::WaitForLock));
    assert!(effects.contains(&Effect::Post(TabMessage::Hello { version: 1 })));
    tab.lock_granted(Term(7));
    assert!(tab.take_effects().contains(&Effect::StartEngine { key: None }));
}

#[test]
fn a_followers_request_is_answered_by_the_owner_once() {
    let (mut owner, mut follower) = owner_and_follower();
    follower.asked(5, ASKED);
    let asked = posted(&mut follower).remove(0);
    owner.heard(asked, NOW);
    let ticket = Ticket::Of(TabId(2), 5);
    assert_eq!(owner.take_effects(), [Effect::Run { ticket, request: ASKED }]);
    owner.answered(ticket, ANSWERED);
    let answer = posted(&mut owner).remove(0);
    follower.heard(answer.clone(), NOW);
    follower.heard(answer, NOW);
    assert_eq!(shown(&mut follower), [Shown::Answer { id: 5, answer: ANSWERED }]);
}

#[test]
fn requests_without_an_answer_are_repeated_to_the_next_owner() {
    let (_, mut follower) = owner_and_follower();
    follower.asked(5, ASKED);
    follower.take_effects();
    follower.heard(announcement(Term(8)), NOW);
    let ask = TabMessage::Ask { from: TabId(2), id: 5, request: ASKED };
    assert_eq!(posted(&mut follower), [ask]);
    follower.heard(announcement(Term(8)), NOW);
    assert_eq!(posted(&mut follower), [], "an owner that speaks again is not asked again");
}

#[test]
fn requests_without_an_answer_are_done_by_the_tab_itself_when_it_takes_over() {
    let (_, mut follower) = owner_and_follower();
    follower.asked(5, ASKED);
    follower.take_effects();
    follower.lock_granted(Term(8));
    let run = Effect::Run { ticket: Ticket::Own(5), request: ASKED };
    let effects = follower.take_effects();
    let place = |wanted: &Effect| effects.iter().position(|effect| effect == wanted);
    assert!(place(&Effect::StartEngine { key: None }).unwrap() < place(&run).unwrap());
}

#[test]
fn an_owner_that_is_silent_while_someone_looks_is_stolen_from() {
    let (_, mut follower) = owner_and_follower();
    follower.set_visible(true, NOW);
    assert!(posted(&mut follower).contains(&TabMessage::Ping { from: TabId(2) }));
    follower.woke(NOW.plus_millis(PONG_MS_MAX - 1));
    assert!(!follower.take_effects().contains(&Effect::StealLock));
    follower.woke(NOW.plus_millis(PONG_MS_MAX));
    assert!(follower.take_effects().contains(&Effect::StealLock));
}

#[test]
fn an_owner_that_answers_keeps_its_lock() {
    let (mut owner, mut follower) = owner_and_follower();
    follower.set_visible(true, NOW);
    for ping in posted(&mut follower) {
        owner.heard(ping, NOW);
    }
    for pong in posted(&mut owner) {
        follower.heard(pong, NOW);
    }
    follower.woke(NOW.plus_millis(PONG_MS_MAX));
    assert!(!follower.take_effects().contains(&Effect::StealLock));
}

#[test]
fn nobody_steals_while_nobody_looks() {
    let (_, mut follower) = owner_and_follower();
    follower.set_visible(false, NOW);
    follower.woke(NOW.plus_millis(100 * PONG_MS_MAX));
    assert_eq!(follower.take_effects(), []);
}

#[test]
fn an_owner_that_was_stolen_from_stops_and_follows() {
    let (mut owner, _) = owner_and_follower();
    owner.ownership_lost(NOW);
    let effects = owner.take_effects();
    assert_eq!(effects.first(), Some(&Effect::StopEngine));
    assert!(effects.contains(&Effect::WaitForLock));
    owner.heard(announcement(Term(8)), NOW);
    owner.asked(1, ASKED);
    assert!(matches!(posted(&mut owner).as_slice(), [TabMessage::Ask { .. }]));
}

#[test]
fn an_older_owner_yields_to_a_newer_build_and_says_so() {
    let (mut owner, mut follower) = owner_and_follower();
    for tab in [&mut owner, &mut follower] {
        tab.heard(TabMessage::Hello { version: 2 }, NOW);
        let effects = tab.take_effects();
        assert!(effects.contains(&Effect::DropLock));
        assert!(effects.contains(&Effect::Show(Shown::Outdated)));
    }
    owner.lock_granted(Term(9));
    assert_eq!(owner.take_effects(), [Effect::DropLock], "it does not come back");
}

#[test]
fn an_older_build_that_comes_later_learns_that_it_is_old() {
    let (mut owner, _) = owner_and_follower();
    let mut older = Tabs::new(TabId(9), 0, true, REFUSED);
    older.start(NOW);
    for hello in posted(&mut older) {
        owner.heard(hello, NOW);
    }
    for newer in posted(&mut owner) {
        older.heard(newer, NOW);
    }
    assert_eq!(shown(&mut older).last(), Some(&Shown::Outdated));
}

#[test]
fn events_of_an_owner_that_is_no_longer_one_are_not_shown() {
    let (_, mut follower) = owner_and_follower();
    follower.heard(TabMessage::Event { term: Term(6), event: "earlier" }, NOW);
    assert_eq!(shown(&mut follower), []);
    follower.heard(TabMessage::Event { term: Term(7), event: "now" }, NOW);
    assert_eq!(shown(&mut follower), [Shown::Event("now")]);
}

#[test]
fn an_opened_key_goes_to_whoever_takes_over() {
    let (mut owner, mut follower) = owner_and_follower();
    owner.engine_is("open", "open elsewhere", Some(OpenKey(vec![1, 2])));
    for announced in posted(&mut owner) {
        follower.heard(announced, NOW);
    }
    follower.take_effects();
    follower.lock_granted(Term(8));
    assert!(follower.take_effects().contains(&Effect::StartEngine { key: Some(OpenKey(vec![1, 2])) }));
}

#[test]
fn a_tab_that_comes_later_is_shown_how_the_engine_stands() {
    let (mut owner, mut follower) = owner_and_follower();
    owner.engine_is("open", "open elsewhere", None);
    let effects = owner.take_effects();
    assert!(effects.contains(&Effect::Show(Shown::State("open"))));
    owner.heard(TabMessage::Hello { version: 1 }, NOW);
    for announced in posted(&mut owner) {
        follower.heard(announced, NOW);
    }
    assert_eq!(shown(&mut follower), [Shown::State("open elsewhere")]);
}

#[test]
fn how_the_engine_stands_is_shown_once_and_again_by_each_owner() {
    let (mut owner, mut follower) = owner_and_follower();
    owner.engine_is("open", "open elsewhere", None);
    let announced = posted(&mut owner).remove(0);
    follower.heard(announced.clone(), NOW);
    follower.heard(announced, NOW);
    assert_eq!(shown(&mut follower), [Shown::State("open elsewhere")]);
    // The next owner may have stored what its predecessor told nobody: pages look again.
    let state = Some(Standing { number: 0, state: "open elsewhere" });
    follower.heard(TabMessage::Owner { version: 1, term: Term(8), state, key: None }, NOW);
    assert_eq!(shown(&mut follower), [Shown::State("open elsewhere")]);
}

#[test]
fn an_owner_is_hurried_when_someone_begins_to_look_and_not_by_every_ping() {
    let (mut owner, mut follower) = owner_and_follower();
    follower.set_visible(true, NOW);
    for message in posted(&mut follower) {
        owner.heard(message, NOW);
    }
    assert_eq!(owner.take_effects().iter().filter(|effect| **effect == Effect::Hurry).count(), 1);
    follower.heard(TabMessage::Pong { to: TabId(2) }, NOW);
    follower.woke(NOW.plus_millis(PING_INTERVAL_MS));
    for message in posted(&mut follower) {
        owner.heard(message, NOW);
    }
    assert_eq!(owner.take_effects(), [Effect::Post(TabMessage::Pong { to: TabId(2) })]);
    follower.hurry();
    assert_eq!(posted(&mut follower), [TabMessage::Hurry], "the network is back");
}

#[test]
fn whoever_waits_for_an_answer_is_told_when_nobody_will_give_one() {
    let (mut owner, mut follower) = owner_and_follower();
    follower.asked(5, ASKED);
    follower.heard(TabMessage::Ended(WIPED), NOW);
    assert!(shown(&mut follower).contains(&Shown::Answer { id: 5, answer: REFUSED }));
    owner.asked(6, ASKED);
    owner.heard(TabMessage::Hello { version: 2 }, NOW);
    assert!(shown(&mut owner).contains(&Shown::Answer { id: 6, answer: REFUSED }));
}

#[test]
fn when_everything_is_erased_every_tab_ends_and_lets_go() {
    let (mut owner, mut follower) = owner_and_follower();
    owner.end_all(WIPED);
    let effects = owner.take_effects();
    assert!(effects.contains(&Effect::StopEngine) && effects.contains(&Effect::DropLock));
    follower.heard(TabMessage::Ended(WIPED), NOW);
    assert_eq!(follower.take_effects(), [Effect::DropLock, Effect::Show(Shown::State("wiped"))]);
    owner.heard(TabMessage::Hello { version: 1 }, NOW);
    assert_eq!(owner.take_effects(), [], "whoever comes next begins anew");
}

#[test]
fn whoever_has_erased_everything_learns_it_before_it_is_answered() {
    let (state, answer) = (Shown::State("wiped"), Shown::Answer { id: 5, answer: ANSWERED });
    let refused = Shown::Answer { id: 6, answer: REFUSED };
    for asking in [Ticket::Own(5), Ticket::Of(TabId(2), 5)] {
        let (mut owner, mut follower) = owner_and_follower();
        for id in [5, 6] {
            owner.asked(id, ASKED);
            follower.asked(id, ASKED);
        }
        owner.take_effects();
        follower.take_effects();
        let answered = owner.addressed(asking, ANSWERED);
        owner.end_all(Ended { answer: Some(answered), ..WIPED });
        let effects = owner.take_effects();
        for message in posts(&effects) {
            follower.heard(message, NOW);
        }
        let (of_owner, of_follower) = (shows(&effects), shown(&mut follower));
        let (asked, other) = match asking {
            Ticket::Own(_) => (of_owner, of_follower),
            Ticket::Of(..) => (of_follower, of_owner),
        };
        assert_eq!(asked, [state.clone(), answer.clone(), refused.clone()]);
        let refused_too = Shown::Answer { id: 5, answer: REFUSED };
        assert_eq!(other, [state.clone(), refused_too, refused.clone()], "another's answer is not theirs");
    }
}

#[test]
fn an_owner_that_cannot_go_on_lets_others_try_and_still_serves_its_own_page() {
    let (mut owner, _) = owner_and_follower();
    owner.end("stuck");
    assert!(owner.take_effects().contains(&Effect::DropLock));
    owner.asked(4, ASKED);
    assert_eq!(owner.take_effects(), [Effect::Run { ticket: Ticket::Own(4), request: ASKED }]);
}

#[test]
fn a_key_that_is_set_later_goes_to_whoever_takes_over() {
    let (mut owner, mut follower) = owner_and_follower();
    owner.key_is(Some(OpenKey(vec![3])));
    for announced in posted(&mut owner) {
        follower.heard(announced, NOW);
    }
    follower.take_effects();
    follower.lock_granted(Term(8));
    assert!(follower.take_effects().contains(&Effect::StartEngine { key: Some(OpenKey(vec![3])) }));
}

fn tab(id: u32) -> Tabs {
    Tabs::new(TabId(id), 1, true, REFUSED)
}

fn owner_and_follower() -> (Tabs, Tabs) {
    let (mut owner, mut follower) = (tab(1), tab(2));
    owner.start(NOW);
    owner.lock_granted(Term(7));
    follower.start(NOW);
    for announced in posted(&mut owner) {
        follower.heard(announced, NOW);
    }
    owner.take_effects();
    follower.take_effects();
    (owner, follower)
}

fn announcement(term: Term) -> TabMessage {
    TabMessage::Owner { version: 1, term, state: None, key: None }
}

fn posted(tab: &mut Tabs) -> Vec<TabMessage> {
    posts(&tab.take_effects())
}

fn posts(effects: &[Effect]) -> Vec<TabMessage> {
    let posted = |effect: &Effect| match effect {
        Effect::Post(message) => Some(message.clone()),
        _ => None,
    };
    effects.iter().filter_map(posted).collect()
}

fn shown(tab: &mut Tabs) -> Vec<Shown> {
    shows(&tab.take_effects())
}

fn shows(effects: &[Effect]) -> Vec<Shown> {
    let shown = |effect: &Effect| match effect {
        Effect::Show(shown) => Some(shown.clone()),
        _ => None,
    };
    effects.iter().filter_map(shown).collect()
}
