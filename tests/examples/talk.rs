//! Talks to someone without end, to be killed in the middle of it: what it does, and not how it ends, is the test.
//!
//! One line before each thing it says and one once it is promised to be kept: `saying TEXT`, `taken TEXT`. When its input
//! ends it says no more, and is over as soon as everything has left and come.

#![expect(clippy::print_stdout, reason = "what a program says")]

use std::io::Read;
use std::path::Path;

use client_api::{Command, Connection, Event, Outcome, Recipient};
use client_native::{Client, Home};
use tokio::sync::broadcast;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Messages that wait to be sent at once: some, so that a death meets each of them in another state.
const OUTBOX_COUNT_MAX: u64 = 4;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [home, relay, to, what] = &arguments[..] else {
        return Err("usage: talk HOME RELAY HANDLE WHAT".into());
    };
    let to = Recipient::Handle(to.trim_start_matches('@').parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio::task::LocalSet::new().block_on(&runtime, talk(Path::new(home), relay, &to, what))
}

async fn talk(home: &Path, relay: &str, to: &Recipient, what: &str) -> Result<(), Failure> {
    let driver = Home::open(home)?.open_account(None).await?;
    let client = Client::run(driver, relay)?;
    let mut events = client.events();
    let mut ended = input_ends();
    client.start();
    let mut number = 0;
    while !ended.is_closed() {
        number += 1;
        let text = format!("{what}, {number}");
        println!("saying {text}");
        let outcome = client.command(Command::SendText { to: to.clone(), text: text.clone() }).await?;
        let Outcome::Queued { .. } = outcome else { return Err(format!("refused: {outcome:?}").into()) };
        println!("taken {text}");
        while outbox_count(&client).await? >= OUTBOX_COUNT_MAX && !ended.is_closed() {
            tokio::select! {
                _ = events.recv() => {}
                _ = ended.recv() => {}
            }
        }
    }
    rest(&client, &mut events).await?;
    client.close().await?;
    Ok(())
}

/// Waits until nothing is left to be sent or fetched.
async fn rest(client: &Client, events: &mut broadcast::Receiver<Event>) -> Result<(), Failure> {
    while outbox_count(client).await? > 0 {
        // Each event may be the one after which nothing is left.
        let _ = events.recv().await;
    }
    client.caught_up().await?;
    Ok(())
}

/// How much waits to be sent; a client that never will send it has failed.
async fn outbox_count(client: &Client) -> Result<u64, Failure> {
    let found = client.query(|driver| Box::pin(async { driver.diagnostics() })).await?;
    match found.connection {
        Connection::Stopped { reason } => Err(reason.as_str().into()),
        _ => Ok(found.outbox_count),
    }
}

/// Closed once nobody holds the other end of the input any more.
fn input_ends() -> UnboundedReceiver<()> {
    let (open, ended) = unbounded_channel();
    std::thread::spawn(move || {
        // What is written there means nothing, and an error is an end.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(open);
    });
    ended
}
