//! Which programs may use a database, and bringing its schema up to date. docs/decisions/0017-schema-across-versions.md says
//! how versions live together.

use std::fs::File;
use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;
use semver::Version;

use super::open::{Purpose, connect};
use super::{Result, StoreError, backup};

/// The version of this program.
const THIS: &str = env!("CARGO_PKG_VERSION");

/// Brings the schema up to date. One process at a time; the lock is the operating system's and dies with the process.
pub(super) async fn bring_up_to_date<M: MigratorTrait>(folder: &Path, path: &Path) -> Result<()> {
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
    let result = migrate::<M>(&db, folder, path).await;
    db.close().await?;
    drop(lock);
    result
}

async fn migrate<M: MigratorTrait>(db: &DatabaseConnection, folder: &Path, path: &Path) -> Result<()> {
    let ours: Vec<String> = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    let applied = applied_steps(db).await?;
    if !applied.is_empty() {
        let oldest = oldest_program(db).await?;
        if is_too_old(THIS, &oldest) {
            return Err(StoreError::TooNew { needs: oldest, folder: folder.to_owned() });
        }
    }
    let is_newer = applied.iter().any(|step| !ours.contains(step));
    let is_older = ours.iter().any(|step| !applied.contains(step));
    if !is_older {
        // If a newer program was here, its schema is left alone: it lets this one in.
        return Ok(());
    }
    if is_newer {
        // Our steps are not meant for a schema that we do not know, and without them this program does not work.
        return Err(StoreError::Damaged("steps of versions that do not follow each other".to_owned()));
    }
    let copy = if holds_data(db).await? { Some(backup::copy(db, folder, path).await?) } else { None };
    let result = M::up(db, None).await;
    if let Some(copy) = copy {
        if result.is_ok() {
            backup::keep_newest(folder);
        } else if applied_steps(db).await.is_ok_and(|now| now.len() == applied.len()) {
            // Nothing was changed. A program that is started again and again must not push out the copies of earlier days.
            backup::discard(&copy);
        }
    }
    Ok(result?)
}

async fn applied_steps(db: &DatabaseConnection) -> Result<Vec<String>> {
    if !has_table(db, "seaql_migrations").await? {
        return Ok(Vec::new());
    }
    query(db, "SELECT version FROM seaql_migrations").await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The oldest program that may open the database, as the database says.
async fn oldest_program(db: &DatabaseConnection) -> Result<String> {
    let rows = query(db, "SELECT value FROM settings WHERE name = 'oldest_program'").await?;
    let row = rows.first().ok_or_else(|| StoreError::Damaged("no word on which programs may open it".to_owned()))?;
    Ok(row.try_get_by_index(0)?)
}

/// Whether a program of version `this` is below `oldest`. A pre-release is below its release. What this program cannot read
/// was written by one that it does not know.
fn is_too_old(this: &str, oldest: &str) -> bool {
    match (this.parse::<Version>(), oldest.parse::<Version>()) {
        (Ok(this), Ok(oldest)) => this.cmp_precedence(&oldest).is_lt(),
        _ => true,
    }
}

async fn has_table(db: &DatabaseConnection, name: &str) -> Result<bool> {
    let there = format!("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{name}'");
    Ok(!query(db, &there).await?.is_empty())
}

/// Whether there is anything that somebody would miss.
async fn holds_data(db: &DatabaseConnection) -> Result<bool> {
    for table in ["projects", "integrations", "users", "work_types"] {
        if has_table(db, table).await? && !query(db, &format!("SELECT 1 FROM {table} LIMIT 1")).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn query(db: &DatabaseConnection, sql: &str) -> Result<Vec<sea_orm::QueryResult>> {
    Ok(db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?)
}

#[cfg(test)]
mod killed;
#[cfg(test)]
mod tests;
