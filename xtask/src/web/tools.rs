//! What building for browsers needs beside Rust: found where it is, fetched by npm where it may be.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::steps::{Steps, has_wasm_target};

/// Where npm puts the tools of the browser tests, the optimizer among them.
pub(crate) const BROWSER_TESTS: &str = "tests/browser";

pub(crate) fn require_wasm_target(steps: &mut Steps) -> anyhow::Result<()> {
    steps.require("the browser's target", has_wasm_target(), "rustup target add wasm32-unknown-unknown")
}

/// The program that makes WebAssembly smaller: from the path, or by npm. Without it the build goes on, and is larger.
pub(crate) fn optimizer(steps: &mut Steps, root: &Path) -> anyhow::Result<Option<PathBuf>> {
    if is_runnable(Path::new("wasm-opt")) {
        return Ok(Some(PathBuf::from("wasm-opt")));
    }
    if has_npm() {
        npm_install(steps, root, BROWSER_TESTS)?;
        return Ok(Some(root.join(BROWSER_TESTS).join("node_modules/.bin/wasm-opt")));
    }
    eprintln!("   wasm-opt is missing: the build goes on, and what browsers download is a quarter larger.");
    eprintln!("   Install npm, or binaryen from your system's packages, to have it small.");
    Ok(None)
}

pub(crate) fn has_npm() -> bool {
    is_runnable(Path::new("npm"))
}

/// Installs what a folder's package needs, if it is not there as the lock file says.
pub(crate) fn npm_install(steps: &mut Steps, root: &Path, package: &str) -> anyhow::Result<()> {
    let folder = root.join(package);
    let lock = std::fs::read(folder.join("package-lock.json")).context("package-lock.json is missing")?;
    let stamp = folder.join("node_modules/.installed-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    steps.run(&format!("tools for {package}, by npm"), || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]).current_dir(&folder);
        let status = npm.status().context("npm cannot be started: install Node.js")?;
        if !status.success() {
            bail!("`npm ci` failed in {package}");
        }
        std::fs::write(&stamp, &lock).context("the folder of npm's modules cannot be written")
    })
}

fn is_runnable(program: &Path) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
