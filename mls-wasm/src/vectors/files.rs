//! Finding and reading the files.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Once;

use openmls::prelude::Ciphersuite;
use protocol::Suite;

use super::*;

/// Beside the checkout.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/mls-test-vectors");

/// A vector that is for one suite.
pub(super) trait OfSuite {
    fn suite(&self) -> u16;
}

/// Where they are absent, it is said once a run.
static SAID: Once = Once::new();

/// Past what cargo captures of a test that passes.
fn say_skipped() {
    let line = format!("SKIPPED: the MLS working group's vectors are not at {FOLDER}\n");
    std::io::stderr().write_all(line.as_bytes()).expect("the standard error can be written");
}

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(FOLDER);
    if !folder.is_dir() {
        SAID.call_once(say_skipped);
    }
    folder.is_dir().then_some(folder)
}

/// Everything in a file; nothing where the folder is absent.
pub(super) fn vectors<T: DeserializeOwned>(name: &str) -> Vec<T> {
    assert!(RUN.contains(&name), "{name} is not in the list of what is run");
    let Some(folder) = folder() else { return Vec::new() };
    let text = std::fs::read(folder.join(name).with_extension("json")).expect("the file is there");
    let vectors: Vec<T> = serde_json::from_slice(&text).expect("the file is as its form says");
    assert!(!vectors.is_empty(), "{name} is empty");
    vectors
}

/// What in a file is for suites that we offer.
pub(super) fn offered<T: DeserializeOwned + OfSuite>(name: &str) -> Vec<T> {
    let all: Vec<T> = vectors(name);
    let count = all.len();
    let is_offered = |vector: &T| Suite::from_number(vector.suite()).is_some();
    let (ours, others): (Vec<T>, Vec<T>) = all.into_iter().partition(is_offered);
    let mut suites: Vec<u16> = others.iter().map(OfSuite::suite).collect();
    suites.dedup();
    let names: Vec<String> = suites.into_iter().map(name_of).collect();
    eprintln!("{name}: {} of {count} run; not offered: {}", ours.len(), names.join(", "));
    assert!(count == 0 || !ours.is_empty(), "{name} has none for our suites");
    ours
}

fn name_of(suite: u16) -> String {
    Ciphersuite::try_from(suite).map_or_else(|_| format!("{suite:#06x}"), |suite| format!("{suite:?}"))
}

#[test]
fn every_file_is_run_or_says_why_not() {
    let Some(folder) = folder() else { return };
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut names: Vec<String> =
        files.filter_map(|path| path.file_stem()?.to_str().map(str::to_owned)).collect();
    names.sort();
    let mut known: Vec<&str> = RUN.into_iter().chain(NOT_RUN.iter().map(|(name, _)| *name)).collect();
    known.sort_unstable();
    assert_eq!(names, known);
    NOT_RUN.iter().for_each(|(name, reason)| eprintln!("{name} is not run: {reason}"));
}
