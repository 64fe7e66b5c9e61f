//! Rules 11 and 12: how projects come back to the list.

use muster_core::model::{Field, Outcome, ProjectsOnDelete};
use muster_core::{ErrorCode, IntegrationInput};
use serde_json::json;

use muster_tests::pruvan::{Config, Simulator};

use crate::support::{CODE, EXTERNAL, FullImport, Office, Setup, code, numbers, order, order_with, orders, request};

/// Thirty projects, of which a Full Import has removed the first three. Gives the import.
async fn three_are_gone() -> (Office, i64) {
    let office = Office::filled(orders(1..=30)).await;
    office.sends(orders(4..=30));
    let import = office.full().await;
    assert_eq!(import.counts.removed, 3);
    (office, import.id)
}

async fn refused(office: &Office, number: &str) -> ErrorCode {
    office.muster.bring_back_project(&code(CODE), number).await.unwrap_err().code
}

#[tokio::test]
async fn rule_11_one_project_can_be_brought_back() {
    let (office, _) = three_are_gone().await;
    assert_eq!(office.bring_back("2").await, "NWF::2");
    assert_eq!(office.numbers().await, numbers((2..=2).chain(4..=30)));
    assert_eq!(refused(&office, "2").await, ErrorCode::NotFound, "it is back already");
    assert_eq!(refused(&office, "77").await, ErrorCode::NotFound);
}

#[tokio::test]
async fn rule_11_all_that_an_import_removed_can_be_brought_back() {
    let (office, import) = three_are_gone().await;
    office.delete("4").await;
    office.bring_back("2").await;
    assert_eq!(office.muster.bring_back_import(import).await.unwrap(), ["NWF::1", "NWF::3"]);
    assert_eq!(office.numbers().await, numbers((1..=3).chain(5..=30)));
    let again = office.muster.bring_back_import(import).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn rule_11_what_a_person_deleted_can_be_brought_back_whole() {
    let office = Setup::of(EXTERNAL).office(orders(1..=3)).await;
    office.fills().await;
    office.edit("1", Field::Reference, "ours").await;
    office.edit("1", Field::AssignedTo, "crew.ann").await;
    office.delete("1").await;
    assert!(!office.has("1").await);
    office.bring_back("1").await;
    let detail = office.project("1").await;
    assert_eq!(detail.project.fields.text(Field::Reference), Some("ours"));
    assert_eq!(detail.project.fields.text(Field::AssignedTo), Some("crew.ann"));
    assert_eq!(detail.project.tasks.len(), 1);
    let changes: Vec<&str> = detail.history.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(changes, ["removed", "removed", "status", "assigned_to", "reference"]);
}

#[tokio::test]
async fn rule_11_what_was_brought_back_is_not_removed_nor_counted_nor_listed() {
    let (office, import) = three_are_gone().await;
    office.muster.bring_back_import(import).await.unwrap();
    let preview = office.preview().await;
    assert!(preview.summary().to_remove.is_empty());
    preview.cancel().await.unwrap();
    let next = office.full().await;
    assert_eq!((next.outcome, next.counts.removed, next.pending_removals), (Some(Outcome::Succeeded), 0, 0));
    assert!(next.notes.is_empty(), "{:?}", next.notes);
    // Were they counted, 6 of 30 would be 20 % and pass; 6 of 27 are more.
    office.sends(orders(10..=30));
    assert_eq!(office.full().await.pending_removals, 6);
    assert_eq!(office.waiting().await.len(), 6);
    assert_eq!(office.numbers().await.len(), 30);
}

#[tokio::test]
async fn rule_11_what_was_declined_is_not_removed_nor_counted_nor_listed() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(orders(8..=10));
    let import = office.full().await;
    office.muster.decline_removals(&code(CODE), import.id).await.unwrap();
    let next = office.full().await;
    assert_eq!((next.outcome, next.counts.removed, next.pending_removals), (Some(Outcome::Succeeded), 0, 0));
    // Of the three that are not kept all would go.
    office.sends(Vec::new());
    assert_eq!(office.full().await.pending_removals, 3);
    assert_eq!(office.numbers().await.len(), 10);
}

