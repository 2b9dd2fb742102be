//! A conversation.

use client_api::AccountId;
use client_api::page::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::avatar::Avatar;
use super::composer::Composer;
use super::controls::{Back, Icon};
use super::messages::Messages;
use super::person::Verified;
use crate::app::{App, use_app};
use crate::events::messages;
use crate::model::conversations::ChatKey;
use crate::model::route::Route;
use crate::model::timeline::Timeline;

/// Messages of a page.
pub(crate) const PAGE: u32 = 50;
/// Messages fetched at once so that the unread line is among them.
const FIRST_PAGE_MAX: u32 = 500;

/// The conversation of a key: who it is with, what was said, and what one writes.
#[component]
pub(crate) fn Chat(key: ChatKey) -> impl IntoView {
    let app = use_app();
    let conversation = Memo::new(move |_| {
        app.directory.with(|directory| directory.conversation(key).map(|view| view.conversation))
    });
    let problem = RwSignal::new(None);
    let fetch = move || {
        let conversation = conversation.get_untracked();
        spawn_local(async move {
            let loaded = load(app, key, conversation).await;
            // One may have gone elsewhere.
            let _ = problem.try_set(loaded.err());
        });
    };
    // The conversation may come to be while one looks: its first page is fetched then.
    Effect::new(move |_| {
        conversation.track();
        fetch();
    });
    let peer = match key {
        ChatKey::Peer(account) => Some(account),
        ChatKey::Room(_) => None,
    };
    view! {
        <section class="chat" aria-label=move || title(app, key)>
            <ChatHead key />
            <Messages key problem on_again=move |()| fetch() />
            {match peer {
                Some(account) => view! { <Composer key account /> }.into_any(),
                None => view! { <p class="composer-note">{app.text("room-not-yet")}</p> }.into_any(),
            }}
        </section>
    }
}

fn title(app: App, key: ChatKey) -> String {
    match key {
        ChatKey::Peer(account) => {
            app.text_about("chat-with", &app.directory.with(|directory| directory.name(account)))
        }
        ChatKey::Room(_) => app.text("room"),
    }
}

#[component]
fn ChatHead(key: ChatKey) -> impl IntoView {
    let app = use_app();
    let toggle = move |_| match app.route.get_untracked() {
        Route::Details(_) => app.back(),
        Route::Chat(address) => app.go(Route::Details(address)),
        _ => {}
    };
    let is_open = move || matches!(app.route.get(), Route::Details(_));
    view! {
        <header class="pane-head chat-head">
            <Back />
            {match key {
                ChatKey::Peer(account) => view! { <Who account /> }.into_any(),
                ChatKey::Room(_) => view! { <h1 class="chat-name">{app.text("room")}</h1> }.into_any(),
            }}
            <button
                type="button"
                class="icon-button"
                aria-label=app.text("details")
                title=app.text("details")
                aria-expanded=move || is_open().to_string()
                on:click=toggle
            >
                <Icon name="info" />
            </button>
        </header>
    }
}

#[component]
fn Who(account: AccountId) -> impl IntoView {
    let app = use_app();
    let handle = Memo::new(move |_| app.directory.with(|directory| directory.handle(account).cloned()));
    let is_verified = Memo::new(move |_| app.directory.with(|directory| directory.is_verified(account)));
    let name = move || app.directory.with(|directory| directory.name(account));
    view! {
        {move || view! { <Avatar account handle=handle.get() /> }}
        <div class="chat-who">
            <h1 class="chat-name" tabindex="-1">
                <bdi>{name}</bdi>
                <Show when=move || is_verified.get()>
                    <Verified />
                </Show>
            </h1>
            <Show when=move || !is_verified.get()>
                <p class="chat-line">{app.text("not-verified")}</p>
            </Show>
        </div>
    }
}

/// Fetches what waits to be sent, and the end of a conversation, far enough to show what was not read.
async fn load(
    app: App,
    key: ChatKey,
    conversation: Option<client_api::ConversationId>,
) -> Result<(), String> {
    let timeline = app.timeline(key);
    // What waits comes first: with the first page it is known where to look.
    app.load_pending(key).await?;
    let Some(conversation) = conversation else {
        timeline.update(Timeline::put_nothing);
        return Ok(());
    };
    if timeline.with_untracked(Timeline::has_page) {
        return Ok(());
    }
    let unread = app
        .directory
        .with_untracked(|directory| directory.conversation(key).map_or(0, |view| view.unread_count));
    let limit =
        u32::try_from(unread).unwrap_or(FIRST_PAGE_MAX).saturating_add(20).clamp(PAGE, FIRST_PAGE_MAX);
    let messages = app.fetch(Request::Timeline { conversation, before: None, limit }, messages).await?;
    let is_whole = messages.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    timeline.update(|timeline| timeline.put_page(messages, is_whole));
    Ok(())
}
