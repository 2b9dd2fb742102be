//! Settings of an account, on several terminals.

use e2e::{Home, TestRelay};
use serde_json::{Value, json};

use crate::devices::linked_by_code;

#[test]
fn what_is_set_in_one_home_is_set_in_the_others_and_in_one_that_joins_later() {
    let relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    let tablet = linked_by_code(&relay, &ana);
    assert_eq!(settings(&ana), Vec::<Value>::new());
    let set = ana.run(&["settings", "set", "theme", "dark"]);
    set.expect_code(0);
    assert_eq!(set.lines, [json!({ "name": "theme", "value": "dark" })]);
    assert_eq!(settings(&tablet), set.lines);
    tablet.run(&["settings", "set", "theme", "light"]).expect_code(0);
    tablet.run(&["settings", "set", "of-another-program", "7"]).expect_code(0);
    let both =
        [json!({ "name": "of-another-program", "value": "7" }), json!({ "name": "theme", "value": "light" })];
    assert_eq!(settings(&ana), both);
    assert_eq!(settings(&linked_by_code(&relay, &ana)), both);
    let unset = ana.run(&["settings", "set", "theme"]);
    assert_eq!(unset.lines, [json!({ "name": "theme", "value": "" })]);
    assert_eq!(settings(&tablet), both[..1]);
}

#[test]
fn what_is_set_while_the_relay_is_away_is_set_elsewhere_once_it_is_back() {
    let mut relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    let tablet = linked_by_code(&relay, &ana);
    relay.kill();
    ana.run(&["settings", "set", "theme", "dark"]).expect_code(3);
    assert_eq!(settings(&ana), [json!({ "name": "theme", "value": "dark" })]);
    relay.restart();
    ana.run(&["settings", "set", "more", "too"]).expect_code(0);
    let both = [json!({ "name": "more", "value": "too" }), json!({ "name": "theme", "value": "dark" })];
    assert_eq!(settings(&tablet), both);
}

#[test]
fn what_no_setting_can_be_is_refused_by_its_code() {
    let relay = TestRelay::start();
    let ana = Home::init(&relay, "ana");
    for (name, value) in [("The theme", "dark"), ("theme", "d".repeat(257).as_str())] {
        let refused = ana.run(&["settings", "set", name, value]);
        refused.expect_code(1);
        assert_eq!(refused.lines[0]["error"], "invalid_setting");
    }
    assert_eq!(settings(&ana), Vec::<Value>::new());
}

fn settings(home: &Home) -> Vec<Value> {
    let shown = home.run(&["settings"]);
    shown.expect_code(0);
    shown.lines
}
