//! `wasm-pack.toml`: the npm package's settings.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// Where the settings are.
const FILE: &str = "wasm-pack.toml";

/// Everything that is set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) package: Package,
    pub(crate) exports: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) wasm: Wasm,
    pub(crate) budget: Budget,
}

/// What the package says of itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) description: String,
    pub(crate) license: String,
    pub(crate) keywords: Vec<String>,
}

/// How wasm-bindgen is run.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wasm {
    pub(crate) target: String,
}

/// Bytes after brotli that are not to be passed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Budget {
    pub(crate) engine: u64,
    pub(crate) page: u64,
}

impl Settings {
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(root.join(FILE)).with_context(|| format!("{FILE} is missing"))?;
        toml::from_str(&text).with_context(|| format!("{FILE} is not as it should be"))
    }
}
