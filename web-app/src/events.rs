//! What the client says, taken into what the screens show.

use std::time::Duration;

use client_api::page::{Answer, ClientState, Request, TIMELINE_LIMIT_MAX, ToPage};
use client_api::{AccountId, ConversationView, Event, MessageView, Notice, NoticeCode, Progress, Seq};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::App;
use crate::model::conversations::ChatKey;
use crate::model::notice::{self, Loudness};
use crate::model::route::{ChatAddress, Route, Setting};
use crate::model::timeline::Timeline;

/// How often it is looked whether a new day has begun.
const DAY_LOOKED_AT_EVERY: Duration = Duration::from_secs(20);

impl App {
    /// Takes what the client says.
    pub(crate) fn hear(self, message: ToPage) {
        match message {
            ToPage::State { state } => self.enter(state),
            ToPage::Event { event } => self.happened(event),
            ToPage::Answer { .. } => {}
        }
    }

    fn enter(self, state: ClientState) {
        // A worker that starts anew says so: what is on screen stays there until it is clear how the client stands.
        if state == ClientState::Starting {
            return;
        }
        let is_open = matches!(state, ClientState::Open { .. });
        // What these screens were for is here.
        if is_open && matches!(self.route.get_untracked(), Route::Restore | Route::Link) {
            self.go_instead(Route::List);
        }
        if self.state.with_untracked(|known| *known != state) {
            self.state.set(state);
        }
        // Said whenever another engine serves this page: what happened before it did may have been missed.
        if is_open {
            spawn_local(self.load());
        }
    }

    /// Fetches the list, and what came behind the ends of the timelines that are known.
    pub(crate) async fn load(self) {
        // Taken before anything new comes: what comes meanwhile must not hide what is missing before it.
        let ends: Vec<_> = self.timelines.with_value(|timelines| {
            timelines.iter().map(|(key, timeline)| (*key, timeline.with_untracked(Timeline::end))).collect()
        });
        let loaded = self.load_all(ends).await;
        self.list_problem.set(loaded.err());
    }

    async fn load_all(self, ends: Vec<(ChatKey, Option<Seq>)>) -> Result<(), String> {
        self.reload_contacts().await?;
        // Another tab's worker may be older than settings are.
        if let Answer::Settings { settings } = self.ask(Request::Settings).await {
            self.take_settings(&settings);
        }
        let conversations = |answer| match answer {
            Answer::Conversations { conversations } => Some(conversations),
            _ => None,
        };
        let conversations = self.fetch(Request::Conversations, conversations).await?;
        self.directory.update(|directory| {
            conversations.into_iter().for_each(|conversation| directory.put_conversation(conversation));
        });
        self.is_listed.set(true);
        if let Answer::Connection { connection } = self.ask(Request::Connection).await {
            self.connection.set(connection);
        }
        for (key, end) in ends {
            if let Some(end) = end {
                self.catch_up(key, end).await?;
            }
        }
        Ok(())
    }

    /// Fetches everyone this account knows.
    pub(crate) async fn reload_contacts(self) -> Result<(), String> {
        let contacts = |answer| match answer {
            Answer::Contacts { contacts } => Some(contacts),
            _ => None,
        };
        let contacts = self.fetch(Request::Contacts, contacts).await?;
        self.directory
            .update(|directory| contacts.into_iter().for_each(|contact| directory.put_contact(contact)));
        Ok(())
    }

    /// Fetches what stands behind a place of a conversation, how far its messages have come, and what waits.
    async fn catch_up(self, key: ChatKey, end: Seq) -> Result<(), String> {
        let view = self.directory.with_untracked(|directory| directory.conversation(key).cloned());
        let Some(view) = view else { return Ok(()) };
        let (conversation, limit) = (view.conversation, TIMELINE_LIMIT_MAX);
        let timeline = self.timeline(key);
        let mut next = Some(end.next());
        while let Some(from) = next {
            let request = Request::TimelineFrom { conversation, from, limit };
            let messages = self.fetch(request, messages).await?;
            let is_full = messages.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
            next = messages.last().and_then(|last| last.seq).filter(|_| is_full).map(Seq::next);
            timeline.maybe_update(|timeline| timeline.put_all(messages));
        }
        let (delivered, read) = (view.delivered_up_to, view.peer_read_up_to);
        timeline.maybe_update(|timeline| timeline.reached(delivered, read));
        self.load_pending(key).await
    }

