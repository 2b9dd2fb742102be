//! Where campaigns and replays begin: what the products themselves write.

use data_encoding::HEXLOWER;

use crate::engine::{CODE, NUMBER, Operation, Start, Wish, operation, start};
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

/// Lives of clients: what people do in a conversation, in rooms and with further devices, each with what may come between, and
/// each thing that a relay says, wherever it may come.
fn operations() -> Vec<Vec<u8>> {
    let conversations = conversations().into_iter().map(|parts| life(Start::Talking, &parts));
    let rooms = rooms().into_iter().map(|parts| life(Start::Room, &parts));
    let devices = devices().into_iter().map(|parts| life(Start::Devices, &parts));
    let linkings = linkings().into_iter().map(|parts| life(Start::Linking, &parts));
    let mut lives: Vec<Vec<u8>> = conversations.chain(rooms).chain(devices).chain(linkings).collect();
    let opening = [ask(0, Wish::Meet, &[]), settle(), say(0), settle(), ask(1, Wish::Link, b"9")];
    lives.push(life(Start::New, &opening));
    for frame in golden(&["response"]) {
        let [push, replace] = [Operation::Push, Operation::Replace].map(|kind| operation(kind, 0, &frame));
        let told = [push.clone(), replace.clone(), say(0), renew(0), settle()];
        lives.push(life(Start::Talking, &told));
        let told = [replace, opening.concat(), push].concat();
        lives.push([start(Start::New), told, end()].concat());
        lives.push(life(Start::Devices, &told_of_room(&frame)));
    }
    lives
}

/// A life that comes to rest before and after.
fn life(from: Start, parts: &[Vec<u8>]) -> Vec<u8> {
    [start(from), settle(), parts.concat(), end()].concat()
}

fn end() -> Vec<u8> {
    [say(0), say(1), settle(), wait(), settle()].concat()
}

fn settle() -> Vec<u8> {
    operation(Operation::Settle, 0, &[])
}

fn wait() -> Vec<u8> {
    operation(Operation::Wait, 0, &[6])
}

/// Something asked, as bytes.
fn ask(who: u8, wish: Wish, rest: &[u8]) -> Vec<u8> {
    operation(Operation::Ask, who, &[&[wish as u8], rest].concat())
}

fn say(who: u8) -> Vec<u8> {
    ask(who, Wish::Say, b"how are you?")
}

fn renew(who: u8) -> Vec<u8> {
    ask(who, Wish::Renew, &[])
}

fn say_in_room(who: u8) -> Vec<u8> {
    ask(who, Wish::SayInRoom, b"\0among ourselves")
}

/// A word of the relay that comes to somebody otherwise.
fn change(who: u8, which: u8, rest: &[u8]) -> Vec<u8> {
    operation(Operation::Change, who, &[&[which], rest].concat())
}

fn forge(bytes: &[u8]) -> Vec<u8> {
    operation(Operation::Forge, 0, bytes)
}

/// What happens between two.
fn conversations() -> Vec<Vec<Vec<u8>>> {
    use Operation::{Clock, Die, Foreign, Lose, Turn, Wait};
    vec![
        vec![ask(0, Wish::Read, &[9]), ask(0, Wish::Draft, b"a draft"), ask(0, Wish::Verify, &[])],
        vec![say(0), renew(1), say(1), operation(Turn, 0, &[]), operation(Turn, 1, &[])],
        vec![renew(0), renew(1), say(0)],
        // A commit that one of them cannot follow: its bytes differ, or what was before is gone.
        vec![change(1, 4, &[0, 150, 1]), renew(0), settle(), wait()],
        vec![change(1, 4, &[2, 188, 1]), renew(0), settle(), wait(), settle(), wait()],
        vec![change(1, 4, &[0, 150, 1]), say(0), settle(), wait()],
        vec![change(1, 1, &[]), say(0), settle(), say(0)],
        vec![change(1, 2, &[]), change(1, 3, &[]), say(0), renew(0)],
        vec![say(0), operation(Lose, 0, &[2]), renew(0), operation(Lose, 0, &[0])],
        vec![operation(Die, 0, &[1]), renew(0), operation(Die, 1, &[2]), settle(), operation(Die, 0, &[0])],
        vec![operation(Clock, 0, &[24]), say(0), operation(Wait, 0, &[23]), operation(Clock, 0, &[0])],
        vec![say(0), settle(), forge(&[2, 0]), forge(&[2, 1, 0, 60, 1]), settle()],
        vec![renew(0), settle(), forge(&[4, 7, 1, 2, 3]), forge(&[3, 7]), forge(&[5]), settle()],
        vec![forge(b"\0\0nonsense"), forge(b"\x01\0nonsense"), operation(Foreign, 1, b"nonsense")],
    ]
}

