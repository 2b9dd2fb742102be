//! The driver over a store in memory: what is stored, what survives, what is never seen.

#[cfg(test)]
mod driver;
