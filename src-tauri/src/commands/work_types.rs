//! Work types. Only an Admin sees them.

use muster_core::model::{IntegrationCode, WorkType, WorkTypeField};
use muster_core::{Result, WorkTypeInput};
use tauri::State;

use crate::desktop::Desktop;
use crate::views::WorkTypes;

/// All work types, by name, and the values that one may have.
#[tauri::command]
#[specta::specta]
pub(crate) async fn work_types(desktop: State<'_, Desktop>) -> Result<WorkTypes> {
    let work_types = desktop.admin().await?.work_types().await?;
    Ok(WorkTypes { fields: WorkTypeField::all(), work_types })
}

/// Adds one, or changes one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_work_type(desktop: State<'_, Desktop>, work_type: WorkTypeInput) -> Result<WorkType> {
    let saved = desktop.admin().await?.save_work_type(work_type).await?;
    desktop.changed.integrations();
    Ok(saved)
}

/// Deletes one; gives the integrations whose new projects got it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_work_type(desktop: State<'_, Desktop>, id: i64) -> Result<Vec<IntegrationCode>> {
    let codes = desktop.admin().await?.delete_work_type(id).await?;
    desktop.changed.integrations();
    Ok(codes)
}
