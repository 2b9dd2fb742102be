//! The history checker: what a conversation of two must show in the end, whatever was killed, cut or lied about meanwhile.

use std::collections::BTreeSet;

/// What one of the two said, and what their device shows now.
pub struct Side {
    /// What they said, in the order in which it was said.
    pub said: Vec<Said>,
    /// What their device shows of the conversation.
    pub shown: Vec<String>,
    /// Whether this device came in the place of one that was lost: it shows the log from where it was let in.
    pub came_later: bool,
}

/// What became of the wish to say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was taken: it must be there.
    Taken,
    /// It was refused: it must not be there.
    Refused,
    /// Whoever said it died before there was an answer: it may be there.
    Unknown,
}

/// A text that someone wished to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The words, which nobody says twice.
    pub text: String,
    /// On which of their devices: what is said on two has no order.
    pub device: usize,
    /// What became of it.
    pub fate: Fate,
}

/// Judges what both show; an error says in words what is lost, doubled, reordered, foreign or different.
pub fn judge(sides: &[Side; 2]) -> Result<(), String> {
    let [one, other] = sides;
    let longer = if one.shown.len() >= other.shown.len() { one } else { other };
    for side in sides {
        let may_be_shorter = side.came_later && longer.shown.ends_with(&side.shown);
        if side.shown != longer.shown && !may_be_shorter {
            return Err(format!(
                "they show different timelines:\n    {:?}\n    {:?}",
                one.shown, other.shown
            ));
        }
    }
    let shown = &longer.shown;
    let mut seen = BTreeSet::new();
    if let Some(twice) = shown.iter().find(|text| !seen.insert(text.as_str())) {
        return Err(format!("{twice:?} is shown twice: {shown:?}"));
    }
    for side in sides {
        let devices: BTreeSet<usize> = side.said.iter().map(|said| said.device).collect();
        for device in devices {
            let said = || side.said.iter().filter(|said| said.device == device);
            let in_order = said().filter(|said| seen.contains(said.text.as_str()));
            let mine = |text: &&String| said().any(|said| said.text == **text);
            if !in_order.map(|said| &said.text).eq(shown.iter().filter(mine)) {
                return Err(format!("what one said is in another order: {shown:?}"));
            }
        }
        for Said { text, fate, .. } in &side.said {
            seen.remove(text.as_str());
            match (fate, shown.contains(text), side.shown.contains(text)) {
                (Fate::Taken, _, false) => return Err(format!("{text:?} is lost: {:?}", side.shown)),
                (Fate::Refused, true, _) => return Err(format!("{text:?} was refused, and is shown")),
                _ => {}
            }
        }
    }
    match seen.first() {
        Some(foreign) => Err(format!("nobody said {foreign:?}")),
        None => Ok(()),
    }
}

/// Judges a text that was said once everything was well again: it is taken from whoever may speak there, which is not known of
/// everybody, and refused to everybody else.
pub fn judge_last_word(text: &str, fate: Fate, may_speak: Option<bool>) -> Result<(), String> {
    match (fate, may_speak) {
        (Fate::Taken, Some(true) | None) | (Fate::Refused, Some(false) | None) => Ok(()),
        (Fate::Taken, Some(false)) => Err(format!("{text:?} was taken from who is to be out")),
        (Fate::Refused, Some(true)) => Err(format!("{text:?} was refused to who may say it")),
        (Fate::Unknown, _) => Err(format!("{text:?} was never answered")),
    }
}

