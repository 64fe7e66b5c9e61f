//! The list of projects for a grid: the ids in the order that was asked for, once, and then rows by id. A page at any place
//! of any order then costs the same few milliseconds.

use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::project_list::condition;
use super::{Result, from_instant, sql};
use crate::mask;
use crate::model::{
    IntegrationCode, ProjectColumn, ProjectFilter, ProjectRow, ProjectStatus, RemovedPage, RemovedProject, Sort,
    past_due, shown_number,
};

/// A number that is another one after any change that the list of projects could show. What else is written leaves it alone:
/// how far an import is, say.
pub(crate) async fn version(db: &impl ConnectionTrait) -> Result<i64> {
    sql::number(db, "SELECT number FROM list_version", vec![]).await
}

/// The ids of the projects that are found, in order.
pub(crate) async fn ids(db: &impl ConnectionTrait, filter: &ProjectFilter, sort: &[Sort]) -> Result<Vec<i64>> {
    let (condition, values) = condition(filter);
    let mut order: Vec<String> = sort.iter().copied().map(order_by).collect();
    order.push("p.code, p.number".to_owned());
    let joined = if sort.iter().any(|sort| sort.column == ProjectColumn::Integration) {
        "LEFT JOIN integrations i ON i.id = p.integration_id"
    } else {
        ""
    };
    let from = format!("(SELECT p.id FROM projects p {joined} WHERE {condition} ORDER BY {})", order.join(", "));
    let rows: Vec<(i64,)> = sql::packed(db, "id", &from, values).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Empty values come last, whatever the direction.
fn order_by(sort: Sort) -> String {
    let direction = if sort.descending { "DESC" } else { "ASC" };
    let column = match sort.column {
        ProjectColumn::Number => return format!("p.code {direction}, p.number {direction}"),
        ProjectColumn::Status => "p.status",
        ProjectColumn::ClientStatus => "p.client_status",
        ProjectColumn::DueDate => "p.due_date",
        ProjectColumn::ClientDueDate => "p.client_due_date",
        ProjectColumn::Address => "p.address1",
        ProjectColumn::City => "p.city",
        ProjectColumn::State => "p.state",
        ProjectColumn::Zip => "p.zip",
        ProjectColumn::AssignedTo => "p.assigned_to",
        ProjectColumn::Tasks => {
            return format!("(SELECT count(*) FROM tasks t WHERE t.project_id = p.id) {direction}");
        }
        ProjectColumn::Reference => "p.reference",
        ProjectColumn::Description => "p.description",
        ProjectColumn::Info => "p.work_order_info",
        ProjectColumn::Integration => return format!("coalesce(i.name, i.code) COLLATE NOCASE {direction} NULLS LAST"),
        ProjectColumn::ChangedAt => return format!("p.changed_at {direction}"),
    };
    format!("nullif({column}, '') COLLATE NOCASE {direction} NULLS LAST")
}

/// Characters of a text in a row: more is not seen there, and a client may send a book.
const MOST: u32 = 400;

const COLUMNS: &str = "id,code,number,status,client_status,due_date,client_due_date,address,city,state,zip,assigned_to,assignee_known,tasks,\
                       reference,description,info,integration,changed_at";

#[derive(Deserialize)]
struct Row {
    id: i64,
    code: String,
    number: String,
    status: String,
    client_status: Option<String>,
    due_date: Option<String>,
    client_due_date: Option<String>,
    address: String,
    city: Option<String>,
    state: Option<String>,
    zip: Option<String>,
    assigned_to: Option<String>,
    assignee_known: u8,
    tasks: u32,
    reference: Option<String>,
    description: Option<String>,
    info: Option<String>,
    integration: Option<String>,
    changed_at: i64,
}

/// The rows of these projects, in the same order. One that left the list meanwhile is left out.
pub(crate) async fn rows(db: &impl ConnectionTrait, ids: &[i64], today: jiff::civil::Date) -> Result<Vec<ProjectRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let from = format!(
        "(SELECT p.id, p.code, substr(p.number, 1, {MOST}) AS number, p.status, substr(p.client_status, 1, {MOST}) AS client_status,
          p.due_date, p.client_due_date, substr(trim(coalesce(p.address1, '') || ' ' || coalesce(p.address2, '')), 1, {MOST}) AS address,
          substr(p.city, 1, {MOST}) AS city, substr(p.state, 1, {MOST}) AS state, substr(p.zip, 1, {MOST}) AS zip,
          substr(p.assigned_to, 1, {MOST}) AS assigned_to,
          (p.assigned_to IS NULL OR p.assigned_to IN ('', '~all~')
           OR EXISTS (SELECT 1 FROM users u WHERE u.username = p.assigned_to AND u.active = 1 AND u.role <> 'client')) AS assignee_known, (SELECT count(*) FROM tasks t WHERE t.project_id = p.id) AS tasks,
          substr(p.reference, 1, {MOST}) AS reference, substr(p.description, 1, {MOST}) AS description,
          substr(p.work_order_info, 1, {MOST}) AS info, coalesce(i.name, i.code) AS integration, p.changed_at
          FROM projects p LEFT JOIN integrations i ON i.id = p.integration_id
          WHERE p.removed_at IS NULL AND p.id IN ({}))",
        sql::marks(ids.len())
    );
    let read: Vec<Row> = sql::packed(db, COLUMNS, &from, ids.iter().map(|id| (*id).into()).collect()).await?;
    let mut found = std::collections::HashMap::with_capacity(read.len());
    for row in read {
        found.insert(row.id, row);
    }
    ids.iter().filter_map(|id| found.remove(id)).map(|row| view(row, today)).collect()
}

