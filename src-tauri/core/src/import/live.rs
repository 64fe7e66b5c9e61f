//! The imports of this process that have not ended, by id: how far each is, how to stop it, and a preview that waits for a
//! decision. So whoever comes late, or comes back after a reload, finds them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::preview::Preview;
use super::progress::{Phase, Progress};

#[derive(Debug, Default)]
pub(super) struct Live(Mutex<BTreeMap<i64, Entry>>);

#[derive(Debug)]
struct Entry {
    now: Option<Progress>,
    cancel: CancellationToken,
    preview: Option<Preview>,
}

impl Live {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<i64, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on that import can be found.
    pub(super) fn add(&self, import: i64, cancel: CancellationToken) {
        self.entries().insert(import, Entry { now: None, cancel, preview: None });
    }

    /// Notes how far an import is; one that has ended is forgotten.
    pub(super) fn note(&self, now: &Progress) {
        let ended = {
            let mut entries = self.entries();
            if now.phase == Phase::Ended {
                entries.remove(&now.import)
            } else {
                if let Some(entry) = entries.get_mut(&now.import) {
                    entry.now = Some(now.clone());
                }
                None
            }
        };
        // A preview gives its place back when it is dropped; not while the list is locked.
        drop(ended);
    }

    /// How far the imports are, oldest first.
    pub(super) fn all(&self) -> Vec<Progress> {
        self.entries().values().filter_map(|entry| entry.now.clone()).collect()
    }

    /// What stops that import; none if it has ended.
    pub(super) fn canceller(&self, import: i64) -> Option<CancellationToken> {
        self.entries().get(&import).map(|entry| entry.cancel.clone())
    }

    /// Lets a preview wait. Gives it back if its import has ended meanwhile.
    pub(super) fn put(&self, import: i64, preview: Preview) -> Option<Preview> {
        match self.entries().get_mut(&import) {
            Some(entry) => entry.preview.replace(preview),
            None => Some(preview),
        }
    }

    /// Takes out the preview that waits.
    pub(super) fn take(&self, import: i64) -> Option<Preview> {
        self.entries().get_mut(&import)?.preview.take()
    }

    /// Looks at the preview that waits.
    pub(super) fn look<T>(&self, import: i64, look: impl FnOnce(&Preview) -> T) -> Option<T> {
        self.entries().get(&import)?.preview.as_ref().map(look)
    }

    /// Takes out all previews that wait.
    pub(super) fn take_all(&self) -> Vec<Preview> {
        self.entries().values_mut().filter_map(|entry| entry.preview.take()).collect()
    }
}
