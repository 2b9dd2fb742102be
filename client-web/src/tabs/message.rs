//! What the tabs of a profile say to each other. Every tab of the origin hears it.

use serde::{Deserialize, Serialize};

/// A tab's worker, drawn when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct TabId(pub(crate) u32);

/// One stretch of ownership, drawn when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Term(pub(crate) u32);

/// How the engine stands, counted within its owner's term: what is told again is not shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing<P> {
    pub(crate) number: u32,
    pub(crate) state: P,
}

/// A data key that a person's secret has opened, for whoever takes over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenKey(#[serde(with = "serde_bytes")] pub(crate) Vec<u8>);

impl std::fmt::Debug for OpenKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("OpenKey(secret)")
    }
}

/// How every tab ends: all show this state, and behind it whoever asked for that is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ended<P> {
    pub(crate) state: P,
    pub(crate) answer: Option<Answered<P>>,
}

/// To one tab: what came of its page's request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answered<P> {
    pub(crate) to: TabId,
    pub(crate) id: u32,
    pub(crate) answer: P,
}

/// What a tab says to the others. What pages and the engine say (`P`) is handed on unread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum TabMessage<P> {
    /// A tab is new, or has lost its owner.
    Hello { version: u32 },
    /// A newer version is there: older ones step back.
    Newer { version: u32 },
    /// There is nothing here any more: every tab ends.
    Ended(Ended<P>),
    /// A tab runs the engine. The state is what a page that it serves is to be shown, once it is known.
    Owner { version: u32, term: Term, state: Option<Standing<P>>, key: Option<OpenKey> },
    /// To the owner: a page's request.
    Ask { from: TabId, id: u32, request: P },
    /// The engine, or whoever is left, has answered.
    Answer(Answered<P>),
    /// The engine says something.
    Event { term: Term, event: P },
    /// To the owner: are you there? Someone is looking.
    Ping { from: TabId },
    /// To one tab: yes.
    Pong { to: TabId },
    /// To the owner: someone has begun to look, or the network is back.
    Hurry,
}
