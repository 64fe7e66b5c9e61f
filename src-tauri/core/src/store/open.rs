//! Opening the database: pools, pragmas, schema, the copy before a change of the schema.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;

use super::{Result, Store, StoreError};

/// The database's file in the data directory.
const FILE: &str = "muster.db";
/// Readers beside the one writer.
const READERS: u32 = 4;
/// How long to wait for another process that writes. Longer than the longest import takes to apply.
const WAIT_FOR_WRITER: Duration = Duration::from_mins(2);

pub(super) async fn open<M: MigratorTrait>(folder: &Path) -> Result<Store> {
    let in_folder = |source| StoreError::Folder { path: folder.to_owned(), source };
    let path = folder.join(FILE);
    make_private(folder, &path).map_err(in_folder)?;
    migrate::<M>(folder, &path).await?;
    let writer = connect(&path, Purpose::Write).await?;
    let reader = connect(&path, Purpose::Read).await?;
    let watcher = connect(&path, Purpose::Watch).await?;
    Ok(Store { reader, writer, watcher })
}

/// Makes what is not there so that others on this machine cannot read it: the list holds lock-box codes. SQLite gives
/// its other files the permissions of the database.
fn make_private(folder: &Path, path: &Path) -> std::io::Result<()> {
    let mut file = File::options();
    file.create_new(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        file.mode(0o600);
    }
    crate::folder::make_private(folder)?;
    match file.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Read,
    Watch,
    Write,
    Migrate,
}

async fn connect(path: &Path, purpose: Purpose) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", url_path(path)));
    options
        .sqlx_logging(false)
        .min_connections(1)
        .max_connections(if purpose == Purpose::Read { READERS } else { 1 })
        .acquire_timeout(WAIT_FOR_WRITER)
        .test_before_acquire(false)
        // The watcher's number belongs to its connection: another one would count anew.
        .max_lifetime(None::<Duration>)
        .idle_timeout(None::<Duration>)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let wait = WAIT_FOR_WRITER.as_millis().to_string();
            let sqlite = sqlite
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
                .pragma("busy_timeout", wait)
                // What one import of 100,000 orders leaves in the log is given back to the disk.
                .pragma("journal_size_limit", "67108864")
                .pragma("foreign_keys", if purpose == Purpose::Migrate { "OFF" } else { "ON" });
            match purpose {
                // The entries of the list's index, which are gone through to find the page: 8 MiB hold 100,000 of them.
                Purpose::Read => sqlite.pragma("query_only", "ON").pragma("cache_size", "-8192"),
                Purpose::Watch => sqlite.pragma("query_only", "ON").pragma("cache_size", "-64"),
                // Pages that an import touches in no order (its indexes); 24 MiB. And what a statement of hundreds of rows
                // keeps to be able to take itself back: a few MiB in memory cost much less than a file.
                Purpose::Write | Purpose::Migrate => {
                    sqlite.pragma("cache_size", "-24576").pragma("temp_store", "MEMORY")
                }
            }
        });
    Ok(Database::connect(options).await?)
}

/// The path in a form that a URL can hold.
fn url_path(path: &Path) -> String {
    let mut out = String::new();
    for c in path.to_string_lossy().chars() {
        match c {
            '%' | '?' | '#' => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    out.extend(['%', hex(byte >> 4), hex(byte & 15)]);
                }
            }
            _ => out.push(c),
        }
    }
    out
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase()
}

/// Brings the schema up to date. One process at a time; the lock is the operating system's and dies with the process.
async fn migrate<M: MigratorTrait>(folder: &Path, path: &Path) -> Result<()> {
    let lock_path = folder.join("open.lock");
    let lock = tokio::task::spawn_blocking({
        let lock_path = lock_path.clone();
        move || {
            // Windows locks no file that is open for appending only.
            let file = File::options().read(true).write(true).create(true).truncate(false).open(lock_path)?;
            file.lock()?;
            Ok(file)
        }
    })
    .await
    .map_err(|_| StoreError::Damaged("the lock of the data folder".to_owned()))?
    .map_err(|source| StoreError::Folder { path: lock_path, source })?;

    let db = connect(path, Purpose::Migrate).await?;
    let result = migrate_on::<M>(&db, folder).await;
    db.close().await?;
    drop(lock);
    result
}

async fn migrate_on<M: MigratorTrait>(db: &DatabaseConnection, folder: &Path) -> Result<()> {
    let ours: Vec<String> = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    let applied = applied_steps(db).await?;
    if applied.iter().any(|step| !ours.contains(step)) {
        // A newer program was here. Its schema is left alone; it says itself who may still use it.
        let needs = setting(db, "oldest_program").await?.unwrap_or_default();
        return if version(env!("CARGO_PKG_VERSION")) < version(&needs) {
            Err(StoreError::TooNew { needs })
        } else {
            Ok(())
        };
    }
    if applied.len() == ours.len() {
        return Ok(());
    }
    if !applied.is_empty() && holds_data(db).await? {
        backup(db, folder).await?;
    }
    M::up(db, None).await?;
    Ok(())
}

