//! Someone in a list.

use client_api::{AccountId, Handle};
use leptos::prelude::*;

use super::avatar::Avatar;
use super::controls::Icon;
use crate::app::use_app;
use crate::model::avatar;

/// A person as a row that can be chosen.
#[component]
pub(crate) fn PersonRow(
    account: AccountId,
    handle: Option<Handle>,
    is_verified: bool,
    #[prop(into)] on_choose: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let name = avatar::name(handle.as_ref(), account);
    view! {
        <button type="button" class="item" on:click=move |_| on_choose.run(())>
            <Avatar account handle />
            <span class="item-words">
                <span class="item-title"><bdi>{name}</bdi>
                {is_verified.then(|| view! { <Verified /> })}</span>
                <span class="item-line">
                    {if is_verified { app.text("verified") } else { app.text("not-verified") }}
                </span>
            </span>
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
