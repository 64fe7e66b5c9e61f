//! Work types, as Admins set them up. What one gives to a project is said in `import/work_type.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Admin;
use crate::error::{Error, ErrorCode, Result, sentence};
use crate::model::{BadWorkType, IntegrationCode, WorkType, WorkTypeTask};
use crate::store::{StoreError, work_types};

/// A work type to be saved; all of it is replaced.
#[derive(Debug, Clone, Default, Deserialize, specta::Type)]
pub struct WorkTypeInput {
    /// That of the one to be changed; none for a new one.
    pub id: Option<i64>,
    /// 1 to 100 characters, unique whatever the case.
    pub name: String,
    /// Values by the names that a `WorkTypeField` says; an empty one is none.
    pub fields: BTreeMap<String, String>,
    /// The tasks, in their order; no two have the same name.
    pub tasks: Vec<WorkTypeTask>,
}

impl Admin {
    /// All work types, by name.
    pub async fn work_types(&self) -> Result<Vec<WorkType>> {
        Ok(work_types::all(self.inner.store.reader()).await?)
    }

    /// The work type of that name, whatever its case.
    pub async fn work_type(&self, name: &str) -> Result<WorkType> {
        let found = work_types::find(self.inner.store.reader(), name).await?;
        found.ok_or_else(|| Error::not_found(format!("There is no work type {}.", name.trim())))
    }

    /// Adds a work type, or changes one. Imports that begin from now on give it to new projects as it is then.
    pub async fn save_work_type(&self, input: WorkTypeInput) -> Result<WorkType> {
        let WorkTypeInput { id, name, fields, tasks } = input;
        let new = WorkType::new(&name, &fields, tasks).map_err(|error| bad(&error))?;
        let tx = self.inner.store.write().await?;
        if let Some(other) = work_types::find(&tx, &new.name).await?.filter(|other| Some(other.id) != id) {
            let message = format!("There is a work type {} already.", other.name);
            return Err(Error::new(ErrorCode::Conflict, message).at("name"));
        }
        let id = match id {
            Some(id) => {
                work_types::get(&tx, id).await?.ok_or_else(gone)?;
                work_types::edit(&tx, id, &new).await?;
                id
            }
            None => work_types::add(&tx, &new).await?,
        };
        let saved = work_types::get(&tx, id).await?.ok_or_else(gone)?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(saved)
    }

    /// Deletes a work type. Gives the integrations whose new projects got it; they get none from now on. The projects that
    /// are there keep what they have.
    pub async fn delete_work_type(&self, id: i64) -> Result<Vec<IntegrationCode>> {
        let tx = self.inner.store.write().await?;
        let work_type = work_types::get(&tx, id).await?.ok_or_else(gone)?;
        work_types::delete(&tx, id).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(work_type.used_by)
    }
}

/// The id of the work type that is chosen by name: none for an empty one, and what it was if nothing is given.
pub(crate) async fn chosen(
    db: &impl sea_orm::ConnectionTrait,
    name: Option<&str>,
    before: Option<i64>,
) -> Result<Option<i64>> {
    match name.map(str::trim) {
        None => Ok(before),
        Some("") => Ok(None),
        Some(name) => match work_types::find(db, name).await? {
            Some(work_type) => Ok(Some(work_type.id)),
            None => Err(Error::invalid("default_work_type", format!("There is no work type {name}."))),
        },
    }
}

fn gone() -> Error {
    Error::not_found("This work type is not there any more.")
}

fn bad(error: &BadWorkType) -> Error {
    Error::invalid(error.field(), sentence(&error.to_string()))
}
