//! A campaign on [`fuzz::engine`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::engine(data));
