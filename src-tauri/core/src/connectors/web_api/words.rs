//! What an API says about a request that it refuses, and what that means.

use std::fmt;

use serde_json::Value;

use super::raw;
use crate::connectors::ConnectError;
use crate::connectors::redact;
use crate::http::{HttpError, StatusCode};

/// The largest refusal that is read for its words.
pub(super) const SMALL: usize = 64 * 1024;
/// Where APIs put their words, the best ones first.
const PLACES: [&str; 9] = [
    "/error_description",
    "/error/message",
    "/message",
    "/Message",
    "/detail",
    "/title",
    "/errors/0/message",
    "/errors/0",
    "/error",
];

/// All that must never be shown. Its `Debug` shows nothing.
#[derive(Clone)]
pub(super) struct Hidden(Vec<String>);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(***)")
    }
}

impl Hidden {
    pub(super) fn new(secrets: &[&str]) -> Self {
        Self(redact::hidden(secrets))
    }

    /// With one more.
    pub(super) fn and(&self, more: &str) -> Self {
        let mut secrets: Vec<&str> = self.0.iter().map(String::as_str).collect();
        secrets.push(more);
        Self::new(&secrets)
    }

    fn clean(&self, words: &str) -> String {
        redact::clean(words, &self.0)
    }
}

/// Whether wrong credentials may be the reason of a 403: a key is often answered so, a login that was just accepted is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forbidden {
    WrongCredentials,
    Refused,
}

/// An answer whose status is not one of success. The body is none if it could not be read.
pub(super) fn refused(
    status: StatusCode,
    body: Option<&[u8]>,
    error: Option<&str>,
    hidden: &Hidden,
    forbidden: Forbidden,
) -> ConnectError {
    let said = body.and_then(|body| said(body, error, hidden));
    let says = HttpError::Status(status.as_u16());
    match (status.as_u16(), said) {
        (401, said) => ConnectError::WrongCredentials { words: said.unwrap_or_else(|| "HTTP 401".to_owned()) },
        (403, said) if forbidden == Forbidden::WrongCredentials => {
            ConnectError::WrongCredentials { words: said.unwrap_or_else(|| "HTTP 403".to_owned()) }
        }
        (_, Some(words)) => ConnectError::Refused { words, may_pass: says.may_pass() },
        (403, None) => {
            let words = "HTTP 403 (Forbidden); the account may not see this".to_owned();
            ConnectError::Refused { words, may_pass: false }
        }
        (_, None) if says.may_pass() => ConnectError::CannotReach(says),
        (404 | 405, None) => ConnectError::NotUnderstood(format!("{says}; are the base URL and the path right?")),
        (_, None) => ConnectError::NotUnderstood(says.to_string()),
    }
}

/// The words of a refusal, fit to be shown.
pub(super) fn said(body: &[u8], error: Option<&str>, hidden: &Hidden) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    error
        .into_iter()
        .chain(PLACES)
        .filter_map(|place| body.pointer(place)?.as_str())
        .map(|words| hidden.clean(words))
        .find(|words| !words.is_empty())
}

/// The error that an answer of success holds at that place, if there is one.
pub(super) fn error_in(body: &str, error: &str, hidden: &Hidden) -> Option<String> {
    let found: Value = raw::find(body, error).ok()?.and_then(|json| serde_json::from_str(json).ok())?;
    let words = match found {
        Value::Null | Value::Bool(false) => return None,
        Value::String(text) if text.trim().is_empty() => return None,
        Value::Array(values) if values.is_empty() => return None,
        Value::Object(values) if values.is_empty() => return None,
        Value::String(text) => text,
        other => other.to_string(),
    };
    let words = hidden.clean(&words);
    // An error of control characters only is still an error.
    Some(if words.is_empty() { "an error without words".to_owned() } else { words })
}
