//! How one value of an order is made from a record: from where, and how it is converted.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::values::{joined, text};
use crate::connectors::dates;
use crate::connectors::value::shown;

/// A rule. In a description a JSON Pointer alone, or a list of them, is a rule too.
#[derive(Debug, Clone, Default)]
pub(super) struct Rule {
    /// JSON Pointers; the first one that leads to something that is not empty counts.
    pub(super) from: Vec<String>,
    /// With this, all of them are joined.
    pub(super) join: Option<String>,
    /// A text that is always the same.
    pub(super) constant: Option<String>,
    /// A JSON Pointer to the words behind numbers: an object in the record.
    pub(super) options: Option<String>,
    /// What stands for what, whatever the case.
    pub(super) map: Option<BTreeMap<String, String>>,
    /// What stands for everything that is not in the map.
    pub(super) otherwise: Option<String>,
    /// How a date is written, if not in one of the usual ways.
    pub(super) date: Option<DateFormat>,
    /// Whether it is HTML already. Only instructions may be.
    pub(super) html: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DateFormat {
    Unix,
    UnixMs,
    Strptime(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    from: Pointers,
    join: Option<String>,
    constant: Option<String>,
    options: Option<String>,
    map: Option<BTreeMap<String, String>>,
    otherwise: Option<String>,
    date: Option<String>,
    #[serde(default)]
    html: bool,
}

impl From<Written> for Rule {
    fn from(written: Written) -> Self {
        Self {
            from: written.from.0,
            join: written.join,
            constant: written.constant,
            options: written.options,
            map: written.map,
            otherwise: written.otherwise,
            date: written.date.map(|format| match format.as_str() {
                "unix" => DateFormat::Unix,
                "unix_ms" => DateFormat::UnixMs,
                _ => DateFormat::Strptime(format),
            }),
            html: written.html,
        }
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RuleVisitor)
    }
}

// An untagged enum would do the same, but could not say what is wrong, and where.
struct RuleVisitor;

impl<'de> Visitor<'de> for RuleVisitor {
    type Value = Rule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Pointer, a list of them, or an object that says more")
    }

    fn visit_str<E: serde::de::Error>(self, pointer: &str) -> Result<Rule, E> {
        Ok(Rule { from: vec![pointer.to_owned()], ..Rule::default() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Rule, A::Error> {
        let from = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Rule { from, ..Rule::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rule, A::Error> {
        Written::deserialize(MapAccessDeserializer::new(map)).map(Rule::from)
    }
}

/// One JSON Pointer or several.
#[derive(Default)]
struct Pointers(Vec<String>);

impl<'de> Deserialize<'de> for Pointers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PointersVisitor)
    }
}

struct PointersVisitor;

impl<'de> Visitor<'de> for PointersVisitor {
    type Value = Pointers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Pointer or a list of them")
    }

    fn visit_str<E: serde::de::Error>(self, pointer: &str) -> Result<Pointers, E> {
        Ok(Pointers(vec![pointer.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Pointers, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Pointers)
    }
}

impl Rule {
    /// The text that a record has by this rule; none if it does not say. An empty text is one.
    pub(super) fn text(&self, record: &Value) -> Result<Option<String>, String> {
        if let Some(constant) = &self.constant {
            return Ok(Some(constant.clone()));
        }
        let Some(found) = self.find(record)? else { return Ok(None) };
        let named = match &self.options {
            Some(options) => named(record, options, &found)?,
            None => found,
        };
        Ok(Some(self.mapped(named)))
    }

    /// The same as a calendar date, `YYYY-MM-DD`.
    pub(super) fn date(&self, record: &Value) -> Result<Option<String>, String> {
        let Some(text) = self.text(record)? else { return Ok(None) };
        let trimmed = text.trim();
        if dates::is_none(trimmed) {
            // The field is cleared.
            return Ok(Some(String::new()));
        }
        let date = match &self.date {
            None => dates::canonical(trimmed.into()).ok().map(std::borrow::Cow::into_owned),
            Some(format) => format.read(trimmed),
        };
        date.map(Some).ok_or_else(|| format!("{} is no date that can be read", shown(trimmed)))
    }

    /// The same as the JSON that it is; an empty text clears.
    pub(super) fn json(&self, record: &Value) -> Option<String> {
        let found = self.from.iter().filter_map(|pointer| record.pointer(pointer)).find(|value| !value.is_null())?;
        Some(if found == "" { String::new() } else { found.to_string() })
    }

    fn find(&self, record: &Value) -> Result<Option<String>, String> {
        let found = self.from.iter().filter_map(|pointer| record.pointer(pointer));
        if let Some(between) = &self.join {
            return joined(found, between);
        }
        let mut empty = None;
        for value in found {
            match text(value)? {
                Some(text) if text.trim().is_empty() => empty = Some(text),
                Some(text) => return Ok(Some(text)),
                None => {}
            }
        }
        Ok(empty)
    }

    fn mapped(&self, text: String) -> String {
        let Some(map) = &self.map else { return text };
        let wanted = text.trim();
        let found = map
            .get(wanted)
            .or_else(|| map.iter().find(|(from, _)| from.trim().eq_ignore_ascii_case(wanted)).map(|(_, to)| to));
        match found.or(self.otherwise.as_ref()) {
            Some(to) => to.clone(),
            None => text,
        }
    }
}

impl DateFormat {
    fn read(&self, text: &str) -> Option<String> {
        let date = match self {
            Self::Unix => at(text, 1)?,
            Self::UnixMs => at(text, 1000)?,
            Self::Strptime(format) => jiff::fmt::strtime::parse(format, text).ok()?.to_date().ok()?,
        };
        dates::canonical(date.to_string().into()).ok().map(std::borrow::Cow::into_owned)
    }
}

/// The day, in UTC, of a number that counts so many to a second.
fn at(text: &str, each_second: i64) -> Option<jiff::civil::Date> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let seconds = whole.parse::<i64>().ok()?.div_euclid(each_second);
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC).date())
}

/// The word behind a number. 0, or what is not among the words, is nothing.
fn named(record: &Value, options: &str, number: &str) -> Result<String, String> {
    match record.pointer(options).and_then(|words| words.get(number.trim())) {
        Some(word) => text(word).map(Option::unwrap_or_default),
        None => Ok(String::new()),
    }
}
