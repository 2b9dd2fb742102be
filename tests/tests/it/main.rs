//! Two people in two terminals, through a relay that orders and never reads.

#[cfg(test)]
mod devices;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod talking;
#[cfg(test)]
mod upgrade;
