//! Where one looks: what of a timeline is in the page, how high it is, and how it is kept still.

use std::ops::Range;

use leptos::prelude::*;

use super::{Anchor, Shown, View};
use crate::model::timeline::{Item, ItemKey, Timeline};
use crate::model::window::{Heights, guess_height};

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

impl View {
    pub(super) fn lay_out(self) {
        let layout = self.heights.with_value(|heights| {
            self.items.with_value(|items| heights.layout(items.iter().map(|(key, item)| (*key, guess(item)))))
        });
        self.layout.set_value(layout);
    }

    /// Puts what is in view into the page, then looks how high it became.
    pub(super) fn draw(self) {
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
        self.look_once_drawn();
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
        self.fill(&scroller);
    }

    /// Where all that is known is in view, nothing scrolls that would have more fetched.
    fn fill(self, scroller: &web_sys::HtmlElement) {
        let is_short = scroller.scroll_height() <= scroller.client_height();
        if is_short && self.problem.with_untracked(Option::is_none) {
            self.fetch_older();
        }
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
        self.look(&scroller);
        self.look_once_drawn();
        request_animation_frame(move || self.settle(left));
    }

    /// Before anything is painted, and before scrolling is told of: the spacers are set, and what one looks at is where it
    /// was. A place that was remembered in between would be another.
    fn look_once_drawn(self) {
        queue_microtask(move || {
            queue_microtask(move || {
                if let Some(Some(scroller)) = self.scroller.try_get_untracked() {
                    self.look(&scroller);
                }
            });
        });
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

    pub(super) fn scrolled(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if !self.is_begun.get_value() {
            return;
        }
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
        if self.is_drawn(&scroller) {
            self.mark_read();
        } else {
            self.draw();
        }
        if f64::from(scroller.scroll_top()) - self.offset() < BEGINNING {
            self.fetch_older();
        }
    }

    /// Whether what is in view is in the page, and enough around it.
    fn is_drawn(self, scroller: &web_sys::HtmlElement) -> bool {
        let top = f64::from(scroller.scroll_top()) - self.offset();
        let height = f64::from(scroller.client_height());
        let needed = self.layout.with_value(|layout| layout.visible(top, height, MARGIN_MIN));
        self.shown
            .with_untracked(|Shown { range, .. }| range.start <= needed.start && needed.end <= range.end)
    }

    /// The view has another size. Said before it is painted: what one looks at is put in its place at once.
    pub(super) fn resized(self) {
        let Some(Some(scroller)) = self.scroller.try_get_untracked() else { return };
        let width = scroller.client_width();
        let is_other_width =
            self.width.try_update_value(|known| std::mem::replace(known, width)) != Some(width);
        if !self.is_begun.get_value() {
            return;
        }
        // Lines break elsewhere then, and only then.
        if is_other_width {
            self.heights.update_value(Heights::clear);
        }
        self.is_settling.set_value(true);
        self.settle(SETTLINGS_MAX);
        if !self.is_drawn(&scroller) {
            self.draw();
        }
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
