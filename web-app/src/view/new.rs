//! Whom to write to.

use leptos::prelude::*;

use super::controls::{Back, Icon};
use super::list::{SearchField, write_to};
use super::person::PersonRow;
use crate::app::use_app;
use crate::model::conversations::Directory;
use crate::model::route::Route;

/// Contacts, and the way to more of them.
#[component]
pub(crate) fn NewPane() -> impl IntoView {
    let app = use_app();
    let search = RwSignal::new(String::new());
    let people = Memo::new(move |_| app.directory.with(|directory| directory.people(&search.read())));
    let has_contacts = move || app.directory.with(Directory::has_contacts);
    request_animation_frame(|| {
        crate::browser::focus("#search");
    });
    view! {
        <header class="pane-head">
            <Back />
            <h2 class="pane-title" tabindex="-1">{app.text("new-conversation")}</h2>
        </header>
        <SearchField value=search />
        <nav class="items" aria-label=app.text("contacts") on:keydown=|event| super::keys::along(&event, ".item")>
            <Show when=move || search.read().is_empty()>
                <button type="button" class="item" on:click=move |_| app.go(Route::Add)>
                    <span class="avatar plain" aria-hidden="true"><Icon name="add-person" /></span>
                    <span class="item-words">
                        <span class="item-title">{app.text("add-contact")}</span>
                        <span class="item-line">{app.text("add-contact-ways")}</span>
                    </span>
                </button>
            </Show>
            <For each=move || people.get() key=|account| *account let:account>
                <PersonRow account on_choose=move |()| write_to(app, account) />
            </For>
            <Show when=move || people.read().is_empty() && has_contacts()>
                <div class="items-empty">
                    <p>{move || app.text_with("nobody-found", &[("search", search.get().into())])}</p>
                </div>
            </Show>
        </nav>
    }
}
