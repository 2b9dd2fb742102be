//! A campaign on [`fuzz::joiner`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::joiner(data));
