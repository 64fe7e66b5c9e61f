//! A Full Import that is looked at before it is done (import rule 10): a finished fetch that holds the integration's place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sea_orm::DatabaseTransaction;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::apply::{self, Applied};
use super::guard::Consent;
use super::progress::{Phase, Reporter};
use super::queue::Turn;
use super::run::{self, Taken, What};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Import, ImportKind, IntegrationCode, PreviewSummary};
use crate::store::imports::{End, Ended};
use crate::store::integrations::Record;
use crate::store::{StoreError, pending};
use crate::{Admin, Inner};

/// A Full Import that has been fetched and not yet applied. It gives its place back when it is applied, cancelled or
/// dropped, and by itself when it has become too old.
#[derive(Debug)]
pub struct Preview {
    inner: Arc<Inner>,
    id: i64,
    summary: Arc<PreviewSummary>,
    /// None once it has become too old.
    held: Arc<Mutex<Option<Held>>>,
    expiry: JoinHandle<()>,
    until: Until,
}

/// When a preview is too old. A clock that stands still while the computer sleeps is not enough.
#[derive(Debug, Clone, Copy)]
struct Until {
    instant: Instant,
    time: Timestamp,
}

impl Until {
    fn from_now(life: Duration) -> Self {
        Self { instant: Instant::now() + life, time: Timestamp::now().saturating_add(life).unwrap_or(Timestamp::MAX) }
    }

    fn left(self) -> Duration {
        let by_time = Timestamp::now().duration_until(self.time);
        let by_time = Duration::try_from(by_time).unwrap_or_default();
        self.instant.saturating_duration_since(Instant::now()).min(by_time)
    }
}

/// What a preview holds.
#[derive(Debug)]
struct Held {
    taken: Taken,
    consent: Consent,
    reporter: Reporter,
    _turn: Turn,
}

/// What came of applying a preview.
#[derive(Debug)]
pub enum Applying {
    /// It was applied, or failed; the record says which.
    Ended(Box<Import>),
    /// More projects would go than were shown. Nothing was changed; look again.
    Grew(Box<Preview>),
}

impl Admin {
    /// Fetches a Full Import and says what it would do. `Err` if the list could not be had; its record says the same.
    /// With `re_read`, every order is read again, also those that look as they did the last time.
    pub async fn preview(&self, code: &IntegrationCode, re_read: bool, cancel: &CancellationToken) -> Result<Preview> {
        let inner = Arc::clone(&self.inner);
        let record = inner.integration(code).await?;
        let (id, turn) = inner.enqueue(&record, ImportKind::FullImport, &self.person).await?;
        look(&inner, (&record, re_read), id, turn, cancel).await
    }
}

