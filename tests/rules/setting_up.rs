//! Setting up an integration in a window: trying values out before they are saved, codes, people, the schedule.

use jiff::{ToSpan, ZonedDateTime};
use muster_core::model::{Outcome, ProjectFilter, Schedule};
use muster_core::{ErrorCode, GrantKind, IntegrationInput, NewAdmin, OnSave};
use muster_tests::pruvan::{Call, Config, Simulator};
use serde_json::json;

use crate::support::{CODE, Office, code, orders};

fn password(secret: &str) -> IntegrationInput {
    IntegrationInput { secrets: vec![("password".to_owned(), secret.to_owned().into())], ..IntegrationInput::default() }
}

fn address(url: &str) -> IntegrationInput {
    let settings = json!({ "url": url }).as_object().cloned().unwrap();
    IntegrationInput { settings, ..IntegrationInput::default() }
}

fn validations(office: &Office) -> usize {
    office.client.requests().iter().filter(|request| request.call == Some(Call::Validate)).count()
}

#[tokio::test]
async fn values_that_were_tried_out_are_saved_without_another_connection() {
    let office = Office::of(orders(1..=3)).await;
    let right = office.client.credentials().password;
    office.muster.try_out("pruvan", Some(&code(CODE)), password(&right)).await.unwrap();
    assert_eq!(validations(&office), 1);
    let saved = office.muster.edit_integration(&code(CODE), password(&right), OnSave::Validate).await.unwrap();
    assert!(saved.validated);
    assert_eq!(validations(&office), 1, "the password was sent once");
}

#[tokio::test]
async fn other_values_than_those_that_were_tried_out_are_tried_when_they_are_saved() {
    let office = Office::of(orders(1..=3)).await;
    let right = office.client.credentials().password;
    office.muster.try_out("pruvan", Some(&code(CODE)), password(&right)).await.unwrap();
    let refused = office.muster.edit_integration(&code(CODE), password("wrong"), OnSave::Validate).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongCredentials);
    assert_eq!(validations(&office), 2);
    let tried = office.muster.try_out("pruvan", Some(&code(CODE)), password("wrong")).await.unwrap_err();
    assert_eq!((tried.code, tried.fields.is_empty()), (ErrorCode::WrongCredentials, false));
    assert!(office.integration().await.validated, "nothing was saved");
}

#[tokio::test]
async fn a_stored_secret_goes_to_no_other_server_than_it_was_entered_for() {
    let office = Office::of(orders(1..=3)).await;
    let thief = Simulator::start(Config { orders: 0, ..Config::default() }).await.unwrap();
    let (there, code) = (address(&thief.url()), code(CODE));
    let refused = office.muster.try_out("pruvan", Some(&code), address(&thief.url())).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(refused.fields.contains(&"password".to_owned()), "{refused:?}");
    let refused = office.muster.edit_integration(&code, there, OnSave::DoNotValidate).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(thief.requests().is_empty(), "nothing was sent there");
    // Another path on the same server is the same server.
    let same = format!("{}/", office.client.url());
    office.muster.edit_integration(&code, address(&same), OnSave::DoNotValidate).await.unwrap();
    // With the secrets entered anew it may go elsewhere.
    let credentials = thief.credentials();
    let secrets =
        vec![("password".to_owned(), credentials.password.into()), ("token".to_owned(), credentials.token.into())];
    let anew = IntegrationInput { secrets, ..address(&thief.url()) };
    office.muster.edit_integration(&code, anew, OnSave::DoNotValidate).await.unwrap();
}

#[tokio::test]
async fn a_code_is_checked_while_it_is_typed() {
    let office = Office::filled(orders(1..=3)).await;
    let check = async |text: &str, but: Option<&str>| {
        let but = but.map(code);
        let check = office.muster.check_code(text, but.as_ref()).await.unwrap();
        (check.free, check.kept_projects)
    };
    assert_eq!(check("NEW", None).await, (true, 0));
    assert_eq!(check("nwf", None).await, (false, 0));
    assert_eq!(check("nwf", Some("NWF")).await, (true, 0));
    assert_eq!(check("N W", None).await, (false, 0));
    office.delete_integration(muster_core::model::ProjectsOnDelete::Keep).await;
    assert_eq!(check("nwf", None).await, (true, 3));
}

