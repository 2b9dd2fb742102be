//! What an operator does at the command line, beside a running relay.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use e2e::shop::{Caller, Shop, id_of};
use e2e::{TestRelay, once_there};
use rusqlite::Connection;
use serde_json::{Value, json};

/// A port that was free a moment ago is taken by nobody so many times in a row.
const PORTS_TRIED: usize = 5;

#[test]
fn an_operator_suspends_a_user_who_then_trades_no_more_until_activated() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.rich_user("one", "100.00");
    let other = caller.user("two");
    let run = |arguments: &[&str]| told(&shop, arguments);
    assert_eq!(run(&["users", "list"]).as_array().unwrap().len(), 2);
    assert_eq!(run(&["users", "suspend", &user])["status"], "SUSPENDED");
    assert_eq!(run(&["users", "suspend", &user])["status"], "SUSPENDED");
    assert_eq!(run(&["users", "list", "--status", "SUSPENDED"])[0]["id"], json!(user));
    let order = json!({
        "buyer_id": user, "seller_id": other, "amount": "1.00", "currency": "USD", "title": "A desk",
    });
    caller.post("/v1/orders", &order).assert_refused(422, "USER_SUSPENDED");
    assert_eq!(caller.purse(&user), ["100.00", "0.00"], "what it has stays its own");
    assert_eq!(run(&["users", "activate", &user])["status"], "ACTIVE");
    caller.post("/v1/orders", &order).data(201);
    assert_eq!(run(&["users", "show", &user])["external_user_id"], "one");
    let listed = shop.operate(&["users", "list"]).unwrap();
    assert!(
        listed.contains(&format!("{user}  ACTIVE  both  \"one\"")),
        "by the name that is known: {listed}"
    );
    let log = caller.get("/v1/audit/logs?limit=100");
    let actions: Vec<&Value> =
        log.data(200).as_array().unwrap().iter().map(|entry| &entry["entry"]["action"]).collect();
    for action in ["USER_SUSPEND", "USER_ACTIVATE"] {
        assert_eq!(actions.iter().filter(|found| **found == action).count(), 1, "{}", log.text);
    }
    assert!(shop.operate(&["audit", "verify"]).unwrap().starts_with("whole"));
}

#[test]
fn an_operator_lists_shows_and_calls_off_orders() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let [buyer, seller] = [caller.rich_user("buyer", "100.00"), caller.user("seller")];
    let paths: Vec<String> = (0..3).map(|_| caller.order(&buyer, &seller, "10.00")).collect();
    let order = paths[1].rsplit_once('/').unwrap().1;
    caller.post(&format!("{}/reserve", paths[1]), &json!({ "amount": "10.00" })).data(200);
    let run = |arguments: &[&str]| told(&shop, arguments);
    assert_eq!(run(&["orders", "list"]).as_array().unwrap().len(), 3);
    assert_eq!(run(&["orders", "list", "--status", "FUNDS_RESERVED"])[0]["id"], json!(order));
    assert_eq!(run(&["orders", "list", "--user", &seller]).as_array().unwrap().len(), 3);
    assert_eq!(run(&["orders", "show", order])["title"], "A desk");
    assert_eq!(run(&["orders", "cancel", order, "--reason", "Nobody is there."])["status"], "CLOSED");
    assert_eq!(caller.purse(&buyer), ["100.00", "0.00"]);
    let late = caller.funded_order(&buyer, &seller, "20.00");
    let said = shop.operate(&["orders", "cancel", late.rsplit_once('/').unwrap().1]).unwrap_err();
    assert!(said.contains("INVALID_STATE"), "{said}");
}

