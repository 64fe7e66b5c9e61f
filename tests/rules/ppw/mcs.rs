//! Orders of MCS in a PPW account: whose they are.

use muster_core::model::Field;
use muster_core::{ImportRequest, IntegrationInput, OnSave};
use serde_json::json;

use super::office::Office;
use super::{A, B, UNREAD};
use crate::support::{CODE, FullImport, Refresh, code};

#[tokio::test]
async fn what_comes_from_mcs_is_in_one_of_two_integrations_and_never_in_both() {
    let office = Office::of(10).await;
    office.ppw.with(|state| [A, B, UNREAD].into_iter().for_each(|id| state.from_mcs(id, &format!("88{id}"))));
    office.fills().await;
    assert_eq!(office.projects().await.len(), 10);

    let input = IntegrationInput { code: Some(code("MCS")), ..office.input(&json!({ "road": "ppw" })) };
    office.muster.add_integration("mcs", input, OnSave::Validate).await.unwrap();
    // As long as it has not imported anything, the orders stay where they are.
    let import = office.full().await;
    assert_eq!((import.counts.removed, import.counts.unchanged), (0, 10), "{import:?}");
    let of_mcs = ImportRequest { code: code("MCS"), kind: FullImport, removals_confirmed: false, re_read: false };
    let import = office.import(of_mcs.clone()).await;
    assert_eq!((import.counts.added, import.problem_count), (3, 0), "{import:?}");
    office.ppw.clear_calls();

    // Whose the orders are was seen when they were imported: PPW fetches none, and lets go of the other's.
    let import = office.full().await;
    assert_eq!((import.counts.removed, import.counts.unchanged, office.fetched()), (3, 7, 0), "{import:?}");
    let import = office.import(of_mcs).await;
    assert_eq!((import.counts.unchanged, import.counts.removed, office.fetched()), (3, 0, 0), "{import:?}");
    let project = office.muster.project(&code("MCS"), "GC-700001").await.unwrap();
    assert_eq!(project.project.fields.text(Field::SourceWoId), Some("88700001"));
    assert!(office.muster.project(&code(CODE), "GC-700001").await.is_err());

    // A change goes to the one that has the order.
    office.ppw.with(|state| state.change(A, "city", "Reno".into()));
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.counts.changed), (0, 0), "{import:?}");
    let of_mcs = ImportRequest { code: code("MCS"), kind: Refresh, removals_confirmed: false, re_read: false };
    assert_eq!(office.import(of_mcs).await.counts.changed, 1);
}

#[tokio::test]
async fn reading_all_again_trusts_nothing_that_is_remembered_of_mcs() {
    let office = Office::of(4).await;
    office.ppw.with(|state| state.from_mcs(A, "88"));
    let input = IntegrationInput { code: Some(code("MCS")), ..office.input(&json!({ "road": "ppw" })) };
    office.muster.add_integration("mcs", input, OnSave::Validate).await.unwrap();
    let full = |re_read| ImportRequest { re_read, ..ImportRequest::new(code("MCS"), FullImport) };
    assert_eq!(office.import(full(false)).await.counts.added, 1);
    // Another one turns out to be from MCS, and PPW does not say that it changed.
    office.ppw.with(|state| state.from_mcs(B, "89"));
    assert_eq!(office.import(full(false)).await.counts.added, 0);
    assert_eq!(office.import(full(true)).await.counts.added, 1);
}
