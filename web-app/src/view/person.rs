//! Someone in a list.

use client_api::AccountId;
use leptos::prelude::*;

use super::avatar::Avatar;
use super::controls::Icon;
use crate::app::use_app;
use crate::model::avatar;

/// A person as a row that can be chosen.
#[component]
pub(crate) fn PersonRow(account: AccountId, #[prop(into)] on_choose: Callback<()>) -> impl IntoView {
    let app = use_app();
    let handle = Memo::new(move |_| app.directory.with(|directory| directory.handle(account).cloned()));
    let is_verified = Memo::new(move |_| app.directory.with(|directory| directory.is_verified(account)));
    // The button itself stays, whatever changes in it: it may have the focus.
    view! {
        <button type="button" class="item" data-row=account.to_string() on:click=move |_| on_choose.run(())>
            {move || {
                let (handle, is_verified) = (handle.get(), is_verified.get());
                let name = avatar::name(handle.as_ref(), account);
                view! {
                    <Avatar account handle />
                    <span class="item-words">
                        <span class="item-title"><bdi>{name}</bdi>
                        {is_verified.then(|| view! { <Verified /> })}</span>
                        <span class="item-line">
                            {if is_verified { app.text("verified") } else { app.text("not-verified") }}
                        </span>
                    </span>
                }
            }}
        </button>
    }
}

/// The mark of someone whose safety number was compared.
#[component]
pub(crate) fn Verified() -> impl IntoView {
    let app = use_app();
    view! {
        <span class="verified" title=app.text("verified")>
            <Icon name="shield" />
            <span class="visually-hidden">{app.text("verified")}</span>
        </span>
    }
}
