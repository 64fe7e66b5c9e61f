//! What a client's server may do on a bad day.

use bytes::Bytes;
use serde::{Deserialize, Deserializer};

use super::gate::Gate;

/// A place in the unpacked body of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    /// After this share of the body, 0.0 to 1.0.
    Share(f64),
    /// After so many bytes.
    Bytes(u64),
    /// So many bytes before the end. `BeforeEnd(1)` leaves out the last brace.
    BeforeEnd(u64),
}

impl Default for At {
    fn default() -> Self {
        Self::Share(0.5)
    }
}

/// How an answer differs from what the server's style would say. The JSON form, for `POST /control`, is
/// `{"day":"cut-chunked","at":{"share":0.3}}`; every field has a default there.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "day", rename_all = "kebab-case")]
pub enum Day {
    /// Nothing special.
    Well,
    /// Several at once, applied in this order.
    All {
        /// Which.
        days: Vec<Day>,
    },

    // --- refusals ---
    /// HTTP 401 with `{"error": message}`.
    Unauthorized {
        /// The error.
        #[serde(default = "locked")]
        message: String,
    },
    /// HTTP 200 with an error and no list, shaped like validate: `{"error": message, "validated": ""}`.
    Error {
        /// The error.
        #[serde(default = "locked")]
        message: String,
    },
    /// HTTP 200 with the good list and an error, which stands before or after the list. A good `validate` gets
    /// `validated: true` and the error.
    ErrorWithOrders {
        /// The error.
        #[serde(default = "locked")]
        message: String,
        /// Whether `error` comes before `workOrders`.
        #[serde(default)]
        before: bool,
    },
    /// HTTP 406 with the text of an exception as JSON.
    NotAcceptable,
    /// A login page: HTML with status 200.
    HtmlPage,
    /// A maintenance page: HTML with this status.
    Html {
        /// 500 or 503, say.
        #[serde(default = "maintenance")]
        status: u16,
    },
    /// HTTP 429.
    TooManyRequests {
        /// The value of `Retry-After`: seconds or a date.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// HTTP 503 with a line of plain text.
    Unavailable {
        /// The value of `Retry-After`: seconds or a date.
        #[serde(default)]
        retry_after: Option<String>,
    },

    // --- time ---
    /// The answer begins late.
    SlowFirstByte {
        /// How late.
        #[serde(default = "second")]
        millis: u64,
    },
    /// The answer stops in the middle of its body; the connection stays open and silent until the client gives up.
    Stall {
        /// Where.
        #[serde(default)]
        at: At,
    },
    /// The answer waits at a gate that the test opens.
    #[serde(skip)]
    Pause(Gate),
    /// The body comes slowly.
    Throttle {
        /// How slowly.
        #[serde(default = "trickle")]
        bytes_per_second: u64,
    },

    // --- the wire ---
    /// The connection is reset as soon as it is accepted. A connection that is already open is reset after its next
    /// request.
    ResetOnAccept,
    /// The connection is reset after the request was read.
    Reset,
    /// The connection is closed in good order after the request was read, without an answer.
    NoAnswer,
    /// The body is cut short: chunked, without the end of the last chunk.
    CutChunked {
        /// Where.
        #[serde(default)]
        at: At,
    },
    /// The body is cut short: `Content-Length` says more than is sent.
    CutLength {
        /// Where.
        #[serde(default)]
        at: At,
    },
    /// The JSON ends in the middle, though HTTP says that all is well.
    CutJson {
        /// Where.
        #[serde(default)]
        at: At,
    },
    /// A good answer, packed with gzip whatever the client accepts.
    Gzip,
    /// Packed with gzip; the packed stream ends in the middle, though HTTP says that all is well.
    GzipCut {
        /// Where, in the unpacked body.
        #[serde(default)]
        at: At,
    },
    /// `Content-Encoding: gzip` over a body that is not packed.
    GzipLie,
    /// A redirect to another address, usually on another host.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        #[serde(default = "temporary")]
        status: u16,
        /// The value of `Location`.
        to: String,
    },
    /// A redirect to another path of this server, which answers well.
    RedirectSameHost {
        /// 301, 302, 303, 307 or 308.
        #[serde(default = "temporary")]
        status: u16,
    },
    /// The `Date` header is off; 86,400 is a day ahead. For a clock that is really wrong, see
    /// `Orders::set_clock_offset` too.
    ClockOff {
        /// Seconds ahead; negative is behind.
        #[serde(default = "day")]
        seconds: i64,
    },
    /// No `Date` header.
    NoDate,
    /// The good answer with another `Content-Type`.
    ContentType {
        /// Its value.
        #[serde(default = "html")]
        value: String,
    },

