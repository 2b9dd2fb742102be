//! What is read: older messages as one comes to them, one's own as they are written, and that others' were seen.

use client_api::Command;
use client_api::page::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::View;
use crate::events::messages;
use crate::model::route::Route;
use crate::model::timeline::Timeline;
use crate::view::chat::PAGE;

impl View {
    /// Whoever has just written something sees it.
    pub(super) fn follow_own(self) {
        if self.timeline.try_update_untracked(Timeline::take_written) == Some(true) {
            self.is_at_end.set(true);
        }
    }

    /// Fetches what comes before the first message that is known.
    pub(super) fn fetch_older(self) {
        let conversation = self
            .app
            .directory
            .with_untracked(|directory| directory.conversation(self.key).map(|view| view.conversation));
        let before = self
            .timeline
            .with_untracked(|timeline| timeline.has_older().then(|| timeline.first_seq()).flatten());
        let (Some(conversation), Some(before)) = (conversation, before) else { return };
        if self.is_fetching.get_untracked() {
            return;
        }
        self.is_fetching.set(true);
        spawn_local(async move {
            let limit = PAGE * 2;
            let request = Request::Timeline { conversation, before: Some(before), limit };
            let fetched = self.app.fetch(request, messages).await;
            let _ = self.is_fetching.try_set(false);
            // Whoever has gone elsewhere meanwhile has it when they come back.
            let fetched = fetched.map(|messages| {
                let is_whole = messages.len() < usize::try_from(limit).unwrap_or(usize::MAX);
                self.timeline.update(|timeline| timeline.put_page(messages, is_whole));
            });
            let _ = self.problem.try_set(fetched.err());
        });
    }

    /// What is at the end, and before someone's eyes, is read.
    pub(super) fn mark_read(self) {
        let app = self.app;
        let is_covered = crate::browser::is_phone() && matches!(app.route.get_untracked(), Route::Details(_));
        let is_seen = self.is_begun.get_value() && self.is_at_end.get_untracked() && !is_covered;
        if !is_seen || !crate::browser::has_focus() {
            return;
        }
        let unread = app.directory.with_untracked(|directory| {
            directory
                .conversation(self.key)
                .filter(|view| view.unread_count > 0)
                .map(|view| view.conversation)
        });
        let last = self.timeline.with_untracked(Timeline::last_seq);
        let (Some(conversation), Some(up_to)) = (unread, last) else { return };
        if self.marked.get_value() >= up_to {
            return;
        }
        self.marked.set_value(up_to);
        app.directory.update(|directory| directory.read_up_to(conversation, up_to));
        spawn_local(async move {
            // Marked again with the next message, if it could not be kept now.
            let _ = app.command(Command::MarkRead { conversation, up_to }).await;
        });
    }
}
