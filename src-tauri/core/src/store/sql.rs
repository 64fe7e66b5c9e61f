//! Small helpers for statements that are written out as SQL.

use sea_orm::{ConnectionTrait, DbBackend, ExecResult, QueryResult, Statement, Value};
use serde::de::DeserializeOwned;

use super::{Result, StoreError};

/// SQLite's limit on bound values in one statement.
pub(super) const MAX_VALUES: usize = 32_766;

/// `?, ?, ?` for so many values.
pub(super) fn marks(count: usize) -> String {
    let mut out = String::with_capacity(count * 2);
    for i in 0..count {
        out.push_str(if i == 0 { "?" } else { ",?" });
    }
    out
}

/// `(?, ?), (?, ?)` for so many rows of so many values.
pub(super) fn rows(count: usize, width: usize) -> String {
    let row = format!("({})", marks(width));
    vec![row; count].join(",")
}

/// What LIKE takes to find a text that holds this word. The escape is a backslash.
pub(super) fn contains(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

fn statement(sql: impl Into<String>, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

/// Runs a statement that gives no rows.
pub(super) async fn execute(
    db: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: Vec<Value>,
) -> Result<ExecResult> {
    Ok(db.execute_raw(statement(sql, values)).await?)
}

/// Runs a query for all its rows.
pub(super) async fn all(
    db: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>> {
    Ok(db.query_all_raw(statement(sql, values)).await?)
}

/// Runs a query for these columns of all its rows, BLOBs excepted. The rows travel in one, as JSON: a row each costs
/// more than finding it, because for every one a thread of SQLite's and one of ours wait for each other.
pub(super) async fn packed<T: DeserializeOwned>(
    db: &impl ConnectionTrait,
    columns: &str,
    from: &str,
    values: Vec<Value>,
) -> Result<Vec<T>> {
    let sql = format!("SELECT json_group_array(json_array({columns})) FROM {from}");
    let Some(row) = one(db, sql, values).await? else { return Ok(Vec::new()) };
    let text: String = row.try_get_by_index(0)?;
    serde_json::from_str(&text)
        .map_err(|error| StoreError::Damaged(format!("a value in a row ({:?})", error.classify())))
}

/// Runs a query for its first row.
pub(super) async fn one(
    db: &impl ConnectionTrait,
    sql: impl Into<String>,
    values: Vec<Value>,
) -> Result<Option<QueryResult>> {
    Ok(db.query_one_raw(statement(sql, values)).await?)
}

/// Runs a query for one number; 0 if it has no row.
pub(super) async fn number(db: &impl ConnectionTrait, sql: impl Into<String>, values: Vec<Value>) -> Result<i64> {
    match one(db, sql, values).await? {
        Some(row) => Ok(row.try_get_by_index::<Option<i64>>(0)?.unwrap_or(0)),
        None => Ok(0),
    }
}
