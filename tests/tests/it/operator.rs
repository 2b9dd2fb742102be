//! The programs as their users meet them: wrong settings, wrong names, a home in use.

use std::process::Command;

use e2e::{Home, TestRelay};

#[test]
fn a_second_process_on_a_home_is_refused() {
    let relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    let mut watching = ana.spawn(&["watch"]);
    // Whichever of the two comes second is refused: where that was the watcher, it is started again.
    const ATTEMPTS_MAX: u32 = 1_000;
    let mut attempts = 0;
    let refused = loop {
        let answer = ana.run(&["id"]);
        if answer.code != 0 {
            break answer;
        }
        attempts += 1;
        assert!(attempts < ATTEMPTS_MAX, "both have the home open");
        if watching.try_wait().expect("it can be asked").is_some() {
            watching = ana.spawn(&["watch"]);
        }
    };
    refused.expect_code(5);
    assert!(refused.said.contains("another palaver is using this home"), "{}", refused.said);
    watching.kill().expect("it can be killed");
    watching.wait().expect("it ends");
    ana.run(&["id"]).expect_code(0);
}

#[test]
fn a_taken_name_keeps_the_account_and_another_can_be_chosen() {
    let relay = TestRelay::start();
    let _ana = Home::init(&relay, "ana");
    let other = Home::new(&relay, "other");
    let taken = other.run(&["init", "--handle", "ana"]);
    taken.expect_code(1);
    assert_eq!(taken.lines.last().expect("it says why")["error"], "handle_taken");
    other.run(&["init", "--handle", "other"]).expect_code(0);
    assert_eq!(other.run(&["id"]).lines[0]["handle"], "other");
    let again = other.run(&["init", "--handle", "third"]);
    again.expect_code(1);
    assert_eq!(again.lines[0]["error"], "account_exists");
}

#[test]
fn an_unknown_name_is_said_to_be_unknown() {
    let relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    let unknown = ana.run(&["contact", "add", "@nobody"]);
    unknown.expect_code(4);
    assert_eq!(unknown.lines[0]["error"], "not_found");
}

#[test]
fn the_safety_number_is_the_same_on_both_sides_and_can_be_marked() {
    let relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ben.add(&ana);
    let number =
        |own: &Home, other: &Home| own.run(&["verify", &other.name]).lines[0]["safety_number"].clone();
    assert_eq!(number(&ana, &ben), number(&ben, &ana));
    ana.run(&["verify", "@ben", "--matches"]).expect_code(0);
    assert_eq!(ana.run(&["contacts"]).lines[0]["is_verified"], true);
}

#[test]
fn an_older_copy_of_a_home_says_so_and_goes_on_with_fresh_keys() {
    let relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ana.send(&ben, "before the copy");
    let copy = ana.back_up();
    ana.send(&ben, "after the copy");
    ben.send(&ana, "an answer");
    ana.run(&["doctor"]).expect_code(0);
    for round in ["first", "second"] {
        ana.restore(&copy);
        let sent = ana.run(&["send", "@ben", round]);
        sent.expect_code(0);
        assert!(sent.said.contains("an older copy"), "{sent:?}");
        let again = ana.run(&["send", "@ben", "and on"]);
        again.expect_code(0);
        assert!(!again.said.contains("an older copy"), "{again:?}");
    }
    let said = ["before the copy", "after the copy", "an answer", "first", "and on", "second", "and on"];
    assert_eq!(ben.texts(&ana), said);
    ben.send(&ana, "read");
    let shown = ana.texts(&ben);
    assert_eq!(shown.first().map(String::as_str), Some("before the copy"));
    assert_eq!(shown[shown.len() - 3..], ["second", "and on", "read"], "{shown:?}");
}

#[test]
fn a_relay_with_a_wrong_setting_names_it_and_does_not_start() {
    let relay = std::env::current_exe()
        .expect("a test knows its path")
        .ancestors()
        .nth(2)
        .expect("target")
        .join("palaver-relay");
    for (arguments, named) in [
        (["serve", "--listen", "nowhere"], "`listen`"),
        (["serve", "--origin", "example.org"], "`origins`"),
        (["config", "check", "--sends-per-minute=0"], "`sends_per_minute`"),
    ] {
        let output = Command::new(&relay).args(arguments).output().expect("the relay starts");
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(named), "{said}");
    }
}

