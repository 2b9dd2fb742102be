//! A question that stands before everything else.

use leptos::html;
use leptos::prelude::*;

use super::announcer::Announcer;
use super::controls::Icon;
use crate::app::use_app;

/// A dialog: the browser keeps the focus in it, and Escape closes it.
#[component]
pub(crate) fn Dialog(
    /// What it asks.
    #[prop(into)]
    title: Signal<String>,
    is_open: RwSignal<bool>,
    /// What it shows is not to be lost: it is not closed before it is done with.
    #[prop(optional, into)]
    is_binding: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let app = use_app();
    let node = NodeRef::<html::Dialog>::new();
    let children = StoredValue::new(children);
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => {
                // What was said before is not said again by the regions that come with the dialog.
                app.polite.set(String::new());
                app.assertive.set(String::new());
                // Refused only where it is open already.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let cancel = move |event: web_sys::Event| {
        if is_binding.get_untracked() {
            event.prevent_default();
        }
    };
    // Browsers close it all the same when they are asked twice.
    let closed = move |_| match node.get_untracked() {
        Some(dialog) if is_binding.get_untracked() && is_open.get_untracked() => drop(dialog.show_modal()),
        _ => is_open.set(false),
    };
    view! {
        <dialog node_ref=node class="dialog" aria-label=title on:cancel=cancel on:close=closed>
            <Show when=move || is_open.get()>
                <div class="dialog-head">
                    <h2 class="dialog-title" tabindex="-1">{title}</h2>
                    <Show when=move || !is_binding.get()>
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=app.text("close")
                            on:click=move |_| is_open.set(false)
                        >
                            <Icon name="close" />
                        </button>
                    </Show>
                </div>
                <div class="dialog-body">{children.with_value(|children| children())}</div>
                // Those of the page are not heard while the dialog is open.
                <Announcer />
            </Show>
        </dialog>
    }
}
