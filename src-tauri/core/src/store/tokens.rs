//! Tokens as they are stored: a hash, and whom it stands for.

use sea_orm::ConnectionTrait;

use super::{Result, from_instant, instant, sql};
use crate::model::TokenInfo;

/// Where a token lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In the credential store, for the next start of the program.
    Stay,
    /// In a file, for scheduled tasks.
    File,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::File => "file",
        }
    }
}

/// The SHA-256 of a token.
pub(crate) type Hash = [u8; 32];

fn value(hash: &Hash) -> sea_orm::Value {
    hash.to_vec().into()
}

/// A token that was found by its hash.
#[derive(Debug)]
pub(crate) struct Found {
    id: i64,
    pub(crate) user: i64,
    pub(crate) epoch: i64,
}

/// Stores a new one for a user who has this epoch.
pub(crate) async fn add(
    db: &impl ConnectionTrait,
    (user, epoch): (i64, i64),
    kind: Kind,
    name: &str,
    hash: &Hash,
) -> Result<()> {
    let sql = "INSERT INTO tokens (user_id, epoch, kind, name, hash, created_at) VALUES (?, ?, ?, ?, ?, ?)";
    let now = instant(jiff::Timestamp::now());
    let values = vec![user.into(), epoch.into(), kind.as_str().into(), name.into(), value(hash), now.into()];
    sql::execute(db, sql, values).await?;
    Ok(())
}

/// The token of that kind with that hash.
pub(crate) async fn find(db: &impl ConnectionTrait, kind: Kind, hash: &Hash) -> Result<Option<Found>> {
    let sql = "SELECT id, user_id, epoch FROM tokens WHERE hash = ? AND kind = ?";
    let Some(row) = sql::one(db, sql, vec![value(hash), kind.as_str().into()]).await? else { return Ok(None) };
    Ok(Some(Found { id: row.try_get_by_index(0)?, user: row.try_get_by_index(1)?, epoch: row.try_get_by_index(2)? }))
}

/// Notes that somebody signed in with it. False if it has been deleted since it was found.
pub(crate) async fn used(db: &impl ConnectionTrait, token: &Found) -> Result<bool> {
    let values = vec![instant(jiff::Timestamp::now()).into(), token.id.into()];
    Ok(sql::execute(db, "UPDATE tokens SET last_used_at = ? WHERE id = ?", values).await?.rows_affected() == 1)
}

/// The tokens that lie in files, of one user or of all.
pub(crate) async fn files(db: &impl ConnectionTrait, user: Option<i64>) -> Result<Vec<TokenInfo>> {
    let sql = "SELECT tokens.id, users.username, tokens.name, tokens.created_at, tokens.last_used_at
               FROM tokens JOIN users ON users.id = tokens.user_id
               WHERE tokens.kind = 'file' AND (?1 IS NULL OR tokens.user_id = ?1) ORDER BY users.username, tokens.id";
    let rows = sql::all(db, sql, vec![user.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(TokenInfo {
                id: row.try_get_by_index(0)?,
                username: row.try_get_by_index(1)?,
                name: row.try_get_by_index(2)?,
                created_at: from_instant(row.try_get_by_index(3)?)?,
                last_used_at: row.try_get_by_index::<Option<i64>>(4)?.map(from_instant).transpose()?,
            })
        })
        .collect()
}

/// Deletes one that lies in a file. False if there is none.
pub(crate) async fn delete_file(db: &impl ConnectionTrait, id: i64) -> Result<bool> {
    let sql = "DELETE FROM tokens WHERE id = ? AND kind = 'file'";
    Ok(sql::execute(db, sql, vec![id.into()]).await?.rows_affected() == 1)
}

/// Whether anybody stays signed in.
pub(crate) async fn anybody_stays(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(sql::number(db, "SELECT EXISTS (SELECT 1 FROM tokens WHERE kind = 'stay')", vec![]).await? != 0)
}

/// Deletes the one with that hash by which somebody stays signed in.
pub(crate) async fn delete_stay(db: &impl ConnectionTrait, hash: &Hash) -> Result<()> {
    sql::execute(db, "DELETE FROM tokens WHERE kind = 'stay' AND hash = ?", vec![value(hash)]).await?;
    Ok(())
}

/// Deletes all by which this user stays signed in, and gives their hashes.
pub(crate) async fn end_stays(db: &impl ConnectionTrait) -> Result<()> {
    sql::execute(db, "DELETE FROM tokens WHERE kind = 'stay'", vec![]).await?;
    Ok(())
}

/// The same for one user; gives the hashes of what ended.
pub(crate) async fn take_stays(db: &impl ConnectionTrait, user: i64) -> Result<Vec<Vec<u8>>> {
    let sql = "DELETE FROM tokens WHERE kind = 'stay' AND user_id = ? RETURNING hash";
    let rows = sql::all(db, sql, vec![user.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
