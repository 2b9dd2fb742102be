//! Digits as people read, type and compare them.

/// In groups that do not part at a line's end: seven digits as three and four, nine as three times three.
pub(crate) fn grouped(digits: &str) -> String {
    spaced(digits, |at, count| at % 3 == 0 && count - at >= 3)
}

/// One by one, as they are to be said.
pub(crate) fn one_by_one(digits: &str) -> String {
    spaced(digits, |_, _| true)
}

fn spaced(digits: &str, is_gap: impl Fn(usize, usize) -> bool) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && is_gap(at, digits.len()) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_that_are_easy_to_compare() {
        for (digits, expected) in [("", ""), ("1234567", "123 4567"), ("123456789", "123 456 789")] {
            assert_eq!(grouped(digits), expected.replace(' ', "\u{a0}"));
        }
        assert_eq!(one_by_one("123"), "1\u{a0}2\u{a0}3");
    }
}