    /// Fetches who this is anew: the name has changed.
    pub(crate) async fn reload_profile(self) {
        if let Answer::Profile { profile } = self.ask(Request::Profile).await {
            self.state.update(|state| {
                if let ClientState::Open { profile: known, .. } = state {
                    *known = profile;
                }
            });
        }
    }

    fn happened(self, event: Event) {
        match event {
            Event::Done { .. } => {}
            Event::Connection(connection) => {
                if self.connection.get_untracked() != connection {
                    self.connection.set(connection);
                }
            }
            Event::Contact(contact) => self.directory.update(|directory| directory.put_contact(contact)),
            Event::Setting(setting) => self.take_setting(&setting),
            Event::Conversation(view) => self.conversation_changed(view),
            Event::Message(message) => self.message_came(message),
            // The state says so too, and everything is fetched then.
            Event::Restored(_) => {}
            Event::Link(view) => self.link.set(Some(view)),
            Event::HandOver(progress) => self.told_before(&progress),
            Event::Notice(notice) => self.notify(&notice),
        }
    }

    /// A new device is told what was before: here, conversations grow at their beginnings.
    fn told_before(self, progress: &Progress) {
        let percent = progress.done.saturating_mul(100).checked_div(progress.total);
        self.hand_over.set(percent.filter(|percent| *percent < 100));
        let grown: Vec<_> = self
            .timelines
            .with_value(|timelines| timelines.iter().map(|(key, timeline)| (*key, *timeline)).collect());
        for (key, timeline) in grown {
            timeline.update(Timeline::has_grown);
            // What is empty asks for nothing by being scrolled.
            if timeline.with_untracked(Timeline::is_empty) {
                spawn_local(async move { drop(self.catch_up(key, Seq(0)).await) });
            }
        }
    }

    fn conversation_changed(self, view: ConversationView) {
        let (delivered, read) = (view.delivered_up_to, view.peer_read_up_to);
        let address = ChatAddress::Conversation(view.conversation);
        self.directory.update(|directory| directory.put_conversation(view));
        let key = self.directory.with_untracked(|directory| directory.resolve(address));
        let known = key.and_then(|key| self.timelines.with_value(|known| known.get(&key).copied()));
        if let Some(timeline) = known {
            timeline.maybe_update(|timeline| timeline.reached(delivered, read));
        }
    }

    fn message_came(self, message: MessageView) {
        let on_screen = self.route.get_untracked().chat();
        let directory = self.directory;
        let key = match message.conversation {
            Some(id) => {
                let address = ChatAddress::Conversation(id);
                directory.with_untracked(|directory| directory.resolve(address)).or(Some(ChatKey::Room(id)))
            }
            // Nothing says to whom: the conversation on screen asks what waits.
            None => None,
        };
        let Some(key) = key else {
            let shown = on_screen
                .and_then(|address| directory.with_untracked(|directory| directory.resolve(address)));
            if let Some(shown) = shown {
                spawn_local(async move { drop(self.load_pending(shown).await) });
            }
            return;
        };
        let known = self.timelines.with_value(|timelines| timelines.get(&key).copied());
        let is_new = message.state == client_api::DeliveryState::Received;
        if is_new {
            self.announce_message(&message);
        }
        if let Some(timeline) = known {
            timeline.update(|timeline| timeline.put(message));
        }
    }

    fn announce_message(self, message: &MessageView) {
        let name = self.directory.with_untracked(|directory| directory.name(message.from));
        let text: String = message.text.chars().take(200).collect();
        self.announce(self.text_with("announce-message", &[("name", name.into()), ("text", text.into())]));
    }

