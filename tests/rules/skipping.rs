//! Rule 20: what is skipped by its hash. A value is spoilt behind Muster's back: only an order that is read mends it.

use muster_core::IntegrationInput;
use muster_core::model::{AutoAdmin, Field, Mode, Outcome};
use serde_json::{Value, json};

use crate::support::{CODE, EXTERNAL, Office, Setup, code, numbers, order, order_with, orders};

#[tokio::test]
async fn rule_20_an_order_that_is_what_was_applied_last_is_skipped() {
    let office = Office::filled(orders(1..=10)).await;
    office.spoil();
    for full in [false, true] {
        let import = if full { office.full().await } else { office.refresh().await };
        assert_eq!((import.counts.unchanged, import.counts.changed), (10, 0));
        assert!(office.read_since().await.is_empty());
    }
    // Another byte, though it means nothing: read.
    let mut raw = orders(1..=10).into_iter().map(|order| order.to_string()).collect::<Vec<_>>();
    raw[3] = raw[3].replacen(',', ", ", 1);
    office.sends_raw(raw.into_iter().map(String::into_bytes));
    assert_eq!(office.full().await.counts.changed, 1);
    assert_eq!(office.read_since().await, ["4"]);
}

#[tokio::test]
async fn rule_20_long_lists_are_skipped_too() {
    let office = Office::filled(orders(1..=6_000)).await;
    let mut now = orders(1..=6_000);
    now[5_900]["city"] = "Reno".into();
    office.sends(now);
    office.spoil();
    let import = office.full().await;
    assert_eq!((import.counts.unchanged, import.counts.changed), (5_999, 1));
    assert_eq!(office.read_since().await, ["5901"]);
}

#[tokio::test]
async fn rule_20_the_hash_is_that_of_the_last_element_applied_partial_updates_too() {
    let office = Office::filled(vec![order_with("1", json!({ "clientStatus": "Open" }))]).await;
    let partial = json!({ "workOrderNumber": "1", "clientStatus": "Paid" });
    office.sends(vec![partial.clone()]);
    office.refresh().await;
    assert_eq!(office.text("1", Field::ClientStatus).await, "Paid");
    // The partial update is what was applied last: it is skipped, and the whole order is not.
    office.spoil();
    office.refresh().await;
    assert!(office.read_since().await.is_empty());
    office.sends(vec![order_with("1", json!({ "clientStatus": "Open" }))]);
    assert_eq!(office.full().await.counts.changed, 1);
    assert_eq!(office.text("1", Field::ClientStatus).await, "Open");
}

#[tokio::test]
async fn rule_20_an_order_that_changes_nothing_is_applied_and_skipped_the_next_time() {
    let office = Office::filled(orders(1..=1)).await;
    office.sends(vec![order_with("1", json!({ "unknown": 1 }))]);
    assert_eq!(office.full().await.counts.unchanged, 1);
    office.spoil();
    office.full().await;
    assert!(office.read_since().await.is_empty());
}

#[tokio::test]
async fn rule_20_with_duplicates_in_one_list_the_last_one_wins() {
    let of = |status: &str| order_with("1", json!({ "clientStatus": status }));
    let (a, b, c) = (of("A"), of("B"), of("C"));
    let office = Office::of(vec![a.clone(), b.clone()]).await;
    let import = office.full().await;
    assert_eq!((import.counts.added, import.counts.skipped), (1, 1));
    assert!(import.problems[0].number.as_deref() == Some("1") && import.problems[0].reason.contains("more than once"));
    // Whichever of them is skipped by its hash.
    let lists: [(Vec<&Value>, &str); 8] = [
        (vec![&a, &b], "B"),
        (vec![&b, &a], "A"),
        (vec![&a, &b], "B"),
        (vec![&c, &b], "B"),
        (vec![&b, &c, &b], "B"),
        (vec![&b, &c, &a], "A"),
        (vec![&a, &a], "A"),
        (vec![&a, &b, &a, &c], "C"),
    ];
    for (list, wins) in lists {
        office.sends(list.into_iter().cloned().collect());
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded));
        assert_eq!((import.counts.added, import.counts.removed), (0, 0), "{import:?}");
        assert!(import.counts.unchanged + import.counts.changed <= 1, "{import:?}");
        assert_eq!(office.text("1", Field::ClientStatus).await, wins);
        // And its hash is the one that is kept.
        office.spoil();
        office.sends(vec![of(wins)]);
        office.full().await;
        assert!(office.read_since().await.is_empty(), "{wins}");
    }
}

#[tokio::test]
async fn rule_20_duplicates_far_apart_in_the_list_are_duplicates_too() {
    let mut now = orders(1..=1_500);
    now.push(order_with("1", json!({ "clientStatus": "The later one" })));
    let office = Office::of(now).await;
    let import = office.full().await;
    assert_eq!((import.counts.added, import.counts.skipped), (1_500, 1));
    assert_eq!(office.text("1", Field::ClientStatus).await, "The later one");
}

