//! Checking the recovery phrase, or making a new one.

use client_api::SecretText;
use client_api::page::{Answer, Request};
use leptos::prelude::*;

use super::super::attempt::attempt;
use super::super::controls::{Icon, Problem, Submit};
use super::super::create::phrase_of;
use super::super::dialog::Dialog;
use super::super::focus::if_lost;
use super::super::phrase::{PhraseCheck, PhraseField, PhraseWords};
use crate::app::{App, use_app};
use crate::model::phrase;
use crate::model::route::{Route, Setting};

/// What came of a check.
#[derive(Clone, PartialEq)]
enum Checked {
    Right,
    Wrong,
}

/// Check, and replacement.
#[component]
pub(super) fn Phrase() -> impl IntoView {
    let app = use_app();
    let typed = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let checked = RwSignal::new(None::<Checked>);
    let is_replacing = RwSignal::new(app.fresh_phrase.with_untracked(Option::is_some));
    stay_while_shown(app);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = typed.get_untracked();
        attempt(is_busy, problem, async move {
            let _ = checked.try_set(None);
            let result = check(app, &typed).await?;
            let _ = checked.try_set(Some(result));
            Ok(())
        });
    };
    view! {
        <section class="card">
            <h2 class="section-title">{app.text("phrase-check")}</h2>
            <p class="muted">{app.text("phrase-check-meaning")}</p>
            <form class="form" on:submit=submit>
                <PhraseField value=typed />
                <Problem text=problem />
                <div role="status">
                    {move || {
                        checked
                            .get()
                            .map(|checked| {
                                let is_right = checked == Checked::Right;
                                let key = if is_right { app.text("phrase-right") } else { app.text("phrase-wrong") };
                                view! {
                                    <p class="fact strong" class:good=is_right class:bad=!is_right>
                                        <Icon name=if is_right { "tick" } else { "alert" } />
                                        <span>{key}</span>
                                    </p>
                                }
                            })
                    }}
                </div>
                <div class="row-of-buttons">
                    <Submit label=app.text("phrase-check-do") is_busy />
                    <Show when=move || checked.get() == Some(Checked::Right)>
                        <button type="button" class="button" on:click=move |_| is_replacing.set(true)>
                            {app.text("phrase-replace")}
                        </button>
                    </Show>
                </div>
            </form>
            <p class="hint">{app.text("phrase-replace-hint")}</p>
        </section>
        <Dialog
            title=app.text("phrase-replace")
            is_open=is_replacing
            is_binding=Signal::derive(move || app.fresh_phrase.with(Option::is_some))
        >
            <Replace typed is_open=is_replacing />
        </Dialog>
    }
}

/// The question, then the new words, then their check.
#[component]
fn Replace(typed: RwSignal<String>, is_open: RwSignal<bool>) -> impl IntoView {
    let app = use_app();
    let fresh = app.fresh_phrase;
    let is_busy = RwSignal::new(false);
    let is_written = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let phrase = SecretText(phrase::joined(&typed.get_untracked()));
        attempt(is_busy, problem, async move {
            let phrase = app.fetch(Request::ReplacePhrase { phrase }, phrase_of).await?;
            // Whoever went elsewhere meanwhile is shown the words all the same.
            fresh.set(Some(phrase));
            app.go(Route::Setting(Setting::Phrase));
            Ok(())
        });
    };
    Effect::new(move |_| {
        fresh.track();
        is_written.track();
        if_lost(|| {
            crate::browser::focus("dialog[open] .dialog-title");
        });
    });
    let done = move |()| {
        fresh.set(None);
        typed.set(String::new());
        is_open.set(false);
        app.announce(app.text("phrase-replaced"));
    };
    move || match (fresh.get(), is_written.get()) {
        (None, _) => view! {
            <p>{app.text("phrase-replace-meaning")}</p>
            <form class="form" on:submit=submit>
                <Problem text=problem />
                <div class="dialog-actions">
                    <button type="button" class="button" on:click=move |_| is_open.set(false)>
                        {app.text("cancel")}
                    </button>
                    <Submit label=app.text("phrase-replace-do") is_busy is_dangerous=true />
                </div>
            </form>
        }
        .into_any(),
        (Some(phrase), false) => view! {
            <p>{app.text("phrase-meaning")}</p>
            <PhraseWords phrase />
            <div class="dialog-actions">
                <button type="button" class="button primary" on:click=move |_| is_written.set(true)>
                    {app.text("phrase-written")}
                </button>
            </div>
        }
        .into_any(),
        (Some(phrase), true) => {
            let places = phrase::asked_places(&crate::browser::random::<16>());
            view! { <PhraseCheck phrase places label=app.text("confirm-done") on_right=done /> }.into_any()
        }
    }
}

/// The page is not left by mistake while the new words are on it.
fn stay_while_shown(app: App) {
    let listening = window_event_listener(leptos::ev::beforeunload, move |event| {
        if app.fresh_phrase.with_untracked(Option::is_some) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listening.remove());
}

async fn check(app: App, typed: &str) -> Result<Checked, String> {
    if phrase::words(typed).len() != phrase::WORDS {
        return Err(app.text("phrase-not-whole"));
    }
    let checked = |answer| match answer {
        Answer::Checked { is_right } => Some(if is_right { Checked::Right } else { Checked::Wrong }),
        _ => None,
    };
    app.fetch(Request::CheckPhrase { phrase: SecretText(phrase::joined(typed)) }, checked).await
}
