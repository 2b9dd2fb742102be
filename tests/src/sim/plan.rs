//! What happens in a simulation, drawn from a seed.

use std::fmt;

use client_core::entropy::Entropy;
use protocol::ErrorCode;
use relay::{Boundary, End};

use super::lies::Lie;

/// Clients in a simulation.
pub(super) const CLIENTS: std::ops::RangeInclusive<u64> = 2..=4;
/// Steps in a simulation.
const STEPS: std::ops::RangeInclusive<u64> = 20..=120;
/// Rooms in a simulation, at most.
pub(super) const ROOMS_MAX: usize = 2;
/// The longest that is waited in one step: past every backoff.
const WAIT_MS_MAX: u64 = 120_000;
/// Changes that the relay commits before it ends: those of opening a conversation.
const COMMITS_UNTIL_END: u64 = 8;
/// What a client does of one turn before it dies: fewer than of a busy one.
const EFFECTS_UNTIL_DEATH: u64 = 6;
/// Of so many plans, one begins with someone whose KeyPackages are used up: nobody has a conversation yet.
const PLANS_TO_USE_UP: u64 = 4;
/// Why a lying relay says that it cannot do something now.
const DENIALS: [ErrorCode; 4] =
    [ErrorCode::Unavailable, ErrorCode::Busy, ErrorCode::InternalError, ErrorCode::RateLimited];
/// The farthest a clock is off: a year.
const CLOCK_OFF_MS_MAX: u64 = 365 * 24 * 60 * 60 * 1000;

/// One of someone's devices: the second one only where there is one, and otherwise the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    pub(super) of: usize,
    pub(super) is_second: bool,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// One says something to another.
    Say { from: usize, to: usize },
    /// One renews its keys in the conversation with another.
    Refresh { who: usize, with: usize },
    /// One lets a device in that renews its keys in the conversation with another so that nobody can follow.
    Poison { who: usize, with: usize },
    /// One takes another name.
    Rename { who: usize },
    /// One has some turns while the others stand still.
    Turns { device: Device, times: u64 },
    /// Everyone goes on until nothing moves.
    Settle,
    /// Time passes.
    Wait { millis: u64 },
    /// After so many more frames from the relay, one's connection is lost.
    LoseAfter { device: Device, frames: usize },
    /// What one sends next is lost, and its connection with it.
    LoseNext { device: Device },
    /// One is cut off, or no longer.
    CutOff { device: Device, is_cut: bool },
    /// One is ended so many turns from now, having stored, and having done so many of the things that follow.
    Die { device: Device, after: u64, acted: usize },
    /// One's store says that it failed, after so many more commits: it kept this one nevertheless, or it did not.
    StoreFails { device: Device, after: u64, is_kept: bool },
    /// One is ended with what it had not stored, and opened again.
    Reopen { device: Device },
    /// One's clock jumps.
    ClockOff { device: Device, millis: i64 },
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
    SayInRoom { device: Device, room: usize },
    /// The relay is ended and opened again.
    RestartRelay,
    /// The relay ends like a process that is killed, at a boundary of one of the next changes.
    EndRelay(End),
    /// One is cut off, and strangers use its KeyPackages up.
    UseUp { who: usize },
    /// The relay says something else to one than what is so.
    Lie { device: Device, lie: Lie },
    /// The relay says in every conversation that the last commit is void, and nobody has proven it.
    VoidAlone,
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

    /// The same without a client and all that it does or is done to it.
    pub(super) fn without(&self, gone: usize) -> Self {
        let steps = self.steps.iter().filter_map(|step| step.clone().without(gone)).collect();
        Self { clients: self.clients - 1, steps, ..*self }
    }
}

