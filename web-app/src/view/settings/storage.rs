//! What is kept here, and how it is protected, in plain words.

use client_api::page::{Answer, Protection, Request, StorageView};
use leptos::prelude::*;

use super::super::attempt::{Missing, attempt, get};
use super::super::controls::{Icon, Problem, Submit};
use super::super::dialog::Dialog;
use super::super::protection::{Choice, ProtectionChoice};
use crate::app::{App, use_app};
use crate::model::words;

/// Protection, room, and whether the browser may clear it.
#[component]
pub(super) fn Storage() -> impl IntoView {
    let app = use_app();
    let storage = RwSignal::new(None::<StorageView>);
    let missing = RwSignal::new(None);
    let problem = RwSignal::new(None);
    let is_busy = RwSignal::new(false);
    let is_changing = RwSignal::new(false);
    let load = move || get(storage, missing, app.fetch(Request::Storage, view_of));
    load();
    let persist = move |_| {
        attempt(is_busy, problem, async move {
            let view = app.fetch(Request::Persist, view_of).await?;
            let is_persistent = view.is_persistent;
            let _ = storage.try_set(Some(view));
            if is_persistent { Ok(()) } else { Err(app.text("persist-declined")) }
        });
    };
    view! {
        <Missing problem=missing on_again=move |()| load() />
        {move || {
            storage
                .get()
                .map(|view| {
                    view! {
                        <section class="card">
                            <h2 class="section-title">{app.text("protection")}</h2>
                            <ProtectionNow protection=view.protection />
                            <div class="row-of-buttons">
                                <button type="button" class="button" on:click=move |_| is_changing.set(true)>
                                    {app.text("change-protection")}
                                </button>
                            </div>
                        </section>
                        <section class="card">
                            <h2 class="section-title">{app.text("kept-here")}</h2>
                            <Room view=view.clone() />
                            <p class="fact">
                                <Icon name=if view.is_persistent { "tick" } else { "alert" } />
                                <span>
                                    {if view.is_persistent { app.text("persistent") } else { app.text("not-persistent") }}
                                </span>
                            </p>
                            <Problem text=problem />
                            {(!view.is_persistent)
                                .then(|| {
                                    view! {
                                        <div class="row-of-buttons">
                                            <button type="button" class="button" class:busy=is_busy on:click=persist>
                                                {app.text("persist")}
                                            </button>
                                        </div>
                                    }
                                })}
                        </section>
                        <Change is_open=is_changing now=view.protection on_done=move |()| load() />
                    }
                })
        }}
    }
}

fn view_of(answer: Answer) -> Option<StorageView> {
    match answer {
        Answer::Storage { storage } => Some(storage),
        _ => None,
    }
}

#[component]
fn ProtectionNow(protection: Protection) -> impl IntoView {
    let app = use_app();
    let [title, meaning] = words::protection(protection);
    let is_weak = protection == Protection::Browser;
    view! {
        <p class="fact strong">
            <Icon name=if is_weak { "alert" } else { "shield" } />
            <span>{app.text(title)}</span>
        </p>
        <p class="muted">{app.text(meaning)}</p>
    }
}

#[component]
fn Room(view: StorageView) -> impl IntoView {
    let app = use_app();
    view.used_bytes.map(|used| {
        let used = amount(app, used);
        let text = match view.quota_bytes {
            Some(quota) => {
                app.text_with("room-of", &[("used", used.into()), ("quota", amount(app, quota).into())])
            }
            None => app.text_with("room-used", &[("used", used.into())]),
        };
        view! { <p class="fact"><Icon name="storage" /><span>{text}</span></p> }
    })
}

/// An amount of room, to a tenth of what it is counted in.
fn amount(app: App, bytes: u64) -> String {
    let is_large = bytes >= 1_000_000_000;
    #[expect(clippy::cast_precision_loss, reason = "shown to a tenth")]
    let tenths = (bytes as f64 / if is_large { 1e8 } else { 1e5 }).round() / 10.0;
    let number = app.format(|formats| formats.number(tenths));
    let values = [("number", number.into())];
    if is_large { app.text_with("gigabytes", &values) } else { app.text_with("megabytes", &values) }
}

#[component]
fn Change(is_open: RwSignal<bool>, now: Protection, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let app = use_app();
    let choice = Choice::new(now);
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        attempt(is_busy, problem, async move {
            let protection = choice.made(app, app.text("product")).await?;
            app.carry_out_request(Request::Protect { protection }).await?;
            choice.forget();
            let _ = is_open.try_set(false);
            app.announce(app.text("protection-changed"));
            let _ = on_done.try_run(());
            Ok(())
        });
    };
    view! {
        <Dialog title=app.text("change-protection") is_open>
            <form class="form" on:submit=submit>
                <ProtectionChoice choice />
                <Problem text=problem />
                <div class="dialog-actions">
                    <button type="button" class="button" on:click=move |_| is_open.set(false)>
                        {app.text("cancel")}
                    </button>
                    <Submit label=app.text("protect") is_busy />
                </div>
            </form>
        </Dialog>
    }
}
