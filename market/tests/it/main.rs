//! What the market's machines and what they are used for may and may not do.

mod disputes;
mod events;
mod listings;
mod machines;
mod model;
mod offers;
mod orders;
mod permissions;
mod pictures;
mod properties;
mod refusals;
mod top_ups;
mod user_transfers;
mod walks;
mod withdrawals;
mod worked_example;
mod world;
