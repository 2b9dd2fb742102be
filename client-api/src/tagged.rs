//! Reading what bears its tag first, without keeping the rest until the tag has come.
//!
//! Serde's own reading of tagged enums copies a whole message into memory, in case its tag comes last, with code for every
//! type in it. What this program writes for its pages has the tag first: read in one pass, it takes a page a tenth less.

use std::fmt;

use serde::de::{Error, MapAccess};

/// An enum written by serde as `{ tag: variant, …fields }`, and read only with its tag first.
macro_rules! tag_first {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident by $tag:literal {
            $(
                $(#[$variant_attribute:meta])*
                $variant:ident
                $(($inner:ty))?
                $({ $($(#[$field_attribute:meta])* $field:ident: $type:ty),* $(,)? })?
            ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        pub enum $name {
            $(
                $(#[$variant_attribute])*
                $variant $(($inner))? $({ $($(#[$field_attribute])* $field: $type),* })?
            ),*
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(rename_all = "snake_case")]
                enum Tag {
                    $($variant),*
                }

                struct Tagged;

                impl<'de> serde::de::Visitor<'de> for Tagged {
                    type Value = $name;

                    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        $crate::tagged::expect(out, $tag)
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $crate::tagged::come_to_tag(&mut map, $tag)?;
                        let tag: Tag = map.next_value()?;
                        let rest = serde::de::value::MapAccessDeserializer::new(map);
                        match tag {
                            $(Tag::$variant => $crate::tagged::variant!(
                                rest, $name, $variant $(($inner))? $({ $($field: $type),* })?
                            ),)*
                        }
                    }
                }

                deserializer.deserialize_map(Tagged)
            }
        }
    };
}

/// What comes behind the tag.
macro_rules! variant {
    ($rest:ident, $name:ident, $variant:ident) => {
        <serde::de::IgnoredAny as serde::Deserialize>::deserialize($rest).map(|_| $name::$variant)
    };
    ($rest:ident, $name:ident, $variant:ident ($inner:ty)) => {
        <$inner as serde::Deserialize>::deserialize($rest).map($name::$variant)
    };
    ($rest:ident, $name:ident, $variant:ident { $($field:ident: $type:ty),* }) => {{
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Fields {
            $($field: $type),*
        }
        let Fields { $($field),* } = <Fields as serde::Deserialize>::deserialize($rest)?;
        Ok($name::$variant { $($field),* })
    }};
}

pub(crate) use {tag_first, variant};

pub(crate) fn expect(out: &mut fmt::Formatter<'_>, tag: &str) -> fmt::Result {
    write!(out, "an object with `{tag}` first")
}

pub(crate) fn come_to_tag<'de, A: MapAccess<'de>>(map: &mut A, tag: &'static str) -> Result<(), A::Error> {
    match map.next_key::<String>()? {
        Some(key) if key == tag => Ok(()),
        _ => Err(A::Error::missing_field(tag)),
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use crate::page::{Answer, ClientState, Lock, ToPage};
    use crate::{Connection, Event, Notice, NoticeCode, Outcome, Refusal, RefusalCode};

    #[test]
    fn what_is_written_is_read_back_whatever_shape_it_has() {
        let offline = Connection::Offline { retry_at: None };
        check(&offline, r#"{"state":"offline","retryAt":null}"#);
        check(&Connection::Live, r#"{"state":"live"}"#);
        check(&Event::Connection(offline), r#"{"event":"connection","state":"offline","retryAt":null}"#);
        check(&Answer::Checked { is_right: true }, r#"{"answer":"checked","isRight":true}"#);
        check(&ClientState::Empty { is_evicted: true }, r#"{"state":"empty","isEvicted":true}"#);
        let refused = Outcome::Refused(Refusal::new(RefusalCode::Offline));
        let answer = Answer::Outcome { outcome: refused };
        check(
            &ToPage::Answer { id: 7, answer },
            r#"{"kind":"answer","id":7,"answer":{"answer":"outcome","outcome":{"outcome":"refused","code":"offline","relayCode":null}}}"#,
        );
        let notice = Event::Notice(Notice::new(NoticeCode::Superseded));
        assert_eq!(read::<Event>(&written(&notice)).unwrap(), notice);
        let locked = ClientState::Locked { by: Lock::Passphrase };
        assert_eq!(read::<ClientState>(&written(&locked)).unwrap(), locked);
    }

    #[test]
    fn a_tag_that_is_late_unknown_or_missing_is_refused() {
        for wrong in [r#"{"isRight":true,"answer":"checked"}"#, r#"{"answer":"guessed"}"#, "{}", "7"] {
            assert!(read::<Answer>(wrong).is_err(), "{wrong}");
        }
        assert!(read::<Answer>(r#"{"answer":"checked"}"#).is_err(), "a field is missing");
        assert_eq!(read::<Answer>(r#"{"answer":"done","later":[1]}"#).unwrap(), Answer::Done);
    }

    #[track_caller]
    fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, json: &str) {
        assert_eq!(written(value), json);
        assert_eq!(read::<T>(json).unwrap(), *value);
    }

    fn written(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    fn read<T: DeserializeOwned>(json: &str) -> Result<T, serde_json::Error> {
        serde_json::from_str(json)
    }
}
