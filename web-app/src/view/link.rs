//! Becoming one more device of an account: what the new device shows, and what people compare on either side.

use client_api::page::{ClientState, Protection, Request};
use client_api::{Command, LinkView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::attempt::{Trouble, attempt};
use super::code::Code;
use super::controls::{CopyButton, Icon, Problem, Submit, Title};
use super::create::GateBack;
use super::protection::{Choice, ProtectionChoice};
use crate::app::use_app;
use crate::browser::command_id;
use crate::model::digits;
use crate::model::route::Route;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Nothing was begun.
    Choose,
    /// The code is shown, or will be once there is one.
    Show,
    Compare,
    Join,
}

/// One step after the other, as the client says. Whoever goes back gives it up, unless the account has taken this device.
#[component]
pub(crate) fn Link() -> impl IntoView {
    let app = use_app();
    let problem = RwSignal::new(None);
    let step = Memo::new(move |_| app.state.with(step_of));
    if step.get_untracked() != Step::Choose && app.route.get_untracked() != Route::Link {
        app.go_instead(Route::Link);
    }
    Effect::new(move |was_here: Option<bool>| {
        let is_here = app.route.get() == Route::Link;
        if was_here == Some(true) && !is_here && matches!(step.get_untracked(), Step::Show | Step::Compare) {
            // Where it has come to an end by itself, there is nothing to be stopped.
            spawn_local(async move { drop(app.ask(Request::StopLinking).await) });
        }
        is_here
    });
    // Also said where the page was loaded in the middle of it, and nothing was asked for.
    Effect::new(move |was: Option<Step>| {
        let step = step.get();
        if step == Step::Choose && was.is_some_and(|was| was != step) {
            problem.set(Some(app.text("failed-link")));
        }
        step
    });
    view! {
        <main class="gate">
            <div class="gate-card wide">
                <Show when=move || step.get() != Step::Join>
                    <GateBack />
                </Show>
                {move || match step.get() {
                    Step::Choose => view! { <ChooseStep problem /> }.into_any(),
                    Step::Show => view! { <ShowStep /> }.into_any(),
                    Step::Compare => {
                        view! {
                            <Title text=app.text("link-compare-title") />
                            <Compare digits=app.state.with_untracked(digits_of) />
                        }
                            .into_any()
                    }
                    Step::Join => view! { <JoinStep /> }.into_any(),
                }}
            </div>
        </main>
    }
}

fn step_of(state: &ClientState) -> Step {
    match state {
        ClientState::Linking { link: None | Some(LinkView::Waiting { .. }) } => Step::Show,
        ClientState::Linking { link: Some(LinkView::Comparing { .. }) } => Step::Compare,
        ClientState::Linking { link: Some(LinkView::Joining) } => Step::Join,
        _ => Step::Choose,
    }
}

fn digits_of(state: &ClientState) -> String {
    match state {
        ClientState::Linking { link: Some(LinkView::Comparing { digits }) } => digits.clone(),
        _ => String::new(),
    }
}

#[component]
fn ChooseStep(problem: Trouble) -> impl IntoView {
    let app = use_app();
    let choice = Choice::new(Protection::Browser);
    let is_busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        attempt(is_busy, problem, async move {
            let protection = choice.made(app, app.text("product")).await?;
            choice.forget();
            app.carry_out_request(Request::Link { id: command_id(), protection }).await
        });
    };
    view! {
        <Title text=app.text("link-title") />
        <p class="lead">{app.text("link-choose-meaning")}</p>
        <form class="form" on:submit=submit>
            <h2 class="section-title">{app.text("protect-title")}</h2>
            <ProtectionChoice choice />
            <Problem text=problem />
            <div class="gate-actions">
                <Submit label=app.text("link-begin") is_busy />
            </div>
        </form>
    }
}

#[component]
fn ShowStep() -> impl IntoView {
    let app = use_app();
    // The code, and the number.
    let shown = Memo::new(move |_| {
        app.state.with(|state| match state {
            ClientState::Linking { link: Some(LinkView::Waiting { code, number, .. }) } => {
                Some((code.clone(), digits::grouped(number)))
            }
            _ => None,
        })
    });
    let code = move || shown.get().unwrap_or_default().0;
    view! {
        <Title text=app.text("link-title") />
        <p class="lead">{app.text("link-meaning")}</p>
        <div class="code-place">
            {move || shown.get().map(|(text, _)| view! { <Code text label=app.text("link-code") /> })}
        </div>
        <p class="digits-lead">{app.text("link-number")}</p>
        <p class="digits" translate="no">
            {move || shown.get().map_or_else(|| "…".to_owned(), |(_, number)| number)}
        </p>
        <p class="hint digits-lead" role="status">
            {move || app.text(if shown.read().is_some() { "link-caution" } else { "link-connecting" })}
        </p>
        <div class="gate-actions">
            <CopyButton text=Signal::derive(code) label=app.text("link-copy") />
        </div>
    }
}

#[component]
fn JoinStep() -> impl IntoView {
    let app = use_app();
    view! {
        <span class="mark" aria-hidden="true">
            <span class="spinner shown"></span>
        </span>
        <Title text=app.text("link-joining-title") />
        <p class="lead" role="status">{app.text("link-joining-meaning")}</p>
    }
}

/// Asks whether the other device shows the same digits.
#[component]
pub(crate) fn Compare(digits: String) -> impl IntoView {
    let app = use_app();
    let is_agreed = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let say = move |is_same| {
        attempt(is_busy, problem, async move {
            app.carry_out(Command::ConfirmLink { is_same }).await?;
            let _ = is_agreed.try_set(is_same);
            Ok(())
        });
    };
    app.announce(app.text_with("link-digits-said", &[("digits", digits::one_by_one(&digits).into())]));
    view! {
        <p>{app.text("link-compare-meaning")}</p>
        <p class="digits large" translate="no">{digits::grouped(&digits)}</p>
        <Problem text=problem />
        <div role="status">
            <Show when=move || is_agreed.get()>
                <p class="fact"><Icon name="clock" /><span>{app.text("link-compare-wait")}</span></p>
            </Show>
        </div>
        <Show when=move || !is_agreed.get()>
            <div class="gate-actions">
                <button type="button" class="button primary" on:click=move |_| say(true)>
                    {app.text("link-compare-same")}
                </button>
                <button type="button" class="button" on:click=move |_| say(false)>
                    {app.text("link-compare-differ")}
                </button>
            </div>
        </Show>
    }
}
