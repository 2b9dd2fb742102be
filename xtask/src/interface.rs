//! The market's interface, driven from its own description by a schema fuzzer: nothing fails, and nothing is answered that is not
//! described, whoever asks.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::steps::{self, Steps};

/// The fuzzer, as it was tried.
const FUZZER: &str = "schemathesis==4.32.5";
/// What puts its questions to things that are there.
const HOOKS: &str = include_str!("interface.py");
/// Everything is checked but that what the description allows is taken: it cannot say what a currency's amounts look like.
const LEFT_OUT: &str = "positive_data_acceptance";
/// What it is driven from, as the relay gives it too.
const DESCRIPTION: &str = include_str!("../../sdk/openapi.json");
/// What has no end is read up to its first event, which comes at once.
const SETTINGS: &str = "max-stream-events = 1\n";
/// Who asks, and for which routes not: one lets nothing be changed from then on.
const CALLERS: [(&str, &[&str]); 3] =
    [(SUPPORT, &["/v1/admin/maintenance/enable"]), ("account", &[]), ("writer", &[])];
/// Whoever may do everything: each route has to have been of use to it.
const SUPPORT: &str = "support";
/// How what a thing's state does not allow is answered.
const STATE_CONFLICT: &str = "409";
/// What that is for alone, once nothing else is asked for.
const LAST: &str = "^/v1/admin/maintenance/";

/// How much is asked.
pub(crate) struct Effort {
    /// Where the programs were built.
    profile: &'static str,
    /// Cases of each route beside those that follow from its description.
    cases: &'static str,
    /// Whence they are drawn: always the same, if nothing is said.
    seeds: Option<u32>,
}

impl Effort {
    /// What there is time for beside all other tests.
    pub(crate) const TEST: Self = Self { profile: "debug", cases: "5", seeds: None };
    /// What is run by hand.
    pub(crate) const SOAK: Self = Self { profile: "release", cases: "60", seeds: Some(3) };
}

/// Drives a market with things in it, as whoever may ask there.
pub(crate) fn drive(steps: &mut Steps, effort: &Effort) -> anyhow::Result<()> {
    steps.require("Python with venv", has_python(), "apt-get install python3-venv")?;
    let target = steps::target_folder()?;
    let programs = target.join(effort.profile);
    let fuzzer = install(&target)?;
    let seeds = effort.seeds.map_or(vec![None], |count| (1..=count).map(Some).collect());
    for seed in seeds {
        let name = seed.map_or_else(String::new, |seed| format!(", seed {seed}"));
        steps.run(&format!("the interface, by a schema fuzzer{name}"), || {
            let folder = target.join("interface");
            // What an earlier run left.
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).context("a folder for what it finds cannot be made")?;
            let market = Market::open(&programs.join("examples/stocked_market"), &folder)?;
            for (caller, left_alone) in CALLERS {
                let but = left_alone.iter().flat_map(|path| ["--exclude-path", path]);
                let run =
                    Run { fuzzer: &fuzzer, folder: &folder, market: &market, cases: effort.cases, seed };
                run.ask(caller, but)?;
                if caller == SUPPORT {
                    run.check_use(caller, left_alone)?;
                }
            }
            let run = Run { fuzzer: &fuzzer, folder: &folder, market: &market, cases: effort.cases, seed };
            run.ask(SUPPORT, ["--include-path-regex", LAST].into_iter())?;
            market.close()
        })?;
    }
    Ok(())
}

fn has_python() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import ensurepip, venv"]).stdout(Stdio::null()).stderr(Stdio::null());
    python.status().is_ok_and(|status| status.success())
}

/// The fuzzer's program, in an environment of its own.
fn install(target: &Path) -> anyhow::Result<PathBuf> {
    let environment = target.join(FUZZER.replace("==", "-"));
    let program = environment.join("bin/schemathesis");
    if !program.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let mut pip = Command::new(environment.join("bin/pip"));
        run(pip.args(["install", "--quiet", "--disable-pip-version-check", FUZZER]))?;
    }
    Ok(program)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{command:?} cannot be started"))?;
    if status.success() { Ok(()) } else { bail!("{command:?} failed") }
}

/// How a caller's questions are asked.
struct Run<'a> {
    fuzzer: &'a Path,
    folder: &'a Path,
    market: &'a Market,
    cases: &'a str,
    seed: Option<u32>,
}

/// How often each route was answered by each status.
type Answers = BTreeMap<String, BTreeMap<String, u32>>;

