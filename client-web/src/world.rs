//! The only place that reads the browser's clock and draws its randomness.

use client_core::entropy::{Entropy, Moment};
use js_sys::Date;
use protocol::Timestamp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Crypto;

    #[wasm_bindgen(thread_local_v2, js_name = crypto)]
    static CRYPTO: Crypto;

    #[wasm_bindgen(method, js_name = getRandomValues)]
    fn fill(this: &Crypto, bytes: &mut [u8]);
}

/// The present, with fresh randomness.
pub(crate) fn moment() -> Moment {
    Moment { now: now(), entropy: entropy() }
}

/// Fresh randomness.
pub(crate) fn entropy() -> Entropy {
    Entropy::from_bytes(random())
}

/// Now, by this browser's clock.
pub(crate) fn now() -> Timestamp {
    // A clock is a whole number of milliseconds far below what a float holds exactly, and never before 1970.
    Timestamp::from_millis(Date::now() as u64)
}

/// Fresh random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    CRYPTO.with(|crypto| crypto.fill(&mut bytes));
    bytes
}
