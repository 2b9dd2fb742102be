//! Logging out is erasing everything here.

use leptos::prelude::*;

use super::super::controls::Icon;
use super::super::trouble::EraseHere;
use crate::app::use_app;

/// What it does, and the way to it.
#[component]
pub(super) fn Erase() -> impl IntoView {
    let app = use_app();
    view! {
        <section class="card">
            <p>{app.text("erase-page-meaning")}</p>
            <p class="caution"><Icon name="alert" /><span>{app.text("erase-page-caution")}</span></p>
            <div class="row-of-buttons"><EraseHere label=app.text("erase-log-out") /></div>
        </section>
    }
}
