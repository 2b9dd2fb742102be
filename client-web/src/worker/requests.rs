//! Answering what pages ask: at once, or when the turn or the relay has decided it.

use client_api::page::{Answer, ClientState, Failure, FailureCode, Request};
use client_api::{ProfileView, SecretText};
use client_core::phrase::Phrase;

use super::Worker;
use crate::owner::{Owner, erase};
use crate::running::{Running, Tell};
use crate::speech::{Unread, failed, failure};
use crate::tabs::{Ended, TabMessage, Ticket};
use crate::world;

impl<T: Tell> Worker<T> {
    /// Does what was asked, or takes it up for the next turn.
    pub(super) async fn answer(&mut self, ticket: Ticket, request: Request) {
        match self.ask(ticket, request).await {
            Ok(Some(answer)) => self.answered(ticket, &answer),
            Ok(None) => {}
            Err(failure) => self.answered(ticket, &failed(failure)),
        }
    }

    /// The answer; none where it comes later.
    async fn ask(&mut self, ticket: Ticket, request: Request) -> Result<Option<Answer>, Failure> {
        match request {
            Request::Command { id, command } => {
                self.opened()?.command(ticket, id, command);
                return Ok(None);
            }
            Request::ReplacePhrase { phrase } => {
                let old = parse(&phrase.0)?;
                self.opened()?.replace_phrase(ticket, old);
                return Ok(None);
            }
            Request::Restore { phrase, protection } => {
                let phrase = parse(&phrase.0)?;
                let begun = self.owned()?.restore(&phrase, &protection).await?;
                return self.arriving(ticket, begun);
            }
            Request::Link { id, protection } => {
                let begun = self.owned()?.link(id, &protection).await?;
                return self.arriving(ticket, begun);
            }
            Request::StopLinking => {
                let state = self.owned()?.stop_linking().await?;
                self.show(state);
                self.answer_arriving(&failed(failure(FailureCode::LinkFailed, "it was stopped")));
                return Ok(Some(Answer::Done));
            }
            Request::Wipe => {
                self.wipe(ticket).await?;
                return Ok(None);
            }
            _ => {}
        }
        // What was asked before is done before.
        self.turn().await;
        self.ask_now(request).await.map(Some)
    }

    async fn ask_now(&mut self, request: Request) -> Result<Answer, Failure> {
        match request {
            Request::NewPhrase => {
                let phrase = Phrase::generate(&mut world::entropy());
                Ok(Answer::Phrase { phrase: SecretText(phrase.words().to_owned()) })
            }
            Request::Create { phrase, protection } => {
                let state = self.owned()?.create(&parse(&phrase.0)?, &protection).await?;
                if let Some(state) = state {
                    self.show(state);
                }
                Ok(Answer::Done)
            }
            Request::Unlock { secret } => {
                let state = self.owned()?.unlock(&secret).await?;
                self.show(state);
                Ok(Answer::Done)
            }
            Request::Protect { protection } => {
                let owner = self.owned()?;
                owner.protect(&protection).await?;
                let key = owner.open_key();
                self.tabs.key_is(key);
                Ok(Answer::Done)
            }
            Request::CheckPhrase { phrase } => {
                let phrase = parse(&phrase.0)?;
                Ok(Answer::Checked { is_right: self.opened()?.is_phrase(&phrase) })
            }
            Request::Storage => Ok(Answer::Storage { storage: self.owned()?.storage().await? }),
            request => self.owned()?.query(&request).await,
        }
    }

    fn owned(&mut self) -> Result<&mut Owner<T>, Failure> {
        self.owner.as_mut().ok_or_else(|| failure(FailureCode::NotOpen, "the storage is not open"))
    }

    fn opened(&mut self) -> Result<&mut Running<T>, Failure> {
        self.running().ok_or_else(|| failure(FailureCode::NotOpen, "the account is not open"))
    }

    /// An account is on its way here. The answer comes with it: a request that is repeated may find it done.
    fn arriving(&mut self, ticket: Ticket, begun: Option<ClientState>) -> Result<Option<Answer>, Failure> {
        if let Some(state) = begun {
            self.show(state);
        }
        if self.running().is_some_and(|running| running.is_arriving()) {
            self.arriving.push(ticket);
            return Ok(None);
        }
        Ok(Some(Answer::Done))
    }

    /// What became of an account that was on its way here.
    pub(super) fn arrived(&mut self, arrived: Result<ProfileView, Failure>) {
        let (state, answer) = match arrived {
            Ok(profile) => (ClientState::Open { profile, is_owner: true }, Answer::Done),
            Err(failure) => {
                let state = self.owner.as_mut().map(Owner::give_up_arriving);
                (state.unwrap_or(ClientState::Starting), failed(failure))
            }
        };
        self.show(state);
        self.answer_arriving(&answer);
    }

    fn answer_arriving(&mut self, answer: &Answer) {
        for ticket in std::mem::take(&mut self.arriving) {
            self.answered(ticket, answer);
        }
    }

    /// Erases everything, also what could not be opened.
    async fn wipe(&mut self, ticket: Ticket) -> Result<(), Failure> {
        let answer = Some(self.tabs.addressed(ticket, Unread::of(&Answer::Done)));
        let ended = Ended { state: Unread::of(&ClientState::Wiped), answer };
        let owner = self.owner.take();
        self.drop_engine();
        if let Some(owner) = owner {
            owner.empty().await?;
            // Told at once, well before the lock is let go: whoever is next in line would make the database anew.
            self.post(&TabMessage::Ended(ended.clone()));
            // Nothing is in it any more.
            let _ = owner.erase().await;
        } else {
            erase(&self.setting.database).await?;
        }
        self.tabs.end_all(ended);
        Ok(())
    }
}

fn parse(words: &str) -> Result<Phrase, Failure> {
    Phrase::parse(words).map_err(|error| failure(FailureCode::BadPhrase, &error.to_string()))
}
