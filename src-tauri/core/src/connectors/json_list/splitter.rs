//! The state machine that goes along the bytes of an answer and cuts out the elements of its list.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::extent::{Extent, is_space};
use super::{Found, ListError, Lost, Parsed, Spec, TopLevel};
use crate::connectors::RawBatch;

/// The most of a body that is no object that is looked at to name it, and the longest key.
const HEAD: usize = 64;
const KEY: usize = 64 * 1024;

/// Cuts an answer into the elements of its list.
#[derive(Debug)]
pub(in crate::connectors) struct Splitter {
    spec: Spec,
    state: State,
    /// How many bytes have been gone through.
    offset: u64,
    extent: Extent,
    /// Where the key, element or member that is going on began.
    began: u64,
    /// The key, element or member that is going on, if it began in an earlier piece or has to be looked at.
    held: Vec<u8>,
    /// The size of the element or member that is going on, whether it is held or not.
    size: u64,
    key: String,
    parsed: Parsed,
    lost: Vec<Lost>,
}

/// What is expected next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first byte, or the byte of that number of a byte-order mark.
    Mark(usize),
    /// The opening brace.
    Start,
    /// More of something that is no object.
    NoObject,
    /// A key or the closing brace.
    FirstKey,
    /// A key.
    Key,
    /// More of a key.
    InKey {
        escaped: bool,
    },
    Colon,
    /// The value of a member.
    Value,
    /// More of the value of a member.
    InValue,
    /// A comma or the closing brace.
    AfterValue,
    /// An element or the closing bracket.
    FirstElement,
    /// An element.
    Element,
    /// More of an element.
    InElement,
    /// A comma or the closing bracket.
    AfterElement,
    /// White space, to the end.
    End,
}

impl Splitter {
    pub(in crate::connectors) fn new(spec: Spec) -> Self {
        Self {
            spec,
            state: State::Mark(0),
            offset: 0,
            extent: Extent::default(),
            began: 0,
            held: Vec::new(),
            size: 0,
            key: String::new(),
            parsed: Parsed { list: Found::Missing, elements: 0, members: Map::new() },
            lost: Vec::new(),
        }
    }

    /// Goes on with this piece, and stops at its end or when the batch is full. Returns how many bytes were taken.
    pub(in crate::connectors) fn feed(&mut self, piece: &[u8], batch: &mut RawBatch) -> Result<usize, ListError> {
        let mut at = 0;
        while at < piece.len() && !batch.is_full() {
            let rest = &piece[at..];
            let taken = match self.state {
                State::InElement => self.element(rest, batch),
                State::InValue => self.value(rest)?,
                State::InKey { .. } => self.key(rest)?,
                State::NoObject => self.no_object(rest)?,
                State::Mark(place) => self.mark(rest[0], place),
                _ if is_space(rest[0]) => 1,
                _ => self.token(rest[0])?,
            };
            at += taken;
            self.offset += taken as u64;
        }
        Ok(at)
    }

    /// The elements that were passed over since this was last asked.
    pub(in crate::connectors) fn take_lost(&mut self) -> impl Iterator<Item = Lost> {
        self.lost.drain(..)
    }

    /// There is no more.
    pub(in crate::connectors) fn finish(self) -> Result<Parsed, ListError> {
        match self.state {
            State::End => Ok(self.parsed),
            State::Mark(0) | State::Start => Err(ListError::NotAnObject(TopLevel::Nothing)),
            State::NoObject => Err(ListError::NotAnObject(TopLevel::of(&self.held))),
            _ => Err(ListError::Cut),
        }
    }

