//! A client system that has a bad day: whatever it does, the projects stay what they were, and no secret comes out.

use muster_core::ErrorCode;
use muster_core::model::{Import, Outcome};
use muster_tests::front::Trouble;

use crate::clients::{self, Client};
use crate::office::{FullImport, Office, Refresh};

const ORDERS: usize = 20;

/// An import during which that happens to every request after the first `after` changes nothing.
async fn fails(client: &Client, office: &Office, trouble: Trouble, after: usize) -> Import {
    let (before, cursor) = (office.projects().await, office.cursor());
    let front = client.front.as_ref().unwrap();
    let what = format!("{}: {trouble:?} after {after}", client.name);
    front.plays(Some(trouble), after);
    let import = office.import(FullImport).await;
    front.plays(None, 0);
    assert_eq!(import.counts.removed, 0, "{what}: {import:?}");
    assert_eq!(import.pending_removals, 0, "{what}: {import:?}");
    assert_eq!(office.cursor(), cursor, "{what}: it asks from another moment the next time");
    assert_eq!(office.projects().await, before, "{what}");
    let told = format!("{import:?}");
    for (_, secret) in &client.secrets {
        assert!(!told.contains(secret.as_str()), "{what}: a secret is in {told}");
    }
    import
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
            let import = fails(&client, &office, trouble.clone(), 0).await;
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
async fn a_refused_login_is_one_and_stops_the_schedule() {
    for client in clients::servers(ORDERS).await {
        let office = Office::filled(&client).await;
        for status in [401, 403] {
            let import = fails(&client, &office, Trouble::Status(status, None), 0).await;
            let code = import.error.as_ref().unwrap().code;
            let refused = code == ErrorCode::WrongCredentials || (status == 403 && code == ErrorCode::Refused);
            assert!(refused, "{}: {status}: {import:?}", client.name);
            // A password is sent once: who tries it again may lock the account.
            assert_eq!(client.front.as_ref().unwrap().requests(), 0);
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
            let passed = front.requests() <= client.before_orders.max(1);
            front.plays(None, 0);
            if passed {
                // It had all that it wanted before that.
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