/// Rooms that are opened, into which someone comes or from which someone goes, and what comes to those in them.
fn rooms() -> Vec<Vec<Vec<u8>>> {
    use Operation::{Die, Lose, Turn};
    let [invite, dismiss] = [Wish::Invite, Wish::Dismiss].map(|wish| move |who| ask(0, wish, &[who]));
    let opened = [ask(0, Wish::OpenRoom, &[]), settle(), invite(1), invite(2), settle()].concat();
    let talk = [say_in_room(0), say_in_room(1), say_in_room(2), settle()].concat();
    let renewed = ask(1, Wish::Renew, &[0]);
    vec![
        vec![opened.clone(), talk.clone(), wait(), talk.clone()],
        vec![
            dismiss(2),
            settle(),
            say_in_room(2),
            say_in_room(1),
            settle(),
            invite(2),
            settle(),
            talk.clone(),
        ],
        // At once, by whoever may and by whoever may not.
        vec![ask(1, Wish::Dismiss, &[0]), dismiss(1), invite(1), ask(2, Wish::Invite, &[1]), dismiss(2)],
        vec![dismiss(0), ask(2, Wish::Dismiss, &[2]), settle(), talk.clone()],
        vec![operation(Die, 0, &[2]), opened.clone(), operation(Die, 2, &[1]), settle(), talk.clone()],
        vec![opened.clone(), operation(Lose, 1, &[3]), dismiss(1), operation(Turn, 0, &[]), talk.clone()],
        // What some cannot follow, what comes twice, late, to the wrong place, or never.
        vec![change(2, 4, &[0, 150, 1]), renewed.clone(), settle(), wait(), talk.clone(), wait()],
        vec![change(2, 1, &[]), dismiss(1), settle(), wait(), talk.clone()],
        vec![change(1, 3, &[]), change(2, 5, &[1]), say_in_room(0), renewed.clone(), settle(), wait()],
        vec![change(1, 6, &[1]), change(2, 2, &[]), say_in_room(0), renewed, settle(), talk.clone()],
        vec![dismiss(2), change(2, 4, &[0, 90, 4]), invite(2), settle(), wait(), talk.clone()],
        // What was said elsewhere, and invitations of others.
        vec![say(0), settle(), forge(&[8 + 6, 0]), forge(&[6, 0]), forge(&[8 + 2, 1, 0, 60, 1]), settle()],
        vec![dismiss(2), settle(), forge(&[8 + 7, 0, 0]), forge(&[8 + 7, 0, 2]), settle(), talk.clone()],
        vec![forge(&[8 + 7, 1, 3, 0, 200, 1]), forge(&[8 + 3, 4]), forge(&[8 + 5, 0]), settle(), talk],
    ]
}

