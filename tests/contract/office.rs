//! An office with one integration.

use std::sync::Arc;
use std::time::Duration;

use muster_core::model::{Import, ImportKind, IntegrationCode, Outcome, Project, ProjectFilter};
use muster_core::secrets::SecretStore;
use muster_core::{Admin, Error, HttpLimits, ImportRequest, IntegrationInput, Muster, OnSave, Options};
use serde_json::Value;
use tempfile::TempDir;

use crate::clients::Client;
use crate::secrets::Secrets;

pub(crate) use ImportKind::{FullImport, Refresh};

/// The office.
pub(crate) struct Office {
    pub(crate) muster: Admin,
    pub(crate) folder: TempDir,
    _program: Muster,
}

impl Office {
    /// Without an integration.
    pub(crate) async fn new() -> Self {
        // No test waits: two tries, nothing between them, and little patience with silence.
        let limits = HttpLimits {
            tries: 2,
            first_byte: Duration::from_millis(300),
            idle: Duration::from_millis(300),
            backoff: Duration::ZERO,
            backoff_cap: Duration::ZERO,
            retry_after: Duration::from_millis(1),
            ..HttpLimits::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn SecretStore> = Arc::new(Secrets::default());
        let program = Muster::open(Options { http: limits, ..Options::new(folder.path(), store) }).await.unwrap();
        let muster = program.owner("ann").await.unwrap();
        Self { muster, folder, _program: program }
    }

    /// With that client system.
    pub(crate) async fn with(client: &Client) -> Self {
        let office = Self::new().await;
        office.add(client, OnSave::Validate).await.unwrap_or_else(|error| panic!("{}: {error:?}", client.name));
        office
    }

    /// With that client system, everything imported.
    pub(crate) async fn filled(client: &Client) -> Self {
        let office = Self::with(client).await;
        let import = office.import(FullImport).await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded), "{}: {import:?}", client.name);
        assert!(import.problems.is_empty() && import.counts.added > 0, "{}: {import:?}", client.name);
        office
    }

    pub(crate) async fn add(&self, client: &Client, on_save: OnSave) -> Result<(), Error> {
        self.muster.add_integration(client.kind, input(client), on_save).await.map(drop)
    }

    pub(crate) async fn import(&self, kind: ImportKind) -> Import {
        self.muster.start_import(ImportRequest::new(code(), kind)).await.unwrap().wait().await.unwrap()
    }

    /// The projects, without when they were changed.
    pub(crate) async fn projects(&self) -> Vec<Project> {
        let all = ProjectFilter { limit: 1_000_000, ..ProjectFilter::default() };
        self.muster.projects(&all).await.unwrap().projects
    }

    /// The moment to ask from, next time.
    pub(crate) fn cursor(&self) -> Option<i64> {
        self.database().query_row("SELECT cursor FROM integrations", [], |row| row.get(0)).unwrap()
    }

    pub(crate) fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("muster.db")).unwrap()
    }
}

pub(crate) fn code() -> IntegrationCode {
    "C".parse().unwrap()
}

pub(crate) fn input(client: &Client) -> IntegrationInput {
    let Value::Object(settings) = client.settings.clone() else { panic!("settings are an object") };
    IntegrationInput {
        code: Some(code()),
        settings,
        secrets: client.secrets.iter().map(|(name, secret)| ((*name).to_owned(), secret.clone().into())).collect(),
        ..IntegrationInput::default()
    }
}
