//! Databases of earlier versions: each opens with this one, and core tells of it what core told when it was made.
//! tests/fixtures/schema/README.md says what the fixtures are. How a change of the schema is killed is tested in core, and
//! in `program`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests, their helpers too")]

#[path = "../support/secrets.rs"]
mod secrets;
mod shared;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use muster_core::{Admin, Muster, Options};
use muster_migrations::STEPS;
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use secrets::Secrets;
use shared::{ANN, PASSWORD, THIS, fixture, folder, released, sha256, told, told_file};

/// The versions of which there is a fixture.
fn versions() -> BTreeSet<String> {
    let names = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(".db").map(str::to_owned)).collect()
}

async fn opened(database: &Path) -> (TempDir, Muster) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(database, folder.path().join("muster.db")).unwrap();
    let muster = Muster::open(Options::new(folder.path(), Arc::new(Secrets::default()))).await.unwrap();
    (folder, muster)
}

async fn ann(muster: &Muster) -> Admin {
    let session = muster.sign_in(ANN, &PASSWORD.into()).await.unwrap();
    muster.admin(&session).await.unwrap()
}

/// Whether all that is in `before` is in `now` as well; later versions tell more.
#[track_caller]
fn still_there(before: &Value, now: &Value, at: &str) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (key, value) in before {
                let now = now.get(key).unwrap_or_else(|| panic!("{at}.{key} is gone"));
                still_there(value, now, &format!("{at}.{key}"));
            }
        }
        (Value::Array(before), Value::Array(now)) => {
            assert_eq!(before.len(), now.len(), "{at}");
            for (index, (before, now)) in before.iter().zip(now).enumerate() {
                still_there(before, now, &format!("{at}[{index}]"));
            }
        }
        _ => assert_eq!(before, now, "{at}"),
    }
}

#[tokio::test]
async fn a_database_of_each_version_opens_with_all_that_it_held() {
    for version in versions() {
        let before: Value = serde_json::from_str(&std::fs::read_to_string(told_file(&version)).unwrap()).unwrap();
        let (_folder, muster) = opened(&fixture(&version)).await;
        muster.sign_in_with_token(&before["token"].as_str().unwrap().into()).await.unwrap();
        let mut now = told(&ann(&muster).await).await.unwrap();
        // These two have just been used.
        let mut before = before["told"].clone();
        for told in [&mut before, &mut now] {
            told["users"][0].as_object_mut().unwrap().remove("last_sign_in").unwrap();
            told["tokens"][0].as_object_mut().unwrap().remove("last_used_at").unwrap();
        }
        still_there(&before, &now, &version);
    }
}

#[tokio::test]
async fn a_database_from_before_the_first_release_opens_with_its_list() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder().join("inner")).unwrap() {
        let path = entry.unwrap().path();
        let (_folder, muster) = opened(&path).await;
        let has_users = muster.has_users().await.unwrap();
        assert_eq!(has_users, !path.ends_with("m0001_first.db"), "{}", path.display());
        if !has_users {
            let told = told(&muster.owner(ANN).await.unwrap()).await.unwrap();
            let numbers =
                |of: &Value| of.as_array().unwrap().iter().map(|one| one["number"].to_string()).collect::<Vec<_>>();
            assert_eq!(numbers(&told["projects"]).len(), 3, "{told:#}");
            assert_eq!(told["removed"]["rows"].as_array().unwrap().len(), 1, "{told:#}");
            assert_eq!(told["pending_removals"].as_array().unwrap().len(), 1, "{told:#}");
        }
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
fn the_fixture_of_a_released_version_never_changes() {
    for (version, hashes) in released() {
        let now = [sha256(&fixture(&version)), sha256(&told_file(&version))];
        assert_eq!(now, hashes, "the fixture of {version} is not what was released");
    }
}

#[test]
fn every_version_but_this_one_is_released() {
    let released: BTreeSet<String> = released().into_iter().map(|(version, _)| version).collect();
    let mut expected = released.clone();
    expected.insert(THIS.to_owned());
    assert_eq!(
        versions(),
        expected,
        "`cargo xtask fixture` makes that of {THIS}; one that went out is frozen (tests/fixtures/schema/README.md)"
    );
}

/// Until it is released, so that what goes out is what is tested later.
#[test]
fn the_fixture_of_this_version_has_the_schema_of_today_and_something_in_each_table() {
    let database = Connection::open(fixture(THIS)).unwrap();
    for (table, rows, _) in shared::filling(&database) {
        assert!(rows > 0, "{table} is empty");
    }
    if released().iter().all(|(version, _)| version != THIS) {
        let mut statement = database.prepare("SELECT version FROM seaql_migrations ORDER BY version").unwrap();
        let steps: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let expected: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(steps, expected, "make it again: cargo xtask fixture");
    }
}
