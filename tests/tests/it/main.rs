//! Two people in two terminals, through a relay that orders and never reads.

#[cfg(test)]
mod operator;
#[cfg(test)]
mod talking;
