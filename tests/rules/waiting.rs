//! Rule 9, the rest of it: removals that wait, and what an admin decides.

use muster_core::ErrorCode;
use muster_core::model::{Field, IntegrationStatus, Outcome};
use muster_tests::pruvan::Day;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::{CODE, Office, code, numbers, order, order_with, orders};

/// Ten projects, of which the first eight wait to be removed. Gives the import.
async fn eight_wait() -> (Office, i64) {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(orders(9..=10));
    let import = office.full().await;
    assert_eq!(import.pending_removals, 8);
    (office, import.id)
}

async fn confirm(office: &Office, import: i64) -> Result<u64, ErrorCode> {
    office.muster.confirm_removals(&code(CODE), import).await.map_err(|error| error.code)
}

async fn decline(office: &Office, import: i64) -> Result<u64, ErrorCode> {
    office.muster.decline_removals(&code(CODE), import).await.map_err(|error| error.code)
}

#[tokio::test]
async fn rule_09_an_admin_sees_which_ones_wait() {
    let (office, import) = eight_wait().await;
    let waiting = office.muster.pending_removals(None).await.unwrap();
    assert_eq!(waiting.len(), 8);
    assert_eq!((waiting[0].import, waiting[0].number.as_str(), waiting[0].code.as_str()), (import, "NWF::1", CODE));
    assert_eq!(waiting[0].address, "12 Pine Rd, Tulsa, OK");
    assert_eq!(waiting[0].status, "Unassigned");
    assert!(office.muster.pending_removals(Some(&code("OTHER"))).await.unwrap().is_empty());
}

#[tokio::test]
async fn rule_09_confirming_removes_what_was_shown() {
    let (office, import) = eight_wait().await;
    assert_eq!(confirm(&office, import).await, Ok(8));
    assert_eq!(office.numbers().await, numbers(9..=10));
    let record = office.muster.import(import).await.unwrap();
    assert_eq!((record.outcome, record.counts.removed, record.pending_removals), (Some(Outcome::Succeeded), 8, 0));
    assert_eq!(office.status().await, IntegrationStatus::Idle);
    assert_eq!(confirm(&office, import).await, Err(ErrorCode::Conflict), "there is nothing to confirm twice");
}

#[tokio::test]
async fn rule_09_confirming_removes_only_what_has_not_been_sent_since() {
    let (office, import) = eight_wait().await;
    // One as it was, one changed, one that cannot be read to its end: all three were sent.
    office.sends(vec![
        order("1"),
        order_with("2", json!({ "city": "Reno" })),
        json!({ "workOrderNumber": "3", "dueDate": "never" }),
        order("9"),
    ]);
    assert_eq!(office.refresh().await.outcome, Some(Outcome::Succeeded));
    assert_eq!(office.waiting().await, ["NWF::4", "NWF::5", "NWF::6", "NWF::7", "NWF::8"]);
    assert_eq!(office.status().await, IntegrationStatus::NeedsConfirmation);
    assert_eq!(confirm(&office, import).await, Ok(5));
    assert_eq!(office.numbers().await, numbers([1, 2, 3, 9, 10]));
}

#[tokio::test]
async fn rule_09_what_was_sent_while_a_decision_was_made_stays() {
    let (office, import) = eight_wait().await;
    // The list that is looked at holds number 1, unchanged; the decision is older than that list.
    office.sends(orders([1, 9, 10]));
    let preview = office.preview().await;
    assert_eq!(confirm(&office, import).await, Ok(8));
    preview.apply(&CancellationToken::new()).await.unwrap();
    assert_eq!(office.numbers().await, numbers([1, 9, 10]));
}

#[tokio::test]
async fn rule_09_confirming_removes_only_what_was_shown() {
    let (office, import) = eight_wait().await;
    // Number 10 is gone by now too, but nobody was shown that.
    office.sends(orders([9]));
    assert_eq!(confirm(&office, import).await, Ok(8));
    assert_eq!(office.numbers().await, numbers(9..=10));
}

#[tokio::test]
async fn rule_09_declining_keeps_them() {
    let (office, import) = eight_wait().await;
    assert_eq!(decline(&office, import).await, Ok(8));
    assert_eq!(office.numbers().await, numbers(1..=10));
    assert_eq!(office.status().await, IntegrationStatus::Idle);
    assert_eq!(decline(&office, import).await, Err(ErrorCode::Conflict));
    assert_eq!(confirm(&office, import).await, Err(ErrorCode::Conflict));
    assert!(office.project("1").await.project.kept && !office.project("9").await.project.kept);
}

#[tokio::test]
async fn rule_09_a_later_complete_list_replaces_the_decision() {
    let (office, first) = eight_wait().await;
    office.sends(orders([1, 2]));
    let second = office.full().await;
    assert_eq!(second.pending_removals, 8);
    assert_eq!(confirm(&office, first).await, Err(ErrorCode::Conflict), "it is not about the newest list");
    assert_eq!(office.numbers().await, numbers(1..=10));
    assert_eq!(confirm(&office, second.id).await, Ok(8));
    assert_eq!(office.numbers().await, numbers(1..=2));
}

#[tokio::test]
async fn rule_09_a_later_complete_list_that_holds_all_ends_the_waiting() {
    let (office, first) = eight_wait().await;
    office.sends(orders(1..=10));
    assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded));
    assert_eq!(office.status().await, IntegrationStatus::Idle);
    assert_eq!(confirm(&office, first).await, Err(ErrorCode::Conflict));
    assert_eq!(office.muster.import(first).await.unwrap().outcome, Some(Outcome::Succeeded));
}

#[tokio::test]
async fn rule_09_a_list_that_is_not_good_replaces_no_decision() {
    let (office, import) = eight_wait().await;
    office.client.day(Day::Error { message: "locked".into() });
    assert_eq!(office.full().await.outcome, Some(Outcome::Failed));
    assert_eq!(office.waiting().await.len(), 8);
    office.sends(vec![order("9"), json!({ "city": "Reno" })]);
    assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded));
    assert_eq!(office.waiting().await.len(), 8);
    assert_eq!(confirm(&office, import).await, Ok(8));
}

#[tokio::test]
async fn rule_09_an_edit_does_not_take_a_project_out_of_the_decision_but_a_deletion_does() {
    let (office, import) = eight_wait().await;
    office.edit("1", Field::Reference, "ours").await;
    office.delete("2").await;
    assert_eq!(office.waiting().await.len(), 7);
    assert_eq!(confirm(&office, import).await, Ok(7));
    assert_eq!(office.numbers().await, numbers(9..=10));
}

#[tokio::test]
async fn rule_09_a_decision_needs_the_right_code_and_import() {
    let (office, import) = eight_wait().await;
    office.add("OTHER", &office.client, false).await.unwrap();
    for (code_text, import) in [("OTHER", import), (CODE, import + 100), (CODE, import - 1)] {
        for result in [
            office.muster.confirm_removals(&code(code_text), import).await,
            office.muster.decline_removals(&code(code_text), import).await,
        ] {
            let refused = result.unwrap_err().code;
            assert!(matches!(refused, ErrorCode::NotFound | ErrorCode::Conflict), "{code_text} {import}: {refused:?}");
        }
    }
    assert_eq!(office.waiting().await.len(), 8);
}

#[tokio::test]
async fn rule_09_what_was_confirmed_can_be_brought_back_as_all_that_the_import_removed() {
    let (office, import) = eight_wait().await;
    confirm(&office, import).await.unwrap();
    assert_eq!(office.muster.bring_back_import(import).await.unwrap().len(), 8);
    assert_eq!(office.numbers().await, numbers(1..=10));
}
