//! Decisions about removals, and bringing back what was removed (import rules 9 and 11).

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan};

use super::numbers;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{IntegrationCode, PendingRemoval, Project, RemovedPage, shown_number};
use crate::store::integrations::Record;
use crate::store::{StoreError, imports, integrations, pending, project_edit, project_rows, settings, sync};
use crate::{Admin, Inner};

impl Admin {
    /// The removals that wait for a decision.
    pub async fn pending_removals(&self, code: Option<&IntegrationCode>) -> Result<Vec<PendingRemoval>> {
        Ok(pending::list(self.inner.store.reader(), code).await?)
    }

    /// The removals that wait because of that import.
    pub async fn removals_of(&self, import: i64) -> Result<Vec<PendingRemoval>> {
        Ok(pending::of(self.inner.store.reader(), import).await?)
    }

    /// Removes what that import found gone: only what was shown and has not been sent since. Gives how many.
    pub async fn confirm_removals(&self, code: &IntegrationCode, import: i64) -> Result<u64> {
        let tx = self.inner.store.write().await?;
        let ids = waiting(&tx, code, import).await?;
        sync::remove(&tx, &ids, import, Some(&self.person), Timestamp::now()).await?;
        pending::settle_import(&tx, import).await?;
        imports::add_removed(&tx, import, ids.len() as u64).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(ids.len() as u64)
    }

    /// Keeps what that import found gone. No Full Import asks again until the client has sent them. Gives how many.
    pub async fn decline_removals(&self, code: &IntegrationCode, import: i64) -> Result<u64> {
        let tx = self.inner.store.write().await?;
        let ids = waiting(&tx, code, import).await?;
        project_edit::keep(&tx, &ids).await?;
        project_edit::note_kept(&tx, &ids, &self.person, Timestamp::now()).await?;
        pending::settle_import(&tx, import).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(ids.len() as u64)
    }

    /// Brings back all that an import removed and that is still removed. Gives the numbers.
    pub async fn bring_back_import(&self, import: i64) -> Result<Vec<String>> {
        self.inner.import(import).await?;
        let tx = self.inner.store.write().await?;
        let projects = project_edit::removed_by(&tx, import).await?;
        if projects.is_empty() {
            let message = format!("Nothing that import {import} removed can be brought back.");
            return Err(Error::not_found(message));
        }
        let numbers = bring_back(&tx, projects, &self.person).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(numbers)
    }

    /// Removed projects that can be brought back, newest first: those that hold all these words, and of one import if it is
    /// given.
    pub async fn removed_projects(
        &self,
        search: &str,
        import: Option<i64>,
        limit: u32,
        offset: u32,
    ) -> Result<RemovedPage> {
        Ok(project_rows::removed(self.inner.store.reader(), search, import, limit, offset).await?)
    }

    /// Brings back these projects. Gives the numbers that they now have; one that is back already is left out.
    pub async fn bring_back(&self, ids: &[i64]) -> Result<Vec<String>> {
        let tx = self.inner.store.write().await?;
        let projects = project_edit::removed(&tx, ids).await?;
        if projects.is_empty() {
            return Err(Error::not_found("These projects are not among the removed any more."));
        }
        let numbers = bring_back(&tx, projects, &self.person).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(numbers)
    }

    /// Brings back the project of that number that was removed last. Gives the number that it now has.
    pub async fn bring_back_project(&self, code: &IntegrationCode, number: &str) -> Result<String> {
        let tx = self.inner.store.write().await?;
        let Some(project) = project_edit::last_removed(&tx, code, number).await? else {
            let message = format!("No removed project {} is known.", shown_number(code, number));
            return Err(Error::not_found(message));
        };
        let numbers = bring_back(&tx, vec![project], &self.person).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(numbers.into_iter().next().unwrap_or_default())
    }
}

impl Inner {
    /// Forgets what was removed longer ago than the setting says (a year).
    pub(crate) async fn forget_old_removals(&self) -> Result<()> {
        let days = settings::keep_removed_days(self.store.reader()).await?;
        let before = Timestamp::now().checked_sub((days.max(0) * 24).hours());
        let Ok(before) = before else { return Ok(()) };
        // Looked at first: whoever opens Muster to read must not wait for an import that writes.
        if !project_edit::removed_before(self.store.reader(), before).await? {
            return Ok(());
        }
        let tx = self.store.write().await?;
        let forgotten = project_edit::forget_removed(&tx, before).await?;
        tx.commit().await.map_err(StoreError::from)?;
        if forgotten > 0 {
            tracing::info!(forgotten, "forgot projects that were removed long ago");
        }
        Ok(())
    }
}

async fn waiting(tx: &sea_orm::DatabaseTransaction, code: &IntegrationCode, import: i64) -> Result<Vec<i64>> {
    let record = imports::get(tx, import).await?;
    if record.is_none_or(|record| !record.code.same(code)) {
        return Err(Error::not_found(format!("{code} has no import {import}.")));
    }
    let ids = pending::of_import(tx, import).await?;
    if ids.is_empty() {
        let message = format!("Import {import} has no removals that wait for a decision.");
        return Err(Error::new(ErrorCode::Conflict, message));
    }
    Ok(ids)
}

/// Puts them back, marked as kept, under the code that their integration has now. Without its integration a project
/// belongs to the one that now has the code, if any. One that is in the list already, sent again under a new integration,
/// is left out.
async fn bring_back(tx: &sea_orm::DatabaseTransaction, removed: Vec<Project>, person: &str) -> Result<Vec<String>> {
    let mut owners: HashMap<(Option<i64>, String), Option<Record>> = HashMap::new();
    let mut projects = Vec::with_capacity(removed.len());
    for mut project in removed {
        let place = (project.integration, project.code.as_str().to_owned());
        if !owners.contains_key(&place) {
            let owner = match project.integration {
                Some(id) => integrations::get(tx, id).await?,
                None => integrations::find(tx, &project.code).await?,
            };
            owners.insert(place.clone(), owner);
        }
        let owner = owners.get(&place).cloned().flatten();
        let has_twin = match (&owner, project.integration) {
            (_, Some(_)) => false,
            (Some(owner), None) => project_edit::has_key(tx, owner.id, &project.key, project.id).await?,
            (None, None) => project_edit::has_orphan(tx, &project.code, &project.key).await?,
        };
        if has_twin {
            continue;
        }
        if let Some(owner) = owner {
            project.integration = Some(owner.id);
            project.code = owner.code;
        }
        projects.push(project);
    }
    if projects.is_empty() {
        let message = "A project with the same key is there already, sent again by the client.";
        return Err(Error::new(ErrorCode::Conflict, message));
    }
    // A number is free, or not, within its code.
    projects.sort_by(|a, b| a.code.as_str().cmp(b.code.as_str()));
    for chunk in projects.chunk_by_mut(|a, b| a.code.same(&b.code)).flat_map(|of_code| of_code.chunks_mut(1_000)) {
        let wanted: Vec<(&str, &str)> =
            chunk.iter().map(|project| (project.number.as_str(), project.key.as_str())).collect();
        let Some(code) = chunk.first().map(|project| project.code.clone()) else { continue };
        let mut taken = numbers::taken(tx, code.as_str(), &wanted).await?;
        for project in chunk {
            let number = std::mem::take(&mut project.number);
            project.number = numbers::take(&mut taken, number, &project.key, project.id);
        }
    }
    project_edit::bring_back(tx, &projects, person, Timestamp::now()).await?;
    Ok(projects.iter().map(Project::shown_number).collect())
}
