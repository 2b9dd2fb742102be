//! What happens in a simulation, drawn from a seed.

use std::fmt;

use client_core::entropy::Entropy;
use relay::{Boundary, End};

/// Clients in a simulation.
const CLIENTS: std::ops::RangeInclusive<u64> = 2..=4;
/// Steps in a simulation.
const STEPS: std::ops::RangeInclusive<u64> = 20..=120;
/// Rooms in a simulation, at most.
pub(super) const ROOMS_MAX: usize = 2;
/// The longest that is waited in one step: past every backoff.
const WAIT_MS_MAX: u64 = 120_000;
/// Changes that the relay commits before it ends: those of opening a conversation.
const COMMITS_UNTIL_END: u64 = 8;
/// Of so many plans, one begins with someone whose KeyPackages are used up: nobody has a conversation yet.
const PLANS_TO_USE_UP: u64 = 4;
/// The farthest a clock is off: a year.
const CLOCK_OFF_MS_MAX: u64 = 365 * 24 * 60 * 60 * 1000;

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// One says something to another.
    Say { from: usize, to: usize },
    /// One renews its keys in the conversation with another.
    Refresh { who: usize, with: usize },
    /// One takes another name.
    Rename { who: usize },
    /// One has some turns while the others stand still.
    Turns { who: usize, times: u64 },
    /// Everyone goes on until nothing moves.
    Settle,
    /// Time passes.
    Wait { millis: u64 },
    /// After so many more frames from the relay, one's connection is lost.
    LoseAfter { who: usize, frames: usize },
    /// What one sends next is lost, and its connection with it.
    LoseNext { who: usize },
    /// One is cut off, or no longer.
    CutOff { who: usize, is_cut: bool },
    /// One is ended between storing and acting, so many turns from now.
    Die { who: usize, after: u64 },
    /// One is ended with what it had not stored, and opened again.
    Reopen { who: usize },
    /// One's clock jumps.
    ClockOff { who: usize, millis: i64 },
    /// One loses its device, and comes back by the phrase on another.
    LoseDevice { who: usize },
    /// One links a second device, or has it revoked.
    SecondDevice { who: usize, is_linked: bool },
    /// One says something to another on the second device, if there is one.
    SayOnSecond { from: usize, to: usize },
    /// One opens a room.
    OpenRoom { who: usize },
    /// A room's owner takes another in.
    Invite { room: usize, whom: usize },
    /// A room's owner takes another out.
    Dismiss { room: usize, whom: usize },
    /// One says something in a room, if in it.
    SayInRoom { who: usize, room: usize },
    /// The relay is ended and opened again.
    RestartRelay,
    /// The relay ends like a process that is killed, at a boundary of one of the next changes.
    EndRelay(End),
    /// One is cut off, and strangers use its KeyPackages up.
    UseUp { who: usize },
    /// The relay says something else to one.
    Lie { who: usize, lie: Lie },
}

/// What a lying relay, or a network below it, does with what it pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// It keeps every so manieth back.
    Withhold(u64),
    /// It says it twice.
    Repeat,
    /// It says every second before the first.
    Swap,
    /// None any more.
    None,
}

/// A simulation.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Of which everything else that is random is drawn.
    pub seed: u64,
    /// How many clients there are.
    pub clients: usize,
    /// What happens.
    pub steps: Vec<Step>,
}

struct Draw {
    entropy: Entropy,
    clients: usize,
}

impl Plan {
    /// Draws a plan.
    pub fn draw(seed: u64) -> Self {
        let mut bytes = [0x5E; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let mut draw = Draw { entropy: Entropy::from_bytes(bytes), clients: 0 };
        draw.clients = draw.between(CLIENTS) as usize;
        let count = draw.between(STEPS);
        let is_used_up = draw.entropy.below(PLANS_TO_USE_UP) == 0;
        let first = is_used_up.then(|| Step::UseUp { who: draw.who() });
        let steps = first.into_iter().chain((0..count).map(|_| draw.step())).collect();
        Self { seed, clients: draw.clients, steps }
    }
}

impl Draw {
    fn between(&mut self, range: std::ops::RangeInclusive<u64>) -> u64 {
        range.start() + self.entropy.below(range.end() - range.start() + 1)
    }

    fn who(&mut self) -> usize {
        self.entropy.below(self.clients as u64) as usize
    }

    fn room(&mut self) -> usize {
        self.entropy.below(ROOMS_MAX as u64) as usize
    }

    /// Two different ones.
    fn pair(&mut self) -> [usize; 2] {
        let one = self.who();
        let other = self.entropy.below(self.clients as u64 - 1) as usize;
        [one, if other < one { other } else { other + 1 }]
    }

