//! The screens. One component a file; what they decide is in `model`.

#![expect(unreachable_pub, reason = "components have public properties by what the macro writes")]

mod add;
mod announcer;
mod attempt;
mod avatar;
mod bubble;
mod chat;
mod code;
mod composer;
mod connection;
mod controls;
mod create;
mod details;
mod dialog;
mod divider;
mod focus;
mod keys;
mod link;
mod list;
mod messages;
mod new;
mod notices;
mod person;
mod phrase;
mod protection;
mod restore;
pub(crate) mod root;
mod scan_form;
mod scanner;
mod settings;
mod shell;
mod trouble;
mod unlock;
mod welcome;
