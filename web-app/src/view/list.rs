//! The conversation list.

use client_api::DeliveryState;
use leptos::prelude::*;

use super::attempt::Missing;
use super::avatar::Avatar;
use super::controls::Icon;
use super::focus::if_lost;
use super::person::{PersonRow, Verified};
use crate::app::{App, use_app};
use crate::model::commands::{self, Command};
use crate::model::conversations::{ChatKey, Line, Row};
use crate::model::route::Route;
use crate::model::words;

/// Messages not read that are counted in a row at most.
const UNREAD_SHOWN_MAX: u64 = 999;

/// Conversations, the search over them, and what leads to more.
#[component]
pub(crate) fn ListPane() -> impl IntoView {
    let app = use_app();
    let search = RwSignal::new(String::new());
    view! {
        <header class="pane-head">
            <h2 class="pane-title" tabindex="-1">{app.text("conversations")}</h2>
            <a
                class="icon-button"
                href=Route::Settings.path()
                aria-label=app.text("settings")
                title=app.text("settings")
                on:click=move |event| { event.prevent_default(); app.go(Route::Settings); }
            >
                <Icon name="settings" />
            </a>
            <a
                class="icon-button"
                href=Route::New.path()
                aria-label=app.text("new-conversation")
                title=app.text("new-conversation")
                on:click=move |event| { event.prevent_default(); app.go(Route::New); }
            >
                <Icon name="compose" />
            </a>
        </header>
        <SearchField value=search />
        <NameWanted />
        <nav class="items" aria-label=app.text("conversations") on:keydown=|event| super::keys::along(&event, ".item")>
            <Rows search />
        </nav>
    }
}

/// Looks for a name.
#[component]
pub(crate) fn SearchField(value: RwSignal<String>) -> impl IntoView {
    let app = use_app();
    let press = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" if !value.with_untracked(String::is_empty) => {
            event.prevent_default();
            event.stop_propagation();
            value.set(String::new());
        }
        "ArrowDown" if !event.alt_key() => {
            event.prevent_default();
            crate::browser::focus(".items .item");
        }
        "Enter" => {
            if let Some(first) = document().query_selector(".items .item").ok().flatten() {
                wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(first).click();
            }
        }
        _ => {}
    };
    view! {
        <div class="search" role="search">
            <Icon name="search" />
            <input
                id="search"
                type="search"
                class="search-input"
                placeholder=app.text("search")
                aria-label=app.text("search")
                autocomplete="off"
                bind:value=value
                on:keydown=press
            />
        </div>
    }
}

/// A card for who has no name yet.
#[component]
fn NameWanted() -> impl IntoView {
    let app = use_app();
    let is_wanted = Memo::new(move |_| {
        app.state.with(|state| match state {
            client_api::page::ClientState::Open { profile, .. } => profile.handle.is_none(),
            _ => false,
        })
    });
    let profile = Route::Setting(crate::model::route::Setting::Profile);
    view! {
        <Show when=move || is_wanted.get()>
            <div class="card-hint">
                <p>{app.text("name-wanted")}</p>
                <button type="button" class="button" on:click=move |_| app.go(profile)>
                    {app.text("choose-name")}
                </button>
            </div>
        </Show>
    }
}

#[component]
fn Rows(search: RwSignal<String>) -> impl IntoView {
    let app = use_app();
    let rows = Memo::new(move |_| app.directory.with(|directory| directory.rows(&search.read())));
    let people = Memo::new(move |_| {
        let search = search.read();
        let rows = rows.read();
        let found = app.directory.with(|directory| directory.people(&search));
        let is_talked_to = |account| rows.iter().any(|row| row.peer == Some(account));
        found.into_iter().filter(|account| !is_talked_to(*account)).collect::<Vec<_>>()
    });
    let commands = move || commands::found(&search.read(), |key| app.text(key));
    let is_empty = move || rows.read().is_empty() && people.read().is_empty() && commands().is_empty();
    let skeleton = move || app.list_problem.read().is_none().then(Skeleton);
    view! {
        <ListMissing />
        <Show when=move || app.is_listed.get() fallback=skeleton>
            // What has changed is drawn anew, the rest keeps its place and focus.
            <For each=move || in_place(rows.get()) key=|row| row.key let:row>
                <ConversationRow rows key=row.key />
            </For>
            <Show when=move || !people.read().is_empty()>
                <h3 class="items-title">{app.text("contacts")}</h3>
            </Show>
            <For each=move || in_place(people.get()) key=|account| *account let:account>
                <PersonRow account on_choose=move |()| write_to(app, account) />
            </For>
            <Show when=move || !commands().is_empty()>
                <h3 class="items-title">{app.text("commands")}</h3>
            </Show>
            {move || {
                let row = |(command, name): (Command, String)| {
                    view! {
                        <button type="button" class="item setting" on:click=move |_| run(app, command)>
                            <Icon name=command.words()[1] />
                            <span class="item-title">{name}</span>
                        </button>
                    }
                };
                commands().into_iter().map(row).collect_view()
            }}
            <Show when=is_empty>
                <Empty search />
            </Show>
        </Show>
    }
}

