//! The audit log, and whoever touches it.

use std::path::Path;

use data_encoding::HEXLOWER;
use e2e::raw::Member;
use e2e::shop::{Caller, Shop, operate};
use protocol::RelayId;
use protocol::keys::RelayKey;
use relay::trade::{AuditEntry, AuditHead, Chain};
use rusqlite::Connection;
use serde_json::{Value, json};

/// As the relay enters whose things entries are about, once there are enough of them.
const ENTERED: &str = "
    INSERT INTO audit_users (space_id, user_id, occurred_at, place)
    SELECT space_id, user_id, occurred_at, place FROM audit WHERE user_id IS NOT NULL;
    INSERT OR REPLACE INTO audit_users_entered (space_id, place)
    SELECT space_id, max(place) FROM audit GROUP BY space_id";

#[test]
fn every_change_and_every_refused_one_has_an_entry_without_what_is_personal() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = json!({ "external_user_id": "secret-name", "type": "both", "email": "ana@example.org" });
    let made = caller.post("/v1/users", &user);
    caller.post("/v1/users", &user).assert_refused(409, "USER_ALREADY_EXISTS");
    let log = caller.get("/v1/audit/logs");
    let entries: Vec<&Value> =
        log.data(200).as_array().unwrap().iter().map(|entry| &entry["entry"]).collect();
    let seen: Vec<_> = entries
        .iter()
        .map(|entry| (entry["action"].as_str().unwrap(), entry["result"].as_str().unwrap()))
        .collect();
    assert_eq!(seen, [("USER_CREATE", "FAILURE"), ("USER_CREATE", "SUCCESS"), ("API_KEY_CREATE", "SUCCESS")]);
    assert_eq!(entries[1]["resource_id"], made.data(201)["id"]);
    assert_eq!(entries[1]["correlation_id"].as_str(), made.header("x-request-id"));
    let exported = shop.operate(&["audit", "export"]).unwrap();
    for personal in ["secret-name", "ana@example.org", caller.credential()] {
        assert!(!log.text.contains(personal) && !exported.contains(personal), "{personal}");
    }
}

#[test]
fn a_start_that_changes_the_two_person_rule_is_in_every_log_and_one_that_keeps_it_is_in_none() {
    const RULE: &[(&str, &str)] = &[("PALAVER_RELAY_TWO_PERSON_RULE", "true")];
    let mut shop = Shop::open();
    let [here, there] = [shop.key("support"), shop.key_in("other", "support")];
    let noted = |caller: &Caller| -> Vec<String> {
        let log = caller.get("/v1/audit/logs?resource_type=two_person_rule");
        let entries = log.data(200).as_array().unwrap();
        assert!(entries.iter().all(|entry| entry["entry"]["actor_type"] == "operator"), "{}", log.text);
        entries.iter().map(|entry| entry["entry"]["action"].as_str().unwrap().to_owned()).collect()
    };
    assert!(noted(&here).is_empty());
    let [on, off] = ["TWO_PERSON_RULE_ENABLE", "TWO_PERSON_RULE_DISABLE"];
    for (settings, expected) in
        [(RULE, vec![on]), (RULE, vec![on]), (&[], vec![off, on]), (RULE, vec![on, off, on])]
    {
        shop.relay.restart_with(settings);
        assert_eq!([noted(&here), noted(&there)], [expected.clone(), expected.clone()]);
    }
    let last = here.get("/v1/audit/logs?resource_type=two_person_rule&limit=1").data(200)[0].clone();
    assert_eq!(last["entry"]["payload_before"], json!({ "enabled": false }));
    assert_eq!(last["entry"]["payload_after"], json!({ "enabled": true }));
    let ids = [&here, &there].map(|caller| caller.get("/v1/audit/logs").data(200)[0]["entry"]["id"].clone());
    assert_ne!(ids[0], ids[1]);
    assert!(shop.operate(&["audit", "verify", "--space", "other"]).unwrap().starts_with("whole"));
    // A log that somebody touched takes no more entries, and keeps nobody else from theirs.
    shop.relay.stop();
    Connection::open(shop.relay.folder().join("relay.sqlite"))
        .unwrap()
        .execute_batch("DELETE FROM audit WHERE place = (SELECT max(place) FROM audit)")
        .unwrap();
    shop.relay.restart_with(&[]);
    assert_eq!([noted(&here).len(), noted(&there).len()], [4, 2]);
}

