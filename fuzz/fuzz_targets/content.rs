//! A campaign on [`fuzz::content`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::content(data));
