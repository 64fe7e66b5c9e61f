//! Follows a JSON Pointer through an answer as text, without building what is not wanted: a page may be large.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The most records of one page and of a whole list.
pub(super) const MOST_RECORDS: usize = 500_000;

/// What the pointer leads to; none if there is nothing. With a key that comes twice the last one counts.
pub(super) fn find<'a>(json: &'a str, pointer: &str) -> Result<Option<&'a str>, serde_json::Error> {
    let mut here = json;
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let mut deserializer = serde_json::Deserializer::from_str(here);
        let next = match here.trim_start().as_bytes().first() {
            Some(b'{') => deserializer.deserialize_map(Member(&token))?,
            Some(b'[') => match token.parse() {
                Ok(place) => deserializer.deserialize_seq(Element(place))?,
                Err(_) => None,
            },
            _ => None,
        };
        let Some(next) = next else { return Ok(None) };
        here = next.get();
    }
    Ok(Some(here))
}

/// The elements of a list.
pub(super) fn elements(json: &str) -> Result<Vec<&RawValue>, serde_json::Error> {
    serde_json::Deserializer::from_str(json).deserialize_seq(Elements)
}

struct Member<'k>(&'k str);

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(is_it) = map.next_key_seed(Is(self.0))? {
            if is_it {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

struct Element(usize);

impl<'de> Visitor<'de> for Element {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let (mut found, mut place) = (None, 0_usize);
        while let Some(element) = list.next_element::<&RawValue>()? {
            if place == self.0 {
                found = Some(element);
            }
            place += 1;
        }
        Ok(found)
    }
}

struct Elements;

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = list.next_element()? {
            if all.len() == MOST_RECORDS {
                return Err(A::Error::custom("too many"));
            }
            all.push(element);
        }
        Ok(all)
    }
}

/// Whether a key is the wanted one.
struct Is<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for Is<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Is<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_followed_as_rfc_6901_says() {
        let json = r#" {"a":{"b":[1,{"c":"x"}]},"":0,"m/n":{"~":7},"a\"b":8,"a":{"b":[2,{"c":"y"}]}} "#;
        for (pointer, leads_to) in [
            ("/a/b/1/c", Some("\"y\"")),
            ("/a/b/0", Some("2")),
            ("/a/b/2", None),
            ("/a/b/-", None),
            ("/", Some("0")),
            ("/m~1n/~0", Some("7")),
            ("/a\"b", Some("8")),
            ("/a/b/0/c", None),
            ("/x", None),
        ] {
            assert_eq!(find(json, pointer).unwrap(), leads_to, "{pointer}");
        }
        assert_eq!(find(json, "").unwrap(), Some(json));
        assert_eq!(elements("[1, {\"a\":[]}]").unwrap().len(), 2);
    }

    #[test]
    fn deep_nesting_is_passed_over_without_harm() {
        let deep = format!("{{\"x\":{}{},\"a\":1}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(find(&deep, "/a").unwrap(), Some("1"));
    }
}
