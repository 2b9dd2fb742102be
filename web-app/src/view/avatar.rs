//! What stands for a person.

use client_api::{AccountId, Handle};
use leptos::prelude::*;

use crate::model::avatar::{hue_class, initials};

/// Initials on a colour; the name stands beside it.
#[component]
pub(crate) fn Avatar(
    account: AccountId,
    handle: Option<Handle>,
    #[prop(optional)] is_large: bool,
) -> impl IntoView {
    let size = if is_large { "avatar large" } else { "avatar" };
    view! {
        <span class=format!("{size} {}", hue_class(account)) aria-hidden="true">
            {initials(handle.as_ref(), account)}
        </span>
    }
}
