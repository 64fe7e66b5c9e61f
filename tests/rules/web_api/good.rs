//! On a good day.

use std::time::Duration;

use muster_core::model::{Field, Outcome};
use muster_core::{IntegrationInput, OnSave};
use muster_tests::web_api::{Auth, Config, Paging, order};
use serde_json::{Value, json};

use super::{Office, oauth, paged, thin};
use crate::support::{CODE, code};

#[tokio::test]
async fn every_kind_of_paging_brings_the_whole_list() {
    for (paging, requests) in [
        (Paging::None, 1),
        (Paging::Offset, 3),
        // Without a total only an empty page is the end.
        (Paging::Page, 4),
        (Paging::NextLink, 3),
        (Paging::LinkHeader, 3),
        (Paging::Cursor, 3),
    ] {
        let office = Office::filled(paged(30, paging)).await;
        assert_eq!(office.projects().await.len(), 30, "{paging:?}");
        let import = office.full().await;
        assert_eq!((import.counts.unchanged, import.counts.removed), (30, 0), "{paging:?}");
        assert_eq!(office.api.count("/v2/orders"), requests, "{paging:?}");
        assert!(office.api.requests().iter().all(|one| one.query.as_deref().unwrap_or_default().contains("open=1")));

        office.api.with(|state| drop(state.orders.drain(10..12)));
        assert_eq!(office.full().await.counts.removed, 2, "{paging:?}");
    }
}

#[tokio::test]
async fn a_server_that_caps_its_pages_loses_nothing() {
    // 25 at a time are asked for, and 10 come.
    let office = Office::empty(paged(30, Paging::Offset)).await;
    let mut description = office.description();
    description["list"]["page_size"]["size"] = 25.into();
    description["list"]["paging"]["offset"]["total"] = Value::Null;
    office.add(&description).await.unwrap();
    let import = office.full().await;
    assert_eq!((import.outcome, import.counts.added), (Some(Outcome::Succeeded), 30), "{import:?}");
}

#[tokio::test]
async fn everybody_is_known_by_what_they_show() {
    for auth in [
        Auth::None,
        Auth::Basic { username: "northwind".into(), password: "pass:w\u{f6}rd".into() },
        Auth::Header { name: "x-api-key".into(), prefix: String::new(), key: "k-123456".into() },
        Auth::Header { name: "authorization".into(), prefix: "ApiKey ".into(), key: "k-123456".into() },
        Auth::Bearer { token: "t-123456".into() },
        oauth(3600, false, true),
        oauth(3600, false, false),
        oauth(3600, true, false),
    ] {
        let office = Office::filled(Config { auth: auth.clone(), ..paged(12, Paging::Cursor) }).await;
        assert_eq!(office.projects().await.len(), 12, "{auth:?}");
        let wrong = IntegrationInput {
            secrets: vec![(["password", "key", "client_secret"][kind(&auth)].to_owned(), "wrong".to_owned().into())],
            ..IntegrationInput::default()
        };
        if auth != Auth::None {
            let error = office.muster.edit_integration(&code(CODE), wrong, OnSave::Validate).await.unwrap_err();
            assert_eq!(error.code, muster_core::ErrorCode::WrongCredentials, "{auth:?}: {error:?}");
        }
    }
}

fn kind(auth: &Auth) -> usize {
    match auth {
        Auth::None | Auth::Basic { .. } => 0,
        Auth::Header { .. } | Auth::Bearer { .. } => 1,
        Auth::OAuth2 { .. } => 2,
    }
}

#[tokio::test]
async fn an_order_is_read_as_the_description_says() {
    let office = Office::filled(Config::orders(3)).await;
    for (field, value) in [
        (Field::Address1, "102 Alder Court"),
        (Field::Zip, "04101"),
        (Field::Country, "US"),
        (Field::DueDate, "2026-12-04"),
        (Field::ClientStatus, "open"),
        (Field::Reference, "Inspection"),
        (Field::ClientInstructions, "<p>Mind the &lt;dog> &amp; the gate.<br>Photos of all sides.</p>"),
    ] {
        assert_eq!(office.text(1001, field).await, value, "{field:?}");
    }
    let project = office.muster.project(&code(CODE), "WO-1001").await.unwrap();
    assert_eq!(project.project.tasks.len(), 1);

    office.api.with(|state| {
        state.change(1001, "/state", "VOID".into(), 1_900_000_000);
        state.change(1002, "/state", "done".into(), 1_900_000_000);
        state.change(1003, "/due", "soon".into(), 1_900_000_000);
    });
    let import = office.refresh().await;
    assert_eq!((import.counts.changed, import.problem_count), (2, 1), "{import:?}");
    assert!(import.problems[0].reason.contains("\"soon\" is no date"), "{import:?}");
    assert_eq!(office.text(1001, Field::Status).await, "Closed");
    assert_eq!(office.text(1002, Field::Status).await, "Complete");
    assert_eq!(office.text(1003, Field::DueDate).await, "2026-12-04");
}

