//! Work types as they are stored.

use sea_orm::{ConnectionTrait, QueryResult};

use super::{Result, StoreError, instant, sql};
use crate::model::{IntegrationCode, WorkType, WorkTypeValues};

const COLUMNS: &str = "id, name, fields, tasks,
    (SELECT json_group_array(code) FROM integrations WHERE default_work_type = work_types.id)";

fn read(row: &QueryResult) -> Result<WorkType> {
    let id = row.try_get_by_index(0)?;
    let damaged = |what: &str| StoreError::Damaged(format!("{what} of work type {id}"));
    let text = |place: usize| row.try_get_by_index::<String>(place);
    let fields = serde_json::from_str(&text(2)?).map_err(|_| damaged("fields"))?;
    let mut codes: Vec<String> = serde_json::from_str(&text(4)?).map_err(|_| damaged("integrations"))?;
    codes.sort_by_key(|code| code.to_ascii_lowercase());
    Ok(WorkType {
        id,
        name: text(1)?,
        fields: WorkTypeValues::read(&fields).map_err(|_| damaged("fields"))?,
        tasks: serde_json::from_str(&text(3)?).map_err(|_| damaged("tasks"))?,
        used_by: codes.into_iter().map(IntegrationCode::stored).collect(),
    })
}

/// All, by name.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<WorkType>> {
    let rows = sql::all(db, format!("SELECT {COLUMNS} FROM work_types ORDER BY name"), vec![]).await?;
    rows.iter().map(read).collect()
}

/// The work type with that id.
pub(crate) async fn get(db: &impl ConnectionTrait, id: i64) -> Result<Option<WorkType>> {
    let row = sql::one(db, format!("SELECT {COLUMNS} FROM work_types WHERE id = ?"), vec![id.into()]).await?;
    row.as_ref().map(read).transpose()
}

/// The work type of that name, whatever its case. (SQLite knows the case of ASCII letters only, and there are few.)
pub(crate) async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<WorkType>> {
    Ok(all(db).await?.into_iter().find(|work_type| work_type.is_called(name)))
}

/// Stores a new one and gives its id.
pub(crate) async fn add(db: &impl ConnectionTrait, new: &WorkType) -> Result<i64> {
    let (fields, tasks) = texts(new)?;
    let sql = "INSERT INTO work_types (name, fields, tasks, created_at) VALUES (?, ?, ?, ?)";
    let values = vec![new.name.as_str().into(), fields.into(), tasks.into(), instant(jiff::Timestamp::now()).into()];
    let added = sql::execute(db, sql, values).await?;
    i64::try_from(added.last_insert_id()).map_err(|_| StoreError::Damaged("the ids of work types".to_owned()))
}

/// Replaces all of it.
pub(crate) async fn edit(db: &impl ConnectionTrait, id: i64, new: &WorkType) -> Result<()> {
    let (fields, tasks) = texts(new)?;
    let sql = "UPDATE work_types SET name = ?, fields = ?, tasks = ? WHERE id = ?";
    sql::execute(db, sql, vec![new.name.as_str().into(), fields.into(), tasks.into(), id.into()]).await?;
    Ok(())
}

/// Deletes it. The integrations that gave it to new projects give none from now on, which is a change of their settings.
pub(crate) async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<()> {
    let sql = "UPDATE integrations SET default_work_type = NULL, revision = revision + 1 WHERE default_work_type = ?";
    sql::execute(db, sql, vec![id.into()]).await?;
    sql::execute(db, "DELETE FROM work_types WHERE id = ?", vec![id.into()]).await?;
    Ok(())
}

fn texts(work_type: &WorkType) -> Result<(String, String)> {
    let unwritable = |error: serde_json::Error| StoreError::Damaged(format!("a work type cannot be written: {error}"));
    let fields = serde_json::to_string(&work_type.fields).map_err(unwritable)?;
    let tasks = serde_json::to_string(&work_type.tasks).map_err(unwritable)?;
    Ok((fields, tasks))
}
