//! A question that stands before everything else.

use leptos::html;
use leptos::prelude::*;

use super::controls::Icon;
use crate::app::use_app;

/// A dialog: the browser keeps the focus in it, and Escape closes it.
#[component]
pub(crate) fn Dialog(
    /// What it asks.
    #[prop(into)]
    title: Signal<String>,
    is_open: RwSignal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let app = use_app();
    let node = NodeRef::<html::Dialog>::new();
    let children = StoredValue::new(children);
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (is_open.get(), dialog.open()) {
            // Refused only where it is open already.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog node_ref=node class="dialog" aria-label=title on:close=move |_| is_open.set(false)>
            <Show when=move || is_open.get()>
                <div class="dialog-head">
                    <h2 class="dialog-title">{title}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=app.text("close")
                        on:click=move |_| is_open.set(false)
                    >
                        <Icon name="close" />
                    </button>
                </div>
                <div class="dialog-body">{children.with_value(|children| children())}</div>
            </Show>
        </dialog>
    }
}
