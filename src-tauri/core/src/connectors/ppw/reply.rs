//! What an answer means (section 2 of docs/protocols/ppw.md): its envelope says whether it went well, in more than one way.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::call::Credentials;
use crate::connectors::ConnectError;
use crate::connectors::json_list::{ListError, TopLevel, small_object};
use crate::http::{HttpError, StatusCode};

/// The members of the envelope beside the result.
pub(super) const MEMBERS: &[&str] = &["success", "error", "return_error_msg", "auth_error", "status", "message"];

/// The envelope of an answer that is one small object.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow, default)]
    pub(super) result_data: Option<&'a RawValue>,
}

/// What an envelope says went wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The login.
    Login(String),
    /// Anything else, in words that may be empty.
    Other(String),
    /// It says neither that it went well nor that it did not.
    Unclear,
}

impl From<Refusal> for ConnectError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Login(words) => Self::WrongCredentials { words },
            Refusal::Other(words) => Self::Refused { words, may_pass: false },
            Refusal::Unclear => Self::NotUnderstood("it says neither that it went well nor that it did not".to_owned()),
        }
    }
}

/// What went wrong, by the members of an envelope. None if it went well.
pub(super) fn refusal(members: &Map<String, Value>, credentials: &Credentials) -> Option<Refusal> {
    let told = |key: &str| members.get(key).map(is_true);
    let text = |key: &str| members.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let status_is_error = text("status").is_some_and(|status| status.eq_ignore_ascii_case("error"));
    let words = text("return_error_msg").or_else(|| text("message").filter(|_| told("success") != Some(true)));
    let has_failed = told("error") == Some(true)
        || told("auth_error") == Some(true)
        || told("success") == Some(false)
        || text("return_error_msg").is_some()
        || status_is_error;
    if !has_failed {
        return if told("success") == Some(true) { None } else { Some(Refusal::Unclear) };
    }
    let words = words.or_else(|| text("error").filter(|text| !is_true(&Value::from(*text))));
    let words = credentials.clean(words.unwrap_or_default());
    let is_login = told("auth_error") == Some(true) || is_about_the_login(&words);
    Some(if is_login { Refusal::Login(words) } else { Refusal::Other(words) })
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::Number(value) => value.as_u64().is_some_and(|value| value != 0),
        Value::String(value) => matches!(value.trim().to_ascii_lowercase().as_str(), "true" | "1" | "yes"),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Whether the words are about the login. No code says so, and an order that is refused by itself must not be taken for a
/// refused login, which stops the schedule: so there must be a word for what is wrong as well.
fn is_about_the_login(words: &str) -> bool {
    const WRONG: &[&str] = &[
        "invalid",
        "incorrect",
        "wrong",
        "fail",
        "not accept",
        "not valid",
        "denied",
        "refused",
        "not match",
        "unknown",
        "expired",
        "not recogni",
    ];
    let lower = words.to_lowercase();
    (mentions_the_login(words) && WRONG.iter().any(|word| lower.contains(word)))
        || lower.contains("unauthorized")
        || lower.contains("not authenticated")
}

/// Whether the words have to do with the login at all.
pub(super) fn mentions_the_login(words: &str) -> bool {
    const LOGIN: &[&str] =
        &["login", "log in", "log-in", "logon", "password", "username", "user name", "credential", "authentication"];
    let lower = words.to_lowercase();
    LOGIN.iter().any(|word| lower.contains(word))
}

/// Whether a refusal of `validate_user` is about the push address, which is not sent.
pub(super) fn is_about_the_push_address(words: &str) -> bool {
    let words = words.to_lowercase();
    ["push", "url", "callback", "link address"].iter().any(|word| words.contains(word))
}

/// A small answer: its members, and what it says went wrong.
pub(super) fn members(body: &[u8]) -> Result<Map<String, Value>, ConnectError> {
    let mut members = small_object(body).map_err(|error| not_json(&error))?;
    members.retain(|key, _| MEMBERS.contains(&key.as_str()));
    Ok(members)
}

/// The result of a small answer.
pub(super) fn result(body: &[u8]) -> Option<&RawValue> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    serde_json::from_slice::<Envelope<'_>>(body).ok()?.result_data
}

/// An answer that is no envelope.
pub(super) fn not_json(error: &ListError) -> ConnectError {
    match error {
        ListError::Cut => ConnectError::BrokeOff(HttpError::CutShort),
        ListError::TooMany(_) => ConnectError::TooLarge(error.to_string()),
        ListError::NotAnObject(TopLevel::Page) => {
            let words = "a web page instead of data; it may be under maintenance, or the address may be wrong";
            ConnectError::Refused { words: words.to_owned(), may_pass: true }
        }
        ListError::NotAnObject(_) | ListError::Malformed(_) => ConnectError::NotUnderstood(error.to_string()),
    }
}

/// An answer whose status is not one of success. The body is none if it could not be read.
pub(super) fn refused(status: StatusCode, body: Option<&[u8]>, credentials: &Credentials) -> ConnectError {
    let says = HttpError::Status(status.as_u16());
    let refusal = body.and_then(|body| members(body).ok()).and_then(|members| refusal(&members, credentials));
    let words = match refusal {
        Some(Refusal::Login(words)) => return ConnectError::WrongCredentials { words },
        Some(Refusal::Other(words)) => words,
        Some(Refusal::Unclear) | None => String::new(),
    };
    match status.as_u16() {
        401 | 403 if words.is_empty() => ConnectError::WrongCredentials { words: format!("HTTP {}", status.as_u16()) },
        401 | 403 => ConnectError::WrongCredentials { words },
        _ if !words.is_empty() => ConnectError::Refused { words, may_pass: says.may_pass() },
        _ if says.may_pass() => ConnectError::CannotReach(says),
        404 | 405 => ConnectError::NotUnderstood(format!("{says}; is the address right?")),
        _ => ConnectError::NotUnderstood(says.to_string()),
    }
}
