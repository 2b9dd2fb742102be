//! `palaver-relay maintenance`

use clap::Subcommand;
use relay::trade::{Command, MESSAGE_LENGTH_MAX, Query, line};

use super::{Place, data, text};

/// Let nothing be changed for a while
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  palaver-relay maintenance enable \"Back at 14:00 UTC.\" --data ./data\n  \
        palaver-relay maintenance disable --data ./data"
)]
pub(crate) enum Maintenance {
    /// Let nothing be changed in a space
    Enable {
        /// What people are told meanwhile
        #[arg(value_parser = message)]
        message: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let everything be changed again
    Disable {
        #[command(flatten)]
        place: Place,
    },
    /// Whether anything may be changed
    Status {
        #[command(flatten)]
        place: Place,
    },
}

fn message(text: &str) -> Result<String, String> {
    line(text, 1..=MESSAGE_LENGTH_MAX).map(|()| text.to_owned())
}

pub(crate) fn run(command: Maintenance) -> anyhow::Result<()> {
    let (place, message) = match command {
        Maintenance::Enable { message, place } => (place, Some(Some(message))),
        Maintenance::Disable { place } => (place, Some(None)),
        Maintenance::Status { place } => (place, None),
    };
    let state = place.run(async |operator| {
        let reply = match message {
            Some(message) => operator.carry_out(Command::SetMaintenance(message)).await?,
            None => operator.look_up(Query::Maintenance).await?,
        };
        data(&reply)
    })?;
    place.print(&state, |state| match state["enabled"].as_bool() {
        Some(true) => format!("on: {}", text(state, "message")),
        _ => "off".to_owned(),
    })
}