    fn mark(&mut self, byte: u8, place: usize) -> usize {
        const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];
        let fits = MARK.get(place) == Some(&byte);
        self.state = match (fits, place) {
            (true, 0 | 1) => State::Mark(place + 1),
            (true, _) | (false, 0) => State::Start,
            // A mark that breaks off is neither a mark nor an object.
            (false, _) => {
                self.held.extend_from_slice(&MARK[..place]);
                State::NoObject
            }
        };
        usize::from(fits)
    }

    /// One byte that means something outside of keys and values.
    fn token(&mut self, byte: u8) -> Result<usize, ListError> {
        let (state, taken) = match (self.state, byte) {
            (State::Start, b'{') => (State::FirstKey, 1),
            (State::Start, _) => (State::NoObject, 0),
            (State::FirstKey | State::Key, b'"') => {
                self.held.clear();
                self.began = self.offset;
                (State::InKey { escaped: false }, 1)
            }
            (State::Colon, b':') => (State::Value, 1),
            (State::Value, b'[') if self.key == self.spec.list => {
                self.parsed.list = Found::List;
                (State::FirstElement, 1)
            }
            (State::Value, _) => (self.begin(byte, State::InValue)?, 0),
            (State::AfterValue, b',') => (State::Key, 1),
            (State::FirstKey | State::AfterValue, b'}') => (State::End, 1),
            (State::FirstElement | State::AfterElement, b']') => (State::AfterValue, 1),
            (State::AfterElement, b',') => (State::Element, 1),
            (State::FirstElement | State::Element, _) => (self.begin_element(byte)?, 0),
            (state, _) => return Err(self.broken(state.expected())),
        };
        self.state = state;
        Ok(taken)
    }

    fn begin(&mut self, first: u8, state: State) -> Result<State, ListError> {
        self.extent = Extent::beginning_with(first).ok_or_else(|| self.broken("a value is expected"))?;
        self.began = self.offset;
        self.held.clear();
        self.size = 0;
        Ok(state)
    }

    fn begin_element(&mut self, first: u8) -> Result<State, ListError> {
        if self.parsed.elements >= self.spec.elements {
            return Err(ListError::TooMany(self.spec.elements));
        }
        self.parsed.elements += 1;
        self.begin(first, State::InElement)
    }

    fn element(&mut self, rest: &[u8], batch: &mut RawBatch) -> usize {
        let end = self.extent.end_in(rest);
        let part = &rest[..end.unwrap_or(rest.len())];
        let whole = self.size == 0 && end.is_some();
        self.size += part.len() as u64;
        let fits = self.size <= self.spec.element as u64;
        if fits && !whole {
            self.held.extend_from_slice(part);
        }
        if end.is_some() {
            match (fits, whole) {
                (true, true) => batch.push(part),
                (true, false) => batch.push(&self.held),
                (false, _) => self.lost.push(Lost { place: self.parsed.elements, size: self.size }),
            }
            self.state = State::AfterElement;
        }
        if !fits {
            // Not cleared but freed: what is too large to be taken is too large to be kept in memory.
            self.held = Vec::new();
        }
        part.len()
    }

    fn value(&mut self, rest: &[u8]) -> Result<usize, ListError> {
        let end = self.extent.end_in(rest);
        let part = &rest[..end.unwrap_or(rest.len())];
        self.size += part.len() as u64;
        let fits = self.size <= self.spec.element as u64;
        if fits {
            self.held.extend_from_slice(part);
        } else {
            self.held = Vec::new();
        }
        if end.is_some() {
            self.member(fits)?;
            self.state = State::AfterValue;
        }
        Ok(part.len())
    }

    /// A member is there as a whole.
    fn member(&mut self, fits: bool) -> Result<(), ListError> {
        if fits && serde_json::from_slice::<IgnoredAny>(&self.held).is_err() {
            return Err(self.broken_since(&format!("the value of {} is broken", self.key_for_words())));
        }
        if self.key == self.spec.list {
            self.parsed.list = match self.held.first() {
                Some(b'n') => Found::Null,
                Some(b'{') => Found::Else("an object"),
                Some(b'"') => Found::Else("a text"),
                Some(b't' | b'f') => Found::Else("true or false"),
                Some(_) => Found::Else("a number"),
                None => Found::Else("something very large that is no list"),
            };
        } else if self.spec.members.contains(&self.key.as_str()) {
            if !fits {
                return Err(self.broken_since(&format!("the value of {} is too large", self.key_for_words())));
            }
            let value: Value = serde_json::from_slice(&self.held)
                .map_err(|_| self.broken_since(&format!("the value of {} cannot be read", self.key_for_words())))?;
            self.parsed.members.insert(self.key.clone(), value);
        }
        Ok(())
    }

    fn key(&mut self, rest: &[u8]) -> Result<usize, ListError> {
        let State::InKey { mut escaped } = self.state else { return Ok(0) };
        for (at, &byte) in rest.iter().enumerate() {
            if byte == b'"' && !escaped {
                self.held.extend_from_slice(&rest[..at]);
                self.end_key()?;
                return Ok(at + 1);
            }
            escaped = byte == b'\\' && !escaped;
        }
        self.held.extend_from_slice(rest);
        self.state = State::InKey { escaped };
        if self.held.len() > KEY { Err(self.broken_since("a key is too long")) } else { Ok(rest.len()) }
    }

    fn end_key(&mut self) -> Result<(), ListError> {
        self.held.insert(0, b'"');
        self.held.push(b'"');
        self.key = serde_json::from_slice(&self.held).map_err(|_| self.broken_since("a key is broken"))?;
        self.state = State::Colon;
        // Of two lists or two errors nobody knows which one is meant.
        let list_twice = self.key == self.spec.list && self.parsed.list != Found::Missing;
        if list_twice || self.parsed.members.contains_key(&self.key) {
            return Err(self.broken_since(&format!("{} is there twice", self.key_for_words())));
        }
        Ok(())
    }

    /// Only keys that are looked for are ever repeated in words; others could hold anything.
    fn key_for_words(&self) -> &str {
        let known = self.key == self.spec.list || self.spec.members.contains(&self.key.as_str());
        if known { &self.key } else { "another member" }
    }

    fn no_object(&mut self, rest: &[u8]) -> Result<usize, ListError> {
        let room = HEAD - self.held.len();
        self.held.extend_from_slice(&rest[..room.min(rest.len())]);
        let long = self.held.len() == HEAD || matches!(self.held.first(), Some(b'[' | b'"' | b'<'));
        if long { Err(ListError::NotAnObject(TopLevel::of(&self.held))) } else { Ok(rest.len()) }
    }

    fn broken(&self, why: &str) -> ListError {
        ListError::Malformed(format!("byte {}: {why}", self.offset + 1))
    }

    /// The same, of something that is only seen to be broken when all of it is there.
    fn broken_since(&self, why: &str) -> ListError {
        ListError::Malformed(format!("byte {}: {why}", self.began + 1))
    }
}

impl State {
    fn expected(self) -> &'static str {
        match self {
            Self::FirstKey | Self::Key => "a key is expected",
            Self::Colon => "a colon is expected",
            Self::AfterValue => "a comma or a closing brace is expected",
            Self::AfterElement => "a comma or a closing bracket is expected",
            Self::End => "nothing more is expected",
            _ => "something else is expected",
        }
    }
}
