//! Removals that wait for a decision.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, QueryResult};

use super::{Result, sql};
use crate::model::{IntegrationCode, PendingRemoval, shown_number};

/// A project that was deleted by hand meanwhile waits no longer. CROSS: SQLite shall begin with those that wait, which are
/// few, and not with all projects of the integration.
const LIVE: &str = "FROM pending_removals w CROSS JOIN projects p ON p.id = w.project_id AND p.removed_at IS NULL";

/// The import of that integration whose removals wait, if any do, and how many. The newest list settles those before it.
pub(crate) async fn newest(db: &impl ConnectionTrait, integration: i64) -> Result<Option<(i64, u64)>> {
    let sql = format!(
        "SELECT w.import_id, count(*) {LIVE} JOIN imports i ON i.id = w.import_id WHERE i.integration_id = ?
         GROUP BY w.import_id ORDER BY w.import_id DESC LIMIT 1"
    );
    let Some(row) = sql::one(db, sql, vec![integration.into()]).await? else { return Ok(None) };
    Ok(Some((row.try_get_by_index(0)?, row.try_get_by_index::<i64>(1)?.unsigned_abs())))
}

/// How many removals of that import wait.
pub(crate) async fn count(db: &impl ConnectionTrait, import: i64) -> Result<u64> {
    let sql = format!("SELECT count(*) {LIVE} WHERE w.import_id = ?");
    Ok(sql::number(db, sql, vec![import.into()]).await?.unsigned_abs())
}

/// How many removals wait because of which import.
pub(crate) async fn counts(db: &impl ConnectionTrait) -> Result<HashMap<i64, u64>> {
    let rows = sql::all(db, format!("SELECT w.import_id, count(*) {LIVE} GROUP BY w.import_id"), vec![]).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index::<i64>(1)?.unsigned_abs()))).collect()
}

/// What waits because of that import, by number.
pub(crate) async fn of(db: &impl ConnectionTrait, import: i64) -> Result<Vec<PendingRemoval>> {
    let sql = format!("SELECT w.import_id, {SHOWN} {LIVE} WHERE w.import_id = ? ORDER BY p.code, p.number");
    sql::all(db, sql, vec![import.into()]).await?.iter().map(shown).collect()
}

/// What waits, for one code or for all.
pub(crate) async fn list(db: &impl ConnectionTrait, code: Option<&IntegrationCode>) -> Result<Vec<PendingRemoval>> {
    let (filter, values) = match code {
        Some(code) => ("WHERE p.code = ?", vec![code.as_str().into()]),
        None => ("", vec![]),
    };
    let sql = format!("SELECT w.import_id, {SHOWN} {LIVE} {filter} ORDER BY w.import_id, p.code, p.number");
    sql::all(db, sql, values).await?.iter().map(shown).collect()
}

/// The same of projects that an import would remove and that do not wait yet, by number.
pub(crate) async fn would_go(db: &impl ConnectionTrait, import: i64, ids: &[i64]) -> Result<Vec<PendingRemoval>> {
    let mut out = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(5_000) {
        let sql = format!("SELECT {import}, {SHOWN} FROM projects p WHERE p.id IN ({})", sql::marks(chunk.len()));
        for row in sql::all(db, sql, chunk.iter().map(|id| (*id).into()).collect()).await? {
            out.push(shown(&row)?);
        }
    }
    out.sort_by(|a, b| a.number.cmp(&b.number));
    Ok(out)
}

/// What is shown of a project that would go.
const SHOWN: &str = "p.code, p.number, p.address1, p.city, p.state, p.status";

/// Reads an import's id and [`SHOWN`].
fn shown(row: &QueryResult) -> Result<PendingRemoval> {
    let code = IntegrationCode::stored(row.try_get_by_index(1)?);
    let parts = [3, 4, 5].map(|i| row.try_get_by_index::<Option<String>>(i).unwrap_or_default());
    Ok(PendingRemoval {
        import: row.try_get_by_index(0)?,
        number: shown_number(&code, &row.try_get_by_index::<String>(2)?),
        code,
        address: parts.into_iter().flatten().collect::<Vec<_>>().join(", "),
        status: row.try_get_by_index(6)?,
    })
}

/// The projects that wait, by import or by integration: id and key.
pub(crate) async fn of_integration(db: &impl ConnectionTrait, integration: i64) -> Result<Vec<(i64, String)>> {
    let sql = format!("SELECT p.id, p.source_key {LIVE} WHERE p.integration_id = ?");
    let rows = sql::all(db, sql, vec![integration.into()]).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The ids of the projects that wait because of an import.
pub(crate) async fn of_import(db: &impl ConnectionTrait, import: i64) -> Result<Vec<i64>> {
    let sql = format!("SELECT p.id {LIVE} WHERE w.import_id = ?");
    let rows = sql::all(db, sql, vec![import.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Lets these projects wait for a decision on that import. Their hashes are cleared: when the client sends such an
/// order again, it must be at hand to bring the project back, should the removal be confirmed before it is applied.
pub(crate) async fn add(db: &impl ConnectionTrait, import: i64, projects: &[i64]) -> Result<()> {
    for chunk in projects.chunks(sql::MAX_VALUES) {
        let sql = format!("UPDATE projects SET source_hash = NULL WHERE id IN ({})", sql::marks(chunk.len()));
        sql::execute(db, sql, chunk.iter().map(|id| (*id).into()).collect()).await?;
        let sql = format!(
            "INSERT INTO pending_removals (import_id, project_id) SELECT {import}, id FROM projects WHERE id IN ({})",
            sql::marks(chunk.len())
        );
        sql::execute(db, sql, chunk.iter().map(|id| (*id).into()).collect()).await?;
    }
    Ok(())
}

/// These projects wait no longer.
pub(crate) async fn settle_projects(db: &impl ConnectionTrait, projects: &[i64]) -> Result<()> {
    for chunk in projects.chunks(sql::MAX_VALUES) {
        let sql = format!("DELETE FROM pending_removals WHERE project_id IN ({})", sql::marks(chunk.len()));
        sql::execute(db, sql, chunk.iter().map(|id| (*id).into()).collect()).await?;
    }
    Ok(())
}

/// Nothing waits any longer because of that import.
pub(crate) async fn settle_import(db: &impl ConnectionTrait, import: i64) -> Result<()> {
    sql::execute(db, "DELETE FROM pending_removals WHERE import_id = ?", vec![import.into()]).await?;
    Ok(())
}

/// Nothing waits any longer in that integration.
pub(crate) async fn settle_integration(db: &impl ConnectionTrait, integration: i64) -> Result<()> {
    let sql = "DELETE FROM pending_removals WHERE import_id IN (SELECT id FROM imports WHERE integration_id = ?)";
    sql::execute(db, sql, vec![integration.into()]).await?;
    Ok(())
}
