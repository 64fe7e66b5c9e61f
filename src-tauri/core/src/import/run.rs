//! One run: take in, apply, record. All or nothing (import rule 2).

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::apply::{self, Applied, Job};
use super::cursor;
use super::guard::{CompleteList, Consent};
use super::merge::Rule;
use super::progress::{Phase, Reporter};
use super::stage::{Intake, Known, Stage, spool_error};
use crate::Inner;
use crate::connectors::{self, Ask, ConnectError, Connection, Fetched, List};
use crate::error::{Error, ErrorCode, Result};
use crate::integrations::{secrets_of, setting_errors};
use crate::model::{Import, ImportKind, WorkType};
use crate::store::imports::{self, End, Ended};
use crate::store::integrations::{self, Record};
use crate::store::{StoreError, sync, work_types};

/// What kind of import it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct What {
    pub(super) kind: ImportKind,
    /// Every order is read again, also those that look as they did the last time.
    pub(super) re_read: bool,
    /// Somebody looks first: the list is fetched for a preview.
    pub(super) looks_only: bool,
}

/// A list that was fetched and taken in, and what has to be known to apply it.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) record: Record,
    /// What new projects get, as it was when the import began.
    pub(super) work_type: Option<WorkType>,
    pub(super) kind: ImportKind,
    pub(super) started: Timestamp,
    /// The moment to ask from was in the future.
    pub(super) clock_went_back: bool,
    pub(super) stage: Stage,
    pub(super) fetched: Fetched,
}

/// Runs an import (its id, and that of its integration) whose turn it is.
pub(super) async fn run(
    inner: &Inner,
    (id, integration): (i64, i64),
    what: What,
    consent: &Consent,
    cancel: &CancellationToken,
    reporter: &mut Reporter,
) -> Result<Import> {
    let work = async {
        let mut taken = fetch(inner, integration, what, reporter).await?;
        reporter.phase(Phase::Applying, Some(taken.stage.spooled()));
        let tx = inner.store.write().await?;
        let applied = apply_in(&tx, id, &mut taken, consent, reporter).await?;
        conclude(&tx, id, &taken, applied).await?;
        Ok::<_, Error>(tx)
    };
    let done = tokio::select! {
        done = work => done.map_err(Ended::Failed),
        () = cancel.cancelled() => Err(Ended::Cancelled),
    };
    let ended = match done {
        Ok(tx) => match tx.commit().await {
            Ok(()) => {
                reporter.phase(Phase::Ended, None);
                return inner.import(id).await;
            }
            Err(error) => Ended::Failed(StoreError::from(error).into()),
        },
        Err(ended) => ended,
    };
    inner.record_end(id, ended, End::default(), reporter).await
}

/// Fetches a list from the client system and takes it in. Nothing that the list shows changes.
pub(super) async fn fetch(inner: &Inner, integration: i64, what: What, reporter: &mut Reporter) -> Result<Taken> {
    let What { kind, re_read, looks_only } = what;
    reporter.phase(Phase::Connecting, None);
    let started = Timestamp::now();
    let gone = || Error::new(ErrorCode::SettingsChanged, "The integration was deleted meanwhile.");
    let mut record = integrations::get(inner.store.reader(), integration).await?.ok_or_else(gone)?;
    let descriptor = connectors::known(&record.kind)?;
    if record.mapping_version != descriptor.mapping_version {
        // This program reads orders differently from the one that read them last: none may be skipped.
        let tx = inner.store.write().await?;
        record = integrations::get(&tx, integration).await?.ok_or_else(gone)?;
        record.mapping_version = descriptor.mapping_version;
        record.merge_epoch += 1;
        integrations::save(&tx, &record).await?;
        tx.commit().await.map_err(StoreError::from)?;
    }
    let work_type = match record.default_work_type {
        Some(id) => work_types::get(inner.store.reader(), id).await?,
        None => None,
    };
    let connection = Connection {
        settings: secrets_of(inner, &record).await?,
        servers: record.servers.clone(),
        http: inner.http.clone(),
        memory: record.memory.clone(),
        run: imports::count(inner.store.reader(), integration).await?,
        others: inner.others(Some(integration)).await?,
        folder: inner.folder.clone(),
        looks_only,
    };
    let connector = (descriptor.connect)(connection).map_err(|errors| setting_errors(&errors))?;
    // Never later than now. A moment in the future means that our clock went back since: nobody knows by how much, so
    // everything is asked for.
    let last = record.cursor.filter(|cursor| *cursor <= started);
    let ask = match kind {
        // Whoever wants every order read again trusts nothing that is remembered either.
        ImportKind::FullImport => Ask::Everything { last: last.filter(|_| !re_read) },
        ImportKind::Refresh => Ask::Since(last),
    };
    let clock_went_back = kind == ImportKind::Refresh && record.cursor.is_some_and(|cursor| cursor > started);
    reporter.phase(Phase::Receiving, None);
    let known = if re_read { Known::Nothing } else { Known::of(kind) };
    let mut intake = Intake::new(
        inner.folder.clone(),
        &inner.store,
        connector.as_ref(),
        reporter,
        (&record, descriptor.capabilities.assignment, known),
    )
    .map_err(|error| spool_error(&error))?;
    let fetched = connector.fetch(ask, &mut intake).await;
    let stage = intake.finish()?;
    if matches!(fetched, Err(ConnectError::WrongCredentials { .. })) {
        let tx = inner.store.write().await?;
        integrations::note_refused_login(&tx, &record).await?;
        tx.commit().await.map_err(StoreError::from)?;
    }
    let fetched = fetched?;
    Ok(Taken { record, work_type, kind, started, clock_went_back, stage, fetched })
}

