//! A campaign on the target `content`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("content", data));
