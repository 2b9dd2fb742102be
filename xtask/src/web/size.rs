//! What browsers download, in bytes: by file, by crate, and against the budget.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use wasmparser::{KnownCustom, Name, Parser, Payload};

use super::settings::{Budget, Settings};
use super::{package, package_folder, site_folder, wasm};
use crate::steps::target_folder;

/// Crates that are listed by name; the rest is one line.
const CRATES_LISTED: usize = 16;

/// Prints the sizes; fails where one is over its budget. The last line is a summary.
pub(crate) fn report(root: &Path) -> anyhow::Result<()> {
    println!("| file | bytes | brotli |");
    println!("|---|---|---|");
    let mut compressed_total = 0;
    for file in package::loaded() {
        let bytes =
            std::fs::read(package_folder(root).join(file)).with_context(|| format!("{file} is missing"))?;
        let compressed = wasm::compress(&bytes)?.len();
        compressed_total += compressed;
        println!("| {file} | {} | {compressed} |", bytes.len());
    }
    let named = target_folder()?.join("web/engine/named.wasm");
    print_crates("engine", &std::fs::read(named).context("build first: cargo xtask build")?)?;
    let named = target_folder()?.join("web/web-app/named.wasm");
    print_crates("the web app", &std::fs::read(named).context("build first: cargo xtask build")?)?;
    let sizes = Sizes::measure(root)?;
    println!("\n{sizes}, npm package {compressed_total}");
    sizes.check()
}

/// Fails where one is over its budget, of what is built already.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let sizes = Sizes::measure(root)?;
    eprintln!("   {sizes}");
    sizes.check()
}

/// What is downloaded, and how much that may be.
struct Sizes {
    engine: u64,
    page: u64,
    budget: Budget,
}

impl Sizes {
    fn measure(root: &Path) -> anyhow::Result<Self> {
        let engine = package_folder(root).join("engine_bg.wasm");
        let engine = std::fs::read(engine).context("build first: cargo xtask build")?;
        let engine = wasm::compress(&engine)?.len() as u64;
        Ok(Self { engine, page: page_bytes(&site_folder(root))?, budget: Settings::read(root)?.budget })
    }

    fn check(&self) -> anyhow::Result<()> {
        if self.engine > self.budget.engine || self.page > self.budget.page {
            bail!("over budget: {self}");
        }
        Ok(())
    }
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { engine, page, budget } = self;
        write!(out, "engine {engine} of {} bytes, page {page} of {}", budget.engine, budget.page)
    }
}

/// What a page loads before the engine: everything of the app but pictures, as it is served.
fn page_bytes(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).context("build first: cargo xtask build")? {
        let entry = entry.context("the site cannot be read")?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let is_compressed_too = folder.join(format!("{name}.br")).exists();
        if path.is_dir() && !name.starts_with("client-") {
            bytes += page_bytes(&path)?;
        } else if path.is_file() && !is_compressed_too && !name.ends_with(".png") {
            bytes += entry.metadata().context("the site cannot be read")?.len();
        }
    }
    Ok(bytes)
}

/// What each crate's functions take, before optimizing.
fn print_crates(name: &str, wasm: &[u8]) -> anyhow::Result<()> {
    let mut crates: Vec<_> = by_crate(wasm)?.into_iter().collect();
    crates.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    println!("\n| crate in {name} | bytes of code before wasm-opt |");
    println!("|---|---|");
    let rest: u64 = crates.iter().skip(CRATES_LISTED).map(|(_, bytes)| bytes).sum();
    for (name, bytes) in crates.iter().take(CRATES_LISTED) {
        println!("| {name} | {bytes} |");
    }
    println!("| {} others | {rest} |", crates.len().saturating_sub(CRATES_LISTED));
    Ok(())
}

fn by_crate(wasm: &[u8]) -> anyhow::Result<BTreeMap<String, u64>> {
    let mut imported = 0;
    let mut sizes = Vec::new();
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("the module cannot be read")? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.context("an import cannot be read")?;
                    imported += u32::from(matches!(import.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(body.range().len() as u64),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(section) = section.as_known() else { continue };
                for subsection in section {
                    let Ok(Name::Function(map)) = subsection else { continue };
                    names.extend(
                        map.into_iter().flatten().map(|naming| (naming.index, naming.name.to_owned())),
                    );
                }
            }
            _ => {}
        }
    }
    let mut crates = BTreeMap::new();
    for (index, bytes) in (imported..).zip(sizes) {
        let name = names.get(&index).map_or("unnamed", |name| crate_of(name));
        *crates.entry(name.to_owned()).or_default() += bytes;
    }
    Ok(crates)
}

/// The crate that a function comes from, by its demangled name: `<a::B as c::D>::e` is `a`'s.
fn crate_of(name: &str) -> &str {
    let path = name.trim_start_matches(['<', '&', '(', '[', '*']).trim_start_matches("dyn ");
    let end = path.find("::").unwrap_or(path.len());
    let first = path[..end].trim_start_matches("mut ");
    first.split('[').next().unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_or_a_page_over_its_budget_is_refused() {
        let check = |engine, page| Sizes { engine, page, budget: Budget { engine: 10, page: 5 } }.check();
        assert!(check(10, 5).is_ok());
        assert!(check(11, 5).is_err());
        assert!(check(10, 6).is_err());
    }

    #[test]
    fn a_function_belongs_to_the_crate_of_its_type() {
        assert_eq!(crate_of("openmls::group::Group::load"), "openmls");
        assert_eq!(crate_of("<mls_wasm::Group as core::ops::Drop>::drop"), "mls_wasm");
        assert_eq!(crate_of("<&mut serde::de::Value as core::fmt::Debug>::fmt"), "serde");
        assert_eq!(crate_of("memcpy"), "memcpy");
    }
}
