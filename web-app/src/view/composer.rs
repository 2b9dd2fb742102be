//! What one writes.

use std::time::Duration;

use client_api::page::{Answer, Request};
use client_api::{AccountId, Command, Notice, NoticeCode, Outcome, Recipient};
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::controls::{Icon, Problem};
use crate::app::{App, use_app};
use crate::model::conversations::ChatKey;
use crate::model::draft;

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
    // What is saved is taken at once: this screen may be gone before it is.
    let save = move || {
        if let Some(text) = text.try_get_untracked() {
            spawn_local(save(app, account, text));
        }
    };
    let save_later = move || {
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
        let kept = kept_draft(app, account).await;
        // Whoever typed before it came has both.
        let join = |text: &mut String| {
            let is_typed = !text.is_empty();
            *text = draft::joined(&kept, text);
            is_typed
        };
        if text.try_update(join) == Some(true) {
            save_later();
        }
    });
    grow(field, text);
    field.on_load(move |field| {
        if !crate::browser::is_touch() {
            // The field was just put into the page.
            let _ = field.focus();
        }
    });
    let deliver = move || {
        let written = text.get_untracked();
        if written.trim().is_empty() {
            return;
        }
        waiting.update_value(|waiting| {
            waiting.take().inspect(TimeoutHandle::clear);
        });
        text.set(String::new());
        problem.set(None);
        spawn_local(async move {
            if let Err(words) = send(app, key, account, written.clone()).await {
                let refused = Refused { written, words };
                give_back(app, account, refused, text, problem).await;
            }
        });
        // Behind what is sent: should it be refused, it is put back.
        save();
    };
    let parts = Parts { field, text, problem };
    writing(app, parts, deliver, save_later, save_now)
}

/// Sends a text; whoever wrote it is shown it. In words why not, where it is not taken.
pub(super) async fn send(app: App, key: ChatKey, account: AccountId, text: String) -> Result<(), String> {
    let command = Command::SendText { to: Recipient::Account(account), text };
    if let Outcome::Queued { message } = app.carry_out(command).await? {
        app.timeline(key).update_untracked(|timeline| timeline.wrote(message));
    }
    // It is taken: where it cannot be shown now, it will be.
    let _ = app.load_pending(key).await;
    app.timeline(key).notify();
    Ok(())
}

/// A text that was not taken, and why.
struct Refused {
    written: String,
    words: String,
}

/// What was not taken goes back to where it can be changed: into the field, or into the draft where the field is gone.
async fn give_back(
    app: App,
    account: AccountId,
    Refused { written, words }: Refused,
    text: RwSignal<String>,
    problem: RwSignal<Option<String>>,
) {
    let joined = text.try_update(|text| {
        *text = draft::joined(&written, text);
        text.clone()
    });
    let _ = problem.try_set(Some(words));
    let joined = match joined {
        Some(joined) => joined,
        None => {
            app.notify(&Notice { account: Some(account), ..Notice::new(NoticeCode::SendFailed) });
            draft::joined(&written, &kept_draft(app, account).await)
        }
    };
    save(app, account, joined).await;
}

async fn save(app: App, account: AccountId, text: String) {
    // What cannot be kept is still in the field.
    let _ = app.command(Command::SaveDraft { account, text }).await;
}

async fn kept_draft(app: App, account: AccountId) -> String {
    match app.ask(Request::Draft { account }).await {
        Answer::Draft { text } => text,
        _ => String::new(),
    }
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
        // On a keyboard on screen, Enter breaks the line; the button sends.
        let is_sending = !event.shift_key() && !event.is_composing() && !crate::browser::is_touch();
        if event.key() == "Enter" && is_sending {
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
