//! What is run by hand and recorded: soak, benchmarks, fuzz campaigns.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

use crate::interface::{self, Effort};
use crate::steps::{self, Steps};
use crate::web;

const FUZZ_MANIFEST: &str = "fuzz/Cargo.toml";
/// Bytes of an input that a campaign tries: the largest frames are longer, and hold nothing new.
const INPUT_BYTES_MAX: u32 = 16 << 10;
/// What a campaign may ask the heap for at once: where that is more, it ends there, and not when the input is through.
const ALLOCATION_MB_MAX: u32 = 16;

/// The tests' long versions.
pub(crate) fn soak(root: &Path) -> anyhow::Result<()> {
    let mut steps = Steps::new();
    web::build(&mut steps, root)?;
    build_programs(&mut steps)?;
    let tests = ["test", "--release", "--workspace", "--features", "client-core/testing"];
    steps
        .run("tests, each in its long version", || steps::cargo_with(&tests, &[("PALAVER_TIER", "soak")]))?;
    interface::drive(&mut steps, &Effort::SOAK)?;
    web::tests::soak(&mut steps, root)?;
    steps.close();
    Ok(())
}

/// Seeds of the simulator; its last line says what came of them, and nothing follows it.
pub(crate) fn simulate(first: u64, seeds: u64) -> anyhow::Result<ExitCode> {
    let seeds = [first, seeds].map(|number| number.to_string());
    let arguments = ["run", "--quiet", "--profile", "sim", "-p", "e2e", "--example", "sim", "--"];
    let arguments: Vec<&str> = arguments.into_iter().chain(seeds.iter().map(String::as_str)).collect();
    let code = steps::cargo_status(&mut Command::new("cargo"), &arguments)?.code();
    Ok(code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// What `bench` can be asked for by name.
pub(crate) const BENCHMARKS: [&str; 8] =
    ["sends", "orders", "growth", MLS, "sockets", "state", "suites", BROWSER];
const MLS: &str = "mls";
const BROWSER: &str = "browser";

pub(crate) fn bench(only: Option<&str>, root: &Path) -> anyhow::Result<()> {
    let mut steps = Steps::new();
    if only.is_none_or(|only| only == BROWSER) {
        web::build(&mut steps, root)?;
    }
    if only != Some(MLS) {
        build_programs(&mut steps)?;
    }
    if only != Some(BROWSER) {
        let arguments = ["bench", "-p", "e2e", "--bench", "spine", "--"];
        let arguments: Vec<&str> = arguments.into_iter().chain(only).collect();
        steps.cargo("benchmarks", &arguments)?;
    }
    if only.is_none_or(|only| only == BROWSER) {
        let example = ["build", "--release", "-p", "e2e", "--example", "fill_conversations"];
        steps.cargo("build what fills conversations", &example)?;
        web::tests::bench(&mut steps, root)?;
    }
    if only.is_none_or(|only| only == MLS) {
        let module = web::build_bench(&mut steps, root)?;
        web::tests::bench_mls(&mut steps, root, &module)?;
    }
    steps.close();
    Ok(())
}

fn build_programs(steps: &mut Steps) -> anyhow::Result<()> {
    steps.cargo("build the programs", &["build", "--release", "-p", "relay", "-p", "cli"])
}

/// A campaign on one target or on each, beginning with the seeds. What it finds lies in `fuzz/artifacts`.
pub(crate) fn fuzz(target: Option<&str>, seconds: u32, root: &Path) -> anyhow::Result<()> {
    let targets = chosen(target, fuzz_targets(root)?)?;
    let mut steps = Steps::new();
    steps.require("cargo-fuzz", steps::has_cargo("fuzz"), "cargo install cargo-fuzz --locked")?;
    let seeds = steps::target_folder()?.join("fuzz-seeds");
    let mut replay = replay_arguments()?;
    replay.extend(["--".to_owned(), seeds.display().to_string()]);
    steps.cargo("write the seeds", &as_words(&replay))?;
    for name in &targets {
        let seeds = seeds.join(name).display().to_string();
        let corpus = format!("fuzz/corpus/{name}");
        std::fs::create_dir_all(&corpus)?;
        let time = format!("-max_total_time={seconds}");
        let length = format!("-max_len={INPUT_BYTES_MAX}");
        let allocation = format!("-malloc_limit_mb={ALLOCATION_MB_MAX}");
        let campaign = [
            "fuzz",
            "run",
            "--fuzz-dir",
            "fuzz",
            "--features",
            "campaign",
            name,
            &corpus,
            &seeds,
            "--",
            &time,
            &length,
            &allocation,
        ];
        // The sanitizers that cargo-fuzz asks for are unstable options of the compiler.
        steps.run(&format!("fuzz {name}"), || steps::cargo_with(&campaign, &[("RUSTC_BOOTSTRAP", "1")]))?;
    }
    steps.close();
    Ok(())
}

/// The targets that there are, by name.
fn fuzz_targets(root: &Path) -> anyhow::Result<Vec<String>> {
    let folder = root.join("fuzz/fuzz_targets");
    let files = std::fs::read_dir(&folder).with_context(|| format!("{} is missing", folder.display()))?;
    let mut names = files
        .map(|file| Ok(file?.path().file_stem().unwrap_or_default().to_string_lossy().into_owned()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// The one that is asked for, or all.
fn chosen(target: Option<&str>, targets: Vec<String>) -> anyhow::Result<Vec<String>> {
    match target {
        Some(target) if targets.iter().any(|known| known == target) => Ok(vec![target.to_owned()]),
        Some(unknown) => bail!("there is no target `{unknown}`: choose among {}", targets.join(", ")),
        None => Ok(targets),
    }
}

pub(crate) fn replay(steps: &mut Steps) -> anyhow::Result<()> {
    steps.cargo("replay of the fuzz corpora", &as_words(&replay_arguments()?))
}

/// What runs every target over its corpus, its seeds and their mutations.
fn replay_arguments() -> anyhow::Result<Vec<String>> {
    let target = steps::target_folder()?.display().to_string();
    let arguments =
        ["run", "--locked", "--manifest-path", FUZZ_MANIFEST, "--target-dir", &target, "--bin", "replay"];
    Ok(arguments.map(str::to_owned).into())
}

fn as_words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: Option<&str>, expected: Result<&[&str], &str>) {
        let targets = ["content", "engine"].map(str::to_owned).into();
        let told = chosen(target, targets).map_err(|error| error.to_string());
        assert_eq!(
            told,
            expected
                .map(|names| names.iter().map(|name| (*name).to_owned()).collect())
                .map_err(str::to_owned)
        );
    }

    #[test]
    fn a_target_that_there_is_not_is_refused_and_those_are_named_that_there_are() {
        check(None, Ok(&["content", "engine"]));
        check(Some("engine"), Ok(&["engine"]));
        check(Some("engines"), Err("there is no target `engines`: choose among content, engine"));
    }

    #[test]
    fn the_targets_are_those_of_the_fuzz_workspace() {
        let targets = fuzz_targets(&crate::root()).unwrap();
        assert!(targets.iter().any(|name| name == "engine") && targets.is_sorted(), "{targets:?}");
    }
}
