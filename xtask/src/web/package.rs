//! The npm package: our scripts, the engine, and declarations made from `client-api`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::json;

use super::settings::Settings;
use super::{package_folder, wasm::Built};

/// Scripts of ours that go into the package as they are.
const SCRIPTS: [&str; 5] = ["index.js", "errors.js", "host.js", "passkey.js", "worker.js"];
/// What is made of the engine.
const ENGINE: [&str; 2] = ["engine.js", "engine_bg.wasm"];
/// What developers read.
const DECLARED: [&str; 3] = ["index.d.ts", "api.d.ts", "README.md"];
const LICENSES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];
/// Declarations that are made and committed, so that a change shows.
const DECLARATIONS: &str = "client-web/npm/api.d.ts";

/// What a page loads of the package.
pub(crate) fn loaded() -> impl Iterator<Item = &'static str> {
    SCRIPTS.into_iter().chain(ENGINE)
}

pub(crate) fn assemble(root: &Path, settings: &Settings, engine: &Built) -> anyhow::Result<()> {
    write_if_changed(&root.join(DECLARATIONS), declarations(root)?.as_bytes())?;
    let folder = package_folder(root);
    std::fs::create_dir_all(&folder).context("the package's folder cannot be made")?;
    for file in SCRIPTS.into_iter().chain(DECLARED) {
        copy(&root.join("client-web/npm").join(file), &folder.join(file))?;
    }
    for file in LICENSES {
        copy(&root.join(file), &folder.join(file))?;
    }
    for (file, built) in ENGINE.into_iter().zip([&engine.script, &engine.wasm]) {
        copy(built, &folder.join(file))?;
    }
    let manifest =
        serde_json::to_string_pretty(&manifest(settings)).context("the manifest cannot be written")?;
    write_if_changed(&folder.join("package.json"), format!("{manifest}\n").as_bytes())
}

fn manifest(settings: &Settings) -> serde_json::Value {
    let package = &settings.package;
    let mut exports = settings.exports.clone();
    exports.insert("./package.json".to_owned(), [("default".to_owned(), "./package.json".to_owned())].into());
    json!({
        "name": package.name,
        "version": package.version,
        "description": package.description,
        "license": package.license,
        "keywords": package.keywords,
        "type": "module",
        "types": "./index.d.ts",
        "exports": exports,
        "files": ["*.js", "*.d.ts", "*.wasm", "README.md"],
        "sideEffects": false,
    })
}

/// TypeScript of everything that a page and its worker say to each other.
fn declarations(root: &Path) -> anyhow::Result<String> {
    let arguments =
        ["run", "--quiet", "-p", "client-api", "--features", "typescript", "--example", "typescript"];
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(root)
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("the declarations cannot be made: {}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).context("the declarations are no text")
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(from).with_context(|| format!("{} is missing", from.display()))?;
    write_if_changed(to, &bytes)
}

/// Writes a file, but leaves one alone that has these bytes, so that nothing is built again for it.
pub(crate) fn write_if_changed(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if std::fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}
