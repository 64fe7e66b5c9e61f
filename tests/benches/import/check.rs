//! Whether both sides hold the same list. A benchmark of wrong work would be worth nothing.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::Result;

/// What is compared: a name, and the rows without what may differ (ids and instants).
const QUERIES: [(&str, &str); 3] = [
    ("projects", "SELECT * FROM projects ORDER BY source_key"),
    (
        "tasks",
        "SELECT p.source_key, t.* FROM tasks t JOIN projects p ON p.id = t.project_id
         ORDER BY p.source_key, t.position",
    ),
    (
        "changes",
        "SELECT p.source_key, c.field, c.old, c.new FROM project_changes c JOIN projects p ON p.id = c.project_id
         ORDER BY p.source_key, c.import_id, c.field",
    ),
];
/// Columns that may differ, or of which only whether they are there counts.
const PASSED_OVER: [&str; 5] = ["id", "project_id", "created_at", "changed_at", "removed_at"];

/// Compares every value of every row of both databases. Gives the number of projects in the list.
pub(crate) fn same(one: &Path, other: &Path) -> Result<usize> {
    let (one, other) = (open(one)?, open(other)?);
    for (name, sql) in QUERIES {
        let (mut one, mut other) = (one.prepare(sql)?, other.prepare(sql)?);
        let columns: Vec<usize> = one
            .column_names()
            .iter()
            .enumerate()
            .filter(|(_, column)| !PASSED_OVER.contains(column))
            .map(|(place, _)| place)
            .collect();
        let (mut one, mut other) = (one.query([])?, other.query([])?);
        loop {
            let (one, other) = (one.next()?, other.next()?);
            match (one, other) {
                (None, None) => break,
                (Some(one), Some(other)) => {
                    for &column in &columns {
                        if one.get_ref(column)? != other.get_ref(column)? {
                            return Err(format!("{name} differ: {one:?} and {other:?}").into());
                        }
                    }
                }
                _ => return Err(format!("one side has more {name}").into()),
            }
        }
    }
    let count = |db: &Connection| {
        db.query_row("SELECT count(*) FROM projects WHERE removed_at IS NULL", [], |row| row.get::<_, i64>(0))
    };
    let (one, other) = (count(&one)?, count(&other)?);
    if one == other { Ok(usize::try_from(one)?) } else { Err(format!("{one} and {other} projects").into()) }
}

fn open(folder: &Path) -> Result<Connection> {
    Ok(Connection::open_with_flags(folder.join("muster.db"), OpenFlags::SQLITE_OPEN_READ_WRITE)?)
}
