//! Rule 10: a Full Import that is looked at before it is done.

use std::time::Duration;

use muster_core::model::{Field, Import, IntegrationStatus, Mode, Outcome};
use muster_core::{Applying, ErrorCode, IntegrationInput, PREVIEW_LIFE, Preview};
use muster_tests::pruvan::{Day, Gate};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::{CODE, Office, Refresh, Setup, code, numbers, order_with, orders, removed_by, request};

async fn ended(preview: Preview) -> Import {
    match preview.apply(&CancellationToken::new()).await.unwrap() {
        Applying::Ended(import) => *import,
        Applying::Grew(preview) => panic!("it is shown again: {:?}", preview.summary()),
    }
}

#[tokio::test]
async fn rule_10_a_preview_says_what_would_be_done_and_changes_nothing() {
    let office = Office::filled(orders(1..=10)).await;
    let before = office.everything().await;
    let mut now = orders(9..=11);
    now[0]["city"] = "Reno".into();
    now.push(json!({ "workOrderNumber": "12" }));
    office.sends(now);
    let preview = office.preview().await;
    let summary = preview.summary();
    assert_eq!((summary.to_add, summary.to_change, summary.unchanged, summary.skipped), (1, 1, 1, 1));
    assert_eq!((summary.to_remove.len(), summary.many_to_remove), (8, true));
    assert_eq!((summary.to_remove[0].number.as_str(), summary.problems.len()), ("NWF::1", 1));
    assert_eq!(office.everything().await, before);
    // It does what it showed; nobody is asked again, though these are most of the projects.
    let import = ended(preview).await;
    assert_eq!((import.outcome, import.counts.removed), (Some(Outcome::Succeeded), 8));
    assert_eq!(office.numbers().await, numbers(9..=11));
    assert_eq!(office.text("9", Field::City).await, "Reno");
    assert_eq!(office.client.requests().len(), 1, "the list was fetched once");
}

#[tokio::test]
async fn rule_10_a_preview_that_is_cancelled_changes_nothing() {
    let office = Office::filled(orders(1..=10)).await;
    let before = office.everything().await;
    office.sends(orders(9..=11));
    let import = office.preview().await.cancel().await.unwrap();
    assert_eq!(import.outcome, Some(Outcome::Cancelled));
    assert_eq!(office.everything().await, before);
    assert_eq!(office.status().await, IntegrationStatus::Idle);
}

#[tokio::test]
async fn rule_10_a_preview_can_be_cancelled_while_its_list_is_fetched() {
    let office = Office::filled(orders(1..=10)).await;
    let gate = Gate::after(100);
    office.client.day(Day::Pause(gate.clone()));
    let (code, cancel) = (code(CODE), CancellationToken::new());
    let (preview, ()) = tokio::join!(office.muster.preview(&code, false, &cancel), async {
        gate.reached().await;
        cancel.cancel();
    });
    assert_eq!(preview.unwrap_err().code, ErrorCode::Cancelled);
    assert_eq!(office.muster.imports(None, 1).await.unwrap()[0].outcome, Some(Outcome::Cancelled));
}

#[tokio::test]
async fn rule_10_a_preview_whose_list_is_not_good_is_an_import_that_failed() {
    let office = Office::filled(orders(1..=10)).await;
    office.client.day(Day::NullList);
    let error = office.muster.preview(&code(CODE), false, &CancellationToken::new()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotUnderstood);
    assert_eq!(office.status().await, IntegrationStatus::Error);
}

