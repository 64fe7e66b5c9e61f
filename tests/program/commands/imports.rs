//! `muster refresh`, `full-import`, `removals`, `bring-back`, `imports`.

use muster_tests::pruvan::{Config, Day};
use serde_json::{Value, json};

use super::{IMPORT, has_keys};
use crate::support::{CODE, Office, numbers};

/// The counts of an import: added, changed, unchanged, removed, skipped.
#[track_caller]
fn counts(import: &Value, wanted: [u64; 5]) {
    let names = ["added", "changed", "unchanged", "removed", "skipped"];
    let there = names.map(|name| import[name].as_u64().expect("a count"));
    assert_eq!(there, wanted, "{import}");
}

#[tokio::test]
async fn imports_say_what_they_did() {
    let office = Office::with(Config::orders(40)).await;
    let first = office.json(&["full-import", CODE]).await.ok();
    has_keys(&first, &IMPORT);
    assert_eq!((&first["kind"], &first["outcome"]), (&json!("full_import"), &json!("succeeded")));
    assert_eq!((&first["code"], &first["error"]), (&json!(CODE), &Value::Null));
    assert_eq!((&first["problems"], &first["pending_removals"]), (&json!([]), &json!(0)));
    counts(&first, [40, 0, 0, 0, 0]);
    counts(&office.json(&["full-import", CODE]).await.ok(), [0, 0, 40, 0, 0]);

    office.with_client(|state| {
        state.orders.change_some(4, 1);
        state.orders.remove_some(3, 1);
        state.orders.add(2);
    });
    let refresh = office.json(&["refresh", CODE]).await.ok();
    assert_eq!(refresh["kind"], "refresh");
    // The three that are gone may be among the four that were changed.
    assert_eq!((&refresh["added"], &refresh["removed"]), (&json!(2), &json!(0)));
    let full = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&full["added"], &full["removed"]), (&json!(0), &json!(3)));
    assert_eq!(office.numbers().await.len(), 39);

    let people = office.human(&["refresh", CODE]).await;
    assert!(people.text(0).contains("Refresh") && people.out.contains("unchanged"), "{}", people.out);
    let all = office.json(&["imports", "list"]).await.ok();
    let ids: Vec<_> = all.as_array().unwrap().iter().map(|one| one["import"].as_u64().unwrap()).collect();
    assert_eq!(ids, [5, 4, 3, 2, 1], "newest first");
    assert_eq!(all[4], first);
    assert_eq!(office.json(&["imports", "show", "1"]).await.ok(), first);
    assert_eq!(office.json(&["imports", "list", "--code", CODE]).await.ok(), all);
    assert_eq!(office.json(&["imports", "list", "--code", "OTHER"]).await.ok(), json!([]));
    assert!(office.human(&["imports", "list"]).await.text(0).contains("Full Import"));
    assert!(office.human(&["imports", "show", "1"]).await.text(0).contains("added 40"));
    office.json(&["imports", "show", "99"]).await.error(1, "not_found");
    office.json(&["refresh", "NONE"]).await.error(1, "not_found");
    office.json(&["full-import", "NONE"]).await.error(1, "not_found");
}

#[tokio::test]
async fn problems_of_single_orders_are_reported_by_number() {
    let office = Office::with_projects(10).await;
    office.client.day(Day::All {
        days: vec![Day::BadDates, Day::PartialUpdate { number: "NOBODY-1".into() }, Day::OrderWithoutNumber],
    });
    let import = office.json(&["full-import", CODE]).await.ok();
    let problems = import["problems"].as_array().unwrap();
    assert!(problems.iter().any(|one| one["number"] == "NOBODY-1"), "{import}");
    assert!(problems.iter().any(|one| one["number"] == Value::Null), "{import}");
    assert!(problems.iter().all(|one| one["reason"].as_str().is_some_and(|why| !why.is_empty())), "{import}");
    assert_eq!(office.json(&["imports", "show", "2"]).await.ok(), import);
    let people = office.human(&["imports", "show", "2"]).await;
    assert!(people.text(0).contains("NOBODY-1"), "{}", people.out);
    assert_eq!(office.numbers().await.len(), 10);
}