impl Step {
    /// The clients that it names.
    pub(super) fn clients_mut(&mut self) -> Vec<&mut usize> {
        match self {
            Self::Say { from: one, to: other }
            | Self::SayOnSecond { from: one, to: other }
            | Self::Refresh { who: one, with: other }
            | Self::Poison { who: one, with: other } => vec![one, other],
            Self::Turns { device, .. }
            | Self::LoseAfter { device, .. }
            | Self::LoseNext { device }
            | Self::CutOff { device, .. }
            | Self::Die { device, .. }
            | Self::StoreFails { device, .. }
            | Self::Reopen { device }
            | Self::ClockOff { device, .. }
            | Self::SayInRoom { device, .. }
            | Self::Lie { device, .. } => vec![&mut device.of],
            Self::Rename { who }
            | Self::LoseDevice { who }
            | Self::SecondDevice { who, .. }
            | Self::OpenRoom { who }
            | Self::Invite { whom: who, .. }
            | Self::Dismiss { whom: who, .. }
            | Self::UseUp { who } => vec![who],
            Self::Settle | Self::Wait { .. } | Self::RestartRelay | Self::EndRelay(_) | Self::VoidAlone => {
                vec![]
            }
        }
    }

    /// The same without a client, the later ones moved up; none if it names that client.
    fn without(mut self, gone: usize) -> Option<Self> {
        for client in self.clients_mut() {
            if *client == gone {
                return None;
            }
            *client -= usize::from(*client > gone);
        }
        Some(self)
    }
}

impl Draw {
    fn between(&mut self, range: std::ops::RangeInclusive<u64>) -> u64 {
        range.start() + self.entropy.below(range.end() - range.start() + 1)
    }

    fn who(&mut self) -> usize {
        self.entropy.below(self.clients as u64) as usize
    }

