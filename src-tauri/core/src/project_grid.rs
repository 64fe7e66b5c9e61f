//! The list of projects as a grid shows it, and one project as a panel shows it. A grid asks for one page after another
//! of the same list: its order is found once and kept until the list changes, whatever else is written meanwhile.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::error::{Error, ErrorCode, Result};
use crate::html;
use crate::model::{Field, IntegrationCode, ProjectFilter, ProjectQuery, ProjectRows, ProjectView};
use crate::store::{from_instant, imports, integrations, project_list, project_rows};
use crate::{Office, today};

/// Lists whose order is kept: that of the grid, and a few that were just left.
const KEPT: usize = 4;
/// Rows of a page at most.
const MOST_ROWS: u32 = 1_000;
/// Bytes of a search at most.
const MOST_SEARCH: usize = 200;
/// Columns to sort by at most.
const MOST_SORTS: usize = 16;

/// Lists whose order is known.
#[derive(Debug, Default)]
pub(crate) struct Lists(Mutex<VecDeque<List>>);

#[derive(Debug, Clone)]
struct List {
    query: ProjectQuery,
    version: i64,
    ids: Arc<[i64]>,
}

impl Lists {
    fn find(&self, query: &ProjectQuery, version: i64) -> Option<Arc<[i64]>> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.iter().find(|list| list.version == version && list.query == *query)?;
        Some(Arc::clone(&list.ids))
    }

    fn keep(&self, list: List) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|kept| kept.version == list.version && kept.query != list.query);
        lists.push_back(list);
        if lists.len() > KEPT {
            lists.pop_front();
        }
    }
}

/// One code of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CodeFacet {
    /// The integration code.
    pub code: String,
    /// The name of its integration.
    pub name: Option<String>,
    /// How many projects are in the list.
    pub projects: u32,
    /// The end of the last import of its integration that succeeded, UTC.
    #[specta(type = Option<String>)]
    pub refreshed_at: Option<jiff::Timestamp>,
}

/// What the list can be narrowed to, and what is worth a number beside a page's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProjectFacets {
    /// Every integration, and codes of which projects were kept; by code.
    pub integrations: Vec<CodeFacet>,
    /// How many projects there are in all.
    pub projects: u32,
    /// Imports with removals that wait for a decision; 0 for those who cannot decide.
    pub decisions: u32,
}

impl Office {
    /// Some rows of the list of projects. Never waits for an import.
    pub async fn project_rows(&self, query: &ProjectQuery, offset: u32, limit: u32) -> Result<ProjectRows> {
        let store = &self.inner.store;
        // Asked for before the list is read: what changes meanwhile makes the list old, never wrongly new.
        let version = project_rows::version(store.reader()).await?;
        let ids = if let Some(ids) = self.inner.lists.find(query, version) {
            ids
        } else {
            let ids: Arc<[i64]> = project_rows::ids(store.reader(), &filter(query)?, &query.sort).await?.into();
            self.inner.lists.keep(List { query: query.clone(), version, ids: Arc::clone(&ids) });
            ids
        };
        let start = ids.len().min(offset as usize);
        let end = ids.len().min(start + limit.min(MOST_ROWS) as usize);
        let rows = project_rows::rows(store.reader(), &ids[start..end], today()).await?;
        Ok(ProjectRows { total: u32::try_from(ids.len()).unwrap_or(u32::MAX), rows })
    }

    /// One project, with everything that a panel shows.
    pub async fn project_view(&self, id: i64) -> Result<ProjectView> {
        let detail = self.project_by_id(id).await?;
        let name = match detail.project.integration {
            Some(integration) => integrations::get(self.inner.store.reader(), integration).await?,
            None => None,
        };
        let name = name.map(|record| record.name.unwrap_or_else(|| record.code.to_string()));
        let assignee = detail.project.fields.text(Field::AssignedTo).unwrap_or_default();
        let known =
            assignee.is_empty() || self.assignees().await?.iter().any(|name| name.eq_ignore_ascii_case(assignee));
        // What clients write is parsed, which may take a moment.
        apart(move || ProjectView::new(detail, name, known, today())).await
    }

    /// What the list can be narrowed to.
    pub async fn project_facets(&self) -> Result<ProjectFacets> {
        let db = self.inner.store.reader();
        let mut integrations = Vec::new();
        for (code, name, projects, refreshed_at) in project_list::codes(db).await? {
            let refreshed_at = refreshed_at.map(from_instant).transpose()?;
            integrations.push(CodeFacet { code, name, projects, refreshed_at });
        }
        let decisions = if self.is_admin { imports::waiting(db).await?.len() } else { 0 };
        Ok(ProjectFacets {
            projects: integrations.iter().map(|one| one.projects).sum(),
            integrations,
            decisions: u32::try_from(decisions).unwrap_or(u32::MAX),
        })
    }

    /// The address of a link that the client wrote into that project's texts; refused otherwise, so that a page that went
    /// wrong cannot open what it likes. What a person wrote does not count: the page may have written it.
    pub async fn link(&self, id: i64, address: &str) -> Result<String> {
        let detail = self.project_by_id(id).await?;
        let wanted = address.to_owned();
        let texts = move || detail.written_by_client().any(|text| html::links(text).contains(&wanted));
        if apart(texts).await? {
            return Ok(address.to_owned());
        }
        Err(Error::not_found("This link is not in the project's instructions any more."))
    }

    /// Where the project is, in one line for a map.
    pub async fn place(&self, id: i64) -> Result<String> {
        use crate::model::Field::{Address1, City, State, Zip};
        let project = self.project_by_id(id).await?.project;
        let parts = [Address1, City, State, Zip].map(|field| project.fields.text(field).unwrap_or_default().trim());
        Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
    }
}

/// Does what may take a moment where it holds up nothing else.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Error::new(ErrorCode::Interrupted, "Muster is closing."))
}

fn filter(query: &ProjectQuery) -> Result<ProjectFilter> {
    let code = query.code.as_deref().map(str::parse::<IntegrationCode>).transpose();
    if query.search.len() > MOST_SEARCH || query.sort.len() > MOST_SORTS {
        return Err(Error::invalid("search", "This search is too long."));
    }
    Ok(ProjectFilter {
        code: code?,
        status: query.status,
        search: Some(query.search.trim().to_owned()).filter(|search| !search.is_empty()),
        ..ProjectFilter::default()
    })
}
