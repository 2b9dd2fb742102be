//! What a conversation of two must show in the end: the reference that simulations are judged by.

use std::collections::BTreeSet;

/// What became of the wish to say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It was taken: it must be there.
    Taken,
    /// It was refused: it must not be there.
    Refused,
    /// Whoever said it died before there was an answer: it may be there.
    Unknown,
}

/// A text that someone wished to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) fate: Fate,
}

/// Judges what both show of what each said to the other, in the order in which it was said.
pub(super) fn judge(said: [&[Said]; 2], shown: [&[String]; 2]) -> Result<(), String> {
    let [one, other] = shown;
    if one != other {
        return Err(format!("they show different timelines:\n    {one:?}\n    {other:?}"));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = one.iter().find(|text| !seen.insert(text.as_str())) {
        return Err(format!("{twice:?} is shown twice: {one:?}"));
    }
    for said in said {
        let in_order = said.iter().filter(|said| seen.contains(said.text.as_str()));
        let mine = |text: &&String| said.iter().any(|said| said.text == **text);
        if !in_order.map(|said| &said.text).eq(one.iter().filter(mine)) {
            return Err(format!("what one said is in another order: {one:?}"));
        }
        for Said { text, fate } in said {
            match (fate, seen.remove(text.as_str())) {
                (Fate::Taken, false) => return Err(format!("{text:?} is lost: {one:?}")),
                (Fate::Refused, true) => return Err(format!("{text:?} was refused, and is shown")),
                _ => {}
            }
        }
    }
    match seen.first() {
        Some(foreign) => Err(format!("nobody said {foreign:?}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(texts: &[&str]) -> Vec<Said> {
        texts.iter().map(|text| Said { text: (*text).to_owned(), fate: Fate::Taken }).collect()
    }

    #[track_caller]
    fn check(shown: [&[&str]; 2], expected: Result<(), &str>) {
        let mut of_ana = taken(&["a1", "a2"]);
        of_ana.push(Said { text: "refused".to_owned(), fate: Fate::Refused });
        of_ana.push(Said { text: "unknown".to_owned(), fate: Fate::Unknown });
        let shown = shown.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let judged = judge([&of_ana, &taken(&["b1"])], [&shown[0], &shown[1]]);
        match (judged, expected) {
            (Ok(()), Ok(())) => {}
            (Err(reason), Err(expected)) => assert!(reason.contains(expected), "{reason}"),
            (judged, expected) => panic!("{judged:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn each_text_once_and_in_order_is_right_with_or_without_what_nobody_answered_for() {
        check([&["a1", "b1", "a2"]; 2], Ok(()));
        check([&["b1", "a1", "a2", "unknown"]; 2], Ok(()));
    }

    #[test]
    fn whatever_is_lost_doubled_reordered_refused_foreign_or_different_is_seen() {
        check([&["a1", "b1"]; 2], Err("lost"));
        check([&["a1", "a1", "b1", "a2"]; 2], Err("twice"));
        check([&["a2", "a1", "b1"]; 2], Err("order"));
        check([&["a1", "a2", "b1", "refused"]; 2], Err("refused"));
        check([&["a1", "a2", "b1", "from nowhere"]; 2], Err("nobody"));
        check([&["a1", "a2", "b1"], &["a1", "b1", "a2"]], Err("different"));
    }
}
