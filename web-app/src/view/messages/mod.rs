//! A conversation's messages: only those in view, and some around them, are in the page.
//!
//! Invariant: what one looks at stays where it is, whatever comes before or after it.

mod place;
mod reading;

use std::ops::Range;

use client_api::Seq;
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::attempt::{Missing, Trouble};
use super::bubble::TimelineItem;
use super::controls::Icon;
use crate::app::{App, use_app};
use crate::model::conversations::ChatKey;
use crate::model::timeline::{Item, ItemKey, Timeline};
use crate::model::window::{Heights, Layout};

type Items = Vec<(ItemKey, Item)>;

/// What is in the page.
#[derive(Clone, Default, PartialEq)]
struct Shown {
    range: Range<usize>,
    items: Items,
}

/// Where one looks: an item, and how far its top is below the view's.
#[derive(Clone, Copy)]
struct Anchor {
    key: ItemKey,
    below: f64,
}

/// The parts of a timeline's view.
#[derive(Clone, Copy)]
struct View {
    app: App,
    key: ChatKey,
    timeline: RwSignal<Timeline>,
    items: StoredValue<Items>,
    heights: StoredValue<Heights<ItemKey>>,
    layout: StoredValue<Layout>,
    shown: RwSignal<Shown>,
    before: RwSignal<f64>,
    after: RwSignal<f64>,
    anchor: StoredValue<Option<Anchor>>,
    is_at_end: RwSignal<bool>,
    /// How far down the view was when it was last looked at.
    last_top: StoredValue<i32>,
    /// Heights are being found out: what scrolls meanwhile is not a person's doing.
    is_settling: StoredValue<bool>,
    /// The last message that was there when one left the end.
    seen: RwSignal<Option<Seq>>,
    is_begun: StoredValue<bool>,
    is_fetching: RwSignal<bool>,
    marked: StoredValue<Seq>,
    /// How wide the view was when heights were measured.
    width: StoredValue<i32>,
    /// Why messages could not be fetched.
    problem: Trouble,
    scroller: NodeRef<html::Div>,
    list: NodeRef<html::Ol>,
}

/// The timeline of a conversation.
#[component]
pub(crate) fn Messages(
    key: ChatKey,
    /// Why the first messages could not be fetched, and what fetches them again.
    problem: Trouble,
    #[prop(into)] on_again: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let view = View::new(app, key, problem);
    Effect::new(move |_| view.changed());
    Effect::new(move |_| {
        // What covered it may have gone, and a message is shown before it is said that one is unread.
        app.route.track();
        app.directory.track();
        view.mark_read();
    });
    watch_size(view);
    let focusing = window_event_listener(ev::focus, move |_| view.mark_read());
    on_cleanup(move || focusing.remove());
    let behind = move || {
        let own = app.account()?;
        let count = view.timeline.with(|timeline| timeline.count_behind(view.seen.get(), own));
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        (count > 0 && !view.is_at_end.get()).then_some(count)
    };
    let jump_label = move || {
        behind().map_or_else(
            || app.text("jump"),
            |count| {
                app.text_with("jump-count", &[("count", i64::try_from(count).unwrap_or_default().into())])
            },
        )
    };
    view! {
        <div class="timeline-frame">
            <div
                class="timeline"
                role="log"
                aria-live="off"
                aria-label=app.text("messages")
                tabindex="0"
                node_ref=view.scroller
                on:scroll=move |_| view.scrolled()
            >
                <div class="timeline-inner">
                    <Beginning view on_again />
                    <div style:height=move || format!("{}px", view.before.get())></div>
                    <ol class="messages" node_ref=view.list>
                        <For each=move || view.shown.get().items key=|(key, item)| (*key, looks(item)) let((_, item))>
                            <TimelineItem item key />
                        </For>
                    </ol>
                    <div style:height=move || format!("{}px", view.after.get())></div>
                </div>
            </div>
            <button
                type="button"
                class="jump"
                class:shown=move || !view.is_at_end.get()
                tabindex=move || if view.is_at_end.get() { "-1" } else { "0" }
                aria-hidden=move || view.is_at_end.get().to_string()
                aria-label=jump_label
                on:click=move |_| view.to_end()
            >
                {move || behind().map(|count| view! { <span class="badge">{app.number(count)}</span> })}
                <Icon name="down" />
            </button>
        </div>
    }
}