#[test]
fn an_operator_says_that_money_came_and_went_and_is_one_person_where_it_takes_two() {
    let shop = Shop { relay: TestRelay::start_with(&[("PALAVER_RELAY_TWO_PERSON_RULE", "true")]) };
    let caller = shop.key("read,write,support");
    let user = caller.user("one");
    let body = json!({
        "user_id": user, "amount": "100.00", "currency": "USD", "return_url": "https://shop.example.org/paid",
    });
    let top_up = id_of(caller.post("/v1/topups", &body).data(201));
    let run = |arguments: &[&str]| told(&shop, arguments);
    for _ in 0..2 {
        let noted = run(&["topups", "confirm", &top_up, "--reference", "NTRF-1"]);
        assert_eq!(
            [&noted["status"], &noted["approvals"][0]["by"]],
            ["TOPUP_AWAITING_USER_CONFIRMATION", "operator"]
        );
    }
    assert_eq!(caller.purse(&user), ["0.00", "0.00"]);
    let line = || shop.operate(&["topups", "list"]).unwrap();
    assert!(line().contains("waiting for another person's word"), "{}", line());
    let settled = caller.post(&format!("/v1/topups/{top_up}/confirm"), &json!({}));
    assert_eq!(settled.data(200)["provider_ref"], "NTRF-1");
    assert_eq!(line(), format!("{top_up}  TOPUP_SUCCEEDED  100.00 USD\n"));
    assert_eq!(run(&["topups", "list", "--status", "TOPUP_SUCCEEDED"])[0]["id"], json!(top_up));
    let withdrawal = withdraw(&caller, &user);
    let path = format!("/v1/withdrawals/{withdrawal}/complete");
    assert_eq!(caller.post(&path, &json!({})).data(202)["status"], "WITHDRAWAL_COMMITTED");
    assert_eq!(run(&["withdrawals", "complete", &withdrawal])["status"], "WITHDRAWAL_COMPLETED");
    let failed = withdraw(&caller, &user);
    assert_eq!(run(&["withdrawals", "fail", &failed, "--reason", "No."])["status"], "WITHDRAWAL_FAILED");
    assert_eq!(caller.purse(&user), ["60.00", "0.00"]);
}

#[test]
fn what_is_mistyped_is_said_and_ends_with_a_code_of_its_own() {
    let shop = Shop::open();
    shop.key("read");
    for (arguments, code, said) in [
        (["users", "show", "nobody"].as_slice(), 2, "usr_"),
        (&["users", "show", "usr_aaaaaaaaaaaaaaaaaaaaaaaaaa"], 1, "USER_NOT_FOUND"),
        (&["orders", "list", "--status", "RICH"], 2, "RICH"),
        (&["topups", "list", "--space", "nowhere"], 1, "there is no space `nowhere`"),
        (&["topups", "fail", "topup_aaaaaaaaaaaaaaaaaaaaaaaaaa"], 2, "--reason"),
    ] {
        let mut program = Command::new(e2e::program("palaver-relay"));
        let output = program.args(arguments).arg("--data").arg(shop.relay.folder()).output().unwrap();
        let heard = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {heard}");
        assert!(heard.contains(said), "{arguments:?}: {heard}");
    }
}

#[test]
fn a_command_that_answers_in_json_fails_in_json_with_a_code_and_the_same_status() {
    let mut shop = Shop::open();
    shop.key("read,write,support").rich_user("one", "10.00");
    let export = shop.relay.folder().join("export.jsonl");
    std::fs::write(&export, shop.operate(&["audit", "export", "--json"]).unwrap()).unwrap();
    let export = export.to_str().unwrap().to_owned();
    assert!(shop.operate(&["audit", "verify", "--export", &export]).unwrap().starts_with("whole"));
    shop.relay.stop();
    let tamper = "UPDATE ledger_balances SET minor = minor + 1 WHERE account LIKE 'available:%';
        UPDATE audit SET body = replace(body, 'USER_CREATE', 'USER_CREATF')";
    Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap().execute_batch(tamper).unwrap();
    for (arguments, code, message) in [
        (
            ["users", "show", "usr_aaaaaaaaaaaaaaaaaaaaaaaaaa"].as_slice(),
            "USER_NOT_FOUND",
            "there is no such user",
        ),
        (&["ledger", "verify"], "books_not_in_order", "another balance"),
        (&["audit", "verify"], "audit_log_touched", "entry 2 was altered"),
        (&["audit", "verify", "--export", "Cargo.toml"], "no_export", "Cargo.toml is no export"),
        (&["audit", "export", "--space", "nowhere"], "no_space", "there is no space `nowhere`"),
        (&["reconcile", "--statement", "nowhere.csv"], "failed", "nowhere.csv cannot be opened"),
    ] {
        let run = |is_json: bool| {
            let mut program = Command::new(e2e::program("palaver-relay"));
            program.args(arguments).args(is_json.then_some("--json"));
            let output = program.arg("--data").arg(shop.relay.folder()).output().unwrap();
            assert!(output.stdout.is_empty(), "{arguments:?}: {output:?}");
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            String::from_utf8(output.stderr).unwrap()
        };
        let said: Value = serde_json::from_str(&run(true)).unwrap();
        assert_eq!(said["error"]["code"], code, "{arguments:?}: {said}");
        assert!(said["error"]["message"].as_str().unwrap().contains(message), "{arguments:?}: {said}");
        let said = run(false);
        assert!(said.starts_with("palaver-relay: ") && said.contains(message), "{arguments:?}: {said}");
    }
}

