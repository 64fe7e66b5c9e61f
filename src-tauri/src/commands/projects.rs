//! The list of projects, for Staff and Admins.

use muster_core::model::{Field, ProjectQuery, ProjectRows, ProjectView};
use muster_core::{Error, ErrorCode, ProjectFacets, Result};
use tauri::State;
use tauri::Url;

use crate::desktop::Desktop;
use crate::views::FieldChange;

/// Where a place is shown on a map.
const MAPS: &str = "https://www.openstreetmap.org/search";

/// Some rows of the list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn project_page(
    desktop: State<'_, Desktop>,
    query: ProjectQuery,
    offset: u32,
    limit: u32,
) -> Result<ProjectRows> {
    desktop.office().await?.project_rows(&query, offset, limit).await
}

/// One project.
#[tauri::command]
#[specta::specta]
pub(crate) async fn project(desktop: State<'_, Desktop>, id: i64) -> Result<ProjectView> {
    desktop.office().await?.project_view(id).await
}

/// Changes fields of a project.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_project(
    desktop: State<'_, Desktop>,
    id: i64,
    changes: Vec<FieldChange>,
) -> Result<ProjectView> {
    let office = desktop.office().await?;
    let read = |change: FieldChange| match Field::from_name(&change.field) {
        Some(field) => Ok((field, change.value)),
        None => Err(Error::invalid(&change.field, format!("There is no field {}.", change.field))),
    };
    let changes: Vec<(Field, String)> = changes.into_iter().map(read).collect::<Result<_>>()?;
    let edited = office.edit_project_by_id(id, &changes).await?;
    desktop.changed.projects();
    Ok(edited)
}

/// What the list can be narrowed to, and the numbers in the navigation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn project_facets(desktop: State<'_, Desktop>) -> Result<ProjectFacets> {
    desktop.office().await?.project_facets().await
}

/// Who may be assigned work.
#[tauri::command]
#[specta::specta]
pub(crate) async fn assignees(desktop: State<'_, Desktop>) -> Result<Vec<String>> {
    desktop.office().await?.assignees().await
}

/// Shows the project's address on a map, in the browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_in_maps(desktop: State<'_, Desktop>, id: i64) -> Result<()> {
    let place = desktop.office().await?.place(id).await?;
    let map = Url::parse_with_params(MAPS, [("query", place)]);
    open(&map.map_err(|error| Error::new(ErrorCode::InvalidInput, format!("The address cannot be shown: {error}.")))?)
}

/// Opens a link of the project's instructions in the browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_link(desktop: State<'_, Desktop>, id: i64, url: String) -> Result<()> {
    let link = desktop.office().await?.link(id, &url).await?;
    let mut link = Url::parse(&link).map_err(|_| Error::new(ErrorCode::InvalidInput, "This link cannot be opened."))?;
    if link.scheme() == "mailto" {
        // A mail program may attach a file for it.
        link.set_query(None);
    }
    open(&link)
}

fn open(url: &Url) -> Result<()> {
    tauri_plugin_opener::open_url(url.as_str(), None::<&str>)
        .map_err(|error| Error::new(ErrorCode::Io, format!("No program of this computer could open it: {error}.")))
}
