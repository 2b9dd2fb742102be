//! Who one is to others.

use client_api::Command;
use client_api::page::ClientState;
use leptos::prelude::*;

use super::super::add::OwnCode;
use super::super::attempt::attempt;
use super::super::avatar::Avatar;
use super::super::controls::{Problem, Submit};
use crate::app::use_app;
use crate::model::{avatar, recipient};

/// Name, code and link.
#[component]
pub(super) fn Profile() -> impl IntoView {
    let app = use_app();
    let profile = Memo::new(move |_| {
        app.state.with(|state| match state {
            ClientState::Open { profile, .. } => Some(profile.clone()),
            _ => None,
        })
    });
    let known = profile.with_untracked(|profile| profile.as_ref().and_then(|profile| profile.handle.clone()));
    let typed = RwSignal::new(known.map(|handle| handle.as_str().to_owned()).unwrap_or_default());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let handle = recipient::handle(&typed.get_untracked());
        attempt(is_busy, problem, async move {
            let handle = handle.ok_or_else(|| app.text("name-wrong"))?;
            app.carry_out(Command::SetHandle { handle }).await?;
            app.reload_profile().await;
            app.announce(app.text("name-changed"));
            Ok(())
        });
    };
    view! {
        <section class="card">
            {move || {
                profile
                    .get()
                    .map(|profile| {
                        let name = avatar::name(profile.handle.as_ref(), profile.account);
                        view! {
                            <div class="own">
                                <Avatar account=profile.account handle=profile.handle.clone() is_large=true />
                                <p class="details-name"><bdi>{name}</bdi></p>
                            </div>
                        }
                    })
            }}
            <form class="form" on:submit=submit>
                <div class="field">
                    <label for="handle">{app.text("name")}</label>
                    <div class="field-with-prefix">
                        <span aria-hidden="true">"@"</span>
                        <input
                            id="handle"
                            class="input"
                            autocomplete="off"
                            autocapitalize="off"
                            spellcheck="false"
                            maxlength="33"
                            aria-describedby="handle-hint"
                            bind:value=typed
                        />
                    </div>
                    <p id="handle-hint" class="hint">{app.text("name-hint")}</p>
                </div>
                <Problem text=problem />
                <div class="row-of-buttons"><Submit label=app.text("name-save") is_busy /></div>
            </form>
        </section>
        <OwnCode />
    }
}
