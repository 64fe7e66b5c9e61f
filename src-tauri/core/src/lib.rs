//! muster-core: everything that Muster knows. No window, no web server, no terminal.
//!
//! It begins with [`Muster::open`]; the services are the methods of two doors, [`Office`] and [`Admin`]. Inside:
//! `connectors` (client systems) → `import` (stage, merge, guard, apply) → `store` (the only SQL) → `model` (plain types).
//! `http` makes all HTTP clients, `secrets` keeps all secrets, `error` is what the outside sees of a failure.

mod access;
pub mod connectors;
mod error;
pub mod folder;
mod html;
mod http;
mod import;
mod integrations;
pub mod log;
mod mask;
pub mod model;
mod presets;
mod project_grid;
mod projects;
pub mod secrets;
mod store;
mod work_types;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use access::{Admin, NewAdmin, NewUser, Office, Session, UserChange};
pub use error::{Error, ErrorCode, Result};
pub use http::{HttpLimits, small_file};
pub use import::{
    AppliedPreview, Applying, AtRest, ImportHandle, ImportRequest, PREVIEW_LIFE, Phase, Preview, Progress, at_rest,
};
pub use integrations::{CodeCheck, Grant, GrantKind, IntegrationInput, OnSave};
pub use presets::Preset;
pub use project_grid::{CodeFacet, ProjectFacets};
pub use work_types::WorkTypeInput;

use secrets::SecretStore;
use store::Store;

/// How to open Muster.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data directory; made if it is not there.
    pub folder: PathBuf,
    /// Where secrets are kept.
    pub secrets: Arc<dyn SecretStore>,
    /// The limits of HTTP requests.
    pub http: HttpLimits,
    /// How long a preview may be applied.
    pub preview_life: Duration,
}

impl Options {
    /// The usual limits.
    pub fn new(folder: impl Into<PathBuf>, secrets: Arc<dyn SecretStore>) -> Self {
        Self { folder: folder.into(), secrets, http: HttpLimits::default(), preview_life: PREVIEW_LIFE }
    }
}

/// The program, over one data directory. Cheap to clone; all clones are the same.
#[derive(Debug, Clone)]
pub struct Muster {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    folder: PathBuf,
    store: Store,
    secrets: Arc<dyn SecretStore>,
    http: Arc<http::Http>,
    imports: import::Imports,
    seen_to_work: integrations::SeenToWork,
    lists: project_grid::Lists,
    installation: String,
}

impl Muster {
    /// Opens the data directory, and makes or updates what is in it. Several processes may have it open.
    pub async fn open(options: Options) -> Result<Self> {
        let store = Store::open(&options.folder).await?;
        let http =
            http::Http::new(options.http).map_err(|error| Error::new(ErrorCode::CannotReach, error.to_string()))?;
        let inner = Arc::new(Inner {
            imports: import::Imports::new(&options.folder, options.preview_life),
            lists: project_grid::Lists::default(),
            seen_to_work: integrations::SeenToWork::new(),
            installation: store::settings::installation(store.reader()).await?,
            folder: options.folder,
            secrets: options.secrets,
            http: Arc::new(http),
            store,
        });
        inner.settle_all().await?;
        inner.forget_old_removals().await?;
        Ok(Self { inner })
    }

    /// A stream of small events of all imports of this process, for a program that passes them on to whom they concern.
    pub fn watch(&self) -> tokio::sync::broadcast::Receiver<Progress> {
        self.inner.imports.watch()
    }

    /// A number that is another one after any change of the database, by this or another program.
    pub async fn version(&self) -> Result<i64> {
        Ok(self.inner.store.version().await?)
    }

    /// Closes the database, which folds its log into it. Left out (or cut off by the end of the process) nothing is lost,
    /// but the next one to open it has to do that first.
    pub async fn close(self) -> Result<()> {
        self.inner.let_go_of_previews().await;
        Ok(self.inner.store.close().await?)
    }
}

/// The office's calendar date.
fn today() -> jiff::civil::Date {
    jiff::ZonedDateTime::now().date()
}
