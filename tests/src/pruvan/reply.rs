//! An answer before it is sent: status, headers, body, and how the wire treats it.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::day::At;
use super::gate::Gate;

/// An answer that a [`super::Day`] can still bend.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    /// More headers; `Date`, `Content-Type` and those of the framing are not among them.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    pub(crate) wire: Wire,
}

/// The body of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Text or bytes as they are.
    Whole(Bytes),
    /// A list of orders, sent piece by piece.
    List(List),
}

/// The answer to `getWorkOrders` in its parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    pub(crate) orders: Vec<Bytes>,
    pub(crate) error: String,
    pub(crate) error_first: bool,
    /// Unknown keys before and behind the others, with their commas.
    pub(crate) before: &'static str,
    pub(crate) behind: &'static str,
    /// What stands before and behind the JSON.
    pub(crate) margin: (Bytes, Bytes),
}

/// How the answer is put on the wire.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent switches, each set by a day of its own")]
pub(crate) struct Wire {
    pub(crate) chunked: bool,
    pub(crate) gzip: bool,
    pub(crate) gzip_lie: bool,
    pub(crate) delay: Option<Duration>,
    pub(crate) bytes_per_second: Option<u64>,
    pub(crate) gates: Vec<Gate>,
    pub(crate) end: Option<(At, End)>,
    pub(crate) clock_off: i64,
    pub(crate) no_date: bool,
    /// No answer at all.
    pub(crate) hang_up: Option<HangUp>,
}

/// How a body ends before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection stays open and silent.
    Stall,
    /// The connection is closed; HTTP can tell that something is missing.
    Cut,
    /// HTTP says that this was all.
    Quiet,
}

/// How a connection ends instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HangUp {
    Close,
    Reset,
}

impl Reply {
    pub(crate) fn whole(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            content_type: content_type.to_owned(),
            headers: Vec::new(),
            body: Body::Whole(body.into()),
            wire: Wire::default(),
        }
    }

    pub(crate) fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::whole(status, "application/json; charset=utf-8", value.to_string())
    }

    pub(crate) fn html(status: u16, title: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body class=\"a{{b}}\"><h1>{title}</h1></body></html>\n"
        );
        Self::whole(status, "text/html; charset=UTF-8", page)
    }

    pub(crate) fn list(orders: Vec<Bytes>) -> Self {
        let mut reply = Self::whole(200, "application/json; charset=utf-8", Bytes::new());
        reply.body = Body::List(List { orders, ..List::default() });
        reply
    }

    /// The list, if the body is one.
    pub(crate) fn list_mut(&mut self) -> Option<&mut List> {
        match &mut self.body {
            Body::List(list) => Some(list),
            Body::Whole(_) => None,
        }
    }

    /// Replaces status, type and body; the wire stays as planned.
    pub(crate) fn say(&mut self, other: Self) {
        self.status = other.status;
        self.content_type = other.content_type;
        self.body = other.body;
        self.headers.extend(other.headers);
    }

    /// The body in pieces, in order.
    pub(crate) fn pieces(&self) -> Vec<Bytes> {
        match &self.body {
            Body::Whole(bytes) => vec![bytes.clone()],
            Body::List(list) => list.pieces(),
        }
    }
}

impl List {
    fn pieces(&self) -> Vec<Bytes> {
        let error = serde_json::Value::from(self.error.as_str()).to_string();
        let mut head = BytesMut::from(self.margin.0.as_ref());
        head.extend_from_slice(b"{");
        head.extend_from_slice(self.before.as_bytes());
        if self.error_first {
            head.extend_from_slice(format!("\"error\":{error},").as_bytes());
        }
        head.extend_from_slice(b"\"workOrders\":[");
        let mut tail = BytesMut::from(&b"]"[..]);
        if !self.error_first {
            tail.extend_from_slice(format!(",\"error\":{error}").as_bytes());
        }
        tail.extend_from_slice(self.behind.as_bytes());
        tail.extend_from_slice(b"}");
        tail.extend_from_slice(&self.margin.1);

        let comma = Bytes::from_static(b",\n");
        let mut pieces = Vec::with_capacity(self.orders.len() * 2 + 2);
        pieces.push(head.freeze());
        for (index, order) in self.orders.iter().enumerate() {
            if index > 0 {
                pieces.push(comma.clone());
            }
            pieces.push(order.clone());
        }
        pieces.push(tail.freeze());
        pieces
    }
}

impl At {
    /// The place in a body of this length.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bodies are far below 2^52 bytes, and the result is kept within the body"
    )]
    pub(crate) fn of(self, length: u64) -> u64 {
        match self {
            Self::Share(share) => ((length as f64 * share) as u64).min(length),
            Self::Bytes(bytes) => bytes.min(length),
            Self::BeforeEnd(bytes) => length.saturating_sub(bytes),
        }
    }
}