#[test]
fn the_log_is_looked_at_from_its_end_by_what_was_done_to_what_and_when() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = |name: &str| {
        let made = caller.post("/v1/users", &json!({ "external_user_id": name, "type": "both" }));
        made.data(201)["id"].as_str().unwrap().to_owned()
    };
    let ids: Vec<String> = ["one", "two", "three"].into_iter().map(user).collect();
    caller.post("/v1/admin/maintenance/enable", &json!({ "message": "Back soon." })).data(200);
    caller.post("/v1/admin/maintenance/disable", &json!({})).data(200);
    shop.key_in("other", "write").post("/v1/users", &json!({ "external_user_id": "one", "type": "both" }));
    let page = |query: &str| {
        let answer = caller.get(&format!("/v1/audit/logs?{query}"));
        let entries = answer.data(200).as_array().unwrap().clone();
        let next = answer.body["meta"]["pagination"]["next_cursor"].as_str().map(str::to_owned);
        (entries, next)
    };
    let numbers =
        |query: &str| page(query).0.iter().map(|entry| entry["number"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(numbers(""), [6, 5, 4, 3, 2, 1]);
    assert_eq!(numbers("resource_type=user"), [4, 3, 2]);
    assert_eq!(numbers(&format!("resource_type=user&resource_id={}", ids[1])), [3]);
    assert!(numbers(&format!("resource_type=order&resource_id={}", ids[1])).is_empty());
    assert_eq!(numbers("action=MAINTENANCE_ENABLE"), [5]);
    assert!(numbers("action=USER_CREATE&resource_type=maintenance").is_empty());
    let times: Vec<String> = page("")
        .0
        .iter()
        .rev()
        .map(|entry| entry["entry"]["occurred_at"].as_str().unwrap().to_owned())
        .collect();
    let within = |number: usize| times[2] <= times[number] && times[number] < times[4];
    let expected: Vec<u64> =
        (0..6).rev().filter(|number| within(*number)).map(|number| number as u64 + 1).collect();
    assert_eq!(numbers(&format!("from={}&to={}", times[2], times[4])), expected);
    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let (entries, next) = page(&format!("limit=2&resource_type=user{cursor}"));
        walked.extend(entries.iter().map(|entry| entry["number"].as_u64().unwrap()));
        match next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(walked, [4, 3, 2]);
    for wrong in ["from=yesterday", "to=2026", "action=", "cursor=last", "user=ana"] {
        caller.get(&format!("/v1/audit/logs?{wrong}")).assert_refused(400, "VALIDATION_ERROR");
    }
}

#[tokio::test]
async fn what_was_done_about_one_user_is_found_whoever_did_it_and_whether_or_not_it_came_about() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let member = Member::join_at(shop.relay.address()).await;
    let account = shop.account(member.person.device(), &member.session_token);
    let own = account.get("/v1/me").data(200)["account"]["user_id"].as_str().unwrap().to_owned();
    let [buyer, seller] = [caller.rich_user("one", "100.00"), caller.user("two")];
    let order = caller.order(&buyer, &seller, "80.00");
    caller.post(&format!("{order}/release"), &json!({})).assert_refused(409, "INVALID_STATE");
    let send = json!({ "from_user_id": buyer, "to_user_id": seller, "amount": "1000.00", "currency": "USD" });
    caller.post("/v1/transfers", &send).assert_refused(422, "INSUFFICIENT_FUNDS");
    account.post(&format!("{order}/cancel"), &json!({})).assert_refused(404, "ORDER_NOT_FOUND");
    caller.post(&format!("/v1/users/{seller}/suspend"), &json!({})).data(200);
    let done = |query: &str| -> Vec<(String, String)> {
        let answer = caller.get(&format!("/v1/audit/logs?{query}"));
        let word = |entry: &Value, field: &str| entry["entry"][field].as_str().unwrap().to_owned();
        let entries = answer.data(200).as_array().unwrap();
        assert!(entries.iter().all(|entry| entry["entry"]["marketplace_id"] == "mkt_1"));
        entries.iter().rev().map(|entry| (word(entry, "action"), word(entry, "result"))).collect()
    };
    let check = |query: &str, expected: &[(&str, &str)]| {
        let expected: Vec<_> =
            expected.iter().map(|(action, result)| ((*action).to_owned(), (*result).to_owned())).collect();
        assert_eq!(done(query), expected, "{query}");
    };
    let of = |user: &str| format!("user_id={user}");
    check(
        &of(&buyer),
        &[
            ("USER_CREATE", "SUCCESS"),
            ("TOPUP_CREATE", "SUCCESS"),
            ("TOPUP_CONFIRM", "SUCCESS"),
            ("ORDER_CREATE", "SUCCESS"),
            ("RELEASE", "FAILURE"),
            ("TRANSFER_SEND", "FAILURE"),
        ],
    );
    check(&of(&seller), &[("USER_CREATE", "SUCCESS"), ("USER_SUSPEND", "SUCCESS")]);
    check(&of(&own), &[("ORDER_CANCEL", "FAILURE")]);
    check(&format!("{}&action=RELEASE&resource_type=order", of(&buyer)), &[("RELEASE", "FAILURE")]);
    caller.get("/v1/audit/logs?user_id=ana").assert_refused(404, "USER_NOT_FOUND");
    assert!(shop.operate(&["audit", "verify"]).unwrap().starts_with("whole"));
}

