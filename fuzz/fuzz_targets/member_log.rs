//! A campaign on [`fuzz::member_log`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::member_log(data));
