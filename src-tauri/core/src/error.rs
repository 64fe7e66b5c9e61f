//! What the outside sees of a failure: exactly one type, with a code that front ends act on.
//! Inside the crate each module has its own error; this is where they become words for an admin.

use serde::{Deserialize, Serialize};

/// What went wrong, as far as somebody acts on the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// What was given cannot be used; `fields` says where.
    InvalidInput,
    /// There is no such integration, project or import.
    NotFound,
    /// It clashes with what is there: a code that is taken, an import that waits already.
    Conflict,
    /// Nobody is signed in, or not any more: the password or the role was changed, the user deactivated.
    SignedOut,
    /// Whoever is signed in may not do this; or, with `retry`, must wait before guessing another password.
    NotAllowed,
    /// The client system does not accept these credentials, or Muster not this password or token.
    WrongCredentials,
    /// The client system cannot be reached.
    CannotReach,
    /// The client system refused, in its own words.
    Refused,
    /// The client system answered something that is not understood.
    NotUnderstood,
    /// The list is too large to be taken.
    TooLarge,
    /// The settings were changed while the import ran.
    SettingsChanged,
    /// Somebody cancelled.
    Cancelled,
    /// The import was cut off: the program was closed or the machine stopped.
    Interrupted,
    /// A preview is too old, or its list grew; it must be looked at again.
    PreviewExpired,
    /// The credential store is missing, locked, or the vault cannot be opened.
    Secrets,
    /// The database is newer than this program and says that it cannot be used by it.
    DatabaseTooNew,
    /// The database cannot be read or written.
    Database,
    /// A file or folder cannot be read or written.
    Io,
}

/// A failure, as the outside sees it. It never holds a secret.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What front ends act on.
    pub code: ErrorCode,
    /// One sentence for an admin.
    pub message: String,
    /// The names of the fields at fault, if known.
    pub fields: Vec<String>,
    /// Whether trying the same again later may help.
    pub retry: bool,
}

/// The result of everything that core offers.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure with this code and sentence. Whether a retry may help follows from the code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let retry = matches!(
            code,
            ErrorCode::CannotReach | ErrorCode::Interrupted | ErrorCode::SettingsChanged | ErrorCode::PreviewExpired
        );
        Self { code, message: message.into(), fields: Vec::new(), retry }
    }

    /// What was given for `field` cannot be used.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidInput, message).at(field)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// The same, with a field at fault.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        self.fields.push(field.to_owned());
        self
    }
}

impl From<crate::model::BadCode> for Error {
    fn from(error: crate::model::BadCode) -> Self {
        Self::invalid("code", sentence(&error.to_string()))
    }
}

/// A text as a sentence: with a capital letter in front and a full stop behind. A name in front (`list.csv`) stays as it is
/// spelled.
pub(crate) fn sentence(text: &str) -> String {
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    let is_name = text.split(' ').next().is_some_and(|word| word.trim_end_matches(['.', ':']).contains('.'));
    if is_name {
        return format!("{text}{stop}");
    }
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{stop}", chars.as_str())
}

/// An error and what caused it, as one text. What an error says of its cause by itself is not said again.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{sentence, with_causes};

    #[derive(Debug, thiserror::Error)]
    #[error("the list failed: {0}")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("the disk is full")]
    struct Inner;

    #[derive(Debug, thiserror::Error)]
    #[error("no import")]
    struct Outermost(#[source] Outer);

    #[test]
    fn a_cause_that_was_said_is_not_said_again() {
        assert_eq!(with_causes(&Outermost(Outer(Inner))), "no import: the list failed: the disk is full");
    }

    #[test]
    fn a_sentence_begins_with_a_capital_letter_unless_it_begins_with_a_name() {
        for (text, expected) in [
            ("it is not there", "It is not there."),
            ("really?", "Really?"),
            ("list.csv is not there", "list.csv is not there."),
            ("done.", "Done."),
            ("", "."),
        ] {
            assert_eq!(sentence(text), expected);
        }
    }
}
