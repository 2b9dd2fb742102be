//! A person's home folder, and what `palaver` says when it runs there.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A home folder.
pub struct Home {
    folder: TempDir,
    relay: String,
    /// The person's handle, with its `@`.
    pub name: String,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Answer {
    /// The exit code.
    pub code: i32,
    /// One object a line.
    pub lines: Vec<Value>,
    /// What was said to people.
    pub said: String,
}

impl Home {
    /// An empty folder of someone who is to be called `name`.
    pub fn new(relay: &crate::TestRelay, name: &str) -> Self {
        Self::of(tempfile::tempdir().expect("a folder can be made"), relay, name)
    }

    /// A folder that `name` has used before.
    pub fn of(folder: TempDir, relay: &crate::TestRelay, name: &str) -> Self {
        Self { folder, relay: relay.url(), name: format!("@{name}") }
    }

    /// Where everything is kept.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes an account on a relay.
    pub fn init(relay: &crate::TestRelay, name: &str) -> Self {
        let home = Self::new(relay, name);
        home.run(&["init", "--handle", name]).expect_code(0);
        home
    }

    /// A copy of everything in the folder.
    pub fn back_up(&self) -> TempDir {
        copy_of(self.folder.path())
    }

    /// Puts a copy in the folder's place.
    pub fn restore(&self, copy: &TempDir) {
        for file in std::fs::read_dir(self.folder.path()).expect("the folder is there") {
            std::fs::remove_file(file.expect("a file").path()).expect("it can be removed");
        }
        copy_files(copy.path(), self.folder.path());
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        answer(&mut self.command(arguments))
    }

    /// Runs a command whose output nobody reads.
    pub fn run_without_reader(&self, arguments: &[&str]) -> std::process::Output {
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        drop(reader);
        let mut command = self.command(arguments);
        command.stdout(writer).stderr(Stdio::piped());
        command.spawn().and_then(Child::wait_with_output).expect("palaver starts")
    }

    /// Starts a command without waiting for it.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("palaver starts")
    }

    /// Starts a command whose output is read, and whose questions are answered, while it runs.
    pub fn talk_to(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("palaver starts");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        Running { child, output }
    }

    /// Sends, and expects that the relay took it.
    #[track_caller]
    pub fn send(&self, to: &Self, text: &str) {
        self.run(&["send", &to.name, text]).expect_code(0);
    }

    /// The texts of a conversation, oldest first.
    #[track_caller]
    pub fn texts(&self, with: &Self) -> Vec<String> {
        let answer = self.run(&["read", &with.name]);
        answer.expect_code(0);
        answer.lines.iter().filter_map(|line| line["text"].as_str().map(str::to_owned)).collect()
    }

    /// Keeps someone as a contact.
    #[track_caller]
    pub fn add(&self, other: &Self) {
        self.run(&["contact", "add", &other.name]).expect_code(0);
    }

    /// Runs a command that trusts a certificate of the relay's folder.
    pub fn run_trusting(&self, relay: &crate::TestRelay, arguments: &[&str]) -> Answer {
        answer(self.command(arguments).env("SSL_CERT_FILE", relay.folder().join("cert.pem")))
    }

    /// Runs a command on a machine whose clock is wrong, such as by `+1y`; none where this one has no `faketime`.
    pub fn run_at(&self, clock: &str, arguments: &[&str]) -> Option<Answer> {
        let command = self.command(arguments);
        let mut shifted = Command::new("faketime");
        shifted.args(["-f", clock]).arg(command.get_program()).args(command.get_args());
        // Waiting is not to be hurried.
        shifted.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Command::new("faketime").arg("--version").output().ok()?;
        Some(answer(&mut shifted))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(crate::program("palaver"));
        command
            .arg("--home")
            .arg(self.folder.path())
            .args(["--relay", &self.relay, "--json"])
            .args(arguments);
        command
    }
}

/// A command that runs.
pub struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Running {
    /// Waits for the object that has a field, and gives the field.
    #[track_caller]
    pub fn expect(&mut self, field: &str) -> String {
        let mut said = String::new();
        loop {
            let mut line = String::new();
            let length = self.output.read_line(&mut line).expect("palaver prints UTF-8");
            assert!(length > 0, "palaver ended without `{field}`: {said}");
            said += &line;
            let object: Value = serde_json::from_str(&line).expect("a line is an object");
            if let Some(text) = object[field].as_str() {
                return text.to_owned();
            }
        }
    }

    /// Types a line.
    pub fn say(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("its input is piped");
        writeln!(input, "{line}").expect("palaver reads");
    }

    /// Ends it at once.
    pub fn kill(mut self) {
        self.child.kill().expect("palaver runs");
        self.child.wait().expect("palaver ends");
    }

    /// Waits for its end, and gives its exit code.
    pub fn code(mut self) -> i32 {
        self.child.wait().expect("palaver ends").code().unwrap_or(-1)
    }
}

fn answer(command: &mut Command) -> Answer {
    let output = command.output().expect("palaver starts");
    let text = String::from_utf8(output.stdout).expect("palaver prints UTF-8");
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("a line is an object")).collect();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Answer { code: output.status.code().unwrap_or(-1), lines, said }
}

impl Answer {
    /// Expects an exit code.
    #[track_caller]
    pub fn expect_code(&self, code: i32) {
        assert_eq!(self.code, code, "{self:?}");
    }
}

/// A folder's files, in a folder that can be written to.
pub fn copy_of(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder can be made");
    copy_files(folder, copy.path());
    copy
}

fn copy_files(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).expect("the folder is there") {
        let file = file.expect("a file");
        let copy = to.join(file.file_name());
        std::fs::copy(file.path(), &copy).expect("it can be copied");
        // A checkout does not keep who may read a file.
        let for_its_owner = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&copy, for_its_owner).expect("it is ours");
    }
}
