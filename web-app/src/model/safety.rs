//! The safety number as people compare it.

/// Digits in a group.
const GROUP: usize = 5;

/// The number's groups of five digits, however it was spaced.
pub(crate) fn groups(number: &str) -> Vec<String> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    digits.chunks(GROUP).map(|group| group.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_digits_are_twelve_groups() {
        let spaced = "01234 56789 ".repeat(6);
        let plain = "0123456789".repeat(6);
        assert_eq!(groups(&spaced), groups(&plain));
        assert_eq!(groups(&plain).len(), 12);
        assert_eq!(groups(&plain)[1], "56789");
    }
}
