//! What one writes.

use std::time::Duration;

use client_api::page::{Answer, Request};
use client_api::{AccountId, Command, Recipient};
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::controls::{Icon, Problem};
use crate::app::{App, use_app};
use crate::model::conversations::ChatKey;

/// A draft is kept when nothing was typed for so long.
const DRAFT_PAUSE: Duration = Duration::from_millis(150);

/// A field that grows with its text; its draft is kept.
#[component]
pub(crate) fn Composer(key: ChatKey, account: AccountId) -> impl IntoView {
    let app = use_app();
    let field = NodeRef::<html::Textarea>::new();
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let is_touched = StoredValue::new(false);
    let save = move || {
        let text = text.get_untracked();
        spawn_local(async move {
            // What cannot be kept is still in the field.
            let _ = app.command(Command::SaveDraft { account, text }).await;
        });
    };
    let save_later = move || {
        is_touched.set_value(true);
        waiting.update_value(|waiting| {
            waiting.take().inspect(TimeoutHandle::clear);
            *waiting = set_timeout_with_handle(save, DRAFT_PAUSE).ok();
        });
    };
    let save_now = move || {
        if let Some(Some(waiting)) = waiting.try_update_value(Option::take) {
            waiting.clear();
            save();
        }
    };
    on_cleanup(save_now);
    spawn_local(async move {
        if let Answer::Draft { text: draft } = app.ask(Request::Draft { account }).await
            && is_touched.try_get_value() == Some(false)
        {
            let _ = text.try_set(draft);
        }
    });
    grow(field, text);
    field.on_load(move |field| {
        if !crate::browser::is_touch() {
            // The field was just put into the page.
            let _ = field.focus();
        }
    });
    let send = move || {
        let written = text.get_untracked();
        if written.trim().is_empty() {
            return;
        }
        waiting.update_value(|waiting| {
            if let Some(waiting) = waiting.take() {
                waiting.clear();
            }
        });
        text.set(String::new());
        problem.set(None);
        spawn_local(async move {
            match deliver(app, key, account, &written).await {
                Ok(()) => save(),
                // What was not taken goes back to where it can be changed.
                Err(words) => {
                    let _ = text.try_update(|text| {
                        *text = if text.is_empty() { written } else { format!("{written}\n{text}") }
                    });
                    let _ = problem.try_set(Some(words));
                }
            }
        });
    };
    let parts = Parts { field, text, problem };
    writing(app, parts, send, save_later, save_now)
}

/// What the form is made of.
#[derive(Clone, Copy)]
struct Parts {
    field: NodeRef<html::Textarea>,
    text: RwSignal<String>,
    problem: RwSignal<Option<String>>,
}

/// The form itself.
fn writing(
    app: App,
    Parts { field, text, problem }: Parts,
    send: impl Fn() + Copy + 'static,
    save_later: impl Fn() + Copy + 'static,
    save_now: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let press = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let paste = move |event: web_sys::ClipboardEvent| {
        let has_files =
            event.clipboard_data().and_then(|data| data.files()).is_some_and(|files| files.length() > 0);
        problem.set(has_files.then(|| app.text("files-not-yet")));
    };
    view! {
        <form class="composer" on:submit=move |event| { event.prevent_default(); send(); }>
            <Problem text=problem />
            <div class="composer-row">
                <textarea
                    node_ref=field
                    class="composer-field"
                    rows="1"
                    dir="auto"
                    placeholder=app.text("message")
                    aria-label=app.text("message")
                    enterkeyhint=if crate::browser::is_touch() { "enter" } else { "send" }
                    bind:value=text
                    on:input=move |_| save_later()
                    on:blur=move |_| save_now()
                    on:keydown=press
                    on:paste=paste
                ></textarea>
                <button
                    type="submit"
                    class="send"
                    class:idle=move || text.with(|text| text.trim().is_empty())
                    aria-label=app.text("send")
                    title=app.text("send")
                >
                    <Icon name="send" />
                </button>
            </div>
        </form>
    }
}

/// As high as its lines; the style sheet says how many at most.
fn grow(field: NodeRef<html::Textarea>, text: RwSignal<String>) {
    Effect::new(move |_| {
        text.track();
        let Some(field) = field.get() else { return };
        // After the text is in the field.
        request_animation_frame(move || {
            let style = web_sys::HtmlElement::style(&field);
            // Properties that every browser knows.
            let _ = style.set_property("block-size", "auto");
            let height = field.scroll_height();
            let _ = style.set_property("block-size", &format!("{height}px"));
        });
    });
}

async fn deliver(app: App, key: ChatKey, account: AccountId, text: &str) -> Result<(), String> {
    let command = Command::SendText { to: Recipient::Account(account), text: text.to_owned() };
    app.carry_out(command).await?;
    app.load_pending(key).await;
    Ok(())
}
