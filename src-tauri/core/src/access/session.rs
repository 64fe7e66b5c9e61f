//! Signing in, and what it gives: a [`Session`].

use secrecy::SecretString;

use super::{password, throttle};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Role, User, check_username};
use crate::store::users::{self, Record};
use crate::store::{StoreError, sign_in_failures};
use crate::{Inner, Muster};

/// Somebody who has signed in. It is worth nothing any more as soon as the password or the role is changed or the user
/// deactivated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub(super) user: i64,
    /// What the user's epoch was when the session began.
    pub(super) epoch: i64,
}

/// The first user, who is always an Admin.
#[derive(Debug, Clone)]
pub struct NewAdmin {
    /// 1 to 64 letters, digits, `.`, `_`, `-` or `@`.
    pub username: String,
    /// What the person is called.
    pub name: Option<String>,
    /// Where the person can be written to.
    pub email: Option<String>,
    /// At least ten characters, and not the username.
    pub password: SecretString,
}

impl Muster {
    /// Makes the first Admin, who is signed in then. Only while there are no users: of two at once, one wins.
    pub async fn create_first_admin(&self, new: NewAdmin) -> Result<Session> {
        let taken = || Error::new(ErrorCode::Conflict, "There are users already. Sign in.");
        if self.has_users().await? {
            return Err(taken());
        }
        let (username, name) = (new.username.trim(), super::users::filled(new.name.as_deref()));
        let email = super::users::filled(new.email.as_deref());
        super::users::check(username, name, email)?;
        super::users::check_new_password(username, &new.password)?;
        let hash = password::hash(&new.password).await?;
        let tx = self.inner.store.write().await?;
        if users::any(&tx).await? {
            return Err(taken());
        }
        let new = users::New { username, name, email, role: Role::Admin, password: Some(&hash) };
        let id = users::add(&tx, &new).await?;
        let user = users::get(&tx, id).await?.ok_or_else(signed_out)?;
        users::signed_in(&tx, &user).await?;
        tx.commit().await.map_err(StoreError::from)?;
        tracing::info!(user = username, "the first Admin was made");
        Ok(Session { user: id, epoch: user.epoch })
    }

    /// Signs in an Admin or Staff. Whatever the reason for a refusal, the words and the time are the same. Repeated wrong
    /// passwords are slowed down.
    pub async fn sign_in(&self, username: &str, password: &SecretString) -> Result<Session> {
        let username = username.trim();
        // What cannot be a username is nobody's; all of it is counted as one name, so that nothing odd is stored.
        let username = if check_username(username).is_ok() { username } else { "" };
        self.inner.count_attempt(username).await?;
        let user = users::find(self.inner.store.reader(), username).await?.filter(Record::can_sign_in);
        let stored = user.as_ref().and_then(|user| user.password.clone());
        let fits = password::fits(stored, password).await?;
        let Some(user) = user.filter(|_| fits) else { return Err(wrong_password()) };
        let tx = self.inner.store.write().await?;
        if !users::signed_in(&tx, &user).await? {
            return Err(wrong_password());
        }
        throttle::forgive(&tx, username).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(Session { user: user.id, epoch: user.epoch })
    }

    /// Who has signed in.
    pub async fn who(&self, session: &Session) -> Result<User> {
        Ok(self.inner.user_of(session).await?.view())
    }

    /// Changes the password of whoever has signed in, who has to know the old one. All other sessions and tokens of this
    /// user end; the one that is given goes on.
    pub async fn change_password(&self, session: &Session, old: &SecretString, new: &SecretString) -> Result<Session> {
        let user = self.inner.user_of(session).await?;
        super::users::check_new_password(&user.username, new)?;
        self.inner.count_attempt(&user.username).await?;
        if !password::fits(user.password.clone(), old).await? {
            return Err(Error::new(ErrorCode::WrongCredentials, "The old password is wrong.").at("old"));
        }
        let hash = password::hash(new).await?;
        let tx = self.inner.store.write().await?;
        // Once more: hashing takes its time.
        let user = live(users::get(&tx, session.user).await?, session)?;
        users::set_password(&tx, user.id, &hash).await?;
        users::end_sessions(&tx, user.id).await?;
        sign_in_failures::clear(&tx, &user.username).await?;
        let user = users::get(&tx, user.id).await?.ok_or_else(signed_out)?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(Session { user: user.id, epoch: user.epoch })
    }
}

impl Inner {
    /// The user of a session, read anew.
    pub(super) async fn user_of(&self, session: &Session) -> Result<Record> {
        live(users::get(self.store.reader(), session.user).await?, session)
    }
}

pub(super) fn live(user: Option<Record>, session: &Session) -> Result<Record> {
    user.filter(|user| user.can_sign_in() && user.epoch == session.epoch).ok_or_else(signed_out)
}

fn signed_out() -> Error {
    Error::new(ErrorCode::SignedOut, "You are signed out. Sign in again.")
}

fn wrong_password() -> Error {
    Error::new(ErrorCode::WrongCredentials, "The username or the password is wrong.").at("password")
}
