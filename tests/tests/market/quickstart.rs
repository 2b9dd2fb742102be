//! What the documentation says to type.

use std::net::TcpListener;
use std::process::{Command, Stdio};

/// The folder of the documentation.
const QUICKSTART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/market/quickstart.md");
/// Where it has the relay listen.
const ADDRESS: &str = "127.0.0.1:8787";
/// Commands that it promises to need.
const COMMANDS: usize = 10;

#[test]
fn the_quickstart_goes_from_nothing_to_a_paid_order_in_ten_commands() {
    let text = std::fs::read_to_string(QUICKSTART).unwrap();
    let blocks = blocks(&text);
    // The words to ask by come before, what everybody has by then comes after.
    assert_eq!(blocks.len(), 1 + COMMANDS + 1);
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let script = script(&blocks).replace(ADDRESS, &address);
    let programs = e2e::program("palaver-relay").parent().unwrap().to_owned();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &script]).current_dir(folder.path()).env("PATH", path);
    let output = shell.stderr(Stdio::piped()).output().unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{wrong}");
    assert!(said.contains(r#""settlement":"RELEASED""#), "{said}\n{wrong}");
    let balances: Vec<&str> = said.split(r#""total":""#).skip(1).collect();
    let [seller, buyer] = balances[..] else { panic!("two balances: {said}\n{wrong}") };
    assert!(seller.starts_with("80.00") && buyer.starts_with("20.00"), "{said}");
    assert!(!said.contains(r#""error":"#), "{said}");
}

/// What stands between the fences, without what it is indented by.
fn blocks(text: &str) -> Vec<String> {
    let parts = text.split("```");
    let code = parts.skip(1).step_by(2).filter_map(|block| block.strip_prefix("sh\n"));
    code.map(|block| block.lines().map(|line| line.trim_start().to_owned() + "\n").collect()).collect()
}

/// All of it in one shell, which waits for the relay where a person would look whether it is there, and ends it.
fn script(blocks: &[String]) -> String {
    let (before, rest) = blocks.split_at(2);
    let until_there = format!(
        "trap 'kill %1; wait' EXIT\nuntil curl --silent --output /dev/null http://{ADDRESS}/healthz; do kill -0 %1; done\n"
    );
    [before.concat(), until_there, rest.concat()].concat()
}
