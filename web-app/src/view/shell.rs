//! The open app: list, conversation and details beside each other, or one at a time where there is no room.

use leptos::prelude::*;

use super::add::Add;
use super::chat::Chat;
use super::connection::ConnectionBar;
use super::controls::{Icon, Title};
use super::details::Details;
use super::divider::Divider;
use super::list::{ListMissing, ListPane};
use super::new::NewPane;
use super::notices::Notices;
use super::settings::{SettingPage, SettingsPane};
use crate::app::use_app;
use crate::model::conversations::ChatKey;
use crate::model::route::{ChatAddress, Route, Setting};

/// What the main pane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Main {
    Nothing,
    Loading,
    Chat(ChatKey),
    Stranger(ChatAddress),
    Setting(Setting),
    Add,
    Unknown,
}

/// What the pane at the side shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    List,
    New,
    Settings,
}

/// All panes.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    let app = use_app();
    let width = RwSignal::new(super::divider::kept_width());
    let main = Memo::new(move |_| match app.route.get() {
        Route::Settings => Main::Setting(Setting::Profile),
        Route::Setting(setting) => Main::Setting(setting),
        Route::Add => Main::Add,
        Route::Unknown => Main::Unknown,
        Route::List | Route::New | Route::Create | Route::Restore | Route::Link => Main::Nothing,
        Route::Chat(address) | Route::Details(address) => {
            let key = app.directory.with(|directory| directory.resolve(address));
            match key {
                Some(key) => Main::Chat(key),
                None if app.is_listed.get() => Main::Stranger(address),
                None => Main::Loading,
            }
        }
    });
    let side = Memo::new(move |_| match app.route.get() {
        Route::New => Side::New,
        route if route.is_settings() => Side::Settings,
        _ => Side::List,
    });
    let details = Memo::new(move |_| match (app.route.get(), main.get()) {
        (Route::Details(_), Main::Chat(ChatKey::Peer(account))) => Some(account),
        _ => None,
    });
    let is_phone = RwSignal::new(crate::browser::is_phone());
    let resizing = window_event_listener(leptos::ev::resize, move |_| {
        let is_now = crate::browser::is_phone();
        if is_phone.get_untracked() != is_now {
            is_phone.set(is_now);
        }
    });
    on_cleanup(move || resizing.remove());
    let is_covered = move || is_phone.get() && details.read().is_some();
    view! {
        <div
            class="shell"
            data-pane=move || app.route.get().pane()
            style=("--list-width", move || format!("{}px", width.get()))
        >
            <ConnectionBar />
            <div class="panes">
                <div class="pane side">
                    {move || match side.get() {
                        Side::List => view! { <ListPane /> }.into_any(),
                        Side::New => view! { <NewPane /> }.into_any(),
                        Side::Settings => view! { <SettingsPane /> }.into_any(),
                    }}
                </div>
                <Divider width />
                <main class="pane main" id="main" inert=is_covered>
                    {move || match main.get() {
                        Main::Nothing => view! { <Nothing /> }.into_any(),
                        Main::Loading => view! { <ListMissing /> }.into_any(),
                        Main::Chat(key) => view! { <Chat key /> }.into_any(),
                        Main::Stranger(_) => view! { <Stranger /> }.into_any(),
                        Main::Setting(setting) => view! { <SettingPage setting /> }.into_any(),
                        Main::Add => view! { <Add /> }.into_any(),
                        Main::Unknown => view! { <Unknown /> }.into_any(),
                    }}
                </main>
                {move || details.get().map(|account| view! { <Details account /> })}
            </div>
            <Notices />
        </div>
    }
}

/// Nothing was chosen yet.
#[component]
fn Nothing() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="blank">
            <svg class="blank-mark" aria-hidden="true" width="72" height="72"><use href="#i-mark"></use></svg>
            <p class="blank-words">{app.text("nothing-chosen")}</p>
            <p class="keys-hint">
                <kbd>"Ctrl K"</kbd>
                " "
                {app.text("keys-search")}
                <span class="keys-gap"></span>
                <kbd>"Alt ↑ ↓"</kbd>
                " "
                {app.text("keys-switch")}
            </p>
        </div>
    }
}

/// An address of someone who is not known here.
#[component]
fn Stranger() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="blank">
            <Title text=app.text("stranger-title") />
            <p class="blank-words">{app.text("stranger-meaning")}</p>
            <button type="button" class="button primary" on:click=move |_| app.go(Route::Add)>
                <Icon name="add-person" />
                <span>{app.text("add-contact")}</span>
            </button>
        </div>
    }
}

/// An address of nothing.
#[component]
fn Unknown() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="blank">
            <Title text=app.text("unknown-title") />
            <p class="blank-words">{app.text("unknown-meaning")}</p>
            <button type="button" class="button primary" on:click=move |_| app.go_instead(Route::List)>
                {app.text("to-list")}
            </button>
        </div>
    }
}
