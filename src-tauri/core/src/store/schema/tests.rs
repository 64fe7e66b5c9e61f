use std::path::PathBuf;

use muster_migrations::{Migrator, Older, STEPS, Step};
use sea_orm_migration::MigrationTrait;

use super::*;
use crate::store::Store;
use crate::store::open::{FILE, open};

/// Rebuilds a table.
const REBUILD: Step = Step {
    name: "m9001_rebuild",
    older: Older::MayGoOn,
    sql: &[
        "CREATE TABLE integrations_new AS SELECT * FROM integrations",
        "DROP TABLE integrations",
        "CREATE TABLE integrations (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL, extra TEXT)",
        "INSERT INTO integrations (id, code) SELECT id, code FROM integrations_new",
        "DROP TABLE integrations_new",
    ],
};
/// Would shut out all programs, but leaves rows that point nowhere.
const BROKEN: Step =
    Step { name: "m9002_broken", older: Older::AreShutOut { oldest: "99.0.0" }, sql: &["DELETE FROM integrations"] };
const SHUTS_OUT: Step =
    Step { name: "m9003_shuts_out", older: Older::AreShutOut { oldest: "99.0.0-beta.1" }, sql: &[] };

macro_rules! migrator {
    ($name:ident, $($step:expr),*) => {
        struct $name;
        impl MigratorTrait for $name {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                let mut all = Migrator::migrations();
                $(all.push(Box::new($step));)*
                all
            }
        }
    };
}
migrator!(Rebuilds, REBUILD);
migrator!(Breaks, BROKEN);
migrator!(RebuildsAndBreaks, REBUILD, BROKEN);
migrator!(ShutsOut, SHUTS_OUT);

struct First;
impl MigratorTrait for First {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Migrator::migrations().into_iter().take(1).collect()
    }
}

/// Two steps of ours are not there, one that is unknown is.
struct OtherLine;
impl MigratorTrait for OtherLine {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let known = Migrator::migrations().into_iter().take(STEPS.len() - 2);
        known.chain([Box::new(REBUILD) as Box<dyn MigrationTrait>]).collect()
    }
}

async fn filled() -> tempfile::TempDir {
    filled_as::<Migrator>().await
}

async fn filled_as<M: MigratorTrait>() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open::<M>(folder.path()).await.unwrap();
    for sql in [
        "INSERT INTO integrations (id, code, kind, mode, auto_admin, settings, secrets, validated, mapping_version, created_at)
         VALUES (7, 'NWF', 'sample', 'external', 1, '{}', '[]', 1, 1, 0)",
        "INSERT INTO grants (integration_id, person, added_by, added_at) VALUES (7, 'ann', 'bob', 0)",
        "INSERT INTO projects (id, integration_id, code, source_key, number, source_epoch, kept, created_at, changed_at, status)
         VALUES (1, 7, 'NWF', 'a', 'a', 1, 0, 0, 0, 'Unassigned')",
        "INSERT INTO tasks (project_id, position, origin, name) VALUES (1, 0, 'client', 'Grass cut')",
    ] {
        store.writer.execute_unprepared(sql).await.unwrap();
    }
    store.close().await.unwrap();
    folder
}

async fn count(store: &Store, table: &str) -> i64 {
    query(&store.reader, &format!("SELECT count(*) FROM {table}")).await.unwrap()[0].try_get_by_index(0).unwrap()
}

fn backups(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("backups")).map_or(0, Iterator::count)
}

/// The databases that are kept for tests: of each released schema, and of those before the first release.
pub(super) fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/schema");
    let mut found = Vec::new();
    for folder in [folder.join("inner"), folder] {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        found.extend(files.filter(|path| path.extension().is_some_and(|extension| extension == "db")));
    }
    found.sort();
    found
}

/// A data directory with a copy of that database.
pub(super) fn with_copy_of(fixture: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(fixture, folder.path().join(FILE)).unwrap();
    folder
}

/// The columns of each table.
pub(super) async fn columns(db: &DatabaseConnection) -> Vec<(String, Vec<String>)> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
                  AND name <> 'seaql_migrations' ORDER BY name";
    let mut found = Vec::new();
    for table in texts(db, tables).await {
        let columns = texts(db, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
        found.push((table, columns));
    }
    found
}

/// The rows of these columns of these tables, as texts.
pub(super) async fn rows(db: &DatabaseConnection, columns: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for (table, columns) in columns {
        let values: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let sql = format!("SELECT {} FROM {table} ORDER BY 1", values.join(" || ',' || "));
        found.push((table.clone(), texts(db, &sql).await));
    }
    found
}

pub(super) async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = query(db, sql).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
}

#[tokio::test]
async fn every_kept_database_migrates_with_all_its_data() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= STEPS.len(), "{fixtures:?}");
    for fixture in fixtures {
        let folder = with_copy_of(&fixture);
        let before = connect(&folder.path().join(FILE), Purpose::Read).await.unwrap();
        let columns = columns(&before).await;
        let data = rows(&before, &columns).await;
        for (table, rows) in &data {
            assert!(!rows.is_empty(), "{}: {table} is empty and proves nothing", fixture.display());
        }
        before.close().await.unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        assert_eq!(rows(store.reader(), &columns).await, data, "{}", fixture.display());
    }
}

