//! Replacing the phrase: a new root key takes the old one's place in the own log, and the old phrase is void.
//!
//! Invariant: no phrase is in force that its owner cannot be shown. What the new one follows from is stored before the
//! relay is asked, so that whoever has the old phrase is given the same new one again, whatever was lost in between.

use client_api::{CommandId, NoticeCode, Outcome, RefusalCode};
use protocol::identity::{EntryKind, RotateRoot};

use super::state::{Asked, Engine};
use super::{Context, Effect};
use crate::phrase::Phrase;
use crate::records::ReplacementRecord;

/// How long a new phrase can be asked for again with the old one, once it was shown: a browser may end before it is read.
const SHOWN_AGAIN_MS: u64 = 24 * 60 * 60 * 1000;

impl Engine {
    /// Whether the root key in force is this phrase's.
    pub(crate) fn is_phrase(&self, phrase: &Phrase) -> bool {
        self.own_log().view().root_key() == phrase.root_key().public()
    }

    pub(super) fn replace_phrase(&mut self, id: CommandId, old: &Phrase, cx: &mut Context<'_>) {
        if self.is_under_way(id) {
            return;
        }
        if self.is_arriving() {
            self.refuse(id, RefusalCode::Restoring, cx);
            return;
        }
        let made = self.replacement.as_ref().map(|made| old.successor(&made.nonce));
        if let Some(made) = made.filter(|made| self.is_phrase(made)) {
            self.phrase_replaced(id, made, cx);
        } else if !self.is_phrase(old) {
            self.refuse(id, RefusalCode::WrongPhrase, cx);
        } else if !self.is_ready() {
            self.refuse(id, RefusalCode::Offline, cx);
        } else if self.is_replacing() {
            self.refuse(id, RefusalCode::Invalid, cx);
        } else {
            self.rotate_root(id, old, cx);
        }
    }

    fn is_replacing(&self) -> bool {
        let rotates = |asked: &Asked| matches!(asked, Asked::AppendIdentity { new_phrase: Some(_), .. });
        self.requests.values().any(rotates)
    }

    fn rotate_root(&mut self, id: CommandId, old: &Phrase, cx: &mut Context<'_>) {
        // What was begun and not shown may be on its way still: there must not be a second phrase.
        let begun = self.replacement.take().filter(|begun| begun.shown_at.is_none());
        let nonce = begun.map_or_else(|| cx.entropy.draw(), |begun| begun.nonce);
        let new = old.successor(&nonce);
        let new_root = *new.root_key().public().as_bytes();
        self.keep_replacement(ReplacementRecord { nonce, new_root, shown_at: None }, cx);
        let log = self.own_log();
        let rotate = RotateRoot::new(&log.account(), log.head(), &new.root_key());
        let entry = log.sign_by_root(&old.root_key(), EntryKind::RotateRoot(rotate));
        self.submit_identity(id, entry, Some(new), cx);
    }

    /// The relay has taken the new root key: its phrase is shown.
    pub(super) fn phrase_replaced(&mut self, id: CommandId, phrase: Phrase, cx: &mut Context<'_>) {
        if !self.is_phrase(&phrase) {
            self.refuse(id, RefusalCode::Untrusted, cx);
            return;
        }
        if let Some(record) = self.replacement.take() {
            let shown_at = record.shown_at.or(Some(cx.clock));
            self.keep_replacement(ReplacementRecord { shown_at, ..record }, cx);
        }
        cx.step.effects.push(Effect::ShowPhrase { id, phrase });
        self.done(id, Outcome::Done, cx);
    }

    /// Whether a new phrase is in force that its owner was not shown, because the answer was lost.
    pub(crate) fn has_unshown_phrase(&self) -> bool {
        let root = self.own_log().view().root_key();
        let replacement = self.replacement.as_ref().filter(|record| record.shown_at.is_none());
        replacement.is_some_and(|record| record.new_root == *root.as_bytes())
    }

    /// The own log has come: it tells whether a phrase is in force that nobody has seen.
    pub(super) fn check_phrase_shown(&mut self, cx: &mut Context<'_>) {
        if self.has_unshown_phrase() {
            self.notice(NoticeCode::PhraseNotShown, cx);
        }
    }

    fn keep_replacement(&mut self, record: ReplacementRecord, cx: &mut Context<'_>) {
        cx.put(ReplacementRecord::key(), &record);
        self.replacement = Some(record);
    }

    /// Once a new phrase was shown long ago, the old one leads to it no longer.
    pub(super) fn forget_replacement(&mut self, cx: &mut Context<'_>) {
        let shown_at = self.replacement.as_ref().and_then(|record| record.shown_at);
        if shown_at.is_some_and(|shown_at| cx.clock.millis_since(shown_at) >= SHOWN_AGAIN_MS) {
            self.replacement = None;
            cx.delete(ReplacementRecord::key());
        }
    }
}
