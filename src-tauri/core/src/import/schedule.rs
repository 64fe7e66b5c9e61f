//! Refreshing by itself. A refused login stops an integration's schedule until a person has mended it (import rule 7).

use std::time::Duration;

use jiff::ZonedDateTime;

use super::start::ImportRequest;
use crate::error::{ErrorCode, Result};
use crate::model::{ImportKind, Schedule};
use crate::store::{imports, integrations};
use crate::{Inner, Muster};

/// How often to look whether it is time. The computer may have slept meanwhile, so nothing waits for a moment.
const LOOK: Duration = Duration::from_secs(20);
/// Who asks, in the record.
const ASKED_BY: &str = "schedule";

impl Muster {
    /// Refreshes what is due, again and again, until the task that does it is dropped. One program on a data directory is
    /// enough; two do no harm.
    pub async fn keep_schedule(&self) {
        loop {
            if let Err(error) = self.refresh_due(&ZonedDateTime::now()).await {
                tracing::warn!("the schedule could not be looked at: {}", error.message);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Starts a Refresh of every integration whose time has come. Gives the ids of the imports.
    pub async fn refresh_due(&self, now: &ZonedDateTime) -> Result<Vec<i64>> {
        let mut started = Vec::new();
        for request in self.inner.due(now).await? {
            match self.inner.start_import(request, ASKED_BY).await {
                Ok(handle) => started.push(handle.id()),
                // One waits already.
                Err(error) if error.code == ErrorCode::Conflict => {}
                Err(error) => tracing::warn!("a scheduled refresh could not be started: {}", error.message),
            }
        }
        Ok(started)
    }
}

impl Inner {
    async fn due(&self, now: &ZonedDateTime) -> Result<Vec<ImportRequest>> {
        let db = self.store.reader();
        let mut due = Vec::new();
        for record in integrations::all(db).await? {
            if record.schedule == Schedule::Off || record.login_refused {
                continue;
            }
            let standing = imports::standing(db, record.id).await?;
            let last = standing.last_asked.unwrap_or(record.created_at);
            if !standing.running && !standing.waiting && record.schedule.is_due(last, now) {
                due.push(ImportRequest::new(record.code, ImportKind::Refresh));
            }
        }
        Ok(due)
    }
}
