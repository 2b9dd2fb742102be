//! What assistive technology is told.

use leptos::prelude::*;

use crate::app::use_app;

/// Two regions that are heard and not seen.
#[component]
pub(crate) fn Announcer() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="visually-hidden" aria-live="polite" aria-atomic="true">
            {app.polite}
        </div>
        <div class="visually-hidden" role="alert" aria-atomic="true">
            {app.assertive}
        </div>
    }
}
