//! Imports: the heart. Queue, run, merge, removal guard, preview, what waits for a decision.
//!
//! A run goes: its turn (`queue`, `lock`), take in (`stage`, `spool`), apply (`apply`, by the rules in `merge` and `guard`), record.
//! Only `store` is asked for SQL, only a connector for orders. The rules are told in docs/import-rules.md.

mod apply;
mod cursor;
mod elsewhere;
#[cfg(test)]
mod elsewhere_tests;
#[cfg(test)]
mod entries_tests;
mod guard;
mod held;
mod live;
mod lock;
pub(crate) mod merge;
pub(crate) mod numbers;
#[cfg(test)]
mod partial_tests;
mod preview;
mod progress;
mod queue;
mod record;
mod removals;
mod run;
mod schedule;
mod spool;
mod stage;
mod start;
mod work_type;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, broadcast};

pub use held::AppliedPreview;
pub use lock::{AtRest, at_rest};
pub use preview::{Applying, Preview};
pub use progress::{Phase, Progress};
pub use start::{ImportHandle, ImportRequest};

/// How long a preview holds its place.
pub const PREVIEW_LIFE: Duration = Duration::from_mins(30);
/// Imports of different integrations that run side by side.
const SIDE_BY_SIDE: usize = 4;

/// What all imports of this process share.
#[derive(Debug)]
pub(crate) struct Imports {
    places: lock::Places,
    slots: Arc<Semaphore>,
    live: Arc<live::Live>,
    progress: broadcast::Sender<Progress>,
    preview_life: Duration,
}

impl Imports {
    pub(crate) fn new(folder: &Path, preview_life: Duration) -> Self {
        Self {
            places: lock::Places::new(folder),
            slots: Arc::new(Semaphore::new(SIDE_BY_SIDE)),
            live: Arc::default(),
            progress: broadcast::Sender::new(1_024),
            preview_life,
        }
    }

    pub(crate) fn watch(&self) -> broadcast::Receiver<Progress> {
        self.progress.subscribe()
    }
}