    fn step(&mut self) -> Step {
        match self.entropy.below(100) {
            0..18 => {
                let [from, to] = self.pair();
                Step::Say { from, to }
            }
            18..20 => Step::OpenRoom { who: self.who() },
            20..24 => Step::Invite { room: self.room(), whom: self.who() },
            24..26 => Step::Dismiss { room: self.room(), whom: self.who() },
            26..33 => Step::SayInRoom { who: self.who(), room: self.room() },
            33..36 => {
                let [who, with] = self.pair();
                Step::Refresh { who, with }
            }
            36..38 => Step::Rename { who: self.who() },
            38..46 => Step::Turns { who: self.who(), times: self.between(1..=4) },
            46..52 => Step::EndRelay(self.end()),
            52..54 => Step::UseUp { who: self.who() },
            54..58 => Step::SecondDevice { who: self.who(), is_linked: self.entropy.below(4) != 0 },
            58..62 => {
                let [from, to] = self.pair();
                Step::SayOnSecond { from, to }
            }
            62..68 => Step::Settle,
            68..74 => Step::Wait { millis: self.entropy.below(WAIT_MS_MAX) },
            74..78 => Step::LoseAfter { who: self.who(), frames: self.entropy.below(6) as usize },
            78..80 => Step::LoseNext { who: self.who() },
            80..85 => Step::CutOff { who: self.who(), is_cut: self.entropy.below(2) == 0 },
            85..90 => Step::Die { who: self.who(), after: self.entropy.below(4) },
            90..93 => Step::Reopen { who: self.who() },
            93..95 => {
                let off = self.entropy.below(2 * CLOCK_OFF_MS_MAX) as i64 - CLOCK_OFF_MS_MAX as i64;
                Step::ClockOff { who: self.who(), millis: off }
            }
            95 => Step::LoseDevice { who: self.who() },
            96 => Step::RestartRelay,
            _ => Step::Lie { who: self.who(), lie: self.lie() },
        }
    }

    fn end(&mut self) -> End {
        let before = if self.entropy.below(2) == 0 { Boundary::Commit } else { Boundary::Answer };
        End { before, after: self.entropy.below(COMMITS_UNTIL_END) }
    }

    fn lie(&mut self) -> Lie {
        match self.entropy.below(4) {
            0 => Lie::Withhold(self.between(1..=3)),
            1 => Lie::Repeat,
            2 => Lie::Swap,
            _ => Lie::None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say { from, to } => write!(out, "{from} says something to {to}"),
            Self::Refresh { who, with } => write!(out, "{who} renews its keys with {with}"),
            Self::Rename { who } => write!(out, "{who} takes another name"),
            Self::Turns { who, times } => write!(out, "{who} has {times} turns"),
            Self::Settle => write!(out, "all goes on until nothing moves"),
            Self::Wait { millis } => write!(out, "{millis} ms pass"),
            Self::LoseAfter { who, frames } => {
                write!(out, "{who} loses its connection after {frames} frames")
            }
            Self::LoseNext { who } => write!(out, "what {who} sends next is lost, and its connection"),
            Self::CutOff { who, is_cut: true } => write!(out, "{who} is cut off"),
            Self::CutOff { who, is_cut: false } => write!(out, "{who} is no longer cut off"),
            Self::Die { who, after } => write!(out, "{who} dies {after} turns later, having stored"),
            Self::Reopen { who } => write!(out, "{who} is ended and opened again"),
            Self::ClockOff { who, millis } => write!(out, "{who}'s clock is off by {millis} ms"),
            Self::LoseDevice { who } => write!(out, "{who} loses its device, and comes back on another"),
            Self::SecondDevice { who, is_linked: true } => write!(out, "{who} links a second device"),
            Self::SecondDevice { who, is_linked: false } => write!(out, "{who} revokes its second device"),
            Self::SayOnSecond { from, to } => {
                write!(out, "{from} says something to {to} on its second device")
            }
            Self::OpenRoom { who } => write!(out, "{who} opens a room"),
            Self::Invite { room, whom } => write!(out, "{whom} is invited to room {room}"),
            Self::Dismiss { room, whom } => write!(out, "{whom} is dismissed from room {room}"),
            Self::SayInRoom { who, room } => write!(out, "{who} says something in room {room}"),
            Self::RestartRelay => write!(out, "the relay is ended and opened again"),
            Self::EndRelay(End { before: Boundary::Commit, after }) => {
                write!(out, "the relay ends {after} commits later, before the next")
            }
            Self::EndRelay(End { before: Boundary::Answer, after }) => {
                write!(out, "the relay ends {after} commits later, before the next is answered")
            }
            Self::UseUp { who } => write!(out, "{who} is cut off, and strangers use its KeyPackages up"),
            Self::Lie { who, lie: Lie::Withhold(nth) } => {
                write!(out, "the relay keeps push {nth} of each from {who}")
            }
            Self::Lie { who, lie: Lie::Repeat } => write!(out, "the relay pushes everything to {who} twice"),
            Self::Lie { who, lie: Lie::Swap } => write!(out, "the relay pushes to {who} in another order"),
            Self::Lie { who, lie: Lie::None } => write!(out, "the relay is honest to {who}"),
        }
    }
}
