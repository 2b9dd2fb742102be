//! Adding a contact: by name, by link, or by each other's codes.

use client_api::{Command, Outcome};
use leptos::prelude::*;

use super::attempt::attempt;
use super::code::Code;
use super::controls::{Back, CopyButton, Title};
use super::list::write_to;
use super::scan_form::ScanForm;
use crate::app::{App, use_app};
use crate::model::recipient::{self, RecipientError};

/// What one types, scans and shows.
#[component]
pub(crate) fn Add() -> impl IntoView {
    let app = use_app();
    let typed = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let add = move |()| {
        let typed = typed.get_untracked();
        attempt(is_busy, problem, async move { add(app, &typed).await });
    };
    view! {
        <div class="page">
            <header class="pane-head"><Back /><Title text=app.text("add-contact") /></header>
            <div class="page-body">
                <section class="card">
                    <ScanForm
                        id="who"
                        label=app.text("who")
                        hint=[app.text("who-example"), app.text("who-hint")]
                        action=app.text("add")
                        scan_meaning=app.text("scan-meaning")
                        entered=typed
                        is_busy
                        problem
                        on_enter=add
                    />
                </section>
                <OwnCode />
            </div>
        </div>
    }
}

/// One's own code and link, for someone else to add.
#[component]
pub(crate) fn OwnCode() -> impl IntoView {
    let app = use_app();
    app.account().map(|account| {
        let link = recipient::link(account);
        view! {
            <section class="card own-code">
                <h2 class="section-title">{app.text("own-code")}</h2>
                <p class="muted">{app.text("own-code-meaning")}</p>
                <Code text=link.clone() label=app.text("own-code") />
                <p class="own-link" translate="no">{link.clone()}</p>
                <CopyButton text=link label=app.text("copy-link") />
            </section>
        }
    })
}

async fn add(app: App, typed: &str) -> Result<(), String> {
    let who = recipient::parse(typed).map_err(|error| {
        app.text(match error {
            RecipientError::Empty => "who-empty",
            RecipientError::Link => "who-link",
            RecipientError::Handle => "name-wrong",
        })
    })?;
    let outcome = app.carry_out(Command::AddContact { who }).await?;
    if let Outcome::ContactAdded { account } = outcome {
        app.reload_contacts().await?;
        app.announce(app.text("contact-added"));
        write_to(app, account);
    }
    Ok(())
}
