//! What is kept of updates on the disk: the program that was downloaded, and the few settings that must be readable when the
//! database is not. Whoever can write here can write everything of this person; the program is verified again all the same.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use muster_core::folder;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tauri_plugin_updater::Update;

use super::state::{News, ReleaseChannel};

/// The largest note and the largest program, in bytes.
const MOST_NOTE: u64 = 256 * 1024;
pub(super) const MOST: u64 = 512 * 1024 * 1024;

/// Where it is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept(PathBuf);

/// What was chosen and tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    pub(super) channel: ReleaseChannel,
    /// The version that was last put in place of this one at a start, without being asked. A version that does not get in
    /// is not tried at every start.
    pub(super) tried: Option<String>,
}

/// A program that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    /// What the list of versions said, in the form that the plugin takes back.
    pub(super) release: Value,
    pub(super) news: News,
}

impl Kept {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.join("updates"))
    }

    fn release(&self) -> PathBuf {
        self.0.join("release.json")
    }

    fn program(&self) -> PathBuf {
        self.0.join("program")
    }

    fn settings_file(&self) -> PathBuf {
        self.0.join("settings.json")
    }

    /// The settings; the usual ones if there are none that can be read.
    pub(super) fn settings(&self) -> Settings {
        let text = read(&self.settings_file(), MOST_NOTE).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    pub(super) fn choose(&self, channel: ReleaseChannel) -> io::Result<()> {
        self.write(&Settings { channel, ..self.settings() })
    }

    /// Notes that this version is put in place at a start.
    pub(super) fn tried(&self, version: &str) -> io::Result<()> {
        self.write(&Settings { tried: Some(version.to_owned()), ..self.settings() })
    }

    fn write(&self, settings: &Settings) -> io::Result<()> {
        folder::make_private(&self.0)?;
        folder::write_whole(&self.settings_file(), &serde_json::to_string_pretty(settings)?)
    }

    /// Keeps a program that was verified.
    pub(super) fn keep(&self, update: &Update, program: &[u8]) -> io::Result<()> {
        let release = json!({
            "version": update.version,
            "notes": News::of(update).notes,
            "url": update.download_url,
            "signature": update.signature,
        });
        folder::make_private(&self.0)?;
        // Without the note of its release a program does not count.
        self.forget()?;
        // Both are on the disk when the note is there, whatever happens to the computer.
        let mut whole = tempfile::Builder::new().prefix(".program-").tempfile_in(&self.0)?;
        whole.write_all(program)?;
        whole.as_file().sync_all()?;
        whole.persist(self.program())?;
        folder::write_whole(&self.release(), &serde_json::to_string_pretty(&release)?)
    }

    /// What waits, if anything does.
    pub(super) fn waiting(&self) -> Option<Waiting> {
        let release: Value = serde_json::from_slice(&read(&self.release(), MOST_NOTE).ok()?).ok()?;
        let text = |name: &str| release.get(name).and_then(Value::as_str).unwrap_or_default();
        let news = News::new(text("version"), text("notes"));
        self.program().is_file().then_some(Waiting { release, news })
    }

    /// Whether it is this one.
    pub(super) fn holds(&self, update: &Update) -> bool {
        self.waiting().is_some_and(|waiting| {
            waiting.news.version == update.version && waiting.release["signature"] == update.signature.as_str()
        })
    }

    /// The program that waits.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        read(&self.program(), MOST)
    }

    /// Nothing waits any more.
    pub(super) fn forget(&self) -> io::Result<()> {
        for path in [self.release(), self.program()] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// What is in a plain file of at most that many bytes. Whatever else may lie there must not hold up the start.
fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{} is nothing of Muster's", path.display())));
    }
    fs::read(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_kept_and_a_broken_file_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(folder.path());
        assert_eq!(kept.settings(), Settings::default());
        kept.tried("0.2.0").unwrap();
        kept.choose(ReleaseChannel::Beta).unwrap();
        let now = kept.settings();
        assert_eq!((now.channel, now.tried.as_deref()), (ReleaseChannel::Beta, Some("0.2.0")));
        let long = "x".repeat(300_000);
        for text in ["{", long.as_str()] {
            fs::write(kept.settings_file(), text).unwrap();
            assert_eq!(kept.settings(), Settings::default());
        }
        assert!(read(Path::new("/dev/zero"), MOST).is_err(), "no plain file");
    }

    #[test]
    fn a_program_without_its_release_does_not_wait() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(folder.path());
        folder::make_private(&kept.0).unwrap();
        fs::write(kept.program(), "half of it").unwrap();
        assert!(kept.waiting().is_none());
        fs::write(kept.release(), r#"{"version":"0.2.0","notes":"New.","signature":"x"}"#).unwrap();
        assert_eq!(kept.waiting().unwrap().news, News::new("0.2.0", "New."));
        kept.forget().unwrap();
        kept.forget().unwrap();
        assert!(kept.waiting().is_none() && kept.read().is_err());
    }
}
