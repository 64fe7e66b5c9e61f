//! PPW: what an import asks for and how often, and what becomes of what it gets.

mod answers;
mod mcs;
mod office;

use std::time::Duration;

use muster_core::model::{Field, Outcome};
use muster_core::{ErrorCode, ImportRequest, IntegrationInput, OnSave};
use muster_tests::ppw::{Config, Day, State};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::support::{CODE, FullImport, code};
use office::Office;

const A: u64 = 700_001;
const B: u64 = 700_002;
const UNREAD: u64 = 700_005;

#[tokio::test]
async fn orders_are_fetched_once_and_then_as_they_change_and_four_at_a_time() {
    let config = Config { orders: 1_500, pace: Duration::from_millis(1), ..Config::default() };
    let office = Office::with(config, json!({})).await;
    let import = office.full().await;
    assert_eq!((import.counts.added, import.problem_count), (1_500, 0), "{import:?}");
    let most = office.ppw.with(|state| state.most_at_once);
    assert_eq!((most, office.fetched()), (4, 1_500));

    let import = office.full().await;
    assert_eq!((import.counts.unchanged, office.fetched()), (1_500, 0), "{import:?}");

    office.ppw.with(|state| state.change(A, "date_due", "20270104".into()));
    let import = office.full().await;
    assert_eq!((import.counts.changed, office.fetched()), (1, 1), "{import:?}");
    assert_eq!(office.text(A, Field::DueDate).await, "2027-01-04");
    assert_eq!(office.projects().await.len(), 1_500);
}

#[tokio::test]
async fn a_refresh_brings_what_changed_and_the_next_one_nothing() {
    let office = Office::filled(10).await;
    let import = office.refresh().await;
    assert_eq!((import.outcome, office.fetched()), (Some(Outcome::Succeeded), 0));
    office.ppw.with(|state| {
        state.change(A, "lock_code", "1234".into());
        state.change_quietly(B, "work_type_alias", "Roof tarp".into());
        state.add(1);
    });
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.counts.changed, office.fetched()), (1, 2, 3), "{import:?}");
    assert!(office.text(A, Field::WorkOrderInfo).await.ends_with("Lock code: 1234"));
    assert_eq!(office.text(B, Field::Description).await, "Roof tarp");
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.counts.changed, import.counts.removed), (0, 0, 0), "{import:?}");
}

#[tokio::test]
async fn a_change_that_ppw_does_not_name_is_found_by_a_full_import_too() {
    let office = Office::filled(10).await;
    office.ppw.with(|state| state.change_quietly(B, "line_items", json!([{ "desc": "Roof tarp" }])));
    let import = office.full().await;
    assert_eq!((import.counts.changed, office.fetched()), (1, 1), "{import:?}");
    // A status is in the list itself; it is noticed also when it changed before anything was asked since.
    office.ppw.with(|state| {
        state.set_status(A, "Rejected");
        state.orders.values_mut().for_each(|order| order.modified = 0);
    });
    let import = office.full().await;
    assert_eq!((import.counts.changed, office.fetched()), (1, 1), "{import:?}");
    assert_eq!(office.text(A, Field::ClientStatus).await, "Rejected");
}

#[tokio::test]
async fn all_is_read_again_if_somebody_says_so() {
    let office = Office::filled(10).await;
    let request = ImportRequest { code: code(CODE), kind: FullImport, removals_confirmed: false, re_read: true };
    assert_eq!(office.import(request).await.counts.unchanged, 10);
    assert_eq!(office.fetched(), 10);
}

#[tokio::test]
async fn numbers_may_be_texts_or_numbers() {
    let office = Office::filled(10).await;
    office.ppw.with(|state| state.numbers = true);
    let import = office.full().await;
    assert_eq!((import.counts.unchanged, office.fetched()), (10, 0), "{import:?}");
}

#[tokio::test]
async fn a_cancelled_order_stays_for_30_days_and_says_so() {
    let office = Office::filled(10).await;
    office.ppw.with(|state| {
        state.cancel(A, 0);
        // Cancelled before it was ever imported: no project, and nothing to report.
        let new = state.add(1)[0];
        state.cancel(new, 0);
    });
    let import = office.refresh().await;
    assert_eq!((import.counts.changed, import.counts.added, import.problem_count), (1, 0, 0), "{import:?}");
    assert_eq!(office.text(A, Field::ClientStatus).await, "Cancelled");
    assert_eq!(office.text(A, Field::Status).await, "Unassigned");
    let import = office.full().await;
    assert_eq!((import.counts.removed, import.problem_count), (0, 0), "{import:?}");
    office.ppw.with(|state| state.cancel(A, 31 * 86_400));
    let import = office.full().await;
    assert_eq!((import.counts.removed, import.problem_count), (1, 0), "{import:?}");
    // Gone is gone: that it was cancelled does not bring it back.
    office.ppw.with(|state| state.cancel(A, 86_400));
    let import = office.full().await;
    assert_eq!((import.counts.added, import.problem_count), (0, 0), "{import:?}");
    assert_eq!(office.projects().await.len(), 9);
}

