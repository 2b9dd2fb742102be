//! Tests in real browsers: the adapters by wasm-bindgen's own runner, everything else by Node.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::tools::{self, BROWSER_TESTS};
use crate::steps::{Steps, cargo_with, target_folder};

/// Programs that tests drive, where they are looked for, and the packages that bring them.
const BROWSERS: [(&str, &[&str], &str); 3] = [
    ("Chromium", &["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"], "chromium"),
    ("ChromeDriver", &["/usr/bin/chromedriver"], "chromium-driver"),
    ("Firefox", &["/usr/bin/firefox-esr", "/usr/bin/firefox"], "firefox-esr"),
];
/// A file of tests that takes longer hangs: it fails by its name.
const FILE_MS_MAX: &str = "600000";
/// The same of what is run by hand. Workers that are ended at each single write take half an hour.
const LONG_FILE_MS_MAX: &str = "7200000";
const RUNNER: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER";

/// Runs everything that needs a browser. What is built has to be built before.
pub(crate) fn run(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    prepare(steps, root)?;
    steps.run("the adapters, in Chromium", || adapters(root))?;
    steps.run("browser tests", || node_tests(root, BROWSER_TESTS, "specs/", "debug"))
}

/// What is too long for every run, with the programs as they are released.
pub(crate) fn soak(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    prepare(steps, root)?;
    steps.run("browser tests that take long", || {
        node_tests_within(LONG_FILE_MS_MAX, root, BROWSER_TESTS, "soak/", "release")
    })
}

/// Prints Markdown tables.
pub(crate) fn bench(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    prepare(steps, root)?;
    steps.run("benchmarks in Chromium", || node(root, BROWSER_TESTS, &["bench/spine.js"], "release"))
}

/// Prints Markdown tables of MLS alone, and a summary.
pub(crate) fn bench_mls(steps: &mut Steps, root: &Path, module: &Path) -> anyhow::Result<()> {
    prepare(steps, root)?;
    let module = module.display().to_string();
    steps.run("MLS in Chromium", || node(root, BROWSER_TESTS, &["bench/mls.js", &module], "release"))
}

fn prepare(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    tools::npm_install(steps, root, BROWSER_TESTS)?;
    install_browsers(steps)
}

/// The runner of the adapters' tests: cargo calls this program with it.
pub(crate) fn run_adapters(arguments: &[String]) -> anyhow::Result<()> {
    let program = std::iter::once("wasm-bindgen-test-runner".to_owned());
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(program.chain(arguments.iter().cloned()))
}

fn adapters(root: &Path) -> anyhow::Result<()> {
    let own = std::env::current_exe().context("this program does not know its own path")?;
    let runner = format!("{} wasm-test", own.display());
    let driver = found(BROWSERS[1].1).context("ChromeDriver is missing")?;
    let arguments = ["test", "-p", "client-web", "--lib", "--target", "wasm32-unknown-unknown"];
    let driver = driver.display().to_string();
    std::env::set_current_dir(root).context("the checkout is gone")?;
    cargo_with(&arguments, &[(RUNNER, &runner), ("CHROMEDRIVER", &driver)])
}

/// Runs the tests in a folder of a package.
pub(crate) fn node_tests(root: &Path, package: &str, folder: &str, profile: &str) -> anyhow::Result<()> {
    node_tests_within(FILE_MS_MAX, root, package, folder, profile)
}

fn node_tests_within(
    file_ms_max: &str,
    root: &Path,
    package: &str,
    folder: &str,
    profile: &str,
) -> anyhow::Result<()> {
    let arguments =
        ["--test", "--test-reporter", "spec", "--test-concurrency", "1", "--test-timeout", file_ms_max];
    node(root, package, &[&arguments[..], &[folder]].concat(), profile)
}

/// Runs a script of a package with this workspace's programs.
fn node(root: &Path, package: &str, arguments: &[&str], profile: &str) -> anyhow::Result<()> {
    let mut node = Command::new("node");
    node.args(arguments)
        .env("PALAVER_PROGRAMS", target_folder()?.join(profile))
        .current_dir(root.join(package));
    let status = node.status().context("node cannot be started: install Node.js 20 or newer")?;
    if status.success() { Ok(()) } else { bail!("`node {}` failed", arguments.join(" ")) }
}

/// Installs what is missing from the system's packages, where this may be done; else says how.
fn install_browsers(steps: &mut Steps) -> anyhow::Result<()> {
    let missing: Vec<_> = BROWSERS.iter().filter(|(_, paths, _)| found(paths).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|(_, _, package)| *package).collect();
    let how = format!("apt-get install {}", packages.join(" "));
    let installed = steps.run("browsers, from the system's packages", || {
        let mut apt = Command::new("apt-get");
        let status = apt.args(["install", "-y", "-qq"]).args(&packages).status();
        if status.is_ok_and(|status| status.success()) { Ok(()) } else { bail!("get them with: {how}") }
    });
    installed.with_context(|| {
        let names: Vec<&str> = missing.iter().map(|(name, _, _)| *name).collect();
        format!("{} is missing", names.join(", "))
    })
}

fn found(paths: &[&str]) -> Option<PathBuf> {
    paths.iter().map(PathBuf::from).find(|path| path.exists())
}
