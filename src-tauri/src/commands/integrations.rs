//! Integrations and the people they are published to. Only an Admin sees them.

use muster_core::connectors::{Look, REGISTRY};
use muster_core::model::{Integration, ProjectsOnDelete};
use muster_core::{CodeCheck, Error, ErrorCode, Grant, OnSave, Preset, Result};
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt, FilePath};

use crate::desktop::Desktop;
use crate::views::{Draft, IntegrationType};

/// The integration types that there are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn integration_types(desktop: State<'_, Desktop>) -> Result<Vec<IntegrationType>> {
    desktop.admin().await?;
    Ok(REGISTRY.iter().copied().map(IntegrationType::from).collect())
}

/// All integrations, by code.
#[tauri::command]
#[specta::specta]
pub(crate) async fn integrations(desktop: State<'_, Desktop>) -> Result<Vec<Integration>> {
    desktop.admin().await?.integrations().await
}

/// One integration.
#[tauri::command]
#[specta::specta]
pub(crate) async fn integration(desktop: State<'_, Desktop>, code: String) -> Result<Integration> {
    desktop.admin().await?.integration(&code.parse()?).await
}

/// Whether an integration may take a code; `but` is the code of the one that is edited.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_code(desktop: State<'_, Desktop>, code: String, but: Option<String>) -> Result<CodeCheck> {
    let admin = desktop.admin().await?;
    let but = but.as_deref().map(str::parse).transpose()?;
    admin.check_code(&code, but.as_ref()).await
}

/// Connects with these values; `code` is that of the integration that is edited.
#[tauri::command]
#[specta::specta]
pub(crate) async fn validate_integration(
    desktop: State<'_, Desktop>,
    r#type: String,
    code: Option<String>,
    draft: Draft,
) -> Result<()> {
    let admin = desktop.admin().await?;
    let code = code.as_deref().map(str::parse).transpose()?;
    tokio::select! {
        outcome = admin.try_out(&r#type, code.as_ref(), draft.input_without_code()) => outcome,
        () = desktop.validation_cancelled.notified() => {
            Err(Error::new(ErrorCode::Cancelled, "The validation was cancelled."))
        }
    }
}

/// Ends a validation that is under way, if one is: what it asks the client system for is not waited for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_validation(desktop: State<'_, Desktop>) -> Result<()> {
    desktop.admin().await?;
    desktop.validation_cancelled.notify_waiters();
    Ok(())
}

/// The first records that these values give, as they are and as they would be read; nothing is imported.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_at_records(
    desktop: State<'_, Desktop>,
    r#type: String,
    code: Option<String>,
    draft: Draft,
) -> Result<Look> {
    let admin = desktop.admin().await?;
    let code = code.as_deref().map(str::parse).transpose()?;
    admin.look(&r#type, code.as_ref(), draft.input_without_code()).await
}

/// Lets the person choose a `file` or a `folder` in the system's own window; none if they did not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_path(app: AppHandle, desktop: State<'_, Desktop>, what: String) -> Result<Option<String>> {
    desktop.admin().await?;
    let (chosen, answer) = tokio::sync::oneshot::channel();
    let tell = move |path: Option<FilePath>| drop(chosen.send(path));
    match what.as_str() {
        "file" => app.dialog().file().pick_file(tell),
        "folder" => app.dialog().file().pick_folder(tell),
        _ => return Err(Error::invalid("what", "Only a file or a folder can be chosen.")),
    }
    let path = answer.await.ok().flatten().and_then(|path| path.into_path().ok());
    Ok(path.map(|path| path.to_string_lossy().into_owned()))
}

/// Writes the description of an integration into a file that the person chooses in the system's own window; gives its path,
/// none if they chose nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_description(
    app: AppHandle,
    desktop: State<'_, Desktop>,
    code: String,
) -> Result<Option<String>> {
    let admin = desktop.admin().await?;
    let code = code.parse()?;
    // Nobody is asked for a file if there is nothing to write.
    admin.description(&code).await?;
    let (chosen, answer) = tokio::sync::oneshot::channel();
    let dialog = app.dialog().file().set_file_name(format!("{code}.json")).add_filter("JSON", &["json"]);
    dialog.save_file(move |path| drop(chosen.send(path)));
    let Some(path) = answer.await.ok().flatten().and_then(|path| path.into_path().ok()) else { return Ok(None) };
    admin.save_description(&code, &path).await?;
    Ok(Some(path.to_string_lossy().into_owned()))
}

/// The kinds of list that a spreadsheet can be.
#[tauri::command]
#[specta::specta]
pub(crate) async fn presets(desktop: State<'_, Desktop>) -> Result<Vec<Preset>> {
    desktop.admin().await?.presets().await
}

/// Keeps what the columns of a list are read as under a name; `base` is the preset that was chosen, or empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_preset(
    desktop: State<'_, Desktop>,
    name: String,
    base: String,
    mapping: String,
) -> Result<Preset> {
    desktop.admin().await?.save_preset(&name, &base, &mapping).await
}

/// Adds an integration.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_integration(
    desktop: State<'_, Desktop>,
    r#type: String,
    draft: Draft,
    validate: bool,
) -> Result<Integration> {
    let added = desktop.admin().await?.add_integration(&r#type, draft.input()?, on_save(validate)).await?;
    desktop.changed.integrations();
    Ok(added)
}

/// Changes an integration.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_integration(
    desktop: State<'_, Desktop>,
    code: String,
    draft: Draft,
    validate: bool,
) -> Result<Integration> {
    let edited = desktop.admin().await?.edit_integration(&code.parse()?, draft.input()?, on_save(validate)).await?;
    desktop.changed.integrations();
    Ok(edited)
}

fn on_save(validate: bool) -> OnSave {
    if validate { OnSave::Validate } else { OnSave::DoNotValidate }
}

/// Deletes an integration; gives how many projects it had.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_integration(
    desktop: State<'_, Desktop>,
    code: String,
    remove_projects: bool,
) -> Result<u64> {
    let projects = if remove_projects { ProjectsOnDelete::Remove } else { ProjectsOnDelete::Keep };
    let count = desktop.admin().await?.delete_integration(&code.parse()?, projects).await?;
    desktop.changed.integrations();
    desktop.changed.projects();
    Ok(count)
}

/// Adds the sample client, under the first code that is free.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_sample(desktop: State<'_, Desktop>) -> Result<Integration> {
    let added = desktop.admin().await?.add_sample().await?;
    desktop.changed.integrations();
    Ok(added)
}

/// The people an integration is published to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn people(desktop: State<'_, Desktop>, code: String) -> Result<Vec<Grant>> {
    desktop.admin().await?.people(&code.parse()?).await
}

/// Publishes an integration to one more person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_person(desktop: State<'_, Desktop>, code: String, person: String) -> Result<Vec<Grant>> {
    let people = desktop.admin().await?.add_person(&code.parse()?, &person).await?;
    desktop.changed.integrations();
    Ok(people)
}

/// Publishes an integration to a person no longer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_person(desktop: State<'_, Desktop>, code: String, person: String) -> Result<Vec<Grant>> {
    let people = desktop.admin().await?.remove_person(&code.parse()?, &person).await?;
    desktop.changed.integrations();
    Ok(people)
}
