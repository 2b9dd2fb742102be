//! Making an account: a name, the phrase, its check, and protection. Nothing is made before the last step.

use client_api::page::{Answer, Protection, Request};
use client_api::{Command, Outcome, SecretText};
use leptos::prelude::*;

use super::attempt::attempt;
use super::controls::{Back, Icon, Problem, Submit, Title};
use super::phrase::{PhraseCheck, PhraseWords};
use super::protection::{Choice, ProtectionChoice};
use crate::app::{App, use_app};
use crate::model::recipient;
use crate::model::registration::{NameTrouble, Step};
use crate::model::route::Route;

/// Steps that are counted.
const STEPS: i64 = 4;

/// The steps, one at a time.
#[component]
pub(crate) fn Create() -> impl IntoView {
    let app = use_app();
    let choice = Choice::new(Protection::Browser);
    // Kept by the app, so that looking elsewhere in between loses nothing.
    let step = Memo::new(move |_| app.registration.get().unwrap_or(Step::Name));
    let back = move |_| match step.with_untracked(Step::back) {
        Some(before) => app.registration.set(Some(before)),
        None => app.back(),
    };
    view! {
        <main class="gate">
            <div class="gate-card" class:wide=move || step.with(Step::shows_phrase)>
                <div class="gate-head">
                    <Show when=move || !matches!(step.get(), Step::Phrase { .. } | Step::Rename { .. })>
                        <button type="button" class="icon-button back" aria-label=app.text("back") on:click=back>
                            <Icon name="back" />
                        </button>
                    </Show>
                    <Progress step />
                </div>
                {move || match step.get() {
                    Step::Name => view! { <NameStep trouble=None /> }.into_any(),
                    Step::Rename { why } => view! { <NameStep trouble=Some(why) /> }.into_any(),
                    Step::Protection { phrase } => view! { <ProtectionStep choice phrase /> }.into_any(),
                    Step::Phrase { phrase } => view! { <PhraseStep phrase /> }.into_any(),
                    Step::Confirm { phrase, places } => {
                        view! {
                            <Title text=app.text("confirm-title") />
                            <p class="lead">{app.text("confirm-meaning")}</p>
                            <PhraseCheck
                                phrase=phrase.clone()
                                places
                                label=app.text("continue")
                                on_right=move |()| {
                                    app.registration.set(Some(Step::Protection { phrase: phrase.clone() }));
                                }
                            />
                        }
                            .into_any()
                    }
                }}
            </div>
        </main>
    }
}

#[component]
fn Progress(step: Memo<Step>) -> impl IntoView {
    let app = use_app();
    let number = move || i64::try_from(step.with(Step::number)).unwrap_or_default();
    view! {
        <p class="progress">
            {move || app.text_with("step-of", &[("number", number().into()), ("all", STEPS.into())])}
            <span class="dots" aria-hidden="true">
                {(1..=STEPS)
                    .map(|at| view! { <span class="dot" class:done=move || at <= number()></span> })
                    .collect_view()}
            </span>
        </p>
    }
}

