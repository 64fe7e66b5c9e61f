//! A Full Import that is looked at before it is done (import rule 10): a finished fetch that holds the integration's place.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::apply::{self, Applied};
use super::guard::Consent;
use super::progress::{Phase, Reporter};
use super::queue::Turn;
use super::run::{self, Taken};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Import, ImportKind, IntegrationCode, PreviewSummary, shown_number};
use crate::store::StoreError;
use crate::store::imports::{End, Ended};
use crate::{Inner, Muster};

/// A Full Import that has been fetched and not yet applied. Dropping it leaves an import that counts as interrupted;
/// use [`Preview::cancel`].
#[derive(Debug)]
pub struct Preview {
    inner: Arc<Inner>,
    id: i64,
    taken: Taken,
    consent: Consent,
    summary: PreviewSummary,
    reporter: Reporter,
    turn: Turn,
    fetched: Instant,
}

/// What came of applying a preview.
#[derive(Debug)]
pub enum Applying {
    /// It was applied, or failed; the record says which.
    Ended(Box<Import>),
    /// More projects would go than were shown. Nothing was changed; look again.
    Grew(Box<Preview>),
}

impl Muster {
    /// Fetches a Full Import and says what it would do. `Err` if the list could not be had; its record says the same.
    pub async fn preview(
        &self,
        code: &IntegrationCode,
        asked_by: &str,
        cancel: &tokio_util::sync::CancellationToken,
    ) -> Result<Preview> {
        let inner = Arc::clone(&self.inner);
        let record = inner.integration(code).await?;
        let (id, next) = inner.enqueue(&record, ImportKind::FullImport, asked_by).await?;
        let mut reporter = inner.reporter(id, &record, ImportKind::FullImport);
        let turn = match inner.turn(&record, id, next, cancel, &mut reporter).await {
            Ok(turn) => turn,
            Err(ended) => return Err(inner.give_up(id, ended, &mut reporter).await),
        };
        let work = async {
            let mut taken = run::fetch(&inner, record.id, ImportKind::FullImport, &mut reporter).await?;
            let (applied, summary) = dry_run(&inner, id, &mut taken, &mut reporter).await?;
            Ok((taken, Consent::Seen(apply::ids(&applied.removals)), summary))
        };
        let done = tokio::select! {
            done = work => done.map_err(Ended::Failed),
            () = cancel.cancelled() => Err(Ended::Cancelled),
        };
        match done {
            Ok((taken, consent, summary)) => {
                Ok(Preview { inner, id, taken, consent, summary, reporter, turn, fetched: Instant::now() })
            }
            Err(ended) => Err(inner.give_up(id, ended, &mut reporter).await),
        }
    }
}

impl Inner {
    /// Records the end of an import that came to nothing, and gives the reason.
    async fn give_up(&self, id: i64, ended: Ended, reporter: &mut Reporter) -> Error {
        let reason = match &ended {
            Ended::Failed(error) => error.clone(),
            Ended::Cancelled | Ended::Succeeded => Error::new(ErrorCode::Cancelled, "The import was cancelled."),
        };
        match self.record_end(id, ended, End::default(), reporter).await {
            Ok(_) => reason,
            Err(error) => error,
        }
    }
}

/// Applies everything and takes it back: what the preview shows is what the import does, because it is the same code.
async fn dry_run(
    inner: &Inner,
    id: i64,
    taken: &mut Taken,
    reporter: &mut Reporter,
) -> Result<(Applied, PreviewSummary)> {
    reporter.phase(Phase::Applying, Some(u64::from(taken.stage.orders) - taken.stage.skipped()));
    let tx = inner.store.write().await?;
    let applied = run::apply_in(&tx, id, taken, &Consent::Beforehand, reporter).await?;
    tx.rollback().await.map_err(StoreError::from)?;
    let code = taken.record.code.clone();
    let mut to_remove: Vec<String> = applied.removals.iter().map(|(_, number)| shown_number(&code, number)).collect();
    to_remove.sort();
    let summary = PreviewSummary {
        import: id,
        code,
        to_add: applied.counts.added,
        to_change: applied.counts.changed,
        to_remove,
        unchanged: applied.counts.unchanged,
        skipped: applied.counts.skipped,
        problems: applied.problems.first.clone(),
        notes: run::notes(taken, &applied),
    };
    Ok((applied, summary))
}

impl Preview {
    /// What it would do.
    pub fn summary(&self) -> &PreviewSummary {
        &self.summary
    }

    /// How long it may still be applied.
    pub fn time_left(&self) -> Duration {
        self.inner.imports.preview_life.saturating_sub(self.fetched.elapsed())
    }

    /// Changes nothing. The record says that it was cancelled.
    pub async fn cancel(mut self) -> Result<Import> {
        let import = self.inner.record_end(self.id, Ended::Cancelled, End::default(), &mut self.reporter).await;
        drop(self.turn);
        import
    }

    /// Does what it showed. It is computed again; if more would go, it is shown again instead.
    pub async fn apply(mut self) -> Result<Applying> {
        if self.time_left().is_zero() {
            let message = "The preview is too old. Nothing was changed; start the Full Import again.";
            let ended = Ended::Failed(Error::new(ErrorCode::PreviewExpired, message));
            return self.end(ended).await;
        }
        let work = async {
            let tx = self.inner.store.write().await?;
            let applied = run::apply_in(&tx, self.id, &mut self.taken, &self.consent, &mut self.reporter).await?;
            if applied.grew {
                return Ok(true);
            }
            run::conclude(&tx, self.id, &self.taken, applied).await?;
            tx.commit().await.map_err(StoreError::from)?;
            Ok(false)
        };
        match work.await {
            Ok(false) => {
                drop(self.turn);
                self.reporter.phase(Phase::Ended, None);
                Ok(Applying::Ended(Box::new(self.inner.import(self.id).await?)))
            }
            Ok(true) => {
                let (applied, summary) = match dry_run(&self.inner, self.id, &mut self.taken, &mut self.reporter).await
                {
                    Ok(again) => again,
                    Err(error) => return self.end(Ended::Failed(error)).await,
                };
                self.consent = Consent::Seen(apply::ids(&applied.removals));
                self.summary = summary;
                Ok(Applying::Grew(Box::new(self)))
            }
            Err(error) => self.end(Ended::Failed(error)).await,
        }
    }

    async fn end(mut self, ended: Ended) -> Result<Applying> {
        let import = self.inner.record_end(self.id, ended, End::default(), &mut self.reporter).await;
        drop(self.turn);
        Ok(Applying::Ended(Box::new(import?)))
    }
}
