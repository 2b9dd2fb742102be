//! From a crate to a module that a browser loads: cargo, wasm-bindgen as a library, wasm-opt, brotli.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use super::settings::Settings;
use crate::steps::{Steps, cargo_without, target_folder};

/// Features that every browser we serve has: without naming them, wasm-opt refuses what rustc uses.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
];
/// What is worth its while once brotli has packed the result, measured: `-Oz` makes the raw file a tenth smaller and what
/// is downloaded a tenth larger, since inlining and merging hide what repeats.
const PASSES: [&str; 16] = [
    "--remove-unused-module-elements",
    "--duplicate-function-elimination",
    "--dce",
    "--remove-unused-brs",
    "--remove-unused-names",
    "--precompute",
    "--optimize-instructions",
    "--vacuum",
    "--reorder-functions",
    "--dae-optimizing",
    "--rse",
    "--merge-blocks",
    "--precompute",
    "--simplify-globals-optimizing",
    "--vacuum",
    "--duplicate-function-elimination",
];
/// Brotli's best: served often, compressed once.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;

/// What would take the place of the flags that a module is built with.
const OTHER_FLAGS: [&str; 2] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"];

/// A crate that becomes a module.
pub(crate) struct Module {
    pub(crate) package: &'static str,
    /// What its files are called.
    pub(crate) name: &'static str,
    /// What it has beside what is shipped.
    pub(crate) features: &'static [&'static str],
}

/// A module that was built.
pub(crate) struct Built {
    pub(crate) script: PathBuf,
    pub(crate) wasm: PathBuf,
}

/// Builds a module. What is there already for the same input is kept.
pub(crate) fn build(
    steps: &mut Steps,
    root: &Path,
    module: &Module,
    settings: &Settings,
    optimizer: Option<&Path>,
) -> anyhow::Result<Built> {
    let build =
        ["build", "-p", module.package, "--lib", "--target", "wasm32-unknown-unknown", "--profile", "wasm"];
    let paths = forgotten_paths(root)?;
    let features = module.features.iter().flat_map(|feature| ["--features", feature]);
    let arguments: Vec<&str> = build.into_iter().chain(["--config", &paths]).chain(features).collect();
    steps.run(&format!("{} for browsers", module.name), || cargo_without(&OTHER_FLAGS, &arguments))?;
    let file = format!("{}.wasm", module.package.replace('-', "_"));
    let raw = target_folder()?.join("wasm32-unknown-unknown/wasm").join(file);
    let out = target_folder()?.join("web").join(module.name);
    let built = Built {
        script: out.join(format!("{}.js", module.name)),
        wasm: out.join(format!("{}_bg.wasm", module.name)),
    };
    let stamp = stamp_of(&raw, root, optimizer)?;
    let stamp_file = out.join("stamp");
    if std::fs::read_to_string(&stamp_file).is_ok_and(|known| known == stamp) {
        return Ok(built);
    }
    // What stays behind of an earlier build is never taken for this one.
    if out.exists() {
        std::fs::remove_dir_all(&out).context("an earlier build cannot be removed")?;
    }
    steps.run(&format!("wasm-bindgen for {}", module.name), || bind(&raw, &out, module, settings))?;
    // With the names in it, for `size`.
    std::fs::copy(&built.wasm, out.join("named.wasm")).context("the module cannot be copied")?;
    if let Some(optimizer) = optimizer {
        steps.run(&format!("wasm-opt for {}", module.name), || optimize(optimizer, &built.wasm))?;
    }
    std::fs::write(&stamp_file, stamp).context("the build folder cannot be written")?;
    Ok(built)
}

/// What makes rustc leave this machine's folders out of a module, where panics name the files that they come from: a build
/// tells nothing of who made it, and has the same bytes wherever it is made.
fn forgotten_paths(root: &Path) -> anyhow::Result<String> {
    let registry = cargo_home()?.join("registry/src");
    let mut folders = vec![root.to_owned(), target_folder()?];
    for entry in std::fs::read_dir(&registry).into_iter().flatten() {
        folders.push(entry.context("cargo's registry cannot be read")?.path());
    }
    let flags = folders.iter().map(|folder| format!("--remap-path-prefix={}=", folder.display()));
    let flags = serde_json::Value::from(flags.collect::<Vec<_>>());
    Ok(format!("target.wasm32-unknown-unknown.rustflags={flags}"))
}

/// Where cargo keeps the sources of other crates.
fn cargo_home() -> anyhow::Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return std::path::absolute(home).context("CARGO_HOME is no path");
    }
    let home = std::env::home_dir().context("neither CARGO_HOME nor HOME is set")?;
    Ok(home.join(".cargo"))
}

/// What a build depends on: the raw module, how it is optimized, and this program's own settings.
fn stamp_of(raw: &Path, root: &Path, optimizer: Option<&Path>) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    hash.update(std::fs::read(raw).with_context(|| format!("{} was not built", raw.display()))?);
    hash.update(std::fs::read(root.join("wasm-pack.toml")).context("wasm-pack.toml is missing")?);
    hash.update(if optimizer.is_some() { PASSES.join(" ") } else { String::new() });
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}

fn bind(raw: &Path, out: &Path, module: &Module, settings: &Settings) -> anyhow::Result<()> {
    let arguments: [OsString; 9] = [
        "wasm-bindgen".into(),
        raw.into(),
        "--target".into(),
        settings.wasm.target.clone().into(),
        "--no-typescript".into(),
        "--out-name".into(),
        module.name.into(),
        "--out-dir".into(),
        out.into(),
    ];
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments)
}

fn optimize(optimizer: &Path, wasm: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(optimizer);
    command.args(FEATURES).args(PASSES).args([
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ]);
    let status = command.arg(wasm).arg("-o").arg(wasm).status().context("wasm-opt cannot be started")?;
    if status.success() { Ok(()) } else { bail!("wasm-opt failed") }
}

/// The bytes as a browser gets them that understands brotli.
pub(crate) fn compress(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 4096, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(bytes).context("brotli failed")?;
    drop(writer);
    Ok(compressed)
}
