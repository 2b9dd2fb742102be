//! The network's bytes: golden, and hostile.

#[cfg(test)]
mod frames;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod samples;
