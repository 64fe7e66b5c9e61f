//! How often a wrong password was given for a name, whoever may have it.

use sea_orm::ConnectionTrait;

use super::{Result, from_instant, instant, sql};

/// How often, and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failures {
    pub(crate) count: u32,
    pub(crate) last_at: jiff::Timestamp,
}

/// What is known of that name, whatever its case.
pub(crate) async fn get(db: &impl ConnectionTrait, username: &str) -> Result<Option<Failures>> {
    let sql = "SELECT failures, last_at FROM sign_in_failures WHERE username = ?";
    let Some(row) = sql::one(db, sql, vec![username.into()]).await? else { return Ok(None) };
    let count: i64 = row.try_get_by_index(0)?;
    Ok(Some(Failures {
        count: u32::try_from(count.max(0)).unwrap_or(u32::MAX),
        last_at: from_instant(row.try_get_by_index(1)?)?,
    }))
}

/// Stores what is known of that name now.
pub(crate) async fn put(db: &impl ConnectionTrait, username: &str, failures: Failures) -> Result<()> {
    let sql = "INSERT INTO sign_in_failures (username, failures, last_at) VALUES (?, ?, ?)
               ON CONFLICT (username) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at";
    let values = vec![username.into(), failures.count.into(), instant(failures.last_at).into()];
    sql::execute(db, sql, values).await?;
    Ok(())
}

/// Forgets a name.
pub(crate) async fn clear(db: &impl ConnectionTrait, username: &str) -> Result<()> {
    sql::execute(db, "DELETE FROM sign_in_failures WHERE username = ?", vec![username.into()]).await?;
    Ok(())
}

/// Forgets what is older, and of the names that nobody has all but so many. Those of users stay: a flood of other names must
/// not wash away the one that is being guessed at.
pub(crate) async fn forget(db: &impl ConnectionTrait, before: jiff::Timestamp, keep: u32) -> Result<()> {
    sql::execute(db, "DELETE FROM sign_in_failures WHERE last_at < ?", vec![instant(before).into()]).await?;
    let sql = "DELETE FROM sign_in_failures WHERE username IN (
                   SELECT username FROM sign_in_failures WHERE username NOT IN (SELECT username FROM users)
                   ORDER BY failures DESC, last_at DESC LIMIT -1 OFFSET ?)";
    sql::execute(db, sql, vec![keep.into()]).await?;
    Ok(())
}
