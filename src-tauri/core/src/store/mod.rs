//! The database: the only room with SQL. It keeps and finds; it decides nothing.
//!
//! One connection writes, several read (SQLite in WAL mode), so a reader never waits for an import. Functions take the
//! connection or the transaction that they shall run in, so that the caller decides what belongs together.
//! Projects and tasks are read and written with SQL made from [`crate::model::Field`], in bulk where there are many
//! (docs/decisions/0005-bulk-sql.md); integrations, records and settings go through sea-orm's entities.

mod backup;
mod entities;
pub(crate) mod grants;
pub(crate) mod imports;
pub(crate) mod integrations;
mod open;
pub(crate) mod pending;
pub(crate) mod project_edit;
pub(crate) mod project_list;
pub(crate) mod project_rows;
pub(crate) mod projects;
mod schema;
pub(crate) mod settings;
pub(crate) mod sign_in_failures;
mod sql;
pub(crate) mod sync;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod work_types;
pub(crate) mod writer;

use std::path::{Path, PathBuf};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::error::{Error, ErrorCode, sentence, with_causes};

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite or the way to it failed.
    #[error("the database failed")]
    Db(#[from] DbErr),
    /// A newer program wrote the database, and programs as old as this one cannot use it.
    #[error("the data in {folder} needs Muster {needs} or later; this is Muster {}", env!("CARGO_PKG_VERSION"))]
    TooNew {
        /// The oldest program that may open it.
        needs: String,
        /// Where it is.
        folder: PathBuf,
    },
    /// The folder or a file in it cannot be used.
    #[error("{path} cannot be used")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The copy that is made before a change of the schema could not be made.
    #[error("the copy before the update of the database could not be written to {path}")]
    Backup {
        /// Where to.
        path: PathBuf,
        /// Why.
        #[source]
        source: DbErr,
    },
    /// The disk is too full for that copy.
    #[error(
        "there is not enough room on the disk for the copy that is made before an update (about {megabytes} MB in {folder}). \
         Nothing was changed. Make room and try again"
    )]
    NoRoomForCopy {
        /// Where to.
        folder: PathBuf,
        /// How large it would be.
        megabytes: u64,
    },
    /// Two added an integration with the same code at once; the other one was first.
    #[error("the code is taken by another integration")]
    CodeTaken,
    /// A stored value is not what Muster writes.
    #[error("the database holds something that Muster did not write: {0}")]
    Damaged(String),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::TooNew { .. } => ErrorCode::DatabaseTooNew,
            StoreError::Folder { .. } => ErrorCode::Io,
            StoreError::Db(db) if is_busy(db) => {
                let message = "Another import is writing for a long time. Try again in a moment.";
                return Self { retry: true, ..Self::new(ErrorCode::Database, message) };
            }
            StoreError::Db(db) if is_full(db) => {
                let message =
                    "The disk with Muster's data is full. What was under way was not done. Make room and try again.";
                return Self { retry: true, ..Self::new(ErrorCode::Database, message) };
            }
            StoreError::Db(db) if is_damaged(db) => {
                let message = format!("The file of the list is damaged, or is none of Muster's: {db}");
                return Self::new(ErrorCode::Database, sentence(&message));
            }
            StoreError::NoRoomForCopy { .. } => {
                return Self { retry: true, ..Self::new(ErrorCode::Database, sentence(&error.to_string())) };
            }
            StoreError::CodeTaken => return Self::new(ErrorCode::Conflict, sentence(&error.to_string())).at("code"),
            _ => ErrorCode::Database,
        };
        Self::new(code, sentence(&with_causes(&error)))
    }
}

/// Whether the place for writing could not be had in time.
fn is_busy(error: &DbErr) -> bool {
    matches!(error, DbErr::ConnectionAcquire(_)) || error.to_string().contains("database is locked")
}

/// Whether the disk is full.
fn is_full(error: &DbErr) -> bool {
    error.to_string().contains("database or disk is full")
}

/// Whether the file is no database, or not any more (`SQLITE_NOTADB`, `SQLITE_CORRUPT`).
fn is_damaged(error: &DbErr) -> bool {
    let text = error.to_string();
    text.contains("file is not a database") || text.contains("disk image is malformed")
}

/// The result of everything in this room.
pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// The open database.
#[derive(Debug)]
pub(crate) struct Store {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// One connection that never writes: SQLite tells it whether others have.
    watcher: DatabaseConnection,
}

impl Store {
    /// Opens or creates the database in `folder` and brings its schema up to date. A copy is made before a database
    /// that holds data is changed. Safe while other processes do the same.
    pub(crate) async fn open(folder: &Path) -> Result<Self> {
        open::open::<muster_migrations::Migrator>(folder).await
    }

    /// For reading. Never waits for a writer.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// A number that is another one after any change of the database, by this or another process.
    pub(crate) async fn version(&self) -> Result<i64> {
        sql::number(&self.watcher, "PRAGMA data_version", vec![]).await
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) -> Result<()> {
        self.reader.close_by_ref().await?;
        self.watcher.close_by_ref().await?;
        Ok(self.writer.close_by_ref().await?)
    }

    /// Begins a transaction that writes. It holds the one place for writing from here on (`BEGIN IMMEDIATE`), so
    /// what is read in it is still true when it is written. Dropping it without a commit leaves everything as it was.
    pub(crate) async fn write(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

/// An instant as the database keeps it: whole milliseconds since 1970 UTC.
pub(crate) fn instant(timestamp: jiff::Timestamp) -> i64 {
    timestamp.as_millisecond()
}

/// Reads an instant of the database.
pub(crate) fn from_instant(milliseconds: i64) -> Result<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(milliseconds).map_err(|_| StoreError::Damaged(format!("instant {milliseconds}")))
}
