//! Reading the list of projects: pages, one project, its history.

use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait, Value};

use super::projects::{Range, read, read_tasks};
use super::{Result, from_instant, sql};
use crate::model::{Change, IntegrationCode, Project, ProjectFilter, ProjectPage};

/// One page of the list.
pub(crate) async fn page(db: &DatabaseConnection, filter: &ProjectFilter) -> Result<ProjectPage> {
    // All of it is read as of one moment.
    let db = db.begin().await?;
    let (condition, values) = condition(filter);
    let count = if values.is_empty() && filter.integrations.is_none() {
        // Without a condition the entries of two indexes are counted, and no row is looked at.
        "SELECT (SELECT count(*) FROM projects) - (SELECT count(*) FROM projects WHERE removed_at IS NOT NULL)"
            .to_owned()
    } else {
        format!("SELECT count(*) FROM projects p WHERE {condition}")
    };
    let total = sql::number(&db, count, values.clone()).await?;
    let rows = format!("p WHERE {condition} ORDER BY p.code, p.number");
    let range = Range { limit: filter.limit, offset: filter.offset };
    let mut projects: Vec<Project> = read(&db, &rows, &values, range).await?.into_iter().map(|found| found.0).collect();
    for chunk in projects.chunks_mut(1_000) {
        read_tasks(&db, &mut chunk.iter_mut().collect::<Vec<_>>()).await?;
    }
    db.commit().await?;
    Ok(ProjectPage { projects, total: total.unsigned_abs() })
}

pub(super) fn condition(filter: &ProjectFilter) -> (String, Vec<Value>) {
    let mut condition = "p.removed_at IS NULL".to_owned();
    let mut values: Vec<Value> = Vec::new();
    if let Some(code) = &filter.code {
        condition.push_str(" AND p.code = ?");
        values.push(code.as_str().into());
    }
    if let Some(integrations) = &filter.integrations {
        condition = format!("{condition} AND p.integration_id IN ({})", sql::marks(integrations.len()));
        values.extend(integrations.iter().map(|id| Value::from(*id)));
    }
    if let Some(status) = filter.status {
        condition.push_str(" AND p.status = ?");
        values.push(status.as_str().into());
    }
    // Each word must be somewhere.
    for word in filter.search.iter().flat_map(|text| text.split_whitespace()) {
        let places = [
            "p.code || '::' || p.number",
            "p.address1",
            "p.address2",
            "p.city",
            "p.zip",
            "p.reference",
            "p.work_order_info",
            "p.assigned_to",
        ];
        let like = places.map(|place| format!("{place} LIKE ? ESCAPE '\\'")).join(" OR ");
        let task = "EXISTS (SELECT 1 FROM tasks t WHERE t.project_id = p.id AND t.name LIKE ? ESCAPE '\\')";
        condition = format!("{condition} AND ({like} OR {task})");
        values.extend(std::iter::repeat_n(Value::from(sql::contains(word)), places.len() + 1));
    }
    (condition, values)
}

/// The project of that number in the list.
pub(crate) async fn find(db: &impl ConnectionTrait, code: &IntegrationCode, number: &str) -> Result<Option<Project>> {
    let rows = "WHERE code = ? AND number = ? AND removed_at IS NULL";
    let values = [code.as_str().into(), number.into()];
    let Some((mut project, _)) = read(db, rows, &values, Range::ALL).await?.pop() else { return Ok(None) };
    read_tasks(db, &mut [&mut project]).await?;
    Ok(Some(project))
}

/// The project with that id, if it is in the list.
pub(crate) async fn get(db: &impl ConnectionTrait, id: i64) -> Result<Option<Project>> {
    let found = read(db, "WHERE id = ? AND removed_at IS NULL", &[id.into()], Range::ALL).await?.pop();
    let Some((mut project, _)) = found else { return Ok(None) };
    read_tasks(db, &mut [&mut project]).await?;
    Ok(Some(project))
}

/// A code, the name of its integration, how many projects it has in the list, and when it was refreshed last.
pub(crate) type Code = (String, Option<String>, u32, Option<i64>);

/// Every integration, and every code of which projects were kept without one; by code.
pub(crate) async fn codes(db: &impl ConnectionTrait) -> Result<Vec<Code>> {
    let from = "(SELECT i.code, i.name, count(p.id) AS projects,
                   (SELECT max(finished_at) FROM imports WHERE integration_id = i.id AND outcome = 'succeeded') AS refreshed
                 FROM integrations i LEFT JOIN projects p ON p.integration_id = i.id AND p.removed_at IS NULL
                 GROUP BY i.id
                 UNION ALL
                 SELECT p.code, NULL, count(*), NULL FROM projects p
                 WHERE p.integration_id IS NULL AND p.removed_at IS NULL GROUP BY p.code
                 ORDER BY 1)";
    sql::packed(db, "code,name,projects,refreshed", from, vec![]).await
}

/// The changes of a project, newest first.
pub(crate) async fn history(db: &impl ConnectionTrait, project: i64) -> Result<Vec<Change>> {
    let sql =
        "SELECT at, field, old, new, import_id, person FROM project_changes WHERE project_id = ? ORDER BY id DESC";
    sql::all(db, sql, vec![project.into()])
        .await?
        .iter()
        .map(|row| {
            Ok(Change {
                at: from_instant(row.try_get_by_index(0)?)?,
                field: row.try_get_by_index(1)?,
                old: row.try_get_by_index(2)?,
                new: row.try_get_by_index(3)?,
                import: row.try_get_by_index(4)?,
                person: row.try_get_by_index(5)?,
            })
        })
        .collect()
}