#[tokio::test]
async fn rule_11_kept_lasts_until_the_client_has_sent_it_again() {
    for changed in [false, true] {
        for full in [false, true] {
            let (office, import) = three_are_gone().await;
            office.muster.bring_back_import(import).await.unwrap();
            assert!(office.project("1").await.project.kept);
            let mut now = orders((1..=1).chain(4..=30));
            if changed {
                now[0]["city"] = "Reno".into();
            }
            office.sends(now);
            let sent = if full { office.full().await } else { office.refresh().await };
            assert_eq!(sent.outcome, Some(Outcome::Succeeded));
            assert!(!office.project("1").await.project.kept, "changed: {changed}, full: {full}");
            assert!(office.project("2").await.project.kept);
            office.sends(orders(4..=30));
            assert_eq!(office.full().await.counts.removed, 1);
            assert_eq!(office.numbers().await, numbers(2..=30));
        }
    }
}

#[tokio::test]
async fn rule_11_kept_lasts_until_a_person_deletes_it() {
    let (office, _) = three_are_gone().await;
    office.bring_back("1").await;
    office.delete("1").await;
    assert!(!office.has("1").await);
    office.sends(orders((1..=1).chain(4..=30)));
    assert_eq!(office.refresh().await.counts.added, 1);
    assert!(!office.project("1").await.project.kept);
}

#[tokio::test]
async fn rule_11_what_is_removed_can_be_brought_back_for_a_year() {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let (office, _) = three_are_gone().await;
    let age = |number: usize, days: i64| {
        office.sql(&format!("UPDATE projects SET removed_at = removed_at - {} WHERE number = '{number}'", days * DAY));
    };
    age(1, 364);
    age(2, 366);
    office.another().await;
    assert_eq!(refused(&office, "2").await, ErrorCode::NotFound);
    office.bring_back("1").await;
    // Or as long as the setting says.
    age(3, 9);
    office.sql("UPDATE settings SET value = '10' WHERE name = 'keep_removed_days'");
    office.another().await;
    office.bring_back("3").await;
    office.delete("3").await;
    age(3, 11);
    office.another().await;
    assert_eq!(refused(&office, "3").await, ErrorCode::NotFound);
}

#[tokio::test]
async fn rule_11_without_its_integration_it_comes_back_as_a_kept_project_of_that_code() {
    let (office, import) = three_are_gone().await;
    office.delete_integration(ProjectsOnDelete::Remove).await;
    assert!(office.projects().await.is_empty());
    assert_eq!(office.bring_back("1").await, "NWF::1");
    let project = office.project("1").await.project;
    assert_eq!((project.integration, project.kept, project.code.as_str()), (None, true, CODE));
    assert_eq!(office.muster.bring_back_import(import).await.unwrap(), ["NWF::2", "NWF::3"]);
}

#[tokio::test]
async fn rule_11_without_its_integration_it_is_adopted_by_the_one_that_now_has_the_code() {
    let (office, import) = three_are_gone().await;
    office.delete_integration(ProjectsOnDelete::Remove).await;
    office.sends(orders(31..=40));
    let new = office.add("nwf", &office.client, false).await.unwrap();
    office.fills().await;
    assert_eq!(office.muster.bring_back_import(import).await.unwrap(), ["nwf::1", "nwf::2", "nwf::3"]);
    let project = office.project("1").await.project;
    assert_eq!((project.integration, project.kept, project.code.as_str()), (Some(new.id), true, "nwf"));
    assert_eq!(office.full().await.counts.removed, 0);
    // The client sends it again: it is that project.
    office.sends(orders((1..=1).chain(31..=40)));
    let sent = office.full().await;
    assert_eq!((sent.counts.added, sent.counts.unchanged), (0, 11));
    assert_eq!(office.numbers().await, numbers((1..=3).chain(31..=40)));
}

#[tokio::test]
async fn rule_11_what_the_client_has_sent_anew_is_not_brought_back_a_second_time() {
    let (office, _) = three_are_gone().await;
    office.delete_integration(ProjectsOnDelete::Remove).await;
    office.add(CODE, &office.client, false).await.unwrap();
    office.sends(orders([1]));
    office.fills().await;
    assert_eq!(refused(&office, "1").await, ErrorCode::Conflict);
    assert_eq!(office.numbers().await, ["1"]);
}

#[tokio::test]
async fn rule_11_after_a_change_of_the_code_it_comes_back_under_the_new_one() {
    let office = Office::filled(orders(1..=1)).await;
    office.delete("1").await;
    office.set(IntegrationInput { code: Some(code("NEW")), ..IntegrationInput::default() }).await.unwrap();
    assert_eq!(office.bring_back("1").await, "NEW::1");
}

