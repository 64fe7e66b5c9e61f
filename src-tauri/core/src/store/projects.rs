//! How a project lies in its rows: the columns in the order of the field table, and the way back.

use std::collections::HashMap;
use std::sync::LazyLock;

use sea_orm::{ConnectionTrait, Value};
use serde::Deserialize;

use super::{Result, StoreError, from_instant, sql};
use crate::model::{Field, Fields, IntegrationCode, Origin, Project, Task};

/// The columns of a project that are no fields.
const FIXED: &str = "id,integration_id,code,source_key,number,kept,created_at,changed_at";
/// The columns of a project, those of the fields last.
pub(super) static COLUMNS: LazyLock<String> = LazyLock::new(|| format!("{FIXED},{}", field_columns()));
/// How many columns these are.
pub(super) const WIDTH: usize = 8 + Field::COUNT;
/// Projects that are read at a time; they travel in one text.
const PACK: u64 = 1_000;
/// The columns of a task, its project first.
pub(super) const TASK_COLUMNS: &str = "project_id,position,origin,name,instructions,survey,survey_dynamic,options,\
                                       source_service,source_service_id,attributes";

/// The names of all field columns.
pub(super) fn field_columns() -> String {
    Field::ALL.map(Field::name).join(",")
}

/// A project's row, as [`sql::packed`] brings it: what is fixed in the order of [`COLUMNS`], whether it is removed, the
/// fields.
#[derive(Deserialize)]
struct Row(i64, Option<i64>, String, String, String, u8, i64, i64, u8, Fields<String>);

static PACKED: LazyLock<String> =
    LazyLock::new(|| format!("{FIXED},removed_at IS NOT NULL,json_array({})", field_columns()));

/// Which of the rows that a query finds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) limit: u64,
    pub(super) offset: u64,
}

impl Range {
    pub(super) const ALL: Self = Self { limit: u64::MAX, offset: 0 };
}

/// Reads projects, without their tasks, from these rows of `projects`; and whether each is removed.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    rows: &str,
    values: &[Value],
    range: Range,
) -> Result<Vec<(Project, bool)>> {
    let from = format!("(SELECT * FROM projects {rows} LIMIT ? OFFSET ?)");
    let mut projects = Vec::new();
    loop {
        let read = projects.len() as u64;
        let count = (range.limit - read).min(PACK);
        let place = [count, range.offset.saturating_add(read)].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
        let values = values.iter().cloned().chain(place.map(Value::from)).collect();
        for row in sql::packed(db, &PACKED, &from, values).await? {
            projects.push(project(row)?);
        }
        if count < PACK || projects.len() as u64 - read < count {
            return Ok(projects);
        }
    }
}

fn project(row: Row) -> Result<(Project, bool)> {
    let Row(id, integration, code, key, number, kept, created_at, changed_at, removed, fields) = row;
    let project = Project {
        id,
        integration,
        code: IntegrationCode::stored(code),
        key,
        number,
        kept: kept != 0,
        created_at: from_instant(created_at)?,
        changed_at: from_instant(changed_at)?,
        fields,
        tasks: Vec::new(),
    };
    Ok((project, removed != 0))
}

/// A task's row, as [`sql::packed`] brings it.
#[derive(Deserialize)]
struct TaskRow(
    i64,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Reads the tasks of these projects into them.
pub(super) async fn read_tasks(db: &impl ConnectionTrait, projects: &mut [&mut Project]) -> Result<()> {
    if projects.is_empty() {
        return Ok(());
    }
    let ids: Vec<Value> = projects.iter().map(|project| project.id.into()).collect();
    let columns = "project_id,origin,name,instructions,survey,survey_dynamic,options,source_service,source_service_id,\
                   attributes";
    let from =
        format!("(SELECT * FROM tasks WHERE project_id IN ({}) ORDER BY project_id, position)", sql::marks(ids.len()));
    let rows: Vec<TaskRow> = sql::packed(db, columns, &from, ids).await?;
    let place: HashMap<i64, usize> = projects.iter().enumerate().map(|(place, project)| (project.id, place)).collect();
    for row in rows {
        if let Some(place) = place.get(&row.0) {
            projects[*place].tasks.push(task(row)?);
        }
    }
    Ok(())
}

fn task(row: TaskRow) -> Result<Task> {
    let TaskRow(_, origin, name, instructions, survey, survey_dynamic, options, source_service, source_id, attributes) =
        row;
    Ok(Task {
        origin: Origin::from_text(&origin).ok_or_else(|| StoreError::Damaged(format!("origin {origin}")))?,
        name,
        instructions,
        survey,
        survey_dynamic,
        options,
        source_service,
        source_service_id: source_id,
        attributes,
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
