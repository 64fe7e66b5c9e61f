//! What an answer means: the rules of sections 3 and 4 of docs/protocols/pruvan.md. The body counts first, then the
//! status, and the content type not at all.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::connectors::json_list::{Found, ListError, Parsed, TopLevel, small_object};
use crate::connectors::{ConnectError, List};
use crate::http::{HttpError, StatusCode};

use super::call::Credentials;

/// A call that did not go well.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: ConnectError,
    /// Whether the reason may be that the server wants the payload in the other encoding.
    pub(super) other_encoding: bool,
    /// Whether the status is one of a server error (5xx).
    pub(super) server_error: bool,
    /// How long it asks to wait.
    pub(super) retry_after: Option<Duration>,
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Self { error, other_encoding: false, server_error: false, retry_after: None }
    }
}

/// The answer to `validate`, if its status is one of success.
pub(super) fn validated(body: &[u8], credentials: &Credentials) -> Result<(), Failure> {
    let object = match small_object(body) {
        Ok(object) => object,
        Err(ListError::Cut) => return Err(ConnectError::BrokeOff(HttpError::CutShort).into()),
        Err(error) => return Err(no_object(&error.to_string())),
    };
    let words = words(&object, credentials);
    match object.get("validated") {
        Some(value) if is_true(value) && words.is_none() => Ok(()),
        None if words.is_none() => {
            let why = "it says neither that the credentials are good nor that they are not";
            Err(ConnectError::NotUnderstood(why.to_owned()).into())
        }
        // Words alone may be about anything: maintenance, a locked account.
        None => Err(ConnectError::Refused { words: words.unwrap_or_default(), may_pass: false }.into()),
        _ => Err(ConnectError::WrongCredentials { words: words.unwrap_or_default() }.into()),
    }
}

/// The answer to `getWorkOrders`, if its status is one of success and it has come to its end.
pub(super) fn orders(parsed: &Parsed, credentials: &Credentials) -> Result<List, ConnectError> {
    if let Some(words) = words(&parsed.members, credentials) {
        // A refused login has the shape of an answer to `validate`.
        return Err(if parsed.members.contains_key("validated") {
            ConnectError::WrongCredentials { words }
        } else {
            ConnectError::Refused { words, may_pass: false }
        });
    }
    match parsed.list {
        Found::List => Ok(List::Complete),
        Found::Null => Ok(List::Nothing),
        Found::Missing => Err(ConnectError::NotUnderstood("it has no list \"workOrders\"".to_owned())),
        Found::Else(kind) => {
            Err(ConnectError::NotUnderstood(format!("a list \"workOrders\" is expected, but it is {kind}")))
        }
    }
}

/// An answer that cannot be read as what was asked for.
pub(super) fn not_a_list(error: &ListError) -> Failure {
    match error {
        ListError::Cut => ConnectError::BrokeOff(HttpError::CutShort).into(),
        ListError::TooMany(_) => ConnectError::TooLarge(error.to_string()).into(),
        ListError::Malformed(_) => ConnectError::NotUnderstood(error.to_string()).into(),
        // The known server that works by push only answers `true`, which PHP writes as 1.
        ListError::NotAnObject(TopLevel::True | TopLevel::Number) => no_object(&format!(
            "{error}; this client system seems to send its orders by itself only, and cannot be asked for them"
        )),
        ListError::NotAnObject(_) => no_object(&error.to_string()),
    }
}

fn no_object(why: &str) -> Failure {
    let error = ConnectError::NotUnderstood(why.to_owned());
    Failure { other_encoding: true, ..error.into() }
}

/// An answer whose status is not one of success. The body is none if it could not be read.
pub(super) fn refused(status: StatusCode, body: Option<&[u8]>, credentials: &Credentials) -> Failure {
    let object = body.and_then(|body| small_object(body).ok());
    let words = object.as_ref().and_then(|object| words(object, credentials).or_else(|| message(object, credentials)));
    let says = HttpError::Status(status.as_u16());
    let error = match (status.as_u16(), words) {
        (401 | 403, words) => {
            ConnectError::WrongCredentials { words: words.unwrap_or_else(|| format!("HTTP {}", status.as_u16())) }
        }
        (_, Some(words)) => ConnectError::Refused { words, may_pass: says.may_pass() },
        (_, None) if says.may_pass() => ConnectError::CannotReach(says),
        (404 | 405, None) => ConnectError::NotUnderstood(format!("{says}; are the URL and the extension right?")),
        (_, None) => ConnectError::NotUnderstood(says.to_string()),
    };
    let other_encoding = match status.as_u16() {
        401 | 403 | 408 | 425 | 429 => false,
        400 | 406 | 415 | 500.. => true,
        _ => object.is_none(),
    };
    Failure { other_encoding, server_error: status.is_server_error(), ..error.into() }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::Number(value) => value.as_u64() == Some(1),
        Value::String(value) => matches!(value.trim().to_ascii_lowercase().as_str(), "true" | "1"),
        _ => false,
    }
}

/// The words of an error, if there is one.
fn words(object: &Map<String, Value>, credentials: &Credentials) -> Option<String> {
    let words = match object.get("error")? {
        Value::Null | Value::Bool(false) => return None,
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => return None,
        Value::Object(values) if values.is_empty() => return None,
        other => other.to_string(),
    };
    if words.trim().is_empty() {
        return None;
    }
    let clean = credentials.clean(&words);
    // An error of control characters only is still an error.
    Some(if clean.is_empty() { "an error without words".to_owned() } else { clean })
}

/// What frameworks say in place of an application that did not get to answer.
fn message(object: &Map<String, Value>, credentials: &Credentials) -> Option<String> {
    let text = object.get("message").or_else(|| object.get("Message"))?.as_str()?;
    Some(credentials.clean(text)).filter(|text| !text.is_empty())
}
