//! Texts that are shown on a line: in lists, in terminals, in other people's pages.

use std::ops::RangeInclusive;

/// Characters of what people call a key or a space.
pub const NAME_LENGTH_MAX: usize = 100;
/// Characters of what people are told while nothing may be changed.
pub const MESSAGE_LENGTH_MAX: usize = 500;

/// Whether a text has such a length, and can be shown on a line.
pub fn line(text: &str, length: RangeInclusive<usize>) -> Result<(), String> {
    if !length.contains(&text.chars().count()) {
        return Err(format!("expected {} to {} characters", length.start(), length.end()));
    }
    if text.chars().any(char::is_control) || text.trim() != text {
        return Err("expected a text without control characters, or spaces around it".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_within_its_length_and_does_nothing_to_who_shows_it() {
        assert_eq!(line("äöü", 1..=3), Ok(()));
        for wrong in ["", "four", " a", "a ", "a\nb", "\u{1b}]0;"] {
            assert!(line(wrong, 1..=3).is_err(), "{wrong:?}");
        }
    }
}