#[test]
fn a_log_that_nobody_touched_is_whole_while_the_relay_runs_and_as_an_export_elsewhere() {
    let shop = filled();
    assert!(shop.operate(&["audit", "verify"]).unwrap().starts_with("whole: 6 entries"));
    let key = shop.operate(&["audit", "key"]).unwrap();
    let export = shop.relay.folder().join("export.jsonl");
    std::fs::write(&export, shop.operate(&["audit", "export"]).unwrap()).unwrap();
    let elsewhere = |key: &str| shop.operate(&["audit", "verify", "--export", text(&export), "--key", key]);
    assert!(elsewhere(key.trim()).unwrap().starts_with("whole: 6 entries"));
    assert!(elsewhere(&"11".repeat(32)).unwrap_err().contains("signed"));
}

#[test]
fn one_flipped_byte_one_removed_row_one_reordered_pair_and_a_cut_tail_are_found_in_the_store() {
    check(
        "UPDATE audit SET body = replace(body, 'USER_CREATE', 'USER_CREATF') WHERE number = 3",
        "entry 3 was altered",
    );
    check("UPDATE audit SET hash = zeroblob(32) WHERE number = 3", "entry 3 was altered");
    check("DELETE FROM audit WHERE number = 3", "entry 3 is not where it belongs");
    check(
        "UPDATE audit SET place = 0 WHERE number = 3; UPDATE audit SET place = place - 1 WHERE number = 4;
         UPDATE audit SET place = (SELECT place + 1 FROM audit WHERE number = 3) WHERE place = 0",
        "entry 3 was altered",
    );
    check("DELETE FROM audit WHERE number > 4", "ends at entry 4, but 6 were signed");
    check("DELETE FROM audit WHERE number > 4; DELETE FROM audit_heads", "where the log ends is missing");
    check("DELETE FROM audit; DELETE FROM audit_heads", "where the log ends is missing");
    check("DELETE FROM audit WHERE number > 4; UPDATE audit_heads SET number = 4", "was not signed");
}

