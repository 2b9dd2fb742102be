//! What a person should know, until they have seen it.

use client_api::NoticeCode;
use leptos::prelude::*;

use super::controls::Icon;
use crate::app::{App, use_app};
use crate::model::notice::{Loudness, Shown};
use crate::model::route::{Route, Setting};

/// Above everything, and in nobody's way.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let app = use_app();
    view! {
        <section class="notices" aria-label=app.text("notices")>
            <For each=move || app.notices.get() key=|notice| notice.id let:notice>
                <NoticeCard notice />
            </For>
        </section>
    }
}

#[component]
fn NoticeCard(notice: Shown) -> impl IntoView {
    let app = use_app();
    let text = app.notice_text(notice.text_key, notice.account);
    let (class, icon) = match notice.loudness {
        Loudness::Alarm => ("notice alarm", "shield-alert"),
        Loudness::Staying => ("notice", "alert"),
        Loudness::Passing => ("notice", "tick"),
    };
    let id = notice.id;
    let close = move || app.notices.update(|shown| shown.retain(|shown| shown.id != id));
    let action = action(app, &notice).map(|(label, route)| {
        let go = move |_| {
            close();
            app.go(route);
        };
        view! { <button type="button" class="button" on:click=go>{label}</button> }
    });
    view! {
        <div class=class>
            <Icon name=icon />
            <div class="notice-words">
                <p>{text}</p>
                {action}
            </div>
            <button type="button" class="icon-button" aria-label=app.text("dismiss") on:click=move |_| close()>
                <Icon name="close" />
            </button>
        </div>
    }
}

/// What leads on from a notice.
fn action(app: App, notice: &Shown) -> Option<(String, Route)> {
    let about = |label: &str| {
        let account = notice.account?;
        let address = app.directory.with_untracked(|directory| directory.address(account));
        Some((app.text(label), Route::Details(address)))
    };
    match notice.code {
        NoticeCode::SafetyNumberChanged => about("compare-again"),
        NoticeCode::PhraseNotShown => Some((app.text("phrase-replace"), Route::Setting(Setting::Phrase))),
        NoticeCode::SendFailed | NoticeCode::MayBeSent => {
            about("show-conversation").map(|(label, route)| (label, route.parent()))
        }
        _ => None,
    }
}