#[tokio::test]
async fn rule_20_an_order_with_a_problem_stores_no_hash() {
    let bad = vec![order_with("1", json!({ "dueDate": "never" })), order("2")];
    let office = Office::of(bad).await;
    assert_eq!(office.full().await.problem_count, 1);
    office.spoil();
    let import = office.full().await;
    assert_eq!(import.problem_count, 1, "it is reported again");
    assert_eq!(office.read_since().await, ["1"]);
    // Also one that was good before.
    office.sends(vec![order("1"), order("2")]);
    office.full().await;
    office.sends(vec![order_with("1", json!({ "dueDate": "never" })), order("2")]);
    office.full().await;
    office.spoil();
    office.sends(vec![order("1"), order("2")]);
    office.full().await;
    assert_eq!(office.read_since().await, ["1"]);
}

#[tokio::test]
async fn rule_20_a_change_of_mode_auto_admin_or_the_settings_has_every_order_read_again() {
    let mut extension = serde_json::Map::new();
    extension.insert("extension".into(), "php".into());
    let changes = [
        IntegrationInput { mode: Some(Mode::Internal), ..IntegrationInput::default() },
        IntegrationInput { auto_admin: Some(AutoAdmin::Off), ..IntegrationInput::default() },
        IntegrationInput { settings: extension, ..IntegrationInput::default() },
        IntegrationInput {
            secrets: vec![("password".into(), "12345".to_owned().into())],
            ..IntegrationInput::default()
        },
    ];
    for change in changes {
        let office = Office::filled(orders(1..=3)).await;
        office.spoil();
        let what = format!("{change:?}");
        office.set(change).await.unwrap();
        assert_eq!(office.full().await.counts.changed, 3, "{what}");
        office.spoil();
        assert_eq!(office.full().await.counts.unchanged, 3, "{what}");
        assert!(office.read_since().await.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn rule_20_auto_admin_that_is_switched_on_resets_what_people_changed_before() {
    let office = Setup::of(EXTERNAL).office(vec![order_with("1", json!({ "reference": "the client's" }))]).await;
    office.fills().await;
    office.edit("1", Field::Reference, "ours").await;
    office.full().await;
    assert_eq!(office.text("1", Field::Reference).await, "ours");
    office.set(IntegrationInput { auto_admin: Some(AutoAdmin::On), ..IntegrationInput::default() }).await.unwrap();
    office.full().await;
    assert_eq!(office.text("1", Field::Reference).await, "the client's");
}

#[tokio::test]
async fn rule_20_another_version_of_the_mapping_has_every_order_read_again() {
    let office = Office::filled(orders(1..=3)).await;
    office.spoil();
    office.sql("UPDATE integrations SET mapping_version = mapping_version - 1");
    assert_eq!(office.full().await.counts.changed, 3);
    office.spoil();
    assert_eq!(office.full().await.counts.unchanged, 3);
}

#[tokio::test]
async fn rule_20_an_edit_has_the_order_read_again() {
    let office =
        Office::filled((1..=3).map(|n| order_with(&n.to_string(), json!({ "reference": "client" }))).collect()).await;
    office.edit("2", Field::Reference, "ours").await;
    office.spoil();
    assert_eq!(office.full().await.counts.changed, 1);
    assert_eq!(office.read_since().await, ["2"]);
    assert_eq!(office.text("2", Field::Reference).await, "client", "Auto Admin is on");
}

#[tokio::test]
async fn rule_20_an_undo_and_a_declined_removal_have_the_order_read_again() {
    let office = Office::filled(orders(1..=10)).await;
    // Deleted and brought back by a person.
    office.delete("1").await;
    office.bring_back("1").await;
    // Removed by an import, which is undone.
    office.sends(orders((1..=1).chain(4..=10)));
    let import = office.full().await;
    assert_eq!((import.counts.unchanged, import.counts.removed), (8, 2));
    office.muster.bring_back_import(import.id).await.unwrap();
    office.sends(orders(1..=10));
    office.spoil();
    assert_eq!(office.full().await.counts.changed, 2);
    assert_eq!(office.read_since().await, ["2", "3"]);
    // Not removed, because an admin declined.
    office.sends(orders(9..=10));
    let import = office.full().await;
    office.muster.decline_removals(&code(CODE), import.id).await.unwrap();
    office.sends(orders(1..=10));
    office.spoil();
    assert_eq!(office.full().await.counts.changed, 8);
    assert_eq!(office.numbers().await, numbers(1..=10));
}

#[tokio::test]
async fn rule_20_a_restored_project_has_the_hash_of_the_order_that_restored_it() {
    let office = Office::filled(orders(1..=3)).await;
    office.delete("1").await;
    assert_eq!(office.full().await.counts.added, 1);
    office.spoil();
    assert_eq!(office.full().await.counts.unchanged, 3);
    assert!(office.read_since().await.is_empty());
}