/// Two devices of an account, of which one is struck, or both go on.
fn devices() -> Vec<Vec<Vec<u8>>> {
    use Operation::{Die, Lose, Turn};
    let revoke = |who, which| ask(who, Wish::Revoke, &[which]);
    let talk = [say_in_room(0), say(2), say_in_room(2), say(1), settle()].concat();
    vec![
        vec![talk.clone(), revoke(0, 2), settle(), wait(), talk.clone()],
        vec![revoke(2, 0), settle(), wait(), talk.clone()],
        vec![revoke(0, 2), revoke(2, 0), operation(Turn, 2, &[]), settle(), talk.clone(), wait()],
        vec![revoke(2, 2), revoke(1, 0), revoke(0, 3), settle(), talk.clone()],
        vec![ask(2, Wish::Choose, b"dark"), ask(0, Wish::Choose, b"light"), renew(2), renew(0), settle()],
        vec![operation(Die, 2, &[1]), talk.clone(), operation(Lose, 2, &[2]), revoke(0, 2), settle(), wait()],
        vec![change(2, 4, &[0, 150, 1]), renew(0), settle(), wait(), talk.clone(), wait()],
        vec![change(2, 1, &[]), change(0, 3, &[]), renew(1), settle(), wait(), talk.clone()],
        vec![change(2, 5, &[1]), say(1), change(2, 6, &[3]), renew(0), settle(), wait(), talk.clone()],
        // In the account's own group.
        vec![
            ask(0, Wish::Choose, b"dark"),
            settle(),
            forge(&[16 + 2, 0, 0, 60, 1]),
            forge(&[16 + 6, 0]),
            talk,
        ],
    ]
}

/// A new device that is let in, by its code or by its number, and used, and struck; or that is not.
fn linkings() -> Vec<Vec<Vec<u8>>> {
    use Operation::{Die, Lose};
    let by_code = [settle(), ask(0, Wish::Link, CODE), settle(), wait(), settle()].concat();
    let confirm = |who, is_same| ask(who, Wish::Confirm, &[is_same]);
    let by_number = [settle(), ask(0, Wish::Link, NUMBER), settle(), confirm(0, 1), confirm(2, 1), settle()];
    let by_number = by_number.concat();
    let talk = [say(2), say_in_room(2), say_in_room(1), say(1), settle()].concat();
    let revoked = [ask(0, Wish::Revoke, &[2]), settle(), wait(), talk.clone()].concat();
    vec![
        vec![by_code.clone(), talk.clone(), revoked.clone()],
        vec![by_number.clone(), wait(), talk.clone(), revoked],
        vec![ask(0, Wish::Link, NUMBER), settle(), confirm(0, 0), confirm(2, 1), settle(), wait()],
        vec![ask(1, Wish::Link, CODE), settle(), wait(), talk.clone(), ask(1, Wish::Revoke, &[2]), settle()],
        vec![
            operation(Die, 2, &[3]),
            by_code.clone(),
            operation(Die, 2, &[0]),
            by_code.clone(),
            talk.clone(),
        ],
        vec![operation(Lose, 2, &[2]), by_code.clone(), operation(Die, 0, &[2]), by_number.clone()],
        // The words between the two, changed, twice, lost, and late.
        vec![change(2, 4, &[0, 20, 1]), by_code.clone(), settle(), by_code.clone(), talk.clone()],
        vec![change(0, 2, &[]), change(2, 2, &[]), by_number.clone(), talk.clone()],
        vec![change(0, 1, &[]), by_code.clone(), by_code.clone(), change(2, 3, &[]), talk.clone()],
        vec![by_code.clone(), change(2, 4, &[0, 120, 2]), say(1), settle(), talk.clone()],
        vec![by_code, forge(&[8 + 2, 0]), forge(&[8 + 7, 0, 3]), forge(&[7, 1, 2]), settle(), talk],
    ]
}

/// Something that the relay says to two devices in a room, of that room and instead of what it was to say.
fn told_of_room(frame: &[u8]) -> [Vec<u8>; 6] {
    let aimed = [&[1], frame].concat();
    [
        operation(Operation::Aim, 2, &aimed),
        operation(Operation::Aim, 1, &aimed),
        operation(Operation::Replace, 2, frame),
        say_in_room(0),
        say_in_room(1),
        settle(),
    ]
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
