//! SIGKILL in the middle of a change of the schema. The process that is killed is this test program once more: its migrator
//! halts where it is told to, which the program that people have cannot do.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use muster_migrations::{Older, STEPS, Step};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use super::tests::{columns, fixtures, rows, texts, with_copy_of};
use super::*;
use crate::store::Store;
use crate::store::open::{FILE, open};

/// The data directory of the process that is to be killed.
const FOLDER: &str = "MUSTER_TEST_KILLED_FOLDER";
/// Where it halts: the name of a step, and the number of its statements that were run before; one more than there are
/// means when the step is done, but not committed.
const HALT: &str = "MUSTER_TEST_KILLED_HALT";
/// What it says when it is there.
const HALTED: &str = "it has halted";

/// As a step to come may be: a table is rebuilt, with all its rows.
const REBUILD: Step = Step {
    name: "m9000_rebuild_tasks",
    older: Older::MayGoOn,
    sql: &[
        "ALTER TABLE tasks RENAME TO tasks_before",
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
            done              INTEGER,
            PRIMARY KEY (project_id, position)
        ) WITHOUT ROWID",
        "INSERT INTO tasks SELECT *, NULL FROM tasks_before",
        "DROP TABLE tasks_before",
    ],
};

fn steps() -> impl Iterator<Item = Step> {
    STEPS.iter().copied().chain([REBUILD])
}

/// The same steps, of which none halts.
struct All;
impl MigratorTrait for All {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        steps().map(|step| Box::new(step) as Box<dyn MigrationTrait>).collect()
    }
}

struct Halting;
impl MigratorTrait for Halting {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let halt = std::env::var(HALT).unwrap();
        let (name, after) = halt.split_once(':').unwrap();
        let after: usize = after.parse().unwrap();
        let halting = |step: Step| HaltingStep { step, after: (step.name == name).then_some(after) };
        steps().map(|step| Box::new(halting(step)) as Box<dyn MigrationTrait>).collect()
    }
}

struct HaltingStep {
    step: Step,
    after: Option<usize>,
}

impl MigrationName for HaltingStep {
    fn name(&self) -> &str {
        self.step.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for HaltingStep {
    fn use_transaction(&self) -> Option<bool> {
        self.step.use_transaction()
    }

    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        let Some(after) = self.after else { return self.step.up(manager).await };
        if let Some(statements) = self.step.sql.get(..after) {
            for statement in statements {
                manager.get_connection().execute_unprepared(statement).await?;
            }
        } else {
            self.step.up(manager).await?;
        }
        writeln!(std::io::stdout(), "\n{HALTED}").unwrap();
        std::future::pending().await
    }
}

/// The process that is killed. It is started by the tests below; without them it has nothing to do.
#[tokio::test]
async fn the_one_that_is_killed() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let opened = open::<Halting>(Path::new(&folder)).await;
        panic!("it did not halt: {opened:?}");
    }
}

/// Lets a process change the schema of that data directory up to that point, and kills it there.
fn kill_at(folder: &Path, step: &str, after: usize) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::schema::killed::the_one_that_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .env(HALT, format!("{step}:{after}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let halted = BufReader::new(process.stdout.take().unwrap()).lines().any(|line| line.unwrap() == HALTED);
    process.kill().unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(halted, "{step}:{after}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success());
}

async fn applied_in(folder: &Path) -> Vec<String> {
    let db = connect(&folder.join(FILE), Purpose::Read).await.unwrap();
    let applied = applied_steps(&db).await.unwrap();
    db.close().await.unwrap();
    applied
}

/// Kills a change of the schema at every point of each step that the database lacks, and opens it again.
async fn kill_everywhere(made: impl Fn() -> tempfile::TempDir) -> usize {
    let original = made();
    let known = applied_in(original.path()).await;
    let db = connect(&original.path().join(FILE), Purpose::Read).await.unwrap();
    let columns = columns(&db).await;
    let data = rows(&db, &columns).await;
    db.close().await.unwrap();
    let mut killed = 0;
    for (index, step) in steps().enumerate().skip(known.len()) {
        for after in 0..=step.sql.len() + 1 {
            let folder = made();
            kill_at(folder.path(), step.name, after);
            assert_eq!(applied_in(folder.path()).await.len(), index, "{}:{after}: not half of a step", step.name);
            let store = open::<All>(folder.path()).await.unwrap();
            assert_eq!(rows(store.reader(), &columns).await, data, "{}:{after}", step.name);
            assert_eq!(texts(store.reader(), "PRAGMA integrity_check").await, ["ok"], "{}:{after}", step.name);
            // And the program of today goes on with it.
            Store::open(folder.path()).await.unwrap();
            killed += 1;
        }
    }
    killed
}

#[tokio::test]
async fn a_change_of_the_schema_that_is_killed_anywhere_loses_nothing() {
    for fixture in fixtures() {
        let name = fixture.file_name().unwrap().to_str().unwrap();
        // Those between begin later on the same way.
        if name.starts_with("m0001") || !name.starts_with('m') {
            assert!(kill_everywhere(|| with_copy_of(&fixture)).await > REBUILD.sql.len(), "{name}");
        }
    }
}

#[tokio::test]
async fn the_first_start_can_be_killed_anywhere_too() {
    let killed = kill_everywhere(|| tempfile::tempdir().unwrap()).await;
    assert!(killed > 40, "{killed}");
}
