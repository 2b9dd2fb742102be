//! What OpenMLS needs from outside, for the suites we offer and nothing else.

mod batch;
mod crypto;
mod hpke;
#[cfg(any(test, feature = "testing"))]
mod poisoner;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use hkdf::Hkdf;
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;
use protocol::keys::DeviceKey;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Error;
use crate::storage::WorkingSet;
pub(crate) use crypto::{Crypto, can_seal_for};
#[cfg(any(test, feature = "testing"))]
pub(crate) use poisoner::{Garbage, Poisoner};

/// Fresh randomness for one call of the engine. Never used twice.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct StepSecret([u8; 32]);

impl StepSecret {
    /// Wraps 32 random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Bytes that depend on this secret and on everything in `info`, in no particular order of calls.
    pub(crate) fn derive(&self, salt: &[u8], info: &[&[u8]], bytes: &mut [u8]) {
        Hkdf::<Sha256>::new(Some(salt), &self.0)
            .expand_multi_info(info, bytes)
            .expect("what is drawn is within HKDF's limit");
    }
}

impl fmt::Debug for StepSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("StepSecret(secret)")
    }
}

/// Randomness for OpenMLS: the n-th draw of a step is a function of the step's secret and n.
pub(crate) struct Draws {
    secret: StepSecret,
    count: AtomicU64,
}

/// The limit of one HKDF expansion was passed.
#[derive(Debug, thiserror::Error)]
#[error("too many random bytes at once")]
pub(crate) struct TooManyBytes;

impl OpenMlsRand for Draws {
    type Error = TooManyBytes;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], TooManyBytes> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn random_vec(&self, length: usize) -> Result<Vec<u8>, TooManyBytes> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}

impl Draws {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), TooManyBytes> {
        const EXPANSION_BYTES_MAX: usize = 255 * 32;
        if bytes.len() > EXPANSION_BYTES_MAX {
            return Err(TooManyBytes);
        }
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        self.secret.derive(b"palaver/1/mls-random", &[&count.to_be_bytes()], bytes);
        Ok(())
    }
}

/// One call's provider over a group's working set.
pub(crate) struct Provider<'a, C = Crypto> {
    crypto: C,
    draws: Draws,
    storage: &'a WorkingSet,
}

impl<'a> Provider<'a> {
    pub(crate) fn new(secret: &StepSecret, storage: &'a WorkingSet) -> Self {
        Self::with(Crypto::new(secret.clone()), secret, storage)
    }

    /// For what needs no randomness.
    pub(crate) fn without_randomness(storage: &'a WorkingSet) -> Self {
        Self::new(&StepSecret::from_bytes([0; 32]), storage)
    }
}

impl<'a, C> Provider<'a, C> {
    pub(crate) fn with(crypto: C, secret: &StepSecret, storage: &'a WorkingSet) -> Self {
        Self { crypto, draws: Draws { secret: secret.clone(), count: AtomicU64::new(0) }, storage }
    }
}

/// Does what checks many signatures, on a working set of its own: with all of them checked together, and where anything is
/// refused once more with each checked by itself, whose word counts.
pub(crate) fn checking_together<T>(
    secret: &StepSecret,
    storage: impl Fn() -> Result<WorkingSet, Error>,
    step: impl Fn(&Provider<'_>) -> Result<T, Error>,
) -> Result<(T, WorkingSet), Error> {
    let attempt = |crypto: Crypto| {
        let storage = storage()?;
        let provider = Provider::with(crypto, secret, &storage);
        let made = step(&provider)?;
        provider.crypto.settle().map_err(Error::invalid)?;
        Ok((made, storage))
    };
    attempt(Crypto::settling_later(secret.clone())).or_else(|_: Error| attempt(Crypto::new(secret.clone())))
}

impl<C: OpenMlsCrypto> OpenMlsProvider for Provider<'_, C> {
    type CryptoProvider = C;
    type RandProvider = Draws;
    type StorageProvider = WorkingSet;

    fn storage(&self) -> &WorkingSet {
        self.storage
    }

    fn crypto(&self) -> &C {
        &self.crypto
    }

    fn rand(&self) -> &Draws {
        &self.draws
    }
}

/// Signs MLS structures with the device's key.
pub(crate) struct DeviceSigner<'a>(pub(crate) &'a DeviceKey);

impl Signer for DeviceSigner<'_> {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok(self.0.sign_mls(payload).to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}