/// What the interface has, by paths and methods.
#[derive(Deserialize)]
struct Description {
    paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
}

impl Run<'_> {
    /// Asks as a caller, of some routes.
    fn ask<'a>(&self, caller: &str, routes: impl Iterator<Item = &'a str>) -> anyhow::Result<()> {
        let Market { told, .. } = self.market;
        let credential = told.callers.get(caller).context("the market knows this caller")?;
        let mut fuzzer = Command::new(self.fuzzer);
        fuzzer.args(["run", &format!("{}/v1/openapi.json", told.address), "-n", self.cases]);
        fuzzer.args(["--header", &format!("Authorization: Bearer {credential}")]).args(routes);
        fuzzer.args(["--exclude-checks", LEFT_OUT]);
        match self.seed {
            Some(seed) => fuzzer.args(["--seed", &seed.to_string()]),
            None => fuzzer.arg("--generation-deterministic"),
        };
        fuzzer.env("SCHEMATHESIS_HOOKS", "hooks").env("PALAVER_ANSWERS", answers_of(caller));
        let status = fuzzer.current_dir(self.folder).status().context("the fuzzer cannot be started")?;
        if !status.success() {
            bail!("the relay answered the {caller} what it does not describe");
        }
        Ok(())
    }

    /// Whether each route has come at least once to what is there, and did what it is for or refused it for the state that is in: else
    /// its questions were all put wrongly, and prove little.
    fn check_use(&self, caller: &str, left_alone: &[&str]) -> anyhow::Result<()> {
        let text = std::fs::read_to_string(self.folder.join(answers_of(caller)))?;
        let answers: Answers = serde_json::from_str(&text)?;
        let useless = useless(&answers, left_alone)?;
        if !useless.is_empty() {
            bail!("the {caller} never got what it asked for of {useless:?}");
        }
        let sum = |answers: &Answers| answers.values().flat_map(BTreeMap::values).sum::<u32>();
        eprintln!("   {caller}: {} answers of {} routes", sum(&answers), answers.len());
        Ok(())
    }
}

/// The routes of the description that came to nothing, also those that were never asked for.
fn useless(answers: &Answers, left_alone: &[&str]) -> anyhow::Result<Vec<String>> {
    let Description { mut paths } = serde_json::from_str(DESCRIPTION)?;
    paths.retain(|path, _| !left_alone.contains(&path.as_str()));
    let routes = paths.iter().flat_map(|(path, methods)| {
        methods.keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let is_of_use = |status: &String| status.starts_with('2') || status == STATE_CONFLICT;
    Ok(routes.filter(|route| !answers.get(route).is_some_and(|of| of.keys().any(is_of_use))).collect())
}

fn answers_of(caller: &str) -> String {
    format!("answers-{caller}.json")
}

/// A market with things in every state; it ends with this.
struct Market {
    child: Child,
    told: Told,
}

/// What it says of itself.
#[derive(Deserialize)]
struct Told {
    address: String,
    callers: BTreeMap<String, String>,
}

impl Market {
    fn open(program: &Path, folder: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("stocked_market is not built")?;
        let mut line = String::new();
        let output = child.stdout.as_mut().context("its output is piped")?;
        BufReader::new(output).read_line(&mut line)?;
        let told = serde_json::from_str(&line).context("the market is not open")?;
        std::fs::write(folder.join("market.json"), line)?;
        std::fs::write(folder.join("hooks.py"), HOOKS)?;
        std::fs::write(folder.join("schemathesis.toml"), SETTINGS)?;
        Ok(Self { child, told })
    }

    /// Closes it: its books have to be in order.
    fn close(mut self) -> anyhow::Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { bail!("the market's books are not in order") }
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        // It ends with its input, and the relay that it started with it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_was_never_asked_for_is_as_useless_as_one_that_was_always_refused() {
        let all = useless(&Answers::new(), &[]).unwrap();
        let answered = |status: &str| BTreeMap::from([(status.to_owned(), 1)]);
        let mut answers: Answers = all.iter().map(|route| (route.clone(), answered("200"))).collect();
        answers.insert("POST /v1/orders".to_owned(), answered("404"));
        answers.insert("POST /v1/offers".to_owned(), answered(STATE_CONFLICT));
        answers.remove("GET /v1/me");
        answers.remove("POST /v1/admin/maintenance/enable");
        assert_eq!(
            useless(&answers, &["/v1/admin/maintenance/enable"]).unwrap(),
            ["GET /v1/me", "POST /v1/orders"]
        );
    }
}
