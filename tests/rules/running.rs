//! Rules 1 to 3: who runs, all or nothing, what is left behind.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use muster_core::model::{Counts, Field, IntegrationStatus, Outcome, ProjectFilter};
use muster_core::{ErrorCode, HttpLimits, ImportRequest, Muster, Phase};
use muster_tests::pruvan::{At, Config, Day, Gate, Simulator};
use serde_json::json;

use crate::support::{
    ANN, CODE, EXTERNAL, FullImport, Office, Refresh, Setup, code, limits, numbers, order, order_with, orders, request,
};

#[tokio::test]
async fn rule_01_one_import_runs_one_waits_and_the_third_is_refused_also_across_processes() {
    let office = Office::filled(orders(1..=3)).await;
    let other = office.another().await;
    let gate = Gate::after(40);
    office.client.day(Day::Pause(gate.clone()));
    let first = office.start(FullImport).await;
    gate.reached().await;
    let second = other.start_import(request(CODE, Refresh)).await.unwrap();
    for muster in [&office.muster, &other] {
        let refused = muster.start_import(request(CODE, Refresh)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Conflict);
        assert_eq!(muster.imports(None, 9).await.unwrap().len(), 3, "the refused one left a record");
    }
    assert_eq!(office.client.requests().len(), 1, "the one that waits has asked already");
    gate.release();
    let (first, second) = (first.wait().await.unwrap(), second.wait().await.unwrap());
    assert_eq!((first.outcome, second.outcome), (Some(Outcome::Succeeded), Some(Outcome::Succeeded)));
    assert!(second.started_at >= first.finished_at, "{first:?} {second:?}");
}

#[tokio::test]
async fn rule_01_what_another_process_runs_is_running_and_not_interrupted() {
    let office = Office::filled(orders(1..=3)).await;
    let gate = Gate::after(40);
    office.client.day(Day::Pause(gate.clone()));
    let first = office.start(FullImport).await;
    gate.reached().await;
    let second = office.start(Refresh).await;
    let other = office.another().await;
    for muster in [&other, &office.muster] {
        assert_eq!(muster.integration(&code(CODE)).await.unwrap().status, IntegrationStatus::Running);
        assert_eq!(muster.integrations().await.unwrap()[0].status, IntegrationStatus::Running);
        assert_eq!(muster.import(first.id()).await.unwrap().outcome, None);
        assert_eq!(muster.import(second.id()).await.unwrap().outcome, None);
    }
    gate.release();
    assert_eq!(first.wait().await.unwrap().outcome, Some(Outcome::Succeeded));
    assert_eq!(second.wait().await.unwrap().outcome, Some(Outcome::Succeeded));
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_01_a_run_whose_process_is_gone_is_interrupted_and_its_place_is_free() {
    let office = Office::filled(orders(1..=3)).await;
    let before = office.everything().await;
    let gate = Gate::after(40);
    office.client.day(Day::Pause(gate.clone()));
    let process = tokio::runtime::Runtime::new().unwrap();
    let options = office.options();
    process.spawn(async move {
        let muster = Muster::open(options).await.unwrap().owner(ANN).await.unwrap();
        let run = muster.start_import(request(CODE, FullImport)).await.unwrap();
        let _next = loop {
            if let Ok(next) = muster.start_import(request(CODE, Refresh)).await {
                break next;
            }
        };
        run.wait().await.unwrap();
    });
    gate.reached().await;
    while office.muster.imports(None, 9).await.unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }
    tokio::task::spawn_blocking(move || drop(process)).await.unwrap();
    gate.release();
    let records = office.muster.imports(None, 2).await.unwrap();
    for record in &records {
        assert_eq!(record.outcome, Some(Outcome::Failed), "{record:?}");
        assert_eq!(record.error.as_ref().unwrap().code, ErrorCode::Interrupted);
    }
    assert_eq!(office.status().await, IntegrationStatus::Error);
    assert_eq!(office.everything().await, before);
    assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded));
}

