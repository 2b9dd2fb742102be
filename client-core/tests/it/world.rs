//! Two people and their relay: what is said arrives, once, in order, whatever is cut or killed.

use client_api::{Command, Connection, DeliveryState};
use client_core::testing::World;

use crate::real_relay::{RealRelay, world};

#[tokio::test]
async fn two_clients_talk() {
    let mut world = world(1);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "hello");
    world.settle().await;
    world.say(ben, alice, "hello yourself");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await, ["hello", "hello yourself"]);
    assert_eq!(world.texts(ben, alice).await, ["hello", "hello yourself"]);
    assert_eq!(world.driver(alice).connection(), Connection::Live);
    assert_eq!(world.messages(alice, ben).await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn both_saying_the_first_word_at_once_are_in_one_conversation() {
    for seed in 0..rounds(100, 1_000) {
        let mut world = world(u64::from(seed));
        let [alice, ben] = [world.join("alice").await, world.join("ben").await];
        world.say(alice, ben, "from alice");
        world.say(ben, alice, "from ben");
        world.settle().await;
        world.advance(60_000).await;
        let mut texts = world.texts(alice, ben).await;
        assert_eq!(texts, world.texts(ben, alice).await, "seed {seed}");
        texts.sort();
        assert_eq!(texts, ["from alice", "from ben"], "seed {seed}");
        assert_eq!(world.driver(alice).conversations().len(), world.driver(ben).conversations().len());
    }
}

#[tokio::test]
async fn a_thousand_messages_with_both_restarted_every_fifty() {
    let mut world = world(3);
    let [alice, ben] = pair(&mut world).await;
    let mut said = Vec::new();
    for number in 0..1_000 {
        let (from, to) = if number % 3 == 0 { (ben, alice) } else { (alice, ben) };
        let text = format!("message {number}");
        world.say(from, to, text.clone());
        world.settle().await;
        said.push(text);
        if number % 50 == 49 {
            // Nobody says more in a minute than the relay takes.
            world.advance(10_000).await;
            world.restart(alice).await;
            world.restart(ben).await;
        }
    }
    assert_eq!(world.texts(alice, ben).await, said);
    assert_eq!(world.texts(ben, alice).await, said);
    assert_quiet(&mut world, &[alice, ben]);
}

#[tokio::test]
async fn sends_among_as_many_commits_lose_nothing() {
    let mut world = world(4);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "first");
    world.settle().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    let rounds = rounds(1_000, 1_000);
    for number in 0..rounds {
        // Neither waits for the other: seals, commits and their refusals cross on the way.
        world.say(alice, ben, format!("a{number}"));
        world.ask(ben, Command::RefreshKeys { conversation });
        if number % 7 == 0 {
            world.say(ben, alice, format!("b{number}"));
        }
        if number % 5 == 4 {
            world.settle().await;
        }
    }
    world.settle().await;
    world.advance(60_000).await;
    let at_alice = world.texts(alice, ben).await;
    assert_eq!(at_alice, world.texts(ben, alice).await);
    let entries = world.driver(alice).conversations()[0].last_seq.0;
    assert!(entries > 2 * u64::from(rounds), "every commit asked for is in the log: {entries}");
    let of = |name: char| at_alice.iter().filter(|text| text.starts_with(name)).cloned().collect::<Vec<_>>();
    assert_eq!(of('a'), (0..rounds).map(|number| format!("a{number}")).collect::<Vec<_>>());
    let from_ben = (0..rounds).filter(|number| number % 7 == 0).map(|number| format!("b{number}"));
    assert_eq!(of('b'), from_ben.collect::<Vec<_>>());
}

#[tokio::test]
async fn both_committing_all_the_time_converge_and_lose_nothing() {
    let mut world = world(8);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "first");
    world.settle().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    let rounds = rounds(200, 1_000);
    for number in 0..rounds {
        for (from, to) in [(alice, ben), (ben, alice)] {
            world.ask(from, Command::RefreshKeys { conversation });
            world.say(from, to, format!("{from} {number}"));
        }
        if number % 4 == 3 {
            world.settle().await;
        }
    }
    world.settle().await;
    world.advance(120_000).await;
    let texts = world.texts(alice, ben).await;
    assert_eq!(texts.len(), 1 + 2 * rounds as usize);
    assert_eq!(world.texts(ben, alice).await, texts);
    for from in [alice, ben] {
        let own: Vec<_> = texts.iter().filter(|text| text.starts_with(&format!("{from} "))).collect();
        assert_eq!(
            own,
            (0..rounds)
                .map(|number| format!("{from} {number}"))
                .collect::<Vec<_>>()
                .iter()
                .collect::<Vec<_>>()
        );
    }
    let entries = world.driver(alice).conversations()[0].last_seq.0;
    assert!(entries > 4 * u64::from(rounds), "every commit asked for is in the log: {entries}");
    assert_quiet(&mut world, &[alice, ben]);
}

#[tokio::test]
async fn a_long_log_behind_an_entry_that_waits_is_read_to_its_end() {
    let mut world = world(9);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "first");
    world.settle().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    world.set_online(ben, false).await;
    // The commit relies on a head that ben has not seen.
    world.command(alice, Command::SetHandle { handle: "alicia".parse().unwrap() }).await;
    world.command(alice, Command::RefreshKeys { conversation }).await;
    for number in 0..400 {
        world.say(alice, ben, format!("message {number}"));
    }
    world.settle().await;
    world.set_online(ben, true).await;
    assert_eq!(world.texts(ben, alice).await.len(), 401);
    assert_eq!(world.driver(ben).connection(), Connection::Live);
}