#[component]
fn NameStep(trouble: Option<NameTrouble>) -> impl IntoView {
    let app = use_app();
    let is_busy = RwSignal::new(false);
    let words = move |trouble| {
        app.text(match trouble {
            NameTrouble::Taken => "refused-handle-taken",
            NameTrouble::Offline => "name-offline",
            NameTrouble::Refused => "refused-relay-refused",
        })
    };
    let problem = RwSignal::new(trouble.map(words));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(handle) = recipient::handle(&app.wanted_name.get_untracked()) else {
            problem.set(Some(app.text("name-wrong")));
            return;
        };
        app.wanted_name.set(handle.as_str().to_owned());
        attempt(is_busy, problem, async move {
            if trouble.is_some() {
                return finish(app).await.map_err(words);
            }
            let phrase = app.fetch(Request::NewPhrase, phrase_of).await?;
            app.registration.set(Some(Step::Phrase { phrase }));
            Ok(())
        });
    };
    let title = if trouble.is_some() { app.text("rename-title") } else { app.text("name-title") };
    let meaning = if trouble.is_some() { app.text("rename-meaning") } else { app.text("name-meaning") };
    view! {
        <Title text=title />
        <p class="lead">{meaning}</p>
        <form class="form" on:submit=submit>
            <div class="field">
                <label for="name">{app.text("name")}</label>
                <div class="field-with-prefix">
                    <span aria-hidden="true">"@"</span>
                    <input
                        id="name"
                        class="input"
                        autocomplete="username"
                        autocapitalize="off"
                        spellcheck="false"
                        maxlength="33"
                        aria-describedby="name-hint"
                        bind:value=app.wanted_name
                    />
                </div>
                <p id="name-hint" class="hint">{app.text("name-hint")}</p>
            </div>
            <Problem text=problem />
            <div class="gate-actions">
                <Submit label=app.text("continue") is_busy />
                <Show when=move || trouble.is_some()>
                    <button type="button" class="button quiet" on:click=move |_| leave(app)>
                        {app.text("name-later")}
                    </button>
                </Show>
            </div>
        </form>
    }
}

#[component]
fn ProtectionStep(choice: Choice, phrase: String) -> impl IntoView {
    let app = use_app();
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        attempt(is_busy, problem, create(app, choice, phrase.clone()));
    };
    view! {
        <Title text=app.text("protect-title") />
        <p class="lead">{app.text("protect-meaning")}</p>
        <form class="form" on:submit=submit>
            <ProtectionChoice choice />
            <Problem text=problem />
            <div class="gate-actions">
                <Submit label=app.text("create-account") is_busy />
            </div>
        </form>
    }
}

#[component]
fn PhraseStep(phrase: String) -> impl IntoView {
    let app = use_app();
    let written = move |_| {
        app.registration.update(|step| {
            *step = step.as_ref().and_then(|step| step.written_down(&crate::browser::random::<16>()));
        });
    };
    view! {
        <Title text=app.text("phrase-title") />
        <p class="lead">{app.text("phrase-meaning")}</p>
        <PhraseWords phrase />
        <div class="gate-actions">
            <button type="button" class="button primary wide" on:click=written>
                {app.text("phrase-written")}
            </button>
        </div>
    }
}

/// Makes the account of a phrase that was written down, and names it.
async fn create(app: App, choice: Choice, phrase: String) -> Result<(), String> {
    let protection = choice.made(app, app.wanted_name.get_untracked()).await?;
    app.carry_out_request(Request::Create { phrase: SecretText(phrase), protection }).await?;
    choice.forget();
    if let Err(why) = finish(app).await {
        app.registration.set(Some(Step::Rename { why }));
    }
    Ok(())
}

/// The phrase of an answer that has one.
pub(super) fn phrase_of(answer: Answer) -> Option<String> {
    match answer {
        Answer::Phrase { phrase } => Some(phrase.0.clone()),
        _ => None,
    }
}

/// Sets the name, and enters; where the name cannot be set, says why.
async fn finish(app: App) -> Result<(), NameTrouble> {
    if let Some(handle) = recipient::handle(&app.wanted_name.get_untracked()) {
        match app.command(Command::SetHandle { handle }).await {
            Ok(Outcome::Refused(refusal)) => return Err(NameTrouble::of(&refusal)),
            Ok(_) => app.reload_profile().await,
            Err(_) => return Err(NameTrouble::Refused),
        }
    }
    leave(app);
    Ok(())
}

fn leave(app: App) {
    app.go_instead(Route::List);
    app.registration.set(None);
}

/// Kept for screens that lead here and back.
#[component]
pub(crate) fn GateBack() -> impl IntoView {
    view! { <div class="gate-head"><Back /></div> }
}
