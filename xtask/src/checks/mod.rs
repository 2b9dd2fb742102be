//! What no compiler checks: the architecture's arrows, and tidiness. Each check has a test that plants a violation.

mod arrows;
mod promises;
mod sources;
mod tidiness;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

pub(crate) fn dependencies(root: &Path) -> anyhow::Result<()> {
    let mut violations = Vec::new();
    for target in arrows::TARGETS {
        violations.extend(arrows::check(&arrows::metadata(root, target)?));
    }
    violations.extend(sources::check(&read_sources(root)?));
    report(&violations)
}

pub(crate) fn tidy(root: &Path) -> anyhow::Result<()> {
    let sources = read_sources(root)?;
    let mut violations = tidiness::check(&sources);
    violations.extend(promises::check(&sources));
    report(&violations)
}

fn report(violations: &[String]) -> anyhow::Result<()> {
    if violations.is_empty() {
        return Ok(());
    }
    bail!("{} violations:\n  {}", violations.len(), violations.join("\n  "))
}

/// A file of the repository.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every text file that git tracks or would.
fn read_sources(root: &Path) -> anyhow::Result<Vec<Source>> {
    let listed = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git cannot be started")?;
    if !listed.status.success() || listed.stdout.is_empty() {
        bail!("git lists no files in {}: the checks need a git checkout", root.display());
    }
    let mut sources = Vec::new();
    for path in String::from_utf8_lossy(&listed.stdout).lines() {
        let full: PathBuf = root.join(path);
        if let Ok(text) = std::fs::read_to_string(&full) {
            sources.push(Source { path: path.to_owned(), text });
        }
    }
    Ok(sources)
}
