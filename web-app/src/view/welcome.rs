//! The first screen: there is no account here.

use leptos::prelude::*;

use super::controls::{Icon, Title};
use crate::app::use_app;
use crate::model::route::Route;

/// Says what this is, and the ways on.
#[component]
pub(crate) fn Welcome(
    /// There was an account, and the browser cleared it.
    is_evicted: bool,
) -> impl IntoView {
    let app = use_app();
    let title = if is_evicted { app.text("evicted-title") } else { app.text("welcome-title") };
    let meaning = if is_evicted { app.text("evicted-meaning") } else { app.text("welcome-meaning") };
    let way = move |route: Route, label: String, is_main: bool| {
        let class = if is_main { "button primary wide" } else { "button wide" };
        view! {
            <a class=class href=route.path() on:click=move |event| { event.prevent_default(); app.go(route); }>
                {label}
            </a>
        }
    };
    let create = way(Route::Create, app.text("welcome-create"), !is_evicted);
    let link = way(Route::Link, app.text("welcome-link"), false);
    let restore = way(Route::Restore, app.text("welcome-restore"), is_evicted);
    let ways = if is_evicted { [restore, link, create] } else { [create, link, restore] };
    view! {
        <main class="gate">
            <div class="gate-card welcome">
                <span class="mark" aria-hidden="true">
                    <svg width="56" height="56"><use href="#i-mark"></use></svg>
                </span>
                <Title text=title />
                <p class="lead">{meaning}</p>
                <Show when=move || !is_evicted>
                    <ul class="points">
                        <li><Icon name="lock" /><span>{app.text("welcome-point-private")}</span></li>
                        <li><Icon name="person" /><span>{app.text("welcome-point-phone")}</span></li>
                        <li><Icon name="device" /><span>{app.text("welcome-point-offline")}</span></li>
                    </ul>
                </Show>
                <div class="gate-actions">{ways}</div>
            </div>
        </main>
    }
}
