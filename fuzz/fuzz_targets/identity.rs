//! A campaign on the target `identity`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("identity", data));
