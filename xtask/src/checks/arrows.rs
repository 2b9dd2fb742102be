//! Which crate may depend on which, and what the crates without I/O may never reach.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

/// Our crates, bottom up, and what each may depend on. A new arrow needs an ADR.
const ARROWS: [(&str, &[&str]); 9] = [
    ("protocol", &[]),
    ("mls-wasm", &["protocol"]),
    ("client-api", &["protocol"]),
    ("client-core", &["client-api", "mls-wasm", "protocol"]),
    ("client-native", &["client-api", "client-core", "protocol"]),
    ("relay", &["mls-wasm", "protocol"]),
    ("cli", &["client-api", "client-native", "protocol"]),
    ("e2e", &["cli", "client-api", "client-core", "client-native", "mls-wasm", "protocol", "relay"]),
    ("xtask", &[]),
];

/// Crates without I/O.
const PURE: [&str; 4] = ["protocol", "client-api", "mls-wasm", "client-core"];

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

/// The only crate that names OpenMLS.
const MLS_CRATE: &str = "mls-wasm";

/// A crate and what it depends on when it is shipped.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// The dependency graph as cargo sees it, for this machine.
pub(super) fn metadata(root: &Path) -> anyhow::Result<Graph> {
    let output = std::process::Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root)
        .output()
        .context("cargo cannot be started")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata cannot be read")?;
    let name_of: BTreeMap<&str, &str> = list(&metadata["packages"])
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    let mut graph = Graph::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let Some(name) = node["id"].as_str().and_then(|id| name_of.get(id)) else { continue };
        let shipped = list(&node["deps"])
            .filter(|dependency| list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null()))
            .filter_map(|dependency| name_of.get(dependency["pkg"].as_str()?))
            .map(|name| (*name).to_owned());
        graph.entry((*name).to_owned()).or_default().extend(shipped);
    }
    Ok(graph)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Every arrow that must not be.
pub(super) fn check(graph: &Graph) -> Vec<String> {
    let ours: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut violations: Vec<String> = PURE
        .into_iter()
        .filter(|name| !graph.contains_key(*name))
        .map(|name| format!("{name} is not in the dependency graph"))
        .collect();
    for (name, dependencies) in graph.iter().filter(|(name, _)| ours.contains_key(name.as_str())) {
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
        for worldly in reached(graph, name).iter().filter(|reached| WORLDLY.contains(&reached.as_str())) {
            violations.push(format!("{name} does no I/O, but reaches {worldly}"));
        }
    }
    violations
}

fn reached(graph: &Graph, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(name) = next.pop() {
        for dependency in graph.get(&name).into_iter().flatten() {
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
        assert_eq!(check(&Graph::new()).len(), PURE.len());
    }

    #[track_caller]
    fn check_graph(arrows: &[(&str, &str)], expected: &[&str]) {
        let mut graph: Graph = PURE.map(|name| (name.to_owned(), BTreeSet::new())).into();
        for (from, to) in arrows {
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        let violations = check(&graph);
        assert_eq!(violations.len(), expected.len(), "{violations:?}");
        for (violation, expected) in violations.iter().zip(expected) {
            assert!(violation.contains(expected), "{violation}");
        }
    }
}
