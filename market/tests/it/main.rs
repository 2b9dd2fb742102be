//! What the market's machines and what they are used for may and may not do.

mod disputes;
mod listings;
mod machines;
mod offers;
mod orders;
mod permissions;
mod pictures;
mod refusals;
mod top_ups;
mod withdrawals;
mod worked_example;
mod world;
