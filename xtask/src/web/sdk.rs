//! The SDK for integrators: made from the relay's description of its interface, built, and tested as it is published.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::{package, tests, tools};
use crate::steps::Steps;

const FOLDER: &str = "sdk";
/// What it is made from, committed so that a change shows.
const DESCRIPTION: &str = "sdk/openapi.json";

/// Makes it anew from the relay's description.
pub(crate) fn make(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    steps.run("the description of the market's interface", || {
        package::write_if_changed(&root.join(DESCRIPTION), &description(root)?)
    })?;
    tools::npm_install(steps, root, FOLDER)?;
    steps.run("the SDK's types", || npm(root, "generate"))?;
    steps.run("the SDK", || npm(root, "build"))
}

/// Builds it, where npm is: nothing else needs it.
pub(crate) fn build(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    if !tools::has_npm() {
        eprintln!("   npm is missing: the SDK is not built.");
        return Ok(());
    }
    tools::npm_install(steps, root, FOLDER)?;
    steps.run("the SDK", || npm(root, "build"))
}

/// Its tests, with the programs that were built before.
pub(crate) fn test(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    build(steps, root)?;
    // The bundler that one of them builds with.
    tools::npm_install(steps, root, tools::BROWSER_TESTS)?;
    steps.run("SDK tests", || tests::node_tests(root, FOLDER, "tests/specs/", "debug"))
}

fn description(root: &Path) -> anyhow::Result<Vec<u8>> {
    let mut relay = Command::new("cargo");
    relay.args(["run", "--quiet", "-p", "relay", "--", "openapi"]).current_dir(root);
    let output = relay.output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("the relay does not describe itself: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

fn npm(root: &Path, script: &str) -> anyhow::Result<()> {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", script]).current_dir(root.join(FOLDER));
    let status = npm.status().context("npm cannot be started: install Node.js 20 or newer")?;
    if status.success() { Ok(()) } else { bail!("`npm run {script}` failed in {FOLDER}") }
}
