//! A campaign on the target `text`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("text", data));
