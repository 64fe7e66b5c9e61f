//! Users, as Admins set them up: add, edit, another password, deactivate; and tokens for scheduled tasks.

use secrecy::{ExposeSecret, SecretString};

use super::{Admin, Office, password, token};
use crate::error::{Error, ErrorCode, Result, sentence};
use crate::model::{BadUser, Role, TokenInfo, User, check_email, check_name, check_password, check_username};
use crate::store::tokens::{self, Kind};
use crate::store::users::{self, New, Record};
use crate::store::{StoreError, sign_in_failures};

/// Stands for everybody, in place of a username.
const EVERYBODY: &str = "~all~";

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// 1 to 64 letters, digits, `.`, `_` or `-`; unique whatever the case, and fixed.
    pub username: String,
    /// What the person is called.
    pub name: Option<String>,
    /// Where the person can be written to.
    pub email: Option<String>,
    /// What the person is in the office.
    pub role: Role,
    /// At least ten characters, and not the username. Admin and Staff need one.
    pub password: Option<SecretString>,
}

/// What may be changed of a user at any time; all of it is replaced.
#[derive(Debug, Clone)]
pub struct UserChange {
    /// What the person is called.
    pub name: Option<String>,
    /// Where the person can be written to.
    pub email: Option<String>,
    /// What the person is in the office. Another role ends the user's sessions and tokens.
    pub role: Role,
}

impl Office {
    /// Who can be assigned work: the usernames of all who are active, Clients excepted, and `~all~`.
    pub async fn assignees(&self) -> Result<Vec<String>> {
        let mut names = users::assignable(self.inner.store.reader()).await?;
        names.push(EVERYBODY.to_owned());
        Ok(names)
    }
}

impl Admin {
    /// All users, by username.
    pub async fn users(&self) -> Result<Vec<User>> {
        let all = users::all(self.inner.store.reader()).await?;
        Ok(all.into_iter().map(Record::view).collect())
    }

    /// The user of that name, whatever its case.
    pub async fn user_by_name(&self, username: &str) -> Result<User> {
        let found = users::find(self.inner.store.reader(), username.trim()).await?;
        let missing = || Error::not_found(format!("There is no user {}.", username.trim()));
        found.map(Record::view).ok_or_else(missing)
    }

    /// Adds a user. The first one is an Admin.
    pub async fn add_user(&self, new: NewUser) -> Result<User> {
        let username = new.username.trim();
        let (name, email) = (filled(new.name.as_deref()), filled(new.email.as_deref()));
        check(username, name, email)?;
        match &new.password {
            Some(password) => check_new_password(username, password)?,
            None if new.role.signs_in() => {
                return Err(Error::invalid("password", "An Admin and Staff need a password."));
            }
            None => {}
        }
        let hash = match &new.password {
            Some(password) => Some(password::hash(password).await?),
            None => None,
        };
        let tx = self.inner.store.write().await?;
        if users::find(&tx, username).await?.is_some() {
            let message = format!("There is a user {username} already.");
            return Err(Error::new(ErrorCode::Conflict, message).at("username"));
        }
        if new.role != Role::Admin && !users::another_admin(&tx, 0).await? {
            return Err(Error::new(ErrorCode::Conflict, "The first user has to be an Admin.").at("role"));
        }
        let new = New { username, name, email, role: new.role, password: hash.as_ref() };
        let id = users::add(&tx, &new).await?;
        let added = found(users::get(&tx, id).await?)?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(added.view())
    }

    /// Changes name, e-mail address and role.
    pub async fn edit_user(&self, id: i64, change: UserChange) -> Result<User> {
        let (name, email) = (filled(change.name.as_deref()), filled(change.email.as_deref()));
        let tx = self.inner.store.write().await?;
        let before = found(users::get(&tx, id).await?)?;
        check(&before.username, name, email)?;
        if change.role != before.role {
            if change.role.signs_in() && before.password.is_none() {
                let message = format!("{} needs a password before that: reset it first.", before.username);
                return Err(Error::invalid("role", message));
            }
            if before.role == Role::Admin {
                keep_an_admin(&tx, &before).await.map_err(|error| error.at("role"))?;
            }
            users::end_sessions(&tx, id).await?;
        }
        users::edit(&tx, id, name, email, change.role).await?;
        let after = found(users::get(&tx, id).await?)?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(after.view())
    }

