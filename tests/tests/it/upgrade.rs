//! Folders that earlier versions wrote: opened, upgraded, and gone on with.
//!
//! `tests/fixtures/v1` was written by the first version that makes this promise; `cargo run -p e2e --example write_fixture`
//! writes the next beside it when a format has changed.

use e2e::fixture::{SAID, folder};
use e2e::{Home, TestRelay, copy_of};

#[test]
fn the_first_versions_folders_are_kept_and_gone_on_with() {
    go_on_with("v1");
}

fn go_on_with(version: &str) {
    let relay = TestRelay::start_on(copy_of(&folder(version).join("relay")));
    let home = |name: &str| Home::of(copy_of(&folder(version).join(name)), &relay, name);
    let (ana, ben) = (home("ana"), home("ben"));
    assert_eq!(ana.texts(&ben)[..2], SAID[..2]);
    ana.run(&["doctor"]).expect_code(0);
    assert_eq!(ben.texts(&ana), SAID);
    assert_eq!(ana.run(&["contacts"]).lines[0]["is_verified"], true);
    ben.send(&ana, "here I am");
    assert_eq!(ana.texts(&ben).last().map(String::as_str), Some("here I am"));
}
