//! The adapters in a real browser's worker.

mod keys;
mod locks;
mod storing;

use wasm_bindgen_test::wasm_bindgen_test_configure;

use crate::world;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// A name that nothing else here has.
fn new_name() -> String {
    format!("test/{}", u64::from_be_bytes(world::random()))
}
