//! The market's interface, driven from its own description by a schema fuzzer: nothing fails, and nothing is answered that is not
//! described.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};

use crate::steps::{self, Steps};

/// The fuzzer, as it was tried.
const FUZZER: &str = "schemathesis==4.32.5";
/// Everything is checked but that what the description allows is taken: it cannot say what a currency's amounts look like.
const LEFT_OUT: &str = "positive_data_acceptance";
/// Routes that are not driven: one lets nothing be changed from then on, one has no end.
const LEFT_ALONE: &str = "^/v1/(admin/maintenance/enable|events)$";
/// Cases of each route beside those that follow from its description.
const EXAMPLES: &str = "5";

/// Drives the relay that was built beside this program.
pub(crate) fn drive(steps: &mut Steps) -> anyhow::Result<()> {
    steps.require("Python with venv", has_python(), "apt-get install python3-venv")?;
    steps.run("the interface, by a schema fuzzer", || {
        let target = steps::target_folder()?;
        let fuzzer = install(&target)?;
        let folder = target.join("interface");
        // What an earlier run left.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).context("a folder for the relay cannot be made")?;
        let relay = Relay::start(&target.join("debug/palaver-relay"), &folder)?;
        let mut run = Command::new(fuzzer);
        run.args(["run", &format!("{}/v1/openapi.json", relay.address), "--generation-deterministic"]);
        run.args(["--header", &format!("Authorization: Bearer {}", relay.key), "-n", EXAMPLES]);
        run.args(["--exclude-checks", LEFT_OUT, "--exclude-path-regex", LEFT_ALONE]).current_dir(&folder);
        let status = run.status().context("the fuzzer cannot be started")?;
        if status.success() { Ok(()) } else { bail!("the relay answered what it does not describe") }
    })
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

/// A relay with a key that may do everything; it ends with this.
struct Relay {
    child: Child,
    address: String,
    key: String,
}

impl Relay {
    fn start(program: &Path, folder: &Path) -> anyhow::Result<Self> {
        let mut keys = Command::new(program);
        keys.args(["keys", "create", "--name", "fuzzer", "--scope", "read,write,support", "--data", "data"]);
        let made = keys.current_dir(folder).output().context("palaver-relay is not built")?;
        let key = String::from_utf8(made.stdout)?.trim().to_owned();
        let mut serve = Command::new(program);
        serve.args(["serve", "--listen", "127.0.0.1:0", "--data", "data"]).current_dir(folder);
        serve.env("PALAVER_RELAY_MARKET_REQUESTS_PER_MINUTE", "1000000");
        let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        let output = child.stdout.as_mut().context("its output is piped")?;
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on ").context("the relay does not listen")?;
        Ok(Self { address: address.to_owned(), child, key })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
