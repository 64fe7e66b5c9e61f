//! The list of projects as people use it: pages, one project, edits, deletion.

use jiff::Timestamp;

use crate::Office;
use crate::error::{Error, ErrorCode, Result};
use crate::import::merge::{follow_assignment, person_may_edit};
use crate::model::{
    Field, IntegrationCode, Kind, Project, ProjectDetail, ProjectFilter, ProjectPage, ProjectStatus, ProjectView,
    shown_number,
};
use crate::store::{StoreError, integrations, project_edit, project_list};

impl Office {
    /// One page of the list. Never waits for an import.
    pub async fn projects(&self, filter: &ProjectFilter) -> Result<ProjectPage> {
        Ok(project_list::page(self.inner.store.reader(), filter).await?)
    }

    /// One project, with who owns its fields and its history.
    pub async fn project(&self, code: &IntegrationCode, number: &str) -> Result<ProjectDetail> {
        let db = self.inner.store.reader();
        detail(db, find(db, code, number).await?).await
    }

    /// The project with that id.
    pub async fn project_by_id(&self, id: i64) -> Result<ProjectDetail> {
        let db = self.inner.store.reader();
        detail(db, get(db, id).await?).await
    }

    /// Changes fields of a project. Empty texts clear. A field that belongs to the client is refused (import rule 14).
    pub async fn edit_project(
        &self,
        code: &IntegrationCode,
        number: &str,
        values: &[(Field, String)],
    ) -> Result<ProjectDetail> {
        let tx = self.inner.store.write().await?;
        let project = find(&tx, code, number).await?;
        edit(&tx, &project, values, &self.person).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.project(code, number).await
    }

    /// The same for the project with that id.
    pub async fn edit_project_by_id(&self, id: i64, values: &[(Field, String)]) -> Result<ProjectView> {
        let tx = self.inner.store.write().await?;
        let project = get(&tx, id).await?;
        edit(&tx, &project, values, &self.person).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.project_view(id).await
    }

    /// Takes a project out of the list by hand. It comes back when the client sends it again, or is brought back.
    pub async fn delete_project(&self, code: &IntegrationCode, number: &str) -> Result<()> {
        let tx = self.inner.store.write().await?;
        let project = find(&tx, code, number).await?;
        project_edit::remove(&tx, &[project.id], &self.person, Timestamp::now()).await?;
        tx.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}

async fn detail(db: &impl sea_orm::ConnectionTrait, project: Project) -> Result<ProjectDetail> {
    let rule = rule(db, &project).await?;
    let history = project_list::history(db, project.id).await?;
    Ok(ProjectDetail { project, rule, history })
}

async fn get(db: &impl sea_orm::ConnectionTrait, id: i64) -> Result<Project> {
    let found = project_list::get(db, id).await?;
    found.ok_or_else(|| Error::not_found("This project is not in the list any more."))
}

/// Writes what a person changed of a project, as far as the fields are the office's.
async fn edit(
    tx: &sea_orm::DatabaseTransaction,
    project: &Project,
    values: &[(Field, String)],
    person: &str,
) -> Result<()> {
    let rule = rule(tx, project).await?;
    let mut changes = Vec::new();
    for (field, text) in values {
        if !person_may_edit(*field, rule) {
            let message = format!("{} belongs to the client; it cannot be changed here.", field.title());
            return Err(Error::invalid(field.name(), message));
        }
        let new = canonical(*field, text)?;
        changes.retain(|(changed, _)| changed != field);
        if new != project.fields[*field] {
            changes.push((*field, new));
        }
    }
    follow_assignment(&project.fields, &mut changes);
    if !changes.is_empty() {
        project_edit::edit(tx, project, &changes, person, Timestamp::now()).await?;
    }
    Ok(())
}

async fn find(db: &impl sea_orm::ConnectionTrait, code: &IntegrationCode, number: &str) -> Result<Project> {
    let found = project_list::find(db, code, number).await?;
    found.ok_or_else(|| Error::not_found(format!("There is no project {}.", shown_number(code, number))))
}

async fn rule(
    db: &impl sea_orm::ConnectionTrait,
    project: &Project,
) -> Result<Option<(crate::model::Mode, crate::model::AutoAdmin)>> {
    let Some(integration) = project.integration else { return Ok(None) };
    Ok(integrations::get(db, integration).await?.map(|record| (record.mode, record.auto_admin)))
}

/// The one form in which a value is stored; none for an empty text.
fn canonical(field: Field, text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return if field.required() {
            Err(Error::invalid(field.name(), format!("{} cannot be empty.", field.title())))
        } else {
            Ok(None)
        };
    }
    let value = match field.kind() {
        Kind::Text | Kind::Html => text.to_owned(),
        Kind::Date => text
            .parse::<jiff::civil::Date>()
            .map_err(|_| Error::invalid(field.name(), format!("{text} is no date; write it as 2026-12-31.")))?
            .to_string(),
        Kind::Status => ProjectStatus::from_text(text)
            .ok_or_else(|| {
                let known = ProjectStatus::ALL.map(ProjectStatus::as_str).join(", ");
                Error::invalid(field.name(), format!("{text} is no status; it is one of {known}."))
            })?
            .as_str()
            .to_owned(),
        Kind::Json => {
            serde_json::from_str::<serde_json::Value>(text).map_err(|error| {
                Error::new(ErrorCode::InvalidInput, format!("That is no JSON: {error}.")).at(field.name())
            })?;
            text.to_owned()
        }
    };
    Ok(Some(value))
}
