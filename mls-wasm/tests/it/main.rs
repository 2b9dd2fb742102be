//! The engine as its callers use it: members, a relay that checks, attackers, and members that run another engine.

#[cfg(test)]
mod actors;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod interop;
#[cfg(test)]
mod talk;
#[cfg(test)]
mod writes;
