//! Several processes on one data directory: one import at a time, one more waits, nobody takes a living one for dead.

use futures_util::future::join_all;
use muster_tests::pruvan::{Config, Day, Gate, Simulator, State};
use serde_json::{Value, json};

use crate::support::{CODE, Office, Running, at_gate, until};

/// Starts an import that stands at a gate, in the middle of its list.
/// Nothing that is shorter stands there: it has all of its list.
async fn hold<'a>(office: &'a Office, kind: &str) -> (Running<'a>, Gate) {
    let gate = Gate::after(20_000);
    office.client.day(Day::Pause(gate.clone()));
    let mut running = office.start(&[kind, CODE]);
    at_gate(&gate, &mut running).await;
    (running, gate)
}

/// Starts another one, and waits until its record is there.
async fn queue<'a>(office: &'a Office, kind: &str, import: u64) -> Running<'a> {
    let running = office.start(&[kind, CODE]);
    until("the second import waits", async || office.last_import().await["import"] == import).await;
    running
}

/// The imports' outcomes, newest first; null while they wait or run.
async fn outcomes(office: &Office) -> Vec<Value> {
    let all = office.json(&["imports", "list"]).await.ok();
    all.as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect()
}

#[tokio::test]
async fn one_runs_one_waits_and_a_third_is_refused() {
    let office = Office::with_projects(200).await;
    let before = office.projects().await;
    office.with_client(|state| {
        state.orders.change_some(20, 1);
        state.orders.add(3);
    });
    let (first, gate) = hold(&office, "full-import").await;
    assert_eq!(office.integration(CODE).await["status"], "running");
    let mut second = queue(&office, "refresh", 3).await;

    for kind in ["refresh", "full-import"] {
        let error = office.json(&[kind, CODE]).await.error(1, "conflict");
        assert!(error["message"].as_str().unwrap().contains("waits already"), "{error}");
    }
    // Nobody who looks takes them for dead, and the list can be read all the while.
    for _ in 0..5 {
        assert_eq!(outcomes(&office).await, [Value::Null, Value::Null, json!("succeeded")]);
        assert_eq!(office.projects().await, before);
        assert_eq!(office.integration(CODE).await["status"], "running");
        assert_eq!(office.json(&["integration", "list"]).await.ok()[0]["status"], "running");
        assert!(!second.has_ended());
    }
    let running = office.json(&["imports", "show", "2"]).await.ok();
    assert!(running["started_at"].is_string() && running["finished_at"].is_null(), "{running}");
    let waiting = office.json(&["imports", "show", "3"]).await.ok();
    assert!(waiting["started_at"].is_null() && waiting["finished_at"].is_null(), "{waiting}");

    gate.release();
    let (first, second) = (first.end().await.ok(), second.end().await.ok());
    assert_eq!((&first["added"], &first["changed"]), (&json!(3), &json!(20)));
    assert_eq!((&second["import"], &second["added"]), (&json!(3), &json!(0)));
    assert!(second["started_at"].as_str() >= first["finished_at"].as_str(), "one after the other");
    assert_eq!(outcomes(&office).await, ["succeeded"; 3]);
    assert_eq!(office.integration(CODE).await["status"], "idle");
}

#[tokio::test]
async fn the_one_that_waits_goes_on_when_the_one_that_runs_is_killed() {
    let office = Office::with_projects(100).await;
    let (first, gate) = hold(&office, "full-import").await;
    let second = queue(&office, "full-import", 3).await;
    first.kill().await;
    gate.release();
    second.end().await.ok();
    assert_eq!(outcomes(&office).await, ["succeeded", "failed", "succeeded"]);
    let dead = office.json(&["imports", "show", "2"]).await.ok();
    assert_eq!(dead["error"]["code"], "interrupted", "{dead}");
    assert_eq!(office.integration(CODE).await["status"], "idle");
}

#[tokio::test]
async fn the_one_that_runs_does_not_mind_when_the_one_that_waits_is_killed() {
    let office = Office::with_projects(100).await;
    let (first, gate) = hold(&office, "full-import").await;
    let second = queue(&office, "full-import", 3).await;
    second.kill().await;
    assert_eq!(outcomes(&office).await, [json!("failed"), Value::Null, json!("succeeded")]);
    // The place is free again.
    let third = queue(&office, "full-import", 4).await;
    assert_eq!(outcomes(&office).await[..3], [Value::Null, json!("failed"), Value::Null]);
    gate.release();
    first.end().await.ok();
    third.end().await.ok();
    assert_eq!(outcomes(&office).await, ["succeeded", "failed", "succeeded", "succeeded"]);
    assert_eq!(office.json(&["imports", "show", "3"]).await.ok()["error"]["code"], "interrupted");
}

#[cfg(unix)]
#[tokio::test]
async fn the_one_that_waits_can_be_cancelled() {
    let office = Office::with_projects(100).await;
    let (first, gate) = hold(&office, "full-import").await;
    let second = queue(&office, "refresh", 3).await;
    second.interrupt().await;
    assert_eq!(second.end().await.with_status(1)["outcome"], "cancelled");
    assert_eq!(office.integration(CODE).await["status"], "running");
    gate.release();
    first.end().await.ok();
    assert_eq!(outcomes(&office).await, ["cancelled", "succeeded", "succeeded"]);
}

