//! What cannot be read, said in the interface's words: nothing that somebody sent comes back, and nothing of how the relay is made.

use std::fmt::Display;

use serde_path_to_error::{Error as PathError, Path, Segment};

use crate::trade::Refusal;

/// Bytes of the longest name that is said back: the interface's own are shorter.
const NAME_LENGTH_MAX: usize = 64;
/// What is said where no word of the interface fits.
const SOMETHING_ELSE: &str = "expected something else";

/// What cannot be read, by its name; `all` is what that is called of which it is a part.
pub(super) fn unreadable<E: Display>(error: &PathError<E>, all: &str) -> Refusal {
    let (place, problem) = (place(error.path()), error.inner().to_string());
    match problem.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        Some(missing) if place.is_empty() => Refusal::missing(missing),
        Some(missing) => Refusal::missing(&format!("{place}.{missing}")),
        None => Refusal::field(if place.is_empty() { all } else { &place }, said(&problem)),
    }
}

/// Where it is, down to the first name that can be none of the interface's: such a one is what somebody sent.
fn place(path: &Path) -> String {
    let parts = path.iter().map_while(|segment| match segment {
        Segment::Map { key } if is_name(key) => Some(format!(".{key}")),
        Segment::Seq { index } => Some(format!("[{index}]")),
        Segment::Map { .. } | Segment::Enum { .. } | Segment::Unknown => None,
    });
    parts.collect::<String>().trim_start_matches('.').to_owned()
}

fn is_name(key: &str) -> bool {
    let is_begun = key.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_begun && is_plain && key.len() <= NAME_LENGTH_MAX
}

/// What is wrong with it. What was sent stands before the last of the words that are looked for here, and is left out.
fn said(problem: &str) -> String {
    // By the name that the interface has for it.
    if let Some(twice) = problem.strip_prefix("duplicate field ") {
        return format!("{twice} is given more than once");
    }
    let expected = problem.rsplit_once(", expected ").map(|(_, expected)| expected);
    match problem.split([' ', ':']).take(2).collect::<Vec<_>>()[..] {
        ["unknown", "field"] if problem.ends_with(", there are no fields") => {
            "there is no such field: expected none".to_owned()
        }
        ["unknown", "field"] => format!("there is no such field: {}", in_words(expected)),
        ["unknown", "variant"] | ["invalid", "type" | "value" | "length"] => in_words(expected),
        ["invalid", "digit"] | ["number", "too"] | ["cannot", "parse"] => {
            "expected a whole number".to_owned()
        }
        // What the interface's own readers say, which is of what they expect alone.
        ["expected", ..] => problem.to_owned(),
        _ => SOMETHING_ELSE.to_owned(),
    }
}

/// What a reader of the relay expects, as callers know it.
fn in_words(expected: Option<&str>) -> String {
    let words = match expected {
        Some("a string" | "string or map" | "map with a single key" | "variant identifier") => "a text",
        Some("a boolean") => "`true` or `false`",
        Some("a sequence") => "a list",
        Some("u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64") => "a whole number",
        Some("f32" | "f64") => "a number",
        Some(words) if words == "a map" || words.starts_with("struct ") => "an object",
        Some(words) if words.starts_with('`') || words.starts_with("one of `") => words,
        _ => return SOMETHING_ELSE.to_owned(),
    };
    format!("expected {words}")
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Map, Value, json};

    use super::super::checks::whole;
    use super::*;

    /// In everything that is sent here.
    const SENT: &str = "DE89, expected x";

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is read only")]
    struct Whole {
        name: String,
        kind: Option<Kind>,
        part: Option<Part>,
        parts: Option<Vec<Part>>,
        more: Option<Map<String, Value>>,
        is_so: Option<bool>,
        many: Option<u32>,
        #[serde(default, deserialize_with = "whole")]
        round: Option<u32>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is read only")]
    struct Part {
        word: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Buyer,
        Seller,
        Both,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    #[test]
    fn what_was_expected_is_said_and_nothing_that_was_sent() {
        let fields = "one of `name`, `kind`, `part`, `parts`, `more`, `is_so`, `many`, `round`";
        let no_such_field = format!("there is no such field: expected {fields}");
        for (name, value, field, problem) in [
            ("name", json!([SENT]), "name", "expected a text"),
            ("name", json!({ SENT: SENT }), "name", "expected a text"),
            ("kind", json!(SENT), "kind", "expected one of `buyer`, `seller`, `both`"),
            ("kind", json!({ SENT: 1 }), "kind", "expected one of `buyer`, `seller`, `both`"),
            ("kind", json!([SENT]), "kind", "expected a text"),
            ("part", json!(SENT), "part", "expected an object"),
            ("part", json!([]), "part", "expected an object"),
            ("part", json!({ "word": 8_954 }), "part.word", "expected a text"),
            ("part", json!({ "word": "a", SENT: 1 }), "part", "there is no such field: expected `word`"),
            ("parts", json!(SENT), "parts", "expected a list"),
            ("parts", json!([{ "word": "a" }, SENT]), "parts[1]", "expected an object"),
            ("more", json!(SENT), "more", "expected an object"),
            ("is_so", json!(SENT), "is_so", "expected `true` or `false`"),
            ("many", json!(SENT), "many", "expected a whole number"),
            ("many", json!(-8_954), "many", "expected a whole number"),
            ("many", json!(89.54), "many", "expected a whole number"),
            ("round", json!(SENT), "round", "expected a number"),
            ("round", json!(89.54), "round", "expected a whole number"),
            ("color", json!(SENT), "color", no_such_field.as_str()),
            (SENT, json!(SENT), "body", no_such_field.as_str()),
            (&"a".repeat(65), json!(SENT), "body", no_such_field.as_str()),
        ] {
            let mut body = json!({ "name": "a" });
            body[name] = value;
            check::<Whole>(&body, field, problem);
        }
        check::<Nothing>(&json!({ "name": SENT }), "name", "there is no such field: expected none");
        let lost = format!("{SENT}`, there are no fields");
        check::<Nothing>(&json!({ lost.as_str(): 1 }), "body", "there is no such field: expected none");
        check::<Whole>(&json!({ "name": "a", lost.as_str(): 1 }), "body", &no_such_field);
    }

    #[test]
    fn a_field_that_is_not_there_is_named() {
        let refusal = refusal::<Whole>(&json!({ "name": "a", "parts": [{}] }));
        assert_eq!(refusal.details["fields"][0]["field"], "parts[0].word");
        assert_eq!(refusal.code.text(), "MISSING_REQUIRED_FIELD");
    }

    #[track_caller]
    fn check<T: DeserializeOwned + Debug>(body: &Value, field: &str, problem: &str) {
        let expected = Refusal::field(field, problem);
        assert_eq!(refusal::<T>(body), expected, "{body}");
    }

    fn refusal<T: DeserializeOwned + Debug>(body: &Value) -> Refusal {
        unreadable(&serde_path_to_error::deserialize::<_, T>(body).unwrap_err(), "body")
    }
}
