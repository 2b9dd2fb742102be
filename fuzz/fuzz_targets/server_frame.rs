//! A campaign on the target `server_frame`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("server_frame", data));
