//! The message table: every text the app shows, by key.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("../locales/en.ftl");

/// A language, or what is made of English to see whether the app would bear another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Locale {
    /// English.
    #[default]
    English,
    /// English with accents, a third longer and in brackets.
    Pseudo,
    /// The same, from right to left.
    PseudoRightToLeft,
}

impl Locale {
    /// By its name in an address.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "pseudo" => Self::Pseudo,
            "pseudo-rtl" => Self::PseudoRightToLeft,
            _ => Self::English,
        }
    }

    /// The direction of its text.
    pub(crate) const fn direction(self) -> &'static str {
        match self {
            Self::PseudoRightToLeft => "rtl",
            Self::English | Self::Pseudo => "ltr",
        }
    }
}

/// The texts of one language.
pub(crate) struct Texts {
    bundle: FluentBundle<FluentResource>,
    locale: Locale,
}

impl Texts {
    /// Those of a locale.
    pub(crate) fn new(locale: Locale) -> Self {
        let resource = FluentResource::try_new(ENGLISH.to_owned()).expect("the message table is tested");
        let english: LanguageIdentifier = "en".parse().expect("a language of two letters");
        let mut bundle = FluentBundle::new(vec![english]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).expect("each key stands once: the message table is tested");
        if locale != Locale::English {
            bundle.set_transform(Some(accented));
        }
        Self { bundle, locale }
    }

    /// With numbers as the reader's locale writes them: only where there is a browser.
    pub(crate) fn with_local_numbers(mut self) -> Self {
        self.bundle.set_formatter(Some(local_number));
        self
    }

    /// The text of a key.
    pub(crate) fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of a key, with its values.
    pub(crate) fn with(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, value.clone());
        }
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let text = pattern.map_or_else(
            || key.to_owned(),
            |pattern| self.bundle.format_pattern(pattern, Some(&arguments), &mut vec![]).into_owned(),
        );
        if self.locale == Locale::English { text } else { lengthened(&text) }
    }
}

fn local_number<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(crate::formats::local_number(number.value)),
        _ => None,
    }
}

/// Letters with accents, in the same order.
fn accented(text: &str) -> Cow<'_, str> {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const ACCENTED: &str = "áƀçđéƒǧħíĵķłɱñóƥɋřšŧúṽŵẋýžÁƁÇĐÉƑǦĦÍĴĶŁṀÑÓƤɊŘŠŦÚṼŴẊÝŽ";
    let accent = |character: char| {
        let place = PLAIN.chars().position(|plain| plain == character);
        place.and_then(|place| ACCENTED.chars().nth(place)).unwrap_or(character)
    };
    text.chars().map(accent).collect::<String>().into()
}

/// A third longer, and in brackets that show where a text is cut.
fn lengthened(text: &str) -> String {
    let more = (text.chars().count() * 35).div_ceil(100);
    format!("[{text} {}]", "·".repeat(more.max(1)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_text_is_used_and_every_used_key_has_one() {
        let keys: BTreeSet<&str> = ENGLISH
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
            .collect();
        let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        let unused: Vec<_> = keys
            .iter()
            .filter(|key| !sources.iter().any(|source| source.contains(&format!("\"{key}\""))))
            .collect();
        assert!(unused.is_empty(), "not used: {unused:?}");
        let missing: BTreeSet<String> = sources
            .iter()
            .flat_map(|source| used_keys(source))
            .filter(|key| !keys.contains(key.as_str()))
            .collect();
        assert!(missing.is_empty(), "without a text: {missing:?}");
    }

    #[test]
    fn numbers_choose_their_plural() {
        let texts = Texts::new(Locale::English);
        assert_eq!(texts.with("unread-count", &[("count", 1.into())]), "1 unread message");
        assert_eq!(texts.with("unread-count", &[("count", 5.into())]), "5 unread messages");
    }

    #[test]
    fn the_pseudo_locale_is_longer_and_leaves_values_alone() {
        let texts = Texts::new(Locale::Pseudo);
        let text = texts.with("chat-with", &[("name", "ben".into())]);
        assert!(text.starts_with('[') && text.ends_with(']') && text.contains("ben"), "{text}");
        let english = Texts::new(Locale::English).with("chat-with", &[("name", "ben".into())]);
        assert!(text.chars().count() * 100 >= english.chars().count() * 130, "{text}");
        assert_eq!(Locale::named("pseudo-rtl").direction(), "rtl");
    }

    #[test]
    fn every_letter_has_its_accent() {
        assert_eq!(accented("az AZ 1."), "áž ÁŽ 1.");
    }

    /// Every literal that looks like a key, and those of one word that stand in calls. What looks like one but is the value
    /// of an attribute, an icon or the browser's is none.
    fn used_keys(source: &str) -> Vec<String> {
        let shipped = source.split("#[cfg(test)]").next().unwrap_or_default();
        let calls = ["text(\"", "text_with(\"", "text_about(\"", "about(\"", "notice_text(\""];
        let called = calls
            .iter()
            .flat_map(|call| shipped.split(call).skip(1))
            .filter_map(|rest| rest.split('"').next());
        let plain = shipped.replace("\\\"", "").replace("'\"'", "");
        let parts: Vec<&str> = plain.split('"').collect();
        let literals = parts.windows(2).step_by(2).filter(|pair| !pair[0].ends_with('=')).map(|pair| pair[1]);
        let is_key = |literal: &&str| {
            let is_word =
                |word: &str| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase());
            literal.contains('-')
                && literal.split('-').all(is_word)
                && !OTHERS.contains(literal)
                && !is_icon(literal)
        };
        called.chain(literals.filter(is_key)).map(str::to_owned).collect()
    }

    /// Attributes, classes, properties, names of values and locales.
    const OTHERS: [&str; 6] = ["block-size", "data-row", "data-theme", "is-named", "item-line", "pseudo-rtl"];

    fn is_icon(name: &str) -> bool {
        include_str!("../../www/index.html").contains(&format!("id=\"i-{name}\""))
    }

    fn sources(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| {
                if path.is_dir() {
                    return sources(&path);
                }
                let is_table = path.ends_with("texts.rs");
                if is_table { vec![] } else { vec![std::fs::read_to_string(path).unwrap()] }
            })
            .collect()
    }
}
