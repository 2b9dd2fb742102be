//! Clients frame by frame, and a relay in this process: for what no well-behaved client does.

#![expect(clippy::unwrap_used, reason = "a test's own parts fail the test where they stand")]

mod member;
mod relay;
mod socket;

pub use member::{Member, Person, SUITE, dm, expect_appended, fresh, handshake_in, handshake_of};
pub use relay::LocalRelay;
pub use socket::{Socket, code_of, ready};
