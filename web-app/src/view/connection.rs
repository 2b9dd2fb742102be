//! How the client stands with its relay, where that matters.

use std::time::Duration;

use client_api::{Connection, NoticeCode};
use leptos::prelude::*;

use super::controls::Icon;
use crate::app::use_app;
use crate::model::notice;
use crate::model::route::{Route, Setting};

/// A connection that is made anew is not worth a word for so long.
const PATIENCE: Duration = Duration::from_millis(1500);

/// A slim bar; nothing while all is well.
#[component]
pub(crate) fn ConnectionBar() -> impl IntoView {
    let app = use_app();
    let is_long = RwSignal::new(false);
    Effect::new(move |_| {
        let is_busy = app.connection.get() == Connection::Connecting;
        is_long.set(false);
        if is_busy && let Ok(waiting) = set_timeout_with_handle(move || is_long.set(true), PATIENCE) {
            on_cleanup(move || waiting.clear());
        }
    });
    let shown = Memo::new(move |_| match app.connection.get() {
        Connection::Offline { .. } => Some(("offline", "offline-bar")),
        Connection::Connecting if is_long.get() => Some(("connecting", "connecting-bar")),
        Connection::Stopped { reason } => Some(("stopped", notice::stopped(reason))),
        _ => app.hand_over.with(Option::is_some).then_some(("connecting", "hand-over-bar")),
    });
    let is_revoked =
        move || matches!(app.connection.get(), Connection::Stopped { reason: NoticeCode::DeviceRevoked });
    let is_reloadable = move || {
        use NoticeCode::{Superseded, UpgradeRequired};
        matches!(app.connection.get(), Connection::Stopped { reason: Superseded | UpgradeRequired })
    };
    view! {
        <div class="connection" role="status">
            {move || {
                shown
                    .get()
                    .map(|(kind, key)| {
                        let icon = match kind {
                            "connecting" => "refresh",
                            "offline" => "offline",
                            _ => "alert",
                        };
                        view! {
                            <div class=format!("bar {kind}")>
                                <Icon name=icon />
                                <span>{app.text(key)}</span>
                                {move || {
                                    let told = app.hand_over.get().filter(|_| key == "hand-over-bar");
                                    told.map(|percent| {
                                        view! {
                                            <progress max="100" value=percent aria-label=app.text(key)></progress>
                                        }
                                    })
                                }}
                                <Show when=is_revoked>
                                    <button
                                        type="button"
                                        class="bar-button"
                                        on:click=move |_| app.go(Route::Setting(Setting::Erase))
                                    >
                                        {app.text("erase-here")}
                                    </button>
                                </Show>
                                <Show when=is_reloadable>
                                    <button
                                        type="button"
                                        class="bar-button"
                                        on:click=move |_| crate::browser::reload()
                                    >
                                        {app.text("reload")}
                                    </button>
                                </Show>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
