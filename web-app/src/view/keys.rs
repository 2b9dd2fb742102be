//! Keys that work everywhere.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::app::App;
use crate::model::route::Route;

/// Follows the keyboard.
pub(crate) fn listen(app: App) {
    let listening = window_event_listener(ev::keydown, move |event| {
        let is_elsewhere = !app.is_open() || app.registration.with_untracked(Option::is_some);
        if is_elsewhere || event.default_prevented() || event.is_composing() || is_asked_something() {
            return;
        }
        let is_command = event.ctrl_key() || event.meta_key();
        let key = event.key();
        let done = match key.as_str() {
            "k" if is_command => search(app),
            "/" if !is_command && !event.alt_key() && !is_typing(&event) => search(app),
            "ArrowDown" if event.alt_key() => step(app, 1),
            "ArrowUp" if event.alt_key() => step(app, -1),
            "Escape" if !is_command => close(app, &event),
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
    on_cleanup(move || listening.remove());
}

/// Arrows go along the items of a list; Home and End to its ends.
pub(crate) fn along(event: &web_sys::KeyboardEvent, item: &str) {
    let step: isize = match event.key().as_str() {
        "ArrowDown" if !event.alt_key() => 1,
        "ArrowUp" if !event.alt_key() => -1,
        "Home" => isize::MIN,
        "End" => isize::MAX,
        _ => return,
    };
    let list = event.current_target().and_then(|list| list.dyn_into::<web_sys::Element>().ok());
    let Some(items) = list.and_then(|list| list.query_selector_all(item).ok()) else { return };
    let items: Vec<web_sys::HtmlElement> =
        (0..items.length()).filter_map(|at| items.get(at)?.dyn_into().ok()).collect();
    let focused = document().active_element();
    let at =
        items.iter().position(|item| focused.as_ref().is_some_and(|focused| item.contains(Some(focused))));
    let last = items.len().saturating_sub(1);
    let next = at.map_or(0, |at| at.saturating_add_signed(step).min(last));
    if let Some(item) = items.get(next) {
        event.prevent_default();
        // The item is in the page.
        let _ = item.focus();
    }
}

fn search(app: App) -> bool {
    let route = app.route.get_untracked();
    let is_there = matches!(route, Route::List | Route::New) || crate::browser::is_wide();
    if !is_there || route.is_settings() {
        app.go(Route::List);
    }
    request_animation_frame(|| {
        crate::browser::focus("#search");
    });
    true
}

fn step(app: App, step: isize) -> bool {
    let directory = app.directory;
    let next = directory.with_untracked(|directory| {
        let current = app.route.get_untracked().chat().and_then(|address| directory.resolve(address));
        directory.beside(current, step)
    });
    if let Some(address) = next {
        app.go(Route::Chat(address));
    }
    true
}

/// Closes the topmost of what is open.
fn close(app: App, event: &web_sys::KeyboardEvent) -> bool {
    if is_typing(event) && matches!(app.route.get_untracked(), Route::Chat(_)) {
        return false;
    }
    match app.route.get_untracked() {
        Route::Details(_) | Route::New | Route::Add | Route::Settings | Route::Setting(_) => app.back(),
        Route::Chat(_) if !crate::browser::is_wide() => app.back(),
        _ => return false,
    }
    true
}

/// A dialog has the keyboard for itself.
fn is_asked_something() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
