//! Changes of single projects by people: edits, deletions, bringing back, and what becomes of them with their integration.

use sea_orm::{ConnectionTrait, Value};

use super::projects::{Range, read};
use super::{Result, instant, sql};
use crate::model::{Field, IntegrationCode, Project};

/// Writes edited values and notes them in the history. Clears the hash, so that the next import looks at the project.
pub(crate) async fn edit(
    db: &impl ConnectionTrait,
    before: &Project,
    changes: &[(Field, Option<String>)],
    person: &str,
    at: jiff::Timestamp,
) -> Result<()> {
    let at = instant(at);
    let set: Vec<String> = changes.iter().map(|(field, _)| format!("{} = ?,", field.name())).collect();
    let mut values: Vec<Value> = changes.iter().map(|(_, value)| value.clone().into()).collect();
    values.push(before.id.into());
    let sql = format!("UPDATE projects SET {} source_hash = NULL, changed_at = {at} WHERE id = ?", set.join(" "));
    sql::execute(db, sql, values).await?;
    for (field, new) in changes {
        let old = before.fields[*field].clone();
        note(db, before.id, at, person, field.name(), (old, new.clone())).await?;
    }
    Ok(())
}

async fn note(
    db: &impl ConnectionTrait,
    project: i64,
    at: i64,
    person: &str,
    field: &str,
    (old, new): (Option<String>, Option<String>),
) -> Result<()> {
    let sql = "INSERT INTO project_changes (project_id, at, person, field, old, new) VALUES (?, ?, ?, ?, ?, ?)";
    let values = vec![project.into(), at.into(), person.into(), field.into(), old.into(), new.into()];
    sql::execute(db, sql, values).await?;
    Ok(())
}

/// Takes projects out of the list by hand. They are kept no longer and wait for no decision.
pub(crate) async fn remove(db: &impl ConnectionTrait, ids: &[i64], person: &str, at: jiff::Timestamp) -> Result<()> {
    let at = instant(at);
    for chunk in ids.chunks(10_000) {
        let marks = sql::marks(chunk.len());
        let sql = format!(
            "UPDATE projects SET removed_at = {at}, removed_by_import = NULL, removed_by = ?, source_hash = NULL, kept = 0,
             changed_at = {at} WHERE id IN ({marks})"
        );
        sql::execute(db, sql, with_person(person, chunk)).await?;
        note_all(db, chunk, person, at, ("removed", "no", "yes")).await?;
    }
    super::pending::settle_projects(db, ids).await
}

/// Puts removed projects back into the list, kept, under these integrations and numbers.
pub(crate) async fn bring_back(
    db: &impl ConnectionTrait,
    projects: &[Project],
    person: &str,
    at: jiff::Timestamp,
) -> Result<()> {
    let at = instant(at);
    for project in projects {
        let sql = format!(
            "UPDATE projects SET removed_at = NULL, removed_by_import = NULL, removed_by = NULL, source_hash = NULL, kept = 1,
             changed_at = {at}, integration_id = ?, code = ?, number = ? WHERE id = ?"
        );
        let code = project.code.as_str();
        let values = vec![project.integration.into(), code.into(), project.number.as_str().into(), project.id.into()];
        sql::execute(db, sql, values).await?;
    }
    let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
    for chunk in ids.chunks(10_000) {
        note_all(db, chunk, person, at, ("removed", "yes", "no")).await?;
    }
    Ok(())
}

async fn note_all(
    db: &impl ConnectionTrait,
    ids: &[i64],
    person: &str,
    at: i64,
    (field, old, new): (&str, &str, &str),
) -> Result<()> {
    let sql = format!(
        "INSERT INTO project_changes (project_id, at, person, field, old, new)
         SELECT id, {at}, ?, '{field}', '{old}', '{new}' FROM projects WHERE id IN ({})",
        sql::marks(ids.len())
    );
    sql::execute(db, sql, with_person(person, ids)).await?;
    Ok(())
}

fn with_person(person: &str, ids: &[i64]) -> Vec<Value> {
    std::iter::once(person.into()).chain(ids.iter().map(|id| (*id).into())).collect()
}

/// Marks projects as kept: no Full Import removes them until the client has sent them again.
pub(crate) async fn keep(db: &impl ConnectionTrait, ids: &[i64]) -> Result<()> {
    for chunk in ids.chunks(sql::MAX_VALUES) {
        let sql = format!("UPDATE projects SET kept = 1, source_hash = NULL WHERE id IN ({})", sql::marks(chunk.len()));
        sql::execute(db, sql, chunk.iter().map(|id| (*id).into()).collect()).await?;
    }
    Ok(())
}