/// Applies what was taken in, in `tx`.
pub(super) async fn apply_in(
    tx: &sea_orm::DatabaseTransaction,
    id: i64,
    taken: &mut Taken,
    consent: &Consent,
    reporter: &mut Reporter,
) -> Result<Applied> {
    let record = &taken.record;
    let now = integrations::get(tx, record.id).await?;
    if now.is_none_or(|now| now.revision != record.revision) {
        let message = "The settings were changed while the import ran. Nothing was imported; start it again.";
        return Err(Error::new(ErrorCode::SettingsChanged, message));
    }
    let is_full = taken.kind == ImportKind::FullImport;
    if is_full && taken.fetched.list == List::Nothing {
        let projects = sync::removable(tx, record.id).await?.len();
        if projects > 0 {
            let message = format!(
                "The client system answered that it has no list (null), while {projects} projects are here. \
                 Nothing was changed."
            );
            return Err(Error::new(ErrorCode::NotUnderstood, message));
        }
    }
    let job = Job {
        import: id,
        integration: record,
        rule: Rule::of(record, taken.work_type.clone()),
        is_full,
        at: Timestamp::now(),
    };
    let complete = CompleteList::prove(is_full, &taken.fetched.list, taken.stage.every_key_known);
    apply::apply(tx, &job, &mut taken.stage, complete, consent, reporter).await
}

/// Writes the record of a run that succeeded and what to know the next time, in the same transaction.
pub(super) async fn conclude(
    tx: &sea_orm::DatabaseTransaction,
    id: i64,
    taken: &Taken,
    applied: Applied,
) -> Result<()> {
    let gone = || StoreError::Damaged("the integration of a running import is gone".to_owned());
    let mut record = integrations::get(tx, taken.record.id).await?.ok_or_else(gone)?;
    let mut notes = notes(taken);
    record.memory = taken.fetched.memory.clone();
    record.validated = true;
    record.login_refused = false;
    if !matches!(taken.fetched.list, List::Partial(_)) {
        let (cursor, note) = cursor::next(taken.started, taken.fetched.server_ahead, Timestamp::now());
        record.cursor = Some(cursor);
        notes.extend(note);
    }
    integrations::save(tx, &record).await?;
    let end =
        End { counts: applied.counts, problem_count: applied.problems.count, problems: applied.problems.first, notes };
    imports::finish(tx, id, &Ended::Succeeded, &end).await?;
    tracing::info!(import = id, code = %record.code, counts = ?end.counts, "import applied");
    Ok(())
}

/// What is worth knowing about a list.
pub(super) fn notes(taken: &Taken) -> Vec<String> {
    let mut notes = taken.stage.notes.clone();
    let is_full = taken.kind == ImportKind::FullImport;
    if let List::Partial(reason) = &taken.fetched.list {
        notes.push(format!("The list was not complete: {reason}. Nothing was removed for that."));
    } else if is_full && taken.fetched.list == List::Open {
        notes.push("The list does not say that it holds every open order, so nothing was removed.".to_owned());
    } else if is_full && !taken.stage.every_key_known {
        notes.push("The number of an order is not known, so nothing was removed.".to_owned());
    }
    if taken.clock_went_back {
        notes.push("The clock of this computer went back since the last import; everything was asked for.".to_owned());
    }
    notes
}
