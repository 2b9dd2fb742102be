//! The gateway over real sockets: who gets in, what is refused, and what each socket is sent.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod following;
#[cfg(test)]
mod leaves;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod racing;
#[cfg(test)]
mod sessions;
