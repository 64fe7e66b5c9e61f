//! Reading and writing JSON, as far as the chores need it: what cargo and Vite print is read, what Tauri's tool and the updater
//! read is written.

use std::fmt::Write as _;

use crate::Result;

/// A value. Numbers and the like are of no use to any chore, so they are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json {
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
    Other,
}

impl Json {
    /// Reads one value that fills the whole text.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value()?;
        if reader.next_sign().is_some() {
            return Err(reader.unexpected());
        }
        Ok(value)
    }

    /// What an object has under this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        let Self::Object(entries) = self else { return None };
        entries.iter().find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The text that an object has under this name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list; none if it is something else.
    pub(crate) fn elements(&self) -> &[Json] {
        if let Self::List(elements) = self { elements } else { &[] }
    }
}

/// A text as JSON writes it, with its quotation marks.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            control if control < ' ' => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

struct Reader<'text> {
    text: &'text str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Json> {
        match self.next_sign() {
            Some('"') => Ok(Json::Text(self.string()?)),
            Some('[') => Ok(Json::List(self.items(']', Self::value)?)),
            Some('{') => Ok(Json::Object(self.items('}', |reader| {
                reader.next_sign();
                let name = reader.string()?;
                if reader.take() != Some(':') {
                    return Err(reader.unexpected());
                }
                Ok((name, reader.value()?))
            })?)),
            Some(_) => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let length = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"+-.".contains(letter));
                match length.unwrap_or(rest.len()) {
                    0 => Err(self.unexpected()),
                    length => {
                        self.at += length;
                        Ok(Json::Other)
                    }
                }
            }
            None => Err(self.unexpected()),
        }
    }

    /// What stands between two brackets, with commas between.
    fn items<T>(&mut self, end: char, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        self.take();
        let mut items = Vec::new();
        if self.next_sign() == Some(end) {
            self.take();
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            match self.take() {
                Some(',') => {}
                Some(sign) if sign == end => return Ok(items),
                _ => return Err(self.unexpected()),
            }
        }
    }

    fn string(&mut self) -> Result<String> {
        if self.take() != Some('"') {
            return Err(self.unexpected());
        }
        let mut text = String::new();
        loop {
            match self.letter() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escaped()?),
                Some(letter) => text.push(letter),
                None => return Err(self.unexpected()),
            }
        }
    }

    fn escaped(&mut self) -> Result<char> {
        Ok(match self.letter() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('u') => {
                let first = self.unit()?;
                let mut units = vec![first];
                if (0xd800..0xdc00).contains(&first) && self.letter() == Some('\\') && self.letter() == Some('u') {
                    units.push(self.unit()?);
                }
                return match char::decode_utf16(units).next() {
                    Some(Ok(letter)) => Ok(letter),
                    _ => Err(self.unexpected()),
                };
            }
            Some(letter @ ('"' | '\\' | '/')) => letter,
            _ => return Err(self.unexpected()),
        })
    }

    fn unit(&mut self) -> Result<u16> {
        let digits = self.text.get(self.at..self.at + 4).ok_or_else(|| self.unexpected())?;
        self.at += 4;
        Ok(u16::from_str_radix(digits, 16)?)
    }

    /// The next letter that is no white space, without taking it.
    fn next_sign(&mut self) -> Option<char> {
        let rest = self.text.get(self.at..)?;
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        self.next_sign();
        self.letter()
    }

    fn letter(&mut self) -> Option<char> {
        let letter = self.text.get(self.at..)?.chars().next()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn unexpected(&self) -> Box<dyn std::error::Error> {
        format!("this is not JSON, near byte {}", self.at).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_what_is_escaped_in_them() {
        let json = Json::read(r#" {"a": [1, -2.5e3, true, null, {}, []], "b": "x\"\\\n\u00e9\ud83d\ude00/"} "#);
        let json = json.expect("JSON");
        assert_eq!(json.text("b"), Some("x\"\\\né😀/"));
        assert_eq!(json.get("a").map(|list| list.elements().len()), Some(6));
        assert_eq!(json.text("a"), None);
        assert_eq!(json.get("c"), None);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "[1 2]", r#"{"a" 1}"#, r#"{"a": 1"#, r#""\x""#, r#""\ud83d""#, "{} {}", "#"] {
            assert!(Json::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_would_end_a_text_is_escaped() {
        assert_eq!(quoted("plain é 密"), "\"plain é 密\"");
        assert_eq!(quoted("\"},\\ \n\t\r\u{1}"), "\"\\\"},\\\\ \\n\\u0009\\u000d\\u0001\"");
    }

    #[test]
    fn a_written_text_is_read_as_it_was() {
        let text = "a \"b\" \\ c\n\u{1}é😀";
        assert_eq!(Json::read(&quoted(text)).expect("JSON"), Json::Text(text.to_owned()));
    }
}
