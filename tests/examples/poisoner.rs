//! Strangers who poison what they are let into, at a relay: `poisoner HOST:PORT`.
//!
//! Each line of its input is answered by one. `join`: somebody new, who can be let into conversations, by the account. `poison
//! ACCOUNT`: they renew their keys so that nobody can follow, in the conversation that they were let into.

#![expect(clippy::print_stdout, reason = "what a program says")]

use std::collections::HashMap;
use std::net::SocketAddr;

use e2e::poisoner::Poisoner;
use e2e::raw::{Person, Socket, fresh};
use mls_wasm::NewKeyPackage;

type Failure = Box<dyn std::error::Error>;

/// Somebody, and what they can be let in by.
type Stranger = (Poisoner<Socket>, NewKeyPackage);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let relay: SocketAddr = std::env::args().nth(1).ok_or("usage: poisoner HOST:PORT")?.parse()?;
    let mut strangers = HashMap::new();
    for line in std::io::stdin().lines() {
        let line = line?;
        match line.split_once(' ') {
            Some(("poison", account)) => {
                let stranger = strangers.get_mut(account).ok_or("an unknown account")?;
                println!("{}", poison(relay, stranger).await?);
            }
            _ => {
                let (account, stranger) = join(relay).await?;
                strangers.insert(account.clone(), stranger);
                println!("{account}");
            }
        }
    }
    Ok(())
}

async fn join(relay: SocketAddr) -> Result<(String, Stranger), Failure> {
    let person = Person::random();
    let mut socket = Socket::open(relay).await;
    socket.ask(person.registration()).await;
    let account = person.account;
    let mut seed = [7; 32];
    seed[16..].copy_from_slice(&fresh());
    seed[..16].copy_from_slice(&fresh());
    let mut stranger = Poisoner::new(account, person.key, socket, seed);
    stranger.sign_in().await;
    let package = stranger.publish().await.ok_or("the relay ended")?;
    Ok((account.to_string(), (stranger, package)))
}

/// On a socket of its own: nobody has listened to the other meanwhile.
async fn poison(relay: SocketAddr, (stranger, package): &mut Stranger) -> Result<String, Failure> {
    stranger.socket = Socket::open(relay).await;
    stranger.sign_in().await;
    let invitations = stranger.invitations().await.ok_or("the relay ended")?;
    let conversation = invitations.first().ok_or("nobody has let them in")?.conversation;
    let answer = stranger.poison(package, conversation).await.ok_or("what was served fits nothing")?;
    Ok(format!("{answer:?}"))
}