#[tokio::test]
async fn rule_01_different_integrations_run_side_by_side_four_at_a_time() {
    let office = Office::of(orders(1..=3)).await;
    let codes: Vec<String> = (1..=5).map(|n| format!("C{n}")).collect();
    let gates: Vec<Gate> = (1..=5).map(|_| Gate::after(40)).collect();
    for code in &codes {
        office.add(code, &office.client, false).await.unwrap();
    }
    for gate in &gates {
        office.client.day(Day::Pause(gate.clone()));
    }
    let mut runs = FuturesUnordered::new();
    for code in &codes {
        let handle = office.muster.start_import(request(code, FullImport)).await.unwrap();
        runs.push(async move { handle.wait().await.unwrap() });
    }
    for gate in &gates[..4] {
        gate.reached().await;
    }
    let integrations = office.muster.integrations().await.unwrap();
    let count = |status| integrations.iter().filter(|integration| integration.status == status).count();
    assert_eq!((count(IntegrationStatus::Running), count(IntegrationStatus::Pending)), (4, 1));
    gates[0].release();
    let first = runs.next().await.unwrap();
    gates[4].reached().await;
    for gate in &gates {
        gate.release();
    }
    let rest: Vec<_> = runs.collect().await;
    assert_eq!(rest.iter().filter(|import| import.started_at >= first.finished_at).count(), 1);
}

