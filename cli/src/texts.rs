//! The message table: every text palaver shows, by key.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("../locales/en.ftl");

/// The texts of one language.
pub(crate) struct Texts(FluentBundle<FluentResource>);

impl Texts {
    pub(crate) fn english() -> Self {
        let resource = FluentResource::try_new(ENGLISH.to_owned()).expect("the message table is tested");
        let mut bundle = FluentBundle::new(vec![LanguageIdentifier::default()]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).expect("each key stands once: the message table is tested");
        Self(bundle)
    }

    /// The text of a key.
    pub(crate) fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of a key, with its values.
    pub(crate) fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, *value);
        }
        let pattern = self.0.get_message(key).and_then(|message| message.value());
        pattern.map_or_else(
            || key.to_owned(),
            |pattern| self.0.format_pattern(pattern, Some(&arguments), &mut vec![]).into_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sources that name keys.
    const SOURCES: [&str; 6] = [
        include_str!("arriving.rs"),
        include_str!("commands.rs"),
        include_str!("reading.rs"),
        include_str!("settings.rs"),
        include_str!("output.rs"),
        include_str!("chat.rs"),
    ];

    #[test]
    fn every_text_is_used_and_every_key_has_one() {
        let keys: Vec<&str> = ENGLISH
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
            .collect();
        let texts = Texts::english();
        for key in &keys {
            let quoted = format!("\"{key}\"");
            assert!(SOURCES.iter().any(|source| source.contains(&quoted)), "{key} is not used");
            assert!(texts.0.has_message(key), "{key}");
        }
    }
}
