//! The engine as its callers use it: members, a relay that checks, and attackers.

#[cfg(test)]
mod actors;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod writes;
