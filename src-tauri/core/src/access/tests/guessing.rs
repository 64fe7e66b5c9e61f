//! What somebody who guesses passwords finds.

use jiff::Timestamp;

use super::*;
use crate::store::sign_in_failures::{Failures, forget, get, put};

async fn failed(place: &Place, username: &str, count: u32, last_at: Timestamp) {
    let tx = place.muster.inner.store.write().await.unwrap();
    put(&tx, username, Failures { count, last_at }).await.unwrap();
    tx.commit().await.unwrap();
}

fn minutes_ago(minutes: i64) -> Timestamp {
    Timestamp::now() - jiff::SignedDuration::from_mins(minutes)
}

#[tokio::test]
async fn a_refusal_does_not_say_why() {
    let (place, session) = Place::with_ann().await;
    let door = place.muster.admin(&session).await.unwrap();
    for (name, role) in [("crew", Role::Crew), ("client", Role::Client), ("gone", Role::Staff)] {
        door.add_user(new(name, role, Some("the password"))).await.unwrap();
    }
    let gone = door.user_by_name("gone").await.unwrap();
    door.set_user_active(gone.id, false).await.unwrap();
    let mut refusals = Vec::new();
    for name in ["ann", "crew", "client", "gone", "nobody", "ann\0", "' OR 1=1 --"] {
        let error = refused(place.muster.sign_in(name, &secret("the password")).await, ErrorCode::WrongCredentials);
        assert_eq!(error.fields, ["password"]);
        refusals.push((error.message, error.retry));
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
}

#[tokio::test]
async fn the_right_password_waits_too_in_every_process_whatever_the_case() {
    let (place, _) = Place::with_ann().await;
    for _ in 0..3 {
        let wrong = place.muster.sign_in("ann", &secret("wrong password")).await;
        refused(wrong, ErrorCode::WrongCredentials);
    }
    let known = get(place.muster.inner.store.reader(), "ANN").await.unwrap().unwrap();
    assert_eq!(known.count, 3);
    failed(&place, "ANN", 12, Timestamp::now()).await;
    for muster in [place.muster.clone(), place.again().await] {
        for name in ["ann", "Ann"] {
            let error = refused(muster.sign_in(name, &secret(PASSWORD)).await, ErrorCode::NotAllowed);
            assert!(error.retry && error.message.contains("minutes"), "{error}");
        }
    }
    failed(&place, "ann", 12, minutes_ago(6)).await;
    assert!(place.muster.sign_in("ann", &secret(PASSWORD)).await.is_ok());
    assert_eq!(get(place.muster.inner.store.reader(), "ann").await.unwrap(), None, "a success clears it");
}

#[tokio::test]
async fn names_that_nobody_has_are_slowed_down_alike() {
    let (place, _) = Place::with_ann().await;
    failed(&place, "nobody", 12, Timestamp::now()).await;
    refused(place.muster.sign_in("Nobody", &secret(PASSWORD)).await, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn the_own_old_password_cannot_be_guessed_faster() {
    let (place, session) = Place::with_ann().await;
    failed(&place, "ann", 12, Timestamp::now()).await;
    let changed = place.muster.change_password(&session, &secret(PASSWORD), &secret("another password")).await;
    refused(changed, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn of_guesses_at_the_same_time_only_one_is_looked_at() {
    let (place, _) = Place::with_ann().await;
    failed(&place, "ann", 12, minutes_ago(6)).await;
    let tries = (0..20).map(|_| place.muster.inner.count_attempt("ann"));
    let tries = futures_util::future::join_all(tries).await;
    assert_eq!(tries.iter().filter(|attempt| attempt.is_ok()).count(), 1);
}

#[tokio::test]
async fn what_is_remembered_is_bounded_and_a_flood_of_names_hides_nobody() {
    let (place, _) = Place::with_ann().await;
    let old = Timestamp::now() - jiff::SignedDuration::from_hours(25);
    failed(&place, "old", 12, old).await;
    failed(&place, "ann", 5, minutes_ago(60)).await;
    for number in 0..10 {
        failed(&place, &format!("flood{number}"), 1, Timestamp::now()).await;
    }
    let tx = place.muster.inner.store.write().await.unwrap();
    let day_ago = Timestamp::now() - jiff::SignedDuration::from_hours(24);
    forget(&tx, day_ago, 4).await.unwrap();
    assert_eq!(get(&tx, "old").await.unwrap(), None);
    assert!(get(&tx, "ann").await.unwrap().is_some());
    let mut left = 0;
    for number in 0..10 {
        left += usize::from(get(&tx, &format!("flood{number}")).await.unwrap().is_some());
    }
    assert_eq!(left, 4);
}

#[tokio::test]
async fn an_admin_lets_somebody_in_again_with_another_password() {
    let (place, session) = Place::with_ann().await;
    let door = place.muster.admin(&session).await.unwrap();
    let bob = door.add_user(new("bob", Role::Staff, Some("bob's password"))).await.unwrap();
    failed(&place, "bob", 12, Timestamp::now()).await;
    door.reset_password(bob.id, &secret("bob's new password")).await.unwrap();
    assert!(place.muster.sign_in("bob", &secret("bob's new password")).await.is_ok());
}

#[tokio::test]
async fn a_flood_of_names_that_nobody_has_does_not_wash_away_a_user() {
    let (place, _) = Place::with_ann().await;
    for number in 0..30 {
        failed(&place, &format!("nobody-{number}"), 9, Timestamp::now()).await;
    }
    failed(&place, "ann", 1, Timestamp::now()).await;
    let tx = place.muster.inner.store.write().await.unwrap();
    forget(&tx, minutes_ago(60), 20).await.unwrap();
    tx.commit().await.unwrap();
    let known = get(place.muster.inner.store.reader(), "ann").await.unwrap();
    assert_eq!(known.map(|known| known.count), Some(1));
}
