//! Where campaigns and replays begin: what the products themselves write.

use data_encoding::HEXLOWER;
use protocol::Bytes;
use protocol::frame::{Response, ServerFrame};

use crate::engine::{Operation, operation};
use crate::group;

const GOLDEN: &str = include_str!("../../protocol/tests/golden/frames.txt");

/// A target's seeds.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "client_frame" => golden(&["request"]),
        "server_frame" => golden(&["response"]),
        "content" => golden(&["content", "context", "credential"]),
        "identity" => vec![identity_log()],
        "text" => texts(),
        "engine" => operations(),
        _ => group::with(|world| of_group(target, world)),
    }
}

fn of_group(target: &str, world: &group::World) -> Vec<Vec<u8>> {
    let (commit, message) = (&world.commit.commit, &world.message);
    match target {
        "mls_bytes" => vec![commit.clone(), message.clone(), world.welcome.clone(), world.info.clone()],
        "member_log" => vec![[&[0], commit.as_slice()].concat(), [&[1], message.as_slice()].concat()],
        "joiner" => vec![pair(&world.welcome, &world.tree), pair(&world.info, &world.tree_of_one)],
        "relay_commit" => {
            vec![pair(commit, &world.commit.group_info), pair(&world.info, &world.tree_of_one)]
        }
        _ => vec![],
    }
}

/// A client that registers, opens a session, finds someone and says something to them, and is then told each thing that a relay
/// says: as an answer to what it asked last, and as a push.
fn operations() -> Vec<Vec<u8>> {
    let said = golden(&["response"]);
    let answer = |which: u8, body: Response| {
        let frame = ServerFrame { request_id: 0, body }.encode();
        operation(Operation::Answer, &[&[which], frame.as_ref()].concat())
    };
    let ask = |command: u8| operation(Operation::Ask, &[command, b'h', b'i']);
    let Response::SessionReady(mut ready) = response("SessionReady") else {
        panic!("it is not what it is called")
    };
    ready.state_counter = 0;
    let (found, claimed) = group::with(|world| (world.other_log(), world.other_packages()));
    let opened = [
        operation(Operation::Connect, &[]),
        answer(0, response("Challenge")),
        answer(1, response("IdentityChanged")),
        answer(0, Response::SessionReady(ready)),
        ask(0),
        answer(0, found),
        ask(1),
        answer(0, claimed),
        ask(4),
    ]
    .concat();
    let with = |frame: &Vec<u8>| {
        let answers =
            [0, 1, 2].map(|which| operation(Operation::Answer, &[&[which], frame.as_slice()].concat()));
        let end = [
            operation(Operation::Push, frame),
            operation(Operation::Wait, &[6]),
            operation(Operation::Reopen, &[]),
        ];
        [opened.clone(), answers.concat(), end.concat()].concat()
    };
    said.iter().map(with).collect()
}

/// The golden answer of a name.
fn response(name: &str) -> Response {
    let start = format!("response {name} ");
    let line = GOLDEN.lines().find(|line| line.starts_with(&start)).expect("each answer has golden bytes");
    let bytes = HEXLOWER.decode(line[start.len()..].as_bytes()).expect("golden bytes are hexadecimal");
    ServerFrame::decode(Bytes::from(bytes)).expect("golden bytes are a frame").body
}

fn pair(first: &[u8], second: &[u8]) -> Vec<u8> {
    let length = u16::try_from(first.len()).expect("a seed is short");
    [&length.to_be_bytes(), first, second].concat()
}

fn golden(sorts: &[&str]) -> Vec<Vec<u8>> {
    let of_sort = |line: &&str| line.split(' ').next().is_some_and(|sort| sorts.contains(&sort));
    let bytes = |line: &str| {
        let hex = line.split(' ').next_back().unwrap_or_default();
        HEXLOWER.decode(hex.as_bytes()).expect("golden bytes are hexadecimal")
    };
    GOLDEN.lines().filter(of_sort).map(bytes).collect()
}

/// The golden log, as the target takes it apart.
fn identity_log() -> Vec<u8> {
    let mut log = Vec::new();
    for entry in golden(&["identity"]) {
        let (body, signature) = entry.split_at(entry.len() - 64);
        let length = u16::try_from(body.len()).expect("an entry is short");
        log.extend([&length.to_be_bytes(), signature, body].concat());
    }
    log
}

fn texts() -> Vec<Vec<u8>> {
    let account = group::with(|world| world.other.log.account());
    let texts = [account.to_string(), "ana".to_owned(), "dev_".to_owned(), "rate_limited".to_owned()];
    texts.map(String::into_bytes).into()
}
