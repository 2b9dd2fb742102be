//! The whole page: which screen the client's state allows.

use client_api::page::{ClientState, Lock, TroubleCode};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::announcer::Announcer;
use super::create::Create;
use super::link::Link;
use super::restore::{Restore, Restoring};
use super::shell::Shell;
use super::trouble::{Trouble, TroubleKind};
use super::unlock::Unlock;
use super::welcome::Welcome;
use crate::app::use_app;
use crate::model::route::Route;

/// What the state lets one see.
#[derive(Debug, Clone, PartialEq)]
enum Screen {
    Starting,
    Welcome { is_evicted: bool },
    Create,
    Restore,
    Restoring,
    Link,
    Unlock(Lock),
    Trouble(TroubleKind, Option<TroubleCode>, String),
    Main,
}

/// The page.
#[component]
pub(crate) fn Root() -> impl IntoView {
    let app = use_app();
    let screen = Memo::new(move |_| {
        if app.registration.with(Option::is_some) {
            return Screen::Create;
        }
        let kind = |kind| Screen::Trouble(kind, None, String::new());
        app.state.with(|state| match state {
            ClientState::Starting => Screen::Starting,
            ClientState::Empty { is_evicted } => match app.route.get() {
                Route::Create => Screen::Create,
                Route::Restore => Screen::Restore,
                Route::Link => Screen::Link,
                _ => Screen::Welcome { is_evicted: *is_evicted },
            },
            // Who asked for it stays where what became of it will be said.
            ClientState::Restoring if app.is_restoring.get() => Screen::Restore,
            ClientState::Restoring => Screen::Restoring,
            ClientState::Linking { .. } => Screen::Link,
            ClientState::Locked { by } => Screen::Unlock(by.clone()),
            ClientState::Open { .. } => Screen::Main,
            ClientState::KeyLost => kind(TroubleKind::KeyLost),
            ClientState::Outdated => kind(TroubleKind::Outdated),
            ClientState::Wiped => kind(TroubleKind::Wiped),
            ClientState::Stuck { trouble } => {
                Screen::Trouble(TroubleKind::Stuck, Some(trouble.code), trouble.message.clone())
            }
        })
    });
    uncover_when_started(screen);
    follow_history();
    name_the_page();
    super::keys::listen(app);
    super::focus::keep(app);
    view! {
        <Announcer />
        {move || match screen.get() {
            Screen::Starting => ().into_any(),
            Screen::Welcome { is_evicted } => view! { <Welcome is_evicted /> }.into_any(),
            Screen::Create => view! { <Create /> }.into_any(),
            Screen::Restore => view! { <Restore /> }.into_any(),
            Screen::Restoring => view! { <Restoring /> }.into_any(),
            Screen::Link => view! { <Link /> }.into_any(),
            Screen::Unlock(by) => view! { <Unlock by /> }.into_any(),
            Screen::Trouble(kind, code, detail) => view! { <Trouble kind code detail /> }.into_any(),
            Screen::Main => view! { <Shell /> }.into_any(),
        }}
    }
}

/// The skeleton that was painted before this program came stays until there is something in its place.
fn uncover_when_started(screen: Memo<Screen>) {
    Effect::new(move |_| {
        if screen.get() != Screen::Starting
            && let Some(skeleton) = document().get_element_by_id("skeleton")
        {
            skeleton.remove();
        }
    });
}

fn follow_history() {
    let app = use_app();
    let listening = window_event_listener(leptos::ev::popstate, move |event| {
        let depth = event.dyn_ref::<web_sys::PopStateEvent>().and_then(|event| event.state().as_f64());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count that we wrote")]
        app.moved(depth.unwrap_or(0.0) as u32);
    });
    on_cleanup(move || listening.remove());
}

/// The title says what is on screen, and how much was not read.
fn name_the_page() {
    let app = use_app();
    Effect::new(move |_| {
        let page = match app.route.get() {
            Route::Settings | Route::Setting(_) => Some(app.text("settings")),
            Route::Add => Some(app.text("add-contact")),
            Route::New => Some(app.text("new-conversation")),
            route => app.directory.with(|directory| match directory.resolve(route.chat()?)? {
                crate::model::conversations::ChatKey::Peer(account) => Some(directory.name(account)),
                crate::model::conversations::ChatKey::Room(_) => None,
            }),
        };
        let unread = app.directory.with(crate::model::conversations::Directory::unread);
        let count = if unread > 0 { format!("({}) ", app.number(unread)) } else { String::new() };
        let product = app.text("product");
        document().set_title(
            &page.map_or_else(|| format!("{count}{product}"), |page| format!("{count}{page} · {product}")),
        );
    });
}
