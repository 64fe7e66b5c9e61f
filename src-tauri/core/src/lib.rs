//! muster-core: everything that Muster knows. No window, no web server, no terminal.
//!
//! There is one door, [`Muster::open`]; the services are its methods. Inside:
//! `connectors` (client systems) → `import` (stage, merge, guard, apply) → `store` (the only SQL) → `model` (plain types).
//! `http` makes all HTTP clients, `secrets` keeps all secrets, `error` is what the outside sees of a failure.

pub mod connectors;
mod error;
mod http;
mod import;
mod integrations;
pub mod model;
mod projects;
pub mod secrets;
mod store;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::Value;

pub use error::{Error, ErrorCode, Result};
pub use http::HttpLimits;
pub use import::{Applying, ImportHandle, ImportRequest, PREVIEW_LIFE, Phase, Preview, Progress};
pub use integrations::{IntegrationInput, OnSave};

use secrets::{SecretError, SecretName, SecretStore};
use store::Store;
use store::integrations::Record;

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

    /// A stream of small events of all imports of this process. Whoever is too slow misses some; the records miss none.
    pub fn watch(&self) -> tokio::sync::broadcast::Receiver<Progress> {
        self.inner.imports.watch()
    }
}

impl Inner {
    fn secret_name(&self, integration: i64, key: &str) -> SecretName {
        SecretName::new(self.installation.as_str(), integration, key)
    }

    /// Does something with the store of secrets, which may wait for a person, without holding up anything else.
    async fn with_secrets<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn SecretStore) -> std::result::Result<T, SecretError> + Send + 'static,
    ) -> Result<T> {
        let secrets = Arc::clone(&self.secrets);
        let done = tokio::task::spawn_blocking(move || work(secrets.as_ref())).await;
        let done = done.map_err(|_| Error::new(ErrorCode::Secrets, "The credential store could not be asked."))?;
        done.map_err(|error| secret_error(&error))
    }
}

/// The office's calendar date.
fn today() -> jiff::civil::Date {
    jiff::ZonedDateTime::now().date()
}

/// The settings of an integration with its stored secrets filled in, as a connector takes them.
async fn secrets_of(inner: &Inner, record: &Record) -> Result<Value> {
    let mut settings = record.settings.clone();
    let names: Vec<(String, SecretName)> =
        record.secrets.iter().map(|key| (key.clone(), inner.secret_name(record.id, key))).collect();
    if names.is_empty() {
        return Ok(settings);
    }
    let found = inner
        .with_secrets(move |store| {
            names
                .into_iter()
                .map(|(key, name)| Ok((key, store.get(&name)?)))
                .collect::<std::result::Result<Vec<_>, _>>()
        })
        .await?;
    for (key, secret) in found {
        let Some(secret) = secret else {
            let message =
                format!("The {key} of {} is not in the credential store any more. Enter it again.", record.code);
            return Err(Error::new(ErrorCode::Secrets, message).at(&key));
        };
        settings[key] = Value::from(secret.expose_secret());
    }
    Ok(settings)
}

/// What went wrong with a secret, for the outside.
pub(crate) fn secret_error(error: &SecretError) -> Error {
    let mut message = error::with_causes(error);
    if matches!(error, SecretError::NoStore { .. } | SecretError::Denied { .. } | SecretError::NoAnswer) {
        message.push_str("; unlock it, or use a vault on a machine without one (muster vault init)");
    }
    Error::new(ErrorCode::Secrets, error::sentence(&message))
}
