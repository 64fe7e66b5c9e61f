//! Signing in, doors, users and tokens over a real database, with a credential store in memory.

mod guessing;
mod staying;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use secrecy::{ExposeSecret as _, SecretString};

use super::*;
use crate::model::{Role, User};
use crate::secrets::{SecretError, SecretName, SecretStore};
use crate::{Error, Options};

/// A credential store that forgets everything, counts how often it was asked, and may be out of order.
#[derive(Debug, Default)]
struct Memory {
    kept: Mutex<HashMap<String, String>>,
    asked: Mutex<u32>,
    broken: Mutex<bool>,
}

impl Memory {
    fn ask(&self) -> std::result::Result<(), SecretError> {
        *self.asked.lock().unwrap() += 1;
        if *self.broken.lock().unwrap() { Err(SecretError::NoAnswer) } else { Ok(()) }
    }
}

impl SecretStore for Memory {
    fn get(&self, name: &SecretName) -> std::result::Result<Option<SecretString>, SecretError> {
        self.ask()?;
        Ok(self.kept.lock().unwrap().get(&name.account()).map(|text| text.as_str().into()))
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> std::result::Result<(), SecretError> {
        self.ask()?;
        self.kept.lock().unwrap().insert(name.account(), secret.expose_secret().to_owned());
        Ok(())
    }

    fn delete(&self, name: &SecretName) -> std::result::Result<(), SecretError> {
        self.ask()?;
        self.kept.lock().unwrap().remove(&name.account());
        Ok(())
    }
}

struct Place {
    folder: tempfile::TempDir,
    secrets: Arc<Memory>,
    muster: Muster,
}

const PASSWORD: &str = "ann's password";

fn secret(text: &str) -> SecretString {
    text.into()
}

fn admin(username: &str) -> NewAdmin {
    NewAdmin { username: username.to_owned(), name: None, email: None, password: secret(PASSWORD) }
}

fn new(username: &str, role: Role, password: Option<&str>) -> NewUser {
    NewUser { username: username.to_owned(), name: None, email: None, role, password: password.map(secret) }
}

fn change(user: &User, role: Role) -> UserChange {
    UserChange { name: user.name.clone(), email: user.email.clone(), role }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>, code: ErrorCode) -> Error {
    let error = result.unwrap_err();
    assert_eq!(error.code, code, "{error}");
    error
}

impl Place {
    /// No users yet.
    async fn empty() -> Self {
        let (folder, secrets) = (tempfile::tempdir().unwrap(), Arc::new(Memory::default()));
        let muster = Muster::open(Options::new(folder.path(), secrets.clone())).await.unwrap();
        Self { folder, secrets, muster }
    }

    /// With the Admin ann.
    async fn with_ann() -> (Self, Session) {
        let place = Self::empty().await;
        let session = place.muster.create_first_admin(admin("ann")).await.unwrap();
        (place, session)
    }