async fn applied_steps(db: &DatabaseConnection) -> Result<Vec<String>> {
    let there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'";
    if query(db, there).await?.is_empty() {
        return Ok(Vec::new());
    }
    query(db, "SELECT version FROM seaql_migrations").await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

async fn query(db: &DatabaseConnection, sql: &str) -> Result<Vec<sea_orm::QueryResult>> {
    Ok(db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?)
}

async fn setting(db: &DatabaseConnection, name: &str) -> Result<Option<String>> {
    let rows = query(db, &format!("SELECT value FROM settings WHERE name = '{name}'")).await?;
    Ok(rows.first().map(|row| row.try_get_by_index(0)).transpose()?)
}

async fn holds_data(db: &DatabaseConnection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM projects) OR EXISTS (SELECT 1 FROM integrations)";
    let rows = query(db, sql).await?;
    Ok(rows.first().map(|row| row.try_get_by_index::<bool>(0)).transpose()?.unwrap_or(false))
}

/// Writes a copy of the database beside it, under a name that tells when.
async fn backup(db: &DatabaseConnection, folder: &Path) -> Result<PathBuf> {
    let backups = folder.join("backups");
    crate::folder::make_private(&backups).map_err(|source| StoreError::Folder { path: backups.clone(), source })?;
    let path = backups.join(format!("muster-{}.db", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ")));
    let sql = "VACUUM INTO ?";
    let values = [path.to_string_lossy().into_owned().into()];
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await
        .map_err(|source| StoreError::Backup { path: path.clone(), source })?;
    tracing::info!(path = %path.display(), "copied the database before changing its schema");
    Ok(path)
}

/// `1.2.3` as numbers that compare. What is no number counts as 0.
fn version(text: &str) -> [u64; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_migrations::{Migrator, Step};
    use sea_orm_migration::MigrationTrait;

    const REBUILD: Step = Step {
        name: "m9001_rebuild",
        sql: &[
            "CREATE TABLE integrations_new AS SELECT * FROM integrations",
            "DROP TABLE integrations",
            "CREATE TABLE integrations (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL, extra TEXT)",
            "INSERT INTO integrations (id, code) SELECT id, code FROM integrations_new",
            "DROP TABLE integrations_new",
        ],
    };
    const BROKEN: Step = Step { name: "m9002_broken", sql: &["DELETE FROM integrations"] };
    const TOO_NEW: Step =
        Step { name: "m9003_too_new", sql: &["UPDATE settings SET value = '99.0.0' WHERE name = 'oldest_program'"] };

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
    migrator!(IsTooNew, TOO_NEW);

    struct First;
    impl MigratorTrait for First {
        fn migrations() -> Vec<Box<dyn MigrationTrait>> {
            Migrator::migrations().into_iter().take(1).collect()
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
        folder
    }

    async fn count(store: &Store, table: &str) -> i64 {
        query(&store.reader, &format!("SELECT count(*) FROM {table}")).await.unwrap()[0].try_get_by_index(0).unwrap()
    }

    fn backups(folder: &Path) -> usize {
        std::fs::read_dir(folder.join("backups")).map_or(0, Iterator::count)
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
        for (table, rows) in
            [("grants", 1), ("projects", 1), ("tasks", 1), ("users", 0), ("tokens", 0), ("work_types", 0)]
        {
            assert_eq!(count(&store, table).await, rows, "{table}");
        }
        assert_eq!(backups(folder.path()), 1);
    }

    #[tokio::test]
    async fn a_step_that_leaves_rows_pointing_nowhere_is_taken_back() {
        let folder = filled().await;
        assert!(open::<Breaks>(folder.path()).await.is_err());
        let store = Store::open(folder.path()).await.unwrap();
        assert_eq!(count(&store, "integrations").await, 1);
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
        drop(open::<Migrator>(folder.path()).await);
        let other = filled().await;
        drop(open::<IsTooNew>(other.path()).await.unwrap());
        match Store::open(other.path()).await {
            Err(StoreError::TooNew { needs }) => assert_eq!(needs, "99.0.0"),
            result => panic!("{result:?}"),
        }
    }

    #[tokio::test]
    async fn two_that_open_a_new_folder_at_once_both_get_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = tokio::join!(Store::open(folder.path()), Store::open(folder.path()));
        assert_eq!(count(&a.unwrap(), "projects").await, 0);
        assert_eq!(count(&b.unwrap(), "projects").await, 0);
    }

    #[tokio::test]
    async fn a_folder_with_odd_characters_works() {
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("Büro #1 100% ? x");
        drop(Store::open(&odd).await.unwrap());
        assert!(odd.join(FILE).exists());
    }
}
