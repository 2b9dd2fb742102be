//! A campaign on [`fuzz::mls_bytes`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::mls_bytes(data));
