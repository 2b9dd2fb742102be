//! Which rows of a long list are in the page: heights as measured, guesses for what was never seen.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

/// Heights of rows, by key, as far as they were measured.
#[derive(Debug, Clone)]
pub(crate) struct Heights<K> {
    measured: HashMap<K, f64>,
}

/// Where each row begins, and where the last one ends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    offsets: Vec<f64>,
}

impl<K> Default for Heights<K> {
    fn default() -> Self {
        Self { measured: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash> Heights<K> {
    /// Takes a measure; whether it is news.
    pub(crate) fn measure(&mut self, key: K, height: f64) -> bool {
        let known = self.measured.insert(key, height);
        known.is_none_or(|known| (known - height).abs() > 0.5)
    }

    /// Forgets all: the width has changed.
    pub(crate) fn clear(&mut self) {
        self.measured.clear();
    }

    /// Lays rows out, one below the other.
    pub(crate) fn layout(&self, rows: impl Iterator<Item = (K, f64)>) -> Layout {
        let mut offsets = vec![0.0];
        let mut end = 0.0;
        for (key, guess) in rows {
            end += self.measured.get(&key).copied().unwrap_or(guess);
            offsets.push(end);
        }
        Layout { offsets }
    }
}

impl Layout {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// How high they are together.
    pub(crate) fn height(&self) -> f64 {
        self.offsets[self.len()]
    }

    /// Where a row begins.
    pub(crate) fn top(&self, row: usize) -> f64 {
        self.offsets[row.min(self.len())]
    }

    /// Rows that touch the stretch from `top` on, with `margin` above and below.
    pub(crate) fn visible(&self, top: f64, height: f64, margin: f64) -> Range<usize> {
        let first = self.row_at(top - margin);
        let last = self.row_at(top + height + margin);
        first..(last + 1).min(self.len())
    }

    /// The row at a height.
    pub(crate) fn row_at(&self, at: f64) -> usize {
        let behind = self.offsets.partition_point(|offset| *offset <= at);
        behind.saturating_sub(1).min(self.len().saturating_sub(1))
    }
}

/// A guess at a message's height before it is seen: its lines, and the bubble around them.
pub(crate) fn guess_height(text: &str) -> f64 {
    const CHARACTERS_PER_LINE: usize = 56;
    const LINE: f64 = 22.0;
    const AROUND: f64 = 24.0;
    let lines: usize = text.split('\n').map(|line| line.len() / CHARACTERS_PER_LINE + 1).sum();
    let lines = u32::try_from(lines).unwrap_or(u32::MAX);
    f64::from(lines) * LINE + AROUND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_touch_the_view_are_in_it() {
        let layout = Heights::default().layout((0..100).map(|row| (row, 10.0)));
        assert_eq!(layout.height(), 1000.0);
        assert_eq!(layout.visible(0.0, 50.0, 0.0), 0..6);
        assert_eq!(layout.visible(505.0, 50.0, 20.0), 48..58);
        assert_eq!(layout.visible(950.0, 50.0, 100.0), 85..100);
    }

    #[test]
    fn a_measure_moves_what_is_below() {
        let mut heights = Heights::default();
        assert!(heights.measure(1, 40.0));
        assert!(!heights.measure(1, 40.2));
        let layout = heights.layout((0..3).map(|row| (row, 10.0)));
        assert_eq!((layout.top(1), layout.top(2), layout.height()), (10.0, 50.2, 60.2));
    }

    #[test]
    fn what_comes_before_does_not_lose_measures() {
        let mut heights = Heights::default();
        heights.measure("b", 40.0);
        let layout = heights.layout([("a", 10.0), ("b", 10.0)].into_iter());
        assert_eq!(layout.height(), 50.0);
    }

    #[test]
    fn nothing_has_no_rows() {
        let layout = Heights::<u8>::default().layout(std::iter::empty());
        assert_eq!(layout.visible(0.0, 100.0, 50.0), 0..0);
        assert_eq!((layout.len(), layout.height()), (0, 0.0));
    }

    #[test]
    fn ten_thousand_rows_show_only_what_is_seen() {
        let layout = Heights::default().layout((0..10_000).map(|row| (row, guess_height("a few words"))));
        assert!(layout.visible(100_000.0, 700.0, 600.0).len() < 50);
    }
}