/// A step that was changed after it was released would make two kinds of databases.
#[tokio::test]
async fn every_kept_database_gets_the_schema_of_a_new_one() {
    const SCHEMA: &str =
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let new = tempfile::tempdir().unwrap();
    let expected = texts(Store::open(new.path()).await.unwrap().reader(), SCHEMA).await;
    for fixture in fixtures() {
        let folder = with_copy_of(&fixture);
        let store = Store::open(folder.path()).await.unwrap();
        assert_eq!(texts(store.reader(), SCHEMA).await, expected, "{}", fixture.display());
    }
}

#[tokio::test]
async fn a_step_that_rebuilds_a_table_cascades_nothing_and_leaves_a_copy() {
    let folder = filled().await;
    let store = open::<Rebuilds>(folder.path()).await.unwrap();
    for table in ["integrations", "grants", "projects", "tasks"] {
        assert_eq!(count(&store, table).await, 1, "{table}");
    }
    assert_eq!(backups(folder.path()), 1);
}

#[tokio::test]
async fn a_filled_database_of_the_first_schema_is_brought_up_to_date() {
    let folder = filled_as::<First>().await;
    let store = Store::open(folder.path()).await.unwrap();
    let untouched = "SELECT count(*) FROM integrations WHERE schedule = 'off' AND login_refused = 0
                     AND default_work_type IS NULL";
    assert_eq!(query(&store.reader, untouched).await.unwrap()[0].try_get_by_index::<i64>(0).unwrap(), 1);
    for (table, rows) in [("grants", 1), ("projects", 1), ("tasks", 1), ("users", 0), ("tokens", 0), ("work_types", 0)]
    {
        assert_eq!(count(&store, table).await, rows, "{table}");
    }
    assert_eq!(backups(folder.path()), 1);
}

#[tokio::test]
async fn a_step_that_fails_is_taken_back_with_all_that_belongs_to_it() {
    let folder = filled().await;
    let olds: Vec<_> =
        (1..=5).map(|day| folder.path().join(format!("backups/muster-2026010{day}T000000000Z.db"))).collect();
    std::fs::create_dir(folder.path().join("backups")).unwrap();
    for old in &olds {
        std::fs::write(old, "x").unwrap();
    }
    for _ in 0..2 {
        assert!(open::<Breaks>(folder.path()).await.is_err());
        assert_eq!(backups(folder.path()), 5, "nothing was changed, so no copy is needed");
        assert!(olds.iter().all(|old| old.exists()), "nor does one of earlier days go for it");
    }
    for old in &olds {
        std::fs::remove_file(old).unwrap();
    }
    // Nor has it shut out this program.
    let store = Store::open(folder.path()).await.unwrap();
    assert_eq!(count(&store, "integrations").await, 1);
    assert!(open::<RebuildsAndBreaks>(folder.path()).await.is_err());
    assert_eq!(backups(folder.path()), 1, "the first of the two steps was done, so a copy of what was before is kept");
}

#[tokio::test]
async fn an_empty_database_is_changed_without_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).await.unwrap());
    drop(open::<Rebuilds>(folder.path()).await.unwrap());
    assert_eq!(backups(folder.path()), 0);
}

#[tokio::test]
async fn a_newer_database_is_used_unless_it_says_that_this_program_is_too_old() {
    let folder = filled().await;
    drop(open::<Rebuilds>(folder.path()).await.unwrap());
    assert!(Store::open(folder.path()).await.is_ok(), "newer, but still fit for this program");
    let other = filled().await;
    // It shuts itself out as well, being no version 99.
    drop(open::<ShutsOut>(other.path()).await.unwrap());
    match Store::open(other.path()).await {
        Err(StoreError::TooNew { needs, folder }) => {
            assert_eq!((needs.as_str(), folder.as_path()), ("99.0.0-beta.1", other.path()));
        }
        result => panic!("{result:?}"),
    }
}

#[tokio::test]
async fn a_database_that_other_steps_have_made_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(open::<OtherLine>(folder.path()).await.unwrap());
    match Store::open(folder.path()).await {
        Err(StoreError::Damaged(_)) => {}
        result => panic!("{result:?}"),
    }
}

/// The database is not let grow, which SQLite answers as it does a full disk.
#[tokio::test]
async fn a_full_disk_is_told_from_other_failures() {
    let folder = filled().await;
    let store = Store::open(folder.path()).await.unwrap();
    store.writer.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let grow = "UPDATE projects SET description = hex(zeroblob(100000))";
    let error: crate::Error = StoreError::Db(store.writer.execute_unprepared(grow).await.unwrap_err()).into();
    assert!(error.message.contains("is full") && error.retry, "{error:?}");
    let error: crate::Error = StoreError::Db(store.writer.execute_unprepared("nonsense").await.unwrap_err()).into();
    assert!(!error.message.contains("is full") && !error.retry, "{error:?}");
}

#[test]
fn versions_are_compared_as_versions() {
    for (this, oldest, too_old) in [
        ("0.1.0", "0.1.0", false),
        ("0.10.0", "0.9.0", false),
        ("0.9.0", "0.10.0", true),
        ("0.2.0-beta.1", "0.2.0", true),
        ("0.2.0", "0.2.0-beta.1", false),
        ("0.2.0-beta.2", "0.2.0-beta.10", true),
        ("0.2.0-beta.10", "0.2.0-beta.2", false),
        ("0.2.0+windows", "0.2.0", false),
        ("0.2.0", "0.2.0+later", false),
        ("0.2.0", "two", true),
        ("0.2.0", "", true),
    ] {
        assert_eq!(is_too_old(this, oldest), too_old, "{this} with {oldest}");
    }
}