    /// As another process sees it, or the next start.
    async fn again(&self) -> Muster {
        Muster::open(Options::new(self.folder.path(), self.secrets.clone())).await.unwrap()
    }
}

#[tokio::test]
async fn the_first_admin_is_made_once_and_two_at_once_make_one() {
    let place = Place::empty().await;
    assert!(!place.muster.has_users().await.unwrap());
    let other = place.again().await;
    let (one, two) =
        tokio::join!(place.muster.create_first_admin(admin("ann")), other.create_first_admin(admin("bob")));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let lost = if one.is_err() { one } else { two };
    refused(lost, ErrorCode::Conflict);
    refused(place.muster.create_first_admin(admin("cem")).await, ErrorCode::Conflict);
    assert!(place.muster.has_users().await.unwrap());
}

#[tokio::test]
async fn the_owner_is_refused_as_soon_as_there_is_a_user() {
    let place = Place::empty().await;
    assert!(place.muster.owner("whoever").await.is_ok());
    let session = place.muster.create_first_admin(admin("ann")).await.unwrap();
    refused(place.muster.owner("whoever").await, ErrorCode::SignedOut);
    let ann = place.muster.admin(&session).await.unwrap();
    ann.add_user(new("bob", Role::Admin, Some("bob's password"))).await.unwrap();
    let id = ann.user_by_name("ANN").await.unwrap().id;
    ann.set_user_active(id, false).await.unwrap();
    refused(place.muster.owner("whoever").await, ErrorCode::SignedOut);
}

#[tokio::test]
async fn what_cannot_be_a_user_is_refused_at_its_field() {
    let place = Place::empty().await;
    let bad = |username: &str, password: &str| NewAdmin { password: secret(password), ..admin(username) };
    for (new, field) in [
        (bad("", PASSWORD), "username"),
        (bad("ann lee", PASSWORD), "username"),
        (bad("ann", "short"), "password"),
        (bad("annabel.lee", "ANNABEL.LEE"), "password"),
        (NewAdmin { name: Some("a\nb".to_owned()), ..admin("ann") }, "name"),
    ] {
        assert_eq!(refused(place.muster.create_first_admin(new).await, ErrorCode::InvalidInput).fields, [field]);
    }
    let session = place.muster.create_first_admin(admin("ann")).await.unwrap();
    let ann = place.muster.admin(&session).await.unwrap();
    for role in [Role::Admin, Role::Staff] {
        let error = refused(ann.add_user(new("bob", role, None)).await, ErrorCode::InvalidInput);
        assert_eq!(error.fields, ["password"]);
    }
    let mail = NewUser { email: Some("bob@home".to_owned()), ..new("bob", Role::Crew, None) };
    assert_eq!(refused(ann.add_user(mail).await, ErrorCode::InvalidInput).fields, ["email"]);
    assert_eq!(refused(ann.add_user(new("ANN", Role::Crew, None)).await, ErrorCode::Conflict).fields, ["username"]);
    assert_eq!(ann.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_an_admin_there_is_no_other_user() {
    let place = Place::empty().await;
    let owner = place.muster.owner("whoever").await.unwrap();
    for role in [Role::Staff, Role::Crew, Role::Client] {
        refused(owner.add_user(new("bob", role, Some("bob's password"))).await, ErrorCode::Conflict);
    }
    assert!(!place.muster.has_users().await.unwrap());
}

#[tokio::test]
async fn staff_has_the_door_to_the_projects_and_no_other() {
    let (place, session) = Place::with_ann().await;
    let ann = place.muster.admin(&session).await.unwrap();
    assert_eq!(ann.person, "ann");
    ann.add_user(new("bob", Role::Staff, Some("bob's password"))).await.unwrap();
    let bob = place.muster.sign_in(" Bob ", &secret("bob's password")).await.unwrap();
    assert_eq!(place.muster.office(&bob).await.unwrap().person, "bob");
    refused(place.muster.admin(&bob).await, ErrorCode::NotAllowed);
    let who = place.muster.who(&bob).await.unwrap();
    assert_eq!((who.username.as_str(), who.role), ("bob", Role::Staff));
    assert!(who.last_sign_in.is_some() && who.can_sign_in);
}

#[tokio::test]
async fn the_last_admin_can_be_neither_demoted_nor_deactivated() {
    let (place, session) = Place::with_ann().await;
    let door = place.muster.admin(&session).await.unwrap();
    let ann = door.user_by_name("ann").await.unwrap();
    door.add_user(new("bob", Role::Staff, Some("bob's password"))).await.unwrap();
    for role in [Role::Staff, Role::Crew, Role::Client] {
        refused(door.edit_user(ann.id, change(&ann, role)).await, ErrorCode::Conflict);
    }
    refused(door.set_user_active(ann.id, false).await, ErrorCode::Conflict);
    // Somebody who cannot sign in does not count.
    let cem = door.add_user(new("cem", Role::Admin, Some("cem's password"))).await.unwrap();
    door.set_user_active(cem.id, false).await.unwrap();
    refused(door.set_user_active(ann.id, false).await, ErrorCode::Conflict);
    assert!(place.muster.admin(&session).await.is_ok(), "what was refused ends no session");
    door.set_user_active(cem.id, true).await.unwrap();
    assert!(!door.set_user_active(ann.id, false).await.unwrap().active);
}

#[tokio::test]
async fn a_role_with_a_sign_in_needs_a_password_first() {
    let (place, session) = Place::with_ann().await;
    let door = place.muster.admin(&session).await.unwrap();
    let crew = door.add_user(new("bob", Role::Crew, None)).await.unwrap();
    assert!(!crew.can_sign_in);
    let error = refused(door.edit_user(crew.id, change(&crew, Role::Staff)).await, ErrorCode::InvalidInput);
    assert_eq!(error.fields, ["role"]);
    door.reset_password(crew.id, &secret("bob's password")).await.unwrap();
    assert!(door.edit_user(crew.id, change(&crew, Role::Staff)).await.unwrap().can_sign_in);
    assert!(place.muster.sign_in("bob", &secret("bob's password")).await.is_ok());
}

#[tokio::test]
async fn another_password_another_role_and_deactivation_end_sessions_and_tokens() {
    let (place, session) = Place::with_ann().await;
    let door = place.muster.admin(&session).await.unwrap();
    let bob = door.add_user(new("bob", Role::Staff, Some("bob's password"))).await.unwrap();
    for step in 0..3 {
        let session = place.muster.sign_in("bob", &secret("bob's password")).await.unwrap();
        let token = door.make_token(bob.id, "night").await.unwrap();
        assert!(place.muster.sign_in_with_token(&token).await.is_ok());
        match step {
            0 => door.reset_password(bob.id, &secret("bob's password")).await.map(drop),
            1 => door.edit_user(bob.id, change(&bob, Role::Admin)).await.map(drop),
            _ => door.set_user_active(bob.id, false).await.map(drop),
        }
        .unwrap();
        refused(place.muster.office(&session).await, ErrorCode::SignedOut);
        refused(place.muster.admin(&session).await, ErrorCode::SignedOut);
        refused(place.muster.who(&session).await, ErrorCode::SignedOut);
        refused(place.muster.sign_in_with_token(&token).await, ErrorCode::WrongCredentials);
        assert_eq!(door.tokens(None).await.unwrap(), []);
    }
    // What is only another name ends nothing.
    door.set_user_active(bob.id, true).await.unwrap();
    let session = place.muster.sign_in("bob", &secret("bob's password")).await.unwrap();
    let named =
        UserChange { name: Some(" Bob ".to_owned()), email: Some("b@example.com".to_owned()), role: Role::Admin };
    let named = door.edit_user(bob.id, named).await.unwrap();
    assert_eq!((named.name.as_deref(), named.email.as_deref()), (Some("Bob"), Some("b@example.com")));
    assert!(place.muster.admin(&session).await.is_ok());
}

#[tokio::test]
async fn a_person_changes_the_own_password_and_goes_on() {
    let (place, session) = Place::with_ann().await;
    let new = secret("ann's new password");
    let error = refused(
        place.muster.change_password(&session, &secret("wrong password"), &new).await,
        ErrorCode::WrongCredentials,
    );
    assert_eq!(error.fields, ["old"]);
    let error =
        refused(place.muster.change_password(&session, &secret(PASSWORD), &secret("x")).await, ErrorCode::InvalidInput);
    assert_eq!(error.fields, ["password"]);
    let other = place.muster.sign_in("ann", &secret(PASSWORD)).await.unwrap();
    let goes_on = place.muster.change_password(&session, &secret(PASSWORD), &new).await.unwrap();
    assert!(place.muster.admin(&goes_on).await.is_ok());
    for ended in [session, other] {
        refused(place.muster.admin(&ended).await, ErrorCode::SignedOut);
    }
    refused(place.muster.sign_in("ann", &secret(PASSWORD)).await, ErrorCode::WrongCredentials);
    assert!(place.muster.sign_in("ann", &new).await.is_ok());
}

#[tokio::test]
async fn a_token_signs_in_until_it_is_revoked() {
    let (place, session) = Place::with_ann().await;
    let door = place.muster.admin(&session).await.unwrap();
    let ann = door.user_by_name("ann").await.unwrap();
    let crew = door.add_user(new("bob", Role::Crew, None)).await.unwrap();
    assert_eq!(refused(door.make_token(crew.id, "x").await, ErrorCode::InvalidInput).fields, ["username"]);
    assert_eq!(refused(door.make_token(ann.id, " ").await, ErrorCode::InvalidInput).fields, ["name"]);
    let token = door.make_token(ann.id, " nightly ").await.unwrap();
    let listed = door.tokens(Some(ann.id)).await.unwrap().pop().unwrap();
    assert_eq!((listed.username.as_str(), listed.name.as_str(), listed.last_used_at), ("ann", "nightly", None));
    let by_token = place.again().await.sign_in_with_token(&token).await.unwrap();
    assert_eq!(place.muster.admin(&by_token).await.unwrap().person, "ann");
    // Noted by the way.
    while door.tokens(None).await.unwrap()[0].last_used_at.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(door.tokens(Some(crew.id)).await.unwrap(), []);
    refused(place.muster.sign_in_with_token(&secret("muster_00")).await, ErrorCode::WrongCredentials);
    door.revoke_token(listed.id).await.unwrap();
    refused(place.muster.sign_in_with_token(&token).await, ErrorCode::WrongCredentials);
    refused(door.revoke_token(listed.id).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn work_is_assigned_to_all_who_are_active_but_clients() {
    let (place, session) = Place::with_ann().await;
    let door = place.muster.admin(&session).await.unwrap();
    door.add_user(new("Zoe", Role::Crew, None)).await.unwrap();
    door.add_user(new("bob", Role::Staff, Some("bob's password"))).await.unwrap();
    door.add_user(new("client", Role::Client, None)).await.unwrap();
    let gone = door.add_user(new("gone", Role::Crew, None)).await.unwrap();
    door.set_user_active(gone.id, false).await.unwrap();
    assert_eq!(door.assignees().await.unwrap(), ["ann", "bob", "Zoe", "~all~"]);
    assert_eq!(door.users().await.unwrap().len(), 5, "who left is still known");
}

#[tokio::test]
async fn what_takes_its_time_is_not_saved_for_somebody_who_was_sent_away_meanwhile() {
    let (place, session) = Place::with_ann().await;
    let ann = place.muster.admin(&session).await.unwrap();
    let bob = ann.add_user(new("bob", Role::Admin, Some("bob's password"))).await.unwrap();
    let his = place.muster.sign_in("bob", &secret("bob's password")).await.unwrap();
    // Opened before; what it does ends after.
    let door = place.muster.admin(&his).await.unwrap();
    ann.set_user_active(bob.id, false).await.unwrap();
    let input = crate::IntegrationInput { code: Some("LATE".parse().unwrap()), ..crate::IntegrationInput::default() };
    refused(door.add_integration("sample", input, crate::OnSave::Validate).await, ErrorCode::SignedOut);
    assert!(ann.integrations().await.unwrap().is_empty());
}
