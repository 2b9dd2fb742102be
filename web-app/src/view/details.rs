//! Who the other side is, and whether that was made sure.

use client_api::page::{Answer, Request};
use client_api::{AccountId, Command, KeyExchange, SafetyView};
use leptos::prelude::*;

use super::attempt::{Missing, attempt, get};
use super::avatar::Avatar;
use super::controls::{CopyButton, Icon, Problem};
use super::focus::if_lost;
use crate::app::{App, use_app};
use crate::model::conversations::{ChatKey, Directory};
use crate::model::{recipient, safety};

/// The pane about a contact.
#[component]
pub(crate) fn Details(account: AccountId) -> impl IntoView {
    let app = use_app();
    let handle = Memo::new(move |_| app.directory.with(|directory| directory.handle(account).cloned()));
    let name = move || app.directory.with(|directory| directory.name(account));
    let link = recipient::link(account);
    view! {
        <aside class="pane details" aria-label=app.text("details")>
            <header class="pane-head">
                <button
                    type="button"
                    class="icon-button back-narrow"
                    aria-label=app.text("back")
                    on:click=move |_| app.back()
                >
                    <Icon name="back" />
                </button>
                <h2 class="pane-title" tabindex="-1">{app.text("details")}</h2>
                <button
                    type="button"
                    class="icon-button close-wide"
                    aria-label=app.text("close")
                    on:click=move |_| app.back()
                >
                    <Icon name="close" />
                </button>
            </header>
            <div class="details-body">
                <div class="details-who">
                    {move || view! { <Avatar account handle=handle.get() is_large=true /> }}
                    <p class="details-name"><bdi>{name}</bdi></p>
                    {move || {
                        handle.get().map(|handle| {
                            view! { <p class="muted" translate="no">{handle.to_string()}</p> }
                        })
                    }}
                </div>
                <Safety account />
                <KeysAgreed account />
                <section class="card">
                    <h3 class="section-title">{app.text("their-link")}</h3>
                    <p class="own-link" translate="no">{link.clone()}</p>
                    <CopyButton text=link label=app.text("copy-link") />
                </section>
            </div>
        </aside>
    }
}

/// The number to compare, and what came of it.
#[component]
fn Safety(account: AccountId) -> impl IntoView {
    let app = use_app();
    // None before it is known; then none where nothing is known of the contact's devices.
    let safety = RwSignal::new(None::<Option<SafetyView>>);
    let missing = RwSignal::new(None);
    let problem = RwSignal::new(None);
    let is_busy = RwSignal::new(false);
    let was_verified = Memo::new(move |_| app.directory.with(|directory| directory.is_verified(account)));
    let number = |answer| match answer {
        Answer::Safety { safety } => Some(safety),
        _ => None,
    };
    let load = move || get(safety, missing, app.fetch(Request::Safety { account }, number));
    // Asked for again when it no longer is the one that was compared, and when more may be known of the contact.
    Effect::new(move |_| {
        was_verified.track();
        app.connection.track();
        load();
    });
    let verify = move |_| {
        let Some(Some(number)) = safety.get_untracked() else { return };
        attempt(is_busy, problem, async move {
            mark(app, account, number.safety_number.clone()).await?;
            let _ = safety.try_set(Some(Some(SafetyView { is_verified: true, ..number })));
            // The button is gone.
            if_lost(|| {
                crate::browser::focus(".verified-note");
            });
            Ok(())
        });
    };
    let name = move || app.directory.with(|directory| directory.name(account));
    let is_verified = move || matches!(&*safety.read(), Some(Some(safety)) if safety.is_verified);
    view! {
        <section class="card safety">
            <h3 class="section-title">{app.text("safety-number")}</h3>
            {move || {
                match &*safety.read() {
                    Some(Some(safety)) => {
                        let groups = safety::groups(&safety.safety_number).into_iter();
                        view! {
                            <ol class="safety-number" translate="no" aria-label=app.text("safety-number")>
                                {groups.map(|group| view! { <li>{group}</li> }).collect_view()}
                            </ol>
                        }
                        .into_any()
                    }
                    Some(None) => view! { <p class="muted">{app.text("safety-unknown")}</p> }.into_any(),
                    None if missing.read().is_some() => ().into_any(),
                    None => view! { <div class="safety-number waiting" aria-hidden="true"></div> }.into_any(),
                }
            }}
            <Missing problem=missing on_again=move |()| load() />
            <Show
                when=is_verified
                fallback=move || {
                    view! {
                        <p class="muted">{move || app.text_about("safety-meaning", &name())}</p>
                        <Problem text=problem />
                        <Show when=move || matches!(&*safety.read(), Some(Some(_)))>
                            <button type="button" class="button primary" class:busy=is_busy on:click=verify>
                                <Icon name="shield" />
                                <span>{app.text("mark-verified")}</span>
                            </button>
                        </Show>
                    }
                }
            >
                <p class="verified-note" tabindex="-1">
                    <Icon name="shield" />
                    <span>{move || app.text_about("safety-verified", &name())}</span>
                </p>
            </Show>
        </section>
    }
}

/// How the conversation's keys are agreed; nothing before there is one.
#[component]
fn KeysAgreed(account: AccountId) -> impl IntoView {
    let app = use_app();
    let key = move || {
        let conversation = |directory: &Directory| {
            directory.conversation(ChatKey::Peer(account)).map(|known| known.key_exchange)
        };
        app.directory.with(conversation).map(|key_exchange| match key_exchange {
            KeyExchange::Hybrid => "key-exchange-hybrid",
            KeyExchange::Classic => "key-exchange-classic",
        })
    };
    move || {
        key().map(|key| {
            view! {
                <section class="card">
                    <h3 class="section-title">{app.text("key-exchange")}</h3>
                    <p class="muted">{app.text(key)}</p>
                </section>
            }
        })
    }
}

async fn mark(app: App, account: AccountId, safety_number: String) -> Result<(), String> {
    app.carry_out(Command::MarkVerified { account, safety_number }).await?;
    app.reload_contacts().await?;
    app.announce(app.text("verified"));
    Ok(())
}
