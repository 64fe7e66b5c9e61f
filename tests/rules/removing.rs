//! Rules 8 and 9: when anything is removed, and when it waits for a person. What comes of waiting is in `waiting`.

use muster_core::model::{AutoAdmin, Field, IntegrationStatus, Mode, Outcome};
use muster_core::{ErrorCode, ImportRequest, IntegrationInput};
use muster_tests::pruvan::{Config, Day, Gate, Server, Simulator};
use serde_json::{Value, json};

use crate::support::{CODE, FullImport, Office, Setup, numbers, order_with, orders, request};

#[tokio::test]
async fn rule_08_a_refresh_never_removes() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(orders(2..=10));
    for day in [Day::Well, Day::HalfList, Day::EmptyList, Day::NullList] {
        office.client.day(day);
        let import = office.refresh().await;
        assert_eq!((import.outcome, import.counts.removed), (Some(Outcome::Succeeded), 0));
    }
    // Nor one that asks for everything, because it does not know when it last asked.
    let settings = json!({ "username": "somebody_else" });
    let Value::Object(settings) = settings else { panic!() };
    office.client.with(|state| "somebody_else".clone_into(&mut state.credentials.username));
    office.set(IntegrationInput { settings, ..IntegrationInput::default() }).await.unwrap();
    let confirmed = ImportRequest { removals_confirmed: true, ..request(CODE, crate::support::Refresh) };
    let import = office.muster.start_import(confirmed).await.unwrap().wait().await.unwrap();
    assert_eq!((import.counts.unchanged, import.counts.removed), (9, 0));
    assert_eq!(office.asked_since(), None);
    assert_eq!(office.numbers().await, numbers(1..=10));
    assert!(office.waiting().await.is_empty());
}

#[tokio::test]
async fn rule_08_a_refresh_from_a_server_that_always_lists_everything_removes_nothing() {
    let setup = Setup { server: Server::AspNet, encoding: "multipart", ..Setup::default() };
    let office = setup.office(orders(1..=10)).await;
    office.fills().await;
    office.sends(orders(2..=11));
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.counts.unchanged, import.counts.removed), (1, 9, 0));
    assert_eq!(office.numbers().await, numbers(1..=11));
}

#[tokio::test]
async fn rule_08_a_full_import_removes_what_a_complete_list_does_not_hold() {
    let office = Office::filled(orders(1..=30)).await;
    office.sends(orders(3..=31));
    let import = office.full().await;
    assert_eq!((import.outcome, import.counts.removed), (Some(Outcome::Succeeded), 2));
    assert_eq!(office.numbers().await, numbers(3..=31));
}

#[tokio::test]
async fn rule_08_nothing_is_imported_if_the_settings_changed_during_the_run() {
    let settings = |json: Value| match json {
        Value::Object(settings) => IntegrationInput { settings, ..IntegrationInput::default() },
        _ => panic!(),
    };
    let changes = [
        IntegrationInput { mode: Some(Mode::Internal), ..IntegrationInput::default() },
        IntegrationInput { auto_admin: Some(AutoAdmin::Off), ..IntegrationInput::default() },
        settings(json!({ "username": "somebody_else" })),
        settings(json!({ "password_as_token": true })),
        IntegrationInput {
            secrets: vec![("password".into(), "another".to_owned().into())],
            ..IntegrationInput::default()
        },
        IntegrationInput { default_assign_to: Some("crew.ann".into()), ..IntegrationInput::default() },
    ];
    for change in changes {
        let office = Office::filled(orders(1..=10)).await;
        let before = office.everything().await;
        office.sends(orders(2..=11));
        let gate = Gate::after(500);
        office.client.day(Day::Pause(gate.clone()));
        let run = office.start(FullImport).await;
        gate.reached().await;
        let what = format!("{change:?}");
        office.set(change).await.unwrap();
        gate.release();
        let import = run.wait().await.unwrap();
        assert_eq!(import.outcome, Some(Outcome::Failed), "{what}");
        assert_eq!(import.error.unwrap().code, ErrorCode::SettingsChanged, "{what}");
        assert_eq!(office.everything().await, before, "{what}");
    }
}

#[tokio::test]
async fn rule_08_another_name_is_no_change_of_the_settings() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(orders(2..=11));
    let gate = Gate::after(500);
    office.client.day(Day::Pause(gate.clone()));
    let run = office.start(FullImport).await;
    gate.reached().await;
    office.set(IntegrationInput { name: Some("Northwind".into()), ..IntegrationInput::default() }).await.unwrap();
    gate.release();
    assert_eq!(run.wait().await.unwrap().outcome, Some(Outcome::Succeeded));
    assert_eq!(office.integration().await.name.as_deref(), Some("Northwind"));
}