#[tokio::test]
async fn a_refresh_asks_from_a_moment_and_the_next_one_brings_nothing() {
    let office = Office::filled(Config::orders(5)).await;
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    office.api.with(|state| {
        state.orders.push(order(2001));
        state.change(2001, "/state", "open".into(), now);
    });
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.counts.unchanged), (1, 0), "{import:?}");
    let asked = office.api.requests()[0].query.clone().unwrap();
    assert!(asked.contains("changed_since=20"), "{asked}");
    let import = office.refresh().await;
    assert_eq!((import.counts.added, import.counts.changed), (0, 0), "{import:?}");
    // A Full Import asks for everything.
    office.api.clear_requests();
    office.full().await;
    assert!(!office.api.requests()[0].query.clone().unwrap().contains("changed_since"));
}

#[tokio::test]
async fn a_list_by_post_has_its_parameters_in_the_body() {
    let office = Office::empty(paged(25, Paging::Offset)).await;
    let mut description = office.description();
    description["list"]["request"] = json!({ "method": "POST", "path": "/orders", "body": { "open": true } });
    description["list"]["paging"] = json!({ "offset": { "parameter": "/offset" } });
    description["list"]["page_size"] = json!({ "parameter": "/limit", "size": 10 });
    description["list"]["since"] = json!({ "parameter": "/filter/since", "format": "unix" });
    office.add(&description).await.unwrap();
    assert_eq!(office.full().await.counts.added, 25);
    office.api.clear_requests();
    office.refresh().await;
    let body: Value = serde_json::from_slice(&office.api.requests()[0].body).unwrap();
    assert_eq!((&body["open"], &body["offset"], &body["limit"]), (&json!(true), &json!(0), &json!(10)));
    assert!(body["filter"]["since"].as_i64().unwrap() > 1_600_000_000, "{body}");
}

#[tokio::test]
async fn orders_are_fetched_one_by_one_only_if_their_entry_changed_and_four_at_once() {
    let office = Office::filled(Config { pace: Duration::from_millis(2), ..thin(150) }).await;
    assert_eq!(office.projects().await.len(), 150);
    assert_eq!(office.api.with(|state| state.most_at_once), 4);
    assert_eq!(office.full().await.counts.unchanged, 150);
    assert_eq!(office.api.requests().len(), 1);

    office.api.with(|state| state.change(1007, "/due", "01/05/2027".into(), 1_790_000_001));
    office.api.clear_requests();
    let import = office.full().await;
    assert_eq!((import.counts.changed, import.counts.unchanged), (1, 149), "{import:?}");
    assert_eq!(office.api.requests().len(), 2);
    assert_eq!(office.text(1007, Field::DueDate).await, "2027-01-05");
}

#[tokio::test]
async fn a_list_that_does_not_tell_of_changes_is_fetched_order_by_order_every_time() {
    let office = Office::empty(thin(6)).await;
    let mut description = office.description();
    description["detail"] =
        json!({ "request": { "method": "POST", "path": "/order", "body": { "id": "{key}" } }, "record": "/order" });
    office.add(&description).await.unwrap();
    assert_eq!(office.full().await.counts.added, 6);
    // Nothing in the list says so.
    office.api.with(|state| state.change(1002, "/due", "01/05/2027".into(), 1_790_000_000));
    office.api.clear_requests();
    let import = office.full().await;
    assert_eq!((import.counts.changed, import.counts.unchanged), (1, 5), "{import:?}");
    assert_eq!(office.api.count("/v2/order"), 6);
}

#[tokio::test]
async fn a_list_that_is_asked_for_in_parts_is_one_list() {
    let office = Office::empty(paged(30, Paging::Offset)).await;
    let mut description = office.description();
    // Its parts are the same here: each order comes twice, and that is told.
    description["list"]["sweep"] = json!({ "parameter": "region", "values": ["OK", "KS"] });
    office.add(&description).await.unwrap();
    office.api.clear_requests();
    let import = office.full().await;
    assert_eq!((import.outcome, office.projects().await.len()), (Some(Outcome::Succeeded), 30), "{import:?}");
    let regions =
        office.api.requests().iter().filter(|one| one.query.as_deref().unwrap().contains("region=KS")).count();
    assert_eq!(regions, 3);
}