    /// Fetches what waits to be sent to someone.
    pub(crate) async fn load_pending(self, key: ChatKey) -> Result<(), String> {
        let ChatKey::Peer(account) = key else { return Ok(()) };
        let messages = self.fetch(Request::Pending { account }, messages).await?;
        self.timeline(key).maybe_update(|timeline| timeline.put_pending(messages));
        Ok(())
    }

    /// Shows a notice, if it needs a person.
    pub(crate) fn notify(self, notice: &Notice) {
        // Counted by the app: what has gone must not lend its number to what comes.
        self.notice_count.update_value(|count| *count += 1);
        let id = self.notice_count.get_value().into();
        let mut is_shown = false;
        self.notices.update(|shown| is_shown = notice::add(shown, id, notice));
        let Some((loudness, key)) = notice::words(notice.code).filter(|_| is_shown) else { return };
        let text = self.notice_text(key, notice.account);
        match loudness {
            Loudness::Alarm => self.alarm(text),
            Loudness::Staying | Loudness::Passing => self.announce(text),
        }
        if loudness == Loudness::Passing {
            let passes = Duration::from_secs(8);
            set_timeout(move || self.notices.update(|shown| shown.retain(|shown| shown.id != id)), passes);
        }
        if notice.code == NoticeCode::SafetyNumberChanged {
            self.directory.notify();
        }
    }
}

impl App {
    /// A notice in words, also where it is not known whom it is about.
    pub(crate) fn notice_text(self, key: &str, account: Option<AccountId>) -> String {
        let name = account.map(|account| self.directory.with_untracked(|directory| directory.name(account)));
        let is_named = if name.is_some() { "yes" } else { "no" };
        let values = [("is-named", is_named.into()), ("name", name.unwrap_or_default().into())];
        self.text_with(key, &values)
    }

    /// Looks at the clock from time to time: at midnight, today becomes yesterday.
    pub(crate) fn keep_the_day(self) {
        let look = move || {
            let today = self.format(|formats| formats.day_number(crate::formats::now()));
            if self.today.get_untracked() != today {
                self.today.set(today);
            }
        };
        set_interval(look, DAY_LOOKED_AT_EVERY);
    }
}

/// Moving between screens.
impl App {
    /// Goes to a screen; Back comes back from it.
    pub(crate) fn go(self, route: Route) {
        if self.route.get_untracked() == route {
            return;
        }
        self.depth.update_value(|depth| *depth += 1);
        push(route, self.depth.get_value(), false);
        self.route.set(route);
    }

    /// Goes to a screen in place of this one.
    pub(crate) fn go_instead(self, route: Route) {
        push(route, self.depth.get_value(), true);
        self.route.set(route);
    }

    /// Goes back where one came from; to the screen above this one, if one came from elsewhere.
    pub(crate) fn back(self) {
        if self.depth.get_value() > 0 {
            // Refused only to sandboxed pages.
            let _ = window().history().and_then(|history| history.back());
        } else {
            self.go_instead(self.route.get_untracked().parent());
        }
    }

    /// The browser went to an address of ours.
    pub(crate) fn moved(self, depth: u32) {
        // Words that are shown once are not left behind by mistake.
        if self.fresh_phrase.with_untracked(Option::is_some) {
            push(Route::Setting(Setting::Phrase), self.depth.get_value(), false);
            return;
        }
        self.depth.set_value(depth);
        self.route.set(Route::parse(&crate::browser::path()));
    }
}

/// The messages of an answer that has some.
pub(crate) fn messages(answer: Answer) -> Option<Vec<MessageView>> {
    match answer {
        Answer::Messages { messages } => Some(messages),
        _ => None,
    }
}

fn push(route: Route, depth: u32, is_instead: bool) {
    let Ok(history) = window().history() else { return };
    let state = wasm_bindgen::JsValue::from(depth);
    let path = route.path();
    // Refused only when called hundreds of times a second; the screen changes all the same.
    let _ = if is_instead {
        history.replace_state_with_url(&state, "", Some(&path))
    } else {
        history.push_state_with_url(&state, "", Some(&path))
    };
}
