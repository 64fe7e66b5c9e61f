//! A client system that does what it should.

use std::sync::Arc;

use muster_core::model::{Field, Mode, Outcome};
use muster_core::{ErrorCode, IntegrationInput, OnSave};
use muster_tests::front::Trouble;
use serde_json::json;
use tokio::sync::Notify;

use crate::clients::{self, Client};
use crate::office::{FullImport, Office, Refresh, code, input};

const ORDERS: usize = 20;

#[tokio::test]
async fn good_credentials_are_good_wrong_ones_are_wrong_and_nobody_there_cannot_be_reached() {
    for client in clients::all(ORDERS).await {
        let office = Office::new().await;
        let try_out = async |input: IntegrationInput| office.muster.try_out(client.kind, None, input).await;
        try_out(input(&client)).await.unwrap_or_else(|error| panic!("{}: {error:?}", client.name));

        if let Some((name, _)) = client.secrets.first() {
            let mut wrong = input(&client);
            for (_, secret) in &mut wrong.secrets {
                *secret = "canary-wrong-1".into();
            }
            let error = try_out(wrong).await.unwrap_err();
            assert_eq!(error.code, ErrorCode::WrongCredentials, "{}: {error:?}", client.name);
            assert!(error.fields.iter().any(|field| field == name), "{}: {error:?}", client.name);
            assert!(!error.message.contains("canary"), "{}: {error:?}", client.name);
        }
        let nowhere = |place: &str| match place {
            "path" => json!(office.folder.path().join("nothing here")),
            _ => json!("http://127.0.0.1:9/"),
        };
        if let Some(place) = client.place {
            let mut away = input(&client);
            away.settings.insert(place.to_owned(), nowhere(place));
            let error = try_out(away).await.unwrap_err();
            assert_eq!(error.code, ErrorCode::CannotReach, "{}: {error:?}", client.name);
        }
    }
}

#[tokio::test]
async fn everything_twice_gives_the_same_projects() {
    for client in clients::all(ORDERS).await {
        let office = Office::filled(&client).await;
        let before = office.projects().await;
        assert_eq!(before.len(), ORDERS, "{}", client.name);
        let again = office.import(FullImport).await;
        if client.moves {
            assert!(again.counts.unchanged > 0, "{}", client.name);
            continue;
        }
        assert_eq!((again.counts.unchanged, again.counts.removed), (ORDERS as u64, 0), "{}: {again:?}", client.name);
        assert_eq!(office.projects().await, before, "{}", client.name);
    }
}

#[tokio::test]
async fn a_full_import_brings_what_changed_and_removes_what_is_gone() {
    for client in clients::all(ORDERS).await.into_iter().filter(|client| !client.moves) {
        let office = Office::filled(&client).await;
        client.lose_one();
        client.change_one();
        let import = office.import(FullImport).await;
        let counts = import.counts;
        assert_eq!((counts.added, counts.changed, counts.removed), (0, 1, 1), "{}: {import:?}", client.name);
        assert!(
            office
                .projects()
                .await
                .iter()
                .any(|one| format!("{:?}", one.fields).contains("Bixby") || client.kind == "pruvan")
        );
    }
}

#[tokio::test]
async fn of_two_refreshes_in_a_row_the_second_brings_nothing_old() {
    for client in clients::all(ORDERS).await.into_iter().filter(|client| !client.moves) {
        let office = Office::filled(&client).await;
        client.change_one();
        let first = office.import(Refresh).await;
        assert_eq!((first.counts.added, first.counts.changed), (0, 1), "{}: {first:?}", client.name);
        let before = office.projects().await;
        let second = office.import(Refresh).await;
        let counts = second.counts;
        assert_eq!((counts.added, counts.changed, counts.removed), (0, 0, 0), "{}: {second:?}", client.name);
        assert_eq!(office.projects().await, before, "{}", client.name);
    }
}

#[tokio::test]
async fn only_a_type_that_says_so_assigns_work() {
    let mut assigned = 0;
    for client in clients::all(3).await {
        let office = Office::new().await;
        let input = IntegrationInput { mode: Some(Mode::Internal), ..input(&client) };
        office.muster.add_integration(client.kind, input, OnSave::Validate).await.unwrap();
        office.import(FullImport).await;
        let descriptor = muster_core::connectors::find(client.kind).unwrap();
        for project in office.projects().await {
            let somebody = project.fields.text(Field::AssignedTo);
            assert!(descriptor.capabilities.assignment || somebody.is_none(), "{}: {project:?}", client.name);
            assigned += usize::from(somebody == Some("crew.ann"));
        }
    }
    assert!(assigned > 0);
}

