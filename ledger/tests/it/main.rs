//! The ledger as a store sees it.

mod actors;
mod invariants;
mod model;
mod once;
mod operations;
mod reference;
mod statement;
mod turns;
mod verification;