#[tokio::test]
async fn a_failed_import_is_status_1_and_a_whole_record() {
    let office = Office::with_projects(10).await;
    office.client.day(Day::Unauthorized { message: "user is locked".into() });
    let import = office.json(&["refresh", CODE]).await.with_status(1);
    has_keys(&import, &IMPORT);
    assert_eq!((&import["outcome"], &import["error"]["code"]), (&json!("failed"), &json!("wrong_credentials")));
    assert!(import["error"]["message"].as_str().unwrap().contains("user is locked"), "{import}");
    counts(&import, [0, 0, 0, 0, 0]);
    let shown = office.integration(CODE).await;
    assert_eq!((&shown["status"], &shown["last_error"]), (&json!("error"), &import["error"]["message"]));
    assert_eq!(office.json(&["imports", "show", "2"]).await.ok(), import, "to look at a failure is no failure");

    office.client.day(Day::Unauthorized { message: "user is locked".into() });
    let people = office.human(&["refresh", CODE]).await;
    assert!(people.text(1).contains("user is locked"), "{}", people.out);
    assert!(office.human(&["integration", "list"]).await.text(0).contains("error"));

    let import = office.json(&["refresh", CODE]).await.ok();
    let shown = office.integration(CODE).await;
    assert_eq!((&shown["status"], &shown["last_error"]), (&json!("idle"), &Value::Null));
    assert_eq!(shown["last_refreshed"], import["finished_at"]);
}

#[tokio::test]
async fn refresh_all_fails_if_any_fails_else_waits_if_any_waits() {
    let office = Office::alone(Config::default()).await;
    assert_eq!(office.json(&["refresh", "--all"]).await.ok(), json!([]));
    assert!(!office.human(&["refresh", "--all"]).await.text(0).is_empty());
    let other = muster_tests::pruvan::Simulator::start(Config::orders(20)).await.unwrap();
    let third = muster_tests::pruvan::Simulator::start(Config::orders(5)).await.unwrap();
    for (code, url) in [("A", office.client.url()), ("B", other.url()), ("C", third.url())] {
        let args = ["integration", "add", "--type", "pruvan", "--code", code, "--set", "username=northwind_field"];
        let url = format!("url={url}");
        let rest = ["--set", &url, "--secret", "password=env:PASSWORD"];
        office.json(&[&args[..], &rest].concat()).await.ok();
    }
    let all = office.json(&["refresh", "--all"]).await.ok();
    let added = |code: &str| {
        let one = all.as_array().unwrap().iter().find(|one| one["code"] == code).unwrap();
        has_keys(one, &IMPORT);
        one["added"].as_u64().unwrap()
    };
    assert_eq!((added("A"), added("B"), added("C")), (10, 20, 5));

    // A Refresh itself never waits; what waits is an integration whose removals nobody has decided.
    third.day(Day::Error { message: "closed for today".into() });
    let all = office.json(&["refresh", "--all"]).await.with_status(1);
    let outcomes: Vec<_> = all.as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["succeeded", "succeeded", "failed"]);
    other.day(Day::HalfList);
    office.json(&["full-import", "B"]).await.with_status(3);
    third.day(Day::Error { message: "closed for today".into() });
    let people = office.human(&["refresh", "--all"]).await;
    assert!(people.text(1).contains("failed"), "{}", people.out);
    office.json(&["refresh", "--all"]).await.with_status(3);
    assert_eq!(office.integration("B").await["status"], "needs_confirmation");
}

