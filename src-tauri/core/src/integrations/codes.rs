//! Integration codes: who may take one, and what becomes of projects that were kept under it (import rule 18).

use serde::Serialize;

use crate::Admin;
use crate::error::{Error, ErrorCode, Result};
use crate::model::IntegrationCode;
use crate::store::integrations::{self, Record};
use crate::store::{StoreError, project_edit};

/// Whether a code can be had, for who types it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CodeCheck {
    /// Whether no other integration has it.
    pub free: bool,
    /// Projects that were kept when their integration was deleted and carry it: the new one would have to adopt them.
    pub kept_projects: u64,
    /// What is wrong with it, for an admin.
    pub problem: Option<String>,
}

impl Admin {
    /// Whether an integration may take that code; `but` is the code of the one that is edited.
    pub async fn check_code(&self, text: &str, but: Option<&IntegrationCode>) -> Result<CodeCheck> {
        let taken = |problem: String| CodeCheck { free: false, kept_projects: 0, problem: Some(problem) };
        let code: IntegrationCode = match text.parse() {
            Ok(code) => code,
            Err(error) => return Ok(taken(Error::from(error).message)),
        };
        let db = self.inner.store.reader();
        let own = but.is_some_and(|own| own.same(&code));
        if !own && integrations::find(db, &code).await?.is_some() {
            return Ok(taken(format!("Another integration has the code {code}.")));
        }
        let kept_projects = if own { 0 } else { project_edit::orphans(db, &code).await?.len() as u64 };
        Ok(CodeCheck { free: true, kept_projects, problem: None })
    }
}

/// Whether an integration may take that code.
pub(super) async fn check_code(
    db: &impl sea_orm::ConnectionTrait,
    code: &IntegrationCode,
    but: i64,
    adopt: bool,
) -> Result<()> {
    if integrations::find(db, code).await?.is_some_and(|record| record.id != but) {
        return Err(StoreError::CodeTaken.into());
    }
    let orphans = project_edit::orphans(db, code).await?.len();
    if orphans > 0 && !adopt {
        let message = format!(
            "{orphans} projects that were kept carry the code {code}. Take them over with the integration, or take another code."
        );
        return Err(Error::new(ErrorCode::Conflict, message).at("code"));
    }
    Ok(())
}

/// Gives the integration the projects that were kept and carry its code.
pub(super) async fn adopt_orphans(tx: &sea_orm::DatabaseTransaction, record: &Record) -> Result<()> {
    let orphans = project_edit::orphans(tx, &record.code).await?;
    if !orphans.is_empty() {
        project_edit::adopt(tx, &orphans, record.id, &record.code).await?;
    }
    Ok(())
}

/// A code is fixed once it has projects (import rule 18).
pub(super) async fn check_code_not_fixed(db: &impl sea_orm::ConnectionTrait, record: &Record) -> Result<()> {
    if integrations::count_projects(db, record.id).await? > 0 {
        let message = format!("The code {} is fixed: it has projects.", record.code);
        return Err(Error::new(ErrorCode::Conflict, message).at("code"));
    }
    Ok(())
}
