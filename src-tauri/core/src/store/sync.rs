//! What an import reads and takes out, in bulk: statement by statement costs several times as much. What it writes is in
//! `writer`. It decides nothing: who may overwrite what and who is removed is said by `import/`.

use sea_orm::{ConnectionTrait, Value};

use super::projects::{Range, read, read_tasks};
use super::{Result, StoreError, instant, sql};
use crate::model::Project;

/// A project as an import finds it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) project: Project,
    /// Removed from the list, by an import or by hand.
    pub(crate) removed: bool,
}

/// Hashes of applied orders that may cause a skip, asked for by hash. Gives project and hash.
pub(crate) async fn by_hash(
    db: &impl ConnectionTrait,
    integration: i64,
    epoch: i64,
    hashes: &[u128],
) -> Result<Vec<(i64, u128)>> {
    let sql = format!(
        "SELECT {PACKED_HASH} FROM projects WHERE integration_id = {integration} AND source_hash IN ({})
         AND source_epoch = {epoch} AND removed_at IS NULL",
        sql::marks(hashes.len())
    );
    let row = sql::one(db, sql, hashes.iter().map(|hash| hash_value(*hash)).collect()).await?;
    let packed: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    packed.as_deref().map_or_else(|| Ok(Vec::new()), unpacked_hashes)
}

/// Thousands of ids and hashes in one row: a row each costs more than finding it.
const PACKED_HASH: &str = "group_concat(id || ' ' || hex(source_hash), ',')";

fn unpacked_hashes(packed: &str) -> Result<Vec<(i64, u128)>> {
    let read = |pair: &str| {
        let (id, hash) = pair.split_once(' ')?;
        Some((id.parse().ok()?, u128::from_str_radix(hash, 16).ok()?))
    };
    let damaged = || StoreError::Damaged("hash of a project".to_owned());
    packed.split(',').map(|pair| read(pair).ok_or_else(damaged)).collect()
}

/// All hashes that may cause a skip.
pub(crate) async fn all_hashes(db: &impl ConnectionTrait, integration: i64, epoch: i64) -> Result<Vec<(i64, u128)>> {
    const PAGE: usize = 20_000;
    let mut out = Vec::new();
    let mut after = vec![];
    loop {
        let sql = format!(
            "SELECT {PACKED_HASH}, max(source_hash), count(*) FROM
             (SELECT id, source_hash FROM projects WHERE integration_id = {integration} AND source_hash > ?
              AND source_epoch = {epoch} AND removed_at IS NULL ORDER BY source_hash LIMIT {PAGE})"
        );
        let Some(row) = sql::one(db, sql, vec![after.into()]).await? else { break };
        let (Some(packed), Some(last)) = (row.try_get_by_index::<Option<String>>(0)?, row.try_get_by_index(1)?) else {
            break;
        };
        out.extend(unpacked_hashes(&packed)?);
        // Two projects may share a hash only if two keys have the same bytes, which cannot be; a page may end anywhere.
        after = last;
        if row.try_get_by_index::<i64>(2)? < i64::try_from(PAGE).unwrap_or(i64::MAX) {
            break;
        }
    }
    Ok(out)
}

pub(super) fn hash_value(hash: u128) -> Value {
    Value::from(hash.to_be_bytes().to_vec())
}

/// Whether the integration has any row, removed ones included.
pub(crate) async fn has_rows(db: &impl ConnectionTrait, integration: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM projects WHERE integration_id = ?)";
    Ok(sql::number(db, sql, vec![integration.into()]).await? == 1)
}

/// The projects of these keys, removed ones too, with their tasks.
pub(crate) async fn find(db: &impl ConnectionTrait, integration: i64, keys: &[&str]) -> Result<Vec<Found>> {
    let rows = format!("WHERE integration_id = {integration} AND source_key IN ({})", sql::marks(keys.len()));
    let values: Vec<Value> = keys.iter().map(|key| (*key).into()).collect();
    let found = read(db, &rows, &values, Range::ALL).await?;
    let mut found: Vec<Found> = found.into_iter().map(|(project, removed)| Found { project, removed }).collect();
    read_tasks(db, &mut found.iter_mut().map(|found| &mut found.project).collect::<Vec<_>>()).await?;
    Ok(found)
}