fn view(row: Row, today: jiff::civil::Date) -> Result<ProjectRow> {
    let code = IntegrationCode::stored(row.code);
    Ok(ProjectRow {
        id: row.id,
        number: shown_number(&code, &row.number),
        past_due: past_due(row.due_date.as_deref(), ProjectStatus::from_text(&row.status), today),
        status: row.status,
        client_status: row.client_status,
        due_date: row.due_date,
        client_due_date: row.client_due_date,
        address: row.address,
        city: row.city.unwrap_or_default(),
        state: row.state.unwrap_or_default(),
        zip: row.zip.unwrap_or_default(),
        assigned_to: row.assigned_to,
        assignee_known: row.assignee_known != 0,
        tasks: row.tasks,
        reference: row.reference.as_deref().map(mask::codes),
        description: row.description.as_deref().map(mask::codes),
        info: row.info.as_deref().map(mask::codes),
        code: code.to_string(),
        integration: row.integration,
        changed_at: from_instant(row.changed_at)?,
    })
}

#[derive(Deserialize)]
struct RemovedRow(i64, String, String, String, String, i64, Option<i64>, Option<String>);

/// Removed projects that can be brought back, newest first: those that hold all these words, and of one import if that is given.
pub(crate) async fn removed(
    db: &impl ConnectionTrait,
    search: &str,
    import: Option<i64>,
    limit: u32,
    offset: u32,
) -> Result<RemovedPage> {
    let mut condition = "p.removed_at IS NOT NULL".to_owned();
    let mut values: Vec<sea_orm::Value> = Vec::new();
    if let Some(import) = import {
        condition.push_str(" AND p.removed_by_import = ?");
        values.push(import.into());
    }
    for word in search.split_whitespace() {
        condition.push_str(
            " AND (p.code || '::' || p.number || ' ' || coalesce(p.address1, '') || ' ' || coalesce(p.city, '')) LIKE ? ESCAPE '\\'",
        );
        values.push(sql::contains(word).into());
    }
    let count = format!("SELECT count(*) FROM projects p WHERE {condition}");
    let total = sql::number(db, count, values.clone()).await?;
    let from = format!(
        "(SELECT p.id, p.code, p.number, coalesce(p.address1, '') || coalesce(', ' || p.city, '') || coalesce(', ' || p.state, '')
          AS address, p.status, p.removed_at, p.removed_by_import, p.removed_by FROM projects p WHERE {condition}
          ORDER BY p.removed_at DESC, p.code, p.number LIMIT {limit} OFFSET {offset})"
    );
    let columns = "id,code,number,address,status,removed_at,removed_by_import,removed_by";
    let read: Vec<RemovedRow> = sql::packed(db, columns, &from, values).await?;
    let rows = read.into_iter().map(|row| {
        let RemovedRow(id, code, number, address, status, removed_at, import, removed_by) = row;
        let number = shown_number(&IntegrationCode::stored(code), &number);
        Ok(RemovedProject { id, number, address, status, removed_at: from_instant(removed_at)?, import, removed_by })
    });
    Ok(RemovedPage { total: u32::try_from(total).unwrap_or(u32::MAX), rows: rows.collect::<Result<_>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, sql::execute};

    const INTEGRATION: &str = "INSERT INTO integrations
        (id, code, name, kind, mode, auto_admin, settings, secrets, validated, mapping_version, created_at)
        VALUES (1, 'NWF', 'Northwind', 'sample', 'external', 1, '{}', '[]', 1, 1, 0)";
    const PROJECT: &str = "INSERT INTO projects
        (id, integration_id, code, source_key, number, source_epoch, kept, created_at, changed_at, status)
        VALUES (1, 1, 'NWF', '1', '1', 1, 1, 0, 0, 'Assigned')";

    /// By how much the number rises when this is written.
    async fn raised(store: &Store, statement: &str) -> i64 {
        let before = version(store.reader()).await.unwrap();
        let tx = store.write().await.unwrap();
        execute(&tx, statement, vec![]).await.unwrap();
        tx.commit().await.unwrap();
        version(store.reader()).await.unwrap() - before
    }

    #[tokio::test]
    async fn the_order_is_found_anew_only_when_the_list_changes() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        assert_eq!(raised(&store, INTEGRATION).await, 0, "it has no projects yet");
        assert_eq!(raised(&store, PROJECT).await, 1);
        for nothing in [
            "INSERT INTO imports (code, kind, asked_by, asked_at) VALUES ('NWF', 'refresh', 'ann', 0)",
            "UPDATE imports SET started_at = 1",
            "UPDATE integrations SET cursor = 7, memory = '{}', name = name, code = code",
            "UPDATE projects SET source_hash = x'00', source_epoch = 1, kept = 0",
        ] {
            assert_eq!(raised(&store, nothing).await, 0, "{nothing}");
        }
        for change in [
            "UPDATE projects SET city = 'Reno', changed_at = 2",
            "UPDATE projects SET removed_at = 3",
            "UPDATE projects SET removed_at = NULL, number = '2'",
            "UPDATE integrations SET name = 'Other'",
            "DELETE FROM integrations",
            "DELETE FROM projects",
        ] {
            assert!(raised(&store, change).await > 0, "{change}");
        }
    }
}
