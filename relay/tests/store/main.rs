//! What every store of a relay must do, run against each implementation.

#[cfg(test)]
#[macro_use]
mod suite;

#[cfg(test)]
mod audit;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod events;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod key_packages;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod listings;
#[cfg(test)]
mod maintenance;
#[cfg(test)]
mod money;
#[cfg(test)]
mod offers;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod shop;
#[cfg(test)]
mod spaces;
#[cfg(test)]
mod sqlite;
#[cfg(test)]
mod users;
#[cfg(test)]
mod voids;
#[cfg(test)]
mod webhooks;
