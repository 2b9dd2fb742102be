//! A form with one field for what another screen shows: typed, pasted, or read by the camera.

use leptos::prelude::*;

use super::attempt::Trouble;
use super::controls::{Icon, Problem, Submit};
use super::dialog::Dialog;
use super::scanner::{Scanner, can_scan};
use crate::app::use_app;

/// The field, and the camera in a dialog of its own. What is read is entered at once.
#[component]
pub(crate) fn ScanForm(
    /// The field's.
    id: &'static str,
    /// What the field is called.
    label: String,
    /// An example, and what may be entered.
    #[prop(optional)]
    hint: Option<[String; 2]>,
    /// What the button does.
    action: String,
    /// What the camera is held over.
    scan_meaning: String,
    /// What is in the field.
    entered: RwSignal<String>,
    is_busy: RwSignal<bool>,
    problem: Trouble,
    #[prop(into)] on_enter: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let is_scanning = RwSignal::new(false);
    let found = move |text: String| {
        is_scanning.set(false);
        entered.set(text);
        on_enter.run(());
    };
    let [example, hint] = hint.map_or([None, None], |hint| hint.map(Some));
    let hint_id = format!("{id}-hint");
    let described = hint.is_some().then(|| hint_id.clone());
    view! {
        <form class="form" on:submit=move |event| { event.prevent_default(); on_enter.run(()); }>
            <div class="field">
                <label for=id>{label}</label>
                <input
                    id=id
                    class="input"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=example
                    aria-describedby=described
                    bind:value=entered
                />
                {hint.map(|hint| view! { <p id=hint_id class="hint">{hint}</p> })}
            </div>
            <Problem text=problem />
            <div class="row-of-buttons">
                <Submit label=action is_busy />
                {can_scan()
                    .then(|| {
                        view! {
                            <button type="button" class="button" on:click=move |_| is_scanning.set(true)>
                                <Icon name="scan" />
                                <span>{app.text("scan")}</span>
                            </button>
                        }
                    })}
            </div>
        </form>
        <Dialog title=app.text("scan") is_open=is_scanning>
            <p>{scan_meaning.clone()}</p>
            <Scanner on_found=found />
        </Dialog>
    }
}