/// The projects of that code, whoever has them, and those of the integration that has it, whatever their code was, that are
/// known by one of these keys or shown under one of these numbers; removed ones too, with their tasks.
pub(crate) async fn find_filed(
    db: &impl ConnectionTrait,
    (code, integration): (&str, Option<i64>),
    numbers: &[&str],
) -> Result<Vec<Found>> {
    let marks = sql::marks(numbers.len());
    let rows = format!(
        "WHERE id IN (SELECT id FROM projects WHERE code = ? AND number IN ({marks})
                      UNION SELECT id FROM projects WHERE code = ? AND source_key IN ({marks})
                      UNION SELECT id FROM projects WHERE integration_id = ? AND source_key IN ({marks}))"
    );
    let by_code = || std::iter::once(Value::from(code)).chain(numbers.iter().map(|number| Value::from(*number)));
    let by_integration = std::iter::once(integration.into()).chain(numbers.iter().map(|number| Value::from(*number)));
    let values: Vec<Value> = by_code().chain(by_code()).chain(by_integration).collect();
    let found = read(db, &rows, &values, Range::ALL).await?;
    let mut found: Vec<Found> = found.into_iter().map(|(project, removed)| Found { project, removed }).collect();
    read_tasks(db, &mut found.iter_mut().map(|found| &mut found.project).collect::<Vec<_>>()).await?;
    Ok(found)
}

/// Which of these numbers are shown in the list already, and by which project.
pub(crate) async fn numbers_taken(
    db: &impl ConnectionTrait,
    code: &str,
    numbers: &[&str],
) -> Result<Vec<(String, i64)>> {
    let from = format!("projects WHERE code = ? AND removed_at IS NULL AND number IN ({})", sql::marks(numbers.len()));
    let values = std::iter::once(code).chain(numbers.iter().copied()).map(Value::from).collect();
    sql::packed(db, "number,id", &from, values).await
}

/// The highest id that a project has or had.
pub(crate) async fn last_id(db: &impl ConnectionTrait) -> Result<i64> {
    sql::number(db, "SELECT max(seq) FROM sqlite_sequence WHERE name = 'projects'", vec![]).await
}

/// The ids of the projects that a Full Import may remove: in the list, and not kept.
pub(crate) async fn removable(db: &impl ConnectionTrait, integration: i64) -> Result<Vec<i64>> {
    // All in one row, see `all_hashes`.
    let sql = "SELECT group_concat(id) FROM projects WHERE integration_id = ? AND removed_at IS NULL AND kept = 0";
    let Some(row) = sql::one(db, sql, vec![integration.into()]).await? else { return Ok(Vec::new()) };
    let Some(ids) = row.try_get_by_index::<Option<String>>(0)? else { return Ok(Vec::new()) };
    let damaged = |_| StoreError::Damaged("id of a project".to_owned());
    ids.split(',').map(|id| id.parse().map_err(damaged)).collect()
}

/// Id, key and number of these projects.
pub(crate) async fn keys_of(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<(i64, String, String)>> {
    let mut out = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(5_000) {
        let from = format!("projects WHERE id IN ({})", sql::marks(chunk.len()));
        let ids = chunk.iter().map(|id| (*id).into()).collect();
        out.extend(sql::packed::<(i64, String, String)>(db, "id,source_key,number", &from, ids).await?);
    }
    Ok(out)
}

/// Forgets by which orders these projects were written: the next import reads what it is sent for them.
pub(crate) async fn forget_hashes(db: &impl ConnectionTrait, integration: i64, keys: &[String]) -> Result<()> {
    for chunk in keys.chunks(5_000) {
        let sql = format!(
            "UPDATE projects SET source_hash = NULL WHERE integration_id = ? AND source_key IN ({})",
            sql::marks(chunk.len())
        );
        let keys = chunk.iter().map(|key| Value::from(key.as_str()));
        sql::execute(db, sql, std::iter::once(integration.into()).chain(keys).collect()).await?;
    }
    Ok(())
}

/// Takes these projects out of the list, because of that import and, if it had to be confirmed, by that person.
pub(crate) async fn remove(
    db: &impl ConnectionTrait,
    ids: &[i64],
    import: i64,
    confirmed_by: Option<&str>,
    at: jiff::Timestamp,
) -> Result<()> {
    let at = instant(at);
    for chunk in ids.chunks(10_000) {
        let ids: Vec<Value> = chunk.iter().map(|id| (*id).into()).collect();
        let marks = sql::marks(chunk.len());
        let update = format!(
            "UPDATE projects SET removed_at = {at}, removed_by_import = {import}, removed_by = NULL, source_hash = NULL,
             changed_at = {at} WHERE id IN ({marks})"
        );
        sql::execute(db, update, ids.clone()).await?;
        let history = format!(
            "INSERT INTO project_changes (project_id, at, import_id, person, field, old, new)
             SELECT id, {at}, {import}, ?, 'removed', 'no', 'yes' FROM projects WHERE id IN ({marks})"
        );
        let values = std::iter::once(confirmed_by.into()).chain(ids).collect();
        sql::execute(db, history, values).await?;
    }
    Ok(())
}
