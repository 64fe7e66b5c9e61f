//! Facts about this database and what an admin set for the whole of it.

use sea_orm::{ConnectionTrait, EntityTrait};

use super::entities::setting;
use super::{Result, StoreError};

/// The mark of this installation in the system's credential store.
pub(crate) async fn installation(db: &impl ConnectionTrait) -> Result<String> {
    get(db, "installation").await?.ok_or_else(|| StoreError::Damaged("no installation mark".to_owned()))
}

/// For how many days removed projects can be brought back.
pub(crate) async fn keep_removed_days(db: &impl ConnectionTrait) -> Result<i64> {
    Ok(get(db, "keep_removed_days").await?.and_then(|days| days.parse().ok()).unwrap_or(365))
}

async fn get(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>> {
    Ok(setting::Entity::find_by_id(name).one(db).await?.map(|row| row.value))
}
