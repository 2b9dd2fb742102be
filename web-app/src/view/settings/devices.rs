//! This account's devices.

use client_api::page::{Answer, Request};
use client_api::{Command, DeviceId, DeviceView};
use leptos::prelude::*;

use super::super::attempt::{Missing, attempt, get};
use super::super::controls::{Icon, Problem, Submit};
use super::super::dialog::Dialog;
use super::linking::LinkDevice;
use crate::app::use_app;

/// Devices in force, and those that were.
#[component]
pub(super) fn Devices() -> impl IntoView {
    let app = use_app();
    let devices = RwSignal::new(None::<Vec<DeviceView>>);
    let chosen = RwSignal::new(None::<DeviceId>);
    let is_asking = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let load = move || {
        get(devices, problem, async move {
            let mut known = app
                .fetch(Request::Devices, |answer| match answer {
                    Answer::Devices { devices } => Some(devices),
                    _ => None,
                })
                .await?;
            known.sort_by_key(|device| (!device.is_this, !device.is_active, device.device));
            Ok(known)
        });
    };
    load();
    let ask = move |device: DeviceId| {
        chosen.set(Some(device));
        is_asking.set(true);
    };
    view! {
        <section class="card">
            <p class="muted">{app.text("devices-meaning")}</p>
            <Missing problem on_again=move |()| load() />
            <ul class="devices">
                <For
                    each=move || devices.get().unwrap_or_default()
                    key=|device| (device.device, device.is_active)
                    let:device
                >
                    <DeviceRow device on_remove=ask />
                </For>
            </ul>
            <LinkDevice on_done=move |()| load() />
        </section>
        <Dialog title=app.text("device-remove-question") is_open=is_asking>
            <Remove chosen is_open=is_asking on_done=move |()| load() />
        </Dialog>
    }
}

#[component]
fn DeviceRow(device: DeviceView, #[prop(into)] on_remove: Callback<DeviceId>) -> impl IntoView {
    let app = use_app();
    let id = device.device;
    let text = id.to_string();
    let state = if device.is_this {
        app.text("device-this")
    } else if device.is_active {
        app.text("device-active")
    } else {
        app.text("device-removed")
    };
    let can_remove = device.is_active && !device.is_this;
    view! {
        <li class="device" class:gone=!device.is_active>
            <Icon name="device" />
            <span class="item-words">
                <span class="item-title">{state}</span>
                <span class="item-line id" translate="no">{text}</span>
            </span>
            {can_remove
                .then(|| {
                    view! {
                        <button type="button" class="button quiet-danger" on:click=move |_| on_remove.run(id)>
                            {app.text("device-remove")}
                        </button>
                    }
                })}
        </li>
    }
}

#[component]
fn Remove(
    chosen: RwSignal<Option<DeviceId>>,
    is_open: RwSignal<bool>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(device) = chosen.get_untracked() else { return };
        attempt(is_busy, problem, async move {
            app.carry_out(Command::RevokeDevice { device }).await?;
            let _ = is_open.try_set(false);
            app.announce(app.text("device-removed"));
            let _ = on_done.try_run(());
            Ok(())
        });
    };
    view! {
        <p>{app.text("device-remove-meaning")}</p>
        <p class="id" translate="no">{move || chosen.get().map(|device| device.to_string())}</p>
        <form class="form" on:submit=submit>
            <Problem text=problem />
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| is_open.set(false)>
                    {app.text("cancel")}
                </button>
                <Submit label=app.text("device-remove-do") is_busy is_dangerous=true />
            </div>
        </form>
    }
}