#[tokio::test]
async fn a_cancelled_order_is_closed_if_the_office_wants_that_and_lives_again_if_it_is_opened() {
    let office = Office::with(Config::default(), json!({ "close_cancelled": true })).await;
    office.fills().await;
    office.ppw.with(|state| state.cancel(A, 0));
    office.refresh().await;
    assert_eq!(office.text(A, Field::Status).await, "Closed");
    office.ppw.with(|state| {
        state.set_status(A, "In Field");
        state.orders.get_mut(&A).unwrap().cancelled = None;
    });
    office.full().await;
    assert_eq!(office.text(A, Field::ClientStatus).await, "In Field");
    assert_eq!(office.text(A, Field::Status).await, "Closed");
}

#[tokio::test]
async fn an_order_that_was_returned_is_rework_and_says_why() {
    let office = Office::filled(10).await;
    office.ppw.with(|state| state.return_to_vendor(A, "Photos are blurred"));
    office.refresh().await;
    assert_eq!(office.text(A, Field::Status).await, "Rework");
    assert_eq!(office.text(A, Field::ClientStatus).await, "RTV");
    assert_eq!(office.text(A, Field::ClientInstructions).await, "Returned to vendor: Photos are blurred");
    office.ppw.with(|state| {
        state.set_status(A, "In Field");
        state.orders.get_mut(&A).unwrap().updates.clear();
    });
    office.refresh().await;
    assert_eq!(office.text(A, Field::ClientInstructions).await, "");
}

#[tokio::test]
async fn ppw_is_told_of_an_order_only_after_it_is_in_the_list() {
    let office = Office::with(Config::default(), json!({ "mark_imported": true })).await;
    let marked = || office.ppw.with(|state| state.orders.values().map(|order| order.marked).sum::<u32>());
    // Somebody looks, and decides against it.
    let preview = office.muster.preview(&code(CODE), false, &CancellationToken::new()).await.unwrap();
    drop(preview);
    office.fills().await;
    // Somebody looks while PPW is to be told, and decides for it. To look changes nothing there.
    let preview = office.muster.preview(&code(CODE), false, &CancellationToken::new()).await.unwrap();
    preview.apply(&CancellationToken::new()).await.unwrap();
    assert_eq!(marked(), 0);
    let import = office.refresh().await;
    assert!(import.notes.is_empty(), "{import:?}");
    assert_eq!((marked(), office.ppw.with(|state| state.orders[&UNREAD].marked)), (3, 1));
    // Now they are In Field, which is news, and nobody is told again.
    office.refresh().await;
    assert_eq!(office.text(UNREAD, Field::ClientStatus).await, "In Field");
    office.full().await;
    assert_eq!(marked(), 3);
}

#[tokio::test]
async fn that_ppw_could_not_be_told_is_noted_and_fails_nothing() {
    let office = Office::with(Config::default(), json!({ "mark_imported": true })).await;
    office.fills().await;
    office.ppw.with(|state| state.plan(Some("mark_order_imported"), Day::Status { status: 500 }, None));
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Succeeded));
    assert!(
        import.notes.iter().any(|note| note.contains("could not be told that 3 orders were received")),
        "{import:?}"
    );
    // They wait for the next import.
    office.ppw.with(State::clear_days);
    assert_eq!(office.ppw.with(|state| state.orders[&UNREAD].marked), 0);
    assert!(office.refresh().await.notes.is_empty());
    assert_eq!(office.ppw.with(|state| state.orders[&UNREAD].marked), 1);
}

#[tokio::test]
async fn nobody_is_told_anything_unless_the_office_wants_that() {
    let office = Office::filled(10).await;
    office.full().await;
    office.refresh().await;
    assert_eq!(office.ppw.count("mark_order_imported"), 0);
}

