//! What was written and not sent: nothing of it is lost when more is written meanwhile.

/// What was written first and what was written later, one below the other.
pub(crate) fn joined(first: &str, later: &str) -> String {
    match (first.trim().is_empty(), later.trim().is_empty()) {
        (true, _) => later.to_owned(),
        (_, true) => first.to_owned(),
        (false, false) => format!("{first}\n{later}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_kept_in_order() {
        assert_eq!(joined("half a thought", "typed early"), "half a thought\ntyped early");
    }

    #[test]
    fn nothing_adds_nothing() {
        assert_eq!(joined("", "typed"), "typed");
        assert_eq!(joined("kept", " "), "kept");
        assert_eq!(joined("", ""), "");
    }
}