#[tokio::test]
async fn rule_02_whatever_goes_wrong_on_the_way_the_projects_are_what_they_were() {
    let half = At::Share(0.5);
    let raw = |body: &'static str| Day::Raw { status: 200, content_type: "application/json".into(), body: body.into() };
    let days = [
        Day::cut(),
        Day::CutLength { at: half },
        Day::CutLength { at: At::BeforeEnd(1) },
        Day::CutJson { at: half },
        Day::CutJson { at: At::BeforeEnd(1) },
        Day::GzipCut { at: half },
        Day::GzipLie,
        Day::ResetOnAccept,
        Day::Reset,
        Day::NoAnswer,
        Day::Unauthorized { message: "locked".into() },
        Day::Error { message: "locked".into() },
        Day::ErrorWithOrders { message: "locked".into(), before: false },
        Day::ErrorWithOrders { message: "locked".into(), before: true },
        Day::NotAcceptable,
        Day::HtmlPage,
        Day::Html { status: 503 },
        Day::TooManyRequests { retry_after: None },
        Day::Unavailable { retry_after: None },
        Day::Redirect { status: 307, to: "http://localhost:9/pruvan/getWorkOrders".into() },
        Day::NullList,
        Day::BareTrue,
        Day::NoList,
        Day::ListIsObject,
        Day::ListIsText,
        Day::EmptyBody,
        Day::Garbage,
        Day::Trailing { text: "<br />Notice".into() },
        raw(r#"{"workOrders":[{"workOrderNumber":"1","city":"Reno"},{"workOrderNumber":"2","city":Reno}],"error":""}"#),
        raw(r#"{"workOrders":[{"workOrderNumber":"1","city":"Reno"}],"workOrders":[],"error":""}"#),
        raw(r#"[{"workOrderNumber":"1","city":"Reno"}]"#),
    ];
    let office = Office::filled(orders(1..=10)).await;
    let before = office.everything().await;
    let mut now = orders(2..=11);
    now[3]["city"] = "Reno".into();
    office.sends(now);
    for day in days {
        office.bad(day.clone());
        for kind in [FullImport, Refresh] {
            if matches!((kind, &day), (Refresh, Day::NullList)) {
                continue;
            }
            let import = office.start(kind).await.wait().await.unwrap();
            assert_eq!(import.outcome, Some(Outcome::Failed), "{kind:?} {day:?}");
            assert_eq!(import.counts, Counts::default(), "{kind:?} {day:?}");
            assert!(import.error.is_some_and(|error| error.message.len() > 20), "{kind:?} {day:?}");
            assert!(office.everything().await == before, "{kind:?} {day:?} changed the list");
            assert_eq!(office.status().await, IntegrationStatus::Error);
        }
    }
    office.well();
    let import = office.full().await;
    assert_eq!((import.counts.added, import.counts.changed, import.counts.removed), (1, 1, 1));
}

#[tokio::test]
async fn rule_02_an_import_that_is_cancelled_in_the_middle_of_the_list_changes_nothing() {
    let office = Office::filled(orders(1..=10)).await;
    let before = office.everything().await;
    let mut now = orders(2..=900);
    for order in &mut now {
        order["city"] = "Reno".into();
    }
    office.sends(now);
    // More than one batch of orders stands before the gate.
    let gate = Gate::after(130_000);
    office.client.day(Day::Pause(gate.clone()));
    let run = office.start(FullImport).await;
    gate.reached().await;
    run.cancel();
    let import = run.wait().await.unwrap();
    assert_eq!(import.outcome, Some(Outcome::Cancelled));
    assert_eq!(import.counts, Counts::default());
    assert_eq!(office.everything().await, before);
    assert_eq!(office.status().await, IntegrationStatus::Idle);
    gate.release();
    assert_eq!(office.full().await.counts.added, 890);
}

#[tokio::test]
async fn rule_02_an_import_that_is_cancelled_while_it_waits_never_asks() {
    let office = Office::filled(orders(1..=3)).await;
    let preview = office.preview().await;
    office.client.clear_requests();
    let waits = office.start(Refresh).await;
    waits.cancel();
    let import = waits.wait().await.unwrap();
    assert_eq!((import.outcome, import.started_at), (Some(Outcome::Cancelled), None));
    assert!(office.client.requests().is_empty());
    preview.cancel().await.unwrap();
}

#[tokio::test]
async fn rule_02_a_list_that_stops_coming_changes_nothing() {
    let limits = HttpLimits { idle: Duration::from_millis(200), ..limits() };
    let office = Setup { limits, ..Setup::default() }.office(orders(1..=10)).await;
    office.fills().await;
    let before = office.everything().await;
    office.sends(orders(2..=11));
    office.bad(Day::Stall { at: At::Share(0.5) });
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Failed));
    assert!(import.error.unwrap().message.contains("stopped"));
    assert_eq!(office.everything().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_02_all_or_nothing_is_applied_and_readers_never_see_anything_between() {
    let office = Office::filled(orders(1..=1_500)).await;
    let mut cancelled = 0;
    for turn in 0..10_usize {
        // Some go, some come, and those that stay move.
        let mut now = if turn % 2 == 0 { orders(101..=1_700) } else { orders(1..=1_500) };
        for order in &mut now {
            order["city"] = format!("City {turn}").into();
        }
        let (before, after) = (office.everything().await, now.len() as u64);
        let had = office.numbers().await.len() as u64;
        office.sends(now);
        let mut progress = office.muster.watch();
        let confirmed = ImportRequest { removals_confirmed: true, ..request(CODE, FullImport) };
        let run = office.muster.start_import(confirmed).await.unwrap();
        while progress.recv().await.unwrap().phase != Phase::Applying {}
        for _ in 0..turn * 15 {
            let one = ProjectFilter { limit: 1, ..ProjectFilter::default() };
            let total = office.muster.projects(&one).await.unwrap().total;
            assert!(total == had || total == after, "{total} projects are neither {had} nor {after}");
        }
        run.cancel();
        match run.wait().await.unwrap().outcome {
            Some(Outcome::Cancelled) => {
                cancelled += 1;
                assert!(office.everything().await == before, "turn {turn}");
            }
            Some(Outcome::Succeeded) => {
                let (projects, city) = (office.projects().await, format!("City {turn}"));
                assert_eq!(projects.len() as u64, after, "turn {turn}");
                assert!(projects.iter().all(|project| project.fields.text(Field::City) == Some(&city)));
            }
            outcome => panic!("turn {turn}: {outcome:?}"),
        }
    }
    assert!(cancelled > 0, "no import was cancelled in time; this shows nothing");
}

#[tokio::test]
async fn rule_02_people_edit_while_a_list_is_fetched_and_what_they_did_is_merged() {
    let office = Setup::of(EXTERNAL).office(orders(1..=10)).await;
    office.fills().await;
    office.sends(
        (1..=10).map(|n| order_with(&n.to_string(), json!({ "city": "Reno", "reference": "client" }))).collect(),
    );
    let gate = Gate::after(1_000);
    office.client.day(Day::Pause(gate.clone()));
    let run = office.start(FullImport).await;
    gate.reached().await;
    // It does not wait for the import, which cannot go on before the gate is open.
    office.edit("4", Field::Reference, "ours").await;
    assert_eq!(office.text("4", Field::City).await, "Tulsa");
    gate.release();
    assert_eq!(run.wait().await.unwrap().outcome, Some(Outcome::Succeeded));
    assert_eq!(office.text("4", Field::Reference).await, "ours");
    assert_eq!(office.text("4", Field::City).await, "Reno");
}

#[tokio::test]
async fn rule_02_readers_wait_for_no_writer() {
    let office = Office::filled(orders(1..=3)).await;
    let writer = office.database();
    writer.execute_batch("BEGIN IMMEDIATE; DELETE FROM projects").unwrap();
    assert_eq!(office.numbers().await, numbers(1..=3));
    assert_eq!(office.status().await, IntegrationStatus::Idle);
    assert_eq!(office.project("1").await.project.number, "1");
    writer.execute_batch("ROLLBACK").unwrap();
}

#[tokio::test]
async fn rule_03_the_record_says_who_when_how_long_and_what_was_done() {
    let office = Office::filled(orders(1..=20)).await;
    // 1 and 2 are gone, 3 has changed, 21 and 22 are new, 23 cannot be, 24 comes twice.
    let mut now = orders((3..=22).chain([24, 24]));
    now[0]["city"] = "Reno".into();
    now[21]["city"] = "Reno".into();
    now.push(json!({ "workOrderNumber": "23", "city": "Reno" }));
    office.sends(now);
    let (before, import, after) = (jiff::Timestamp::now(), office.full().await, jiff::Timestamp::now());
    assert_eq!(import.asked_by, ANN);
    assert_eq!((import.code.as_str(), import.kind), (CODE, FullImport));
    let counts = Counts { added: 3, changed: 1, unchanged: 17, removed: 2, skipped: 2 };
    assert_eq!(import.counts, counts);
    let milliseconds = |at: jiff::Timestamp| at.as_millisecond();
    let moments = [import.asked_at, import.started_at.unwrap(), import.finished_at.unwrap()].map(milliseconds);
    assert!(milliseconds(before) <= moments[0] && moments.is_sorted() && moments[2] <= milliseconds(after));
    let stored = office.muster.import(import.id).await.unwrap();
    assert_eq!(serde_json::to_value(&stored).unwrap(), serde_json::to_value(&import).unwrap());
    assert_eq!(office.muster.imports(Some(&code(CODE)), 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn rule_03_last_refreshed_is_the_end_of_the_last_import_that_succeeded() {
    let office = Office::of(orders(1..=3)).await;
    assert_eq!(office.integration().await.last_refreshed, None);
    let good = office.full().await;
    assert_eq!(office.integration().await.last_refreshed, good.finished_at);
    office.client.day(Day::BareTrue);
    assert_eq!(office.full().await.outcome, Some(Outcome::Failed));
    let preview = office.preview().await;
    preview.cancel().await.unwrap();
    assert_eq!(office.integration().await.last_refreshed, good.finished_at);
    let refresh = office.refresh().await;
    assert_eq!(office.integration().await.last_refreshed, refresh.finished_at);
}

#[tokio::test]
async fn rule_03_last_error_says_why_and_is_shown_only_while_the_status_is_error() {
    let office = Office::filled(orders(1..=3)).await;
    assert_eq!(office.integration().await.last_error, None);
    office.client.day(Day::Error { message: "user is locked".into() });
    let import = office.full().await;
    let failed = office.integration().await;
    assert_eq!(failed.status, IntegrationStatus::Error);
    assert_eq!(failed.last_error, import.error.map(|error| error.message));
    assert!(failed.last_error.unwrap().contains("user is locked"));
    // Not while the next one runs, nor after it has succeeded; that one is cancelled changes nothing about it.
    let preview = office.preview().await;
    let running = office.integration().await;
    assert_eq!((running.status, running.last_error), (IntegrationStatus::Running, None));
    preview.cancel().await.unwrap();
    assert_eq!(office.status().await, IntegrationStatus::Error);
    office.refresh().await;
    let good = office.integration().await;
    assert_eq!((good.status, good.last_error), (IntegrationStatus::Idle, None));
}

#[tokio::test]
async fn rule_03_a_client_that_cannot_be_reached_leaves_a_record_too() {
    let office = Office::filled(vec![order("1")]).await;
    let mut gone = Simulator::start(Config::default()).await.unwrap();
    office.add("GONE", &gone, false).await.unwrap();
    gone.refuse().await;
    let run = office.muster.start_import(request("GONE", Refresh)).await.unwrap();
    let import = run.wait().await.unwrap();
    assert_eq!(import.outcome, Some(Outcome::Failed));
    assert_eq!(import.error.unwrap().code, ErrorCode::CannotReach);
    assert_eq!(office.status().await, IntegrationStatus::Idle, "the error belongs to the other integration");
}
