//! What the sources of each crate may name.

use super::Source;

/// A rule: in these folders, outside tests, these words must not stand.
struct Rule {
    folders: &'static [&'static str],
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const PURE_FOLDERS: &[&str] =
    &["protocol/src/", "market/src/", "client-api/src/", "mls-wasm/src/", "client-core/src/"];
const ALL_FOLDERS: &[&str] = &[
    "protocol/src/",
    "market/src/",
    "client-api/src/",
    "client-core/src/",
    "client-native/src/",
    "relay/src/",
    "cli/src/",
    "tests/src/",
];

const RULES: &[Rule] = &[
    Rule {
        folders: PURE_FOLDERS,
        except: &[],
        words: &["SystemTime", "Instant::now", "getrandom", "OsRng", "thread_rng", "rand::rng"],
        why: "crates without I/O read no clock and make no randomness",
    },
    Rule {
        folders: ALL_FOLDERS,
        except: &[],
        words: &["openmls::", "openmls_traits::"],
        why: "only mls-wasm names OpenMLS",
    },
    Rule {
        folders: ALL_FOLDERS,
        except: &["protocol/"],
        words: &["prost::"],
        why: "protocol alone knows the network's bytes",
    },
    Rule {
        folders: &["client-core/src/engine/", "client-core/src/driver/", "client-native/src/", "relay/src/"],
        except: &["relay/src/config.rs", "relay/src/api/", "relay/src/trade/", "relay/src/commands/"],
        words: &[
            "serde::Serialize",
            "serde::Deserialize",
            "derive(Serialize",
            "derive(Deserialize",
            "Serialize, Deserialize",
        ],
        why: "stored formats live in client-core/src/records, network formats in protocol, the market's in relay/src/{api,trade}",
    },
    Rule {
        folders: &["relay/src/"],
        except: &[],
        words: &["DeviceKey", "RootKey", "client_core"],
        why: "the relay never holds a key that opens a message",
    },
];

/// Every word that stands where it must not.
pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
        let shipped = shipped(&source.text);
        for rule in RULES {
            let applies = rule.folders.iter().any(|folder| source.path.starts_with(folder))
                && !rule.except.iter().any(|folder| source.path.starts_with(folder));
            for word in rule.words.iter().filter(|word| applies && shipped.contains(**word)) {
                violations.push(format!("{} names `{word}`: {}", source.path, rule.why));
            }
        }
    }
    violations.extend(check_manifests(sources));
    violations.extend(sources.iter().flat_map(check_relay));
    violations
}

/// What of a file is shipped: all but its module of tests, which comes last.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
}

/// Of the MLS engine the relay names what needs no key, and nothing else.
fn check_relay(source: &Source) -> Vec<String> {
    const ALLOWED: [&str; 7] = ["peek", "policy", "public", "Error", "Leaf", "Roster", "check_key_package"];
    if !source.path.starts_with("relay/src/") {
        return vec![];
    }
    let named = shipped(&source.text).split("mls_wasm::").skip(1).flat_map(|after| {
        let group = after.strip_prefix('{').and_then(|group| group.split('}').next());
        let items =
            group.unwrap_or_else(|| after.split(|next: char| !is_word(next)).next().unwrap_or_default());
        items
            .split(',')
            .filter_map(|item| item.split(|next: char| !is_word(next)).find(|word| !word.is_empty()))
    });
    let foreign = named.filter(|name| !ALLOWED.contains(name));
    foreign
        .map(|name| format!("{} names `mls_wasm::{name}`: the relay never holds a key", source.path))
        .collect()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Every crate takes the workspace's lints, and these forbid unsafe code.
fn check_manifests(sources: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with("Cargo.toml")) {
        if source.path == "Cargo.toml" {
            if !source.text.contains("unsafe_code = \"forbid\"") {
                violations.push("Cargo.toml does not forbid unsafe code".to_owned());
            }
        } else if !source.path.starts_with("fuzz/") && !source.text.contains("[lints]\nworkspace = true") {
            violations.push(format!("{} does not take the workspace's lints", source.path));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_a_pure_crate_is_found_but_not_in_its_tests() {
        check_source("client-core/src/engine/a.rs", "let now = SystemTime::now();", 1);
        check_source(
            "client-core/src/engine/a.rs",
            "#[cfg(test)]\nmod tests {\nlet now = SystemTime::now();",
            0,
        );
        check_source("client-core/src/engine/a.rs", "#[cfg(test)]\nmod b;\nlet now = SystemTime::now();", 1);
    }

    #[test]
    fn openmls_outside_its_crate_is_found() {
        check_source("client-core/src/a.rs", "use openmls::prelude::*;", 1);
        check_source("mls-wasm/src/a.rs", "use openmls::prelude::*;", 0);
    }

    #[test]
    fn network_and_storage_formats_elsewhere_are_found() {
        check_source("relay/src/a.rs", "use prost::Message;", 1);
        check_source("client-core/src/engine/a.rs", "#[derive(Serialize)]", 1);
        check_source("client-core/src/records/a.rs", "#[derive(Serialize)]", 0);
    }

    #[test]
    fn a_members_key_in_the_relay_is_found() {
        check_source("relay/src/gateway/a.rs", "fn open(key: &DeviceKey) {}", 1);
        check_source("relay/src/gateway/a.rs", "use mls_wasm::{Error as MlsError, Group};", 1);
        check_source("relay/src/gateway/a.rs", "fn seal(group: &mls_wasm::Group) {}", 1);
        check_source(
            "relay/src/gateway/a.rs",
            "use mls_wasm::policy::{Heads, Kind};\nuse mls_wasm::{Leaf, Roster};",
            0,
        );
    }

    #[test]
    fn a_crate_without_the_lints_is_found() {
        check_source("cli/Cargo.toml", "[package]\nname = \"cli\"", 1);
        check_source("Cargo.toml", "[workspace]", 1);
    }

    #[track_caller]
    fn check_source(path: &str, text: &str, expected: usize) {
        let sources = [Source { path: path.to_owned(), text: text.to_owned() }];
        let violations = check(&sources);
        assert_eq!(violations.len(), expected, "{violations:?}");
    }
}
