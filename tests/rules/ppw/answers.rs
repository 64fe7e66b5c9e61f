//! What PPW may answer when it is asked for one order.

use muster_core::ErrorCode;
use muster_core::model::{Field, Outcome};
use muster_tests::ppw::{Day, State};

use super::office::Office;
use super::{A, B, UNREAD};

#[tokio::test]
async fn an_order_that_vanished_is_reported_and_stays() {
    let office = Office::filled(10).await;
    office.ppw.with(|state| {
        state.change(A, "city", "Reno".into());
        state.vanish(A);
        state.set_status(B, "Ready for Office");
    });
    let import = office.full().await;
    assert_eq!((import.outcome, import.counts.removed), (Some(Outcome::Succeeded), 1), "{import:?}");
    assert_eq!(import.problem_count, 1);
    assert!(
        import.problems[0].reason.contains("GC-700001") && import.problems[0].reason.contains("not found"),
        "{import:?}"
    );
    assert!(import.notes.is_empty(), "{import:?}");
    assert_eq!(office.projects().await.len(), 9);
}

#[tokio::test]
async fn an_order_that_cannot_be_fetched_makes_the_list_partial() {
    let office = Office::filled(10).await;
    office.refresh().await;
    let since = office.asked_since("get_all_orders");
    office.ppw.clear_calls();
    office.ppw.with(|state| {
        state.change(A, "city", "Reno".into());
        state.change(UNREAD, "city", "Reno".into());
        state.set_status(B, "Ready for Office");
        state.broken.insert(A);
    });
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Succeeded), "{import:?}");
    assert_eq!((import.counts.changed, import.counts.removed), (1, 0), "{import:?}");
    assert!(import.notes.iter().any(|note| note.contains("one order could not be fetched")), "{import:?}");
    assert_eq!(office.text(UNREAD, Field::City).await, "Reno");
    assert_eq!(office.projects().await.len(), 10);
    // The moment to ask from is that of the last import that got everything.
    let of_full = office.asked_since("get_all_updates");
    office.ppw.clear_calls();
    office.ppw.with(|state| state.broken.clear());
    office.refresh().await;
    assert_eq!(office.asked_since("get_all_updates"), of_full);
    assert!(of_full[0] >= since[0]);
    assert_eq!(office.text(A, Field::City).await, "Reno");
    assert_eq!(office.full().await.counts.removed, 1);
}

#[tokio::test]
async fn an_outage_in_the_middle_fails_the_import_and_changes_nothing() {
    let office = Office::filled(30).await;
    office.ppw.with(|state| {
        for id in state.open() {
            state.change(id, "city", "Reno".into());
        }
        state.plan(Some("get_order"), Day::Status { status: 503 }, None);
    });
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Failed));
    assert_eq!(import.error.unwrap().code, ErrorCode::CannotReach);
    assert!(office.projects().await.iter().all(|project| project.fields.text(Field::City) != Some("Reno")));
}

#[tokio::test]
async fn a_login_that_is_refused_in_the_middle_ends_it_at_once() {
    for day in [Day::AuthError, Day::Unauthorized, Day::Refused { words: "Invalid login".into() }] {
        let office = Office::of(100).await;
        office.ppw.with(|state| state.plan(Some("get_order"), day.clone(), None));
        let import = office.full().await;
        assert_eq!(import.error.unwrap().code, ErrorCode::WrongCredentials, "{day:?}");
        assert!(office.fetched() <= 4, "{day:?}");
        assert!(office.projects().await.is_empty());
    }
}

#[tokio::test]
async fn so_many_orders_do_not_vanish_at_once() {
    let office = Office::filled(10).await;
    let before = office.projects().await;
    // "Too many calls" with HTTP 200, say. Nothing tells it from an order that vanished but that it is all of them.
    office.ppw.with(|state| {
        for id in state.open() {
            state.change(id, "city", "Reno".into());
        }
        state.plan(Some("get_order"), Day::Refused { words: "slow down".to_owned() }, None);
    });
    let import = office.full().await;
    assert_eq!((import.counts.removed, office.projects().await), (0, before), "{import:?}");
    assert!(import.notes.iter().any(|note| note.contains("did not hand over 10")), "{import:?}");
    office.ppw.with(State::clear_days);
    office.refresh().await;
    assert_eq!(office.text(A, Field::City).await, "Reno");
}

#[tokio::test]
async fn another_order_than_the_one_that_was_asked_for_is_not_taken() {
    let office = Office::filled(10).await;
    office.ppw.with(|state| {
        state.change(A, "city", "Reno".into());
        state.change(A, "ppw_report_id", B.to_string().into());
    });
    let import = office.full().await;
    assert_eq!((import.counts.changed, import.counts.removed), (0, 0), "{import:?}");
    assert!(import.problems[0].reason.contains("another order"), "{import:?}");
    office.ppw.with(|state| state.change(A, "ppw_report_id", A.to_string().into()));
    assert_eq!(office.refresh().await.counts.changed, 1);
}
