//! Which crate may depend on which, and what the crates without I/O may never reach.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::Value;

/// Our crates, bottom up, and what each may depend on. A new arrow needs an ADR.
const ARROWS: [(&str, &[&str]); 13] = [
    ("protocol", &[]),
    ("ledger", &["protocol"]),
    ("market", &["protocol"]),
    ("mls-wasm", &["protocol"]),
    ("client-api", &["protocol"]),
    ("client-core", &["client-api", "mls-wasm", "protocol"]),
    ("client-native", &["client-api", "client-core", "protocol"]),
    ("client-web", &["client-api", "client-core", "protocol"]),
    ("relay", &["ledger", "market", "mls-wasm", "protocol"]),
    ("cli", &["client-api", "client-native", "protocol"]),
    ("e2e", &["cli", "client-api", "client-core", "client-native", "mls-wasm", "protocol", "relay"]),
    ("web-app", &["client-api"]),
    ("xtask", &[]),
];

/// Crates without I/O.
const PURE: [&str; 6] = ["protocol", "ledger", "market", "client-api", "mls-wasm", "client-core"];

/// What a crate without I/O never reaches, by whatever way.
const WORLDLY: [&str; 9] = [
    "tokio",
    "axum",
    "hyper",
    "rusqlite",
    "libsqlite3-sys",
    "tokio-postgres",
    "web-sys",
    "wasm-bindgen",
    "reqwest",
];

/// In a browser these reach its clock and its randomness; what they bring decides nothing (ADR 0002).
const BROWSER_BRIDGES: [&str; 3] = ["getrandom", "js-sys", "web-time"];

/// The targets that the graph is looked at for.
pub(super) const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"];

/// The only crate that names OpenMLS.
const MLS_CRATE: &str = "mls-wasm";

/// A crate and what it depends on when it is shipped.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The dependency graph, and which crates of it are ours.
#[derive(Default)]
pub(super) struct Graph {
    arrows: Arrows,
    ours: BTreeSet<String>,
}

/// The dependency graph as cargo sees it for a target.
pub(super) fn metadata(root: &Path, target: &str) -> anyhow::Result<Graph> {
    let output = std::process::Command::new("cargo")
        .args(["metadata", "--locked", "--format-version", "1", "--filter-platform", target])
        .current_dir(root)
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata cannot be read")?;
    let name_of: BTreeMap<&str, &str> = list(&metadata["packages"])
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    let mut arrows = Arrows::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let Some(name) = node["id"].as_str().and_then(|id| name_of.get(id)) else { continue };
        let shipped = list(&node["deps"])
            .filter(|dependency| list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null()))
            .filter_map(|dependency| name_of.get(dependency["pkg"].as_str()?))
            .map(|name| (*name).to_owned());
        arrows.entry((*name).to_owned()).or_default().extend(shipped);
    }
    let members = list(&metadata["workspace_members"]).filter_map(|id| name_of.get(id.as_str()?));
    Ok(Graph { arrows, ours: members.map(|name| (*name).to_owned()).collect() })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Every arrow that must not be.
pub(super) fn check(Graph { arrows, ours: members }: &Graph) -> Vec<String> {
    let ours: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut violations: Vec<String> = PURE
        .into_iter()
        .filter(|name| !arrows.contains_key(*name))
        .map(|name| format!("{name} is not in the dependency graph"))
        .collect();
    let unknown = members.iter().filter(|name| !ours.contains_key(name.as_str()));
    violations
        .extend(unknown.map(|name| format!("{name} has no place in the map: a new crate needs an ADR")));
    for (name, dependencies) in arrows.iter().filter(|(name, _)| ours.contains_key(name.as_str())) {
        let allowed = ours[name.as_str()];
        for dependency in dependencies {
            if ours.contains_key(dependency.as_str()) && !allowed.contains(&dependency.as_str()) {
                violations.push(format!("{name} must not depend on {dependency}: a new arrow needs an ADR"));
            }
            if dependency.starts_with("openmls") && name != MLS_CRATE {
                violations
                    .push(format!("{name} must not depend on {dependency}: only {MLS_CRATE} names OpenMLS"));
            }
        }
    }
    for name in PURE {
        for worldly in reached(arrows, name).iter().filter(|reached| WORLDLY.contains(&reached.as_str())) {
            violations.push(format!("{name} does no I/O, but reaches {worldly}"));
        }
    }
    violations
}

fn reached(arrows: &Arrows, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(name) = next.pop() {
        if BROWSER_BRIDGES.contains(&name.as_str()) {
            continue;
        }
        for dependency in arrows.get(&name).into_iter().flatten() {
            if reached.insert(dependency.clone()) {
                next.push(dependency.clone());
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_allowed_arrows_are_allowed() {
        check_graph(&[("client-core", "mls-wasm"), ("mls-wasm", "openmls"), ("relay", "tokio")], &[]);
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        check_graph(&[("protocol", "client-core")], &["protocol must not depend on client-core"]);
        check_graph(&[("relay", "client-core")], &["relay must not depend on client-core"]);
    }

    #[test]
    fn openmls_beside_its_crate_is_found() {
        check_graph(&[("client-core", "openmls_traits")], &["only mls-wasm names OpenMLS"]);
    }

    #[test]
    fn io_below_a_pure_crate_is_found_however_deep() {
        check_graph(
            &[("client-core", "nice"), ("nice", "tokio")],
            &["client-core does no I/O, but reaches tokio"],
        );
    }

    #[test]
    fn an_empty_graph_proves_nothing() {
        assert_eq!(check(&Graph::default()).len(), PURE.len());
    }

    #[test]
    fn the_browsers_clock_is_reached_by_the_known_bridges_only() {
        check_graph(&[("mls-wasm", "openmls"), ("openmls", "web-time"), ("web-time", "wasm-bindgen")], &[]);
        check_graph(
            &[("mls-wasm", "openmls"), ("openmls", "wasm-bindgen")],
            &["mls-wasm does no I/O, but reaches wasm-bindgen"],
        );
    }

    #[test]
    fn a_crate_without_a_place_in_the_map_is_found() {
        let mut graph = graph_of(&[]);
        graph.ours.insert("surprise".to_owned());
        assert_eq!(check(&graph).len(), 1);
    }

    #[track_caller]
    fn check_graph(arrows: &[(&str, &str)], expected: &[&str]) {
        let violations = check(&graph_of(arrows));
        assert_eq!(violations.len(), expected.len(), "{violations:?}");
        for (violation, expected) in violations.iter().zip(expected) {
            assert!(violation.contains(expected), "{violation}");
        }
    }

    fn graph_of(arrows: &[(&str, &str)]) -> Graph {
        let mut graph = Graph {
            arrows: PURE.map(|name| (name.to_owned(), BTreeSet::new())).into(),
            ours: BTreeSet::new(),
        };
        for (from, to) in arrows {
            graph.arrows.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        graph
    }
}
