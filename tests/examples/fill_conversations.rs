//! Fills one account's conversations: many people, each of whom says many things to it. For benchmarks.

#![expect(clippy::print_stdout, reason = "what a program says")]

use client_api::{Command, Outcome, Recipient};
use client_native::{Client, Home};
use futures_util::future::try_join_all;
use protocol::Handle;

/// Messages stored in one turn.
const AT_ONCE: usize = 50;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [relay, reader, people, messages] = &arguments[..] else {
        return Err("usage: fill_conversations RELAY HANDLE PEOPLE MESSAGES".into());
    };
    let reader = Recipient::Handle(reader.parse()?);
    let (people, messages) = (people.parse()?, messages.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio::task::LocalSet::new().block_on(&runtime, async {
        for number in 0..people {
            say(relay, &format!("person{number}").parse()?, &reader, messages).await?;
        }
        Ok(())
    })
}

/// A new account says so many things, and is gone when all of them have left.
async fn say(
    relay: &str,
    own: &Handle,
    reader: &Recipient,
    messages: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let (driver, _) = Home::make(folder.path())?.create_account(None).await?;
    let client = Client::run(driver, relay)?;
    client.start();
    client.caught_up().await?;
    expect(client.command(Command::SetHandle { handle: own.clone() }).await?)?;
    let mut connection = client.events();
    for from in (0..messages).step_by(AT_ONCE) {
        let some = (from..messages.min(from + AT_ONCE)).map(|number| {
            let text = format!("Message {number} of {own}, about as long as people write them.");
            client.command(Command::SendText { to: reader.clone(), text })
        });
        for outcome in try_join_all(some).await? {
            expect(outcome)?;
        }
    }
    while client.query(|driver| Box::pin(async { driver.diagnostics() })).await?.outbox_count > 0 {
        // Each event may be the one after which nothing is left.
        let _ = connection.recv().await;
    }
    client.close().await?;
    println!("{own}");
    Ok(())
}

fn expect(outcome: Outcome) -> Result<(), String> {
    match outcome {
        Outcome::Refused(refusal) => Err(format!("refused: {refusal:?}")),
        _ => Ok(()),
    }
}
