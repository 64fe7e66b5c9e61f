//! The schema of Muster's database, one file a step. It knows nothing of core, so that a step stays what it was.
//!
//! A step is never changed once it has been released. Each runs in a transaction of its own, on a connection with
//! foreign keys off (rebuilding a table would cascade otherwise), and is checked before it commits. Each says what it means
//! for programs that are older than it (docs/decisions/0017-schema-across-versions.md says what a step may do).

mod m0001_first;
mod m0002_users;
mod m0003_work_types;
mod m0004_list_version;
mod m0005_secret_servers;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};

/// All steps, oldest first.
pub const STEPS: &[Step] = &[
    m0001_first::STEP,
    m0002_users::STEP,
    m0003_work_types::STEP,
    m0004_list_version::STEP,
    m0005_secret_servers::STEP,
];

/// Applies the steps that a database does not have.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        STEPS.iter().map(|step| Box::new(*step) as Box<dyn MigrationTrait>).collect()
    }
}

/// What a step means for programs that do not know it. It has no default: whoever adds a step has to think about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Older {
    /// They go on using the database: they read right what they know, and what they write is right for the step.
    MayGoOn,
    /// They must not open the database any more.
    AreShutOut {
        /// The version that brings the step: from now on the oldest program that may open the database.
        oldest: &'static str,
    },
}

/// One step: SQL statements under a name. The name is what the database remembers.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The name, with a number in front: `m0001_first`.
    pub name: &'static str,
    /// What it means for programs that do not know it.
    pub older: Older,
    /// The statements, in order.
    pub sql: &'static [&'static str],
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    /// On SQLite a step has no transaction unless it asks for one.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for statement in self.sql {
            db.execute_unprepared(statement).await?;
        }
        if let Older::AreShutOut { oldest } = self.older {
            raise_oldest(db, oldest).await?;
        }
        let broken = db
            .query_all_raw(Statement::from_string(manager.get_database_backend(), "PRAGMA foreign_key_check"))
            .await?;
        if broken.is_empty() {
            Ok(())
        } else {
            Err(DbErr::Migration(format!("{} leaves {} rows that point nowhere", self.name, broken.len())))
        }
    }
}

/// Notes in the database that no program below `oldest` may open it. It is never lowered.
async fn raise_oldest<C: ConnectionTrait>(db: &C, oldest: &str) -> Result<(), DbErr> {
    let sqlite = db.get_database_backend();
    let row = db
        .query_one_raw(Statement::from_string(sqlite, "SELECT value FROM settings WHERE name = 'oldest_program'"))
        .await?;
    let now: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    let wanted = version(oldest)?;
    if let Some(now) = now
        && version(&now)?.cmp_precedence(&wanted).is_ge()
    {
        return Ok(());
    }
    let sql = "INSERT INTO settings (name, value) VALUES ('oldest_program', ?)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    db.execute_raw(Statement::from_sql_and_values(sqlite, sql, [oldest.into()])).await?;
    Ok(())
}

fn version(text: &str) -> Result<semver::Version, DbErr> {
    text.parse().map_err(|_| DbErr::Migration(format!("{text} is no version of a program")))
}

#[cfg(test)]
mod tests;