    fn device(&mut self) -> Device {
        Device { of: self.who(), is_second: self.entropy.below(2) == 0 }
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
            26..33 => Step::SayInRoom { device: self.device(), room: self.room() },
            33..36 => {
                let [who, with] = self.pair();
                Step::Refresh { who, with }
            }
            36 => Step::Rename { who: self.who() },
            37 => {
                let [who, with] = self.pair();
                Step::Poison { who, with }
            }
            38..46 => Step::Turns { device: self.device(), times: self.between(1..=4) },
            46..52 => Step::EndRelay(self.end()),
            52..54 => Step::UseUp { who: self.who() },
            54..58 => Step::SecondDevice { who: self.who(), is_linked: self.entropy.below(4) != 0 },
            58..62 => {
                let [from, to] = self.pair();
                Step::SayOnSecond { from, to }
            }
            62..68 => Step::Settle,
            68..74 => Step::Wait { millis: self.entropy.below(WAIT_MS_MAX) },
            74..78 => Step::LoseAfter { device: self.device(), frames: self.entropy.below(6) as usize },
            78..80 => Step::LoseNext { device: self.device() },
            80..85 => Step::CutOff { device: self.device(), is_cut: self.entropy.below(2) == 0 },
            85..88 => {
                let (device, after) = (self.device(), self.entropy.below(4));
                Step::Die { device, after, acted: self.entropy.below(EFFECTS_UNTIL_DEATH) as usize }
            }
            88..90 => {
                let (device, after) = (self.device(), self.entropy.below(4));
                Step::StoreFails { device, after, is_kept: self.entropy.below(2) == 0 }
            }
            90..93 => Step::Reopen { device: self.device() },
            93..95 => {
                let off = self.entropy.below(2 * CLOCK_OFF_MS_MAX) as i64 - CLOCK_OFF_MS_MAX as i64;
                Step::ClockOff { device: self.device(), millis: off }
            }
            95 => Step::LoseDevice { who: self.who() },
            96 if self.entropy.below(2) == 0 => Step::VoidAlone,
            96 => Step::RestartRelay,
            _ => Step::Lie { device: self.device(), lie: self.lie() },
        }
    }

    fn end(&mut self) -> End {
        let before = if self.entropy.below(2) == 0 { Boundary::Commit } else { Boundary::Answer };
        End { before, after: self.entropy.below(COMMITS_UNTIL_END) }
    }

    fn lie(&mut self) -> Lie {
        match self.entropy.below(10) {
            0 => Lie::Withhold(self.between(1..=3)),
            1 => Lie::Repeat,
            2 => Lie::Swap,
            3 | 4 => Lie::HideEntries(self.between(1..=3)),
            5 | 6 => Lie::HideLogs,
            7 | 8 => {
                let code = DENIALS[self.entropy.below(DENIALS.len() as u64) as usize];
                Lie::Deny { nth: self.between(1..=4), code }
            }
            _ => Lie::None,
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.of;
        if self.is_second { write!(out, "{of}'s second device") } else { write!(out, "{of}") }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say { from, to } => write!(out, "{from} says something to {to}"),
            Self::Refresh { who, with } => write!(out, "{who} renews its keys with {with}"),
            Self::Poison { who, with } => {
                write!(out, "a device of {who}'s makes a commit that nobody can follow, with {with}")
            }
            Self::Rename { who } => write!(out, "{who} takes another name"),
            Self::Turns { device, times } => write!(out, "{device} has {times} turns"),
            Self::Settle => write!(out, "all goes on until nothing moves"),
            Self::Wait { millis } => write!(out, "{millis} ms pass"),
            Self::LoseAfter { device, frames } => {
                write!(out, "{device} loses its connection after {frames} frames")
            }
            Self::LoseNext { device } => write!(out, "what {device} sends next is lost, and its connection"),
            Self::CutOff { device, is_cut: true } => write!(out, "{device} is cut off"),
            Self::CutOff { device, is_cut: false } => write!(out, "{device} is no longer cut off"),
            Self::Die { device, after, acted } => {
                write!(out, "{device} dies {after} turns later, having stored, and done {acted} things of it")
            }
            Self::StoreFails { device, after, is_kept: true } => {
                write!(
                    out,
                    "{device}'s store keeps what comes {after} commits later, and says that it failed"
                )
            }
            Self::StoreFails { device, after, is_kept: false } => {
                write!(out, "{device}'s store fails {after} commits later")
            }
            Self::Reopen { device } => write!(out, "{device} is ended and opened again"),
            Self::ClockOff { device, millis } => write!(out, "{device}'s clock is off by {millis} ms"),
            Self::LoseDevice { who } => write!(out, "{who} loses its device, and comes back on another"),
            Self::SecondDevice { who, is_linked: true } => write!(out, "{who} links a second device"),
            Self::SecondDevice { who, is_linked: false } => write!(out, "{who} revokes its second device"),
            Self::SayOnSecond { from, to } => {
                write!(out, "{from} says something to {to} on its second device")
            }
            Self::OpenRoom { who } => write!(out, "{who} opens a room"),
            Self::Invite { room, whom } => write!(out, "{whom} is invited to room {room}"),
            Self::Dismiss { room, whom } => write!(out, "{whom} is dismissed from room {room}"),
            Self::SayInRoom { device, room } => write!(out, "{device} says something in room {room}"),
            Self::RestartRelay => write!(out, "the relay is ended and opened again"),
            Self::EndRelay(End { before: Boundary::Commit, after }) => {
                write!(out, "the relay ends {after} commits later, before the next")
            }
            Self::EndRelay(End { before: Boundary::Answer, after }) => {
                write!(out, "the relay ends {after} commits later, before the next is answered")
            }
            Self::UseUp { who } => write!(out, "{who} is cut off, and strangers use its KeyPackages up"),
            Self::Lie { device, lie } => tell_lie(out, *device, *lie),
            Self::VoidAlone => {
                write!(out, "the relay says in every conversation that the last commit is void")
            }
        }
    }
}

fn tell_lie(out: &mut fmt::Formatter<'_>, device: Device, lie: Lie) -> fmt::Result {
    match lie {
        Lie::Withhold(nth) => write!(out, "the relay keeps push {nth} of each from {device}"),
        Lie::Repeat => write!(out, "the relay pushes everything to {device} twice"),
        Lie::Swap => write!(out, "the relay pushes to {device} in another order"),
        Lie::HideEntries(count) => {
            write!(out, "the relay hides from {device} the last {count} entries of each conversation")
        }
        Lie::HideLogs => write!(out, "the relay hides from {device} that identity logs have grown"),
        Lie::Deny { nth, code } => {
            write!(out, "the relay says {code} to {device} for answer {nth} of each, having done it")
        }
        Lie::None => write!(out, "the relay is honest to {device}"),
    }
}
