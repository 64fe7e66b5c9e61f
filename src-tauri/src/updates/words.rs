//! What goes wrong with updates, in words; and when to look again.

use std::io;

use jiff::{SignedDuration, Timestamp};
use tauri_plugin_updater::Error;

/// From one look to the next.
const USUALLY: SignedDuration = SignedDuration::from_hours(6);
/// The same if there was no connection.
const SOON: SignedDuration = SignedDuration::from_mins(15);
/// By how much of it that time is longer or shorter, so that not all ask at once.
const JITTER: f64 = 0.1;

/// An address that is not asked: another server could answer in its place, or it is a file of this computer.
pub(super) const NOT_ENCRYPTED: &str =
    "The address of the update is not asked, because it is not an encrypted one (https).";

/// No update, and why.
#[derive(Debug)]
pub(super) struct Failed {
    /// For a person.
    pub(super) words: String,
    /// For the log.
    pub(super) detail: String,
    /// It goes away by itself.
    pub(super) passing: bool,
}

impl Failed {
    pub(super) fn new(words: impl Into<String>) -> Self {
        let words = words.into();
        Self { detail: words.clone(), words, passing: false }
    }

    /// It goes away by itself.
    pub(super) fn passing(words: impl Into<String>) -> Self {
        Self { passing: true, ..Self::new(words) }
    }
}

/// The list of versions could not be had.
impl From<muster_core::Error> for Failed {
    fn from(error: muster_core::Error) -> Self {
        let words = format!("The server of the updates could not be asked. {}", error.message);
        Self { words, detail: error.message, passing: error.retry }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let detail = with_causes(&error);
        if let Error::Reqwest(fault) = &error {
            let broke_off = fault.is_body() || fault.is_decode();
            // No list of versions is so slow that it is not the network.
            let passing = fault.is_connect() || fault.is_timeout() || fault.is_request() || broke_off;
            let words = if fault.is_builder() {
                NOT_ENCRYPTED
            } else if broke_off && !fault.is_timeout() {
                "What the server of the updates sent broke off or could not be read."
            } else {
                "The server of the updates could not be reached."
            };
            return Self { words: words.to_owned(), detail, passing: passing && !fault.is_builder() };
        }
        // A list or a program that is just being replaced is not there for a moment; another kind of computer may come later.
        // Nothing that was refused.
        let passing = matches!(error, Error::ReleaseNotFound | Error::Network(_) | Error::TargetsNotFound(_));
        Self { words: of(&error), detail, passing }
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self { words: not_kept(&error), detail: error.to_string(), passing: false }
    }
}

/// A file of an update could not be used.
pub(super) fn not_kept(error: &io::Error) -> String {
    format!("A file of it could not be read or written: {error}.")
}

fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

fn of(error: &Error) -> String {
    const STAYS: &str = "It was refused, and Muster stays as it is.";
    match error {
        Error::ReleaseNotFound => "The server of the updates has no list of versions now.".to_owned(),
        Error::Serialization(_) | Error::Semver(_) | Error::UrlParse(_) => {
            "The list of versions cannot be read.".to_owned()
        }
        Error::TargetNotFound(_) | Error::TargetsNotFound(_) | Error::UnsupportedArch | Error::UnsupportedOs => {
            "There is a newer version, but not for this kind of computer.".to_owned()
        }
        Error::Minisign(_) | Error::Base64(_) | Error::SignatureUtf8(_) => {
            format!("What was offered as an update is not signed by the makers of Muster. {STAYS}")
        }
        Error::SignedVersionMismatch { signed, announced } => {
            format!("What was offered as version {announced} is signed as version {signed}. {STAYS}")
        }
        Error::MissingSignedVersion => {
            format!("What was offered as an update does not say which version it is. {STAYS}")
        }
        Error::InsecureTransportProtocol => NOT_ENCRYPTED.to_owned(),
        Error::Network(_) => "The server of the updates did not hand out the new version.".to_owned(),
        Error::InvalidUpdaterFormat | Error::BinaryNotFoundInArchive => {
            format!("What was offered as an update is no program. {STAYS}")
        }
        Error::AuthenticationFailed | Error::DebInstallFailed | Error::PackageInstallFailed => {
            "The computer did not install the package: no password of an administrator was given, or the package did \
             not fit."
                .to_owned()
        }
        Error::PreviousAppNotRestored(path) => {
            format!("The update failed, and Muster is now at {}. Move it back from there.", path.display())
        }
        Error::Io(error) => format!("The computer did not let it be installed: {error}."),
        other => format!("The update failed: {other}."),
    }
}

/// When to look again. `random` is from 0 to 1.
pub(super) fn next_look(now: Timestamp, failed: Option<&Failed>, random: &mut impl FnMut() -> f64) -> Timestamp {
    let wait = if failed.is_some_and(|failed| failed.passing) { SOON } else { USUALLY };
    let factor = 1.0 + JITTER * (2.0 * random() - 1.0);
    now.saturating_add(SignedDuration::from_secs_f64(wait.as_secs_f64() * factor)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(failed: Option<&Failed>, random: f64) -> i64 {
        next_look(Timestamp::UNIX_EPOCH, failed, &mut || random).as_second() / 60
    }

    #[test]
    fn it_looks_every_six_hours_and_not_all_at_once() {
        assert_eq!(minutes(None, 0.5), 360);
        assert_eq!(minutes(None, 0.0), 324);
        assert_eq!(minutes(None, 1.0), 396);
    }

    #[test]
    fn it_looks_sooner_after_what_passes() {
        let mut failed = Failed::new("no network");
        assert_eq!(minutes(Some(&failed), 0.5), 360);
        failed.passing = true;
        assert_eq!(minutes(Some(&failed), 0.5), 15);
    }

    #[test]
    fn what_is_not_ours_is_refused_in_words() {
        let mismatch = Error::SignedVersionMismatch { signed: "0.2.0".into(), announced: "0.3.0".into() };
        assert_eq!(
            Failed::from(mismatch).words,
            "What was offered as version 0.3.0 is signed as version 0.2.0. It was refused, and Muster stays as it is."
        );
        assert!(Failed::from(Error::MissingSignedVersion).words.ends_with("Muster stays as it is."));
    }

    #[test]
    fn a_server_that_has_nothing_now_is_asked_again_soon() {
        assert!(Failed::from(Error::ReleaseNotFound).passing);
        assert!(Failed::from(Error::Network("503".into())).passing);
        assert!(!Failed::from(Error::MissingSignedVersion).passing);
    }
}
