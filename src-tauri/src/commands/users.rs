//! Users. Only an Admin sees them.

use muster_core::Result;
use muster_core::model::User;
use tauri::State;

use crate::desktop::Desktop;
use crate::views::{NewUser, UserChange};

/// All users, by name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn users(desktop: State<'_, Desktop>) -> Result<Vec<User>> {
    desktop.admin().await?.users().await
}

/// Adds one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_user(desktop: State<'_, Desktop>, user: NewUser) -> Result<User> {
    let NewUser { username, name, email, role, password } = user;
    let new = muster_core::NewUser { username, name, email, role, password: password.map(Into::into) };
    desktop.admin().await?.add_user(new).await
}

/// Changes one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_user(desktop: State<'_, Desktop>, id: i64, change: UserChange) -> Result<User> {
    let UserChange { name, email, role } = change;
    desktop.admin().await?.edit_user(id, muster_core::UserChange { name, email, role }).await
}

/// Gives somebody another password, which ends their sessions.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reset_password(desktop: State<'_, Desktop>, id: i64, password: String) -> Result<User> {
    desktop.admin().await?.reset_password(id, &password.into()).await
}

/// Lets somebody in again, or not any more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_user_active(desktop: State<'_, Desktop>, id: i64, active: bool) -> Result<User> {
    desktop.admin().await?.set_user_active(id, active).await
}
