//! The recovery phrase: its words as typed, and which of them are asked for.

/// Words of a phrase.
pub(crate) const WORDS: usize = 24;

/// Words that are asked for.
pub(crate) const ASKED: usize = 3;

/// The words of a typed phrase: numbers, commas and line breaks between them do not matter.
pub(crate) fn words(text: &str) -> Vec<String> {
    let parts = text.split(|character: char| !character.is_alphabetic());
    parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

/// The phrase as the client takes it.
pub(crate) fn joined(text: &str) -> String {
    words(text).join(" ")
}

/// Which words are asked for: three different places, in order, drawn from random bytes.
pub(crate) fn asked_places(random: &[u8]) -> [usize; ASKED] {
    let mut places = Vec::with_capacity(ASKED);
    let fallback = [3, 11, 19, 0, 1, 2];
    for place in random.iter().map(|byte| usize::from(*byte) % WORDS).chain(fallback) {
        if places.len() < ASKED && !places.contains(&place) {
            places.push(place);
        }
    }
    places.sort_unstable();
    [places[0], places[1], places[2]]
}

/// Which of the answers are right.
pub(crate) fn check(phrase: &str, places: [usize; ASKED], answers: &[String]) -> [bool; ASKED] {
    let phrase = words(phrase);
    std::array::from_fn(|at| {
        let answer = answers.get(at).map(|answer| answer.trim().to_lowercase());
        answer.is_some() && answer.as_ref() == phrase.get(places[at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_read_however_it_is_laid_out() {
        assert_eq!(words("1. Abandon\n2. ability, 3) able"), ["abandon", "ability", "able"]);
        assert_eq!(joined("  zoo\tZOO "), "zoo zoo");
    }

    #[test]
    fn places_are_three_different_ones_in_order() {
        for byte in 0..=255u8 {
            let places = asked_places(&[byte, byte, byte.wrapping_mul(7), byte.wrapping_add(24)]);
            assert!(places[0] < places[1] && places[1] < places[2] && places[2] < WORDS, "{places:?}");
        }
    }

    #[test]
    fn only_right_words_pass() {
        let phrase = "a b c d e f g h i j k l m n o p q r s t u v w x";
        let answers = |words: [&str; 3]| words.map(str::to_owned);
        assert_eq!(check(phrase, [0, 5, 23], &answers([" A ", "f", "x"])), [true; 3]);
        assert_eq!(check(phrase, [0, 5, 23], &answers(["a", "g", ""])), [true, false, false]);
        assert_eq!(check(phrase, [0, 5, 23], &[]), [false; 3]);
    }
}
