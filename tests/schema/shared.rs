//! What the chore that makes the fixtures and the tests that migrate them both know.

use std::path::{Path, PathBuf};

use muster_core::model::ProjectFilter;
use muster_core::{Admin, Result};
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The version of this program.
pub(crate) const THIS: &str = env!("CARGO_PKG_VERSION");
/// The Admin of the fixtures, and the password.
pub(crate) const ANN: &str = "ann";
pub(crate) const PASSWORD: &str = "a password for fixtures";

/// Where the fixtures are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema")
}

/// The database of a version.
pub(crate) fn fixture(version: &str) -> PathBuf {
    folder().join(format!("{version}.db"))
}

/// What core of that version told of it.
pub(crate) fn told_file(version: &str) -> PathBuf {
    folder().join(format!("{version}.json"))
}

/// The released versions, and the hashes of their two files.
pub(crate) fn released() -> Vec<(String, [String; 2])> {
    let text =
        std::fs::read_to_string(folder().join("released.txt")).expect("the list of released fixtures can be read");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parts = lines.map(|line| {
        let mut parts = line.split(' ').map(str::to_owned);
        let mut next = || parts.next().expect("a version and two hashes");
        (next(), [next(), next()])
    });
    parts.collect()
}

/// The hash of a file.
pub(crate) fn sha256(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("the file can be read");
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// Every table with the number of its rows and the columns that hold nothing.
pub(crate) fn filling(database: &Connection) -> Vec<(String, i64, Vec<String>)> {
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).expect("a statement");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a text")).collect()
    };
    let tables =
        texts("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
    let of_table = |table: String| {
        let count = |what: &str| -> i64 {
            let sql = format!("SELECT count({what}) FROM {table}");
            database.query_row(&sql, [], |row| row.get(0)).expect("a number")
        };
        let rows = count("*");
        let columns = texts(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let empty = columns.into_iter().filter(|column| count(column) == 0).collect();
        (table, rows, empty)
    };
    tables.into_iter().map(of_table).collect()
}

/// All that core tells an Admin of what is in the database.
pub(crate) async fn told(admin: &Admin) -> Result<Value> {
    let integrations = admin.integrations().await?;
    let mut people = serde_json::Map::new();
    for integration in &integrations {
        people.insert(integration.code.as_str().to_owned(), json!(admin.people(&integration.code).await?));
    }
    let mut projects = Vec::new();
    for project in admin.projects(&ProjectFilter::default()).await?.projects {
        projects.push(json!(admin.project_by_id(project.id).await?));
    }
    Ok(json!({
        "integrations": integrations,
        "people": people,
        "projects": projects,
        "removed": admin.removed_projects("", None, 1_000, 0).await?,
        "imports": admin.imports(None, 1_000).await?,
        "pending_removals": admin.pending_removals(None).await?,
        "users": admin.users().await?,
        "tokens": admin.tokens(None).await?,
        "work_types": admin.work_types().await?,
    }))
}
