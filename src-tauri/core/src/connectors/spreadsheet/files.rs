//! Which files are read: the one at the path, or those in the folder whose name fits. They stay where they are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use glob::{MatchOptions, Pattern};

use crate::connectors::ConnectError;

/// A file that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Its name, for people.
    pub(super) name: String,
    pub(super) len: u64,
    pub(super) modified: SystemTime,
}

/// Without a pattern, these are taken. Some cannot be read and are refused in words: passing over the newest list in silence
/// would make an older one look like the newest.
const ENDINGS: [&str; 9] = [".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".xls", ".xlsb", ".ods", ".numbers"];
/// Files that are still being downloaded or written.
const UNFINISHED: [&str; 6] = [".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart"];
/// A file over this is not read, as with every list.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;
/// The clocks of two computers in an office are never further apart.
const AHEAD: Duration = Duration::from_mins(5);
/// More files than this in one folder are not looked through.
const MANY: usize = 10_000;

/// How a pattern is compared with a name.
const MATCH: MatchOptions =
    MatchOptions { case_sensitive: false, require_literal_separator: false, require_literal_leading_dot: true };

/// The files, the oldest first.
pub(super) fn list(path: &Path, pattern: &str) -> Result<Vec<Found>, ConnectError> {
    let metadata = fs::metadata(path).map_err(|error| cannot("the path", &error))?;
    if metadata.is_file() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Ok(vec![found(path.to_owned(), name, &metadata)?]);
    }
    if !metadata.is_dir() {
        return Err(no_file("the path leads to no file and to no folder"));
    }
    let pattern = Pattern::new(pattern.trim()).map_err(|_| no_file("the pattern cannot be read"))?;
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| cannot("the folder", &error))? {
        let entry = entry.map_err(|error| cannot("the folder", &error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !fits(&name, &pattern) {
            continue;
        }
        match fs::metadata(entry.path()) {
            Ok(metadata) if metadata.is_file() => files.push(found(entry.path(), name, &metadata)?),
            Ok(_) => {}
            // It was there a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(cannot(&name, &error)),
        }
        if files.len() > MANY {
            return Err(ConnectError::TooLarge(format!("the folder holds more than {MANY} files that fit")));
        }
    }
    files.sort_by(|one, other| (one.modified, &one.name).cmp(&(other.modified, &other.name)));
    Ok(files)
}

fn fits(name: &str, pattern: &Pattern) -> bool {
    let lower = name.to_lowercase();
    // Excel keeps ~$NAME beside a workbook that is open; a name that begins with a dot is hidden.
    if lower.starts_with("~$") || lower.starts_with('.') || UNFINISHED.iter().any(|ending| lower.ends_with(ending)) {
        return false;
    }
    if pattern.as_str().is_empty() {
        return ENDINGS.iter().any(|ending| lower.ends_with(ending));
    }
    pattern.matches_with(name, MATCH)
}

fn found(path: PathBuf, name: String, metadata: &fs::Metadata) -> Result<Found, ConnectError> {
    let modified = metadata.modified().map_err(|error| cannot(&name, &error))?;
    Ok(Found { path, name, len: metadata.len(), modified })
}

impl Found {
    /// Whether the file is so young that somebody may still be writing it. One from the future may be, too.
    pub(super) fn is_young(&self, now: SystemTime, patience: Duration) -> bool {
        now.duration_since(self.modified).is_ok_and(|age| age < patience) || self.modified > now
    }

    /// Whether its time is one that has not come yet. Such a file would be the newest whatever is saved after it.
    pub(super) fn is_ahead(&self, now: SystemTime) -> bool {
        self.modified.duration_since(now).is_ok_and(|ahead| ahead > AHEAD)
    }

    /// Opens it, if it is still the same as when it was found.
    pub(super) fn open(&self) -> Result<fs::File, ConnectError> {
        if self.len > LARGEST {
            return Err(ConnectError::TooLarge(format!("{} is larger than 2 GiB", self.name)));
        }
        // Whoever opens a pipe waits for somebody to write into it.
        let metadata = fs::metadata(&self.path).map_err(|error| cannot(&self.name, &error))?;
        if !metadata.is_file() {
            return Err(no_file(&format!("{} is no file any more", self.name)));
        }
        let file = fs::File::open(&self.path).map_err(|error| cannot(&self.name, &error))?;
        self.check_same(&file)?;
        Ok(file)
    }

    /// Fails if the file was written meanwhile.
    pub(super) fn check_same(&self, file: &fs::File) -> Result<(), ConnectError> {
        let metadata = file.metadata().map_err(|error| cannot(&self.name, &error))?;
        let is_same = metadata.is_file()
            && metadata.len() == self.len
            && metadata.modified().is_ok_and(|moment| moment == self.modified);
        if is_same { Ok(()) } else { Err(being_written(&self.name)) }
    }
}

/// Says that a file is still being written.
pub(super) fn being_written(name: &str) -> ConnectError {
    ConnectError::NoFile {
        words: format!("{name} is still being written; try again when it is finished"),
        may_pass: true,
    }
}

/// Says that there is no file to read.
pub(super) fn no_file(words: &str) -> ConnectError {
    ConnectError::NoFile { words: words.to_owned(), may_pass: false }
}

/// Says why a file or folder cannot be had.
pub(super) fn cannot(what: &str, error: &io::Error) -> ConnectError {
    let (why, may_pass) = match error.kind() {
        _ if is_held(error) => {
            ("is open in another program that lets nobody else read it; close it there".to_owned(), true)
        }
        io::ErrorKind::NotFound => ("is not there".to_owned(), false),
        io::ErrorKind::PermissionDenied => {
            ("may not be read by this person, or another program has it open".to_owned(), true)
        }
        // The system's own words hold no content.
        _ => (format!("cannot be read: {error}"), true),
    };
    ConnectError::NoFile { words: format!("{what} {why}"), may_pass }
}

/// Whether another program keeps the file, or a part of it, to itself. Only Windows knows that: Excel does it with a list of
/// text that is open in it.
fn is_held(error: &io::Error) -> bool {
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    cfg!(windows) && matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[(&str, u64)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, seconds) in names {
            let path = folder.path().join(name);
            fs::write(&path, name).unwrap();
            let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(*seconds);
            fs::File::options().write(true).open(&path).unwrap().set_modified(moment).unwrap();
        }
        folder
    }

    fn names(folder: &Path, pattern: &str) -> Vec<String> {
        list(folder, pattern).unwrap().into_iter().map(|file| file.name).collect()
    }

    #[test]
    fn files_come_in_order_of_time_and_what_is_unfinished_or_hidden_does_not() {
        let folder = folder(&[
            ("b.csv", 20),
            ("a.XLSX", 30),
            ("c.csv", 10),
            ("~$a.xlsx", 5),
            (".hidden.csv", 5),
            ("d.csv.part", 5),
            ("d.csv.crdownload", 5),
            ("e.pdf", 5),
        ]);
        fs::create_dir(folder.path().join("folder.csv")).unwrap();
        assert_eq!(names(folder.path(), ""), ["c.csv", "b.csv", "a.XLSX"]);
        assert_eq!(names(folder.path(), "*.XLSX"), ["a.XLSX"]);
        assert_eq!(names(folder.path(), "?.csv"), ["c.csv", "b.csv"]);
        assert_eq!(names(folder.path(), "*"), ["e.pdf", "c.csv", "b.csv", "a.XLSX"]);
        assert_eq!(names(&folder.path().join("e.pdf"), "*.csv"), ["e.pdf"], "one file is itself, whatever its name");
    }

    #[test]
    fn what_is_not_there_is_said_in_words() {
        let folder = folder(&[]);
        let error = list(&folder.path().join("none"), "").unwrap_err();
        assert_eq!(error.to_string(), "the path is not there");
        assert!(list(folder.path(), "[").unwrap_err().to_string().contains("pattern"));
    }

    #[test]
    fn a_file_is_young_for_as_long_as_somebody_may_be_writing_it() {
        let folder = folder(&[("a.csv", 100)]);
        let file = &list(folder.path(), "").unwrap()[0];
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let patience = Duration::from_secs(2);
        assert!(file.is_young(at(101), patience) && file.is_young(at(99), patience));
        assert!(!file.is_young(at(102), patience));
        assert!(!file.is_young(at(100), Duration::ZERO));
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_not_taken() {
        let folder = folder(&[("a.csv", 100)]);
        let file = &list(folder.path(), "").unwrap()[0];
        let open = file.open().unwrap();
        fs::write(&file.path, "longer than before").unwrap();
        assert!(file.check_same(&open).unwrap_err().to_string().contains("being written"));
        assert!(file.open().is_err());
    }

    #[cfg(windows)]
    #[test]
    fn a_file_that_another_program_keeps_to_itself_is_said_to_be_open_there() {
        use std::os::windows::fs::OpenOptionsExt as _;
        let folder = folder(&[("a.csv", 100)]);
        let _held = fs::File::options().read(true).share_mode(0).open(folder.path().join("a.csv")).unwrap();
        let file = &list(folder.path(), "").unwrap()[0];
        let error = file.open().unwrap_err();
        assert!(error.to_string().contains("a.csv is open in another program"), "{error}");
        assert!(matches!(error, ConnectError::NoFile { may_pass: true, .. }));
    }

    #[test]
    fn what_is_no_file_any_more_or_too_large_is_not_opened() {
        let folder = folder(&[("a.csv", 100)]);
        let mut file = list(folder.path(), "").unwrap().remove(0);
        fs::remove_file(&file.path).unwrap();
        #[cfg(unix)]
        {
            let made = std::process::Command::new("mkfifo").arg(&file.path).status().unwrap();
            assert!(made.success());
            assert_eq!(file.open().unwrap_err().to_string(), "a.csv is no file any more");
            fs::remove_file(&file.path).unwrap();
        }
        fs::File::create(&file.path).unwrap().set_len(LARGEST + 1).unwrap();
        file.len = LARGEST + 1;
        assert!(file.open().unwrap_err().to_string().ends_with("a.csv is larger than 2 GiB"));
    }
}
