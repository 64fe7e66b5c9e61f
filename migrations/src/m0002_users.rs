//! Users, their tokens, and what slows down guessing; the schedule of an integration.

use crate::{Older, Step};

/// The step.
pub(crate) const STEP: Step = Step {
    name: "m0002_users",
    // A program that knows no users asks nobody to sign in.
    older: Older::AreShutOut { oldest: "0.1.0" },
    sql: &[
        // AUTOINCREMENT: an id is never used again, because sessions and records know it.
        // password is an argon2id hash with its parameters; empty for whoever needs no sign-in. epoch is raised by whatever
        // ends sessions: another password, another role, deactivation.
        "CREATE TABLE users (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            username     TEXT NOT NULL COLLATE NOCASE UNIQUE,
            name         TEXT,
            email        TEXT,
            role         TEXT NOT NULL CHECK (role IN ('admin', 'staff', 'crew', 'client')),
            password     TEXT,
            active       INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
            epoch        INTEGER NOT NULL DEFAULT 1,
            created_at   INTEGER NOT NULL,
            last_sign_in INTEGER
        )",
        // A token lies with whoever signs in by it: in the credential store (stay) or in a file. Here is only its SHA-256.
        "CREATE TABLE tokens (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            kind         TEXT NOT NULL CHECK (kind IN ('stay', 'file')),
            name         TEXT NOT NULL,
            hash         BLOB NOT NULL UNIQUE,
            epoch        INTEGER NOT NULL,
            created_at   INTEGER NOT NULL,
            last_used_at INTEGER
        )",
        "CREATE INDEX tokens_by_user ON tokens (user_id)",
        // Also of names that nobody has.
        "CREATE TABLE sign_in_failures (
            username TEXT PRIMARY KEY NOT NULL COLLATE NOCASE,
            failures INTEGER NOT NULL,
            last_at  INTEGER NOT NULL
        ) WITHOUT ROWID",
        "ALTER TABLE integrations ADD COLUMN schedule TEXT NOT NULL DEFAULT 'off'",
        // A refused login stops the schedule until it is mended.
        "ALTER TABLE integrations ADD COLUMN login_refused INTEGER NOT NULL DEFAULT 0 CHECK (login_refused IN (0, 1))",
    ],
};
