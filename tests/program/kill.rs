//! SIGKILL in the middle of an import: the list is what it was before or what it is after, never between.

mod types;

use std::path::Path;
use std::time::Duration;

use muster_tests::pruvan::{Config, Day, Gate, State};
use serde_json::Value;

use crate::support::{CODE, Office, Program, Running, at_gate, until};

/// How a process has ended that was killed: Windows lets whoever kills it say, and the standard library says 1.
const KILLED: Option<i32> = if cfg!(windows) { Some(1) } else { None };

/// What the record and the integration say about an import whose process is gone, and that the next one works.
#[track_caller]
fn is_interrupted(import: &Value, integration: &Value) {
    assert_eq!((&import["outcome"], &import["error"]["code"]), (&"failed".into(), &"interrupted".into()), "{import}");
    assert_eq!(import["error"]["retry"], true, "{import}");
    assert_eq!((&integration["status"], &integration["last_error"]), (&"error".into(), &import["error"]["message"]));
}

/// An office whose client has changed, removed and added orders since the last import.
async fn office(orders: usize) -> (Office, String) {
    let office = Office::with_projects(orders).await;
    let before = office.printed().await;
    office.with_client(|state| {
        state.orders.change(0.9, 1);
        state.orders.remove(0.02, 2);
        state.orders.add(orders / 10);
    });
    (office, before)
}

/// The list without what tells when it was written.
fn list(shown: &str) -> Vec<Value> {
    let mut all: Vec<Value> = serde_json::from_str(shown).unwrap();
    for project in &mut all {
        for key in ["created_at", "changed_at"] {
            project.as_object_mut().unwrap().remove(key);
        }
    }
    all
}

/// What the list is after the import, found out by one that nobody kills.
async fn wanted(office: &Office) -> Vec<Value> {
    office.json(&["full-import", CODE]).await.ok();
    list(&office.printed().await)
}

#[tokio::test]
async fn an_import_that_is_killed_while_it_receives_leaves_the_list_as_it_was() {
    let (office, before) = office(1_000).await;
    let length = office.with_client(|state| u64::try_from(state.orders.bytes()).unwrap());
    let mut imports = office.last_import().await["import"].as_u64().unwrap();
    for (kind, percent) in [
        ("full-import", None),
        ("full-import", Some(0)),
        ("full-import", Some(10)),
        ("refresh", Some(30)),
        ("full-import", Some(50)),
        ("refresh", Some(70)),
        ("full-import", Some(90)),
    ] {
        // A Refresh receives what was changed or added: nine of ten orders and more.
        let gate = Gate::after(percent.unwrap_or(0) * length / 110);
        office.client.clear_requests();
        office.client.day(match percent {
            Some(_) => Day::Pause(gate.clone()),
            None => Day::SlowFirstByte { millis: 3_600_000 },
        });
        let mut running = office.start(&[kind, CODE]);
        match percent {
            Some(_) => at_gate(&gate, &mut running).await,
            // The request is there, and not even the head of an answer.
            None => until("the request", async || !office.client.requests().is_empty()).await,
        }
        assert_eq!(running.kill().await.status, KILLED, "it did not end by itself");
        gate.release();

        assert!(office.printed().await == before, "{kind} {percent:?}");
        let import = office.last_import().await;
        imports += 1;
        assert_eq!(import["import"], imports, "{kind} {percent:?}: one record each");
        is_interrupted(&import, &office.integration(CODE).await);
        assert_eq!(leftovers(&office), Vec::<String>::new(), "{kind} {percent:?}");
    }
    office.with_client(State::clear_days);
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["removed"]), (&100.into(), &20.into()), "{import}");
    assert_eq!(office.integration(CODE).await["status"], "idle");
}

/// Files in the data directory that a killed import has left behind.
fn leftovers(program: &Program) -> Vec<String> {
    let known = ["locks", "logs", "muster.db", "muster.db-shm", "muster.db-wal", "open.lock"];
    let names =
        std::fs::read_dir(program.data()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !known.contains(&name.as_str()) && !name.starts_with("vault.")).collect()
}

#[tokio::test]
async fn an_import_that_is_killed_right_after_the_last_byte_is_done_or_undone() {
    let (office, before) = office(1_000).await;
    let gate = Gate::after(u64::MAX);
    office.client.day(Day::Pause(gate.clone()));
    let mut running = office.start(&["full-import", CODE]);
    // With a `Content-Length` the client has all of it before the gate opens, and goes on by itself.
    at_gate(&gate, &mut running).await;
    running.kill().await;
    gate.release();
    let after = office.printed().await;
    let import = office.last_import().await;
    let integration = office.integration(CODE).await;
    office.with_client(State::clear_days);
    let wanted = wanted(&office).await;
    assert!(after == before || list(&after) == wanted, "neither before nor after");
    if after == before {
        is_interrupted(&import, &integration);
    } else {
        assert_eq!((&import["outcome"], &integration["status"]), (&"succeeded".into(), &"idle".into()));
    }
}

