//! Letting a new device into this account.

use client_api::{Command, LinkView, Outcome, RefusalCode, SecretText};
use leptos::prelude::*;

use super::super::attempt::attempt;
use super::super::controls::Icon;
use super::super::dialog::Dialog;
use super::super::focus::if_lost;
use super::super::link::Compare;
use super::super::scan_form::ScanForm;
use crate::app::{App, use_app};
use crate::model::words;

/// Leads to it, and says that it was done.
#[component]
pub(super) fn LinkDevice(#[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let app = use_app();
    let is_open = RwSignal::new(false);
    let is_linked = RwSignal::new(false);
    // People have to say whether the digits are the same.
    let is_binding = Signal::derive(move || matches!(*app.link.read(), Some(LinkView::Comparing { .. })));
    let open = move |_| {
        is_linked.set(false);
        is_open.set(true);
    };
    let linked = move |()| {
        is_open.set(false);
        is_linked.set(true);
        on_done.run(());
    };
    view! {
        <div role="status">
            <Show when=move || is_linked.get()>
                <p class="verified-note"><Icon name="tick" /><span>{app.text("device-linked")}</span></p>
            </Show>
        </div>
        <div class="row-of-buttons">
            <button type="button" class="button" on:click=open>{app.text("device-link")}</button>
        </div>
        <Dialog title=app.text("device-link") is_open is_binding>
            <Steps on_done=linked />
        </Dialog>
    }
}

/// Asks for what the new device shows, then whether both show the same digits.
#[component]
fn Steps(#[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let app = use_app();
    let shown = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let link = move |()| {
        attempt(is_busy, problem, async move {
            let linked = link_device(app, shown.get_untracked()).await;
            if linked.is_ok() {
                let _ = on_done.try_run(());
            }
            linked
        });
    };
    Effect::new(move |_| {
        app.link.track();
        if_lost(|| {
            let _ = crate::browser::focus("dialog[open] h2");
        });
    });
    view! {
        {move || match app.link.get() {
            Some(LinkView::Comparing { digits }) => view! { <Compare digits /> }.into_any(),
            Some(LinkView::Joining) => {
                view! { <p role="status">{app.text("device-link-joining")}</p> }.into_any()
            }
            _ => {
                view! {
                    <p>{app.text("device-link-meaning")}</p>
                    <ScanForm
                        id="link-what"
                        label=app.text("device-link-what")
                        action=app.text("device-link-do")
                        scan_meaning=app.text("device-link-scan")
                        entered=shown
                        is_busy
                        problem
                        on_enter=link
                    />
                }
                    .into_any()
            }
        }}
    }
}

async fn link_device(app: App, shown: String) -> Result<(), String> {
    app.link.set(None);
    let outcome = app.command(Command::LinkDevice { shown: SecretText(shown) }).await;
    app.link.set(None);
    match outcome {
        Ok(Outcome::Refused(refusal)) if refusal.code == RefusalCode::Invalid => {
            Err(app.text("device-link-wrong"))
        }
        Ok(Outcome::Refused(refusal)) => Err(app.text(words::refusal(&refusal))),
        Ok(_) => Ok(()),
        Err(failure) => Err(app.text(words::failure(&failure))),
    }
}
