//! Work types, and which of them an integration gives to its new projects.

use crate::{Older, Step};

/// The step.
pub(crate) const STEP: Step = Step {
    name: "m0003_work_types",
    // They give new projects no work type, and keep those that are there: a column that they do not name stays as it is.
    older: Older::MayGoOn,
    sql: &[
        // AUTOINCREMENT: an id is never used again, because a form that is open knows it.
        // fields is an object of texts by the field's name, tasks a list of objects with a name and instructions.
        "CREATE TABLE work_types (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            name       TEXT NOT NULL COLLATE NOCASE UNIQUE,
            fields     TEXT NOT NULL,
            tasks      TEXT NOT NULL,
            created_at INTEGER NOT NULL
        )",
        "ALTER TABLE integrations ADD COLUMN default_work_type INTEGER REFERENCES work_types (id) ON DELETE SET NULL",
    ],
};
