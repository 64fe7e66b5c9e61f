//! Keys and single values as they are on the wire, read with as little copying as possible.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Visitor};

/// A value as text: numbers and words to their exact text, everything else unchanged. None for null.
pub(super) fn text(raw: &str) -> Result<Option<Cow<'_, str>>, String> {
    match raw.as_bytes() {
        [b'"', inner @ .., b'"'] => {
            if memchr::memchr(b'\\', inner).is_none() {
                return Ok(Some(Cow::Borrowed(&raw[1..raw.len() - 1])));
            }
            let unescaped = serde_json::from_str(raw).map_err(|_| "the text has an escape that means nothing")?;
            Ok(Some(Cow::Owned(unescaped)))
        }
        [b'n', ..] => Ok(None),
        [b'{', ..] => Err("a text is expected, but it is an object".to_owned()),
        [b'[', ..] => Err("a text is expected, but it is a list".to_owned()),
        _ => Ok(Some(Cow::Borrowed(raw))),
    }
}

/// A value as the JSON that it is. None for null; an empty text clears.
pub(super) fn opaque(raw: &str) -> Option<Cow<'_, str>> {
    match raw {
        "null" => None,
        "\"\"" => Some("".into()),
        _ => Some(raw.into()),
    }
}

/// A value of the client's in a problem text: short, and on one line.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().filter(|char| !char.is_control()).take(41).collect();
    if shown.chars().count() > 40 {
        shown.pop();
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// Turns a key into what it stands for without keeping it.
pub(super) struct Key<S>(pub(super) fn(&str) -> S);

impl<'de, S> DeserializeSeed<'de> for Key<S> {
    type Value = S;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<S> Visitor<'_> for Key<S> {
    type Value = S;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<S, E> {
        Ok((self.0)(key))
    }
}
