//! The engine beside another implementation of RFC 9420, mls-rs, in one group; for the hybrid suite, which mls-rs does not
//! have, beside OpenMLS on its own provider.
//!
//! Every commit of either passes the relay's checks and every member's before anyone follows it. Not in here: proposals to
//! leave. The two number SelfRemove differently (0x000A by IANA, 0xF003 in mls-rs), see [`refusals`].

mod changes;
mod epochs;
mod member;
mod peer;
mod races;
mod refusals;
mod rejoin;
mod room;
mod stock;
mod talk;
