//! Folders as a version wrote them, kept in the checkout.

use std::path::{Path, PathBuf};

use crate::{Home, TestRelay};

/// What is said in every fixture; the last still waits in the sender's outbox.
pub const SAID: [&str; 3] = ["hello ben", "hello ana", "until next version"];

/// Where a version's folders lie: `relay`, `ana` and `ben`.
pub fn folder(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(version)
}

/// Writes the folders of the version that this checkout builds.
pub fn write(version: &str) {
    let mut relay = TestRelay::start();
    let (ana, ben) = (Home::init(&relay, "ana"), Home::init(&relay, "ben"));
    ana.add(&ben);
    ana.send(&ben, SAID[0]);
    ben.add(&ana);
    ben.send(&ana, SAID[1]);
    ana.run(&["verify", "@ben", "--matches"]).expect_code(0);
    relay.stop();
    ana.run(&["send", "@ben", SAID[2]]).expect_code(3);
    for (name, written) in [("relay", relay.folder()), ("ana", ana.folder()), ("ben", ben.folder())] {
        let target = folder(version).join(name);
        std::fs::create_dir_all(&target).expect("the fixture's folder can be made");
        for file in std::fs::read_dir(written).expect("the folder is there") {
            let file = file.expect("a file");
            std::fs::copy(file.path(), target.join(file.file_name())).expect("it can be copied");
        }
    }
}
