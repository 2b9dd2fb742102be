//! Adding a contact: by name, by link, or by each other's codes.

use client_api::{Command, Outcome};
use leptos::prelude::*;

use super::attempt::attempt;
use super::code::Code;
use super::controls::{Back, CopyButton, Icon, Problem, Submit, Title};
use super::dialog::Dialog;
use super::list::write_to;
use super::scanner::{Scanner, can_scan};
use crate::app::{App, use_app};
use crate::model::recipient::{self, RecipientError};

/// What one types, scans and shows.
#[component]
pub(crate) fn Add() -> impl IntoView {
    let app = use_app();
    let typed = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let is_scanning = RwSignal::new(false);
    let add = move || {
        let typed = typed.get_untracked();
        attempt(is_busy, problem, async move { add(app, &typed).await });
    };
    let found = move |text: String| {
        is_scanning.set(false);
        typed.set(text);
        add();
    };
    view! {
        <div class="page">
            <header class="pane-head"><Back /><Title text=app.text("add-contact") /></header>
            <div class="page-body">
                <section class="card">
                    <form class="form" on:submit=move |event| { event.prevent_default(); add(); }>
                        <div class="field">
                            <label for="who">{app.text("who")}</label>
                            <input
                                id="who"
                                class="input"
                                autocomplete="off"
                                autocapitalize="off"
                                spellcheck="false"
                                placeholder=app.text("who-example")
                                aria-describedby="who-hint"
                                bind:value=typed
                            />
                            <p id="who-hint" class="hint">{app.text("who-hint")}</p>
                        </div>
                        <Problem text=problem />
                        <div class="row-of-buttons">
                            <Submit label=app.text("add") is_busy />
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
                </section>
                <OwnCode />
            </div>
            <Dialog title=app.text("scan") is_open=is_scanning>
                <p>{app.text("scan-meaning")}</p>
                <Scanner on_found=found />
            </Dialog>
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