#[test]
fn a_variable_of_the_environment_that_is_set_to_nothing_counts_as_not_set() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = "listen = '127.0.0.1:1'\nsends_per_minute = 7\nlog = 'warn'\nwebhooks_allow_private = true";
    std::fs::write(folder.path().join("relay.toml"), file).expect("it can be written");
    let run = |arguments: &[&str], empty: &[&str]| {
        let mut relay = Command::new(e2e::program("palaver-relay"));
        relay
            .args(arguments)
            .env_clear()
            .envs(empty.iter().map(|name| (name, "")))
            .current_dir(folder.path());
        relay.output().expect("the relay starts")
    };
    let help = String::from_utf8(run(&["serve", "--help"], &[]).stdout).expect("it is text");
    let words = help.split_whitespace().filter(|word| word.starts_with("PALAVER_RELAY_"));
    let names: Vec<&str> = words.filter_map(|word| word.split('=').next()).collect();
    assert!(names.len() > 20 && names.contains(&"PALAVER_RELAY_CONFIG"), "{names:?}");
    for arguments in [["config", "check"].as_slice(), &["config", "check", "--config", "relay.toml"]] {
        let expected = run(arguments, &[]);
        assert!(expected.status.success(), "{expected:?}");
        for empty in names.iter().map(std::slice::from_ref).chain([names.as_slice()]) {
            assert_eq!(run(arguments, empty), expected, "{empty:?}");
        }
    }
    let made = run(&["keys", "create", "--name", "till", "--scope", "read"], &names);
    assert!(made.status.success() && folder.path().join("palaver-data").exists(), "{made:?}");
    // What somebody writes at the command line is meant.
    for flag in ["--listen", "--data", "--log", "--sends-per-minute", "--origin"] {
        assert!(!run(&["config", "check", flag, ""], &names).status.success(), "{flag}");
    }
}

#[test]
fn a_relay_with_a_certificate_is_spoken_to_by_those_who_trust_it_and_by_nobody_else() {
    let relay = TestRelay::start_with_tls();
    assert!(relay.url().starts_with("https://"));
    let (ana, ben) = (Home::new(&relay, "ana"), Home::new(&relay, "ben"));
    for home in [&ana, &ben] {
        home.run_trusting(&relay, &["init", "--handle", &home.name[1..]]).expect_code(0);
    }
    ana.run_trusting(&relay, &["send", "@ben", "over TLS"]).expect_code(0);
    let read = ben.run_trusting(&relay, &["read", "@ana"]);
    assert_eq!(read.lines[0]["text"], "over TLS");
    ana.run(&["send", "@ben", "to whom?"]).expect_code(3);
}

/// Leaves do not expire, and nobody's clock decides who is a member.
#[test]
fn people_whose_clocks_are_years_apart_add_each_other_and_talk() {
    let relay = TestRelay::start();
    let (ana, ben) = (Home::new(&relay, "ana"), Home::new(&relay, "ben"));
    let (ahead, behind) = ("+1y", "-1y");
    let Some(made) = ana.run_at(ahead, &["init", "--handle", "ana"]) else {
        eprintln!("SKIPPED: install faketime to run this test");
        return;
    };
    made.expect_code(0);
    let at = |home: &Home, clock: &str, arguments: &[&str]| {
        let answer = home.run_at(clock, arguments).expect("faketime is there");
        answer.expect_code(0);
        answer
    };
    at(&ben, behind, &["init", "--handle", "ben"]);
    at(&ana, ahead, &["send", "@ben", "from next year"]);
    let this_year = at(&ben, behind, &["read", "@ana"]);
    assert_eq!(this_year.lines[0]["text"], "from next year");
    at(&ben, behind, &["send", "@ana", "from last year"]);
    let read = at(&ana, ahead, &["read", "@ben"]);
    assert_eq!(read.lines[1]["text"], "from last year");
    let [earlier, later] = [0, 1].map(|line| read.lines[line]["sent_at"].to_string());
    assert!(earlier > later, "their clocks are wrong indeed: {earlier} {later}");
    // Then each with the other's error.
    at(&ben, ahead, &["send", "@ana", "the clock was set"]);
    assert_eq!(at(&ana, behind, &["read", "@ben"]).lines[2]["text"], "the clock was set");
}

#[test]
fn what_waits_is_shown_in_full_and_offline_is_told_by_the_exit_code() {
    let mut relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    relay.kill();
    let sent = ana.run(&["send", "@ben", "first of all"]);
    sent.expect_code(3);
    for field in ["conversation", "seq", "id", "from", "text", "sent_at", "state"] {
        assert!(sent.lines[0].get(field).is_some(), "{field} in {sent:?}");
    }
    let read = ana.run(&["read", "@ben"]);
    read.expect_code(3);
    assert_eq!((&read.lines[0]["text"], &read.lines[0]["state"]), (&"first of all".into(), &"queued".into()));
    assert_eq!(read.lines[1]["error"], "offline");
    ana.run(&["watch", "--for", "0"]).expect_code(3);
    ana.run(&["send", "@stranger", "hello?"]).expect_code(3);
    let doctor = ana.run(&["doctor"]);
    doctor.expect_code(3);
    assert!(doctor.lines[0]["trouble"].is_string(), "{doctor:?}");
    assert_eq!(doctor.lines[0]["outbox_count"], 1);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    let ended = ana.run_without_reader(&["id"]);
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
fn looking_at_a_home_that_is_not_there_makes_none() {
    let relay = TestRelay::start();
    let nobody = Home::new(&relay, "nobody");
    let answer = nobody.run(&["conversations"]);
    answer.expect_code(4);
    assert_eq!(answer.lines[0]["error"], "no_account");
    assert_eq!(std::fs::read_dir(nobody.folder()).expect("the folder is there").count(), 0);
}
