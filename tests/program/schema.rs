//! A database that is newer or older than the program, and one that lies in a risky place.

use std::path::Path;

use rusqlite::Connection;
use serde_json::json;

use crate::support::{CODE, Office, Program, text};

fn database(program: &Program) -> Connection {
    Connection::open(program.data().join("muster.db")).unwrap()
}

#[tokio::test]
async fn a_program_that_is_too_old_says_which_version_is_needed_and_where_the_data_is() {
    let program = Program::new().await;
    let raise = "UPDATE settings SET value = '99.1.0-beta.2' WHERE name = 'oldest_program'";
    database(&program).execute(raise, []).unwrap();
    let before = std::fs::read(program.data().join("muster.db")).unwrap();
    for args in [["projects", "list"].as_slice(), &["full-import", CODE], &["user", "list"]] {
        let error = program.json(args).await.error(1, "database_too_new");
        let message = error["message"].as_str().unwrap();
        for words in ["99.1.0-beta.2", env!("CARGO_PKG_VERSION"), text(&program.data())] {
            assert!(message.contains(words), "{message}");
        }
        let said = program.human(args).await;
        assert_eq!((said.status, said.out.as_str()), (Some(1), ""), "{}", said.err);
        assert!(said.err.contains("needs Muster 99.1.0-beta.2 or later"), "{}", said.err);
    }
    assert!(std::fs::read(program.data().join("muster.db")).unwrap() == before, "it has written to the database");
}

/// What a step of a later version may do that lets older programs go on.
const LATER: &str = "
    ALTER TABLE projects ADD COLUMN later TEXT;
    ALTER TABLE integrations ADD COLUMN later TEXT NOT NULL DEFAULT 'nothing';
    ALTER TABLE tasks ADD COLUMN later TEXT;
    CREATE TABLE later_things (project_id INTEGER REFERENCES projects (id) ON DELETE CASCADE, text TEXT NOT NULL);
    CREATE INDEX later_projects ON projects (later);
    CREATE TRIGGER later_added AFTER INSERT ON projects
        BEGIN INSERT INTO later_things (project_id, text) VALUES (new.id, 'added'); END;
    INSERT INTO later_things SELECT id, 'there before' FROM projects;
    UPDATE projects SET later = number;
    UPDATE integrations SET later = 'something';
    INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9000_later', 1);";

#[tokio::test]
async fn a_program_that_is_older_than_the_database_works_and_leaves_alone_what_it_does_not_know() {
    let office = Office::with_projects(40).await;
    database(&office).execute_batch(LATER).unwrap();
    office.with_client(|state| {
        state.orders.change_some(10, 1);
        state.orders.remove_some(2, 2);
        state.orders.add(3);
    });
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["removed"]), (&json!(3), &json!(2)), "{import}");
    assert_ne!(import["changed"], 0, "{import}");
    let number = format!("{CODE}::{}", office.numbers().await[0]);
    office.json(&["projects", "edit", &number, "--set", "assigned_to=bob"]).await.ok();
    office.json(&["integration", "edit", CODE, "--name", "Another name"]).await.ok();
    office.json(&["integration", "add", "--type", "sample", "--code", "NEW"]).await.ok();
    office.json(&["bring-back", &import["import"].to_string()]).await.ok();
    assert_eq!(office.numbers().await.len(), 43);

    let database = database(&office);
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM projects WHERE later = number"), 40);
    assert_eq!(count("SELECT count(*) FROM later_things WHERE text = 'there before'"), 40);
    assert_eq!(count("SELECT count(*) FROM later_things WHERE text = 'added'"), 3);
    assert_eq!(count("SELECT count(*) FROM integrations WHERE later = 'something'"), 1);
}

/// Replaces the data by a database of the first schema, with so many projects more: some 30 MB.
fn fill_with_first_schema(program: &Program, projects: u32) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema/inner/m0001_first.db");
    for more in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(program.data().join(format!("muster.db{more}")));
    }
    std::fs::copy(fixture, program.data().join("muster.db")).unwrap();
    let fill = format!(
        "INSERT INTO projects (integration_id, code, source_key, number, source_epoch, kept, created_at, changed_at, status,
             description)
         WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {projects})
         SELECT 3, 'NWF', 'many ' || n, 'many ' || n, 1, 0, n, n, 'Unassigned', hex(zeroblob(250)) || n FROM many;
         PRAGMA wal_checkpoint(TRUNCATE);"
    );
    database(program).execute_batch(&fill).unwrap();
}

/// What the data is, as far as it does not depend on the schema.
fn content(database: &Connection) -> Vec<(i64, i64)> {
    let of = |sql: &str| database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    [
        "SELECT count(*), sum(length(number) + length(description) + id) FROM projects",
        "SELECT count(*), sum(length(name)) FROM tasks",
        "SELECT count(*), sum(length(settings)) FROM integrations",
        "SELECT count(*), sum(id) FROM imports",
        "SELECT count(*), sum(project_id) FROM pending_removals",
    ]
    .map(of)
    .into()
}

#[tokio::test]
async fn the_copy_before_a_change_of_the_schema_can_be_killed_at_any_time() {
    let program = Program::new().await;
    fill_with_first_schema(&program, 40_000);
    let before = content(&database(&program));
    let size = std::fs::metadata(program.data().join("muster.db")).unwrap().len();
    let backups = program.data().join("backups");
    let unfinished = backups.join("unfinished.db");
    let mut killed_in_the_copy = 0;
    for percent in [0, 20, 40, 60, 80] {
        let _ = std::fs::remove_file(&unfinished);
        let mut running = program.start(&["projects", "list", "--limit", "1"]);
        let there = || std::fs::metadata(&unfinished).is_ok_and(|file| file.len() >= size / 100 * percent);
        while !there() && !running.has_ended() {
            tokio::task::yield_now().await;
        }
        running.kill().await;
        let database = database(&program);
        assert_eq!(content(&database), before, "{percent} %");
        let steps: i64 = database.query_row("SELECT count(*) FROM seaql_migrations", [], |row| row.get(0)).unwrap();
        if steps > 1 {
            break;
        }
        killed_in_the_copy += u32::from(unfinished.exists());
    }
    assert!(killed_in_the_copy > 0, "no point lies in the copy");

    let list = program.json(&["projects", "list", "--limit", "1"]).await.ok();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(content(&database(&program)), before);
    assert!(!unfinished.exists());
    // And each copy that has its name is whole.
    let copies: Vec<_> = std::fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!copies.is_empty());
    for copy in copies {
        let copy = Connection::open(copy).unwrap();
        assert_eq!(content(&copy), before);
        let check: String = copy.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
    }
}

#[tokio::test]
async fn a_folder_that_is_copied_elsewhere_is_warned_of_once_a_command() {
    let mut program = Program::new().await;
    program.set("OneDriveCommercial", text(program.data().parent().unwrap()));
    for args in [["projects", "list"].as_slice(), &["integration", "add", "--type", "sample", "--code", "SAMPLE"]] {
        let done = program.json(args).await;
        done.ok();
        assert_eq!(done.err.matches("muster: warning: ").count(), 1, "{}", done.err);
        assert!(done.err.contains("OneDrive") && done.err.contains(text(&program.data())), "{}", done.err);
    }
    let done = program.json(&["types"]).await;
    done.ok();
    assert_eq!(done.err, "", "it opens no data");
    let program = Program::new().await;
    assert_eq!(program.json(&["projects", "list"]).await.err, "");
}
