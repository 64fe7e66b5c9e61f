//! Which files were read already. It is kept with the integration and replaced at the end of an import that succeeded.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::files::Found;

/// So many files are remembered.
const MOST: usize = 1_000;

/// What was read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Memory {
    /// The settings under which it was read. Under others everything is read anew.
    rules: String,
    /// The files, the oldest first.
    files: Vec<File>,
    /// Of what was forgotten, the youngest: files that are not younger count as read.
    forgotten: Option<i64>,
}

/// A file that was read: by name, length and time it is known without being read, by its content wherever it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct File {
    /// The hash of the name.
    name: u64,
    len: u64,
    /// When it was written, in milliseconds.
    at: i64,
    /// The first half of the SHA-256 of its content; nothing if a newer file was read instead.
    sha: String,
}

impl Memory {
    /// What was kept, if it was read under these settings.
    pub(super) fn new(kept: &Value, rules: &str) -> Self {
        let kept = Self::deserialize(kept).unwrap_or_default();
        if kept.rules == rules { kept } else { Self { rules: rules.to_owned(), ..Self::default() } }
    }

    /// Whether that very file was read, or a newer one instead.
    pub(super) fn knows(&self, file: &Found) -> bool {
        let File { name, len, at, .. } = entry(file, String::new());
        self.forgotten.is_some_and(|forgotten| at <= forgotten)
            || self.files.iter().any(|known| (known.name, known.len, known.at) == (name, len, at))
    }

    /// Whether a file with that content was read.
    pub(super) fn knows_content(&self, sha: &str) -> bool {
        self.files.iter().any(|known| !sha.is_empty() && known.sha == sha)
    }

    /// Whether a newer file was read already: then this one would only take the list back. A time that has not come yet
    /// says nothing.
    pub(super) fn read_newer(&self, file: &Found, now: SystemTime) -> bool {
        let (at, now) = (millis(file.modified), millis(now));
        let read = self.files.iter().filter(|known| !known.sha.is_empty()).map(|known| known.at);
        read.chain(self.forgotten).any(|known| known > at && known <= now)
    }

    /// Remembers a file; without a hash one that is older than what was read.
    pub(super) fn add(&mut self, file: &Found, sha: &str) {
        if !self.knows(file) {
            self.files.push(entry(file, sha.to_owned()));
        }
    }

    /// What to keep.
    pub(super) fn into_value(mut self) -> Value {
        self.files.sort_by_key(|file| file.at);
        let surplus = self.files.len().saturating_sub(MOST);
        let forgotten = self.files.drain(..surplus).map(|file| file.at).max();
        self.forgotten = self.forgotten.max(forgotten);
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn entry(file: &Found, sha: String) -> File {
    File { name: xxh3_64(file.name.as_bytes()), len: file.len, at: millis(file.modified), sha }
}

fn millis(moment: SystemTime) -> i64 {
    match moment.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    fn file(name: &str, seconds: u64) -> Found {
        let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        Found { path: PathBuf::from(name), name: name.to_owned(), len: 1, modified }
    }

    #[test]
    fn a_file_is_known_again_by_its_name_or_its_content() {
        let mut memory = Memory::new(&Value::Null, "rules");
        memory.add(&file("a", 1), "abc");
        memory.add(&file("b", 2), "");
        let memory = Memory::new(&memory.into_value(), "rules");
        assert!(memory.knows(&file("a", 1)) && memory.knows(&file("b", 2)));
        assert!(!memory.knows(&file("a", 3)) && !memory.knows(&file("c", 1)));
        assert!(memory.knows_content("abc") && !memory.knows_content("") && !memory.knows_content("abd"));
    }

    #[test]
    fn under_other_settings_everything_is_read_anew() {
        let mut memory = Memory::new(&Value::Null, "rules");
        memory.add(&file("a", 1), "abc");
        let memory = Memory::new(&memory.into_value(), "others");
        assert!(!memory.knows(&file("a", 1)) && !memory.knows_content("abc"));
    }

    #[test]
    fn it_does_not_grow_for_ever_and_what_is_forgotten_stays_read() {
        let mut memory = Memory::new(&Value::Null, "");
        for second in 0..1_500 {
            memory.add(&file("a", second), "");
        }
        let kept = memory.into_value();
        assert_eq!(kept["files"].as_array().unwrap().len(), MOST);
        let memory = Memory::new(&kept, "");
        assert!(memory.knows(&file("a", 3)) && memory.knows(&file("z", 499)) && !memory.knows(&file("z", 500)));
    }
}
