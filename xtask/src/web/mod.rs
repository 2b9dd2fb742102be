//! What browsers download: the engine, the npm package, and their sizes.

mod package;
pub(crate) mod sdk;
mod settings;
mod site;
mod size;
pub(crate) mod tests;
mod tools;
mod wasm;

use std::path::{Path, PathBuf};

use crate::steps::Steps;
use settings::Settings;

pub(crate) use size::{check as check_sizes, report as report_sizes};

/// Where the npm package is put together.
pub(crate) fn package_folder(root: &Path) -> PathBuf {
    root.join("client-web/pkg")
}

pub(crate) use site::folder as site_folder;

/// Builds everything that browsers download. Does little where nothing changed.
pub(crate) fn build(steps: &mut Steps, root: &Path) -> anyhow::Result<()> {
    let settings = Settings::read(root)?;
    tools::require_wasm_target(steps)?;
    let optimizer = tools::optimizer(steps, root)?;
    let engine = wasm::Module { package: "client-web", name: "engine", features: &[] };
    let built = wasm::build(steps, root, &engine, &settings, optimizer.as_deref())?;
    steps.run("the npm package", || package::assemble(root, &settings, &built))?;
    let app = wasm::Module { package: "web-app", name: "web-app", features: &[] };
    let built = wasm::build(steps, root, &app, &settings, optimizer.as_deref())?;
    steps.run("the web app", || site::assemble(root, &built))
}

/// The engine with what `bench mls` calls; gives the folder it lies in.
pub(crate) fn build_bench(steps: &mut Steps, root: &Path) -> anyhow::Result<PathBuf> {
    let settings = Settings::read(root)?;
    tools::require_wasm_target(steps)?;
    let optimizer = tools::optimizer(steps, root)?;
    let bench = wasm::Module { package: "client-web", name: "bench", features: &["testing"] };
    let built = wasm::build(steps, root, &bench, &settings, optimizer.as_deref())?;
    Ok(built.wasm.parent().map(Path::to_owned).unwrap_or_default())
}
