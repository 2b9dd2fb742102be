//! Clients as they run: over stores in memory, in step with the real relay.

#[cfg(test)]
use e2e::real_relay;

#[cfg(test)]
mod driver;
#[cfg(test)]
mod hand_over;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod invited;
#[cfg(test)]
mod key_packages;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod lies;
#[cfg(test)]
mod lies_about_people;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod lying;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod own_devices;
#[cfg(test)]
mod phrase;
#[cfg(test)]
mod poisoned;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod restoring;
#[cfg(test)]
mod revoked;
#[cfg(test)]
mod rolled_back;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod said_again;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod suites;
#[cfg(test)]
mod tablet;
#[cfg(test)]
mod under_way;
#[cfg(test)]
mod world;
