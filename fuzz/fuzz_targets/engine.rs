//! A campaign on the target `engine`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("engine", data));
