//! What people choose for all of their devices: the last word holds everywhere, whoever had it.

use client_api::{Command, Connection, Event, NoticeCode, Outcome, RefusalCode, SettingView};
use client_core::testing::World;

use crate::hand_over::linked;
use crate::phrase::phrase;
use crate::real_relay::{RealRelay, world};
use crate::rolled_back::put_back;

/// Of what a person sees, and of what only a later version knows.
const THEME: &str = "theme";
const UNKNOWN: &str = "of-a-later-version";

#[tokio::test]
async fn the_last_choice_holds_on_every_device_whoever_made_it_and_is_told_there() {
    let (mut world, [phone, tablet]) = devices(110).await;
    for (chooser, value) in [(phone, "dark"), (tablet, "light"), (tablet, "dark"), (phone, "light")] {
        choose(&mut world, chooser, THEME, value).await;
        let expected = [setting(THEME, value)];
        for client in [phone, tablet] {
            assert_eq!(settings(&world, client), expected);
            assert_eq!(told(&mut world, client), expected);
        }
    }
}

#[tokio::test]
async fn a_device_that_is_linked_later_knows_what_was_chosen_and_keeps_what_it_has_no_use_for() {
    let (mut world, [phone, tablet]) = devices(111).await;
    choose(&mut world, phone, THEME, "dark").await;
    choose(&mut world, phone, UNKNOWN, "7").await;
    choose(&mut world, tablet, "was-chosen", "once").await;
    choose(&mut world, tablet, "was-chosen", "").await;
    let chosen = settings(&world, phone);
    assert_eq!(chosen, [setting(UNKNOWN, "7"), setting(THEME, "dark"), setting("was-chosen", "")]);
    let watch = linked(&mut world, phone).await;
    assert_eq!(settings(&world, watch), chosen);
    assert_eq!(told(&mut world, watch).len(), 3);
    world.restart(watch).await;
    let laptop = linked(&mut world, watch).await;
    assert_eq!(settings(&world, laptop), chosen, "passed on by one that has it from another");
    choose(&mut world, laptop, THEME, "light").await;
    assert_eq!(settings(&world, phone)[1], setting(THEME, "light"));
}

#[tokio::test]
async fn devices_that_choose_at_once_come_to_the_same() {
    for seed in 112..116 {
        let (mut world, [phone, tablet]) = devices(seed).await;
        world.ask(phone, set(THEME, "dark"));
        world.ask(tablet, set(THEME, "light"));
        world.settle().await;
        let chosen = settings(&world, phone);
        assert_eq!(chosen.len(), 1);
        assert_eq!(settings(&world, tablet), chosen);
        for client in [phone, tablet] {
            world.restart(client).await;
            assert_eq!(settings(&world, client), chosen, "as it was stored");
        }
    }
}

#[tokio::test]
async fn what_is_chosen_offline_is_kept_and_holds_everywhere_once_it_is_out() {
    for dies in [false, true] {
        let (mut world, [phone, tablet]) = devices(116).await;
        world.set_online(phone, false).await;
        if dies {
            world.die_before_acting(phone);
            world.ask(phone, set(THEME, "dark"));
            world.settle().await;
        } else {
            choose(&mut world, phone, THEME, "dark").await;
        }
        assert_eq!(settings(&world, phone), [setting(THEME, "dark")]);
        assert!(!world.driver(phone).has_told_own_devices());
        assert_eq!(settings(&world, tablet), []);
        world.heal(phone);
        world.restart(phone).await;
        assert_eq!(settings(&world, tablet), [setting(THEME, "dark")]);
        assert!(world.driver(phone).has_told_own_devices());
    }
}

#[tokio::test]
async fn whoever_was_restarted_chooses_later_than_what_it_heard_before() {
    let (mut world, [phone, tablet]) = devices(117).await;
    for value in ["dark", "light", "dark"] {
        choose(&mut world, phone, THEME, value).await;
    }
    world.restart(tablet).await;
    choose(&mut world, tablet, THEME, "light").await;
    for client in [phone, tablet] {
        assert_eq!(settings(&world, client), [setting(THEME, "light")]);
    }
}