    /// Gives a user another password, which ends the user's sessions and tokens.
    pub async fn reset_password(&self, id: i64, new: &SecretString) -> Result<User> {
        let user = found(users::get(self.inner.store.reader(), id).await?)?;
        // A username never changes.
        check_new_password(&user.username, new)?;
        let hash = password::hash(new).await?;
        let tx = self.inner.store.write().await?;
        users::set_password(&tx, id, &hash).await?;
        users::end_sessions(&tx, id).await?;
        sign_in_failures::clear(&tx, &user.username).await?;
        let after = found(users::get(&tx, id).await?)?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(after.view())
    }

    /// Deactivates a user, which ends the user's sessions and tokens, or lets one in again.
    pub async fn set_user_active(&self, id: i64, active: bool) -> Result<User> {
        let tx = self.inner.store.write().await?;
        let before = found(users::get(&tx, id).await?)?;
        if before.active && !active {
            if before.role == Role::Admin {
                keep_an_admin(&tx, &before).await?;
            }
            users::end_sessions(&tx, id).await?;
        }
        users::set_active(&tx, id, active).await?;
        let after = found(users::get(&tx, id).await?)?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(after.view())
    }

    /// Makes a token, by which a scheduled task signs in as this user. It is given once and cannot be read again.
    pub async fn make_token(&self, user: i64, name: &str) -> Result<SecretString> {
        let name = filled(Some(name)).ok_or_else(|| Error::invalid("name", "A token needs a name."))?;
        check_name(name).map_err(|error| bad("name", error))?;
        let new = token::make()?;
        let tx = self.inner.store.write().await?;
        let user = found(users::get(&tx, user).await?)?;
        if !user.can_sign_in() {
            let message = format!("{} cannot sign in, so a token would be of no use.", user.username);
            return Err(Error::invalid("username", message));
        }
        tokens::add(&tx, (user.id, user.epoch), Kind::File, name, &token::hash(&new)).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(new)
    }

    /// The tokens that work, of one user or of all.
    pub async fn tokens(&self, user: Option<i64>) -> Result<Vec<TokenInfo>> {
        Ok(tokens::files(self.inner.store.reader(), user).await?)
    }

    /// Makes a token worthless.
    pub async fn revoke_token(&self, id: i64) -> Result<()> {
        let tx = self.inner.store.write().await?;
        if !tokens::delete_file(&tx, id).await? {
            return Err(Error::not_found(format!("There is no token {id}.")));
        }
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}

/// A text without white space around it; none for an empty one.
pub(super) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Whether a user may be called so.
pub(super) fn check(username: &str, name: Option<&str>, email: Option<&str>) -> Result<()> {
    check_username(username).map_err(|error| bad("username", error))?;
    name.map_or(Ok(()), check_name).map_err(|error| bad("name", error))?;
    email.map_or(Ok(()), check_email).map_err(|error| bad("email", error))
}

/// Whether this user may have this password.
pub(super) fn check_new_password(username: &str, password: &SecretString) -> Result<()> {
    check_password(username, password.expose_secret()).map_err(|error| bad("password", error))
}

fn bad(field: &str, error: BadUser) -> Error {
    Error::invalid(field, sentence(&error.to_string()))
}

fn found(user: Option<Record>) -> Result<Record> {
    user.ok_or_else(|| Error::not_found("There is no such user."))
}

/// The last Admin stays: without one, nobody could let anybody in.
async fn keep_an_admin(tx: &impl sea_orm::ConnectionTrait, user: &Record) -> Result<()> {
    if users::another_admin(tx, user.id).await? {
        return Ok(());
    }
    let message = format!("{} is the last Admin who can sign in. Make somebody else an Admin first.", user.username);
    Err(Error::new(ErrorCode::Conflict, message))
}
