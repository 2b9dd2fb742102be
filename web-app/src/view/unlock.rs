//! The data here is protected: opening it.

use client_api::page::{Lock, Request, UnlockSecret};
use leptos::prelude::*;

use super::attempt::attempt;
use super::controls::{Icon, Problem, SecretField, Submit, Title};
use super::trouble::EraseHere;
use crate::app::{App, use_app};

/// Asks for the passphrase or the passkey.
#[component]
pub(crate) fn Unlock(by: Lock) -> impl IntoView {
    let app = use_app();
    let passphrase = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None);
    let is_passphrase = by == Lock::Passphrase;
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let by = by.clone();
        attempt(is_busy, problem, async move { unlock(app, &by, passphrase).await });
    };
    request_animation_frame(|| {
        crate::browser::focus("#unlock-passphrase");
    });
    view! {
        <main class="gate">
            <div class="gate-card">
                <span class="mark" aria-hidden="true"><Icon name="lock" /></span>
                <Title text=app.text("unlock-title") />
                <p class="lead">
                    {if is_passphrase { app.text("unlock-by-passphrase") } else { app.text("unlock-by-passkey") }}
                </p>
                <form class="form" on:submit=submit>
                    {is_passphrase
                        .then(|| {
                            view! {
                                <SecretField
                                    id="unlock-passphrase"
                                    label=app.text("passphrase")
                                    autocomplete="current-password"
                                    value=passphrase
                                />
                            }
                        })}
                    <Problem text=problem />
                    <div class="gate-actions">
                        <Submit
                            label=if is_passphrase { app.text("unlock") } else { app.text("unlock-use-passkey") }
                            is_busy
                        />
                    </div>
                </form>
                <EraseHere label=app.text("unlock-forgotten") />
            </div>
        </main>
    }
}

async fn unlock(app: App, by: &Lock, passphrase: RwSignal<String>) -> Result<(), String> {
    let secret = match by {
        Lock::Passphrase => UnlockSecret::Passphrase { passphrase: passphrase.get_untracked() },
        Lock::Passkey { credential } => {
            UnlockSecret::Passkey { bytes: app.use_passkey(&credential.0).await? }
        }
    };
    app.carry_out_request(Request::Unlock { secret }).await?;
    let _ = passphrase.try_set(String::new());
    Ok(())
}
