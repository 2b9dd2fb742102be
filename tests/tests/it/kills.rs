//! Clients that talk to each other, killed at any point: nothing is lost, doubled or reordered.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};

use client_core::entropy::Entropy;
use e2e::history::{Fate, Said, Side, judge};
use e2e::{Home, TestRelay, first_seed, rounds};

/// Kills under one relay: after them what is read after each gets long.
const KILLS_PER_RELAY: u32 = 20;
/// Lines of whoever is killed that are waited for: none, so that it dies while it opens, up to several messages.
const LINES_MAX: u64 = 12;
/// Times the processor is given away before the kill: a power of two of up to so much, as long as a message takes there and
/// back.
const YIELDS_LOG_MAX: u64 = 14;

#[test]
fn whoever_is_killed_while_they_talk_opens_and_nothing_is_lost_doubled_or_reordered() {
    let first = first_seed();
    let kills = rounds(20, 1_000);
    println!("{kills} kills, seeds from {first}");
    for number in 0..kills.div_ceil(KILLS_PER_RELAY) {
        let seed = first + u64::from(number);
        println!("seed {seed}");
        talk_and_die(seed);
    }
}

/// Who is killed at once.
#[derive(Debug, Clone, Copy)]
struct Victims {
    people: [bool; 2],
    relay: bool,
}

const VICTIMS: [Victims; 5] = [
    Victims { people: [true, false], relay: false },
    Victims { people: [false, true], relay: false },
    Victims { people: [true, true], relay: false },
    Victims { people: [true, true], relay: true },
    Victims { people: [true, false], relay: true },
];

fn talk_and_die(seed: u64) {
    let mut drawn = Entropy::from_bytes(std::array::from_fn(|at| seed.to_be_bytes()[at % 8]));
    let mut relay = TestRelay::start();
    let people = [Person::init(&relay, "ana"), Person::init(&relay, "ben")];
    let [ana, ben] = &people;
    ana.home.add(&ben.home);
    ben.home.add(&ana.home);
    let mut people = people;
    for kill in 0..KILLS_PER_RELAY {
        let victims = VICTIMS[usize::try_from(drawn.below(VICTIMS.len() as u64)).expect("a few")];
        let (lines, yields_log) = (drawn.below(LINES_MAX), drawn.below(YIELDS_LOG_MAX));
        let yields = drawn.below(1 << yields_log);
        let point =
            format!("PALAVER_SEED={seed}, kill {kill}: {victims:?} after {lines} lines, {yields} yields");
        let names = people.each_ref().map(|person| person.home.name.clone());
        for (person, to) in people.iter_mut().zip(names.iter().rev()) {
            person.talk(&relay, to, &format!("{} before kill {kill}", person.home.name));
        }
        let watched = usize::from(!victims.people[0]);
        (0..lines).for_each(|_| people[watched].hear().expect("it talks until it is killed"));
        (0..yields).for_each(|_| std::thread::yield_now());
        if victims.relay {
            relay.kill();
        }
        for (person, _) in people.iter_mut().zip(victims.people).filter(|(_, is_killed)| *is_killed) {
            person.kill();
        }
        if victims.relay {
            relay.restart();
        }
        for (person, to) in people.iter_mut().zip(names.iter().rev()) {
            person.come_to_rest(&relay, to, &format!("{} after kill {kill}", person.home.name));
        }
        require_right(&mut people, &point);
    }
}

/// Both open once more, and what they show is right.
#[track_caller]
fn require_right(people: &mut [Person; 2], point: &str) {
    let [ana, ben] = people.each_ref().map(|person| &person.home);
    let shown = [ana.texts(ben), ben.texts(ana)];
    let [of_ana, of_ben] = shown;
    let sides = [(&people[0], of_ana), (&people[1], of_ben)].map(|(person, shown)| Side {
        said: person.said.clone(),
        shown,
        came_later: false,
    });
    judge(&sides).unwrap_or_else(|reason| panic!("{point}: {reason}"));
}

struct Person {
    home: Home,
    said: Vec<Said>,
    talking: Option<(Child, Lines<BufReader<ChildStdout>>)>,
}

impl Person {
    fn init(relay: &TestRelay, name: &str) -> Self {
        Self { home: Home::init(relay, name), said: Vec::new(), talking: None }
    }

    /// Begins to talk without end.
    fn talk(&mut self, relay: &TestRelay, to: &str, what: &str) {
        self.start(relay, to, what, Stdio::piped());
    }

    fn start(&mut self, relay: &TestRelay, to: &str, what: &str, input: Stdio) {
        let mut program = e2e::example("talk");
        program.arg(self.home.folder()).args([&relay.url(), to, what]);
        let mut child = program.stdin(input).stdout(Stdio::piped()).spawn().expect("it starts");
        let output = child.stdout.take().expect("its output is piped");
        self.talking = Some((child, BufReader::new(output).lines()));
    }

    /// Reads one line of what they say, and notes it; none where they are gone.
    fn hear(&mut self) -> Option<()> {
        let (_, lines) = self.talking.as_mut()?;
        let line = lines.next()?.expect("lines are text");
        match line.split_once(' ') {
            Some(("saying", text)) => {
                self.said.push(Said { text: text.to_owned(), device: 0, fate: Fate::Unknown })
            }
            Some(("taken", text)) => {
                let last = self.said.last_mut().expect("it was said before");
                assert_eq!(last.text, text);
                last.fate = Fate::Taken;
            }
            _ => panic!("{line:?} is not understood"),
        }
        Some(())
    }

    fn kill(&mut self) {
        let (child, _) = self.talking.as_mut().expect("they talk");
        child.kill().expect("it can be killed");
        self.end();
        self.talking = None;
    }

    /// Says no more and ends by itself once everything has left and come; whoever was killed opens again for that.
    fn come_to_rest(&mut self, relay: &TestRelay, to: &str, what: &str) {
        if self.talking.is_none() {
            self.start(relay, to, what, Stdio::null());
        }
        let (child, _) = self.talking.as_mut().expect("they talk");
        drop(child.stdin.take());
        let status = self.end();
        assert!(status.success(), "{} failed: {status}", self.home.name);
    }

    fn end(&mut self) -> std::process::ExitStatus {
        while self.hear().is_some() {}
        let (mut child, _) = self.talking.take().expect("they talk");
        child.wait().expect("it ends")
    }
}