/// Judges what members show of a room, each with whether they were never taken out: what they show has no duplicates,
/// nothing foreign, one order, no holes for those, and all that is due to them, since they were told that it would be there
/// or were in when it was said.
pub fn judge_room(
    shown: &[(Vec<String>, bool)],
    said: &BTreeSet<&str>,
    due: &[(usize, String)],
    refused: &BTreeSet<String>,
) -> Result<(), String> {
    let whole = shown.iter().filter(|(_, is_whole)| *is_whole).map(|(texts, _)| texts);
    let longest = whole.clone().max_by_key(|texts| texts.len()).ok_or("a room without an owner")?;
    if let Some(texts) = whole.clone().find(|texts| !longest.ends_with(texts)) {
        return Err(format!("there are holes or another order:\n    {longest:?}\n    {texts:?}"));
    }
    for (texts, _) in shown {
        let seen: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
        if seen.len() < texts.len() {
            return Err(format!("something is shown twice: {texts:?}"));
        }
        if let Some(foreign) = seen.difference(said).next() {
            return Err(format!("nobody said {foreign:?}"));
        }
        if let Some(refused) = texts.iter().find(|text| refused.contains(*text)) {
            return Err(format!("{refused:?} was refused, and is shown"));
        }
    }
    for (texts, _) in shown {
        let seen: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
        let in_both = |texts: &[String], other: &BTreeSet<&str>| -> Vec<String> {
            texts.iter().filter(|text| other.contains(text.as_str())).cloned().collect()
        };
        for (other, _) in shown {
            let others: BTreeSet<&str> = other.iter().map(String::as_str).collect();
            if in_both(texts, &others) != in_both(other, &seen) {
                return Err(format!("there is another order:\n    {texts:?}\n    {other:?}"));
            }
        }
    }
    match due.iter().find(|(who, text)| !shown[*who].0.contains(text)) {
        Some((who, text)) => Err(format!("{text:?} is lost: {who} shows {:?}", shown[*who].0)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(texts: &[&str]) -> Vec<Said> {
        texts.iter().map(|text| Said { text: (*text).to_owned(), device: 0, fate: Fate::Taken }).collect()
    }

    #[track_caller]
    fn check(shown: [&[&str]; 2], expected: Result<(), &str>) {
        check_with(shown, [false; 2], expected);
    }

    #[track_caller]
    fn check_with(shown: [&[&str]; 2], came_later: [bool; 2], expected: Result<(), &str>) {
        let mut of_ana = taken(&["a1", "a2"]);
        of_ana.push(Said { text: "refused".to_owned(), device: 0, fate: Fate::Refused });
        of_ana.push(Said { text: "unknown".to_owned(), device: 0, fate: Fate::Unknown });
        let [ana, ben] = shown.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let judged = judge(&[
            Side { said: of_ana, shown: ana, came_later: came_later[0] },
            Side { said: taken(&["b1"]), shown: ben, came_later: came_later[1] },
        ]);
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
        check([&["a1", "a2", "b1"], &["a2", "b1"]], Err("different"));
    }

    #[track_caller]
    fn check_last_word(fate: Fate, expected: [Result<(), &str>; 3]) {
        for (may_speak, expected) in [Some(true), Some(false), None].into_iter().zip(expected) {
            let judged = judge_last_word("last", fate, may_speak);
            match expected {
                Ok(()) => assert_eq!(judged, Ok(())),
                Err(reason) => assert!(judged.unwrap_err().contains(reason), "{may_speak:?}"),
            }
        }
    }

    #[test]
    fn a_last_word_is_answered_and_taken_from_those_alone_who_may_speak() {
        check_last_word(Fate::Taken, [Ok(()), Err("to be out"), Ok(())]);
        check_last_word(Fate::Refused, [Err("refused"), Ok(()), Ok(())]);
        check_last_word(Fate::Unknown, [Err("never answered"); 3]);
    }

    #[track_caller]
    fn check_room(shown: [(&[&str], bool); 3], expected: Result<(), &str>) {
        let shown =
            shown.map(|(texts, is_whole)| (texts.iter().map(|text| (*text).to_owned()).collect(), is_whole));
        let said = ["a1", "b1", "a2", "c1", "refused"].into();
        let due = [(0, "a1"), (0, "a2"), (1, "b1"), (2, "a2")].map(|(who, text)| (who, text.to_owned()));
        let judged = judge_room(&shown, &said, &due, &["refused".to_owned()].into());
        match (judged, expected) {
            (Ok(()), Ok(())) => {}
            (Err(reason), Err(expected)) => assert!(reason.contains(expected), "{reason}"),
            (judged, expected) => panic!("{judged:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn who_came_later_shows_the_end_of_a_room_and_who_was_taken_out_may_miss_something() {
        let all: &[&str] = &["a1", "b1", "a2"];
        check_room([(all, true), (all, true), (&["a2"], true)], Ok(()));
        check_room([(all, true), (all, true), (&["a1", "a2"], false)], Ok(()));
        check_room([(all, true), (all, true), (&["a1", "a2"], true)], Err("holes"));
        check_room([(all, true), (all, true), (&["a2", "a1"], false)], Err("order"));
        check_room([(all, true), (all, true), (&["a2", "a2"], false)], Err("twice"));
        check_room([(all, true), (&["b1", "a2"], true), (&["a2", "refused"], false)], Err("refused"));
        check_room([(all, true), (all, true), (&["a2", "from nowhere"], false)], Err("nobody"));
        check_room([(all, true), (&["a2"], true), (&["a2"], true)], Err("lost"));
        check_room([(all, true), (all, true), (&[], true)], Err("\"a2\" is lost: 2"));
    }

    #[test]
    fn a_device_that_came_later_shows_the_end_of_the_log_without_a_hole() {
        check_with([&["a1", "a2", "b1"], &["a2", "b1"]], [false, true], Ok(()));
        check_with([&["a1", "a2", "b1"], &["a1", "b1"]], [false, true], Err("different"));
        check_with([&["a2", "b1"], &["a1", "a2", "b1"]], [true, false], Err("lost"));
    }
}
