//! Coming back to an account by its phrase.

use client_api::page::{ClientState, Protection, Request};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::controls::{Icon, Problem, Submit, Title};
use super::create::GateBack;
use super::phrase::PhraseField;
use super::protection::{Choice, ProtectionChoice};
use super::trouble::EraseHere;
use crate::app::{App, use_app};
use crate::model::phrase;
use crate::model::route::Route;

/// Asks for the phrase, and how this device is protected.
#[component]
pub(crate) fn Restore() -> impl IntoView {
    let app = use_app();
    let choice = Choice::new(Protection::Browser);
    let typed = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        if typed.with_untracked(|text| phrase::words(text).len()) != phrase::WORDS {
            problem.set(Some(app.text("phrase-not-whole")));
            return;
        }
        is_busy.set(true);
        app.is_restoring.set(true);
        problem.set(None);
        spawn_local(async move {
            match restore(app, choice, &typed.get_untracked()).await {
                Ok(()) => {
                    let _ = typed.try_set(String::new());
                    choice.forget();
                    app.go_instead(Route::List);
                }
                Err(words) => {
                    let _ = problem.try_set(Some(words));
                    let _ = is_busy.try_set(false);
                }
            }
            app.is_restoring.set(false);
        });
    };
    view! {
        <main class="gate">
            <div class="gate-card wide">
                <GateBack />
                <Title text=app.text("restore-title") />
                <p class="lead">{app.text("restore-meaning")}</p>
                <form class="form" on:submit=submit>
                    <PhraseField value=typed />
                    <h2 class="section-title">{app.text("protect-title")}</h2>
                    <ProtectionChoice choice />
                    <p class="caution"><Icon name="alert" /><span>{app.text("restore-consequence")}</span></p>
                    <Problem text=problem />
                    <div role="status">
                        <Show when=move || app.state.with(|state| *state == ClientState::Restoring)>
                            <p class="hint">{app.text("restoring-meaning")}</p>
                        </Show>
                    </div>
                    <div class="gate-actions">
                        <Submit label=app.text("restore-account") is_busy />
                    </div>
                </form>
            </div>
        </main>
    }
}

async fn restore(app: App, choice: Choice, typed: &str) -> Result<(), String> {
    let protection = choice.made(app, app.text("product")).await?;
    app.carry_out_request(Request::Restore { phrase: phrase::joined(typed), protection }).await
}

/// An account is on its way back: asked for before this page was loaded.
#[component]
pub(crate) fn Restoring() -> impl IntoView {
    let app = use_app();
    view! {
        <main class="gate">
            <div class="gate-card">
                <span class="mark" aria-hidden="true">
                    <span class="spinner shown"></span>
                </span>
                <Title text=app.text("restoring-title") />
                <p class="lead" role="status">{app.text("restoring-meaning")}</p>
                <div class="gate-actions">
                    <EraseHere label=app.text("restoring-give-up") />
                </div>
            </div>
        </main>
    }
}