#[tokio::test]
async fn an_older_copy_keeps_what_it_has_and_is_heard_when_it_chooses_anew() {
    let (mut world, [phone, tablet]) = devices(118).await;
    choose(&mut world, phone, THEME, "dark").await;
    let copy = world.client(phone).store().copied();
    for value in ["light", "dark", "light"] {
        choose(&mut world, phone, THEME, value).await;
    }
    put_back(&mut world, phone, &copy).await;
    assert_eq!(settings(&world, phone), [setting(THEME, "dark")]);
    choose(&mut world, phone, THEME, "dark").await;
    world.advance(60_000).await;
    for client in [phone, tablet] {
        assert_eq!(settings(&world, client), [setting(THEME, "dark")]);
    }
}

#[tokio::test]
async fn an_account_that_comes_back_by_its_phrase_begins_with_no_settings_and_hears_no_struck_device() {
    let (mut world, [lost, struck]) = devices(119).await;
    choose(&mut world, lost, THEME, "dark").await;
    world.set_online(lost, false).await;
    let phrase = phrase(&mut world, lost);
    let phone = world.restore(&phrase).await;
    world.settle().await;
    assert_eq!(world.driver(phone).connection(), Connection::Live);
    let stopped = Connection::Stopped { reason: NoticeCode::DeviceRevoked };
    world.restart(struck).await;
    assert_eq!(world.driver(struck).connection(), stopped);
    choose(&mut world, struck, THEME, "light").await;
    assert_eq!(settings(&world, phone), [], "as its contacts, they were in the devices that are struck");
    choose(&mut world, phone, UNKNOWN, "7").await;
    let tablet = linked(&mut world, phone).await;
    assert_eq!(settings(&world, tablet), [setting(UNKNOWN, "7")]);
}

#[tokio::test]
async fn what_no_setting_can_be_is_refused_and_changes_nothing() {
    let (mut world, [phone, tablet]) = devices(120).await;
    choose(&mut world, phone, THEME, "dark").await;
    let (long_name, long_value) = ("n".repeat(33), "v".repeat(257));
    for (name, value) in [
        ("", "on"),
        ("Theme", "on"),
        ("the me", "on"),
        ("thème", "on"),
        (&long_name, "on"),
        (THEME, &long_value),
    ] {
        refused(&mut world, phone, name, value, RefusalCode::InvalidSetting).await;
    }
    choose(&mut world, phone, &"n".repeat(32), &"v".repeat(256)).await;
    for number in 2..64 {
        choose(&mut world, phone, &format!("setting-{number}"), "on").await;
    }
    refused(&mut world, phone, "one-more", "on", RefusalCode::TooManySettings).await;
    choose(&mut world, phone, "setting-63", "").await;
    refused(&mut world, phone, "one-more", "on", RefusalCode::TooManySettings).await;
    choose(&mut world, phone, THEME, "light").await;
    assert_eq!(settings(&world, phone).len(), 64);
    assert_eq!(settings(&world, tablet), settings(&world, phone));
}

/// A phone with a tablet beside it.
async fn devices(seed: u64) -> (World<RealRelay>, [usize; 2]) {
    let mut world = world(seed);
    let phone = world.join("phone").await;
    let tablet = linked(&mut world, phone).await;
    (world, [phone, tablet])
}

async fn choose(world: &mut World<RealRelay>, client: usize, name: &str, value: &str) {
    assert_eq!(world.command(client, set(name, value)).await, Outcome::Done);
}

async fn refused(world: &mut World<RealRelay>, client: usize, name: &str, value: &str, code: RefusalCode) {
    let before = settings(world, client);
    match world.command(client, set(name, value)).await {
        Outcome::Refused(refusal) => assert_eq!(refusal.code, code, "{name}"),
        other => panic!("{name}: {other:?}"),
    }
    assert_eq!(settings(world, client), before);
    assert!(world.driver(client).has_told_own_devices());
}

fn set(name: &str, value: &str) -> Command {
    Command::SetSetting { name: name.to_owned(), value: value.to_owned() }
}

fn setting(name: &str, value: &str) -> SettingView {
    SettingView { name: name.to_owned(), value: value.to_owned() }
}

/// By name.
fn settings(world: &World<RealRelay>, client: usize) -> Vec<SettingView> {
    let mut settings = world.driver(client).settings();
    settings.sort_by(|one, other| one.name.cmp(&other.name));
    settings
}

/// What a client was told of settings since it was asked last.
fn told(world: &mut World<RealRelay>, client: usize) -> Vec<SettingView> {
    let setting = |event| match event {
        Event::Setting(setting) => Some(setting),
        _ => None,
    };
    std::mem::take(&mut world.client(client).events).into_iter().filter_map(setting).collect()
}