/// How large the database's log is, in bytes.
fn log_size(program: &Program) -> u64 {
    std::fs::metadata(program.data().join("muster.db-wal")).map_or(0, |file| file.len())
}

/// A point of an import that has received its whole list.
#[derive(Debug, Clone, Copy)]
enum Point {
    /// So many milliseconds later, wherever it is then.
    Later(u64),
    /// As soon as it has written so many kilobytes to the database's log: in the middle of its transaction.
    Written(u64),
}

/// Kills the process at that point. False if it ended before.
async fn kill_at(program: &Program, mut running: Running<'_>, point: Point) -> bool {
    let start = log_size(program);
    match point {
        Point::Later(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
        Point::Written(kilobytes) => {
            while !running.has_ended() && log_size(program) < start + kilobytes * 1_024 {
                tokio::task::yield_now().await;
            }
        }
    }
    let alive = !running.has_ended();
    running.kill().await;
    alive
}

#[tokio::test]
async fn an_import_that_is_killed_while_it_applies_is_done_or_undone() {
    const ORDERS: usize = 8_000;
    let (office, before) = office(ORDERS).await;
    let mut undone = Vec::new();
    for point in [
        Point::Later(0),
        Point::Later(100),
        Point::Later(800),
        Point::Written(16),
        Point::Written(1_024),
        Point::Written(6_000),
        Point::Written(16_000),
    ] {
        // The log begins anew, so that its size tells what this import has written.
        checkpoint(&office.data());
        let gate = Gate::after(u64::MAX);
        office.with_client(State::clear_days);
        office.client.day(Day::Pause(gate.clone()));
        let mut running = office.start(&["full-import", CODE]);
        at_gate(&gate, &mut running).await;
        let alive = kill_at(&office, running, point).await;
        gate.release();
        let after = office.printed().await;
        let import = office.last_import().await;
        let integration = office.integration(CODE).await;
        if after != before {
            // It came to its end before it was killed: then it must be exactly that end.
            assert_eq!(
                (&import["outcome"], &integration["status"]),
                (&"succeeded".into(), &"idle".into()),
                "{point:?}"
            );
            assert!(list(&after) == wanted(&office).await, "{point:?}: neither before nor after");
            break;
        }
        assert!(alive, "{point:?}: it ended and changed nothing");
        is_interrupted(&import, &integration);
        undone.push(point);
    }
    assert!(
        undone.iter().any(|point| matches!(point, Point::Written(_))),
        "no point lies in the transaction: {undone:?}"
    );
    office.with_client(State::clear_days);
    office.json(&["full-import", CODE]).await.ok();
    let again = office.json(&["full-import", CODE]).await.ok();
    assert_eq!(again["unchanged"], ORDERS - ORDERS / 50 + ORDERS / 10, "{again}");
    assert_eq!(office.integration(CODE).await["status"], "idle");
}

/// Moves what the database's log holds into the database and empties the log.
fn checkpoint(data: &Path) {
    let database = rusqlite::Connection::open(data.join("muster.db")).unwrap();
    let busy: i64 = database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert_eq!(busy, 0);
}

#[tokio::test]
async fn the_first_import_of_all_can_be_killed_too() {
    let office = Office::with(Config::orders(300)).await;
    let gate = Gate::after(100_000);
    office.client.day(Day::Pause(gate.clone()));
    let mut running = office.start(&["full-import", CODE]);
    at_gate(&gate, &mut running).await;
    running.kill().await;
    gate.release();
    assert_eq!(office.numbers().await, Vec::<String>::new());
    let integration = office.integration(CODE).await;
    is_interrupted(&office.last_import().await, &integration);
    assert_eq!(integration["last_refreshed"], Value::Null);
    assert_eq!(office.json(&["full-import", CODE]).await.ok()["added"], 300);
}

#[cfg(unix)]
#[tokio::test]
async fn an_import_that_is_interrupted_from_the_keyboard_is_cancelled() {
    let (office, before) = office(300).await;
    for (kind, bytes) in [("full-import", 0), ("refresh", 100_000), ("full-import", 250_000)] {
        let gate = Gate::after(bytes);
        office.client.day(Day::Pause(gate.clone()));
        let mut running = office.start(&[kind, CODE]);
        at_gate(&gate, &mut running).await;
        running.interrupt().await;
        let import = running.end().await.with_status(1);
        gate.release();
        assert_eq!(import["outcome"], "cancelled", "{kind} {bytes}: {import}");
        assert!(office.printed().await == before, "{kind} {bytes}");
        // Somebody wanted it so: that is no error of the integration.
        let integration = office.integration(CODE).await;
        assert_eq!((&integration["status"], &integration["last_error"]), (&"idle".into(), &Value::Null));
    }
    office.json(&["full-import", CODE]).await.ok();
}
