//! The network's bytes: golden, and hostile.

#[cfg(test)]
mod frames;
#[cfg(test)]
mod samples;
