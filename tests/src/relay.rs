//! A relay as its operator runs it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A running relay on a data folder of its own.
pub struct TestRelay {
    child: Option<Child>,
    folder: TempDir,
    address: String,
}

impl TestRelay {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (child, address) = serve(folder.path(), "127.0.0.1:0");
        Self { child: Some(child), folder, address }
    }

    /// Its address, as clients are given it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the relay can be killed");
            child.wait().expect("the relay ends");
        }
    }

    /// Starts it again on the same folder and port.
    pub fn restart(&mut self) {
        self.kill();
        let (child, _) = serve(self.folder.path(), &self.address);
        self.child = Some(child);
    }
}

impl Drop for TestRelay {
    fn drop(&mut self) {
        self.kill();
    }
}

fn serve(folder: &Path, listen: &str) -> (Child, String) {
    let mut child = Command::new(crate::program("palaver-relay"))
        .args([
            "serve",
            "--listen",
            listen,
            "--sends-per-minute",
            "100000",
            "--requests-per-minute",
            "1000000",
            "--data",
        ])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the relay starts");
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("its output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the relay says where it listens");
    let address =
        line.trim().strip_prefix("listening on http://").expect("its first line says where").to_owned();
    (child, address)
}
