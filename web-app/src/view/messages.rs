//! A conversation's messages: only those in view, and some around them, are in the page.
//!
//! Invariant: what one looks at stays where it is, whatever comes before or after it.

use std::ops::Range;

use client_api::page::{Answer, Request};
use client_api::{Command, Seq};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::bubble::TimelineItem;
use super::chat::PAGE;
use super::controls::Icon;
use crate::app::{App, use_app};
use crate::model::conversations::ChatKey;
use crate::model::timeline::{Item, ItemKey, Timeline};
use crate::model::window::{Heights, Layout, guess_height};

/// Pixels above and below the view that are in the page too.
const MARGIN: f64 = 800.0;
/// Less than this is left of the margin: it is drawn anew.
const MARGIN_MIN: f64 = 300.0;
/// So close to the end counts as being there.
const END: f64 = 48.0;
/// So close to the beginning of what is known, more is fetched.
const BEGINNING: f64 = 1500.0;
/// Measures until a view holds still; each changes less than the one before.
const SETTLINGS_MAX: u32 = 5;

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
    /// The last message that was seen waiting to be sent.
    written: StoredValue<Option<ItemKey>>,
    scroller: NodeRef<html::Div>,
    list: NodeRef<html::Ol>,
}

/// The timeline of a conversation.
#[component]
pub(crate) fn Messages(key: ChatKey) -> impl IntoView {
    let app = use_app();
    let view = View::new(app, key);
    Effect::new(move |_| view.changed());
    watch_size(view);
    let focusing = window_event_listener(ev::focus, move |_| view.mark_read());
    on_cleanup(move || focusing.remove());
    let behind = move || {
        let own = app.account()?;
        let count = view.timeline.with(|timeline| timeline.count_behind(view.seen.get(), own));
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
                    <Beginning view />
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
                {move || behind().map(|count| view! { <span class="badge">{count}</span> })}
                <Icon name="down" />
            </button>
        </div>
    }
}

