//! A campaign on the target `member_log`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::run("member_log", data));
