//! The market's interface, used over HTTP on a real relay.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod audited;
#[cfg(test)]
mod browsers;
#[cfg(test)]
mod config;
#[cfg(test)]
mod deaths;
#[cfg(test)]
mod disputes;
#[cfg(test)]
mod events;
#[cfg(test)]
mod health;
#[cfg(test)]
mod help;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod killed_at_work;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod listings;
#[cfg(test)]
mod maintenance;
#[cfg(test)]
mod offers;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod personal;
#[cfg(test)]
mod quickstart;
#[cfg(test)]
mod rails;
#[cfg(test)]
mod reconcile;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod storms;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod top_ups;
#[cfg(test)]
mod transfers;
#[cfg(test)]
mod users;
#[cfg(test)]
mod wallet;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod webhooks_in_time;
#[cfg(test)]
mod whose;
#[cfg(test)]
mod withdrawals;
#[cfg(test)]
mod worked_example;
