//! Imports, their previews, what they removed. Only an Admin sees them.

use std::sync::Arc;

use muster_core::model::{Import, ImportKind, ImportRow, PendingRemoval, PreviewSummary, RemovedPage};
use muster_core::{AppliedPreview, ImportRequest, Result};
use tauri::State;

use crate::desktop::Desktop;
use crate::views::{Applied, Live, RefreshAll, Refused};

/// Starts a Refresh and gives its id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refresh(desktop: State<'_, Desktop>, code: String) -> Result<i64> {
    let admin = desktop.admin().await?;
    let request = ImportRequest::new(code.parse()?, ImportKind::Refresh);
    Ok(admin.start_import(request).await?.id())
}

/// Starts a Refresh of every integration. One that cannot be started does not hold up the others.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refresh_all(desktop: State<'_, Desktop>) -> Result<RefreshAll> {
    let mut all = RefreshAll { started: Vec::new(), refused: Vec::new() };
    for (code, started) in desktop.admin().await?.refresh_all().await? {
        match started {
            Ok(handle) => all.started.push(handle.id()),
            Err(error) => all.refused.push(Refused { code, error }),
        }
    }
    Ok(all)
}

/// Stops an import, or lets go of its preview.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_import(desktop: State<'_, Desktop>, id: i64) -> Result<()> {
    desktop.admin().await?.cancel_import(id).await
}

/// Begins to fetch a Full Import that is looked at first, and gives its id. With `re_read`, every order is read again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_preview(desktop: State<'_, Desktop>, code: String, re_read: bool) -> Result<i64> {
    desktop.admin().await?.open_preview(&code.parse()?, re_read).await
}

/// What a preview would do, once it has been fetched.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview(desktop: State<'_, Desktop>, id: i64) -> Result<Arc<PreviewSummary>> {
    desktop.admin().await?.preview_summary(id)
}

/// Does what a preview showed; answers at the end.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_preview(desktop: State<'_, Desktop>, id: i64) -> Result<Applied> {
    Ok(match desktop.admin().await?.apply_preview(id).await? {
        AppliedPreview::Ended(import) => Applied::Ended { import },
        AppliedPreview::Grew(preview) => Applied::Grew { preview },
    })
}

/// The records of imports, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn imports(desktop: State<'_, Desktop>, code: Option<String>, limit: u32) -> Result<Vec<ImportRow>> {
    let admin = desktop.admin().await?;
    let code = code.as_deref().map(str::parse).transpose()?;
    admin.import_rows(code.as_ref(), limit.into()).await
}

/// The imports whose removals wait for a decision, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn waiting_imports(desktop: State<'_, Desktop>) -> Result<Vec<ImportRow>> {
    desktop.admin().await?.waiting_imports().await
}

/// The record of one import.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_record(desktop: State<'_, Desktop>, id: i64) -> Result<Import> {
    desktop.admin().await?.import(id).await
}

/// The projects that would be removed if somebody agreed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pending_removals(desktop: State<'_, Desktop>, id: i64) -> Result<Vec<PendingRemoval>> {
    desktop.admin().await?.removals_of(id).await
}

/// Removes them; gives how many.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_removals(desktop: State<'_, Desktop>, id: i64) -> Result<u64> {
    let admin = desktop.admin().await?;
    let count = admin.confirm_removals(&admin.import(id).await?.code, id).await?;
    desktop.changed.integrations();
    desktop.changed.projects();
    Ok(count)
}

/// Keeps them; gives how many.
#[tauri::command]
#[specta::specta]
pub(crate) async fn decline_removals(desktop: State<'_, Desktop>, id: i64) -> Result<u64> {
    let admin = desktop.admin().await?;
    let count = admin.decline_removals(&admin.import(id).await?.code, id).await?;
    desktop.changed.integrations();
    desktop.changed.projects();
    Ok(count)
}

/// Projects that were removed and can be brought back, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn removed_projects(
    desktop: State<'_, Desktop>,
    search: String,
    import_id: Option<i64>,
    offset: u32,
    limit: u32,
) -> Result<RemovedPage> {
    desktop.admin().await?.removed_projects(&search, import_id, limit, offset).await
}

/// Brings these projects back; gives the numbers that they have now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bring_back(desktop: State<'_, Desktop>, ids: Vec<i64>) -> Result<Vec<String>> {
    let numbers = desktop.admin().await?.bring_back(&ids).await?;
    desktop.changed.integrations();
    desktop.changed.projects();
    Ok(numbers)
}

/// Brings back all that an import removed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bring_back_import(desktop: State<'_, Desktop>, id: i64) -> Result<Vec<String>> {
    let numbers = desktop.admin().await?.bring_back_import(id).await?;
    desktop.changed.integrations();
    desktop.changed.projects();
    Ok(numbers)
}

/// What runs now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn live(desktop: State<'_, Desktop>) -> Result<Live> {
    let admin = desktop.admin().await?;
    // Asked for first: an import that moves meanwhile is told again.
    let sequence = desktop.changed.sequence();
    Ok(Live { sequence, imports: admin.live() })
}
