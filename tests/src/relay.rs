//! A relay as its operator runs it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Where one listens that takes any free port.
const ANYWHERE: &str = "127.0.0.1:0";
/// Where its log is.
const LOG: &str = "relay.log";

/// A running relay on a data folder of its own.
pub struct TestRelay {
    child: Option<Child>,
    settings: Vec<(String, String)>,
    folder: TempDir,
    address: String,
}

impl TestRelay {
    /// Starts one on a free port.
    pub fn start() -> Self {
        Self::start_on(empty_folder())
    }

    /// Starts one on a folder.
    pub fn start_on(folder: TempDir) -> Self {
        Self::start_in(folder, Vec::new())
    }

    /// Starts one with settings from its environment, which it keeps when it is started again.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_in(empty_folder(), owned(settings))
    }

    fn start_in(folder: TempDir, settings: Vec<(String, String)>) -> Self {
        let (child, address) = serve(relay(&settings), folder.path(), ANYWHERE);
        Self { child: Some(child), settings, folder, address }
    }

    /// One with a copy of what another left, which was not started yet.
    pub fn after(left: &Path, settings: &[(&str, &str)]) -> Self {
        let folder = empty_folder();
        for file in std::fs::read_dir(left).expect("a folder") {
            let file = file.expect("a file");
            std::fs::copy(file.path(), folder.path().join(file.file_name())).expect("it can be copied");
        }
        Self { child: None, settings: owned(settings), folder, address: format!("http://{ANYWHERE}") }
    }

    /// Starts one that does TLS itself with a certificate of its own, `cert.pem` in its folder.
    pub fn start_with_tls() -> Self {
        let folder = empty_folder();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let own = rcgen::generate_simple_self_signed(names).expect("a certificate can be made");
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, own.cert.pem()).expect("it can be written");
        std::fs::write(&key, own.signing_key.serialize_pem()).expect("it can be written");
        let path = |path: std::path::PathBuf| path.to_str().expect("a path is a text").to_owned();
        let settings = [("PALAVER_RELAY_TLS_CERT", path(cert)), ("PALAVER_RELAY_TLS_KEY", path(key))];
        Self::start_in(folder, settings.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Starts one whose system calls `calls` are written to a file; an error says why this machine does not allow it.
    pub fn start_traced(calls: &str, trace: &Path) -> Result<Self, String> {
        untraceable().map_or(Ok(()), Err)?;
        let folder = empty_folder();
        let mut traced = Command::new("strace");
        traced.args(["-f", "-qq", "-y", "-e", &format!("trace={calls}"), "-o"]).arg(trace);
        traced.arg(crate::program("palaver-relay"));
        let (child, address) = serve(traced, folder.path(), ANYWHERE);
        Ok(Self { child: Some(child), settings: Vec::new(), folder, address })
    }

    /// Its address, as clients are given it.
    pub fn url(&self) -> String {
        self.address.clone()
    }

    /// Its address, as sockets are opened to it.
    pub fn address(&self) -> std::net::SocketAddr {
        self.listen().parse().expect("the relay listens on an address")
    }

    /// What it holds in memory.
    pub fn memory_kib(&self) -> u64 {
        let id = self.child.as_ref().expect("it runs").id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("the system tells");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("with its memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// What it has said of itself since it was first started.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join(LOG)).expect("a log is text")
    }

    /// Everything it keeps, and its log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Asks it to stop, as an operator does, and waits until it has.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let asked = Command::new("kill").args(["-TERM", &own_process(child.id())]).status();
            assert!(asked.expect("a signal can be sent").success());
            assert!(child.wait().expect("the relay ends").success());
        }
    }

    /// Ends it as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let own = own_process(child.id());
            if own == child.id().to_string() {
                child.kill().expect("the relay can be killed");
            } else {
                // What was traced would go on without its tracer, which ends once it is gone, and with it what it listened on.
                let _ = Command::new("kill").args(["-KILL", &own]).stderr(Stdio::null()).status();
            }
            child.wait().expect("the relay ends");
        }
    }

    /// Starts it again on the same folder and port.
    pub fn restart(&mut self) {
        self.kill();
        let (child, address) = serve(relay(&self.settings), self.folder.path(), self.listen());
        self.child = Some(child);
        self.address = address;
    }

    /// The same, with other settings from its environment.
    pub fn restart_with(&mut self, settings: &[(&str, &str)]) {
        self.settings = owned(settings);
        self.restart();
    }

    /// The same, but it is killed when one of its threads makes its `nth` system call `call`: before that is done, and maybe before
    /// it listens.
    pub fn restart_to_die(&mut self, call: &str, nth: u32) {
        self.kill();
        let mut dying = Command::new("strace");
        dying.args(["-f", "-qqq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e"]);
        dying.arg(format!("inject={call}:signal=SIGKILL:when={nth}")).arg(crate::program("palaver-relay"));
        dying.envs(self.settings.iter().map(|(name, value)| (name, value)));
        let (child, address) = try_to_serve(dying, self.folder.path(), self.listen());
        self.child = Some(child);
        self.address = address.unwrap_or_else(|| self.address.clone());
    }

    /// Whether it has ended by itself, or was killed by the system.
    pub fn has_ended(&mut self) -> bool {
        let child = self.child.as_mut().expect("it was started");
        child.try_wait().expect("the system tells").is_some()
    }

    fn listen(&self) -> &str {
        self.address.split_once("://").expect("an address has a scheme").1
    }
}

/// Why processes cannot be traced on this machine, if they cannot.
pub fn untraceable() -> Option<String> {
    let attempt = Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).output();
    match attempt {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => Some(error.to_string()),
    }
}

impl Drop for TestRelay {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The relay's own process: itself, or the one that a tracer started.
fn own_process(id: u32) -> String {
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    children.split_whitespace().next().map_or(id.to_string(), str::to_owned)
}

fn empty_folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

fn owned(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn relay(settings: &[(String, String)]) -> Command {
    let mut program = Command::new(crate::program("palaver-relay"));
    program.envs(settings.iter().map(|(name, value)| (name, value)));
    program
}

/// Tests ask more often than people do.
const LIMITS: [&str; 9] = [
    "SENDS",
    "CREATIONS",
    "CLAIMS",
    "REQUESTS",
    "REGISTRATIONS",
    "GUEST_REQUESTS",
    "MARKET_REQUESTS",
    "TOP_UPS",
    "WITHDRAWALS",
];

/// The same of streams that are open at a time.
const EVENT_STREAMS: &str = "PALAVER_RELAY_EVENT_STREAMS_PER_KEY";

fn serve(program: Command, folder: &Path, listen: &str) -> (Child, String) {
    let (child, address) = try_to_serve(program, folder, listen);
    (child, address.expect("its first line says where it listens"))
}

/// The process, and where it listens, if it comes as far as to say that.
fn try_to_serve(mut program: Command, folder: &Path, listen: &str) -> (Child, Option<String>) {
    let log = File::options().create(true).append(true).open(folder.join(LOG)).expect("a log can be written");
    let names = LIMITS.map(|limit| format!("PALAVER_RELAY_{limit}_PER_MINUTE"));
    for name in names.into_iter().chain([EVENT_STREAMS.to_owned()]) {
        if program.get_envs().all(|(given, _)| given != name.as_str()) {
            program.env(name, "1000000");
        }
    }
    let mut child = program
        .args(["serve", "--listen", listen, "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the relay starts");
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("its output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the relay says where it listens");
    let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
    (child, address)
}
