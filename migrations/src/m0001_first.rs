//! The first schema.
//!
//! Instants are whole milliseconds since 1970 UTC; calendar dates are `YYYY-MM-DD` texts and have no zone.

use crate::{Older, Step};

/// The step.
pub(crate) const STEP: Step = Step {
    name: "m0001_first",
    // It begins the setting `oldest_program`, which says who may open the database; later steps raise it.
    older: Older::AreShutOut { oldest: "0.1.0" },
    sql: &[
        // Facts about this database and what an admin set for the whole of it.
        "CREATE TABLE settings (
            name  TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) WITHOUT ROWID",
        // Marks this installation in the system's credential store, so that two data directories never share an entry.
        "INSERT INTO settings (name, value) VALUES ('installation', lower(hex(randomblob(16))))",
        "INSERT INTO settings (name, value) VALUES ('keep_removed_days', '365')",
        // AUTOINCREMENT: an id is never used again, because the credential store knows it.
        "CREATE TABLE integrations (
            id                INTEGER PRIMARY KEY AUTOINCREMENT,
            code              TEXT NOT NULL COLLATE NOCASE UNIQUE,
            name              TEXT,
            kind              TEXT NOT NULL,
            mode              TEXT NOT NULL CHECK (mode IN ('internal', 'external')),
            auto_admin        INTEGER NOT NULL CHECK (auto_admin IN (0, 1)),
            default_assign_to TEXT,
            settings          TEXT NOT NULL,
            secrets           TEXT NOT NULL,
            validated         INTEGER NOT NULL CHECK (validated IN (0, 1)),
            revision          INTEGER NOT NULL DEFAULT 1,
            merge_epoch       INTEGER NOT NULL DEFAULT 1,
            mapping_version   INTEGER NOT NULL,
            cursor            INTEGER,
            memory            TEXT NOT NULL DEFAULT 'null',
            created_at        INTEGER NOT NULL
        )",
        "CREATE TABLE grants (
            integration_id INTEGER NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
            person         TEXT NOT NULL COLLATE NOCASE,
            added_by       TEXT NOT NULL,
            added_at       INTEGER NOT NULL,
            PRIMARY KEY (integration_id, person)
        ) WITHOUT ROWID",
        // outcome is empty while an import waits (started_at is empty too) or runs.
        "CREATE TABLE imports (
            id              INTEGER PRIMARY KEY AUTOINCREMENT,
            integration_id  INTEGER REFERENCES integrations (id) ON DELETE SET NULL,
            code            TEXT NOT NULL COLLATE NOCASE,
            kind            TEXT NOT NULL CHECK (kind IN ('refresh', 'full_import')),
            asked_by        TEXT NOT NULL,
            asked_at        INTEGER NOT NULL,
            started_at      INTEGER,
            finished_at     INTEGER,
            outcome         TEXT CHECK (outcome IN ('succeeded', 'failed', 'cancelled')),
            added           INTEGER NOT NULL DEFAULT 0,
            changed         INTEGER NOT NULL DEFAULT 0,
            unchanged       INTEGER NOT NULL DEFAULT 0,
            removed         INTEGER NOT NULL DEFAULT 0,
            skipped         INTEGER NOT NULL DEFAULT 0,
            problem_count   INTEGER NOT NULL DEFAULT 0,
            error           TEXT,
            notes           TEXT NOT NULL DEFAULT '[]'
        )",
        "CREATE INDEX imports_by_integration ON imports (integration_id, id)",
        "CREATE INDEX imports_by_code ON imports (code, id)",
        "CREATE INDEX imports_unfinished ON imports (integration_id) WHERE outcome IS NULL",
        "CREATE TABLE import_problems (
            import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
            position  INTEGER NOT NULL,
            number    TEXT,
            reason    TEXT NOT NULL,
            PRIMARY KEY (import_id, position)
        ) WITHOUT ROWID",
        // A project that was removed stays here with removed_at set, so that it comes back whole: edits, history, tasks.
        // The long texts come last: what stands behind them in a row is slow to reach.
        // source_hash and source_epoch belong to the last order that was applied; an empty hash never causes a skip.
        "CREATE TABLE projects (
            id                  INTEGER PRIMARY KEY AUTOINCREMENT,
            integration_id      INTEGER REFERENCES integrations (id) ON DELETE SET NULL,
            code                TEXT NOT NULL COLLATE NOCASE,
            source_key          TEXT NOT NULL,
            number              TEXT NOT NULL,
            source_hash         BLOB,
            source_epoch        INTEGER NOT NULL,
            kept                INTEGER NOT NULL CHECK (kept IN (0, 1)),
            removed_at          INTEGER,
            removed_by_import   INTEGER REFERENCES imports (id) ON DELETE SET NULL,
            removed_by          TEXT,
            created_at          INTEGER NOT NULL,
            created_by_import   INTEGER REFERENCES imports (id) ON DELETE SET NULL,
            changed_at          INTEGER NOT NULL,
            work_order_info     TEXT,
            address1            TEXT,
            address2            TEXT,
            city                TEXT,
            state               TEXT,
            zip                 TEXT,
            country             TEXT,
            assigned_to         TEXT,
            status              TEXT NOT NULL,
            due_date            TEXT,
            client_status       TEXT,
            client_due_date     TEXT,
            description         TEXT,
            reference           TEXT,
            start_date          TEXT,
            gps_latitude        TEXT,
            gps_longitude       TEXT,
            source_wo_number    TEXT,
            source_wo_id        TEXT,
            source_wo_provider  TEXT,
            attribute7          TEXT,
            attribute8          TEXT,
            attribute9          TEXT,
            attribute10         TEXT,
            attribute11         TEXT,
            attribute12         TEXT,
            attribute13         TEXT,
            attribute14         TEXT,
            attribute15         TEXT,
            control_config      TEXT,
            options             TEXT,
            instructions        TEXT,
            client_instructions TEXT
        )",
        "CREATE UNIQUE INDEX projects_key ON projects (integration_id, source_key)",
        "CREATE UNIQUE INDEX projects_number ON projects (code, number) WHERE removed_at IS NULL",
        "CREATE INDEX projects_hash ON projects (integration_id, source_hash, source_epoch)
            WHERE source_hash IS NOT NULL AND removed_at IS NULL",
        "CREATE INDEX projects_live ON projects (integration_id, kept) WHERE removed_at IS NULL",
        "CREATE INDEX projects_removed ON projects (removed_by_import) WHERE removed_at IS NOT NULL",
        "CREATE TABLE tasks (
            project_id        INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
            position          INTEGER NOT NULL,
            origin            TEXT NOT NULL CHECK (origin IN ('client', 'work_type', 'person')),
            name              TEXT NOT NULL,
            instructions      TEXT,
            survey            TEXT,
            survey_dynamic    TEXT,
            options           TEXT,
            source_service    TEXT,
            source_service_id TEXT,
            attributes        TEXT,
            PRIMARY KEY (project_id, position)
        ) WITHOUT ROWID",
        // Either an import or a person did it.
        "CREATE TABLE project_changes (
            id         INTEGER PRIMARY KEY,
            project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
            at         INTEGER NOT NULL,
            import_id  INTEGER REFERENCES imports (id) ON DELETE SET NULL,
            person     TEXT,
            field      TEXT NOT NULL,
            old        TEXT,
            new        TEXT
        )",
        "CREATE INDEX project_changes_by_project ON project_changes (project_id)",
        "CREATE TABLE pending_removals (
            import_id  INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
            project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
            PRIMARY KEY (import_id, project_id)
        ) WITHOUT ROWID",
        "CREATE INDEX pending_removals_by_project ON pending_removals (project_id)",
    ],
};
