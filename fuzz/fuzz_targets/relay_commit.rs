//! A campaign on the target `relay_commit`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("relay_commit", data));
