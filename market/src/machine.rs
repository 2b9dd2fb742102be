//! Machines as data, and the one engine that runs them.
//!
//! A machine goes where an edge leads and nowhere else. Who may ask for a move, and what else has to hold, is decided elsewhere:
//! nothing there opens a way that no table has.

use crate::words::Word;

/// In the first state, the verb leads to the second.
pub type Edge<S, V> = (S, V, S);

/// States and what leads from one to another.
#[derive(Debug)]
pub struct Machine<S: 'static, V: 'static> {
    /// What it is a machine of.
    pub name: &'static str,
    /// Where it begins.
    pub start: S,
    /// The documented ways.
    pub edges: &'static [Edge<S, V>],
    /// Ways that no party goes by its own wish: what the relay takes back, a provider's word that overtakes others, and what
    /// an arbiter decides.
    pub compensations: &'static [Edge<S, V>],
}

/// A move that no edge allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a move that {current} does not allow: from there it goes to {}", either(.allowed))]
pub struct IllegalMove {
    /// What is in that state.
    pub machine: &'static str,
    /// Where it is.
    pub current: &'static str,
    /// Where it may go by the documented ways.
    pub allowed: Vec<&'static str>,
}

impl<S: Word, V: Word> Machine<S, V> {
    /// Where `verb` leads in `state`.
    pub fn next(&self, state: S, verb: V) -> Result<S, IllegalMove> {
        let edge = self.all_edges().find(|(from, by, _)| *from == state && *by == verb);
        edge.map(|(_, _, to)| *to).ok_or_else(|| self.refuse(state))
    }

    /// The other states that the documented ways lead to, in the order of their table.
    pub fn allowed(&self, state: S) -> Vec<S> {
        let mut allowed = Vec::new();
        for (_, _, to) in self.edges.iter().filter(|(from, _, to)| *from == state && *to != state) {
            if !allowed.contains(to) {
                allowed.push(*to);
            }
        }
        allowed
    }

    /// Whether no edge leads out of `state`.
    pub fn is_terminal(&self, state: S) -> bool {
        self.all_edges().all(|(from, _, _)| *from != state)
    }

    /// Whether `verb` is what leads to `state`: there, it was carried out already.
    pub fn is_led_to(&self, state: S, verb: V) -> bool {
        self.all_edges().any(|(_, by, to)| *by == verb && *to == state)
    }

    /// Why nothing else goes in `state`.
    pub fn refuse(&self, state: S) -> IllegalMove {
        let allowed = self.allowed(state).into_iter().map(Word::as_str).collect();
        IllegalMove { machine: self.name, current: state.as_str(), allowed }
    }

    fn all_edges(&self) -> impl Iterator<Item = &Edge<S, V>> {
        self.edges.iter().chain(self.compensations)
    }
}

fn either(states: &[&str]) -> String {
    if states.is_empty() { "nothing else".to_owned() } else { states.join(" or ") }
}