/// What comes before the first message.
#[component]
fn Beginning(view: View, on_again: Callback<()>) -> impl IntoView {
    let app = view.app;
    let again = move |()| {
        if view.timeline.with_untracked(Timeline::is_loaded) { view.fetch_older() } else { on_again.run(()) }
    };
    let is_empty =
        Memo::new(move |_| view.timeline.with(|timeline| timeline.is_loaded() && timeline.is_empty()));
    let is_whole = Memo::new(move |_| {
        view.timeline.with(|timeline| timeline.is_loaded() && !timeline.has_older() && !timeline.is_empty())
    });
    let name = move || match view.key {
        ChatKey::Peer(account) => app.directory.with(|directory| directory.name(account)),
        ChatKey::Room(_) => app.text("room"),
    };
    view! {
        <div class="timeline-top">
            <Show when=move || view.is_fetching.get()>
                <span class="spinner shown" role="status" aria-label=app.text("loading")></span>
            </Show>
            <Missing problem=view.problem on_again=again />
            <Show when=move || is_whole.get() || is_empty.get()>
                <p class="encrypted-note">
                    <Icon name="lock" />
                    <span>{move || app.text_about("encrypted-note", &name())}</span>
                </p>
            </Show>
            <Show when=move || is_empty.get()>
                <p class="say-something">{move || app.text_about("say-something", &name())}</p>
            </Show>
        </div>
    }
}

/// What of an item is drawn: where it changes, the item is drawn anew.
fn looks(item: &Item) -> (u8, bool, bool) {
    match item {
        Item::Message(bubble) => (bubble.message.state as u8, bubble.is_first, bubble.is_last),
        Item::Day(_) | Item::Unread => (0, false, false),
    }
}

fn watch_size(view: View) {
    let closure = Closure::<dyn FnMut()>::new(move || view.resized());
    let Ok(observer) = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()) else { return };
    let kept = StoredValue::new_local((closure, observer));
    view.scroller.on_load(move |scroller| kept.with_value(|(_, observer)| observer.observe(&scroller)));
    on_cleanup(move || {
        kept.try_with_value(|(_, observer)| observer.disconnect());
    });
}

impl View {
    fn new(app: App, key: ChatKey, problem: Trouble) -> Self {
        Self {
            app,
            key,
            timeline: app.timeline(key),
            items: StoredValue::default(),
            heights: StoredValue::default(),
            layout: StoredValue::new(Heights::<ItemKey>::default().layout(std::iter::empty())),
            shown: RwSignal::default(),
            before: RwSignal::new(0.0),
            after: RwSignal::new(0.0),
            anchor: StoredValue::new(None),
            is_at_end: RwSignal::new(true),
            last_top: StoredValue::new(0),
            is_settling: StoredValue::new(false),
            seen: RwSignal::new(None),
            is_begun: StoredValue::new(false),
            is_fetching: RwSignal::new(false),
            marked: StoredValue::default(),
            width: StoredValue::new(0),
            problem,
            scroller: NodeRef::new(),
            list: NodeRef::new(),
        }
    }

    /// The timeline has changed, or is there for the first time.
    fn changed(self) {
        let Some(own) = self.app.account() else { return };
        if !self.timeline.with(Timeline::is_loaded) || self.scroller.get().is_none() {
            return;
        }
        if !self.is_begun.get_value() {
            self.is_begun.set_value(true);
            self.begin(own);
        }
        let app = self.app;
        let items = self
            .timeline
            .with(|timeline| app.format(|formats| timeline.items(own, |at| formats.day_number(at))));
        self.items.set_value(items);
        self.follow_own();
        self.lay_out();
        self.draw();
    }

    /// Where one looks first: at what was not read, else at the end.
    fn begin(self, own: client_api::AccountId) {
        let read = self.app.directory.with_untracked(|directory| {
            directory.conversation(self.key).filter(|view| view.unread_count > 0).map(|view| view.read_up_to)
        });
        self.timeline.update_untracked(|timeline| {
            timeline.mark_unread(read, own);
            timeline.forget_written();
        });
        self.seen.set(read.or_else(|| self.timeline.with_untracked(Timeline::last_seq)));
        if read.is_some() {
            self.is_at_end.set(false);
            self.anchor.set_value(Some(Anchor { key: ItemKey::Unread, below: 96.0 }));
        }
    }

    fn to_end(self) {
        self.is_at_end.set(true);
        self.seen.set(self.timeline.with_untracked(Timeline::last_seq));
        self.draw();
        if let Some(scroller) = self.scroller.get_untracked() {
            // The timeline is in the page.
            let _ = scroller.focus();
        }
    }
}
