//! What every screen shares: the client, the texts, and what is known so far.

use std::collections::HashMap;

use client_api::page::{Answer, ClientState, Failure, FailureCode, PasskeySecret, Request};
use client_api::{AccountId, Command, Connection, LinkView, Outcome, SettingView};
use fluent_bundle::FluentValue;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::formats::Formats;
use crate::host::{self, Host, Passkey};
use crate::model::conversations::{ChatKey, Directory};
use crate::model::notice::Shown;
use crate::model::registration::Step;
use crate::model::route::Route;
use crate::model::timeline::Timeline;
use crate::model::{spoken, words};
use crate::texts::Texts;

/// The account's setting for the theme.
const THEME: &str = "theme";

/// The app: a handle that every screen and task holds.
#[derive(Clone, Copy)]
pub(crate) struct App {
    host: StoredValue<std::rc::Rc<Host>, LocalStorage>,
    texts: StoredValue<Texts, LocalStorage>,
    formats: StoredValue<Formats, LocalStorage>,
    /// How the client stands.
    pub(crate) state: RwSignal<ClientState>,
    /// How it stands with its relay.
    pub(crate) connection: RwSignal<Connection>,
    /// Everyone it knows.
    pub(crate) directory: RwSignal<Directory>,
    /// Whether the list has come.
    pub(crate) is_listed: RwSignal<bool>,
    /// Why the list, or what may have been missed, could not be fetched.
    pub(crate) list_problem: RwSignal<Option<String>>,
    /// What is on screen.
    pub(crate) route: RwSignal<Route>,
    /// How many steps within the app lie behind.
    pub(crate) depth: StoredValue<u32>,
    /// Notices that a person has not seen yet.
    pub(crate) notices: RwSignal<Vec<Shown>>,
    /// How many notices there were.
    pub(crate) notice_count: StoredValue<u32>,
    /// What assistive technology says when it is done with what it says.
    pub(crate) polite: RwSignal<String>,
    /// What it says at once.
    pub(crate) assertive: RwSignal<String>,
    /// An account that is being made.
    pub(crate) registration: RwSignal<Option<Step>>,
    /// Whether this page asked for an account to be restored, and waits.
    pub(crate) is_restoring: RwSignal<bool>,
    /// How far it is with a new device that is being let into this account.
    pub(crate) link: RwSignal<Option<LinkView>>,
    /// How much of what was before a new device has been told, in percent, while it is.
    pub(crate) hand_over: RwSignal<Option<u64>>,
    /// A new recovery phrase, for as long as it is shown.
    pub(crate) fresh_phrase: RwSignal<Option<String>>,
    /// The name it shall have.
    pub(crate) wanted_name: RwSignal<String>,
    /// Timelines that were opened, kept for coming back.
    pub(crate) timelines: StoredValue<HashMap<ChatKey, RwSignal<Timeline>>>,
    /// Counts what shows the day, so that it is drawn anew at midnight.
    pub(crate) today: RwSignal<i64>,
    /// The theme that was chosen; an empty one follows the system.
    pub(crate) theme: RwSignal<String>,
    /// Why it holds in this browser only.
    pub(crate) theme_problem: RwSignal<Option<String>>,
}

impl App {
    /// An app on a client.
    pub(crate) fn new(host: Host, texts: Texts, route: Route) -> Self {
        let formats = Formats::new();
        let today = formats.day_number(crate::formats::now());
        Self {
            host: StoredValue::new_local(std::rc::Rc::new(host)),
            texts: StoredValue::new_local(texts),
            formats: StoredValue::new_local(formats),
            state: RwSignal::new(ClientState::Starting),
            connection: RwSignal::new(Connection::Connecting),
            directory: RwSignal::default(),
            is_listed: RwSignal::new(false),
            list_problem: RwSignal::new(None),
            route: RwSignal::new(route),
            depth: StoredValue::new(0),
            notices: RwSignal::default(),
            notice_count: StoredValue::new(0),
            polite: RwSignal::default(),
            assertive: RwSignal::default(),
            registration: RwSignal::new(None),
            is_restoring: RwSignal::new(false),
            link: RwSignal::new(None),
            hand_over: RwSignal::new(None),
            fresh_phrase: RwSignal::new(None),
            wanted_name: RwSignal::default(),
            timelines: StoredValue::default(),
            today: RwSignal::new(today),
            theme: RwSignal::new(crate::browser::theme()),
            theme_problem: RwSignal::new(None),
        }
    }

    /// Chooses a theme on all of the account's devices; an empty one follows the system.
    pub(crate) fn use_theme(self, theme: &str) {
        self.show_theme(theme);
        let command = Command::SetSetting { name: THEME.to_owned(), value: theme.to_owned() };
        spawn_local(async move { self.theme_problem.set(self.carry_out(command).await.err()) });
    }

    fn show_theme(self, theme: &str) {
        self.theme.set(theme.to_owned());
        crate::browser::set_theme(theme);
    }

    /// Follows what the account has chosen. What another account has chosen in this browser is not for this one.
    pub(crate) fn take_settings(self, settings: &[SettingView]) {
        let theme = settings.iter().find(|setting| setting.name == THEME);
        self.follow_theme(theme.map_or("", |setting| &setting.value));
    }

