//! How servers answer when nothing is wrong with them: the two that are known, a well-behaved one, and two that take
//! only one encoding. Facts: docs/protocols/pruvan.md.

use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::reply::Reply;
use super::request::{Call, Encoding, Request, find};
use super::state::State;
use crate::orders::Flavour;

/// Whose behaviour the simulator plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Server {
    /// Does what the documentation says: takes either encoding, checks username and password, honours `timestamp`.
    #[default]
    Standard,
    /// The known ASP.NET server. Reads from the first `{` to the first `}` of the raw body, so that an urlencoded
    /// form gets 406; 401 for a wrong login; looks at the token only; always the full list; `null` for an empty one;
    /// nulls, extra keys and US dates in its orders.
    AspNet,
    /// The known PHP server. 200 with an error and `validated: ""` for a wrong login; `text/html` for everything;
    /// looks at the token only; `getWorkOrders` says `1`, unless it `lists`; numeric work order numbers.
    Php {
        /// Whether it lists orders (honouring `timestamp`), as a later version of it might.
        lists: bool,
    },
    /// Like Standard, but takes urlencoded forms only.
    UrlencodedOnly {
        /// What it answers to others: 415 or 406 (JSON), 400 or 500 (HTML), 200 (HTML: no JSON object).
        refusal: u16,
    },
    /// Like Standard, but takes multipart forms only.
    MultipartOnly {
        /// What it answers to others: 415 or 406 (JSON), 400 or 500 (HTML), 200 (HTML: no JSON object).
        refusal: u16,
    },
}

impl Server {
    /// How it spells its orders.
    pub fn flavour(self) -> Flavour {
        match self {
            Self::AspNet => Flavour::AspNet,
            Self::Php { .. } => Flavour::Php,
            _ => Flavour::Standard,
        }
    }

    /// What it looks at unless told otherwise.
    fn auth(self) -> Auth {
        match self {
            Self::AspNet | Self::Php { .. } => Auth::Token,
            _ => Auth::Password,
        }
    }
}

/// What a server looks at to know who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Username, and SHA-1 of the password.
    Password,
    /// Username and token; the clear password is taken as the token too, as both known servers do.
    Token,
    /// Username, SHA-1 of the password, and the token.
    Both,
}

/// The client's account for this office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Username.
    pub username: String,
    /// Password, clear.
    pub password: String,
    /// Token.
    pub token: String,
}

impl Default for Credentials {
    fn default() -> Self {
        Self {
            username: "northwind_field".to_owned(),
            password: "12345".to_owned(),
            token: "6f0d2a54-77c1-4b1e-9f0e-1d2c3b4a5e6f".to_owned(),
        }
    }
}

