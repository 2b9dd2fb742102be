//! Closed sets of words: statuses, verbs, reasons. Each has one text, which is what stores and callers see.

/// A word of a closed set.
pub trait Word: Copy + Eq + 'static {
    /// Every word of the set.
    const ALL: &'static [Self];

    /// As it is stored and told.
    fn as_str(self) -> &'static str;
}

/// A text that is none of the words that were expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {}", .expected.join(", "))]
pub struct UnknownWord {
    /// What could have stood there.
    pub expected: Vec<&'static str>,
}

/// The word that a text is.
pub fn parse<W: Word>(text: &str) -> Result<W, UnknownWord> {
    let found = W::ALL.iter().copied().find(|word| word.as_str() == text);
    found.ok_or_else(|| UnknownWord { expected: W::ALL.iter().map(|word| word.as_str()).collect() })
}

/// Makes a closed set of words: an enum that is a [`Word`], shown as its text and read from it.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$word_doc])* $word,)+
        }

        impl $crate::words::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$word),+];

            fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str($crate::words::Word::as_str(*self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::words::parse(text)
            }
        }
    };
}

pub(crate) use words;
