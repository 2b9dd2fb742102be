//! Everything a person types: `cargo xtask run`, `build`, `sdk`, `test`, `check`, `fuzz`, `soak`, `bench`. Says what is missing and how to get it.

mod checks;
mod interface;
mod long;
mod steps;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use steps::Steps;

/// Where the MLS working group's test vectors lie, beside the checkout.
const VECTORS: &str = "../shared/mls-test-vectors";

/// Crates that do no I/O: they build for the browser as they are.
const PURE_CRATES: [&str; 6] = ["protocol", "ledger", "market", "client-api", "mls-wasm", "client-core"];

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, run, test and check Palaver", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and start the relay; its first line says where
    Run {
        /// Address to listen on
        #[arg(long, default_value = "127.0.0.1:8787")]
        listen: String,
    },
    /// Build what browsers download, and what integrators do: the engine, the npm packages and the web app
    Build,
    /// Make the SDK anew from the relay's description of the market's interface
    Sdk,
    /// Say what browsers download, in bytes, and what each crate costs; fails over budget
    Size,
    /// Run every test of the tier that CI runs
    Test {
        /// Only formatting and the pure crates' tests
        #[arg(long)]
        fast: bool,
    },
    /// Simulate clients, relay, network and clocks that fail, each run from a seed; tells the first that loses a message
    Sim {
        /// How many seeds
        #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
        seeds: u64,
        /// The first of them
        #[arg(long, default_value_t = 1)]
        first: u64,
    },
    /// What is too long for CI: the tests' long versions, in release; record what it says
    Soak,
    /// Measure speed and size beside peers; prints Markdown tables
    Bench {
        /// Only this one
        #[arg(value_parser = long::BENCHMARKS)]
        only: Option<String>,
    },
    /// Look for inputs that break a decoder of foreign bytes
    Fuzz {
        /// The target; all of them, one after the other, if none
        target: Option<String>,
        /// How long for each
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Formatting, clippy, dependencies, tidiness, licences
    Check,
    /// Prove that the crates depend on each other as the architecture says
    CheckDeps,
    /// Called by cargo: runs the adapters' tests in a browser
    #[command(hide = true)]
    WasmTest {
        /// What cargo gives
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Look for long files, unfinished work and words that do not belong here
    Tidy,
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// From any folder of the checkout as from its root.
fn carry_out(command: Command) -> anyhow::Result<ExitCode> {
    std::env::set_current_dir(root()).context("the checkout's root cannot be gone to")?;
    match command {
        Command::Run { listen } => run(&listen)?,
        Command::Build => build()?,
        Command::Sdk => sdk()?,
        Command::Size => web::report_sizes(&root())?,
        Command::Test { fast: true } => test_fast()?,
        Command::Test { fast: false } => test()?,
        Command::Sim { seeds, first } => return long::simulate(first, seeds),
        Command::Soak => long::soak(&root())?,
        Command::Bench { only } => long::bench(only.as_deref(), &root())?,
        Command::Fuzz { target, seconds } => long::fuzz(target.as_deref(), seconds, &root())?,
        Command::Check => check(&mut Steps::new())?,
        Command::CheckDeps => checks::dependencies(&root())?,
        Command::WasmTest { arguments } => web::tests::run_adapters(&arguments)?,
        Command::Tidy => checks::tidy(&root())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The checkout that cargo runs this program for: one target folder may serve several, and what was built for one of them
/// would not know of the others.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    own.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR"))).join("..")
}

fn run(listen: &str) -> anyhow::Result<()> {
    let mut steps = Steps::new();
    web::build(&mut steps, &root())?;
    steps.cargo(
        "build the relay and the terminal client",
        &["build", "--release", "-p", "relay", "-p", "cli"],
    )?;
    steps.close();
    steps::start_built("palaver-relay", &["serve", "--listen", listen, "--data", "palaver-data"])?;
    Ok(())
}

fn build() -> anyhow::Result<()> {
    let mut steps = Steps::new();
    web::build(&mut steps, &root())?;
    web::sdk::build(&mut steps, &root())?;
    steps.close();
    Ok(())
}

fn sdk() -> anyhow::Result<()> {
    let mut steps = Steps::new();
    web::sdk::make(&mut steps, &root())?;
    steps.close();
    Ok(())
}

fn test_fast() -> anyhow::Result<()> {
    let mut steps = Steps::new();
    steps.cargo("formatting", &["fmt", "--all", "--check"])?;
    let pure = PURE_CRATES.iter().flat_map(|name| ["-p", name]);
    let features = ["--features", "client-core/testing"];
    let arguments: Vec<&str> = ["test"].into_iter().chain(pure).chain(features).collect();
    steps.cargo("tests of the pure crates", &arguments)?;
    steps.close();
    say_what_was_skipped();
    Ok(())
}

fn test() -> anyhow::Result<()> {
    let mut steps = Steps::new();
    check(&mut steps)?;
    steps.require(
        "the browser's target",
        steps::has_wasm_target(),
        "rustup target add wasm32-unknown-unknown",
    )?;
    steps.require("strace", steps::has_strace(), "apt-get install strace")?;
    let pure = PURE_CRATES.iter().flat_map(|name| ["-p", name]);
    let arguments: Vec<&str> =
        ["check", "--target", "wasm32-unknown-unknown"].into_iter().chain(pure).collect();
    steps.cargo("the pure crates build for the browser", &arguments)?;
    web::build(&mut steps, &root())?;
    steps.run("what browsers download is within its budget", || web::check_sizes(&root()))?;
    steps.cargo("build the programs that the tests start", &["build", "-p", "relay", "-p", "cli"])?;
    steps.cargo("tests", &["test", "--workspace", "--features", "client-core/testing"])?;
    long::replay(&mut steps)?;
    interface::drive(&mut steps, &interface::Effort::TEST)?;
    web::sdk::test(&mut steps, &root())?;
    web::tests::run(&mut steps, &root())?;
    steps.run("the documentation builds", documentation)?;
    steps.close();
    say_what_was_skipped();
    Ok(())
}

/// Last, where it is read: tests that have nothing to read pass.
fn say_what_was_skipped() {
    if !root().join(VECTORS).is_dir() {
        eprintln!("SKIPPED: the MLS working group's test vectors are not at {VECTORS}");
    }
}

fn documentation() -> anyhow::Result<()> {
    let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items"];
    steps::cargo_with(&arguments, &[("RUSTDOCFLAGS", "-D warnings")])
}

fn check(steps: &mut Steps) -> anyhow::Result<()> {
    steps.cargo("formatting", &["fmt", "--all", "--check"])?;
    let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"];
    steps.cargo("formatting of the fuzz targets", &fuzz)?;
    let fuzz = ["fetch", "--locked", "--manifest-path", "fuzz/Cargo.toml"];
    steps.cargo("the fuzz targets' lock file is current", &fuzz)?;
    steps.cargo(
        "clippy",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            "client-core/testing",
            "--",
            "-D",
            "warnings",
        ],
    )?;
    steps.run("dependencies", || checks::dependencies(&root()))?;
    steps.run("tidiness", || checks::tidy(&root()))?;
    steps.require("cargo-deny", steps::has_cargo("deny"), "cargo install cargo-deny --locked")?;
    steps.cargo(
        "licences and sources",
        &["deny", "--log-level", "error", "check", "bans", "licenses", "sources"],
    )
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Result<(), (ErrorKind, &[&str])>) {
        let words = std::iter::once("xtask").chain(line.split_whitespace());
        match (Arguments::try_parse_from(words), expected) {
            (Ok(_), Ok(())) => {}
            (Err(told), Err((kind, named))) => {
                let text = told.to_string();
                assert!(told.kind() == kind && named.iter().all(|name| text.contains(name)), "{text}");
            }
            (parsed, _) => panic!("`{line}` is taken: {}", parsed.is_ok()),
        }
    }

    #[test]
    fn the_simulator_is_asked_for_a_seed_at_least() {
        check("sim --seeds 1", Ok(()));
        check("sim --seeds 0", Err((ErrorKind::ValueValidation, &["--seeds"])));
    }

    #[test]
    fn every_benchmark_is_named_to_who_asks_and_to_who_names_none_of_them() {
        check("bench growth", Ok(()));
        check("bench --help", Err((ErrorKind::DisplayHelp, &long::BENCHMARKS)));
        check("bench everything", Err((ErrorKind::InvalidValue, &long::BENCHMARKS)));
    }
}
