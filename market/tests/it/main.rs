//! What the market's machines and what they are used for may and may not do.

mod machines;
mod permissions;
mod pictures;
