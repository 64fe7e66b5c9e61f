//! Setting one up: descriptions and where they come from, validating, the first records.

use muster_core::connectors::READY_MADE;
use muster_core::model::{Field, Outcome};
use muster_core::{ErrorCode, OnSave};
use muster_tests::web_api::{Auth, Config, Paging, Simulator, Trouble};
use serde_json::{Value, json};

use super::{Office, paged, thin};
use crate::support::{CODE, code};

#[tokio::test]
async fn what_is_wrong_with_a_description_is_said_before_anything_is_sent() {
    let office = Office::empty(Config::orders(3)).await;
    for (pointer, value, said) in [
        ("/muster_description", json!(2), "newer Muster"),
        ("/name", json!(" "), "a name is needed"),
        ("/base_url", json!("http://client.example/v1"), "must begin with https"),
        ("/base_url", json!("https://u:p@client.example/v1"), "user name or a password"),
        ("/base_url", json!(""), "does not say where the API is"),
        ("/list/records", json!("data"), "a JSON Pointer is expected"),
        ("/list/request/path", json!("orders"), "begins with /"),
        ("/list/request/path", json!("/orders?open=1"), "belongs into query"),
        ("/list/request/path", json!("/orders/{key}"), "no {key} here"),
        ("/list/request/headers", json!({ "Authorization": "x" }), "credentials belong into the settings"),
        ("/list/request/body", json!({}), "only POST"),
        ("/list/since/parameter", json!("/since"), "only POST"),
        ("/list/since/format", json!({ "strftime": "%Q%" }), "cannot be written"),
        ("/list/paging", json!({ "page": { "parameter": "changed_since" } }), "already"),
        ("/list/complete", json!("yes"), "a boolean is expected"),
        ("/mapping/key", json!({ "constant": "1" }), "comes from the order"),
        ("/mapping/fields/city", json!({ "from": "/a", "constant": "b" }), "not both"),
        ("/mapping/fields/status/map", json!({ "a": "Done" }), "a status is one of"),
        ("/mapping/fields/due_date/date", json!("%q"), "a format looks like"),
        ("/mapping/fields/town", json!("/town"), "there is no such field"),
        ("/mapping/fields/zip", json!({ "from": "/zip", "html": true }), "instructions only"),
    ] {
        let mut description = office.description();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        description.pointer_mut(parent).unwrap()[member] = value;
        let error = office.add(&description).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidInput, "{pointer}: {error:?}");
        assert!(error.message.contains(said), "{pointer}: {error:?}");
    }
    assert!(office.api.requests().is_empty());
}

#[tokio::test]
async fn validating_asks_for_one_record_or_what_the_description_says() {
    let office = Office::of(paged(30, Paging::Cursor)).await;
    office.muster.validate(&code(CODE)).await.unwrap();
    assert!(office.api.requests()[0].query.clone().unwrap().contains("limit=1"));

    let office = Office::empty(Config::orders(3)).await;
    let mut description = office.description();
    description["validate"] = json!({ "path": "/account" });
    office.add(&description).await.unwrap();
    assert_eq!(office.api.requests()[0].path, "/v2/account");
    office.api.with(|state| state.trouble(Trouble::NoAnswer));
    office.api.with(|state| state.trouble(Trouble::NoAnswer));
    assert_eq!(office.muster.validate(&code(CODE)).await.unwrap_err().code, ErrorCode::CannotReach);
    drop(office.api);
    assert_eq!(office.muster.validate(&code(CODE)).await.unwrap_err().code, ErrorCode::CannotReach);
}

