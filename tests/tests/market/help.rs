//! What the operator's commands say of themselves.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use e2e::shop::{Shop, id_of};
use serde_json::json;

/// It goes on until it is stopped: the quickstart has it serve.
const SERVES: &str = "serve";
/// What a bank says of the one payment that its example confirms.
const STATEMENT: &str = "date;amount;currency;EndToEndId\n2026-01-31;10.00;USD;NTRF-20260131-7\n";

#[test]
fn every_commands_help_ends_with_an_example_that_does_what_it_shows() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.user("one");
    let top_up = json!({
        "user_id": user, "amount": "10.00", "currency": "USD", "return_url": "https://shop.example.org/paid",
    });
    let top_up = id_of(caller.post("/v1/topups", &top_up).data(201));
    let folder = tempfile::tempdir().unwrap();
    // As the examples name it, and as it is called where it is not named.
    for name in ["data", "palaver-data"] {
        symlink(shop.relay.folder(), folder.path().join(name)).unwrap();
    }
    let files = [
        ("relay.toml", "listen = '127.0.0.1:0'"),
        ("january.csv", "date,amount,currency,reference\n"),
        ("bank.csv", STATEMENT),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let commands = commands(&help(&[]));
    assert!(commands.len() > 10 && commands.iter().any(|command| command == SERVES), "{commands:?}");
    assert!(!examples(&help(&[])).is_empty());
    for command in &commands {
        let examples = examples(&help(&[command]));
        assert!(!examples.is_empty(), "{command}");
        for example in examples {
            assert!(example.starts_with(&format!("palaver-relay {command}")), "{command}: {example}");
            if command != SERVES {
                run(folder.path(), &example.replace("usr_…", &user).replace("topup_…", &top_up));
            }
        }
    }
    assert_eq!(caller.get(&format!("/v1/users/{user}")).data(200)["status"], "SUSPENDED");
    assert_eq!(caller.purse(&user), ["10.00", "0.00"]);
    assert!(folder.path().join("openapi.json").exists());
}

/// Types it where the folder of data lies.
#[track_caller]
fn run(folder: &Path, example: &str) {
    let programs = e2e::program("palaver-relay").parent().unwrap().to_owned();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    let output = shell.args(["-euc", example]).current_dir(folder).env("PATH", path).output().unwrap();
    assert!(output.status.success(), "{example}: {output:?}");
}

fn help(arguments: &[&str]) -> String {
    let mut program = Command::new(e2e::program("palaver-relay"));
    let output = program.args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<String> {
    let (_, listed) = help.split_once("Commands:\n").unwrap();
    let lines = listed.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

/// What a help shows to be typed, at its end.
fn examples(help: &str) -> Vec<String> {
    let (_, shown) = help.rsplit_once("\nExample").unwrap_or_default();
    let lines = shown.lines().skip(1).take_while(|line| !line.is_empty());
    lines.map(|line| line.trim_start().to_owned()).collect()
}
