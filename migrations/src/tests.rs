#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends with why")]

use sea_orm_migration::sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::*;

/// Who may open a database after each of these steps.
async fn oldest_after(steps: &[Step]) -> Vec<String> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    let mut found = Vec::new();
    for step in steps {
        step.up(&SchemaManager::new(&db)).await.unwrap();
        found.push(oldest(&db).await);
    }
    found
}

async fn oldest(db: &DatabaseConnection) -> String {
    let sql = "SELECT value FROM settings WHERE name = 'oldest_program'";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

fn shuts_out(oldest: &'static str) -> Step {
    Step { name: "m9000_shuts_out", older: Older::AreShutOut { oldest }, sql: &[] }
}

const GOES_ON: Step = Step { name: "m9001_goes_on", older: Older::MayGoOn, sql: &[] };

#[tokio::test]
async fn a_step_that_older_programs_cannot_live_with_raises_the_oldest_program_and_nothing_lowers_it() {
    let steps = [
        m0001_first::STEP,
        GOES_ON,
        shuts_out("0.9.0"),
        // Numbers, not letters; and a beta comes before its release.
        shuts_out("0.10.0-beta.2"),
        shuts_out("0.10.0-beta.10"),
        shuts_out("0.10.0"),
        shuts_out("0.10.0-beta.11"),
        shuts_out("0.2.0"),
        GOES_ON,
    ];
    let expected =
        ["0.1.0", "0.1.0", "0.9.0", "0.10.0-beta.2", "0.10.0-beta.10", "0.10.0", "0.10.0", "0.10.0", "0.10.0"];
    assert_eq!(oldest_after(&steps).await, expected);
}

#[tokio::test]
async fn what_is_no_version_stops_the_step() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    m0001_first::STEP.up(&SchemaManager::new(&db)).await.unwrap();
    assert!(shuts_out("0.2").up(&SchemaManager::new(&db)).await.is_err());
}

/// A step is numbered, and shuts out no program that is newer than this one or that knows it.
#[test]
fn no_step_shuts_out_the_program_that_brings_it() {
    let this = version(env!("CARGO_PKG_VERSION")).unwrap();
    let mut before = version("0.0.0").unwrap();
    for (index, step) in STEPS.iter().enumerate() {
        assert!(step.name.starts_with(&format!("m{:04}_", index + 1)), "{}", step.name);
        if let Older::AreShutOut { oldest } = step.older {
            let oldest = version(oldest).unwrap();
            assert!(oldest.cmp_precedence(&this).is_le(), "{} needs {oldest}, and this is {this}", step.name);
            assert!(oldest.cmp_precedence(&before).is_ge(), "{} needs {oldest}, and one before {before}", step.name);
            before = oldest;
        }
    }
}
