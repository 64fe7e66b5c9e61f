//! How things stand with the updates, as the pages show it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tauri::Url;
use tauri_plugin_updater::Update;

/// Why a program that was built by hand stays as it is.
pub(super) const NOT_A_RELEASE: &str = "This Muster was built by hand, and does not update itself.";
pub(super) const NO_FOLDER: &str = "There is no folder in which an update could be kept.";
/// The longest text about a version that is shown, in characters. The list of versions is not signed.
const MOST_NOTES: usize = 8_000;

/// Which versions are offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReleaseChannel {
    /// What every office should have.
    #[default]
    Stable,
    /// The next version before everybody gets it.
    Beta,
}

impl ReleaseChannel {
    /// Where its list of versions is: beside that of the stable channel, whose address is part of the program.
    pub(super) fn address(self, stable: &Url) -> Url {
        match self {
            Self::Stable => stable.clone(),
            Self::Beta => stable.join("beta.json").unwrap_or_else(|_| stable.clone()),
        }
    }
}

/// How things stand.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub(crate) struct Updating {
    /// The version of this program.
    pub(super) current: String,
    pub(super) channel: ReleaseChannel,
    pub(crate) stage: Stage,
    /// The list of versions is being asked for.
    pub(super) looking: bool,
    /// When it was read last.
    #[specta(type = Option<String>)]
    pub(super) looked: Option<Timestamp>,
    /// What went wrong last.
    pub(super) problem: Option<Problem>,
    /// The computer asks for the password of an administrator, so it is installed when somebody restarts with it.
    pub(super) asks: bool,
}

/// What is known of a newer program.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub(crate) enum Stage {
    /// This build does not update itself.
    Off { why: String },
    /// Nobody has been able to tell yet.
    Unknown,
    /// There is none.
    Newest,
    /// It is on its way; in bytes. Without a total nobody has said how many there are.
    Downloading { news: News, received: u64, total: Option<u64> },
    /// It is here and verified, and waits for a restart.
    Ready { news: News },
    /// There is one, but this program cannot replace itself.
    ByHand { news: News, why: String },
    /// It is being put in the place of this one.
    Installing { news: News },
}

/// A newer version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub(crate) struct News {
    pub(super) version: String,
    /// What is new, in the words of its makers: a text, never HTML.
    pub(super) notes: String,
}

/// Why there was no update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub(crate) struct Problem {
    /// For a person.
    pub(super) words: String,
    /// It goes away by itself, such as a missing network.
    pub(super) passing: bool,
    /// The version that is here and could not be installed.
    pub(super) version: Option<String>,
}

impl Updating {
    pub(super) fn new(current: String, channel: ReleaseChannel, stage: Stage) -> Self {
        Self { current, channel, stage, looking: false, looked: None, problem: None, asks: false }
    }

    /// The version that waits for a restart.
    pub(super) fn ready(&self) -> Option<&News> {
        if let Stage::Ready { news } = &self.stage { Some(news) } else { None }
    }

    /// Whether the problem is that this version could not be installed.
    pub(super) fn refused(&self, news: &News) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.version.as_ref() == Some(&news.version))
    }
}

impl News {
    pub(super) fn of(update: &Update) -> Self {
        Self::new(&update.version, update.body.as_deref().unwrap_or_default())
    }

    pub(super) fn new(version: &str, notes: &str) -> Self {
        Self { version: version.to_owned(), notes: notes.chars().filter(|c| is_plain(*c)).take(MOST_NOTES).collect() }
    }
}

/// Whether it is shown as it is: no control character, and none that turns the direction of what follows.
fn is_plain(c: char) -> bool {
    c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_the_beta_channel_lies_beside_the_other() {
        let stable: Url = "https://example.com/releases/download/updates/stable.json".parse().unwrap();
        assert_eq!(ReleaseChannel::Stable.address(&stable), stable);
        assert_eq!(
            ReleaseChannel::Beta.address(&stable).as_str(),
            "https://example.com/releases/download/updates/beta.json"
        );
    }

    #[test]
    fn a_text_without_end_is_cut() {
        assert_eq!(News::new("1.0.0", "\u{202e}evil\u{1b}[31m\nNew").notes, "evil[31m\nNew");
        assert_eq!(News::new("1.0.0", &"é".repeat(100_000)).notes.chars().count(), MOST_NOTES);
    }
}