#[test]
fn what_was_asked_for_is_done_and_ends_as_ever_though_nobody_reads_what_is_said_of_it() {
    let shop = Shop::open();
    let user = shop.key("read,write,support").rich_user("one", "10.00");
    let statement = shop.relay.folder().join("statement.csv");
    std::fs::write(&statement, "date,amount,currency,reference\n").unwrap();
    for (arguments, code) in [
        (["users", "suspend", &user].as_slice(), 0),
        (&["users", "list", "--json"], 0),
        (&["ledger", "verify"], 0),
        (&["audit", "export"], 1),
        (&["reconcile", "--statement", statement.to_str().unwrap()], 1),
    ] {
        let mut program = Command::new(e2e::program("palaver-relay"));
        program.args(arguments).arg("--data").arg(shop.relay.folder());
        let output = program.stdout(nobody()).output().unwrap();
        let heard = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {heard}");
        assert!(!heard.contains("panicked") && !heard.contains("pipe"), "{arguments:?}: {heard}");
    }
    assert_eq!(told(&shop, &["users", "show", &user])["status"], "SUSPENDED");
    let mut program = Command::new(e2e::program("palaver-relay"));
    program
        .args(["keys", "create", "--name", "unread", "--scope", "read", "--data"])
        .arg(shop.relay.folder());
    let output = program.stdout(nobody()).output().unwrap();
    let heard = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(1) && heard.contains("nobody has read it"),
        "a key is told once: {heard}"
    );
}

#[test]
fn programs_are_told_of_keys_maintenance_and_the_audit_log_as_json() {
    let shop = Shop::open();
    let made = told(&shop, &["keys", "create", "--name", "till", "--scope", "read"]);
    assert!(made["api_key"].as_str().unwrap().starts_with("plv_key_"), "{made}");
    let listed = told(&shop, &["keys", "list"]);
    assert!(listed.as_array().unwrap().iter().any(|key| key["name"] == "till"), "{listed}");
    let revoked = told(&shop, &["keys", "revoke", made["id"].as_str().unwrap()]);
    assert!(revoked["revoked_at"].is_string(), "{revoked}");
    told(&shop, &["maintenance", "enable", "Back at noon"]);
    let status = told(&shop, &["maintenance", "status"]);
    assert!(status.to_string().contains("Back at noon"), "{status}");
    told(&shop, &["maintenance", "disable"]);
    assert!(told(&shop, &["audit", "verify"]).is_object());
}

#[test]
fn an_operator_who_names_no_folder_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.toml");
    std::fs::write(&file, "data = ''").unwrap();
    let mut program = Command::new(e2e::program("palaver-relay"));
    let output = program.args(["users", "list", "--config"]).arg(&file).output().unwrap();
    let heard = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && heard.contains("`data` is wrong: it is empty"), "{heard}");
}

#[test]
fn a_relay_that_nobody_reads_the_address_of_serves_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // Free once it was somebody's: what the system gives by itself would be told to nobody. Somebody else may have taken it since.
    let served = (0..PORTS_TRIED).find_map(|_| {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut program = Command::new(e2e::program("palaver-relay"));
        program.args(["serve", "--listen", &address.to_string(), "--data"]).arg(folder.path());
        let mut relay = program.stdout(nobody()).stderr(Stdio::null()).spawn().unwrap();
        let is_served = once_there(|| match is_healthy(address) {
            Ok(true) => Some(true),
            _ => relay.try_wait().unwrap().map(|_| false),
        });
        is_served.then_some(relay)
    });
    let mut relay = served.expect("it goes on");
    relay.kill().unwrap();
    relay.wait().unwrap();
}

fn is_healthy(address: SocketAddr) -> std::io::Result<bool> {
    let mut served = TcpStream::connect(address)?;
    served.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    served.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

/// Where what is written is read by nobody any more.
fn nobody() -> Stdio {
    let (_, writer) = std::io::pipe().unwrap();
    writer.into()
}

fn told(shop: &Shop, arguments: &[&str]) -> Value {
    let answer = shop.operate(&[arguments, &["--json"]].concat()).unwrap();
    serde_json::from_str(&answer).unwrap()
}

fn withdraw(caller: &Caller, user: &str) -> String {
    let body = json!({
        "user_id": user, "amount": "40.00", "currency": "USD", "commit": true,
        "destination": { "type": "bank", "ref": "DE89370400440532013000" },
    });
    id_of(caller.post("/v1/withdrawals", &body).data(201))
}
