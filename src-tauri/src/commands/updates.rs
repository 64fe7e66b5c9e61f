//! Newer programs. Whoever is in front of the window may look for one and restart with it: it is signed, loses nothing, and may be what mends a
//! Muster into which nobody can sign in. Which ones are offered is for an Admin.

use muster_core::Result;
use tauri::{AppHandle, State};

use crate::desktop::Desktop;
use crate::updates::{ReleaseChannel, Updates, Updating};

/// How things stand. A page that is told of a change asks this.
#[tauri::command]
#[specta::specta]
pub(crate) async fn updating(updates: State<'_, Updates>) -> Result<Updating> {
    Ok(updates.state())
}

/// The page shows that this version is ready. If none does, the shell asks the person itself.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_offered(updates: State<'_, Updates>, version: String) -> Result<()> {
    updates.offers(version);
    Ok(())
}

/// Looks for a newer program now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_for_update(updates: State<'_, Updates>) -> Result<()> {
    updates.look_now();
    Ok(())
}

/// Installs the one that is ready, and starts anew.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restart_with_update(app: AppHandle, updates: State<'_, Updates>) -> Result<()> {
    updates.restart(&app).await
}

/// Chooses which ones are offered.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_channel(
    app: AppHandle,
    desktop: State<'_, Desktop>,
    updates: State<'_, Updates>,
    channel: ReleaseChannel,
) -> Result<()> {
    desktop.admin().await?;
    updates.choose(&app, channel)
}
