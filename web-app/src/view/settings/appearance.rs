//! Light or dark.

use leptos::prelude::*;

use super::super::controls::Problem;
use crate::app::use_app;

/// The theme.
#[component]
pub(super) fn Appearance() -> impl IntoView {
    let app = use_app();
    let option = move |value: &'static str, label: String| {
        let choose = move |_| app.use_theme(value);
        let sample = format!("theme-sample {}", if value.is_empty() { "system" } else { value });
        view! {
            <label class="theme">
                <input
                    type="radio"
                    name="theme"
                    prop:checked=move || app.theme.read().as_str() == value
                    on:change=choose
                />
                <span class=sample aria-hidden="true">
                    <span></span>
                    <span></span>
                </span>
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <section class="card">
            <fieldset class="themes">
                <legend class="section-title">{app.text("theme")}</legend>
                {option("", app.text("theme-system"))} {option("light", app.text("theme-light"))}
                {option("dark", app.text("theme-dark"))}
            </fieldset>
            <p class="muted">{app.text("theme-meaning")}</p>
            <Problem text=app.theme_problem />
        </section>
    }
}
