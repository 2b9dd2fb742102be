//! The recovery phrase: shown once, and asked for.

use leptos::prelude::*;

use super::controls::{CopyButton, Icon, Problem};
use crate::app::use_app;
use crate::model::phrase;

/// The words, numbered, to be copied by hand, by the clipboard or on paper.
#[component]
pub(crate) fn PhraseWords(#[prop(into)] phrase: String) -> impl IntoView {
    let app = use_app();
    let words = phrase::words(&phrase);
    let print = move |_| {
        // Refused only to sandboxed pages.
        let _ = window().print();
    };
    view! {
        <ol class="phrase" translate="no" aria-label=app.text("phrase")>
            {words.into_iter().map(|word| view! { <li><span>{word}</span></li> }).collect_view()}
        </ol>
        <div class="row-of-buttons">
            <CopyButton text=phrase label=app.text("phrase-copy") />
            <button type="button" class="button" on:click=print>
                <Icon name="print" />
                <span>{app.text("phrase-print")}</span>
            </button>
        </div>
    }
}

/// Asks for three of the words.
#[component]
pub(crate) fn PhraseCheck(
    /// The 24 words.
    phrase: String,
    /// Which are asked for.
    places: [usize; phrase::ASKED],
    /// They were right.
    #[prop(into)]
    on_right: Callback<()>,
    /// What follows.
    label: String,
) -> impl IntoView {
    let app = use_app();
    let answers = [RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new())];
    let right = RwSignal::new([true; phrase::ASKED]);
    let check = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let given: Vec<String> = answers.iter().map(|answer| answer.get_untracked()).collect();
        let result = phrase::check(&phrase, places, &given);
        right.set(result);
        if result == [true; phrase::ASKED] {
            on_right.run(());
        }
    };
    let problem =
        Signal::derive(move || right.get().contains(&false).then(|| app.text("phrase-check-wrong")));
    let fields = (0..phrase::ASKED).map(|at| {
        let number = i64::try_from(places[at] + 1).unwrap_or_default();
        let id = format!("word-{at}");
        view! {
            <div class="field">
                <label for=id.clone()>{app.text_with("phrase-word", &[("number", number.into())])}</label>
                <input
                    id=id
                    class="input"
                    class:wrong=move || !right.get()[at]
                    aria-invalid=move || (!right.get()[at]).to_string()
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    bind:value=answers[at]
                />
            </div>
        }
    });
    view! {
        <form class="form" on:submit=check>
            <div class="three">{fields.collect_view()}</div>
            <Problem text=problem />
            <button type="submit" class="button primary wide">{label}</button>
        </form>
    }
}

/// A field for the whole phrase, which counts the words.
#[component]
pub(crate) fn PhraseField(value: RwSignal<String>) -> impl IntoView {
    let app = use_app();
    let count = move || {
        let count = i64::try_from(value.with(|text| phrase::words(text).len())).unwrap_or_default();
        app.text_with("phrase-count", &[("count", count.into())])
    };
    view! {
        <div class="field">
            <label for="phrase">{app.text("phrase")}</label>
            <textarea
                id="phrase"
                class="input phrase-input"
                rows="4"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby="phrase-count"
                bind:value=value
            ></textarea>
            <p id="phrase-count" class="hint">{count}</p>
        </div>
    }
}
