//! Steps with their names and times, so that long work shows how far it is.

use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Context, bail};

/// A run of steps.
pub(crate) struct Steps {
    started: Instant,
    count: u32,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { started: now(), count: 0 }
    }

    /// Runs one step; the first that fails ends the run.
    pub(crate) fn run(
        &mut self,
        name: &str,
        step: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.count += 1;
        eprintln!("── {}. {name}", self.count);
        let started = now();
        step().with_context(|| format!("step {} failed: {name}", self.count))?;
        eprintln!("   {name}: {:.1} s", started.elapsed().as_secs_f32());
        Ok(())
    }

    pub(crate) fn cargo(&mut self, name: &str, arguments: &[&str]) -> anyhow::Result<()> {
        self.run(name, || cargo(arguments))
    }

    /// Something that has to be on the machine.
    pub(crate) fn require(&mut self, name: &str, is_there: bool, how: &str) -> anyhow::Result<()> {
        if is_there { Ok(()) } else { bail!("{name} is missing. Get it with: {how}") }
    }

    pub(crate) fn close(&self) {
        eprintln!("── {} steps done in {:.0} s", self.count, self.started.elapsed().as_secs_f32());
    }
}

pub(crate) fn cargo(arguments: &[&str]) -> anyhow::Result<()> {
    cargo_with(arguments, &[])
}

pub(crate) fn cargo_with(arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<()> {
    start_cargo(Command::new("cargo").envs(environment.iter().copied()), arguments)
}

/// Without some of what whoever calls has in the environment.
pub(crate) fn cargo_without(environment: &[&str], arguments: &[&str]) -> anyhow::Result<()> {
    let mut cargo = Command::new("cargo");
    for name in environment {
        cargo.env_remove(name);
    }
    start_cargo(&mut cargo, arguments)
}

fn start_cargo(cargo: &mut Command, arguments: &[&str]) -> anyhow::Result<()> {
    if cargo_status(cargo, arguments)?.success() {
        Ok(())
    } else {
        bail!("`cargo {}` failed", arguments.join(" "))
    }
}

pub(crate) fn cargo_status(cargo: &mut Command, arguments: &[&str]) -> anyhow::Result<ExitStatus> {
    cargo.args(arguments).status().context("cargo cannot be started")
}

/// The folder that cargo builds into: this program lies in it.
pub(crate) fn target_folder() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("this program does not know its own path")?;
    let target = own.ancestors().nth(2).context("this program does not lie in a target folder")?;
    Ok(target.to_owned())
}

/// Runs a program that was built for release beside this one, until it ends.
pub(crate) fn start_built(name: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let program = target_folder()?.join("release").join(name);
    let status = Command::new(&program)
        .args(arguments)
        .status()
        .with_context(|| format!("{name} cannot be started"))?;
    if status.success() { Ok(()) } else { bail!("{name} failed") }
}

pub(crate) fn has_wasm_target() -> bool {
    let listed = Command::new("rustc").args(["--print", "sysroot"]).output();
    listed.is_ok_and(|found| {
        let sysroot = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        std::path::Path::new(&sysroot).join("lib/rustlib/wasm32-unknown-unknown").exists()
    })
}

/// Whether the relay can be killed at any of its system calls: tests without it would pass unseen.
pub(crate) fn has_strace() -> bool {
    is_there(Command::new("strace").arg("--version"))
}

/// Whether cargo has a subcommand.
pub(crate) fn has_cargo(subcommand: &str) -> bool {
    is_there(Command::new("cargo").args([subcommand, "--version"]))
}

/// Whether a program can be started, and says that all is well.
fn is_there(program: &mut Command) -> bool {
    program.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[expect(clippy::disallowed_methods, reason = "progress is told in the time of whoever waits")]
fn now() -> Instant {
    Instant::now()
}
