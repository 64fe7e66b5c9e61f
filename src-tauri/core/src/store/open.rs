//! Opening the database: pools and pragmas. Its schema is brought up to date before (`schema.rs`).

use std::path::Path;
use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait;

use super::{Result, Store, StoreError, schema};

/// The database's file in the data directory.
pub(super) const FILE: &str = "muster.db";
/// Readers beside the one writer.
const READERS: u32 = 4;
/// How long to wait for another process that writes. Longer than the longest import takes to apply.
const WAIT_FOR_WRITER: Duration = Duration::from_mins(2);

pub(super) async fn open<M: MigratorTrait>(folder: &Path) -> Result<Store> {
    let in_folder = |source| StoreError::Folder { path: folder.to_owned(), source };
    let path = folder.join(FILE);
    // Others on this machine cannot read it: the list holds lock-box codes. SQLite gives its other files the permissions of
    // the database.
    crate::folder::make_private(folder).and_then(|()| crate::folder::make_private_file(&path)).map_err(in_folder)?;
    schema::bring_up_to_date::<M>(folder, &path).await?;
    let writer = connect(&path, Purpose::Write).await?;
    let reader = connect(&path, Purpose::Read).await?;
    let watcher = connect(&path, Purpose::Watch).await?;
    Ok(Store { reader, writer, watcher })
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Watch,
    Write,
    Migrate,
}

pub(super) async fn connect(path: &Path, purpose: Purpose) -> Result<DatabaseConnection> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn two_that_open_a_new_folder_at_once_both_get_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = tokio::join!(Store::open(folder.path()), Store::open(folder.path()));
        for store in [a.unwrap(), b.unwrap()] {
            let projects = crate::store::sql::number(store.reader(), "SELECT count(*) FROM projects", vec![]).await;
            assert_eq!(projects.unwrap(), 0);
        }
    }

    #[tokio::test]
    async fn a_folder_with_odd_characters_works() {
        let folder = tempfile::tempdir().unwrap();
        // Windows allows no question mark.
        let odd = folder.path().join(if cfg!(windows) { "Büro #1 100% x" } else { "Büro #1 100% ? x" });
        drop(Store::open(&odd).await.unwrap());
        assert!(odd.join(FILE).exists());
    }
}
