//! Choosing how data here is protected.

use client_api::page::{NewProtection, Protection};
use leptos::prelude::*;

use super::controls::SecretField;
use crate::app::{App, use_app};
use crate::model::words;

/// Characters of a passphrase at least.
const PASSPHRASE_CHARACTERS_MIN: usize = 12;

/// What is being chosen.
#[derive(Clone, Copy)]
pub(crate) struct Choice {
    kind: RwSignal<Protection>,
    passphrase: RwSignal<String>,
    again: RwSignal<String>,
}

impl Choice {
    /// Starts from a kind.
    pub(crate) fn new(kind: Protection) -> Self {
        Self { kind: RwSignal::new(kind), passphrase: RwSignal::default(), again: RwSignal::default() }
    }

    /// What was chosen, or in words what is missing. A passkey is asked here; `name` is what it is kept under.
    pub(crate) async fn made(self, app: App, name: String) -> Result<NewProtection, String> {
        match self.kind.get_untracked() {
            Protection::Browser => Ok(NewProtection::Browser),
            Protection::Passphrase => {
                let passphrase = self.passphrase.get_untracked();
                if passphrase.chars().count() < PASSPHRASE_CHARACTERS_MIN {
                    return Err(app.text("passphrase-short"));
                }
                if passphrase != self.again.get_untracked() {
                    return Err(app.text("passphrase-differs"));
                }
                Ok(NewProtection::Passphrase { passphrase })
            }
            Protection::Passkey => {
                let made = app.make_passkey(&name).await?;
                Ok(NewProtection::Passkey { credential: made.credential, secret: made.secret })
            }
        }
    }

    /// Forgets what was typed.
    pub(crate) fn forget(self) {
        // The screen that asked may be gone.
        let _ = self.passphrase.try_set(String::new());
        let _ = self.again.try_set(String::new());
    }
}

/// The kinds, in plain words.
#[component]
pub(crate) fn ProtectionChoice(choice: Choice) -> impl IntoView {
    let app = use_app();
    let has_passkeys = crate::host::supports_passkeys(&app.host());
    let option = move |kind: Protection| {
        let [title, meaning] = words::protection(kind);
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="protection"
                    prop:checked=move || choice.kind.get() == kind
                    on:change=move |_| choice.kind.set(kind)
                />
                <span class="choice-words">
                    <span class="choice-title">{app.text(title)}</span>
                    <span class="choice-meaning">{app.text(meaning)}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend class="visually-hidden">{app.text("protection-question")}</legend>
            {option(Protection::Browser)} {option(Protection::Passphrase)}
            <Show when=move || choice.kind.get() == Protection::Passphrase>
                <div class="choice-fields">
                    <SecretField
                        id="passphrase"
                        label=app.text("passphrase")
                        autocomplete="new-password"
                        value=choice.passphrase
                    />
                    <SecretField
                        id="passphrase-again"
                        label=app.text("passphrase-again")
                        autocomplete="new-password"
                        value=choice.again
                    />
                    <p class="hint">{app.text("passphrase-hint")}</p>
                </div>
            </Show>
            {has_passkeys.then(|| option(Protection::Passkey))}
        </fieldset>
    }
}