#[tokio::test]
async fn rule_10_a_preview_holds_the_place_of_its_integration() {
    let office = Office::filled(orders(1..=10)).await;
    let other = office.another().await;
    let preview = office.preview().await;
    assert_eq!(other.integration(&code(CODE)).await.unwrap().status, IntegrationStatus::Running);
    let waits = other.start_import(request(CODE, Refresh)).await.unwrap();
    let refused = office.muster.start_import(request(CODE, Refresh)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert_eq!(other.import(waits.id()).await.unwrap().started_at, None);
    let shown = ended(preview).await;
    let waited = waits.wait().await.unwrap();
    assert!(waited.started_at >= shown.finished_at);
}

#[tokio::test]
async fn rule_10_a_preview_expires() {
    assert_eq!(PREVIEW_LIFE, Duration::from_mins(30));
    let office = Setup { preview_life: Duration::ZERO, ..Setup::default() }.office(orders(1..=10)).await;
    office.fills().await;
    let before = office.everything().await;
    office.sends(orders(2..=11));
    let preview = office.preview().await;
    assert_eq!(preview.time_left(), Duration::ZERO);
    let import = ended(preview).await;
    assert_eq!(import.outcome, Some(Outcome::Failed));
    assert_eq!(import.error.unwrap().code, ErrorCode::PreviewExpired);
    assert_eq!(office.everything().await, before);
}

#[tokio::test]
async fn rule_10_a_preview_has_half_an_hour() {
    let office = Office::filled(orders(1..=3)).await;
    let preview = office.preview().await;
    assert!(preview.time_left() > Duration::from_mins(20) && preview.time_left() <= PREVIEW_LIFE);
    preview.cancel().await.unwrap();
}

#[tokio::test]
async fn rule_10_a_preview_expires_with_any_change_of_the_settings() {
    let office = Office::filled(orders(1..=10)).await;
    let before = office.everything().await;
    office.sends(orders(2..=11));
    let preview = office.preview().await;
    office.set(IntegrationInput { mode: Some(Mode::Internal), ..IntegrationInput::default() }).await.unwrap();
    let import = ended(preview).await;
    assert_eq!(import.outcome, Some(Outcome::Failed));
    assert_eq!(import.error.unwrap().code, ErrorCode::SettingsChanged);
    assert_eq!(office.everything().await, before);
}

#[tokio::test]
async fn rule_10_a_preview_is_computed_again_when_it_is_applied() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(vec![order_with("9", json!({ "city": "Reno" })), orders([10]).remove(0)]);
    let preview = office.preview().await;
    assert_eq!(preview.summary().to_remove.len(), 8);
    // Meanwhile a person has deleted one of the eight.
    office.delete("1").await;
    let import = ended(preview).await;
    assert_eq!((import.counts.changed, import.counts.removed), (1, 7));
    assert_eq!(office.numbers().await, numbers(9..=10));
    let brought_back = office.muster.bring_back_import(import.id).await.unwrap();
    assert_eq!(brought_back.len(), 7, "the one that a person deleted was not removed by the import");
}

#[tokio::test]
async fn rule_10_if_the_list_to_remove_grew_it_is_shown_again() {
    let office = Office::filled(orders(1..=10)).await;
    // Number 1 is kept, so that the first look does not show it; then it is not kept any more.
    office.delete("1").await;
    office.bring_back("1").await;
    office.sends(orders(3..=10));
    let preview = office.preview().await;
    assert_eq!(removed_by(preview.summary()), ["NWF::2"]);
    office.sql("UPDATE projects SET kept = 0");
    let before = office.everything().await;
    let Applying::Grew(again) = preview.apply(&CancellationToken::new()).await.unwrap() else {
        panic!("more was removed than was shown")
    };
    assert_eq!(removed_by(again.summary()), ["NWF::1", "NWF::2"]);
    assert_eq!(office.everything().await, before);
    assert_eq!(office.status().await, IntegrationStatus::Running, "it still holds the place");
    let import = ended(*again).await;
    assert_eq!((import.outcome, import.counts.removed), (Some(Outcome::Succeeded), 2));
    assert_eq!(office.numbers().await, numbers(3..=10));
}

#[tokio::test]
async fn rule_10_a_preview_that_nobody_decides_on_gives_its_place_back() {
    let office = Setup { preview_life: Duration::from_millis(50), ..Setup::default() }.office(orders(1..=10)).await;
    let preview = office.preview().await;
    // Waits for the place, and gets it.
    assert_eq!(office.refresh().await.outcome, Some(Outcome::Succeeded));
    let Applying::Ended(import) = preview.apply(&CancellationToken::new()).await.unwrap() else {
        panic!("it cannot grow")
    };
    assert_eq!(import.error.unwrap().code, ErrorCode::PreviewExpired);
}

#[tokio::test]
async fn rule_10_a_preview_that_is_dropped_counts_as_cancelled() {
    let office = Office::of(orders(1..=10)).await;
    drop(office.preview().await);
    assert_eq!(office.refresh().await.outcome, Some(Outcome::Succeeded));
    let imports = office.muster.imports(None, 10).await.unwrap();
    assert_eq!(imports[1].outcome, Some(Outcome::Cancelled));
}
