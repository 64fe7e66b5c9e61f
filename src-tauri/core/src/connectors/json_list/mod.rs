//! Reads an answer of the shape `{"list": [ORDER, ...], "other": ...}` while it comes in: the orders go on as raw
//! bytes, unread; a few other members are kept. Bounded memory, whatever comes. What an order or a member means is
//! not known here.

mod extent;
mod splitter;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::{ConnectError, RawBatch, Sink};
use crate::http::{Answer, HttpError};
use crate::model::OrderProblem;

pub(super) use splitter::Splitter;

/// What is looked for, and how much is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spec {
    /// The key of the list.
    pub(super) list: &'static str,
    /// The keys of the other members that are kept.
    pub(super) members: &'static [&'static str],
    /// The largest element, in bytes; a larger one is passed over. No other member may be larger if it is kept.
    pub(super) element: usize,
    /// The most elements.
    pub(super) elements: u64,
}

impl Spec {
    /// With the limits of import rule 5.
    pub(super) const fn new(list: &'static str, members: &'static [&'static str]) -> Self {
        Self { list, members, element: 4 * 1024 * 1024, elements: 500_000 }
    }
}

/// What an answer was, beside the elements of its list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    /// What there was under the key of the list.
    pub(super) list: Found,
    /// How many elements the list had.
    pub(super) elements: u64,
    /// The members that are kept and were there.
    pub(super) members: Map<String, Value>,
}

/// What there was under the key of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A list; its elements were delivered.
    List,
    /// `null`.
    Null,
    /// Nothing: the key is missing.
    Missing,
    /// Something else, named for an admin.
    Else(&'static str),
}

/// An element that is too large to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    /// Its place in the list, from 1.
    pub(super) place: u64,
    /// Its size in bytes.
    pub(super) size: u64,
}

/// Why an answer is not of that shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ListError {
    /// It is no JSON object.
    #[error("a JSON object is expected, but it is {0}")]
    NotAnObject(TopLevel),
    /// The JSON is broken.
    #[error("its JSON is broken ({0})")]
    Malformed(String),
    /// It ended before its end.
    #[error("it ends too early")]
    Cut,
    /// The list is too long.
    #[error("it has more than {0} orders")]
    TooMany(u64),
}

/// What an answer is that is no JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TopLevel {
    #[error("empty")]
    Nothing,
    #[error("just \"true\"")]
    True,
    #[error("just \"false\"")]
    False,
    #[error("just \"null\"")]
    Null,
    #[error("just a number")]
    Number,
    #[error("just a text")]
    Text,
    #[error("a list")]
    List,
    #[error("a web page")]
    Page,
    #[error("no JSON")]
    Else,
}

impl TopLevel {
    /// What a body is that begins so and, if it is short, is just so; without white space before it.
    fn of(head: &[u8]) -> Self {
        match head.trim_ascii() {
            [] => Self::Nothing,
            [b'[', ..] => Self::List,
            [b'"', ..] => Self::Text,
            [b'<', ..] => Self::Page,
            b"true" => Self::True,
            b"false" => Self::False,
            b"null" => Self::Null,
            text if serde_json::from_slice::<f64>(text).is_ok() => Self::Number,
            _ => Self::Else,
        }
    }
}

/// Why an answer could not be read to its end.
#[derive(Debug)]
pub(super) enum ReadError {
    /// It did not come to its end.
    Http(HttpError),
    /// It is not of the shape.
    List(ListError),
    /// The sink does not take it.
    Sink(ConnectError),
}

/// Reads the body of an answer and hands its list to the sink.
pub(super) async fn read(answer: &mut Answer, spec: Spec, sink: &mut dyn Sink) -> Result<Parsed, ReadError> {
    let mut splitter = Splitter::new(spec);
    let mut batch = RawBatch::default();
    while let Some(chunk) = answer.chunk().await.map_err(ReadError::Http)? {
        sink.received(chunk.len() as u64);
        let mut rest: &[u8] = &chunk;
        while !rest.is_empty() {
            let taken = splitter.feed(rest, &mut batch).map_err(ReadError::List)?;
            rest = &rest[taken..];
            for lost in splitter.take_lost() {
                sink.lost(lost.problem(spec.element));
            }
            if batch.is_full() {
                sink.batch(&batch).await.map_err(ReadError::Sink)?;
                batch.clear();
            }
        }
    }
    let parsed = splitter.finish().map_err(ReadError::List)?;
    if !batch.is_empty() {
        sink.batch(&batch).await.map_err(ReadError::Sink)?;
    }
    Ok(parsed)
}

impl Lost {
    fn problem(self, most: usize) -> OrderProblem {
        let mib = 1024 * 1024;
        let reason = format!(
            "order {} of the list was passed over: it has {} MiB, and the most is {} MiB",
            self.place,
            self.size.div_ceil(mib),
            most as u64 / mib
        );
        OrderProblem { number: None, reason }
    }
}

/// A small answer as a JSON object.
pub(super) fn small_object(body: &[u8]) -> Result<Map<String, Value>, ListError> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii();
    if body.first() != Some(&b'{') {
        return Err(ListError::NotAnObject(TopLevel::of(body)));
    }
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => ListError::Cut,
        // The words of the error may repeat a part of the body; the place does not.
        _ => ListError::Malformed(format!("line {}, column {}", error.line(), error.column())),
    })
}
