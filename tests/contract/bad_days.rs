//! A client system that has a bad day: whatever it does, the projects stay what they were, and no secret comes out.

use muster_core::ErrorCode;
use muster_core::model::{Import, Outcome};
use muster_tests::front::Trouble;
use sha1::{Digest as _, Sha1};

use crate::clients::{self, Client};
use crate::office::{FullImport, Office, Refresh, code};

const ORDERS: usize = 20;

/// An import during which that happens to every request changes nothing. Gives its record, and how many requests there were.
async fn fails(client: &Client, office: &Office, trouble: Trouble) -> (Import, usize) {
    let (before, cursor) = (office.projects().await, office.cursor());
    let front = client.front.as_ref().unwrap();
    let what = format!("{}: {trouble:?}", client.name);
    front.plays(Some(trouble), 0);
    let import = office.import(FullImport).await;
    let requests = front.requests();
    front.plays(None, 0);
    assert!(requests > 0, "{what}: nobody was asked");
    assert_eq!(import.counts.removed, 0, "{what}: {import:?}");
    assert_eq!(import.pending_removals, 0, "{what}: {import:?}");
    assert_eq!(office.cursor(), cursor, "{what}: it asks from another moment the next time");
    assert_eq!(office.projects().await, before, "{what}");
    let integration = office.muster.integration(&code()).await.unwrap();
    let told = format!("{import:?} {integration:?}");
    for (_, secret) in &client.secrets {
        let digest: Vec<String> = Sha1::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect();
        let sha1 = digest.concat();
        for form in [secret.clone(), sha1.to_uppercase(), sha1] {
            assert!(!told.contains(&form), "{what}: a secret is in {told}");
        }
    }
    (import, requests)
}

#[tokio::test]
async fn a_bad_day_changes_nothing() {
    let troubles = [
        (Trouble::Status(500, None), ErrorCode::CannotReach),
        (Trouble::Status(503, Some(60)), ErrorCode::CannotReach),
        (Trouble::Status(429, Some(3_600)), ErrorCode::CannotReach),
        (Trouble::Silence, ErrorCode::CannotReach),
        (Trouble::Cut, ErrorCode::CannotReach),
        (Trouble::Garbage, ErrorCode::NotUnderstood),
    ];
    for client in clients::servers(ORDERS).await {
        let office = Office::filled(&client).await;
        for (trouble, expected) in troubles.clone() {
            let (import, _) = fails(&client, &office, trouble.clone()).await;
            assert_eq!(import.outcome, Some(Outcome::Failed), "{}: {trouble:?}: {import:?}", client.name);
            let code = import.error.as_ref().unwrap().code;
            // A client that keeps talking in pages of its own is down or refuses; which one is a matter of taste.
            let good = code == expected || (expected == ErrorCode::CannotReach && code == ErrorCode::Refused);
            assert!(good, "{}: {trouble:?}: {import:?}", client.name);
        }
        let after = office.import(FullImport).await;
        assert_eq!(after.counts.unchanged, ORDERS as u64, "{}: {after:?}", client.name);
    }
}

#[tokio::test]
async fn a_refused_login_is_one_and_is_not_tried_again() {
    for client in clients::servers(ORDERS).await {
        let office = Office::filled(&client).await;
        for status in [401, 403] {
            let (import, requests) = fails(&client, &office, Trouble::Status(status, None)).await;
            let code = import.error.as_ref().unwrap().code;
            let refused = code == ErrorCode::WrongCredentials || (status == 403 && code == ErrorCode::Refused);
            assert!(refused, "{}: {status}: {import:?}", client.name);
            // A password is sent once: who tries it again may lock the account.
            assert_eq!(requests, 1, "{}: {status}", client.name);
        }
    }
}

#[tokio::test]
async fn words_that_repeat_what_was_asked_give_no_secret_away() {
    for client in clients::servers(ORDERS).await {
        let office = Office::filled(&client).await;
        for status in [200, 400, 401, 403, 404, 429, 500, 503] {
            let (import, _) = fails(&client, &office, Trouble::Echo(status)).await;
            assert_eq!(import.outcome, Some(Outcome::Failed), "{}: {status}: {import:?}", client.name);
        }
    }
}

#[tokio::test]
async fn a_bad_day_in_the_middle_removes_nothing() {
    for client in clients::servers(ORDERS).await {
        let office = Office::filled(&client).await;
        client.lose_one();
        client.change_one();
        let (before, cursor) = (office.projects().await.len(), office.cursor());
        let front = client.front.as_ref().unwrap();
        for trouble in [Trouble::Status(500, None), Trouble::Cut, Trouble::Garbage, Trouble::Silence] {
            front.plays(Some(trouble.clone()), client.before_orders.max(1));
            let import = office.import(FullImport).await;
            let happened = front.requests() > client.before_orders.max(1);
            front.plays(None, 0);
            if !happened {
                // Its whole list is one answer.
                assert_eq!(client.kind, "pruvan");
                break;
            }
            assert_eq!(import.counts.removed, 0, "{}: {trouble:?}: {import:?}", client.name);
            assert_eq!(office.cursor(), cursor, "{}: {trouble:?}: {import:?}", client.name);
            assert_eq!(office.projects().await.len(), before, "{}: {trouble:?}", client.name);
        }
        let after = office.import(FullImport).await;
        assert_eq!(after.outcome, Some(Outcome::Succeeded), "{}: {after:?}", client.name);
        assert_eq!(office.projects().await.len(), ORDERS - 1, "{}: {after:?}", client.name);
    }
}

#[tokio::test]
async fn a_refresh_on_a_bad_day_asks_from_the_same_moment_again() {
    for client in clients::servers(ORDERS).await {
        let office = Office::filled(&client).await;
        client.change_one();
        let (before, cursor) = (office.projects().await, office.cursor());
        let front = client.front.as_ref().unwrap();
        front.plays(Some(Trouble::Cut), 0);
        let import = office.import(Refresh).await;
        front.plays(None, 0);
        assert_eq!(import.outcome, Some(Outcome::Failed), "{}: {import:?}", client.name);
        assert_eq!((office.projects().await, office.cursor()), (before, cursor), "{}", client.name);
        assert_eq!(office.import(Refresh).await.counts.changed, 1, "{}", client.name);
    }
}

#[tokio::test]
async fn a_list_that_goes_in_circles_is_noticed() {
    let mut circles = 0;
    for client in clients::servers(ORDERS).await {
        let office = Office::filled(&client).await;
        let before = office.projects().await;
        if !client.goes_in_circles() {
            continue;
        }
        circles += 1;
        let import = office.import(FullImport).await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "{}: {import:?}", client.name);
        assert!(client.front.as_ref().unwrap().requests() < 10 * ORDERS, "{}", client.name);
        assert_eq!(office.projects().await, before, "{}", client.name);
    }
    assert!(circles > 0);
}
