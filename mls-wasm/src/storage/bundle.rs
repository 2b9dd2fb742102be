//! Small values lie together in one record: a commit changes nearly all of them, and to write a record costs a browser as much as to
//! write kilobytes more into one.

use zeroize::Zeroizing;

use super::parts::Layout;
use super::{Kind, ValueKey};
use crate::Error;

/// Longer values lie by themselves.
const VALUE_BYTES_MAX: usize = 1024;
/// A commit that is under way may be longer: it comes and goes with the others.
const STATE_BYTES_MAX: usize = 2048;

/// Where the bundle lies, as if it were a value.
pub(super) const KEY: [u8; 1] = [Kind::Bundle as u8];

/// The bundle as it is stored.
#[derive(Default, Clone)]
pub(super) struct Bundle {
    pub(super) layout: Layout,
    pub(super) stored: Option<Zeroizing<Vec<u8>>>,
}

/// Whether a value lies among the others. Each message changes the message secrets and nothing else.
pub(super) fn takes(key: &[u8], value: &[u8]) -> bool {
    const SECRETS: u8 = Kind::MessageSecrets as u8;
    const STATE: u8 = Kind::GroupState as u8;
    match key {
        [SECRETS, ..] => false,
        [STATE, ..] => value.len() <= STATE_BYTES_MAX,
        _ => value.len() <= VALUE_BYTES_MAX,
    }
}

/// Values in one piece, written into room that is wiped and never outgrown.
pub(super) fn encode(values: &[(&[u8], &[u8])]) -> Zeroizing<Vec<u8>> {
    /// What lengths take beside their values, at most.
    const LENGTHS: usize = 20;
    let room = values.iter().map(|(key, value)| key.len() + value.len() + LENGTHS).sum::<usize>();
    let encoded = postcard::to_extend(values, Vec::with_capacity(room + LENGTHS));
    Zeroizing::new(encoded.expect("values can be written"))
}

/// The values of a bundle.
pub(super) fn decode(
    bundle: &[u8],
) -> Result<impl Iterator<Item = (ValueKey, Zeroizing<Vec<u8>>)> + use<>, Error> {
    let values: Vec<(ValueKey, Vec<u8>)> = postcard::from_bytes(bundle).map_err(|_| Error::DamagedState)?;
    Ok(values.into_iter().map(|(key, value)| (key, Zeroizing::new(value))))
}
