//! Folders that earlier versions wrote: opened, upgraded, and gone on with.
//!
//! `tests/fixtures/v1` was written by the first version that kept its promise. `PALAVER_WRITE_FIXTURE=v2 cargo test -p e2e
//! -- --ignored` writes one of today's version beside it, when a format has changed.

use std::path::{Path, PathBuf};

use e2e::{Home, TestRelay, copy_of};

const SAID: [&str; 3] = ["hello ben", "hello ana", "until next version"];

#[test]
fn the_first_versions_folders_are_kept_and_gone_on_with() {
    go_on_with("v1");
}

#[test]
#[ignore = "writes into the checkout"]
fn a_fixture_of_todays_version_is_written_on_request() {
    let version = std::env::var("PALAVER_WRITE_FIXTURE").expect("PALAVER_WRITE_FIXTURE names the version");
    let mut relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ana.send(&ben, SAID[0]);
    ben.add(&ana);
    ben.send(&ana, SAID[1]);
    ana.run(&["verify", "@ben", "--matches"]).expect_code(0);
    relay.stop();
    // One more that waits to be sent.
    ana.run(&["send", "@ben", SAID[2]]).expect_code(3);
    for (name, folder) in [("relay", relay.folder()), ("ana", ana.folder()), ("ben", ben.folder())] {
        let target = fixture(&version).join(name);
        std::fs::create_dir_all(&target).expect("the fixture's folder can be made");
        for file in std::fs::read_dir(folder).expect("the folder is there") {
            let file = file.expect("a file");
            std::fs::copy(file.path(), target.join(file.file_name())).expect("it can be copied");
        }
    }
}

fn go_on_with(version: &str) {
    let relay = TestRelay::start_on(copy_of(&fixture(version).join("relay")));
    let home = |name: &str| Home::of(copy_of(&fixture(version).join(name)), &relay, name);
    let (ana, ben) = (home("ana"), home("ben"));
    assert_eq!(ana.texts(&ben)[..2], SAID[..2]);
    ana.run(&["doctor"]).expect_code(0);
    assert_eq!(ben.texts(&ana), SAID);
    assert_eq!(ana.run(&["contacts"]).lines[0]["is_verified"], true);
    ben.send(&ana, "here I am");
    assert_eq!(ana.texts(&ben).last().map(String::as_str), Some("here I am"));
}

fn fixture(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(version)
}
