//! What is run by hand and recorded: soak, benchmarks, fuzz campaigns.

use std::path::Path;

use anyhow::bail;

use crate::interface::{self, Effort};
use crate::steps::{self, Steps};
use crate::web;

const FUZZ_MANIFEST: &str = "fuzz/Cargo.toml";
/// Bytes of an input that a campaign tries: the largest frames are longer, and hold nothing new.
const INPUT_BYTES_MAX: u32 = 16 << 10;
/// What a campaign may ask the heap for at once: where that is more, it ends there, and not when the input is through.
const ALLOCATION_MB_MAX: u32 = 16;

/// The tests' long versions.
pub(crate) fn soak(root: &Path) -> anyhow::Result<bool> {
    let mut steps = Steps::new();
    web::build(&mut steps, root)?;
    build_programs(&mut steps)?;
    let tests = ["test", "--release", "--workspace", "--features", "client-core/testing"];
    steps
        .run("tests, each in its long version", || steps::cargo_with(&tests, &[("PALAVER_TIER", "soak")]))?;
    interface::drive(&mut steps, &Effort::SOAK)?;
    web::tests::soak(&mut steps, root)?;
    steps.close();
    Ok(true)
}

/// Seeds of the simulator; its last line says what came of them.
pub(crate) fn simulate(first: u64, seeds: u64) -> anyhow::Result<bool> {
    let seeds = [first, seeds].map(|number| number.to_string());
    let arguments = ["run", "--quiet", "--profile", "sim", "-p", "e2e", "--example", "sim", "--"];
    let arguments: Vec<&str> = arguments.into_iter().chain(seeds.iter().map(String::as_str)).collect();
    steps::cargo_with(&arguments, &[])?;
    Ok(true)
}

/// What `bench` can be asked for by name.
const BENCHMARKS: [&str; 8] = ["sends", "orders", "growth", MLS, "sockets", "state", "suites", BROWSER];
const MLS: &str = "mls";
const BROWSER: &str = "browser";

pub(crate) fn bench(only: Option<&str>, root: &Path) -> anyhow::Result<bool> {
    if let Some(unknown) = only.filter(|only| !BENCHMARKS.contains(only)) {
        bail!("there is no benchmark `{unknown}`: choose among {}", BENCHMARKS.join(", "));
    }
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
    Ok(true)
}

fn build_programs(steps: &mut Steps) -> anyhow::Result<()> {
    steps.cargo("build the programs", &["build", "--release", "-p", "relay", "-p", "cli"])
}

/// A campaign on one target or on each, beginning with the seeds. What it finds lies in `fuzz/artifacts`.
pub(crate) fn fuzz(target: Option<&str>, seconds: u32) -> anyhow::Result<bool> {
    let mut steps = Steps::new();
    steps.require("cargo-fuzz", steps::has_cargo("fuzz"), "cargo install cargo-fuzz --locked")?;
    let seeds = steps::target_folder()?.join("fuzz-seeds");
    let mut replay = replay_arguments()?;
    replay.extend(["--".to_owned(), seeds.display().to_string()]);
    steps.cargo("write the seeds", &as_words(&replay))?;
    let targets: Vec<String> = std::fs::read_dir(&seeds)?
        .map(|folder| Ok(folder?.file_name().to_string_lossy().into_owned()))
        .collect::<anyhow::Result<_>>()?;
    if let Some(target) = target.filter(|target| !targets.iter().any(|known| known == target)) {
        bail!("there is no target `{target}`: choose among {}", targets.join(", "));
    }
    for name in targets.iter().filter(|name| target.is_none_or(|target| target == name.as_str())) {
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
    Ok(true)
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
