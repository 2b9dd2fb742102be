//! Where campaigns and replays begin: what the products themselves write.

use data_encoding::HEXLOWER;

use crate::engine::{Operation, Start, operation, start};
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

/// Lives of two clients: what people do in a conversation, each with what may come between, and each thing that a relay says, to
/// someone who talks and to someone who is new.
fn operations() -> Vec<Vec<u8>> {
    use Operation::{Ask, Change, Clock, Die, Foreign, Forge, Lose, Push, Replace, Settle, Turn, Wait};
    let say = |who| operation(Ask, who, b"\0how are you?");
    let renew = |who| operation(Ask, who, &[4]);
    let (settle, wait) = (operation(Settle, 0, &[]), operation(Wait, 0, &[6]));
    let end = [&say(0), &say(1), &settle, &wait, &settle].map(Vec::as_slice).concat();
    let life = |from, parts: &[Vec<u8>]| [start(from), settle.clone(), parts.concat(), end.clone()].concat();
    let change = |which: u8, at: u16, by: u8| {
        let [high, low] = at.to_be_bytes();
        operation(Change, 1, &[which, high, low, by])
    };
    let forge = |bytes: &[u8]| operation(Forge, 0, bytes);
    let between = [
        vec![operation(Ask, 0, &[3, 9]), operation(Ask, 0, b"\x02a draft"), operation(Ask, 0, &[6])],
        vec![say(0), renew(1), say(1), operation(Turn, 0, &[]), operation(Turn, 1, &[])],
        vec![renew(0), renew(1), say(0)],
        // A commit that one of them cannot follow: its bytes differ, or what was before is gone.
        vec![change(4, 150, 1), renew(0), settle.clone(), wait.clone()],
        vec![change(4, 700, 1), renew(0), settle.clone(), wait.clone(), settle.clone(), wait.clone()],
        vec![change(4, 150, 1), say(0), settle.clone(), wait.clone()],
        vec![change(1, 0, 0), say(0), settle.clone(), say(0)],
        vec![change(2, 0, 0), change(3, 0, 0), say(0), renew(0)],
        vec![say(0), operation(Lose, 0, &[2]), renew(0), operation(Lose, 0, &[0])],
        vec![
            operation(Die, 0, &[1]),
            renew(0),
            operation(Die, 1, &[2]),
            settle.clone(),
            operation(Die, 0, &[0]),
        ],
        vec![operation(Clock, 0, &[24]), say(0), operation(Wait, 0, &[23]), operation(Clock, 0, &[0])],
        vec![say(0), settle.clone(), forge(&[2, 0]), forge(&[2, 1, 0, 60, 1]), settle.clone()],
        vec![renew(0), settle.clone(), forge(&[4, 7, 1, 2, 3]), forge(&[3, 7]), forge(&[5]), settle.clone()],
        vec![forge(b"\0\0nonsense"), forge(b"\x01\0nonsense"), operation(Foreign, 1, b"nonsense")],
    ];
    let mut lives: Vec<Vec<u8>> = between.iter().map(|parts| life(Start::Talking, parts)).collect();
    let opening =
        [operation(Ask, 0, &[1]), settle.clone(), say(0), settle.clone(), operation(Ask, 1, &[7, b'9'])];
    lives.push(life(Start::New, &opening));
    for frame in golden(&["response"]) {
        let told =
            [operation(Push, 0, &frame), operation(Replace, 0, &frame), say(0), renew(0), settle.clone()];
        lives.push(life(Start::Talking, &told));
        let told = [operation(Replace, 0, &frame), opening.concat(), operation(Push, 0, &frame)];
        lives.push([start(Start::New), told.concat(), end.clone()].concat());
    }
    lives
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