#[tokio::test]
async fn a_refresh_removes_nothing() {
    for client in clients::all(ORDERS).await.into_iter().filter(|client| !client.moves) {
        let office = Office::filled(&client).await;
        client.lose_one();
        let refresh = office.import(Refresh).await;
        assert_eq!(refresh.outcome, Some(Outcome::Succeeded), "{}", client.name);
        assert_eq!((refresh.counts.removed, office.projects().await.len()), (0, ORDERS), "{}", client.name);
    }
}

#[tokio::test]
async fn a_moment_to_ask_from_in_the_future_is_noticed() {
    for client in clients::all(ORDERS).await {
        let office = Office::filled(&client).await;
        assert!(office.cursor().is_some(), "{}", client.name);
        office.database().execute("UPDATE integrations SET cursor = cursor + 864000000", []).unwrap();
        let refresh = office.import(Refresh).await;
        assert_eq!(refresh.outcome, Some(Outcome::Succeeded), "{}: {refresh:?}", client.name);
        assert!(refresh.notes.iter().any(|note| note.contains("clock")), "{}: {:?}", client.name, refresh.notes);
        let now = jiff::Timestamp::now().as_millisecond();
        assert!(office.cursor().unwrap() <= now, "{}", client.name);
    }
}

#[tokio::test]
async fn cancelled_in_the_middle_of_an_answer_nothing_has_changed() {
    for client in clients::servers(ORDERS).await {
        let office = Office::filled(&client).await;
        let (before, cursor) = (office.projects().await, office.cursor());
        client.change_one();
        let half = Arc::new(Notify::new());
        let front = client.front.as_ref().unwrap();
        front.plays(Some(Trouble::Half(Arc::clone(&half))), client.before_orders);
        let request = muster_core::ImportRequest::new(code(), FullImport);
        let import = office.muster.start_import(request).await.unwrap();
        half.notified().await;
        import.cancel();
        let import = import.wait().await.unwrap();
        assert_eq!(import.outcome, Some(Outcome::Cancelled), "{}: {import:?}", client.name);
        assert_eq!((office.projects().await, office.cursor()), (before, cursor), "{}", client.name);
        front.plays(None, 0);
        assert_eq!(office.import(FullImport).await.counts.changed, 1, "{}", client.name);
    }
}

#[tokio::test]
async fn the_first_records_are_shown_by_those_that_say_so_and_import_nothing() {
    for client in clients::all(ORDERS).await {
        let office = Office::new().await;
        let descriptor = muster_core::connectors::find(client.kind).unwrap();
        if !descriptor.capabilities.look || shows_none(&client) {
            continue;
        }
        let look = office.muster.look(client.kind, None, input(&client)).await.unwrap();
        assert!(
            !look.columns.is_empty() && !look.rows.is_empty() && !look.orders.is_empty(),
            "{}: {look:?}",
            client.name
        );
        assert!(look.rows.iter().all(|row| row.len() == look.columns.len()), "{}", client.name);
        office.add(&client, OnSave::DoNotValidate).await.unwrap();
        assert!(office.projects().await.is_empty(), "{}", client.name);
    }
}

/// PPW has one call for each order, and nothing that must be chosen by hand.
fn shows_none(client: &Client) -> bool {
    client.name == "mcs by ppw"
}

#[tokio::test]
async fn another_road_takes_no_secret_along() {
    let clients = clients::all(3).await;
    let of = |name: &str| clients.iter().find(|client| client.name == name).unwrap();
    let (ppw, sheet, direct) = (of("mcs by ppw"), of("mcs by a spreadsheet"), of("mcs directly"));
    let office = Office::with(ppw).await;
    let change = |client: &Client| IntegrationInput { code: None, ..input(client) };
    office.muster.edit_integration(&code(), change(sheet), OnSave::Validate).await.unwrap();
    assert!(office.muster.integration(&code()).await.unwrap().secrets.is_empty());
    assert_eq!(office.import(FullImport).await.counts.added, 3);
    assert!(office.muster.description(&code()).await.is_err());
    office.muster.edit_integration(&code(), change(direct), OnSave::Validate).await.unwrap();
    assert_eq!(office.muster.integration(&code()).await.unwrap().secrets, ["key"]);
    // Whatever asks a web API has a description that can be handed on.
    assert!(office.muster.description(&code()).await.unwrap().contains("muster_description"));
}
