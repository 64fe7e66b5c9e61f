//! Why a client system could not be talked to, and why one order cannot be read.

use crate::error::{Error, ErrorCode, sentence};
use crate::http::HttpError;

use super::FieldError;

/// Why a client system could not be talked to. Texts are for an admin and never hold a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// The credentials are wrong; the words are the client system's, or empty.
    #[error("the client system does not accept these credentials{}", said(words))]
    WrongCredentials {
        /// What it said.
        words: String,
    },
    /// The client system understood and refused.
    #[error("the client system refused{}", said(words))]
    Refused {
        /// What it said.
        words: String,
        /// Whether it may be over later: it is busy, or under repair.
        may_pass: bool,
    },
    /// It cannot be reached, or did not answer in time, after all tries.
    #[error("the client system cannot be reached: {0}")]
    CannotReach(#[source] HttpError),
    /// The answer broke off on the way, after all tries.
    #[error("the answer of the client system broke off: {0}")]
    BrokeOff(#[source] HttpError),
    /// The answer is not what this type of client system answers.
    #[error("the answer of the client system is not understood: {0}")]
    NotUnderstood(String),
    /// The list is larger than Muster takes.
    #[error("the list is too large: {0}")]
    TooLarge(String),
    /// A file or folder cannot be had: it is not there, or somebody is still writing it.
    #[error("{words}")]
    NoFile {
        /// What is wrong with it.
        words: String,
        /// Whether it may be over later.
        may_pass: bool,
    },
    /// A file is not what it should be.
    #[error("{0}")]
    BadFile(String),
    /// A setting forbids it (an address without https, say).
    #[error("{}", .0.message)]
    Setting(FieldError),
    /// The import could not take in what was fetched (its own error is kept by the import).
    #[error("the orders could not be taken in")]
    Sink,
}

impl ConnectError {
    /// There was no answer at all. An address to which nothing may be sent is wrong at that setting.
    pub(crate) fn not_sent(error: HttpError, setting: &str) -> Self {
        match error {
            HttpError::NotHttps { .. } | HttpError::BadAddress(_) => {
                Self::Setting(FieldError::new(setting, error.to_string()))
            }
            error => Self::CannotReach(error),
        }
    }

    /// An answer did not come to its end.
    pub(crate) fn broke_off(error: HttpError) -> Self {
        match error {
            HttpError::TooLarge(_) => Self::TooLarge(error.to_string()),
            error => Self::BrokeOff(error),
        }
    }
}

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Self {
        let code = match &error {
            ConnectError::WrongCredentials { .. } => ErrorCode::WrongCredentials,
            ConnectError::Refused { may_pass, .. } => {
                return Self { retry: *may_pass, ..Self::new(ErrorCode::Refused, sentence(&error.to_string())) };
            }
            ConnectError::NoFile { may_pass, .. } => {
                return Self { retry: *may_pass, ..Self::new(ErrorCode::CannotReach, sentence(&error.to_string())) };
            }
            ConnectError::CannotReach(_) | ConnectError::BrokeOff(_) => ErrorCode::CannotReach,
            ConnectError::NotUnderstood(_) | ConnectError::BadFile(_) => ErrorCode::NotUnderstood,
            ConnectError::TooLarge(_) => ErrorCode::TooLarge,
            ConnectError::Setting(field) => return Self::invalid(&field.field, sentence(&field.message)),
            ConnectError::Sink => ErrorCode::Database,
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("; it says: {words}") }
}

/// Why one order cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DecodeError {
    /// The bytes break the format of the whole list (they are not JSON, say): the list cannot be trusted.
    #[error("the list is damaged: {0}")]
    Damaged(String),
    /// It has no usable key, so it cannot count as seen, and the run removes nothing.
    #[error("{0}")]
    NoKey(String),
    /// It is wrong, but its key is known: reported, passed over, and counts as seen.
    #[error("{reason}")]
    Bad {
        /// The key.
        key: String,
        /// What is wrong.
        reason: String,
    },
}