/// Waits for the import's turn, fetches its list and looks at what it would do.
pub(super) async fn look(
    inner: &Arc<Inner>,
    (record, re_read): (&Record, bool),
    id: i64,
    mut turn: Turn,
    cancel: &CancellationToken,
) -> Result<Preview> {
    let what = What { kind: ImportKind::FullImport, re_read, looks_only: true };
    let mut reporter = inner.reporter(id, record, what.kind);
    if let Err(ended) = inner.turn(record, id, &mut turn, cancel, &mut reporter).await {
        return Err(inner.give_up(id, ended, &mut reporter).await);
    }
    let work = async {
        let mut taken = run::fetch(inner, record.id, what, &mut reporter).await?;
        let until = Until::from_now(inner.imports.preview_life);
        let (applied, summary) = dry_run(inner, id, &mut taken, until, &mut reporter).await?;
        Ok((taken, Consent::Seen(apply::ids(&applied.removals)), summary, until))
    };
    let done = tokio::select! {
        done = work => done.map_err(Ended::Failed),
        () = cancel.cancelled() => Err(Ended::Cancelled),
    };
    match done {
        Ok((taken, consent, summary, until)) => {
            turn.rest();
            Ok(Preview::new(Arc::clone(inner), id, summary, Held { taken, consent, reporter, _turn: turn }, until))
        }
        Err(ended) => Err(inner.give_up(id, ended, &mut reporter).await),
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
    until: Until,
    reporter: &mut Reporter,
) -> Result<(Applied, PreviewSummary)> {
    reporter.phase(Phase::Applying, Some(taken.stage.spooled()));
    let tx = inner.store.write().await?;
    let applied = run::apply_in(&tx, id, taken, &Consent::Beforehand, reporter).await?;
    tx.rollback().await.map_err(StoreError::from)?;
    let code = taken.record.code.clone();
    let gone: Vec<i64> = applied.removals.iter().map(|(id, _)| *id).collect();
    let to_remove = pending::would_go(inner.store.reader(), id, &gone).await?;
    let mut notes = run::notes(taken);
    if applied.large_removal {
        notes.push(
            "So many removals would wait for a decision if nobody looked. Make sure that the list is right.".to_owned(),
        );
    }
    let summary = PreviewSummary {
        import: id,
        code,
        to_add: applied.counts.added,
        to_change: applied.counts.changed,
        to_remove,
        many_to_remove: applied.large_removal,
        unchanged: applied.counts.unchanged,
        skipped: applied.counts.skipped,
        problems: applied.problems.first.clone(),
        notes,
        expires_at: until.time,
    };
    Ok((applied, summary))
}

impl Preview {
    fn new(inner: Arc<Inner>, id: i64, summary: PreviewSummary, held: Held, until: Until) -> Self {
        let held = Arc::new(Mutex::new(Some(held)));
        let expiry = tokio::spawn({
            let (inner, held) = (Arc::clone(&inner), Arc::clone(&held));
            async move {
                tokio::time::sleep(until.left()).await;
                if let Some(held) = take(&held) {
                    give_back(&inner, id, too_old(), held).await;
                }
            }
        });
        Self { inner, id, summary: Arc::new(summary), held, expiry, until }
    }

    /// What it would do.
    pub fn summary(&self) -> &PreviewSummary {
        &self.summary
    }

    /// What tells those who watch that somebody may look at it, once it lies where they find it.
    pub(super) fn announcement(&self) -> impl FnOnce() + Send + use<> {
        let held = Arc::clone(&self.held);
        move || {
            if let Some(held) = held.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                held.reporter.phase(Phase::Previewed, None);
            }
        }
    }

    /// The same, to take away.
    pub(super) fn shared_summary(&self) -> Arc<PreviewSummary> {
        Arc::clone(&self.summary)
    }

    /// How long it may still be applied.
    pub fn time_left(&self) -> Duration {
        self.until.left()
    }

    /// Changes nothing. The record says that it was cancelled.
    pub async fn cancel(self) -> Result<Import> {
        if let Some(held) = take(&self.held) {
            give_back(&self.inner, self.id, Ended::Cancelled, held).await;
        }
        self.inner.import(self.id).await
    }

    /// Does what it showed. It is computed again; if more would go, it is shown again instead.
    /// It can be cancelled at any moment before it is committed.
    pub async fn apply(mut self, cancel: &CancellationToken) -> Result<Applying> {
        let id = self.id;
        let held = take(&self.held);
        let mut held = match held {
            Some(held) if !self.time_left().is_zero() => held,
            late => {
                match late {
                    Some(held) => give_back(&self.inner, id, too_old(), held).await,
                    // It is being recorded.
                    None => drop((&mut self.expiry).await),
                }
                return Ok(Applying::Ended(Box::new(self.inner.import(id).await?)));
            }
        };
        let work = async {
            let tx = self.inner.store.write().await?;
            let applied = run::apply_in(&tx, id, &mut held.taken, &held.consent, &mut held.reporter).await?;
            if applied.grew {
                tx.rollback().await.map_err(StoreError::from)?;
                let (applied, summary) =
                    dry_run(&self.inner, id, &mut held.taken, self.until, &mut held.reporter).await?;
                return Ok::<_, Error>(Step::Grew(Box::new((applied, summary))));
            }
            run::conclude(&tx, id, &held.taken, applied).await?;
            Ok(Step::Commit(tx))
        };
        let step = tokio::select! {
            step = work => step.map_err(Ended::Failed),
            () = cancel.cancelled() => Err(Ended::Cancelled),
        };
        match step {
            Ok(Step::Commit(tx)) => match tx.commit().await {
                Ok(()) => held.reporter.phase(Phase::Ended, None),
                Err(error) => give_back(&self.inner, id, Ended::Failed(StoreError::from(error).into()), held).await,
            },
            Ok(Step::Grew(again)) => {
                let (applied, summary) = *again;
                held.consent = Consent::Seen(apply::ids(&applied.removals));
                return Ok(Applying::Grew(Box::new(Self::new(Arc::clone(&self.inner), id, summary, held, self.until))));
            }
            Err(ended) => give_back(&self.inner, id, ended, held).await,
        }
        Ok(Applying::Ended(Box::new(self.inner.import(id).await?)))
    }
}

/// How far applying a preview came.
enum Step {
    Commit(DatabaseTransaction),
    Grew(Box<(Applied, PreviewSummary)>),
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.expiry.abort();
        let (Some(held), Ok(runtime)) = (take(&self.held), tokio::runtime::Handle::try_current()) else { return };
        let (inner, id) = (Arc::clone(&self.inner), self.id);
        runtime.spawn(async move { give_back(&inner, id, Ended::Cancelled, held).await });
    }
}

fn too_old() -> Ended {
    let message = "The preview was not decided on in time. Nothing was changed; start the Full Import again.";
    Ended::Failed(Error::new(ErrorCode::PreviewExpired, message))
}

fn take(held: &Mutex<Option<Held>>) -> Option<Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Records the end and frees the place.
async fn give_back(inner: &Inner, id: i64, ended: Ended, mut held: Held) {
    let end = End { notes: vec!["A preview; nothing was imported.".to_owned()], ..End::default() };
    if let Err(error) = inner.record_end(id, ended, end, &mut held.reporter).await {
        tracing::error!(import = id, "the end of a preview could not be recorded: {error}");
    }
}
