//! The places of an integration: one runs, at most one more waits. They are locks of the operating system, so they hold
//! across processes and are free the moment that a process dies (import rule 1).

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::folder::make_private;

/// A place at an integration. Dropping it frees it.
#[derive(Debug)]
pub(crate) struct Place {
    #[expect(dead_code, reason = "held for its lock")]
    integration: File,
    /// Taken by every place and shared by all of them: whoever has it alone knows that there is none.
    #[expect(dead_code, reason = "held for its lock")]
    all: File,
}

/// No import runs, waits or is previewed, in any process, and none begins as long as this is held.
#[derive(Debug)]
pub struct AtRest(#[expect(dead_code, reason = "held for its lock")] File);

/// Waits for nothing: none if an import runs, waits or is previewed over the data directory `folder`. Does not need the
/// database, so that a program can be replaced by one that can open it.
///
/// # Errors
/// If the file of the lock cannot be opened.
pub fn at_rest(folder: &Path) -> io::Result<Option<AtRest>> {
    let all = Places::new(folder).open(ALL)?;
    free(all.try_lock()).map(|free| free.then_some(AtRest(all)))
}

/// The file that every place shares.
const ALL: &str = "imports";

/// Where the locks lie.
#[derive(Debug, Clone)]
pub(super) struct Places(PathBuf);

impl Places {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.join("locks"))
    }

    /// The place of the import that runs; none if it is taken, or if no import may begin.
    pub(super) fn run(&self, integration: i64) -> io::Result<Option<Place>> {
        self.take(integration, "run")
    }

    /// The place of the import that waits; none if it is taken, or if no import may begin.
    pub(super) fn next(&self, integration: i64) -> io::Result<Option<Place>> {
        self.take(integration, "next")
    }

    /// Whether no import may begin at all.
    pub(super) fn closed(&self) -> io::Result<bool> {
        Ok(!free(self.open(ALL)?.try_lock_shared())?)
    }

    fn take(&self, integration: i64, which: &str) -> io::Result<Option<Place>> {
        let all = self.open(ALL)?;
        if !free(all.try_lock_shared())? {
            return Ok(None);
        }
        let file = self.open(&format!("integration-{integration}.{which}"))?;
        free(file.try_lock()).map(|free| free.then_some(Place { integration: file, all }))
    }

    fn open(&self, name: &str) -> io::Result<File> {
        make_private(&self.0)?;
        // Windows locks no file that is open for appending only.
        File::options().read(true).write(true).create(true).truncate(false).open(self.0.join(name))
    }
}

fn free(tried: Result<(), TryLockError>) -> io::Result<bool> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_once_and_free_after_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let (here, there) = (Places::new(folder.path()), Places::new(folder.path()));
        let place = here.run(1).unwrap().unwrap();
        assert!(there.run(1).unwrap().is_none());
        assert!(there.next(1).unwrap().is_some());
        assert!(there.run(2).unwrap().is_some());
        drop(place);
        assert!(there.run(1).unwrap().is_some());
    }
    #[test]
    fn at_rest_is_only_without_any_import_and_lets_none_begin() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::new(folder.path());
        for place in [places.run(1).unwrap(), places.next(2).unwrap()] {
            assert!(place.is_some());
            assert!(at_rest(folder.path()).unwrap().is_none());
        }
        let rest = at_rest(folder.path()).unwrap();
        assert!(rest.is_some());
        assert!(at_rest(folder.path()).unwrap().is_none(), "one at a time");
        assert!(places.closed().unwrap());
        assert!(places.run(1).unwrap().is_none());
        assert!(places.next(1).unwrap().is_none());
        drop(rest);
        assert!(!places.closed().unwrap());
        assert!(places.run(1).unwrap().is_some());
    }
}
