//! What people search by, and where a search goes on.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;

/// Words of a search: more are no search but a text.
const WORDS_MAX: usize = 16;
/// Listings that a search finds: nobody turns more pages.
const FOUND_MAX: usize = 200;

/// Words, each of which a listing has to have; the last may be the beginning of one. Nothing in them is a command.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchWords(Vec<String>);

impl fmt::Debug for SearchWords {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What somebody looks for is nobody else's business.
        write!(out, "SearchWords({})", self.0.len())
    }
}

impl SearchWords {
    /// How many listings a search finds at most.
    pub const FOUND_MAX: usize = FOUND_MAX;

    /// The words, in order. There may be none, and then nothing is found.
    pub fn list(&self) -> &[String] {
        &self.0
    }
}

/// Signs that are put on letters: they part no word.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

impl FromStr for SearchWords {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The index ends a word at any sign: what is counted here is what is looked for there.
        let words = text.split(|character: char| !character.is_alphanumeric() && !is_mark(character));
        let words: Vec<String> =
            words.filter(|word| word.contains(char::is_alphanumeric)).map(str::to_owned).collect();
        if words.len() <= WORDS_MAX {
            Ok(Self(words))
        } else {
            Err(format!("expected at most {WORDS_MAX} words"))
        }
    }
}

/// The rest of what was found, by numbers and in its order: whatever is added or sold meanwhile moves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found(pub Vec<u32>);

impl fmt::Display for Found {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = self.0.iter().flat_map(|number| number.to_be_bytes()).collect();
        out.write_str(&BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for Found {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected `next_cursor` of the page before".to_owned();
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| wrong())?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() || numbers.len() > FOUND_MAX {
            return Err(wrong());
        }
        Ok(Self(numbers.iter().map(|number| u32::from_be_bytes(*number)).collect()))
    }
}

/// What a category is found by, however it is written: in lower case, with single spaces.
pub fn category_key(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_has_letters_or_digits() {
        let words = |text: &str| text.parse::<SearchWords>().unwrap().0;
        assert_eq!(words("  red\tbike -- 26\" "), ["red", "bike", "26"]);
        assert_eq!(words("Cafe\u{301}-Tisch"), ["Cafe\u{301}", "Tisch"]);
        assert_eq!(words("* \" ( ) : ^ - + NEAR"), ["NEAR"]);
        assert!(words("").is_empty() && words("🚲 ***").is_empty());
        assert!("a ".repeat(17).parse::<SearchWords>().is_err());
        assert!("a.".repeat(17).parse::<SearchWords>().is_err());
    }

    #[test]
    fn where_a_search_goes_on_survives_being_written() {
        for found in [vec![], vec![1], (0..200).collect()] {
            let found = Found(found);
            assert_eq!(found.to_string().parse(), Ok(found));
        }
        for wrong in ["A", "AAAA", "====", "ä", &Found((0..201).collect()).to_string()] {
            assert!(wrong.parse::<Found>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_category_is_the_same_however_it_is_written() {
        assert_eq!(category_key("  Home &\u{a0}Garden "), "home & garden");
        assert_eq!(category_key("ÄPFEL"), "äpfel");
        assert_ne!(category_key("C++"), category_key("C#"));
    }
}
