//! Small parts that every screen uses.

use leptos::html;
use leptos::prelude::*;

use crate::app::use_app;

/// An icon of the page's sprite. Says nothing by itself: a label stands beside it.
#[component]
pub(crate) fn Icon(#[prop(into)] name: Signal<&'static str>) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" width="20" height="20">
            <use href=move || format!("#i-{}", name.get())></use>
        </svg>
    }
}

/// A screen's title. Takes the focus when one comes to the screen, so that the keyboard goes on from there.
#[component]
pub(crate) fn Title(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let app = use_app();
    let node = NodeRef::<html::H1>::new();
    node.on_load(move |title| {
        if app.depth.get_value() > 0 || crate::browser::is_focus_lost() {
            // The title was just put into the page.
            let _ = title.focus();
        }
    });
    view! {
        <h1 class="title" tabindex="-1" node_ref=node>
            {text}
        </h1>
    }
}

/// Leads back.
#[component]
pub(crate) fn Back() -> impl IntoView {
    let app = use_app();
    view! {
        <button type="button" class="icon-button back" aria-label=app.text("back") on:click=move |_| app.back()>
            <Icon name="back" />
        </button>
    }
}

/// What went wrong with what one just did; said at once.
#[component]
pub(crate) fn Problem(#[prop(into)] text: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div class="problem" role="alert">
            {move || text.get().map(|text| view! { <Icon name="alert" /><span>{text}</span> })}
        </div>
    }
}

/// A field for a secret, which can be looked at.
#[component]
pub(crate) fn SecretField(
    /// Its id, for the label.
    id: &'static str,
    /// What it is for.
    label: String,
    /// What a password manager should do with it.
    autocomplete: &'static str,
    value: RwSignal<String>,
) -> impl IntoView {
    let app = use_app();
    let is_shown = RwSignal::new(false);
    let toggle = move || if is_shown.get() { app.text("hide-secret") } else { app.text("show-secret") };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="field-with-button">
                <input
                    id=id
                    class="input"
                    type=move || if is_shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    bind:value=value
                />
                <button
                    type="button"
                    class="icon-button"
                    class:on=is_shown
                    aria-label=toggle
                    on:click=move |_| is_shown.update(|is_shown| *is_shown = !*is_shown)
                >
                    <Icon name="eye" />
                </button>
            </div>
        </div>
    }
}

/// A button that does something that takes a while, and says so meanwhile.
#[component]
pub(crate) fn Submit(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] is_busy: Signal<bool>,
    /// Whether it destroys something.
    #[prop(optional)]
    is_dangerous: bool,
) -> impl IntoView {
    let kind = if is_dangerous { "button danger" } else { "button primary" };
    view! {
        <button type="submit" class=kind class:busy=is_busy aria-busy=move || is_busy.get().to_string()>
            <span class="button-label">{label}</span>
            <span class="spinner" aria-hidden="true"></span>
        </button>
    }
}

/// Copies a text, and says that it did.
#[component]
pub(crate) fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What is copied, on the button.
    label: String,
) -> impl IntoView {
    let app = use_app();
    let is_copied = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            if crate::browser::copy(&text.get_untracked()).await {
                let _ = is_copied.try_set(true);
                let _ = problem.try_set(None);
                app.announce(app.text("copied"));
                let back = move || {
                    let _ = is_copied.try_set(false);
                };
                set_timeout(back, std::time::Duration::from_secs(2));
            } else {
                let _ = problem.try_set(Some(app.text("copy-refused")));
            }
        });
    };
    view! {
        <button type="button" class="button" on:click=copy>
            <Icon name=Signal::derive(move || if is_copied.get() { "tick" } else { "copy" }) />
            <span>{move || if is_copied.get() { app.text("copied") } else { label.clone() }}</span>
        </button>
        <Problem text=problem />
    }
}
