//! A campaign on [`fuzz::relay_commit`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::relay_commit(data));
