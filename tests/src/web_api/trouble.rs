//! What can be wrong with an API.

use std::time::Duration;

use serde_json::Value;

use super::state::State;
use crate::pruvan::At;
use crate::pruvan::Request;
use crate::pruvan::reply::{Body, End, HangUp, Reply};

/// One thing that is wrong with one answer.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// A refusal, with words.
    Status(u16),
    /// The same, asking to wait so many seconds.
    RetryAfter(u16, u64),
    /// A refusal that repeats all headers and the body of the request.
    Echo(u16),
    /// Success, with words in `/error`, and the orders as well.
    ErrorText,
    /// A page of HTML.
    Html,
    /// No JSON at all.
    Garbage,
    /// The body ends in the middle.
    Cut,
    /// The connection ends without an answer.
    NoAnswer,
    /// It begins and then says nothing more.
    Stall,
    /// It takes so long.
    Slow(Duration),
    /// `null` in the place of the orders.
    NullList,
    /// No orders at all, not even a list.
    NoList,
    /// The first page, whichever was asked for.
    FirstPage,
    /// The link to the next page leads there.
    NextAt(String),
    /// The link or cursor leads to this page once more.
    SameNext,
    /// It says that there are so many orders.
    Total(u64),
    /// From this answer on no token is good that was given before.
    ForgetsTokens,
    /// One order more, of so many bytes.
    Huge(usize),
    /// One order more, nested so deep.
    Deep(usize),
    /// This JSON as one order more.
    Odd(String),
    /// Another order than the one that was asked for.
    OtherOrder,
}

impl Trouble {
    /// What becomes of the state before there is an answer.
    pub(super) fn before(&self, state: &mut State) {
        if matches!(self, Self::ForgetsTokens) {
            state.tokens.clear();
        }
    }

    /// What becomes of the answer.
    pub(super) fn bend(&self, request: &Request, mut reply: Reply) -> Reply {
        match self {
            Self::Status(status) => Reply::json(*status, &serde_json::json!({ "message": "not today" })),
            Self::RetryAfter(status, seconds) => {
                let mut reply = Reply::json(*status, &serde_json::json!({}));
                reply.headers.push(("Retry-After", seconds.to_string()));
                reply
            }
            Self::Echo(status) => {
                let headers: Vec<String> =
                    request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                let said = format!("you said {} and {}", headers.join("; "), String::from_utf8_lossy(&request.body));
                Reply::json(*status, &serde_json::json!({ "error": { "message": said } }))
            }
            Self::Html => Reply::html(200, "Maintenance"),
            Self::Garbage => Reply::whole(200, "application/json", "{\"data\": {\"orders\": [{\"id\": 1,,}]}}"),
            Self::Cut => {
                reply.wire.end = Some((At::Share(0.5), End::Cut));
                reply
            }
            Self::Stall => {
                reply.wire.end = Some((At::Share(0.5), End::Stall));
                reply
            }
            Self::NoAnswer => {
                reply.wire.hang_up = Some(HangUp::Close);
                reply
            }
            Self::Slow(delay) => {
                reply.wire.delay = Some(*delay);
                reply
            }
            _ => self.bend_body(reply),
        }
    }

    fn bend_body(&self, reply: Reply) -> Reply {
        let Body::Whole(bytes) = &reply.body else { return reply };
        let Ok(mut body) = serde_json::from_slice::<Value>(bytes) else { return reply };
        match self {
            Self::ErrorText => body["error"] = "the queue is being rebuilt".into(),
            Self::NullList => body["data"]["orders"] = Value::Null,
            Self::NoList => body["data"] = Value::Object(serde_json::Map::new()),
            Self::NextAt(url) => body["links"]["next"] = url.as_str().into(),
            Self::Total(total) => body["total"] = (*total).into(),
            Self::OtherOrder => body["order"]["id"] = 1.into(),
            Self::Huge(bytes) => return one_more(&reply, &format!("{{\"id\":9001,\"x\":\"{}\"}}", "A".repeat(*bytes))),
            Self::Deep(depth) => {
                let deep = format!("{{\"id\":9002,\"x\":{}{}}}", "[".repeat(*depth), "]".repeat(*depth));
                return one_more(&reply, &deep);
            }
            Self::Odd(json) => return one_more(&reply, json),
            _ => return reply,
        }
        Reply { body: Body::Whole(body.to_string().into()), ..reply }
    }
}

/// Puts an order before all others, as text: a parser would stumble over some of them.
fn one_more(reply: &Reply, order: &str) -> Reply {
    let Body::Whole(bytes) = &reply.body else { return reply.clone() };
    let text = String::from_utf8_lossy(bytes).replacen("\"orders\":[", &format!("\"orders\":[{order},"), 1);
    Reply { body: Body::Whole(text.into()), ..reply.clone() }
}