/// Why the list could not be fetched, and the way to try again.
#[component]
pub(crate) fn ListMissing() -> impl IntoView {
    let app = use_app();
    view! { <Missing problem=app.list_problem on_again=move |()| leptos::task::spawn_local(app.load()) /> }
}

/// Rows that are put elsewhere lose the focus: whoever had it is given it back.
fn in_place<T>(rows: T) -> T {
    if let Some(row) = document().active_element().and_then(|focused| focused.get_attribute("data-row")) {
        if_lost(move || {
            crate::browser::focus(&format!(".item[data-row=\"{row}\"]"));
        });
    }
    rows
}

fn run(app: App, command: Command) {
    match command {
        Command::Go(route) => app.go(route),
        Command::Theme(theme) => app.use_theme(theme),
    }
}

/// Opens the conversation with someone.
pub(crate) fn write_to(app: App, account: client_api::AccountId) {
    let address = app.directory.with_untracked(|directory| directory.address(account));
    app.go(Route::Chat(address));
}

#[component]
fn ConversationRow(rows: Memo<Vec<Row>>, key: ChatKey) -> impl IntoView {
    let app = use_app();
    let row = Memo::new(move |_| rows.read().iter().find(|row| row.key == key).cloned());
    let is_current = Memo::new(move |_| {
        let address = app.route.get().chat()?;
        app.directory.with(|directory| directory.resolve(address))
    });
    let is_current = move || is_current.get() == Some(key);
    let route = move || row.read().as_ref().map(|row| Route::Chat(row.address));
    let open = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        if let Some(route) = untrack(route) {
            app.go(route);
        }
    };
    let name = match key {
        ChatKey::Peer(account) => account.to_string(),
        ChatKey::Room(conversation) => conversation.to_string(),
    };
    // The link itself stays, whatever changes in it: it may have the focus.
    view! {
        <a
            class="item"
            class:unread=move || row.read().as_ref().is_some_and(|row| row.unread > 0)
            class:current=is_current
            aria-current=move || is_current().then_some("page")
            href=move || route().map(Route::path)
            data-row=name
            on:click=open
        >
            {move || row.get().map(|row| view! { <RowWords row /> })}
        </a>
    }
}

#[component]
fn RowWords(row: Row) -> impl IntoView {
    let unread = row.unread;
    view! {
        {row.peer.map(|account| view! { <Avatar account handle=row.handle.clone() /> })}
        <span class="item-words">
            <span class="item-top">
                <span class="item-title">
                    <bdi>{row.name}</bdi>
                    {row.is_verified.then(|| view! { <Verified /> })}
                </span>
                {row.line.as_ref().map(|line| view! { <RowTime at=line.at /> })}
            </span>
            <span class="item-bottom">
                <RowLine line=row.line />
                {(unread > 0).then(|| view! { <Badge unread /> })}
            </span>
        </span>
    }
}

#[component]
fn RowTime(at: client_api::Timestamp) -> impl IntoView {
    let app = use_app();
    let text = move || {
        app.today.track();
        app.format(|formats| formats.brief(at))
    };
    view! { <time class="item-time" title=app.format(|formats| formats.full(at))>{text}</time> }
}

#[component]
fn RowLine(line: Option<Line>) -> impl IntoView {
    let app = use_app();
    let Some(line) = line else {
        return view! { <span class="item-line">{app.text("nothing-said")}</span> }.into_any();
    };
    let icon = words::delivery_icon(line.state);
    let class = if line.state == DeliveryState::Failed { "item-line failed" } else { "item-line" };
    view! {
        <span class=class>
            {icon
                .map(|icon| {
                    view! {
                        <Icon name=icon />
                        <span class="visually-hidden">{app.text(words::delivery(line.state))}": "</span>
                    }
                })}
            <bdi class="item-text" dir="auto">{line.text}</bdi>
        </span>
    }
    .into_any()
}

#[component]
fn Badge(unread: u64) -> impl IntoView {
    let app = use_app();
    let more = if unread > UNREAD_SHOWN_MAX { "+" } else { "" };
    let shown = app.number(unread.min(UNREAD_SHOWN_MAX)) + more;
    let count = i64::try_from(unread).unwrap_or(i64::MAX);
    view! {
        <span class="badge">
            <span aria-hidden="true">{shown}</span>
            <span class="visually-hidden">{app.text_with("unread-count", &[("count", count.into())])}</span>
        </span>
    }
}

#[component]
fn Empty(search: RwSignal<String>) -> impl IntoView {
    let app = use_app();
    let is_search = move || !search.read().trim().is_empty();
    let find = move || app.text_with("nobody-found", &[("search", search.get().into())]);
    view! {
        <div class="items-empty">
            <Show when=is_search fallback=move || view! {
                <Icon name="chats" />
                <p class="items-empty-title">{app.text("list-empty-title")}</p>
                <p>{app.text("list-empty")}</p>
            }>
                <p>{find}</p>
            </Show>
            <button type="button" class="button primary" on:click=move |_| app.go(Route::Add)>
                <Icon name="add-person" />
                <span>{app.text("add-contact")}</span>
            </button>
        </div>
    }
}

/// Rows to be; shown only when it takes long.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton-rows" aria-hidden="true">
            {(0..7)
                .map(|_| view! { <div class="skeleton-row"><span></span><span></span></div> })
                .collect_view()}
        </div>
    }
}
