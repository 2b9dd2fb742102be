//! Settings: their list, and a page each.

mod appearance;
mod devices;
mod diagnostics;
mod erase;
mod linking;
mod phrase;
mod profile;
mod storage;

use leptos::prelude::*;

use super::controls::{Back, Icon, Title};
use crate::app::use_app;
use crate::model::route::{Route, Setting};
use crate::model::words;

/// The list of settings, where conversations stand otherwise.
#[component]
pub(crate) fn SettingsPane() -> impl IntoView {
    let app = use_app();
    let chosen = move || match app.route.get() {
        Route::Setting(setting) => Some(setting),
        // Where there is room, a page stands beside the list at once.
        _ => crate::browser::is_wide().then_some(Setting::Profile),
    };
    let row = move |setting: Setting| {
        let route = Route::Setting(setting);
        let [title, line, icon] = words::setting(setting);
        let is_current = move || chosen() == Some(setting);
        let go = move |event: web_sys::MouseEvent| {
            event.prevent_default();
            let is_beside =
                matches!(app.route.get_untracked(), Route::Setting(_)) && crate::browser::is_wide();
            if is_beside { app.go_instead(route) } else { app.go(route) }
        };
        view! {
            <a
                class="item setting"
                class:current=is_current
                aria-current=move || is_current().then_some("page")
                href=route.path()
                on:click=go
            >
                <Icon name=icon />
                <span class="item-words">
                    <span class="item-title">{app.text(title)}</span>
                    <span class="item-line">{app.text(line)}</span>
                </span>
            </a>
        }
    };
    view! {
        <header class="pane-head">
            <button
                type="button"
                class="icon-button back"
                aria-label=app.text("to-list")
                on:click=move |_| app.go(Route::List)
            >
                <Icon name="back" />
            </button>
            <h2 class="pane-title" tabindex="-1">{app.text("settings")}</h2>
        </header>
        <nav class="items" aria-label=app.text("settings") on:keydown=|event| super::keys::along(&event, ".item")>
            {Setting::ALL.map(row).into_iter().collect_view()}
        </nav>
    }
}

/// A page of settings.
#[component]
pub(crate) fn SettingPage(setting: Setting) -> impl IntoView {
    let app = use_app();
    let body = match setting {
        Setting::Profile => view! { <profile::Profile /> }.into_any(),
        Setting::Appearance => view! { <appearance::Appearance /> }.into_any(),
        Setting::Storage => view! { <storage::Storage /> }.into_any(),
        Setting::Phrase => view! { <phrase::Phrase /> }.into_any(),
        Setting::Devices => view! { <devices::Devices /> }.into_any(),
        Setting::Diagnostics => view! { <diagnostics::DiagnosticsPage /> }.into_any(),
        Setting::Erase => view! { <erase::Erase /> }.into_any(),
    };
    view! {
        <div class="page">
            <header class="pane-head">
                <span class="back-narrow"><Back /></span>
                <Title text=app.text(words::setting(setting)[0]) />
            </header>
            <div class="page-body">{body}</div>
        </div>
    }
}