#[tokio::test]
async fn credentials_are_told_apart_from_bad_days() {
    let office = Office::of(1).await;
    let outcome = async |event: &str, day: Option<Day>| {
        if let Some(day) = day {
            office.ppw.with(|state| state.plan(Some(event), day, None));
        }
        let outcome = office.muster.try_out("ppw", None, office.input(&json!({}))).await;
        office.ppw.with(State::clear_days);
        let calls = office.ppw.calls().len();
        office.ppw.clear_calls();
        (outcome.err().map(|error| error.code), calls)
    };
    assert_eq!(outcome("validate_user", None).await, (None, 1));
    office.ppw.with(|state| state.wants_push_url = true);
    assert_eq!(outcome("validate_user", None).await, (None, 2));
    for (day, code, calls) in [
        (Day::Refused { words: "The login is not accepted".into() }, ErrorCode::WrongCredentials, 1),
        (Day::Refused { words: String::new() }, ErrorCode::WrongCredentials, 1),
        (Day::AuthError, ErrorCode::WrongCredentials, 1),
        (Day::Unauthorized, ErrorCode::WrongCredentials, 1),
        (Day::StatusError { message: "The link is switched off".into() }, ErrorCode::Refused, 1),
        (Day::Html { status: 200 }, ErrorCode::Refused, 3),
        (Day::Html { status: 503 }, ErrorCode::CannotReach, 2),
        (Day::TooMany { retry_after: Some("3600".into()) }, ErrorCode::CannotReach, 1),
        (Day::CutJson, ErrorCode::CannotReach, 3),
        (Day::Raw { body: "true".into() }, ErrorCode::NotUnderstood, 1),
        (Day::Raw { body: "{}".into() }, ErrorCode::NotUnderstood, 1),
    ] {
        assert_eq!(outcome("validate_user", Some(day.clone())).await, (Some(code), calls), "{day:?}");
    }
    let refused = Day::Refused { words: "Login not accepted: wrong password".into() };
    assert_eq!(outcome("get_all_orders", Some(refused)).await, (Some(ErrorCode::WrongCredentials), 2));
}

#[tokio::test]
async fn a_list_that_is_none_removes_nothing() {
    let office = Office::filled(10).await;
    for (event, body) in [
        ("get_all_orders", r#"{"success":true,"error":false,"result_data":""}"#),
        ("get_all_orders", r#"{"success":true,"error":false,"result_data":null}"#),
        ("get_all_orders", r#"{"success":false,"error":true,"return_error_msg":"busy","result_data":[]}"#),
        ("get_all_orders", r#"{"result_data":[]}"#),
        ("get_all_orders", "<html>maintenance</html>"),
        ("get_all_updates", r#"{"success":true,"error":false,"result_data":{}}"#),
        ("get_cancel_orders", r#"{"success":false,"result_data":""}"#),
    ] {
        office.ppw.with(|state| state.plan(Some(event), Day::Raw { body: body.to_owned() }, None));
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "{event} {body}");
        office.ppw.with(State::clear_days);
        assert_eq!(office.projects().await.len(), 10);
    }
    let import = office.full().await;
    assert_eq!((import.counts.unchanged, import.counts.removed), (10, 0), "{import:?}");
}

#[tokio::test]
async fn the_clock_of_ppw_counts() {
    let office = Office::of(3).await;
    office.ppw.with(|state| state.clock_offset = -7_200);
    office.full().await;
    office.refresh().await;
    let now = office.ppw.with(|state| state.now());
    let since = office.asked_since("get_all_updates")[0].unwrap();
    assert!((now - 700..=now - 600).contains(&since), "{since} {now}");
    // What was cancelled is asked for within PPW's own 30 days.
    let since = office.asked_since("get_cancel_orders")[0].unwrap();
    assert!(since >= now - 30 * 86_400, "{since} {now}");
}

#[tokio::test]
async fn an_import_that_is_cancelled_on_the_way_leaves_nothing_behind() {
    let config = Config { orders: 200, pace: Duration::from_millis(20), ..Config::default() };
    let office = Office::with(config, json!({})).await;
    let request = ImportRequest { code: code(CODE), kind: FullImport, removals_confirmed: false, re_read: false };
    let handle = office.muster.start_import(request).await.unwrap();
    while office.ppw.count("get_order") < 8 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    handle.cancel();
    assert_eq!(handle.wait().await.unwrap().outcome, Some(Outcome::Cancelled));
    assert!(office.projects().await.is_empty());
    assert!(office.fetched() < 100);
}

#[tokio::test]
async fn a_new_password_is_no_new_account_and_a_new_user_is() {
    let office = Office::filled(3).await;
    let site = async |password: &str, username: &str| {
        office.ppw.with(|state| (state.password, state.username) = (password.to_owned(), username.to_owned()));
        office.ppw.clear_calls();
        let input = IntegrationInput { code: None, ..office.input(&json!({})) };
        office.muster.edit_integration(&code(CODE), input, OnSave::Validate).await.unwrap();
        let calls = office.ppw.calls();
        calls.last().unwrap().site_id.clone()
    };
    let before = site("another password", "northwind").await;
    assert_eq!(site("a third password", "northwind").await, before);
    assert_ne!(site("a third password", "southwind").await, before);
}