/// What comes before the first message.
#[component]
fn Beginning(view: View) -> impl IntoView {
    let app = view.app;
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

/// Whether the end is in view, or as good as.
fn is_close(scroller: &web_sys::HtmlElement) -> bool {
    f64::from(scroller.scroll_height() - scroller.scroll_top() - scroller.client_height()) < END
}

fn guess(item: &Item) -> f64 {
    match item {
        Item::Message(bubble) => guess_height(&bubble.message.text),
        Item::Day(_) | Item::Unread => 48.0,
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
    fn new(app: App, key: ChatKey) -> Self {
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
            written: StoredValue::new(None),
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

    /// Whoever has just written something sees it.
    fn follow_own(self) {
        let waiting = self.items.with_value(|items| match items.last() {
            Some((key, Item::Message(bubble))) if bubble.message.seq.is_none() => Some(*key),
            _ => None,
        });
        if waiting.is_some() && waiting != self.written.get_value() {
            self.written.set_value(waiting);
            self.is_at_end.set(true);
        }
    }

    /// Where one looks first: at what was not read, else at the end.
    fn begin(self, own: client_api::AccountId) {
        let read = self.app.directory.with_untracked(|directory| {
            directory.conversation(self.key).filter(|view| view.unread_count > 0).map(|view| view.read_up_to)
        });
        self.timeline.update_untracked(|timeline| timeline.mark_unread(read, own));
        let last = self.timeline.with_untracked(Timeline::last_seq);
        self.seen.set(last);
        if read.is_some() {
            self.is_at_end.set(false);
            self.anchor.set_value(Some(Anchor { key: ItemKey::Unread, below: 96.0 }));
        }
    }

    fn lay_out(self) {
        let layout = self.heights.with_value(|heights| {
            self.items.with_value(|items| heights.layout(items.iter().map(|(key, item)| (*key, guess(item)))))
        });
        self.layout.set_value(layout);
    }

    /// Puts what is in view into the page, then looks how high it became.
    fn draw(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let height = f64::from(scroller.client_height());
        let top = self.layout.with_value(|layout| {
            if self.is_at_end.get_untracked() {
                return layout.height() - height;
            }
            let anchored =
                self.anchor.get_value().and_then(|anchor| Some(self.top_of(anchor.key)? - anchor.below));
            anchored.unwrap_or_else(|| f64::from(scroller.scroll_top()))
        });
        self.is_settling.set_value(true);
        self.show(self.layout.with_value(|layout| layout.visible(top, height, MARGIN)));
        request_animation_frame(move || self.settle(SETTLINGS_MAX));
    }

    fn show(self, range: Range<usize>) {
        self.layout.with_value(|layout| {
            self.before.set(layout.top(range.start));
            self.after.set(layout.height() - layout.top(range.end));
        });
        let items = self.items.with_value(|items| items.get(range.clone()).unwrap_or_default().to_vec());
        self.shown.set(Shown { range, items });
    }

    /// Measures what is in the page, and puts what one looks at back to where it was.
    fn settle(self, left: u32) {
        let (Some(Some(scroller)), Some(Some(list))) =
            (self.scroller.try_get_untracked(), self.list.try_get_untracked())
        else {
            return;
        };
        let rows = list.children();
        let keys: Vec<ItemKey> =
            self.shown.with_untracked(|shown| shown.items.iter().map(|(key, _)| *key).collect());
        let mut is_news = false;
        self.heights.update_value(|heights| {
            for (at, key) in (0..).zip(&keys) {
                if let Some(row) = rows.item(at) {
                    is_news |= heights.measure(*key, row.get_bounding_client_rect().height());
                }
            }
        });
        if is_news && left > 0 {
            self.lay_out();
            self.draw_again(left - 1);
            return;
        }
        self.look(&scroller);
        self.is_settling.set_value(false);
        // What is short enough is seen to its end without scrolling.
        if is_close(&scroller) {
            self.is_at_end.set(true);
        }
        self.last_top.set_value(scroller.scroll_top());
        self.remember(&scroller);
        self.mark_read();
    }

    fn draw_again(self, left: u32) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let height = f64::from(scroller.client_height());
        let range = self.layout.with_value(|layout| {
            let anchored =
                self.anchor.get_value().and_then(|anchor| Some(self.top_of(anchor.key)? - anchor.below));
            let top = if self.is_at_end.get_untracked() {
                layout.height() - height
            } else {
                anchored.unwrap_or(0.0)
            };
            layout.visible(top, height, MARGIN)
        });
        self.show(range);
        // Before anything is painted: the spacers are set, and what one looks at is where it was.
        self.look(&scroller);
        queue_microtask(move || {
            queue_microtask(move || {
                if let Some(Some(scroller)) = self.scroller.try_get_untracked() {
                    self.look(&scroller);
                }
            });
        });
        request_animation_frame(move || self.settle(left));
    }

    /// Scrolls to where one looks.
    fn look(self, scroller: &web_sys::HtmlElement) {
        let wanted = if self.is_at_end.get_untracked() {
            scroller.scroll_height() - scroller.client_height()
        } else {
            let Some(anchor) = self.anchor.get_value() else { return };
            let Some(top) = self.top_of(anchor.key) else { return };
            #[expect(clippy::cast_possible_truncation, reason = "pixels on a page")]
            let top = (top + self.offset() - anchor.below).round() as i32;
            top
        };
        if (scroller.scroll_top() - wanted).abs() > 1 {
            scroller.set_scroll_top(wanted);
            self.last_top.set_value(scroller.scroll_top());
        }
    }

    /// Remembers where one looks.
    fn remember(self, scroller: &web_sys::HtmlElement) {
        let top = f64::from(scroller.scroll_top()) - self.offset();
        let anchor = self.layout.with_value(|layout| {
            let row = layout.row_at(top.max(0.0));
            let key = self.items.with_value(|items| items.get(row).map(|(key, _)| *key))?;
            Some(Anchor { key, below: layout.top(row) - top })
        });
        self.anchor.set_value(anchor);
    }

    fn top_of(self, key: ItemKey) -> Option<f64> {
        let row = self.items.with_value(|items| items.iter().rposition(|(other, _)| *other == key))?;
        Some(self.layout.with_value(|layout| layout.top(row)))
    }

    /// Where the first row would begin: what stands above it takes room too.
    fn offset(self) -> f64 {
        let list = self.list.get_untracked().map_or(0, |list| list.offset_top());
        f64::from(list) - self.before.get_untracked()
    }

    fn scrolled(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if !self.is_begun.get_value() {
            return;
        }
        let top = f64::from(scroller.scroll_top()) - self.offset();
        let height = f64::from(scroller.client_height());
        // Only a person's moving up leaves the end: what grows below one's feet does not.
        let is_close = is_close(&scroller);
        let went_up = !self.is_settling.get_value() && scroller.scroll_top() < self.last_top.get_value();
        let is_at_end = is_close || self.is_at_end.get_untracked() && !went_up;
        self.last_top.set_value(scroller.scroll_top());
        if is_at_end != self.is_at_end.get_untracked() {
            self.seen.set(self.timeline.with_untracked(Timeline::last_seq));
            self.is_at_end.set(is_at_end);
        }
        self.remember(&scroller);
        let shown = self.shown.with_untracked(|shown| shown.range.clone());
        let needed = self.layout.with_value(|layout| layout.visible(top, height, MARGIN_MIN));
        if needed.start < shown.start || needed.end > shown.end {
            self.draw();
        } else if is_at_end {
            self.mark_read();
        }
        if top < BEGINNING {
            self.fetch_older();
        }
    }

    fn resized(self) {
        if self.is_begun.try_get_value() == Some(true) {
            self.heights.update_value(Heights::clear);
            self.lay_out();
            self.draw();
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

    fn fetch_older(self) {
        let conversation = self
            .app
            .directory
            .with_untracked(|directory| directory.conversation(self.key).map(|view| view.conversation));
        let before = self
            .timeline
            .with_untracked(|timeline| timeline.has_older().then(|| timeline.first_seq()).flatten());
        let (Some(conversation), Some(before)) = (conversation, before) else { return };
        if self.is_fetching.get_untracked() {
            return;
        }
        self.is_fetching.set(true);
        spawn_local(async move {
            let limit = PAGE * 2;
            let request = Request::Timeline { conversation, before: Some(before), limit };
            if let Answer::Messages { messages } = self.app.ask(request).await {
                let is_whole = messages.len() < usize::try_from(limit).unwrap_or(usize::MAX);
                self.timeline.update(|timeline| timeline.put_page(messages, is_whole));
            }
            let _ = self.is_fetching.try_set(false);
        });
    }

    /// What is at the end, and before someone's eyes, is read.
    fn mark_read(self) {
        let app = self.app;
        if !self.is_at_end.get_untracked() || !crate::browser::has_focus() {
            return;
        }
        let unread = app.directory.with_untracked(|directory| {
            directory
                .conversation(self.key)
                .filter(|view| view.unread_count > 0)
                .map(|view| view.conversation)
        });
        let last = self.timeline.with_untracked(Timeline::last_seq);
        let (Some(conversation), Some(up_to)) = (unread, last) else { return };
        if self.marked.get_value() >= up_to {
            return;
        }
        self.marked.set_value(up_to);
        app.directory.update(|directory| directory.read_up_to(conversation, up_to));
        spawn_local(async move {
            // Marked again with the next message, if it could not be kept now.
            let _ = app.command(Command::MarkRead { conversation, up_to }).await;
        });
    }
}
