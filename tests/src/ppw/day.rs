//! What PPW may do on a bad day.

use std::time::Duration;

use serde::Deserialize;

use super::server::failure;
use crate::pruvan::At;
use crate::pruvan::reply::{End, HangUp, Reply};

/// How an answer differs from a good one. The JSON form, for `POST /control`, is `{"day":"slow","millis":500}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "day", rename_all = "kebab-case")]
pub enum Day {
    /// A maintenance page: HTML with this status.
    Html {
        /// 200 or 503, say.
        #[serde(default = "maintenance")]
        status: u16,
    },
    /// `success: false` with these words and `result_data: ""`.
    Refused {
        /// The words.
        words: String,
    },
    /// The same, and `auth_error: true`.
    AuthError,
    /// `{"status": "error", "message": ...}`, the other way in which it may fail.
    StatusError {
        /// The message.
        message: String,
    },
    /// HTTP 401 with a line of plain text.
    Unauthorized,
    /// HTTP 429.
    TooMany {
        /// The value of `Retry-After`.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// That status and a line of plain text.
    Status {
        /// HTTP status.
        status: u16,
    },
    /// The body is cut in the middle, and HTTP can tell.
    Cut,
    /// The JSON ends in the middle, though HTTP says that all is well.
    CutJson,
    /// The answer begins late.
    Slow {
        /// How late.
        millis: u64,
    },
    /// The answer stops in the middle of its body; the connection stays open and silent until the client gives up.
    Stall,
    /// The connection is closed without an answer.
    NoAnswer,
    /// The `Date` header is off by so many seconds.
    ClockOff {
        /// Seconds ahead; negative is behind.
        seconds: i64,
    },
    /// No `Date` header.
    NoDate,
    /// Any body, with status 200.
    Raw {
        /// The body.
        body: String,
    },
}

fn maintenance() -> u16 {
    503
}

impl Day {
    /// Whether nothing is left of the good answer.
    pub(super) fn replaces(&self) -> bool {
        !matches!(
            self,
            Self::Cut | Self::CutJson | Self::Slow { .. } | Self::Stall | Self::ClockOff { .. } | Self::NoDate
        )
    }

    pub(super) fn bend(&self, reply: &mut Reply) {
        match self {
            Self::Html { status } => reply.say(Reply::html(*status, "Property Pres Wizard is down for maintenance")),
            Self::Refused { words } => reply.say(failure(words)),
            Self::AuthError => reply.say(Reply::json(200, &serde_json::json!({ "auth_error": true }))),
            Self::StatusError { message } => {
                reply.say(Reply::json(200, &serde_json::json!({ "status": "error", "message": message })));
            }
            Self::Unauthorized => reply.say(Reply::whole(401, "text/plain", "Unauthorized\n")),
            Self::TooMany { retry_after } => {
                reply.say(Reply::whole(429, "text/plain", "Too many requests\n"));
                reply.headers.extend(retry_after.iter().map(|value| ("Retry-After", value.clone())));
            }
            Self::Status { status } => reply.say(Reply::whole(*status, "text/plain", "Something went wrong\n")),
            Self::Cut => reply.wire.end = Some((At::default(), End::Cut)),
            Self::CutJson => reply.wire.end = Some((At::default(), End::Quiet)),
            Self::Stall => reply.wire.end = Some((At::default(), End::Stall)),
            Self::Slow { millis } => reply.wire.delay = Some(Duration::from_millis(*millis)),
            Self::NoAnswer => reply.wire.hang_up = Some(HangUp::Close),
            Self::ClockOff { seconds } => reply.wire.clock_off += seconds,
            Self::NoDate => reply.wire.no_date = true,
            Self::Raw { body } => reply.say(Reply::whole(200, "application/json", body.clone())),
        }
    }
}
