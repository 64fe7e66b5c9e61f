//! How a project lies in its rows: the columns in the order of the field table, and the way back.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::{ConnectionTrait, QueryResult, Value};

use super::{Result, StoreError, from_instant, sql};
use crate::model::{Field, Fields, IntegrationCode, Origin, Project, Task};

/// The columns that [`read`] expects first, in this order.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let fixed = "id,integration_id,code,source_key,number,kept,created_at,changed_at";
    format!("{fixed},{}", field_columns())
});
/// How many columns [`read`] takes.
pub(super) const WIDTH: usize = 8 + Field::COUNT;
/// The columns of a task, its project first.
pub(super) const TASK_COLUMNS: &str = "project_id,position,origin,name,instructions,survey,survey_dynamic,options,\
                                       source_service,source_service_id,attributes";

/// The names of all field columns.
pub(super) fn field_columns() -> String {
    Field::ALL.map(Field::name).join(",")
}

/// Reads a project, without its tasks, from a row of [`COLUMNS`].
pub(super) fn read(row: &QueryResult) -> Result<Project> {
    let mut fields = Fields::default();
    for (place, field) in Field::ALL.into_iter().enumerate() {
        fields[field] = row.try_get_by_index(8 + place)?;
    }
    Ok(Project {
        id: row.try_get_by_index(0)?,
        integration: row.try_get_by_index(1)?,
        code: IntegrationCode::stored(row.try_get_by_index(2)?),
        key: row.try_get_by_index(3)?,
        number: row.try_get_by_index(4)?,
        kept: row.try_get_by_index(5)?,
        created_at: from_instant(row.try_get_by_index(6)?)?,
        changed_at: from_instant(row.try_get_by_index(7)?)?,
        fields,
        tasks: Vec::new(),
    })
}

/// Reads the tasks of these projects into them.
pub(super) async fn read_tasks(db: &impl ConnectionTrait, projects: &mut [&mut Project]) -> Result<()> {
    if projects.is_empty() {
        return Ok(());
    }
    let ids: Vec<Value> = projects.iter().map(|project| project.id.into()).collect();
    let sql = format!(
        "SELECT {TASK_COLUMNS} FROM tasks WHERE project_id IN ({}) ORDER BY project_id, position",
        sql::marks(ids.len())
    );
    let rows = sql::all(db, sql, ids).await?;
    let place: HashMap<i64, usize> = projects.iter().enumerate().map(|(place, project)| (project.id, place)).collect();
    for row in &rows {
        if let Some(place) = place.get(&row.try_get_by_index::<i64>(0)?) {
            projects[*place].tasks.push(read_task(row)?);
        }
    }
    Ok(())
}

fn read_task(row: &QueryResult) -> Result<Task> {
    let origin: String = row.try_get_by_index(2)?;
    Ok(Task {
        origin: Origin::from_text(&origin).ok_or_else(|| StoreError::Damaged(format!("origin {origin}")))?,
        name: row.try_get_by_index(3)?,
        instructions: row.try_get_by_index(4)?,
        survey: row.try_get_by_index(5)?,
        survey_dynamic: row.try_get_by_index(6)?,
        options: row.try_get_by_index(7)?,
        source_service: row.try_get_by_index(8)?,
        source_service_id: row.try_get_by_index(9)?,
        attributes: row.try_get_by_index(10)?,
    })
}

/// The values of a task's row, in the order of [`TASK_COLUMNS`].
pub(super) fn task_values(project: i64, position: usize, task: Task) -> [Value; 11] {
    [
        project.into(),
        i64::try_from(position).unwrap_or(i64::MAX).into(),
        task.origin.as_str().into(),
        task.name.into(),
        task.instructions.into(),
        task.survey.into(),
        task.survey_dynamic.into(),
        task.options.into(),
        task.source_service.into(),
        task.source_service_id.into(),
        task.attributes.into(),
    ]
}
