//! A message's text as plain words and links. Only http and https become links; nothing becomes anything else.

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Words.
    Plain(String),
    /// An address to open.
    Link(String),
}

const SCHEMES: [&str; 2] = ["https://", "http://"];

/// Links a text may have; what is behind the last is shown as words.
const LINKS_MAX: usize = 200;

/// The stretches of a text, in order; put together they are the text.
pub(crate) fn segments(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = text;
    let mut plain_from = text;
    while segments.len() < LINKS_MAX * 2 {
        let Some(start) = next_start(rest) else { break };
        let link = link_length(&rest[start..]);
        let before_is_word = rest[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        if before_is_word || !has_host(&rest[start..start + link]) {
            rest = &rest[start + 4..];
            continue;
        }
        let plain_length = plain_from.len() - rest.len() + start;
        if plain_length > 0 {
            segments.push(Segment::Plain(plain_from[..plain_length].to_owned()));
        }
        segments.push(Segment::Link(rest[start..start + link].to_owned()));
        rest = &rest[start + link..];
        plain_from = rest;
    }
    if !plain_from.is_empty() || segments.is_empty() {
        segments.push(Segment::Plain(plain_from.to_owned()));
    }
    segments
}

/// Where the next scheme stands, in whatever case.
fn next_start(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len())
        .filter(|at| bytes[*at].eq_ignore_ascii_case(&b'h'))
        .find(|at| scheme(&bytes[*at..]).is_some())
}

fn scheme(bytes: &[u8]) -> Option<usize> {
    let is_start = |scheme: &str| {
        bytes.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    SCHEMES.into_iter().find(|scheme| is_start(scheme)).map(str::len)
}

/// How far a link reaches: up to a space, a control or a character that turns the direction of text, and without the
/// punctuation of the sentence around it.
fn link_length(text: &str) -> usize {
    let is_end = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(character, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^')
            || is_direction(character)
    };
    let mut link = &text[..text.find(is_end).unwrap_or(text.len())];
    while let Some(last) = link.chars().next_back() {
        let is_unpaired = |open: char| link.matches(last).count() > link.matches(open).count();
        let is_outside = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '…' | '»' | '”' | '’' => true,
            ')' => is_unpaired('('),
            ']' => is_unpaired('['),
            _ => false,
        };
        if !is_outside {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    link.len()
}

/// Characters that reorder what follows them: an address must read as it is.
const fn is_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

fn has_host(link: &str) -> bool {
    let host = scheme(link.as_bytes()).and_then(|length| link.get(length..)).unwrap_or_default();
    host.starts_with(|first: char| first.is_alphanumeric() || first == '[')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_in_a_sentence_leaves_the_sentences_punctuation() {
        check("see https://a.example/x?y=1.", &["see ", "<https://a.example/x?y=1>", "."]);
        check("(https://a.example)", &["(", "<https://a.example>", ")"]);
        check("https://a.example/b_(c)", &["<https://a.example/b_(c)>"]);
        check("HTTPS://A.example, ok", &["<HTTPS://A.example>", ", ok"]);
    }

    #[test]
    fn other_schemes_stay_words() {
        for text in
            ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "xhttps://a.example", "https://"]
        {
            check(text, &[text]);
        }
    }

    #[test]
    fn markup_stays_words() {
        check("<b>hi</b>", &["<b>hi</b>"]);
        check("<https://a.example>", &["<", "<https://a.example>", ">"]);
    }

    #[test]
    fn what_turns_the_direction_ends_a_link() {
        check("https://a.example/\u{202e}gpj.exe", &["<https://a.example/>", "\u{202e}gpj.exe"]);
    }

    #[test]
    fn put_together_the_stretches_are_the_text() {
        for text in [
            "",
            "a",
            "http http:// https://x y https://z",
            "é https://ü.example/ß é",
            &"https://a.b ".repeat(500),
        ] {
            let whole: String = segments(text)
                .into_iter()
                .map(|segment| match segment {
                    Segment::Plain(text) | Segment::Link(text) => text,
                })
                .collect();
            assert_eq!(whole, text);
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = segments(text)
            .into_iter()
            .map(|segment| match segment {
                Segment::Plain(text) => text,
                Segment::Link(link) => format!("<{link}>"),
            })
            .collect();
        assert_eq!(found, expected);
    }
}