/// Notes in the history that a person wants to keep these projects.
pub(crate) async fn note_kept(db: &impl ConnectionTrait, ids: &[i64], person: &str, at: jiff::Timestamp) -> Result<()> {
    for chunk in ids.chunks(10_000) {
        note_all(db, chunk, person, instant(at), ("kept", "no", "yes")).await?;
    }
    Ok(())
}

/// The ids of the projects of an integration that are in the list.
pub(crate) async fn of_integration(db: &impl ConnectionTrait, integration: i64) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM projects WHERE integration_id = ? AND removed_at IS NULL";
    ids(db, sql, vec![integration.into()]).await
}

/// The ids of the projects of that code in the list that no integration has.
pub(crate) async fn orphans(db: &impl ConnectionTrait, code: &IntegrationCode) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM projects WHERE code = ? AND integration_id IS NULL AND removed_at IS NULL";
    ids(db, sql, vec![code.as_str().into()]).await
}

async fn ids(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<i64>> {
    sql::all(db, sql, values).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Gives projects to an integration.
pub(crate) async fn adopt(
    db: &impl ConnectionTrait,
    ids: &[i64],
    integration: i64,
    code: &IntegrationCode,
) -> Result<()> {
    for chunk in ids.chunks(10_000) {
        let sql = format!(
            "UPDATE projects SET integration_id = {integration}, code = ?, source_hash = NULL WHERE id IN ({})",
            sql::marks(chunk.len())
        );
        sql::execute(db, sql, with_person(code.as_str(), chunk)).await?;
    }
    Ok(())
}

/// The projects that an import removed and that are still removed.
pub(crate) async fn removed_by(db: &impl ConnectionTrait, import: i64) -> Result<Vec<Project>> {
    let rows = "WHERE removed_by_import = ? AND removed_at IS NOT NULL";
    let found = read(db, rows, &[import.into()], Range::ALL).await?;
    Ok(found.into_iter().map(|(project, _)| project).collect())
}

/// Those of these projects that are removed.
pub(crate) async fn removed(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Project>> {
    let mut projects = Vec::new();
    for chunk in ids.chunks(1_000) {
        let rows = format!("WHERE removed_at IS NOT NULL AND id IN ({})", sql::marks(chunk.len()));
        let values: Vec<Value> = chunk.iter().map(|id| (*id).into()).collect();
        projects.extend(read(db, &rows, &values, Range::ALL).await?.into_iter().map(|(project, _)| project));
    }
    Ok(projects)
}

/// The project of that number that was removed last.
pub(crate) async fn last_removed(
    db: &impl ConnectionTrait,
    code: &IntegrationCode,
    number: &str,
) -> Result<Option<Project>> {
    let rows = "WHERE code = ? AND number = ? AND removed_at IS NOT NULL ORDER BY removed_at DESC, id DESC";
    let last = read(db, rows, &[code.as_str().into(), number.into()], Range { limit: 1, offset: 0 }).await?.pop();
    Ok(last.map(|(project, _)| project))
}

/// Whether a project of that integration has the key and is in the list.
pub(crate) async fn has_key(db: &impl ConnectionTrait, integration: i64, key: &str, but: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM projects WHERE integration_id = ? AND source_key = ? AND id <> ?)";
    Ok(sql::number(db, sql, vec![integration.into(), key.into(), but.into()]).await? == 1)
}

/// Whether anything was removed before that moment.
pub(crate) async fn removed_before(db: &impl ConnectionTrait, before: jiff::Timestamp) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM projects WHERE removed_at < ?)";
    Ok(sql::number(db, sql, vec![instant(before).into()]).await? == 1)
}

/// Whether a project of that code without an integration has the key and is in the list.
pub(crate) async fn has_orphan(db: &impl ConnectionTrait, code: &IntegrationCode, key: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM projects
               WHERE code = ? AND source_key = ? AND integration_id IS NULL AND removed_at IS NULL)";
    Ok(sql::number(db, sql, vec![code.as_str().into(), key.into()]).await? == 1)
}

/// Forgets what was removed before that moment. It cannot be brought back any more.
pub(crate) async fn forget_removed(db: &impl ConnectionTrait, before: jiff::Timestamp) -> Result<u64> {
    let done = sql::execute(db, "DELETE FROM projects WHERE removed_at < ?", vec![instant(before).into()]).await?;
    Ok(done.rows_affected())
}