#[tokio::test]
async fn publish_to_takes_addresses_and_usernames_once() {
    let office = Office::filled(orders(1..=3)).await;
    let (code, muster) = (code(CODE), &office.muster);
    let people = muster.add_person(&code, " Client@Example.com ").await.unwrap();
    assert_eq!(
        (people[0].person.as_str(), people[0].kind, people[0].added_by.as_str()),
        ("Client@Example.com", GrantKind::Email, "ann")
    );
    assert_eq!(muster.add_person(&code, "client@example.com").await.unwrap_err().code, ErrorCode::Conflict);
    for bad in ["", "nobody", "a@b", "a b@example.com"] {
        let refused = muster.add_person(&code, bad).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.fields.as_slice()),
            (ErrorCode::InvalidInput, ["person".to_owned()].as_slice()),
            "{bad}"
        );
    }
    let admin =
        NewAdmin { username: "ann".to_owned(), name: None, email: None, password: "correct horse".to_owned().into() };
    office.program.create_first_admin(admin).await.unwrap();
    let user = muster_core::NewUser {
        username: "carla".to_owned(),
        name: None,
        email: Some("carla@client.example".to_owned()),
        role: muster_core::model::Role::Client,
        password: None,
    };
    muster.add_user(user).await.unwrap();
    let people = muster.add_person(&code, "CARLA").await.unwrap();
    assert_eq!(
        people.iter().map(|one| (one.person.as_str(), one.kind)).collect::<Vec<_>>(),
        [("carla", GrantKind::Username), ("Client@Example.com", GrantKind::Email)]
    );

    let seen = async |person: &str| muster.seen_by(person, &ProjectFilter::default()).await.unwrap().total;
    assert_eq!((seen("carla").await, seen("client@EXAMPLE.com").await, seen("dora").await), (3, 3, 0));
    muster.remove_person(&code, "carla").await.unwrap();
    assert_eq!(seen("carla").await, 0);
    // By the e-mail address that an Admin gave the user.
    muster.add_person(&code, "carla@client.example").await.unwrap();
    assert_eq!(seen("carla").await, 3);
}

#[tokio::test]
async fn what_is_due_is_refreshed_and_a_refused_login_stops_the_schedule() {
    let office = Office::filled(orders(1..=3)).await;
    let hourly = IntegrationInput { schedule: Some(Schedule::Hourly), ..IntegrationInput::default() };
    assert_eq!(office.set(hourly).await.unwrap().schedule, Schedule::Hourly);
    let now = ZonedDateTime::now();
    let later = |minutes: i64| now.checked_add(minutes.minutes()).unwrap();
    assert!(office.program.refresh_due(&later(59)).await.unwrap().is_empty());
    let started = office.program.refresh_due(&later(61)).await.unwrap();
    assert_eq!(started.len(), 1);
    let ended = async |id: i64| loop {
        let import = office.muster.import(id).await.unwrap();
        if import.outcome.is_some() {
            return import;
        }
        tokio::task::yield_now().await;
    };
    let import = ended(started[0]).await;
    assert_eq!((import.outcome, import.asked_by.as_str()), (Some(Outcome::Succeeded), "schedule"));

    office.client.with(|state| state.credentials.password = "changed at the client".to_owned());
    let refused = ended(office.program.refresh_due(&later(122)).await.unwrap()[0]).await;
    assert_eq!(refused.error.unwrap().code, ErrorCode::WrongCredentials);
    assert!(office.integration().await.login_refused);
    assert!(office.program.refresh_due(&later(500)).await.unwrap().is_empty(), "nobody mended it");
    office.muster.edit_integration(&code(CODE), password("changed at the client"), OnSave::Validate).await.unwrap();
    assert!(!office.integration().await.login_refused);
    assert_eq!(office.program.refresh_due(&later(500)).await.unwrap().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_data_directory_that_muster_makes_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("office/data");
    muster_core::log::start(&folder, "muster_tests");
    let secrets = std::sync::Arc::new(crate::support::Secrets::default());
    muster_core::Muster::open(muster_core::Options::new(&folder, secrets)).await.unwrap().close().await.unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("logs"))), (0o700, 0o700));
    assert_eq!(mode(&folder.join("muster.db")), 0o600);
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_at_its_address() {
    let office = Office::of(orders(1..=3)).await;
    let secrets = ["password", "token"].map(|name| (name.to_owned(), "any".to_owned().into())).to_vec();
    let input = IntegrationInput { secrets, ..address("http://127.0.0.1:9/") };
    let tried = office.muster.try_out("pruvan", Some(&code(CODE)), input).await.unwrap_err();
    assert_eq!((tried.code, tried.fields), (ErrorCode::CannotReach, vec!["url".to_owned()]));
}
