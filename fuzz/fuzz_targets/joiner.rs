//! A campaign on the target `joiner`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("joiner", data));
