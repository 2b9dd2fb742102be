//! `palaver-relay`: reads its settings, then serves until it is told to stop.

mod commands;

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::builder::Resettable;
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use commands::audit::Audit;
use commands::failure;
use commands::jobs::Jobs;
use commands::keys::Keys;
use commands::ledger::Ledger;
use commands::maintenance::Maintenance;
use commands::reconcile::Reconcile;
use commands::say;
use commands::traders::{Orders, TopUps, Users, Withdrawals};
use relay::Clock;
use relay::config::{Config, Settings};
use tokio::net::TcpListener;

/// Palaver's relay: orders and stores conversations that it cannot read.
#[derive(Parser)]
#[command(name = "palaver-relay", version, arg_required_else_help = true)]
#[command(after_help = "Example:\n  palaver-relay serve --listen 127.0.0.1:8787 --data ./data")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until stopped; the first line on stdout says where
    #[command(after_help = "Example:\n  palaver-relay serve --listen 127.0.0.1:8787 --data ./data")]
    Serve(Given),
    /// Look at the settings without serving
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Keys that programs act by in a space
    #[command(subcommand)]
    Keys(Keys),
    /// Work that is done by and by in a space
    #[command(subcommand)]
    Jobs(Jobs),
    /// Let nothing be changed for a while
    #[command(subcommand)]
    Maintenance(Maintenance),
    /// Those who trade in a space
    #[command(subcommand)]
    Users(Users),
    /// Purchases
    #[command(subcommand)]
    Orders(Orders),
    /// Money on its way in
    #[command(subcommand, name = "topups")]
    TopUps(TopUps),
    /// Money on its way out
    #[command(subcommand)]
    Withdrawals(Withdrawals),
    /// The books of a space's money
    #[command(subcommand)]
    Ledger(Ledger),
    /// Compare what was settled by hand with a bank's statement
    Reconcile(Reconcile),
    /// The log of everything that was changed in a space
    #[command(subcommand)]
    Audit(Audit),
    /// Print what the market's interface takes and answers, as OpenAPI
    #[command(after_help = "Example:\n  palaver-relay openapi > openapi.json")]
    Openapi,
}

/// Look at the settings without serving
#[derive(Subcommand)]
#[command(after_help = "Example:\n  palaver-relay config check --config relay.toml")]
enum ConfigCommand {
    /// Print what is in force, or what is wrong
    Check(Given),
}

#[derive(clap::Args)]
struct Given {
    /// TOML file with any of these settings; flags and environment win over it
    #[arg(long, env = "PALAVER_RELAY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

fn main() -> ExitCode {
    let given = without_what_is_empty(Arguments::command()).get_matches();
    let arguments = match Arguments::from_arg_matches(&given) {
        Ok(arguments) => arguments,
        Err(error) => error.format(&mut Arguments::command()).exit(),
    };
    let is_export = matches!(arguments.command, Command::Audit(_) | Command::Openapi);
    let outcome = match arguments.command {
        Command::Serve(given) => given.read().and_then(|config| serve(&config)),
        Command::Keys(command) => commands::keys::run(command),
        Command::Jobs(command) => commands::jobs::run(command),
        Command::Maintenance(command) => commands::maintenance::run(command),
        Command::Users(command) => commands::traders::users(command),
        Command::Orders(command) => commands::traders::orders(command),
        Command::TopUps(command) => commands::traders::top_ups(command),
        Command::Withdrawals(command) => commands::traders::withdrawals(command),
        Command::Ledger(command) => commands::ledger::run(command),
        Command::Reconcile(command) => commands::reconcile::run(&command),
        Command::Audit(command) => commands::audit::run(command),
        Command::Openapi => describe(),
        Command::Config(ConfigCommand::Check(given)) => given.read().and_then(|config| print(&config)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_export && is_unread(&error) => ExitCode::FAILURE,
        Err(error) => {
            let said = if is_for_programs(&given) {
                format!("{:#}", failure::as_json(&error))
            } else {
                format!("palaver-relay: {error:#}")
            };
            // Whoever listens no longer sees how it ended by the exit code.
            let _ = writeln!(std::io::stderr(), "{}", said.trim_end());
            ExitCode::FAILURE
        }
    }
}

/// A command, and those below it, to which a variable of the environment that is set to nothing is not set: files of services name
/// variables whether or not anybody gives them a value.
fn without_what_is_empty(command: clap::Command) -> clap::Command {
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    command
        .mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg })
        .mut_subcommands(without_what_is_empty)
}

/// Whether whoever read what was written has had enough of it.
fn is_unread(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// Whether `--json` was given to a command that has it.
fn is_for_programs(given: &ArgMatches) -> bool {
    match given.subcommand() {
        Some((_, given)) => is_for_programs(given),
        None => matches!(given.try_get_one("json"), Ok(Some(true))),
    }
}

impl Given {
    fn read(self) -> anyhow::Result<Config> {
        let file = self.config.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
        Ok(self.settings.or(file).check()?)
    }
}

fn describe() -> anyhow::Result<()> {
    say(&relay::api::description())
}

fn print(config: &Config) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(config)?)
}

fn serve(config: &Config) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::from(config.log))
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("cannot listen on {}: choose another with --listen", config.listen))?;
        let address = listener.local_addr()?;
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        relay::serve(config, Clock::System, listener, stopped(), move || {
            let mut out = std::io::stdout();
            // Whoever waits for the line must get it; a closed stdout is no reason to stop.
            let _ = writeln!(out, "listening on {scheme}://{address}").and_then(|()| out.flush());
        })
        .await?;
        Ok(())
    })
}

async fn stopped() {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .expect("signals can be listened to");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