#[tokio::test]
async fn rule_12_an_order_of_a_removed_key_restores_the_project_and_then_merges() {
    let office = Setup::of(EXTERNAL).office(orders(1..=30)).await;
    office.fills().await;
    office.edit("1", Field::Reference, "ours").await;
    office.edit("1", Field::AssignedTo, "crew.ann").await;
    let id = office.project("1").await.project.id;
    office.sends(orders(2..=30));
    assert_eq!(office.full().await.counts.removed, 1);
    let mut now = orders(1..=30);
    now[0]["city"] = "Reno".into();
    now[0]["reference"] = "the client's".into();
    office.sends(now);
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.counts.changed), (1, 0));
    let detail = office.project("1").await;
    let text = |field| detail.project.fields.text(field);
    assert_eq!(detail.project.id, id);
    assert_eq!((text(Field::Reference), text(Field::AssignedTo)), (Some("ours"), Some("crew.ann")));
    assert_eq!(text(Field::City), Some("Reno"));
    assert!(!detail.project.kept);
    let changes: Vec<&str> = detail.history.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(changes, ["city", "removed", "removed", "status", "assigned_to", "reference"]);
}

#[tokio::test]
async fn rule_12_a_partial_update_of_a_removed_key_restores_it_too() {
    let (office, _) = three_are_gone().await;
    office.sends(vec![json!({ "workOrderNumber": "1", "clientStatus": "Reopened" })]);
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.problem_count), (1, 0));
    assert_eq!(office.text("1", Field::ClientStatus).await, "Reopened");
    assert_eq!(office.text("1", Field::City).await, "Tulsa");
}

#[tokio::test]
async fn rule_12_what_was_deleted_by_hand_is_restored_when_the_client_sends_it_again() {
    for full in [false, true] {
        let office = Setup::of(EXTERNAL).office(orders(1..=3)).await;
        office.fills().await;
        office.edit("1", Field::Reference, "ours").await;
        office.delete("1").await;
        let import = if full { office.full().await } else { office.refresh().await };
        assert_eq!((import.counts.added, import.counts.unchanged), (1, 2));
        assert_eq!(office.text("1", Field::Reference).await, "ours");
    }
}

#[tokio::test]
async fn rule_12_a_removed_projects_hash_never_causes_a_skip() {
    let (office, _) = three_are_gone().await;
    // Byte for byte what was applied before it was removed.
    office.sends(orders(1..=30));
    let import = office.full().await;
    assert_eq!((import.counts.added, import.counts.unchanged), (3, 27));
    assert_eq!(office.numbers().await, numbers(1..=30));
    // Even if its hash were still there.
    let hash = "SELECT source_hash FROM projects WHERE number = '1'";
    let kept: Vec<u8> = office.database().query_row(hash, [], |row| row.get(0)).unwrap();
    office.delete("1").await;
    office.database().execute("UPDATE projects SET source_hash = ?1 WHERE number = '1'", [kept]).unwrap();
    assert_eq!(office.full().await.counts.added, 1);
}

#[tokio::test]
async fn rule_12_a_removed_project_that_is_sent_with_a_problem_comes_back() {
    let (office, _) = three_are_gone().await;
    office.sends(vec![order("4"), order_with("1", json!({ "dueDate": "never" }))]);
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.problem_count), (1, 1));
    assert_eq!(office.text("1", Field::DueDate).await, "2026-12-04");
}

#[tokio::test]
async fn projects_of_two_codes_come_back_each_under_a_number_that_is_free_in_its_own() {
    let office = Office::filled(orders(1..=30)).await;
    let other = Simulator::start(Config { orders: 0, ..Config::default() }).await.unwrap();
    other.with(|state| {
        for order in orders(1..=3) {
            state.orders.push_raw(order.to_string().into_bytes());
        }
    });
    office.add("ABC", &other, false).await.unwrap();
    office.muster.start_import(request("ABC", FullImport)).await.unwrap().wait().await.unwrap();
    for (code_text, number) in [(CODE, "1"), ("ABC", "1"), (CODE, "2")] {
        office.muster.delete_project(&code(code_text), number).await.unwrap();
    }
    let removed = office.muster.removed_projects("", None, 10, 0).await.unwrap();
    let ids: Vec<i64> = removed.rows.iter().map(|row| row.id).collect();
    let mut back = office.muster.bring_back(&ids).await.unwrap();
    back.sort();
    assert_eq!(back, ["ABC::1", "NWF::1", "NWF::2"]);
}
