//! The client cannot go on: what happened, what it means, what to do.

use client_api::page::{Request, TroubleCode};
use leptos::prelude::*;

use super::attempt::attempt;
use super::controls::{Icon, Problem, Submit, Title};
use super::dialog::Dialog;
use crate::app::use_app;
use crate::model::words;

/// What kind of end it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TroubleKind {
    /// The data is there, its key is not.
    KeyLost,
    /// It says itself why.
    Stuck,
    /// Another tab runs a newer version.
    Outdated,
    /// Everything was erased.
    Wiped,
}

/// A whole screen about it.
#[component]
pub(crate) fn Trouble(kind: TroubleKind, code: Option<TroubleCode>, detail: String) -> impl IntoView {
    let app = use_app();
    let [title, meaning, way] = match (kind, code) {
        (_, Some(code)) => words::trouble(code),
        (TroubleKind::Outdated, _) => words::OUTDATED,
        (TroubleKind::Wiped, _) => words::WIPED,
        (TroubleKind::KeyLost | TroubleKind::Stuck, _) => words::KEY_LOST,
    };
    let is_calm = matches!(kind, TroubleKind::Outdated | TroubleKind::Wiped);
    let icon = if is_calm { "refresh" } else { "alert" };
    let can_erase = kind == TroubleKind::KeyLost || code == Some(TroubleCode::Damaged);
    let label = if kind == TroubleKind::Wiped { app.text("begin-anew") } else { app.text("reload") };
    view! {
        <main class="gate">
            <div class="gate-card">
                <span class="mark" class:alarming=!is_calm aria-hidden="true"><Icon name=icon /></span>
                <Title text=app.text(title) />
                <p class="lead">{app.text(meaning)}</p>
                <p>{app.text(way)}</p>
                <div class="gate-actions">
                    <button type="button" class="button primary" on:click=move |_| crate::browser::reload()>
                        {label}
                    </button>
                    {can_erase.then(|| view! { <EraseHere label=app.text("erase-here") /> })}
                </div>
                {code
                    .map(|code| {
                        view! {
                            <details class="fault">
                                <summary>{app.text("for-support")}</summary>
                                <p translate="no">{code.as_str()}": "{detail}</p>
                            </details>
                        }
                    })}
            </div>
        </main>
    }
}

/// Erases everything here, after asking.
#[component]
pub(crate) fn EraseHere(
    /// What leads to the question.
    label: String,
    /// There is nothing yet but what was begun.
    #[prop(optional)]
    is_begun_only: bool,
) -> impl IntoView {
    let app = use_app();
    let [question, meaning, action] = if is_begun_only { words::ERASE_BEGUN } else { words::ERASE };
    let is_open = RwSignal::new(false);
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let erase = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        attempt(is_busy, problem, app.carry_out_request(Request::Wipe));
    };
    view! {
        <button type="button" class="button quiet-danger" on:click=move |_| is_open.set(true)>
            {label}
        </button>
        <Dialog title=app.text(question) is_open>
            <p>{app.text(meaning)}</p>
            <form class="form" on:submit=erase>
                <Problem text=problem />
                <div class="dialog-actions">
                    <button type="button" class="button" on:click=move |_| is_open.set(false)>
                        {app.text("cancel")}
                    </button>
                    <Submit label=app.text(action) is_busy is_dangerous=true />
                </div>
            </form>
        </Dialog>
    }
}
