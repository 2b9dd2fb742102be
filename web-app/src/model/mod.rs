//! What the screens show, without a browser: plain values and decisions, tested natively.

pub(crate) mod avatar;
pub(crate) mod commands;
pub(crate) mod conversations;
pub(crate) mod digits;
pub(crate) mod draft;
pub(crate) mod notice;
pub(crate) mod phrase;
pub(crate) mod recipient;
pub(crate) mod registration;
pub(crate) mod route;
pub(crate) mod safety;
pub(crate) mod segments;
pub(crate) mod spoken;
pub(crate) mod timeline;
pub(crate) mod window;
pub(crate) mod words;
