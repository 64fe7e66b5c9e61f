//! Publish To: who may see the projects of which integration, in the Client Portal.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entities::grant;
use super::{Result, from_instant, instant};

/// One person who may see the projects of an integration.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) person: String,
    pub(crate) added_by: String,
    pub(crate) added_at: jiff::Timestamp,
}

/// The people of an integration, by name.
pub(crate) async fn of(db: &impl ConnectionTrait, integration: i64) -> Result<Vec<Row>> {
    let rows = grant::Entity::find()
        .filter(grant::Column::IntegrationId.eq(integration))
        .order_by_asc(grant::Column::Person)
        .all(db)
        .await?;
    let row = |row: grant::Model| {
        Ok(Row { person: row.person, added_by: row.added_by, added_at: from_instant(row.added_at)? })
    };
    rows.into_iter().map(row).collect()
}

/// Adds a person who is not there yet.
pub(crate) async fn add(db: &impl ConnectionTrait, integration: i64, person: &str, added_by: &str) -> Result<()> {
    let model = grant::ActiveModel {
        integration_id: Set(integration),
        person: Set(person.to_owned()),
        added_by: Set(added_by.to_owned()),
        added_at: Set(instant(jiff::Timestamp::now())),
    };
    grant::Entity::insert(model).exec_without_returning(db).await?;
    Ok(())
}

/// Removes a person. Gives whether it was there.
pub(crate) async fn remove(db: &impl ConnectionTrait, integration: i64, person: &str) -> Result<bool> {
    let gone = grant::Entity::delete_many()
        .filter(grant::Column::IntegrationId.eq(integration))
        .filter(grant::Column::Person.eq(person))
        .exec(db)
        .await?;
    Ok(gone.rows_affected > 0)
}

/// The ids of the integrations that one of these names was added to, whatever their case.
pub(crate) async fn integrations(db: &impl ConnectionTrait, names: &[&str]) -> Result<Vec<i64>> {
    let rows = grant::Entity::find().filter(grant::Column::Person.is_in(names.iter().copied())).all(db).await?;
    let mut ids: Vec<i64> = rows.into_iter().map(|row| row.integration_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
