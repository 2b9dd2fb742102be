//! Coming back to an account by its phrase.

use client_api::SecretText;
use client_api::page::{ClientState, Protection, Request};
use leptos::prelude::*;

use super::attempt::attempt;
use super::controls::{Icon, Problem, Submit, Title};
use super::create::GateBack;
use super::phrase::PhraseField;
use super::protection::{Choice, ProtectionChoice};
use super::trouble::EraseHere;
use crate::app::{App, use_app};
use crate::model::phrase;

/// Asks for the phrase, and how this device is protected.
#[component]
pub(crate) fn Restore() -> impl IntoView {
    let app = use_app();
    let choice = Choice::new(Protection::Browser);
    let typed = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let is_on_its_way = move || app.state.with(|state| *state == ClientState::Restoring);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if typed.with_untracked(|text| phrase::words(text).len()) != phrase::WORDS {
            problem.set(Some(app.text("phrase-not-whole")));
            return;
        }
        let phrase = phrase::joined(&typed.get_untracked());
        attempt(is_busy, problem, async move {
            app.is_restoring.set(true);
            let restored = restore(app, choice, phrase).await;
            if restored.is_ok() {
                let _ = typed.try_set(String::new());
                choice.forget();
            }
            app.is_restoring.set(false);
            restored
        });
    };
    view! {
        <main class="gate">
            <div class="gate-card wide">
                // What was begun is not left behind by going back: it is stopped.
                <Show when=move || !is_on_its_way()>
                    <GateBack />
                </Show>
                <Title text=app.text("restore-title") />
                <p class="lead">{app.text("restore-meaning")}</p>
                <form class="form" on:submit=submit>
                    <PhraseField value=typed />
                    <h2 class="section-title">{app.text("protect-title")}</h2>
                    <ProtectionChoice choice />
                    <p class="caution"><Icon name="alert" /><span>{app.text("restore-consequence")}</span></p>
                    <Problem text=problem />
                    <div role="status">
                        <Show when=is_on_its_way>
                            <p class="hint">{app.text("restoring-meaning")}</p>
                        </Show>
                    </div>
                    <div class="gate-actions">
                        <Submit label=app.text("restore-account") is_busy />
                    </div>
                </form>
                <Show when=is_on_its_way>
                    <EraseHere label=app.text("restoring-stop") is_begun_only=true />
                </Show>
            </div>
        </main>
    }
}

async fn restore(app: App, choice: Choice, phrase: String) -> Result<(), String> {
    let protection = choice.made(app, app.text("product")).await?;
    app.carry_out_request(Request::Restore { phrase: SecretText(phrase), protection }).await
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
                    <EraseHere label=app.text("restoring-stop") is_begun_only=true />
                </div>
            </div>
        </main>
    }
}
