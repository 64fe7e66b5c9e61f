//! Users as they are stored.

use sea_orm::{ConnectionTrait, QueryResult, Value};
use secrecy::{ExposeSecret, SecretString};

use super::{Result, StoreError, from_instant, instant, sql};
use crate::model::{Role, User};

/// A user as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: i64,
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) role: Role,
    /// The hash of the password.
    pub(crate) password: Option<SecretString>,
    pub(crate) active: bool,
    /// Raised by whatever ends sessions.
    pub(crate) epoch: i64,
    created_at: jiff::Timestamp,
    last_sign_in: Option<jiff::Timestamp>,
}

impl Record {
    /// Whether the person can sign in.
    pub(crate) fn can_sign_in(&self) -> bool {
        self.active && self.role.signs_in() && self.password.is_some()
    }

    /// What the outside sees of it.
    pub(crate) fn view(self) -> User {
        User {
            can_sign_in: self.can_sign_in(),
            id: self.id,
            username: self.username,
            name: self.name,
            email: self.email,
            role: self.role,
            active: self.active,
            last_sign_in: self.last_sign_in,
            created_at: self.created_at,
        }
    }
}

/// A user who is not stored yet.
#[derive(Debug)]
pub(crate) struct New<'a> {
    pub(crate) username: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) role: Role,
    /// The hash of the password.
    pub(crate) password: Option<&'a SecretString>,
}

const COLUMNS: &str = "id, username, name, email, role, password, active, epoch, created_at, last_sign_in";

fn read(row: &QueryResult) -> Result<Record> {
    let id = row.try_get_by_index(0)?;
    let role: String = row.try_get_by_index(4)?;
    Ok(Record {
        id,
        username: row.try_get_by_index(1)?,
        name: row.try_get_by_index(2)?,
        email: row.try_get_by_index(3)?,
        role: Role::from_text(&role).ok_or_else(|| StoreError::Damaged(format!("role of user {id}")))?,
        password: row.try_get_by_index::<Option<String>>(5)?.map(SecretString::from),
        active: row.try_get_by_index(6)?,
        epoch: row.try_get_by_index(7)?,
        created_at: from_instant(row.try_get_by_index(8)?)?,
        last_sign_in: row.try_get_by_index::<Option<i64>>(9)?.map(from_instant).transpose()?,
    })
}

fn hash(password: &SecretString) -> Value {
    password.expose_secret().into()
}

/// Whether there is any.
pub(crate) async fn any(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(sql::number(db, "SELECT EXISTS (SELECT 1 FROM users)", vec![]).await? != 0)
}

/// The user with that id.
pub(crate) async fn get(db: &impl ConnectionTrait, id: i64) -> Result<Option<Record>> {
    let row = sql::one(db, format!("SELECT {COLUMNS} FROM users WHERE id = ?"), vec![id.into()]).await?;
    row.as_ref().map(read).transpose()
}

/// The user of that name, whatever its case.
pub(crate) async fn find(db: &impl ConnectionTrait, username: &str) -> Result<Option<Record>> {
    let row = sql::one(db, format!("SELECT {COLUMNS} FROM users WHERE username = ?"), vec![username.into()]).await?;
    row.as_ref().map(read).transpose()
}

/// All, by username.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Record>> {
    let rows = sql::all(db, format!("SELECT {COLUMNS} FROM users ORDER BY username"), vec![]).await?;
    rows.iter().map(read).collect()
}

/// The usernames of those who can be assigned work.
pub(crate) async fn assignable(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let sql = "SELECT username FROM users WHERE active = 1 AND role <> 'client' ORDER BY username";
    sql::all(db, sql, vec![]).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Whether an Admin other than this user can sign in.
pub(crate) async fn another_admin(db: &impl ConnectionTrait, but: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM users
               WHERE role = 'admin' AND active = 1 AND password IS NOT NULL AND id <> ?)";
    Ok(sql::number(db, sql, vec![but.into()]).await? != 0)
}

/// Stores a new user and gives the id.
pub(crate) async fn add(db: &impl ConnectionTrait, new: &New<'_>) -> Result<i64> {
    let sql = "INSERT INTO users (username, name, email, role, password, created_at) VALUES (?, ?, ?, ?, ?, ?)";
    let values = vec![
        new.username.into(),
        new.name.into(),
        new.email.into(),
        new.role.as_str().into(),
        new.password.map_or(Value::String(None), hash),
        instant(jiff::Timestamp::now()).into(),
    ];
    let added = sql::execute(db, sql, values).await?;
    i64::try_from(added.last_insert_id()).map_err(|_| StoreError::Damaged("the ids of users".to_owned()))
}

/// Changes what may be changed at any time.
pub(crate) async fn edit(
    db: &impl ConnectionTrait,
    id: i64,
    name: Option<&str>,
    email: Option<&str>,
    role: Role,
) -> Result<()> {
    let sql = "UPDATE users SET name = ?, email = ?, role = ? WHERE id = ?";
    sql::execute(db, sql, vec![name.into(), email.into(), role.as_str().into(), id.into()]).await?;
    Ok(())
}

/// Stores the hash of another password.
pub(crate) async fn set_password(db: &impl ConnectionTrait, id: i64, password: &SecretString) -> Result<()> {
    sql::execute(db, "UPDATE users SET password = ? WHERE id = ?", vec![hash(password), id.into()]).await?;
    Ok(())
}

/// Activates or deactivates.
pub(crate) async fn set_active(db: &impl ConnectionTrait, id: i64, active: bool) -> Result<()> {
    sql::execute(db, "UPDATE users SET active = ? WHERE id = ?", vec![active.into(), id.into()]).await?;
    Ok(())
}

/// Ends all sessions of the user, and deletes the tokens.
pub(crate) async fn end_sessions(db: &impl ConnectionTrait, id: i64) -> Result<()> {
    sql::execute(db, "UPDATE users SET epoch = epoch + 1 WHERE id = ?", vec![id.into()]).await?;
    sql::execute(db, "DELETE FROM tokens WHERE user_id = ?", vec![id.into()]).await?;
    Ok(())
}

/// Notes that the user has signed in. False, and nothing is noted, if that has been made impossible since it was read.
pub(crate) async fn signed_in(db: &impl ConnectionTrait, user: &Record) -> Result<bool> {
    let sql = "UPDATE users SET last_sign_in = ? WHERE id = ? AND epoch = ? AND active = 1";
    let values = vec![instant(jiff::Timestamp::now()).into(), user.id.into(), user.epoch.into()];
    Ok(sql::execute(db, sql, values).await?.rows_affected() == 1)
}
