//! A campaign on the target `mls_bytes`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("mls_bytes", data));
