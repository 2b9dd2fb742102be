//! The engine as its callers use it: members, a relay that checks, and attackers.

mod actors;
mod attacks;
mod groups;
mod writes;
