//! Runs every target over its corpus, its seeds, and mutations of both: the same ones each time. With a folder as argument it
//! writes the seeds there instead, for a campaign to begin with.

use std::path::Path;

use fuzz::{Milestone, Target};

/// Mutations of each input, and of those that are a whole life of a client.
const MUTATIONS: u64 = 1_000;
const LIVES: u64 = 10;
/// Whose inputs are such lives.
const ENGINE: &str = "engine";

fn main() {
    if let Some(folder) = std::env::args().nth(1) {
        write_seeds(Path::new(&folder));
        return;
    }
    require_the_heap_to_be_counted();
    let runs: u64 = fuzz::TARGETS.iter().map(replay).sum();
    println!("replayed {runs} inputs of {} targets", fuzz::TARGETS.len());
}

/// The kept inputs first, then what is made of them.
fn replay(target: &Target) -> u64 {
    let name = target.name;
    let mut inputs = fuzz::seeds(name);
    assert!(!inputs.is_empty(), "{name} has no seeds");
    inputs.extend(corpus(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name)));
    let mut most = inputs.iter().map(|input| target.run(input)).max().unwrap_or_default();
    if name == ENGINE {
        require_every_milestone();
    }
    let mutations = if name == ENGINE { LIVES } else { MUTATIONS };
    for (index, input) in inputs.iter().enumerate() {
        for mutation in 0..mutations {
            let mut dice = Dice(1 + index as u64 * MUTATIONS + mutation);
            most = most.max(target.run(&mutated(input, &mut dice)));
        }
    }
    eprintln!("   {name}: {} inputs, at most {most} bytes of the heap", inputs.len());
    inputs.len() as u64 * (mutations + 1)
}

/// What is kept leads to all that is to be tried.
fn require_every_milestone() {
    let reached = fuzz::take_milestones();
    eprintln!("   {ENGINE}: {reached:?}");
    for milestone in Milestone::ALL {
        assert!(reached.contains_key(&milestone), "nothing that is kept leads to {milestone:?}");
    }
}

/// What takes too much is told.
fn require_the_heap_to_be_counted() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let outcome = std::panic::catch_unwind(|| fuzz::GREEDY.run(&[]));
    std::panic::set_hook(hook);
    assert!(outcome.is_err(), "nothing is said of what takes too much of the heap");
}

fn write_seeds(folder: &Path) {
    for name in fuzz::TARGETS.map(|target| target.name) {
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        for (index, seed) in fuzz::seeds(name).into_iter().enumerate() {
            std::fs::write(folder.join(format!("seed_{index}")), seed).expect("a seed can be written");
        }
    }
}

fn corpus(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(files) = std::fs::read_dir(folder) else { return vec![] };
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    // What is changed in them hangs on their order.
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("it can be read")).collect()
}

/// Bytes changed, cut out, put in or doubled, a few times.
fn mutated(input: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() as u64 + 1) as usize;
        match dice.below(4) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => {
                drop(bytes.drain(at..(at + 1 + dice.below(8) as usize).min(bytes.len())))
            }
            2 => bytes.insert(at, dice.below(256) as u8),
            _ => {
                let end = (at + dice.below(16) as usize).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

/// xorshift64*: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}
