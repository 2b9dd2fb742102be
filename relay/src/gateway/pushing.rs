//! What a socket is sent without asking: each log it follows, in order, without a gap and without a repeat.

use std::sync::atomic::Ordering;

use protocol::frame::{EntryAppended, Response};
use protocol::{Bytes, ConversationId, ErrorCode, limits};

use super::socket::Ended;
use super::{Gateway, Session};
use crate::hub::{Push, PushedEntry, push_frame};
use crate::store::{Store, StoreError};

impl Session {
    /// Follows a log no longer.
    pub(super) fn unfollow(&mut self, conversation: &ConversationId) {
        self.next.remove(conversation);
        self.registration.unfollow(conversation);
    }
}

impl<S: Store> Gateway<S> {
    /// Sends what is queued, and flushes once.
    pub(super) async fn push_all(&mut self, first: Push) -> Result<(), Ended> {
        let mut push = Some(first);
        while let Some(next) = push {
            self.push_one(next).await?;
            push = self.session.as_mut().and_then(|session| session.registration.pushes.try_recv().ok());
        }
        let is_behind = self
            .session
            .as_ref()
            .is_some_and(|session| session.registration.has_overflowed.load(Ordering::Acquire));
        if is_behind {
            self.relay.metrics.slow_sockets_total.add_one();
            return Err(self.outgoing.end(ErrorCode::TooSlow).await);
        }
        self.outgoing.flush().await
    }

    async fn push_one(&mut self, push: Push) -> Result<(), Ended> {
        match push {
            Push::About(about) => {
                // Whoever asked to follow what is not theirs is told nothing meanwhile.
                let follows = self
                    .session
                    .as_ref()
                    .is_some_and(|session| session.next.contains_key(&about.conversation));
                if follows { self.outgoing.feed(about.frame.clone()).await } else { Ok(()) }
            }
            Push::Frame(frame) => self.outgoing.feed(Bytes::clone(&frame)).await,
            Push::Close(reason) => Err(self.outgoing.end(reason).await),
            Push::Entry(pushed, is_last) => {
                let PushedEntry { conversation, seq, frame } = &*pushed;
                let Some(session) = &mut self.session else { return Ok(()) };
                let Some(next) = session.next.get_mut(conversation) else { return Ok(()) };
                if seq == next {
                    *next = next.next();
                    self.outgoing.feed(frame.clone()).await?;
                } else if *seq > *next {
                    self.replay(vec![*conversation]).await?;
                }
                if is_last && let Some(session) = &mut self.session {
                    session.unfollow(conversation);
                }
                Ok(())
            }
        }
    }

    /// Sends what the store has of logs this socket follows, page by page as the socket takes it. A log that the device
    /// has left is followed to its end.
    pub(super) async fn replay(&mut self, conversations: Vec<ConversationId>) -> Result<(), Ended> {
        for conversation in conversations {
            loop {
                let Some(session) = &mut self.session else { return Ok(()) };
                let Some(next) = session.next.get(&conversation).copied() else { break };
                let device = session.leaf.identity.device;
                let page =
                    self.relay.store.entries(conversation, device, next, limits::ENTRIES_PER_FRAME_MAX).await;
                let page = match page {
                    Ok(page) => page,
                    Err(StoreError::Forbidden) => {
                        session.unfollow(&conversation);
                        break;
                    }
                    Err(error) => return Err(self.outgoing.end(error.code()).await),
                };
                let Some(last) = page.entries.last() else {
                    if page.has_left {
                        session.unfollow(&conversation);
                    }
                    break;
                };
                session.next.insert(conversation, last.seq.next());
                for entry in page.entries {
                    let pushed = EntryAppended { conversation, entry };
                    self.outgoing.feed(push_frame(Response::EntryAppended(pushed))).await?;
                }
                self.outgoing.flush().await?;
            }
        }
        Ok(())
    }
}
