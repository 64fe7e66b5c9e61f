//! The places of an integration: one runs, at most one more waits. They are locks of the operating system, so they hold
//! across processes and are free the moment that a process dies (import rule 1).

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A place at an integration. Dropping it frees it.
#[derive(Debug)]
pub(crate) struct Place(#[expect(dead_code, reason = "held for its lock")] File);

/// Where the locks lie.
#[derive(Debug, Clone)]
pub(super) struct Places(PathBuf);

impl Places {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.join("locks"))
    }

    /// The place of the import that runs; none if it is taken.
    pub(super) fn run(&self, integration: i64) -> io::Result<Option<Place>> {
        self.take(integration, "run")
    }

    /// The place of the import that waits; none if it is taken.
    pub(super) fn next(&self, integration: i64) -> io::Result<Option<Place>> {
        self.take(integration, "next")
    }

    fn take(&self, integration: i64, which: &str) -> io::Result<Option<Place>> {
        fs::create_dir_all(&self.0)?;
        let path = self.0.join(format!("integration-{integration}.{which}"));
        // Windows locks no file that is open for appending only.
        let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Place(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
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
}