#[tokio::test]
async fn the_first_records_are_shown_as_they_are_and_as_they_would_be_read() {
    for config in [paged(30, Paging::Offset), thin(30)] {
        let office = Office::of(config).await;
        let look =
            office.muster.look("web-api", Some(&code(CODE)), office.input(&office.description().to_string())).await;
        let look = look.unwrap();
        assert_eq!((look.rows.len(), look.orders.len()), (10, 10), "{look:?}");
        let column = |name: &str| look.columns.iter().position(|column| column.name == name).unwrap();
        assert_eq!(look.columns[column("/place/street")].goes_to.as_deref(), Some("address1"));
        assert_eq!(look.columns[column("/changed")].goes_to, None);
        assert_eq!(look.columns[column("/state")].goes_to.as_deref(), Some("client_status, status"));
        assert_eq!(look.rows[1][column("/place/street")], "103 Alder Court");
        assert_eq!(look.orders[0].number, "WO-1001");
        let due = look.orders[0].fields.iter().find(|field| field.name == "due_date").map(|field| field.value.as_str());
        assert_eq!(due, Some("2026-12-04"), "{look:?}");
        assert_eq!(
            (look.orders[0].tasks.as_slice(), look.orders[0].problems.len()),
            (&["Grass cut".to_owned()][..], 0)
        );
        assert!(office.projects().await.is_empty());
    }
}

#[tokio::test]
async fn a_description_in_a_file_is_read_anew_at_every_import() {
    let office = Office::empty(Config::orders(3)).await;
    let path = office.folder.path().join("acme.json");
    let mut description = office.description();
    std::fs::write(&path, description.to_string()).unwrap();
    office.muster.add_integration("web-api", office.input(path.to_str().unwrap()), OnSave::Validate).await.unwrap();
    assert_eq!(office.full().await.counts.added, 3);

    // The same orders mean something else now: none is skipped, and a Refresh asks for all of them.
    description["mapping"]["fields"]["city"] = "/place/region".into();
    std::fs::write(&path, description.to_string()).unwrap();
    let import = office.refresh().await;
    assert_eq!(import.counts.changed, 3, "{import:?}");
    assert_eq!(office.text(1001, Field::City).await, "OK");

    // So it is if somebody tries the new one first.
    description["mapping"]["fields"]["city"] = "/place/town".into();
    std::fs::write(&path, description.to_string()).unwrap();
    office.muster.validate(&code(CODE)).await.unwrap();
    let import = office.refresh().await;
    assert_eq!(import.counts.changed, 3, "{import:?}");

    // Another address gets no credentials before somebody has looked.
    let other = Simulator::start(Config::orders(3)).await.unwrap();
    description["base_url"] = other.url().into();
    std::fs::write(&path, description.to_string()).unwrap();
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Failed), "{import:?}");
    assert!(import.error.unwrap().message.contains("another address"));
    assert!(other.requests().is_empty());
    office.muster.validate(&code(CODE)).await.unwrap();
    assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded));

    std::fs::remove_file(&path).unwrap();
    let error =
        office.muster.start_import(muster_core::ImportRequest::new(code(CODE), crate::support::FullImport)).await;
    let failed = match error {
        Ok(handle) => handle.wait().await.unwrap().error.unwrap().message,
        Err(error) => error.message,
    };
    assert!(failed.contains("cannot be read"), "{failed}");
}

#[tokio::test]
async fn a_description_is_handed_on_as_a_file() {
    let auth = Auth::Bearer { token: "t-123456".into() };
    let office = Office::of(Config { auth, ..Config::orders(3) }).await;
    let path = office.folder.path().join("saved.json");
    office.muster.save_description(&code(CODE), &path).await.unwrap();
    let saved = std::fs::read_to_string(&path).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&saved).unwrap(), office.description());
    assert!(!saved.contains("t-123456"));
    assert!(office.muster.save_description(&code(CODE), office.folder.path()).await.is_err());
}

#[tokio::test]
async fn what_muster_brings_needs_only_credentials_and_an_address() {
    let office = Office::empty(Config::orders(3)).await;
    for ready in READY_MADE {
        let mut input = office.input(&format!("ready:{}", ready.name));
        input.settings.insert("base_url".to_owned(), "https://127.0.0.1:1/api".into());
        input.settings.insert("client_id".to_owned(), "ORG-1F-muster".into());
        input.secrets = vec![
            ("key".to_owned(), "k-123456".to_owned().into()),
            ("client_secret".to_owned(), "c-123456".to_owned().into()),
        ];
        input.code = Some(code(&ready.name[..3]));
        office.muster.add_integration("web-api", input, OnSave::DoNotValidate).await.unwrap();
    }
}