#[test]
fn an_entry_that_its_users_list_leaves_out_or_another_has_is_found_in_the_store() {
    let mut shop = filled();
    let store = shop.relay.folder().join("relay.sqlite");
    shop.relay.stop();
    Connection::open(&store).unwrap().execute_batch(ENTERED).unwrap();
    assert!(shop.operate(&["audit", "verify"]).unwrap().starts_with("whole: 6 entries"));
    let of_third = "place = (SELECT place FROM audit WHERE number = 3)";
    let fourths_user = "user_id = (SELECT user_id FROM audit WHERE number = 4)";
    for (tamper, found) in [
        (format!("DELETE FROM audit_users WHERE {of_third}"), 3),
        (format!("UPDATE audit_users SET {fourths_user} WHERE {of_third}"), 3),
        (format!("UPDATE audit_users SET occurred_at = '2020-01-01T00:00:00.000Z' WHERE {of_third}"), 3),
        (
            "INSERT INTO audit_users SELECT space_id, user_id, occurred_at, place + 9 FROM audit WHERE number = 3"
                .to_owned(),
            12,
        ),
        (format!("UPDATE audit_users SET place = place - 2 WHERE {of_third}"), 1),
        ("UPDATE audit_users_entered SET place = place - 1".to_owned(), 6),
    ] {
        check(&format!("{ENTERED}; {tamper}"), &format!("entry {found} is not in the list"));
    }
    // Where none is entered yet, whoever says that they are hides them all.
    check(&format!("{ENTERED}; DELETE FROM audit_users"), "entry 2 is not in the list");
}

#[test]
fn the_same_is_found_in_an_export() {
    let shop = filled();
    let whole = shop.operate(&["audit", "export"]).unwrap();
    let file = shop.relay.folder().join("export.jsonl");
    let check = |tamper: &dyn Fn(&mut Vec<String>), found: &str| {
        let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
        tamper(&mut lines);
        std::fs::write(&file, lines.join("\n")).unwrap();
        let said = shop.operate(&["audit", "verify", "--export", text(&file)]).unwrap_err();
        assert!(said.contains(found), "{said}");
    };
    check(&|lines| lines[3] = lines[3].replace("USER_CREATE", "USER_CREATF"), "entry 3 was altered");
    check(&|lines| drop(lines.remove(3)), "entry 3 is not where it belongs");
    check(&|lines| lines.swap(3, 4), "entry 3 is not where it belongs");
    check(&|lines| drop(lines.drain(5..7)), "ends at entry 4, but 6 were signed");
    check(&|lines| lines.truncate(5), "where the log ends is missing");
    check(&|lines| lines.truncate(1), "where the log ends is missing");
    check(&|lines| drop(lines.remove(0)), "is no export of an audit log");
}

#[test]
fn an_export_that_whoever_wrote_it_signed_is_not_whole_and_one_that_nobody_can_check_is_refused() {
    let shop = filled();
    let [file, nowhere] = ["forged.jsonl", "nowhere"].map(|name| shop.relay.folder().join(name));
    std::fs::write(&file, forged(&shop.operate(&["audit", "export"]).unwrap())).unwrap();
    let verify = ["audit", "verify", "--export", text(&file)];
    let key = shop.operate(&["audit", "key"]).unwrap();
    let by_key = [verify.as_slice(), &["--key", key.trim()]].concat();
    for (folder, arguments) in [(shop.relay.folder(), verify.as_slice()), (&nowhere, &by_key)] {
        let said = operate(folder, arguments).unwrap_err();
        assert!(said.contains("was not signed by this relay's key"), "{said}");
    }
    let said = operate(&nowhere, &verify).unwrap_err();
    assert!(said.contains("`--key`") && said.contains("is no relay's data folder"), "{said}");
    let said = operate(&nowhere, &[verify.as_slice(), &["--json"]].concat()).unwrap_err();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["error"]["code"], "no_folder");
}