#[tokio::test]
async fn what_changes_an_integration_minds_its_import() {
    let office = Office::with_projects(100).await;
    let before = office.projects().await;
    let number = format!("{CODE}::{}", office.numbers().await[0]);
    let (first, gate) = hold(&office, "full-import").await;
    office.json(&["integration", "delete", CODE, "--projects", "remove"]).await.error(1, "conflict");
    // People work on.
    office.json(&["projects", "edit", &number, "--set", "assigned_to=ben"]).await.ok();
    office.json(&["validate", CODE]).await.ok();
    // Other settings: what is being fetched cannot be trusted any more.
    office.json(&["integration", "edit", CODE, "--mode", "internal"]).await.ok();
    gate.release();
    let import = first.end().await.with_status(1);
    assert_eq!((&import["outcome"], &import["error"]["code"]), (&json!("failed"), &json!("settings_changed")));
    let after = office.projects().await;
    assert_eq!(after.as_array().unwrap().len(), before.as_array().unwrap().len());
    assert_eq!(after[0]["assigned_to"], "ben");
    office.json(&["full-import", CODE]).await.ok();
}

#[tokio::test]
async fn many_at_once_leave_one_truth() {
    let office = Office::with(Config::orders(150)).await;
    let runs = join_all((0..6).map(|_| office.json(&["full-import", CODE]))).await;
    let mut succeeded = 0;
    for run in &runs {
        match run.status {
            Some(0) => succeeded += 1,
            _ => drop(run.error(1, "conflict")),
        }
    }
    assert!(succeeded >= 2, "one ran and one waited");
    assert_eq!(office.numbers().await.len(), 150);
    assert_eq!(outcomes(&office).await, vec!["succeeded"; succeeded], "what was refused leaves no record");
    let added: u64 = runs.iter().filter_map(|run| run.value()["added"].as_u64()).sum();
    assert_eq!(added, 150, "each project came once");
}

#[tokio::test]
async fn different_integrations_run_side_by_side_and_one_does_not_hold_up_the_others() {
    let office = Office::with_projects(50).await;
    let other = Simulator::start(Config::orders(30)).await.unwrap();
    let url = format!("url={}", other.url());
    let args = ["integration", "add", "--type", "pruvan", "--code", "OTHER", "--set", &url];
    let rest = ["--set", "username=northwind_field", "--secret", "password=env:PASSWORD"];
    office.json(&[&args[..], &rest].concat()).await.ok();

    let (first, gate) = hold(&office, "full-import").await;
    assert_eq!(office.json(&["full-import", "OTHER"]).await.ok()["added"], 30);
    let second = queue(&office, "refresh", 4).await;

    // One of all is refused: the others are refreshed all the same.
    other.with(|state| state.orders.add(2));
    let all = office.json(&["refresh", "--all"]).await.with_status(1);
    let of = |code: &str| all.as_array().unwrap().iter().find(|one| one["code"] == code).unwrap().clone();
    assert_eq!(of(CODE)["error"]["code"], "conflict", "{all}");
    assert_eq!((&of("OTHER")["outcome"], &of("OTHER")["added"]), (&json!("succeeded"), &json!(2)), "{all}");
    assert!(office.human(&["refresh", "--all"]).await.text(1).contains("waits already"));
    gate.release();
    first.end().await.ok();
    second.end().await.ok();
    assert!(!outcomes(&office).await.contains(&json!("failed")));
}

#[tokio::test]
async fn a_preview_holds_the_place_until_it_ends() {
    let office = Office::with_projects(100).await;
    let gate = Gate::after(20_000);
    office.client.day(Day::Pause(gate.clone()));
    let mut preview = office.start(&["full-import", CODE, "--preview"]);
    at_gate(&gate, &mut preview).await;
    let second = queue(&office, "refresh", 3).await;
    office.json(&["refresh", CODE]).await.error(1, "conflict");
    gate.release();
    assert_eq!(preview.end().await.ok()["to_add"], 0);
    second.end().await.ok();
    assert_eq!(office.integration(CODE).await["status"], "idle");
}

#[tokio::test]
async fn a_data_directory_that_two_open_at_once_is_made_once() {
    let office = Office::alone(Config::orders(5)).await;
    let lists = join_all((0..6).map(|_| office.json(&["projects", "list"]))).await;
    for list in lists {
        assert_eq!(list.ok(), json!([]));
    }
    let added = join_all((0..4).map(|_| office.add(CODE, &[]))).await;
    assert_eq!(added.iter().filter(|done| done.status == Some(0)).count(), 1, "one of them has the code");
    for done in added.iter().filter(|done| done.status != Some(0)) {
        done.error(1, "conflict");
    }
    // The secret of the one that has it is the one that is kept.
    office.with_client(State::clear_days);
    assert_eq!(office.json(&["full-import", CODE]).await.ok()["added"], 5);
}
