//! `palaver`, the terminal client: for people, and with `--json` for scripts.

mod arguments;
mod arriving;
mod chat;
mod commands;
mod output;
mod reading;
mod settings;
mod texts;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("palaver: {error}");
            return ExitCode::from(output::FAILED);
        }
    };
    let local = tokio::task::LocalSet::new();
    let outcome = local.block_on(&runtime, commands::run(arguments));
    // A socket that is still being opened is of no use to anyone.
    runtime.shutdown_background();
    ExitCode::from(outcome)
}
