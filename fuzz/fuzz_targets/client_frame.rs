//! A campaign on the target `client_frame`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("client_frame", data));
