//! Staying signed in.

use super::*;

impl Memory {
    fn entries(&self) -> usize {
        self.kept.lock().unwrap().len()
    }

    fn times_asked(&self) -> u32 {
        *self.asked.lock().unwrap()
    }

    fn set_broken(&self, broken: bool) {
        *self.broken.lock().unwrap() = broken;
    }
}

#[tokio::test]
async fn who_stays_signed_in_is_there_at_the_next_start_until_signing_out() {
    let (place, session) = Place::with_ann().await;
    assert!(place.muster.resume().await.unwrap().is_none());
    assert_eq!(place.secrets.times_asked(), 0, "nobody stays, so the credential store is left alone");
    place.muster.stay_signed_in(&session).await.unwrap();
    let next = place.again().await;
    let resumed = next.resume().await.unwrap().unwrap();
    assert_eq!(next.admin(&resumed).await.unwrap().person, "ann");
    next.sign_out(&resumed).await.unwrap();
    assert_eq!(place.secrets.entries(), 0);
    assert!(place.again().await.resume().await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_that_is_worth_nothing_any_more_is_forgotten() {
    let (place, session) = Place::with_ann().await;
    let door = place.muster.admin(&session).await.unwrap();
    door.add_user(new("bob", Role::Staff, Some("bob's password"))).await.unwrap();
    let bob = place.muster.sign_in("bob", &secret("bob's password")).await.unwrap();
    place.muster.stay_signed_in(&bob).await.unwrap();
    let id = door.user_by_name("bob").await.unwrap().id;
    // Somebody else's, so that the credential store is asked at all.
    door.set_user_active(id, false).await.unwrap();
    let kept = place.secrets.kept.lock().unwrap().clone();
    place.muster.stay_signed_in(&session).await.unwrap();
    *place.secrets.kept.lock().unwrap() = kept;
    assert!(place.muster.resume().await.unwrap().is_none());
    assert_eq!(place.secrets.entries(), 0);
}

#[tokio::test]
async fn one_person_stays_at_a_time_and_signing_out_leaves_the_other() {
    let (place, ann) = Place::with_ann().await;
    let door = place.muster.admin(&ann).await.unwrap();
    door.add_user(new("bob", Role::Staff, Some("bob's password"))).await.unwrap();
    let bob = place.muster.sign_in("bob", &secret("bob's password")).await.unwrap();
    place.muster.stay_signed_in(&ann).await.unwrap();
    place.muster.stay_signed_in(&bob).await.unwrap();
    place.muster.sign_out(&ann).await.unwrap();
    let resumed = place.muster.resume().await.unwrap().unwrap();
    assert_eq!(place.muster.who(&resumed).await.unwrap().username, "bob");
}

#[tokio::test]
async fn a_credential_store_out_of_order_keeps_nobody_signed_in_and_says_so() {
    let (place, session) = Place::with_ann().await;
    place.secrets.set_broken(true);
    refused(place.muster.stay_signed_in(&session).await, ErrorCode::Secrets);
    place.secrets.set_broken(false);
    assert!(place.muster.resume().await.unwrap().is_none());
    place.muster.stay_signed_in(&session).await.unwrap();
    place.secrets.set_broken(true);
    refused(place.muster.resume().await, ErrorCode::Secrets);
    place.muster.sign_out(&session).await.unwrap();
    place.secrets.set_broken(false);
    assert!(place.muster.resume().await.unwrap().is_none(), "the token is dead, though it could not be deleted");
}

#[tokio::test]
async fn the_database_holds_neither_password_nor_token() {
    let (place, session) = Place::with_ann().await;
    place.muster.stay_signed_in(&session).await.unwrap();
    let door = place.muster.admin(&session).await.unwrap();
    let id = door.user_by_name("ann").await.unwrap().id;
    let file = door.make_token(id, "night").await.unwrap();
    let stay = place.secrets.kept.lock().unwrap().values().next().unwrap().clone();
    for entry in std::fs::read_dir(place.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            for secret in [PASSWORD, file.expose_secret(), &stay] {
                assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{}", path.display());
            }
        }
    }
    let shown = format!("{session:?} {door:?} {:?}", admin("ann"));
    assert!(!shown.contains(PASSWORD) && !shown.contains("argon2"), "{shown}");
}

#[tokio::test]
async fn who_sits_down_at_the_sign_in_page_ends_the_staying_of_who_sat_there_before() {
    let (place, session) = Place::with_ann().await;
    place.muster.stay_signed_in(&session).await.unwrap();
    place.muster.end_staying().await.unwrap();
    assert!(place.again().await.resume().await.unwrap().is_none());
}
