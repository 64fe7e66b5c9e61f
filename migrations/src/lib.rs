//! The schema of Muster's database, one file a step. It knows nothing of core, so that a step stays what it was.
//!
//! A step is never changed once it has been released. Each runs in a transaction of its own, on a connection with
//! foreign keys off (rebuilding a table would cascade otherwise), and is checked before it commits.

mod m0001_first;
mod m0002_users;
mod m0003_work_types;
mod m0004_list_version;
mod m0005_secret_servers;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first::STEP),
            Box::new(m0002_users::STEP),
            Box::new(m0003_work_types::STEP),
            Box::new(m0004_list_version::STEP),
            Box::new(m0005_secret_servers::STEP),
        ]
    }
}

/// One step: SQL statements under a name. The name is what the database remembers.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The name, with a number in front: `m0001_first`.
    pub name: &'static str,
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