#[tokio::test]
async fn a_command_asked_twice_is_done_once_even_while_it_waits() {
    let mut world = world(21);
    let [alice, ben] = [world.join("alice").await, world.join("ben").await];
    let to = client_api::Recipient::Account(world.account(ben));
    let say = Command::SendText { to, text: "once".to_owned() };
    let id = world.ask(alice, say.clone());
    world.ask_again(alice, id, say.clone());
    world.settle().await;
    world.ask_again(alice, id, say.clone());
    world.ask_again(alice, id, say);
    world.settle().await;
    world.advance(1_000).await;
    assert_eq!(world.texts(ben, alice).await, ["once"]);
}

#[tokio::test]
async fn a_command_whose_connection_is_lost_is_answered() {
    let mut world = world(22);
    let [alice, _] = pair(&mut world).await;
    world.client(alice).network.lose_after(0);
    let outcome = world.command(alice, Command::SetHandle { handle: "alicia".parse().unwrap() }).await;
    assert!(matches!(outcome, client_api::Outcome::Refused(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_name_stays_with_the_contact_who_had_it() {
    let mut world = world(23);
    let [alice, ben] = pair(&mut world).await;
    world.command(ben, Command::SetHandle { handle: "benjamin".parse().unwrap() }).await;
    let mallory = world.join("ben").await;
    world.say(mallory, alice, "it is me, ben");
    world.settle().await;
    let to = client_api::Recipient::Handle("ben".parse().unwrap());
    world.command(alice, Command::SendText { to, text: "for ben alone".to_owned() }).await;
    assert_eq!(world.texts(ben, alice).await, ["for ben alone"]);
    assert_eq!(world.texts(mallory, alice).await, ["it is me, ben"]);
}

#[tokio::test]
async fn connections_lost_anywhere_lose_no_message_and_double_none() {
    check_each_arrives_once(5, 5_000, |world, of, number| {
        world.client(of).network.lose_after(number as usize % 5);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_dies_between_storing_and_acting_loses_no_message_and_doubles_none() {
    check_each_arrives_once(6, 1_000, |world, of, _| world.die_before_acting(of)).await;
}

#[tokio::test]
async fn a_client_that_dies_while_it_acts_loses_no_message_and_doubles_none() {
    check_each_arrives_once(11, 1_000, |world, of, number| {
        world.die_while_acting_at(of, 0, number as usize / 2 % 5);
    })
    .await;
}

#[tokio::test]
async fn a_client_whose_store_fails_loses_no_message_and_doubles_none_whether_or_not_it_kept_it() {
    check_each_arrives_once(12, 1_000, |world, of, number| {
        // What was to be said is stored, and nothing behind it is certain.
        world.client(of).store().fail_commit_after(1 + u64::from(number) / 2 % 3, number % 4 < 2);
    })
    .await;
}

#[tokio::test]
async fn what_a_client_sends_before_it_dies_reaches_the_relay_and_what_comes_behind_does_not() {
    let mut world = world(13);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "first");
    world.settle().await;
    for text in ["both", "leave"] {
        world.say(alice, ben, text);
    }
    world.client(ben).network.set_down(true);
    world.die_while_acting_at(alice, 0, usize::MAX);
    world.step(alice).await;
    world.client(alice).network.set_down(true);
    world.set_online(ben, true).await;
    assert_eq!(world.texts(ben, alice).await, ["first", "both", "leave"], "alice is gone, her words are not");
    world.client(alice).network.be_well();
    world.advance(60_000).await;
    assert_eq!(world.texts(alice, ben).await, ["first", "both", "leave"]);
}

#[tokio::test]
async fn what_is_said_while_the_other_is_away_waits_for_them() {
    let mut world = world(7);
    let [alice, ben] = pair(&mut world).await;
    world.set_online(ben, false).await;
    let said: Vec<String> = (0..100).map(|number| format!("message {number}")).collect();
    for text in &said {
        world.say(alice, ben, text.clone());
    }
    world.settle().await;
    assert_eq!(world.messages(alice, ben).await[99].state, DeliveryState::Sent);
    world.set_online(ben, true).await;
    assert_eq!(world.texts(ben, alice).await, said);
    assert_eq!(world.messages(alice, ben).await[99].state, DeliveryState::Delivered);
}

/// While `break_it` happens to the one and the other in turn, all that is said comes once and in order.
async fn check_each_arrives_once(
    seed: u64,
    wait_ms: u64,
    break_it: impl Fn(&mut World<RealRelay>, usize, u32),
) {
    let mut world = world(seed);
    let [alice, ben] = pair(&mut world).await;
    let mut said = Vec::new();
    for number in 0..rounds(60, 1_000) {
        let text = format!("message {number}");
        world.say(alice, ben, text.clone());
        said.push(text);
        break_it(&mut world, if number % 2 == 0 { alice } else { ben }, number);
        world.settle().await;
        world.advance(wait_ms).await;
    }
    world.advance(120_000).await;
    assert_eq!(world.texts(alice, ben).await, said);
    assert_eq!(world.texts(ben, alice).await, said);
}

/// Two clients that know each other.
pub(crate) async fn pair(world: &mut World<RealRelay>) -> [usize; 2] {
    let [alice, ben] = [world.join("alice").await, world.join("ben").await];
    for (one, other) in [(alice, ben), (ben, alice)] {
        let who = client_api::Recipient::Account(world.account(other));
        world.command(one, Command::AddContact { who }).await;
    }
    [alice, ben]
}

/// Nobody was told of anything wrong.
#[track_caller]
fn assert_quiet(world: &mut World<RealRelay>, clients: &[usize]) {
    for client in clients {
        assert_eq!(world.client(*client).take_codes(), []);
    }
}

fn rounds(ci: u32, soak: u32) -> u32 {
    if std::env::var("PALAVER_TIER").as_deref() == Ok("soak") { soak } else { ci }
}
