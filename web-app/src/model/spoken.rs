//! What is said to assistive technology.

/// Not seen and not heard, but a difference.
const SILENT: &str = "\u{200b}";

/// A text as it is to be put in place of what was said before: the same words are said again only where they differ.
pub(crate) fn anew(before: &str, text: String) -> String {
    if before == text { text + SILENT } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_said_as_often_as_it_happens() {
        let once = anew("", "Copied".to_owned());
        let twice = anew(&once, "Copied".to_owned());
        let thrice = anew(&twice, "Copied".to_owned());
        assert!(once != twice && twice != thrice);
        assert_eq!(
            (once.as_str(), twice.trim_end_matches(SILENT), thrice.as_str()),
            ("Copied", "Copied", "Copied")
        );
    }
}
