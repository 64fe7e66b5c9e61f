//! The records of imports.

use std::collections::HashMap;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::entities::{import, import_problem};
use super::{Result, StoreError, from_instant, instant, sql};
use crate::error::{Error, ErrorCode};
use crate::model::{Counts, Import, ImportKind, ImportRow, IntegrationCode, OrderProblem, Outcome};

/// Problems that are stored of one import; the rest is counted.
pub(crate) const MAX_PROBLEMS: usize = 1_000;

/// What an import leaves when it has ended.
#[derive(Debug, Default)]
pub(crate) struct End {
    pub(crate) counts: Counts,
    pub(crate) problems: Vec<OrderProblem>,
    pub(crate) problem_count: u64,
    pub(crate) notes: Vec<String>,
}

/// How an import ended, as it is stored. *Needs confirmation* follows from the removals that wait.
#[derive(Debug)]
pub(crate) enum Ended {
    Succeeded,
    Failed(Error),
    Cancelled,
}

/// The imports of an integration at a glance.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    pub(crate) running: bool,
    pub(crate) waiting: bool,
    /// Why the last one that was not cancelled failed.
    pub(crate) last_error: Option<String>,
    /// When the last one that succeeded ended.
    pub(crate) last_refreshed: Option<jiff::Timestamp>,
    /// When the last one was asked for, however it ended.
    pub(crate) last_asked: Option<jiff::Timestamp>,
}

/// Adds the record of an import that waits.
pub(crate) async fn add(
    db: &impl ConnectionTrait,
    integration: i64,
    code: &IntegrationCode,
    kind: ImportKind,
    asked_by: &str,
) -> Result<i64> {
    let model = import::ActiveModel {
        integration_id: Set(Some(integration)),
        code: Set(code.as_str().to_owned()),
        kind: Set(kind.as_str().to_owned()),
        asked_by: Set(asked_by.to_owned()),
        asked_at: Set(instant(jiff::Timestamp::now())),
        ..Default::default()
    };
    Ok(model.insert(db).await?.id)
}

/// Notes that an import runs from now on.
pub(crate) async fn start(db: &impl ConnectionTrait, id: i64, at: jiff::Timestamp) -> Result<()> {
    let model = import::ActiveModel { id: Set(id), started_at: Set(Some(instant(at))), ..Default::default() };
    model.update(db).await?;
    Ok(())
}

/// Writes how an import ended.
pub(crate) async fn finish(db: &impl ConnectionTrait, id: i64, ended: &Ended, end: &End) -> Result<()> {
    let number = |n: u64| Set(i64::try_from(n).unwrap_or(i64::MAX));
    let (outcome, error) = match ended {
        Ended::Succeeded => ("succeeded", None),
        Ended::Failed(error) => ("failed", Some(error)),
        Ended::Cancelled => ("cancelled", None),
    };
    let model = import::ActiveModel {
        id: Set(id),
        finished_at: Set(Some(instant(jiff::Timestamp::now()))),
        outcome: Set(Some(outcome.to_owned())),
        added: number(end.counts.added),
        changed: number(end.counts.changed),
        unchanged: number(end.counts.unchanged),
        removed: number(end.counts.removed),
        skipped: number(end.counts.skipped),
        problem_count: number(end.problem_count),
        error: Set(error.map(to_json)),
        notes: Set(to_json(&end.notes)),
        ..Default::default()
    };
    model.update(db).await?;
    let problems: Vec<import_problem::ActiveModel> = end
        .problems
        .iter()
        .take(MAX_PROBLEMS)
        .zip(0..)
        .map(|(problem, position)| import_problem::ActiveModel {
            import_id: Set(id),
            position: Set(position),
            number: Set(problem.number.clone()),
            reason: Set(problem.reason.clone()),
        })
        .collect();
    if !problems.is_empty() {
        import_problem::Entity::insert_many(problems).exec_without_returning(db).await?;
    }
    Ok(())
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Counts removals that were confirmed later towards the import that found them.
pub(crate) async fn add_removed(db: &impl ConnectionTrait, id: i64, removed: u64) -> Result<()> {
    let removed = i64::try_from(removed).unwrap_or(i64::MAX);
    sql::execute(db, "UPDATE imports SET removed = removed + ? WHERE id = ?", vec![removed.into(), id.into()]).await?;
    Ok(())
}

/// The imports of an integration that have not ended: id, and whether it has started.
pub(crate) async fn unfinished(db: &impl ConnectionTrait, integration: i64) -> Result<Vec<(i64, bool)>> {
    let rows = import::Entity::find()
        .filter(import::Column::IntegrationId.eq(integration))
        .filter(import::Column::Outcome.is_null())
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.started_at.is_some())).collect())
}

