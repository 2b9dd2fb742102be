//! What takes a while: doing something once at a time, and getting something that may have to be asked for again.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::controls::Problem;
use super::focus::if_lost;
use crate::app::use_app;

/// Why something did not work, in words.
pub(crate) type Trouble = RwSignal<Option<String>>;

/// Does something, unless it is being done already; says why, where it does not work.
pub(crate) fn attempt(
    is_busy: RwSignal<bool>,
    problem: Trouble,
    doing: impl Future<Output = Result<(), String>> + 'static,
) {
    if !is_busy.get_untracked() {
        // In a box, so that what follows is there once in the program, whatever is done.
        begin(is_busy, problem, Box::pin(doing));
    }
}

fn begin(
    is_busy: RwSignal<bool>,
    problem: Trouble,
    doing: Pin<Box<dyn Future<Output = Result<(), String>>>>,
) {
    is_busy.set(true);
    problem.set(None);
    spawn_local(async move {
        let done = doing.await;
        // The screen that asked may be gone.
        let _ = is_busy.try_set(false);
        if let Err(words) = done {
            let _ = problem.try_set(Some(words));
        }
    });
}

/// Gets something to be shown; says why, where it is not to be had.
pub(crate) fn get<T: Send + Sync + 'static>(
    value: RwSignal<Option<T>>,
    problem: Trouble,
    getting: impl Future<Output = Result<T, String>> + 'static,
) {
    spawn_local(async move {
        match getting.await {
            Ok(got) => {
                // The screen that asked may be gone.
                let _ = value.try_set(Some(got));
                let _ = problem.try_set(None);
            }
            Err(words) => drop(problem.try_set(Some(words))),
        }
    });
}

/// In place of what is not to be had: why, and the way to ask for it again.
#[component]
pub(crate) fn Missing(problem: Trouble, #[prop(into)] on_again: Callback<()>) -> impl IntoView {
    view! {
        <Show when=move || problem.read().is_some()>
            <Again problem on_again />
        </Show>
    }
}

#[component]
fn Again(problem: Trouble, on_again: Callback<()>) -> impl IntoView {
    let app = use_app();
    // The button goes with the problem: what is there then takes the focus.
    on_cleanup(|| {
        if_lost(|| {
            let _ = ["h1", ".item", ".pane-title"].iter().any(|place| crate::browser::focus(place));
        });
    });
    view! {
        <div class="missing">
            <Problem text=problem />
            <button type="button" class="button" on:click=move |_| on_again.run(())>
                {app.text("try-again")}
            </button>
        </div>
    }
}