#[tokio::test]
async fn rule_08_a_full_import_removes_within_its_own_integration_only() {
    let office = Office::filled(orders(1..=10)).await;
    let other = Simulator::start(Config::orders(0)).await.unwrap();
    other.with(|state| {
        for order in orders(1..=10) {
            state.orders.push_raw(order.to_string());
        }
    });
    office.add("MCS", &other, false).await.unwrap();
    let full = || async { office.muster.start_import(request("MCS", FullImport)).await.unwrap().wait().await.unwrap() };
    assert_eq!(full().await.counts.added, 10);
    other.with(|state| drop(state.orders.remove_one(0)));
    assert_eq!(full().await.counts.removed, 1);
    assert_eq!(office.full().await.counts.unchanged, 10);
    let shown: Vec<String> = office.projects().await.iter().map(muster_core::model::Project::shown_number).collect();
    assert_eq!(shown.len(), 19);
    assert!(shown.contains(&"NWF::1".to_owned()) && !shown.contains(&"MCS::1".to_owned()), "{shown:?}");
}

/// Has `before` projects, of which a Full Import no longer brings the first `gone`. Gives how many went and wait.
async fn lose(before: usize, gone: usize, new: usize) -> (u64, u64) {
    let office = Office::filled(orders(1..=before)).await;
    office.sends(orders((gone + 1..=before).chain(10_001..=10_000 + new)));
    let import = office.full().await;
    assert_eq!(import.counts.added, new as u64);
    let expected = before + new - usize::try_from(import.counts.removed).unwrap();
    assert_eq!(office.numbers().await.len(), expected);
    assert_eq!(office.waiting().await.len() as u64, import.pending_removals);
    (import.counts.removed, import.pending_removals)
}

#[tokio::test]
async fn rule_09_removals_wait_if_they_are_more_than_5_and_more_than_20_per_cent() {
    assert_eq!(lose(20, 5, 0).await, (5, 0), "more than 20 %, but not more than 5");
    assert_eq!(lose(30, 6, 0).await, (6, 0), "more than 5, but not more than 20 %");
    assert_eq!(lose(29, 6, 0).await, (0, 6));
    assert_eq!(lose(7, 6, 0).await, (0, 6));
}

#[tokio::test]
async fn rule_09_removals_wait_if_they_are_all_that_there_was_before_the_import() {
    assert_eq!(lose(1, 1, 0).await, (0, 1));
    assert_eq!(lose(5, 5, 0).await, (0, 5));
    assert_eq!(lose(2, 2, 40).await, (0, 2), "what comes with the import does not count");
    assert_eq!(lose(2, 1, 0).await, (1, 0));
}

#[tokio::test]
async fn rule_09_the_share_is_of_what_there_was_before_the_import() {
    assert_eq!(lose(20, 6, 200).await, (0, 6));
}

#[tokio::test]
async fn rule_09_removals_wait_if_they_are_more_than_500() {
    let office = Office::filled(orders(1..=3_200)).await;
    office.sends(orders(501..=3_200));
    assert_eq!(office.full().await.counts.removed, 500);
    office.sends(orders(1_002..=3_200));
    let import = office.full().await;
    assert_eq!((import.counts.removed, import.pending_removals), (0, 501));
}

#[tokio::test]
async fn rule_09_everything_else_is_applied_and_the_status_says_needs_confirmation() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(vec![order_with("10", json!({ "city": "Reno" })), orders([11]).remove(0)]);
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::NeedsConfirmation));
    assert_eq!((import.counts.added, import.counts.changed, import.counts.removed), (1, 1, 0));
    assert_eq!(import.pending_removals, 9);
    assert_eq!(office.text("10", Field::City).await, "Reno");
    assert_eq!(office.numbers().await, numbers(1..=11));
    assert_eq!(office.status().await, IntegrationStatus::NeedsConfirmation);
    assert_eq!(office.integration().await.last_refreshed, import.finished_at);
}

#[tokio::test]
async fn rule_09_an_admin_who_agrees_beforehand_is_not_asked() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(orders(9..=10));
    let confirmed = ImportRequest { removals_confirmed: true, ..request(CODE, FullImport) };
    let import = office.muster.start_import(confirmed).await.unwrap().wait().await.unwrap();
    assert_eq!((import.outcome, import.counts.removed), (Some(Outcome::Succeeded), 8));
}
