//! Attackers: filled in below.