    // --- the list ---
    /// Half of the list, otherwise well formed.
    HalfList,
    /// `"workOrders": []`.
    EmptyList,
    /// `"workOrders": null`.
    NullList,
    /// The body is `true`.
    BareTrue,
    /// No key `workOrders`: `{"error":""}`.
    NoList,
    /// `"workOrders": {}`, with the first order inside.
    ListIsObject,
    /// `"workOrders": "[]"`.
    ListIsText,
    /// The body is empty.
    EmptyBody,
    /// The body is bytes that are no text.
    Garbage,
    /// Any answer at all.
    Raw {
        /// HTTP status.
        #[serde(default = "fine")]
        status: u16,
        /// `Content-Type`.
        #[serde(default = "json")]
        content_type: String,
        /// The body. Text in the JSON form.
        #[serde(default, deserialize_with = "text")]
        body: Bytes,
    },
    /// The first order comes once more at the end, different (`clientStatus` is `The later one`).
    DuplicateNumbers,
    /// The first order has no number.
    OrderWithoutNumber,
    /// The first order is huge: a filler stands before its other keys.
    HugeOrder {
        /// How many bytes of filler.
        #[serde(default = "ten_megabytes")]
        bytes: usize,
    },
    /// The first order has due dates that nobody can read.
    BadDates,
    /// At the end comes a partial update (number and `clientStatus` `Cancelled`) of a number that may not exist.
    PartialUpdate {
        /// The number.
        #[serde(default = "nobody")]
        number: String,
    },
    /// At the end of the list comes an element that is no object.
    NotAnObject {
        /// Its JSON.
        #[serde(default = "word")]
        json: String,
    },
    /// The first order has an unknown key with arrays nested so deep.
    DeepNesting {
        /// How deep.
        #[serde(default = "deep")]
        depth: usize,
    },
    /// A byte order mark and white space before the JSON, white space after it.
    Bom,
    /// Something after the end of the JSON.
    Trailing {
        /// What.
        #[serde(default = "notice")]
        text: String,
    },
    /// `"error": ""` before the list.
    ErrorFirst,
    /// Unknown keys around the list; one holds a list called `workOrders`, which is not the list.
    ExtraKeys,
}

fn locked() -> String {
    "user is locked".to_owned()
}
fn maintenance() -> u16 {
    503
}
fn second() -> u64 {
    1_000
}
fn trickle() -> u64 {
    64 * 1024
}
fn temporary() -> u16 {
    307
}
fn day() -> i64 {
    86_400
}
fn html() -> String {
    "text/html; charset=UTF-8".to_owned()
}
fn fine() -> u16 {
    200
}
fn json() -> String {
    "application/json; charset=utf-8".to_owned()
}
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    String::deserialize(deserializer).map(Bytes::from)
}
fn ten_megabytes() -> usize {
    10 * 1024 * 1024
}
fn nobody() -> String {
    "NOBODY-1".to_owned()
}
fn word() -> String {
    "\"not an order\"".to_owned()
}
fn deep() -> usize {
    10_000
}
fn notice() -> String {
    "\n<br />\n<b>Notice</b>: Undefined index: log in <b>/var/www/api.php</b> on line <b>44</b><br />".to_owned()
}

impl Day {
    /// The default cut in the middle of a chunked body.
    pub fn cut() -> Self {
        Self::CutChunked { at: At::default() }
    }

    /// Whether it changes only lists, so that a `validate` in between does not use it up.
    pub(crate) fn only_lists(&self) -> bool {
        match self {
            Self::All { days } => days.iter().all(Self::only_lists),
            Self::HalfList
            | Self::EmptyList
            | Self::NullList
            | Self::NoList
            | Self::ListIsObject
            | Self::ListIsText
            | Self::DuplicateNumbers
            | Self::OrderWithoutNumber
            | Self::HugeOrder { .. }
            | Self::BadDates
            | Self::PartialUpdate { .. }
            | Self::NotAnObject { .. }
            | Self::DeepNesting { .. }
            | Self::ExtraKeys => true,
            _ => false,
        }
    }
}
