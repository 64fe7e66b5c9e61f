//! Tells whether the list of projects may look different, without looking at it.

use crate::{Older, Step};

/// The step.
pub(crate) const STEP: Step = Step {
    name: "m0004_list_version",
    // The triggers count for them too.
    older: Older::MayGoOn,
    sql: &[
        // One row. Raised by triggers, so that nothing that writes can forget it, in whatever process it runs.
        "CREATE TABLE list_version (number INTEGER NOT NULL)",
        "INSERT INTO list_version (number) VALUES (0)",
        "CREATE TRIGGER list_version_added AFTER INSERT ON projects
            BEGIN UPDATE list_version SET number = number + 1; END",
        "CREATE TRIGGER list_version_deleted AFTER DELETE ON projects
            BEGIN UPDATE list_version SET number = number + 1; END",
        // Whatever changes a value or a task says when (changed_at); the rest is a project's place. An import that finds an
        // order unchanged notes only that it has seen it, which shows nowhere in the list.
        "CREATE TRIGGER list_version_changed
            AFTER UPDATE OF changed_at, integration_id, code, number, removed_at ON projects
            BEGIN UPDATE list_version SET number = number + 1; END",
        // The list shows the names of integrations and can be sorted by them.
        "CREATE TRIGGER list_version_named AFTER UPDATE OF code, name ON integrations
            WHEN old.code <> new.code OR old.name IS NOT new.name
            BEGIN UPDATE list_version SET number = number + 1; END",
        "CREATE TRIGGER list_version_gone AFTER DELETE ON integrations
            BEGIN UPDATE list_version SET number = number + 1; END",
    ],
};