/// The ids of all integrations that have an import that has not ended.
pub(crate) async fn unsettled(db: &impl ConnectionTrait) -> Result<Vec<i64>> {
    let sql = "SELECT DISTINCT integration_id FROM imports WHERE outcome IS NULL AND integration_id IS NOT NULL";
    let rows = sql::all(db, sql, vec![]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The imports whose removals wait for a decision, newest first.
pub(crate) async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<ImportRow>> {
    let waiting = super::pending::counts(db).await?;
    let rows = import::Entity::find().filter(import::Column::Id.is_in(waiting.keys().copied()));
    let rows = rows.order_by_desc(import::Column::Id).all(db).await?;
    rows.into_iter().map(|row| slim(row, &waiting)).collect()
}

/// The records without their long lists, newest first.
pub(crate) async fn rows(
    db: &impl ConnectionTrait,
    code: Option<&IntegrationCode>,
    limit: u64,
) -> Result<Vec<ImportRow>> {
    let waiting = super::pending::counts(db).await?;
    newest(code, limit).all(db).await?.into_iter().map(|row| slim(row, &waiting)).collect()
}

fn newest(code: Option<&IntegrationCode>, limit: u64) -> sea_orm::Select<import::Entity> {
    let query = import::Entity::find().order_by_desc(import::Column::Id).limit(limit);
    match code {
        Some(code) => query.filter(import::Column::Code.eq(code.as_str())),
        None => query,
    }
}

/// How many imports an integration has had, this one included.
pub(crate) async fn count(db: &impl ConnectionTrait, integration: i64) -> Result<u64> {
    let sql = "SELECT count(*) FROM imports WHERE integration_id = ? AND started_at IS NOT NULL";
    Ok(sql::number(db, sql, vec![integration.into()]).await?.unsigned_abs())
}

/// The imports of an integration at a glance.
pub(crate) async fn standing(db: &impl ConnectionTrait, integration: i64) -> Result<Standing> {
    let mut standing = Standing::default();
    for (_, started) in unfinished(db, integration).await? {
        if started {
            standing.running = true;
        } else {
            standing.waiting = true;
        }
    }
    let of = |outcomes: &[&str]| {
        import::Entity::find()
            .filter(import::Column::IntegrationId.eq(integration))
            .filter(import::Column::Outcome.is_in(outcomes.iter().copied()))
            .order_by_desc(import::Column::Id)
    };
    let newest =
        import::Entity::find().filter(import::Column::IntegrationId.eq(integration)).order_by_desc(import::Column::Id);
    if let Some(last) = newest.one(db).await? {
        standing.last_asked = Some(from_instant(last.asked_at)?);
    }
    if let Some(last) = of(&["succeeded", "failed"]).one(db).await? {
        standing.last_error = stored_error(&last)?.map(|error| error.message);
    }
    if let Some(last) = of(&["succeeded"]).one(db).await? {
        standing.last_refreshed = last.finished_at.map(from_instant).transpose()?;
    }
    Ok(standing)
}

fn stored_error(row: &import::Model) -> Result<Option<Error>> {
    let damaged = |_| StoreError::Damaged(format!("error of import {}", row.id));
    row.error.as_deref().map(serde_json::from_str).transpose().map_err(damaged)
}

/// The record of one import.
pub(crate) async fn get(db: &impl ConnectionTrait, id: i64) -> Result<Option<Import>> {
    match import::Entity::find_by_id(id).one(db).await? {
        Some(row) => Ok(Some(view(db, row).await?)),
        None => Ok(None),
    }
}

/// The records, newest first.
pub(crate) async fn list(db: &impl ConnectionTrait, code: Option<&IntegrationCode>, limit: u64) -> Result<Vec<Import>> {
    let mut out = Vec::new();
    for row in newest(code, limit).all(db).await? {
        out.push(view(db, row).await?);
    }
    Ok(out)
}

async fn view(db: &impl ConnectionTrait, row: import::Model) -> Result<Import> {
    let problems = import_problem::Entity::find()
        .filter(import_problem::Column::ImportId.eq(row.id))
        .order_by_asc(import_problem::Column::Position)
        .all(db)
        .await?;
    let waiting = HashMap::from([(row.id, super::pending::count(db, row.id).await?)]);
    let notes =
        serde_json::from_str(&row.notes).map_err(|_| StoreError::Damaged(format!("notes of import {}", row.id)))?;
    let slim = slim(row, &waiting)?;
    Ok(Import {
        problems: problems.into_iter().map(|p| OrderProblem { number: p.number, reason: p.reason }).collect(),
        notes,
        id: slim.id,
        code: slim.code,
        kind: slim.kind,
        outcome: slim.outcome,
        counts: slim.counts,
        pending_removals: slim.pending_removals,
        problem_count: slim.problem_count,
        error: slim.error,
        asked_by: slim.asked_by,
        asked_at: slim.asked_at,
        started_at: slim.started_at,
        finished_at: slim.finished_at,
    })
}

/// A record, given how many removals wait because of which import.
fn slim(row: import::Model, waiting: &HashMap<i64, u64>) -> Result<ImportRow> {
    let damaged = |what: &str| StoreError::Damaged(format!("{what} of import {}", row.id));
    let pending_removals = waiting.get(&row.id).copied().unwrap_or(0);
    let outcome = match row.outcome.as_deref() {
        None => None,
        Some("succeeded") if pending_removals > 0 => Some(Outcome::NeedsConfirmation),
        Some("succeeded") => Some(Outcome::Succeeded),
        Some("failed") => Some(Outcome::Failed),
        Some("cancelled") => Some(Outcome::Cancelled),
        Some(_) => return Err(damaged("outcome")),
    };
    let number = i64::unsigned_abs;
    let error = match outcome {
        Some(Outcome::Cancelled) => {
            Some(Error::new(ErrorCode::Cancelled, "The import was cancelled. Nothing was changed."))
        }
        _ => stored_error(&row)?,
    };
    Ok(ImportRow {
        error,
        kind: ImportKind::from_text(&row.kind).ok_or_else(|| damaged("kind"))?,
        asked_at: from_instant(row.asked_at)?,
        started_at: row.started_at.map(from_instant).transpose()?,
        finished_at: row.finished_at.map(from_instant).transpose()?,
        counts: Counts {
            added: number(row.added),
            changed: number(row.changed),
            unchanged: number(row.unchanged),
            removed: number(row.removed),
            skipped: number(row.skipped),
        },
        problem_count: number(row.problem_count),
        outcome,
        pending_removals,
        id: row.id,
        code: IntegrationCode::stored(row.code),
        asked_by: row.asked_by,
    })
}