    /// Follows what was chosen on whichever device.
    pub(crate) fn take_setting(self, setting: &SettingView) {
        if setting.name == THEME {
            self.follow_theme(&setting.value);
        }
    }

    /// A theme that this version does not have is left to those that do.
    fn follow_theme(self, theme: &str) {
        if matches!(theme, "" | "light" | "dark") {
            self.show_theme(theme);
        }
    }

    /// The page's side of the client.
    pub(crate) fn host(self) -> std::rc::Rc<Host> {
        self.host.get_value()
    }

    /// A text.
    pub(crate) fn text(self, key: &str) -> String {
        self.texts.with_value(|texts| texts.get(key))
    }

    /// A text with values.
    pub(crate) fn text_with(self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.texts.with_value(|texts| texts.with(key, values))
    }

    /// A text about someone.
    pub(crate) fn text_about(self, key: &str, name: &str) -> String {
        self.text_with(key, &[("name", name.to_owned().into())])
    }

    /// A count, as the reader's locale writes it.
    pub(crate) fn number(self, count: u64) -> String {
        #[expect(clippy::cast_precision_loss, reason = "counts of what people have")]
        let count = count as f64;
        self.format(|formats| formats.number(count))
    }

    /// Dates and numbers.
    pub(crate) fn format<T>(self, format: impl FnOnce(&Formats) -> T) -> T {
        self.formats.with_value(format)
    }

    /// Asks for something.
    pub(crate) async fn ask(self, request: Request) -> Answer {
        host::request(&self.host(), &request).await
    }

    /// Does something; what came of it.
    pub(crate) async fn command(self, command: Command) -> Result<Outcome, Failure> {
        let id = crate::browser::command_id();
        match self.ask(Request::Command { id, command }).await {
            Answer::Outcome { outcome } => Ok(outcome),
            Answer::Failed { failure } => Err(failure),
            other => Err(unexpected(&other)),
        }
    }

    /// Does something, or says in words why not.
    pub(crate) async fn carry_out(self, command: Command) -> Result<Outcome, String> {
        match self.command(command).await {
            Ok(Outcome::Refused(refusal)) => Err(self.text(words::refusal(&refusal))),
            Ok(outcome) => Ok(outcome),
            Err(failure) => Err(self.text(words::failure(&failure))),
        }
    }

    /// Asks for something and takes it out of the answer, or says in words why it is not to be had.
    pub(crate) async fn fetch<T>(
        self,
        request: Request,
        take: impl FnOnce(Answer) -> Option<T>,
    ) -> Result<T, String> {
        match self.ask(request).await {
            Answer::Failed { failure } => Err(self.text(words::failure(&failure))),
            answer => take(answer).ok_or_else(|| self.text("failed-internal")),
        }
    }

    /// Asks for something that is only done or not; says in words why not.
    pub(crate) async fn carry_out_request(self, request: Request) -> Result<(), String> {
        self.fetch(request, |_| Some(())).await
    }

    /// Makes a passkey, or says in words why not.
    pub(crate) async fn make_passkey(self, name: &str) -> Result<Passkey, String> {
        let host = self.host();
        host::make_passkey(&host, name).await.map_err(|failure| self.text(words::failure(&failure)))
    }

    /// Asks a passkey, or says in words why not.
    pub(crate) async fn use_passkey(self, credential: &[u8]) -> Result<PasskeySecret, String> {
        let host = self.host();
        host::use_passkey(&host, credential).await.map_err(|failure| self.text(words::failure(&failure)))
    }

    /// This account, while the client is open.
    pub(crate) fn account(self) -> Option<AccountId> {
        self.state.with(|state| match state {
            ClientState::Open { profile, .. } => Some(profile.account),
            _ => None,
        })
    }

    /// Whether the account is open.
    pub(crate) fn is_open(self) -> bool {
        self.state.with_untracked(|state| matches!(state, ClientState::Open { .. }))
    }

    /// Has something said politely.
    pub(crate) fn announce(self, text: String) {
        self.polite.update(|said| *said = spoken::anew(said, text));
    }

    /// Has something said at once.
    pub(crate) fn alarm(self, text: String) {
        self.assertive.update(|said| *said = spoken::anew(said, text));
    }

    /// A conversation's timeline; made where there was none.
    pub(crate) fn timeline(self, key: ChatKey) -> RwSignal<Timeline> {
        if let Some(known) = self.timelines.with_value(|timelines| timelines.get(&key).copied()) {
            return known;
        }
        // Lives for as long as the app, whichever screen asked first.
        let timeline = self.owned(RwSignal::default);
        self.timelines.update_value(|timelines| {
            timelines.insert(key, timeline);
        });
        timeline
    }

    fn owned<T>(self, make: impl FnOnce() -> T) -> T {
        match Owner::current().and_then(|owner| root_of(&owner)) {
            Some(root) => root.with(make),
            None => make(),
        }
    }
}

/// The app, for a component.
pub(crate) fn use_app() -> App {
    expect_context()
}

fn root_of(owner: &Owner) -> Option<Owner> {
    let mut root = owner.clone();
    while let Some(parent) = root.parent() {
        root = parent;
    }
    Some(root)
}

fn unexpected(answer: &Answer) -> Failure {
    let answer = match answer {
        Answer::Done => "done",
        _ => "another answer",
    };
    Failure { code: FailureCode::Internal, message: format!("asked for an outcome, and got {answer}") }
}