#[tokio::test]
async fn removals_wait_and_are_confirmed_or_declined() {
    let office = Office::with_projects(20).await;
    let before = office.numbers().await;
    assert_eq!(office.json(&["removals"]).await.ok(), json!([]));
    assert!(!office.human(&["removals"]).await.text(0).is_empty());
    let gone = office.with_client(|state| state.orders.remove_some(8, 1));
    let mut gone: Vec<String> = gone.into_iter().map(|order| order.number).collect();
    gone.sort();

    let import = office.json(&["full-import", CODE]).await.with_status(3);
    assert_eq!(import["outcome"], "needs_confirmation");
    assert_eq!((&import["pending_removals"], &import["removed"]), (&json!(8), &json!(0)));
    let id = import["import"].to_string();
    assert_eq!(office.integration(CODE).await["status"], "needs_confirmation");
    assert_eq!(office.numbers().await, before);

    let waiting = office.json(&["removals", CODE]).await.ok();
    assert_eq!(office.json(&["removals"]).await.ok(), waiting);
    let mut shown: Vec<String> =
        waiting.as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap().replace("NWF::", "")).collect();
    shown.sort();
    assert_eq!(shown, gone);
    assert_eq!(waiting[0]["import"], import["import"]);
    let people = office.human(&["removals", CODE]).await;
    assert!(gone.iter().all(|number| people.text(0).contains(number)), "{}", people.out);
    assert!(office.human(&["full-import", CODE]).await.text(3).contains("--confirm"));
    let id = (id.parse::<u64>().unwrap() + 1).to_string();

    office.json(&["removals", CODE, "--decline", "999"]).await.with_status(1);
    office.json(&["removals", CODE, "--confirm", "999"]).await.with_status(1);
    office.json(&["removals", "NONE", "--confirm", &id]).await.error(1, "not_found");
    let done = office.json(&["removals", CODE, "--decline", &id]).await.ok();
    assert_eq!(done, json!({ "import": id.parse::<u64>().unwrap(), "kept": 8 }));
    assert_eq!(office.integration(CODE).await["status"], "idle");
    // What was declined is kept: the next Full Import neither removes nor lists it.
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["removed"], &import["pending_removals"]), (&json!(0), &json!(0)));
    assert_eq!(office.numbers().await, before);

    office.with_client(|state| state.orders.remove_some(6, 2));
    let import = office.json(&["full-import", CODE]).await.with_status(3);
    let id = import["import"].to_string();
    let done = office.json(&["removals", CODE, "--confirm", &id]).await.ok();
    assert_eq!(done, json!({ "import": import["import"], "removed": 6 }));
    assert_eq!(office.numbers().await.len(), 14);
    office.json(&["removals", CODE, "--confirm", &id]).await.with_status(1);

    let back = office.json(&["bring-back", &id]).await.ok();
    assert_eq!(back["brought_back"].as_array().unwrap().len(), 6);
    assert_eq!(office.numbers().await, before);
    office.json(&["bring-back", "999"]).await.error(1, "not_found");
    office.json(&["bring-back", "--project", "NWF::none"]).await.error(1, "not_found");
}

#[tokio::test]
async fn removals_agreed_to_beforehand_do_not_wait() {
    let office = Office::with_projects(20).await;
    let before = office.projects().await;
    office.with_client(|state| state.orders.remove_some(15, 1));
    let import = office.json(&["full-import", CODE, "--confirm-removals"]).await.ok();
    counts(&import, [0, 0, 5, 15, 0]);
    let left = office.numbers().await;
    let number = numbers(&before).into_iter().find(|number| !left.contains(number)).unwrap();
    let shown = format!("NWF::{number}");
    let back = office.json(&["bring-back", "--project", &shown]).await.ok();
    assert_eq!(back, json!({ "brought_back": [shown] }));
    assert_eq!(office.numbers().await.len(), 6);
    let people = office.human(&["bring-back", &import["import"].to_string()]).await;
    assert!(!people.text(0).is_empty());
    assert_eq!(office.numbers().await, numbers(&before));
}

#[tokio::test]
async fn a_preview_shows_what_would_be_and_changes_nothing() {
    let office = Office::with_projects(30).await;
    let before = office.projects().await;
    let gone = office.with_client(|state| {
        state.orders.add(2);
        state.orders.remove_one(4).unwrap().number
    });
    let preview = office.json(&["full-import", CODE, "--preview"]).await.ok();
    has_keys(&preview, &["code", "import", "to_add", "to_change", "to_remove", "unchanged", "problems"]);
    assert_eq!((&preview["to_add"], &preview["to_change"]), (&json!(2), &json!(0)));
    assert_eq!(preview["to_remove"][0]["number"], json!(format!("NWF::{gone}")));
    assert_eq!(preview["to_remove"].as_array().map(Vec::len), Some(1));
    assert_eq!(office.projects().await, before);
    let people = office.human(&["full-import", CODE, "--preview"]).await;
    assert!(people.text(0).contains(&gone) && people.err.contains("Nothing was changed"), "{people:?}");
    assert_eq!(office.projects().await, before);
    assert_eq!(office.integration(CODE).await["status"], "idle");

    // Whatever else is said.
    office.json(&["full-import", CODE, "--preview", "--confirm-removals"]).await.ok();
    assert_eq!(office.projects().await, before);
}

#[tokio::test]
async fn a_preview_that_fails_is_a_failure_like_another() {
    let office = Office::with_projects(10).await;
    let before = office.projects().await;
    office.client.day(Day::NullList);
    let done = office.json(&["full-import", CODE, "--preview"]).await;
    assert_eq!(done.status, Some(1), "{}", done.out);
    assert_eq!(done.value()["error"]["code"], "not_understood", "{}", done.out);
    assert_eq!(office.projects().await, before);
    assert_eq!(office.integration(CODE).await["status"], "error");
}