#[test]
fn a_log_that_was_put_back_and_went_on_otherwise_does_not_go_on_from_an_export_that_was_kept() {
    let mut shop = filled();
    let folder = shop.relay.folder().to_owned();
    let (store, older, kept) =
        (folder.join("relay.sqlite"), folder.join("older.sqlite"), folder.join("kept.jsonl"));
    Connection::open(&store).unwrap().execute("VACUUM INTO ?1", [text(&older)]).unwrap();
    let change = |shop: &Shop| drop(shop.key("read"));
    change(&shop);
    std::fs::write(&kept, shop.operate(&["audit", "export"]).unwrap()).unwrap();
    let verify = |shop: &Shop| shop.operate(&["audit", "verify", "--kept", text(&kept)]);
    change(&shop);
    assert!(verify(&shop).unwrap().starts_with("whole: 8 entries"));
    let said = filled().operate(&["audit", "verify", "--kept", text(&kept)]).unwrap_err();
    assert!(said.contains("is an export of another log"), "{said}");

    shop.relay.stop();
    std::fs::rename(&older, &store).unwrap();
    for beside in ["relay.sqlite-wal", "relay.sqlite-shm"] {
        let _ = std::fs::remove_file(folder.join(beside));
    }
    let said = verify(&shop).unwrap_err();
    assert!(said.contains("ends at entry 6, but 7 were signed"), "{said}");
    change(&shop);
    assert!(shop.operate(&["audit", "verify"]).unwrap().starts_with("whole: 7 entries"));
    let said = verify(&shop).unwrap_err();
    assert!(said.contains("entry 7 is not the one that was kept"), "{said}");
}

#[test]
fn what_is_mistyped_shows_no_empty_log_and_makes_nothing() {
    let shop = filled();
    let said = shop.operate(&["audit", "verify", "--space", "defualt"]).unwrap_err();
    assert!(said.contains("there is no space `defualt`"), "{said}");
    let nowhere = shop.relay.folder().join("nowhere");
    let mut program = std::process::Command::new(e2e::program("palaver-relay"));
    let output = program.args(["audit", "verify", "--data"]).arg(&nowhere).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no relay's data folder"), "{output:?}");
    assert!(!nowhere.exists());
}

/// A log of six entries.
fn filled() -> Shop {
    let shop = Shop::open();
    let caller = shop.key("write");
    for number in 0..5 {
        caller
            .post("/v1/users", &json!({ "external_user_id": number.to_string(), "type": "both" }))
            .data(201);
    }
    shop
}

/// An export that says something else, by whoever has a key of their own.
fn forged(export: &str) -> String {
    let key = RelayKey::from_secret(&[8; 32]);
    let mut lines = export.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut log = lines.next().unwrap();
    log["log"]["key"] = json!(HEXLOWER.encode(key.public().as_bytes()));
    let relay: RelayId = serde_json::from_value(log["log"]["relay"].clone()).unwrap();
    let mut chain = Chain::new(log["log"]["space"].as_u64().unwrap().try_into().unwrap());
    let mut forged = vec![log];
    forged.extend(lines.filter(|line| line.get("entry").is_some()).map(|line| {
        let body = line["entry"]["body"].as_str().unwrap().replace("USER_CREATE", "USER_SUSPEND");
        let AuditEntry { number, body, hash } = chain.append(&body);
        json!({ "entry": { "number": number, "body": body, "hash": HEXLOWER.encode(&hash) } })
    }));
    let AuditHead { number, hash, signature } = chain.sign(&relay, &key);
    let [hash, signature] = [hash.as_slice(), &signature].map(|bytes| HEXLOWER.encode(bytes));
    forged.push(json!({ "head": { "number": number, "hash": hash, "signature": signature } }));
    forged.iter().map(|line| format!("{line}\n")).collect()
}

#[track_caller]
fn check(tamper: &str, found: &str) {
    let mut shop = filled();
    shop.relay.stop();
    Connection::open(shop.relay.folder().join("relay.sqlite")).unwrap().execute_batch(tamper).unwrap();
    let said = shop.operate(&["audit", "verify"]).unwrap_err();
    assert!(said.contains(found), "{tamper}: {said}");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
