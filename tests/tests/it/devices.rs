//! An account on several devices: linked by code and by number, restored by the phrase, revoked.

use e2e::{Answer, Home, TestRelay};

#[test]
fn two_accounts_with_two_devices_each_all_read_everything() {
    let relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ana.send(&ben, "before");
    ben.run(&["read", "@ana"]).expect_code(0);
    let ana_too = linked_by_code(&relay, &ana);
    let ben_too = linked_by_number(&relay, &ben);
    let mut said = vec!["before".to_owned()];
    for (number, (from, to)) in
        [(&ana, "@ben"), (&ben_too, "@ana"), (&ana_too, "@ben"), (&ben, "@ana")].iter().enumerate()
    {
        let text = format!("message {number}");
        from.run(&["send", to, &text]).expect_code(0);
        said.push(text);
    }
    for (home, with) in [(&ana, "@ben"), (&ana_too, "@ben"), (&ben, "@ana"), (&ben_too, "@ana")] {
        assert_eq!(texts(home, with), said);
    }
    let revoked = id(&ana_too);
    ana.run(&["revoke", &revoked]).expect_code(0);
    assert!(is_told_of_its_end(&ana_too, &["send", "@ben", "from nowhere"]));
    ben.run(&["send", "@ana", "for one device"]).expect_code(0);
    assert_eq!(texts(&ana, "@ben").last().map(String::as_str), Some("for one device"));
    assert_ne!(texts(&ana_too, "@ben").last().map(String::as_str), Some("for one device"));
}

#[test]
fn digits_that_differ_let_nobody_in() {
    let relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    let tablet = Home::new(&relay, "ana");
    let mut joining = tablet.talk_to(&["join"]);
    let mut linking = ana.talk_to(&["link", &joining.expect("number")]);
    assert_eq!(linking.expect("digits"), joining.expect("digits"));
    linking.say("no");
    assert_eq!(linking.code(), 1);
    joining.say("yes");
    assert_eq!(joining.code(), 1);
    assert_eq!(ana.run(&["devices"]).lines.len(), 1);
    linked_to(&ana, &tablet);
}

#[test]
fn whoever_began_to_join_is_told_how_to_go_on_whatever_is_asked_instead() {
    let relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    let tablet = Home::new(&relay, "ana");
    let mut joining = tablet.talk_to(&["join"]);
    joining.expect("code");
    joining.kill();
    for instead in [&["init", "--handle", "tablet"][..], &["restore"], &["contacts"]] {
        let refused = tablet.run(instead);
        refused.expect_code(4);
        assert_eq!(refused.lines[0]["error"], "no_account_yet");
        assert!(refused.said.contains("`palaver join`") && refused.said.contains("--home"), "{refused:?}");
    }
    linked_to(&ana, &tablet);
    tablet.run(&["contacts"]).expect_code(0);
}

#[test]
fn a_number_that_nobody_waits_under_is_refused() {
    let relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    let refused = ana.run(&["link", "123 456 789"]);
    refused.expect_code(1);
    assert_eq!(refused.lines[0]["error"], "link_failed");
}

#[test]
fn whoever_lost_every_device_comes_back_by_the_phrase() {
    let relay = TestRelay::start();
    let ben = Home::init(&relay, "ben");
    let lost = Home::new(&relay, "ana");
    let made = lost.run(&["init", "--handle", "ana"]);
    let phrase = phrase(&made);
    lost.send(&ben, "before");
    let ana = Home::new(&relay, "ana");
    let mut restoring = ana.talk_to(&["restore"]);
    restoring.say(&phrase);
    assert_eq!(restoring.expect("account"), made.lines[0]["account"].as_str().unwrap_or_default());
    assert_eq!(restoring.code(), 0);
    assert!(is_told_of_its_end(&lost, &["read", "@ben"]));
    assert_eq!(ana.run(&["devices"]).lines.iter().filter(|device| device["is_active"] == true).count(), 1);
}

#[test]
fn a_phrase_is_replaced_and_only_the_new_one_brings_the_account_back() {
    let relay = TestRelay::start();
    let ana = Home::new(&relay, "ana");
    let old = phrase(&ana.run(&["init", "--handle", "ana"]));
    let of_ben = phrase(&Home::new(&relay, "ben").run(&["init", "--handle", "ben"]));
    for wrong in [of_ben.as_str(), "not a phrase"] {
        let mut refused = ana.talk_to(&["replace-phrase"]);
        refused.say(wrong);
        assert!(["wrong_phrase", "invalid_phrase"].contains(&refused.expect("error").as_str()));
        assert_eq!(refused.code(), 1);
    }
    let mut replacing = ana.talk_to(&["replace-phrase"]);
    replacing.say(&old);
    let new = replacing.expect("phrase");
    assert_eq!(replacing.code(), 0);
    assert_ne!(new, old);
    // A home ends with its folder.
    let [by_old, by_new] = ["ana", "ana"].map(|name| Home::new(&relay, name));
    let mut too_late = by_old.talk_to(&["restore"]);
    too_late.say(&old);
    assert_eq!(too_late.expect("error"), "wrong_phrase");
    let mut restoring = by_new.talk_to(&["restore"]);
    restoring.say(&new);
    restoring.expect("account");
    assert_eq!(restoring.code(), 0);
}

fn phrase(made: &Answer) -> String {
    made.lines[0]["phrase"].as_str().expect("the phrase is shown").to_owned()
}

/// A new home of the same account.
pub(crate) fn linked_by_code(relay: &TestRelay, home: &Home) -> Home {
    let tablet = Home::new(relay, home.name.trim_start_matches('@'));
    linked_to(home, &tablet);
    tablet
}

fn linked_to(home: &Home, tablet: &Home) {
    let mut joining = tablet.talk_to(&["join"]);
    home.run(&["link", &joining.expect("code")]).expect_code(0);
    assert_eq!(joining.code(), 0);
}

fn linked_by_number(relay: &TestRelay, home: &Home) -> Home {
    let tablet = Home::new(relay, home.name.trim_start_matches('@'));
    let mut joining = tablet.talk_to(&["join"]);
    let mut linking = home.talk_to(&["link", &joining.expect("number")]);
    assert_eq!(linking.expect("digits"), joining.expect("digits"));
    linking.say("yes");
    joining.say("yes");
    assert_eq!((linking.code(), joining.code()), (0, 0));
    tablet
}

fn is_told_of_its_end(home: &Home, arguments: &[&str]) -> bool {
    home.run(arguments).lines.iter().any(|line| line["error"] == "device_revoked")
}

fn id(home: &Home) -> String {
    home.run(&["id"]).lines[0]["device"].as_str().unwrap_or_default().to_owned()
}

fn texts(home: &Home, with: &str) -> Vec<String> {
    let read = home.run(&["read", with]);
    read.lines.iter().filter_map(|line| line["text"].as_str().map(str::to_owned)).collect()
}