impl Credentials {
    /// What stands in the payload for the password.
    pub fn password_sha1(&self) -> String {
        Sha1::digest(self.password.as_bytes()).iter().fold(String::with_capacity(40), |mut digits, byte| {
            // Writing to a String cannot fail.
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }

    fn accept(&self, payload: &Value, auth: Auth) -> bool {
        let text = |key: &str| payload.get(key).and_then(Value::as_str).unwrap_or("");
        let password = || text("password") == self.password_sha1();
        text("username") == self.username
            && match auth {
                Auth::Password => password(),
                Auth::Token => [&self.token, &self.password].into_iter().any(|secret| secret == text("token")),
                Auth::Both => password() && text("token") == self.token,
            }
    }
}

/// The answer on a good day.
pub(crate) fn answer(state: &State, request: &Request) -> Reply {
    let mut reply = match state.server {
        Server::AspNet => asp_net(state, request),
        Server::Php { lists } => php(state, request, lists),
        Server::UrlencodedOnly { refusal } if request.encoding != Encoding::UrlEncoded => refuse(refusal),
        Server::MultipartOnly { refusal } if request.encoding != Encoding::Multipart => refuse(refusal),
        Server::Standard | Server::UrlencodedOnly { .. } | Server::MultipartOnly { .. } => standard(state, request),
    };
    reply.wire.gzip = state.gzip && request.accepts_gzip();
    reply.wire.chunked = state.chunked;
    reply
}

fn refuse(status: u16) -> Reply {
    match status {
        415 | 406 => Reply::json(status, &json!({ "error": "this content type is not supported" })),
        400 => Reply::html(400, "Bad Request"),
        status => Reply::html(status, "Something went wrong"),
    }
}

fn auth(state: &State) -> Auth {
    state.auth.unwrap_or_else(|| state.server.auth())
}

fn since(state: &State, timestamp: Option<i64>) -> Vec<Bytes> {
    let listed = state.orders.iter().filter(|order| timestamp.is_none_or(|moment| order.changed_at >= moment));
    listed.map(|order| order.json.clone()).collect()
}

fn standard(state: &State, request: &Request) -> Reply {
    if request.method != "POST" {
        return Reply::json(405, &json!({ "error": "POST, please" }));
    }
    if !request.payload.is_object() {
        return Reply::json(400, &json!({ "error": "no payload" }));
    }
    let known = state.credentials.accept(&request.payload, auth(state));
    match request.call {
        None => Reply::html(404, "Not Found"),
        Some(Call::Validate) if known => Reply::json(200, &json!({ "error": "", "validated": true })),
        Some(Call::Validate) => {
            Reply::json(401, &json!({ "error": "unknown user or wrong password", "validated": false }))
        }
        Some(Call::GetWorkOrders) if known => Reply::list(since(state, request.timestamp())),
        Some(Call::GetWorkOrders) => Reply::json(401, &json!({ "error": "unknown user or wrong password" })),
    }
}

fn asp_net(state: &State, request: &Request) -> Reply {
    let Some(call) = request.call else { return Reply::html(404, "The resource cannot be found.") };
    // As its code does: no decoding, no parts, only the first pair of braces in the body.
    let cut = find(&request.body, b"{").and_then(|start| {
        let length = find(&request.body[start..], b"}")?;
        Some(&request.body[start..=start + length])
    });
    let payload = match cut.map(serde_json::from_slice::<Value>) {
        None => return asp_net_exception(call, "Length cannot be less than zero.\r\nParameter name: length"),
        Some(Err(_)) => {
            return asp_net_exception(call, "Unexpected end of content while loading JObject. Path 'token'.");
        }
        Some(Ok(payload)) => payload,
    };
    let known = state.credentials.accept(&payload, auth(state));
    let user = payload.get("username").and_then(Value::as_str).unwrap_or("");
    let denied = format!("Invalid username or password for user {user}");
    match call {
        Call::Validate if known => Reply::json(200, &json!({ "error": "", "validated": true })),
        Call::Validate => Reply::json(401, &json!({ "error": denied, "validated": false })),
        Call::GetWorkOrders if !known => Reply::json(401, &json!({ "error": denied })),
        // It takes the timestamp for the text of a date, cannot read it, and lists everything.
        Call::GetWorkOrders if state.orders.is_empty() => Reply::json(200, &json!({ "workOrders": null, "error": "" })),
        Call::GetWorkOrders => Reply::list(since(state, None)),
    }
}

fn asp_net_exception(call: Call, text: &str) -> Reply {
    match call {
        Call::Validate => Reply::json(406, &json!({ "error": text, "validated": false })),
        Call::GetWorkOrders => Reply::json(406, &json!({ "error": text })),
    }
}

fn php(state: &State, request: &Request, lists: bool) -> Reply {
    if request.method != "POST" {
        return Reply::html(405, "MethodNotAllowedHttpException");
    }
    if !request.payload.is_object() {
        return Reply::html(500, "Whoops, looks like something went wrong.");
    }
    let known = state.credentials.accept(&request.payload, auth(state));
    let mut reply = match request.call {
        None => Reply::html(404, "Sorry, the page you are looking for could not be found."),
        Some(_) if !known => Reply::json(200, &json!({ "error": "Invalid username or token", "validated": "" })),
        Some(Call::Validate) => Reply::json(200, &json!({ "error": "", "validated": true })),
        Some(Call::GetWorkOrders) if lists => Reply::list(since(state, request.timestamp())),
        // The framework writes `true` as text.
        Some(Call::GetWorkOrders) => Reply::whole(200, "", "1"),
    };
    "text/html; charset=UTF-8".clone_into(&mut reply.content_type);
    reply
}
