//! An office with a PPW account, and what a test does with it.

use std::sync::Arc;

use muster_core::model::{Field, Import, Mode, Outcome, Project, ProjectFilter};
use muster_core::secrets::SecretStore;
use muster_core::{Admin, ImportRequest, IntegrationInput, Muster, OnSave, Options};
use muster_tests::ppw::{Config, Simulator};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{ANN, CODE, FullImport, Refresh, Secrets, code, limits};

/// An office with a PPW account.
pub(super) struct Office {
    pub(super) ppw: Simulator,
    pub(super) muster: Admin,
    _program: Muster,
    _folder: TempDir,
}

impl Office {
    /// With so many open orders; nothing is imported yet.
    pub(super) async fn of(orders: usize) -> Self {
        Self::with(Config { orders, ..Config::default() }, json!({})).await
    }

    pub(super) async fn with(config: Config, settings: Value) -> Self {
        let ppw = Simulator::start(config).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn SecretStore> = Arc::new(Secrets::default());
        let options = Options { http: limits(), ..Options::new(folder.path(), store) };
        let program = Muster::open(options).await.unwrap();
        let muster = program.owner(ANN).await.unwrap();
        let office = Self { ppw, muster, _program: program, _folder: folder };
        office.muster.add_integration("ppw", office.input(&settings), OnSave::Validate).await.unwrap();
        office.ppw.clear_calls();
        office
    }

    pub(super) fn input(&self, more: &Value) -> IntegrationInput {
        let (username, password) = self.ppw.with(|state| (state.username.clone(), state.password.clone()));
        let Value::Object(mut settings) = json!({ "url": self.ppw.url(), "username": username }) else {
            unreachable!()
        };
        settings.extend(more.as_object().cloned().unwrap_or_default());
        IntegrationInput {
            code: Some(code(CODE)),
            mode: Some(Mode::External),
            settings,
            secrets: vec![("password".to_owned(), password.into())],
            ..IntegrationInput::default()
        }
    }

    /// With so many open orders, all of them imported.
    pub(super) async fn filled(orders: usize) -> Self {
        let office = Self::of(orders).await;
        office.fills().await;
        office
    }

    pub(super) async fn fills(&self) {
        let import = self.full().await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded), "{import:?}");
        assert!(import.problems.is_empty() && import.notes.is_empty(), "{import:?}");
        self.ppw.clear_calls();
    }

    pub(super) async fn import(&self, request: ImportRequest) -> Import {
        self.muster.start_import(request).await.unwrap().wait().await.unwrap()
    }

    pub(super) async fn full(&self) -> Import {
        self.import(ImportRequest { code: code(CODE), kind: FullImport, removals_confirmed: false, re_read: false })
            .await
    }

    pub(super) async fn refresh(&self) -> Import {
        self.import(ImportRequest { code: code(CODE), kind: Refresh, removals_confirmed: false, re_read: false }).await
    }

    pub(super) async fn projects(&self) -> Vec<Project> {
        let all = ProjectFilter { limit: 1_000_000, ..ProjectFilter::default() };
        self.muster.projects(&all).await.unwrap().projects
    }

    pub(super) async fn text(&self, id: u64, field: Field) -> String {
        let project = self.muster.project(&code(CODE), &format!("GC-{id}")).await.unwrap();
        project.project.fields.text(field).unwrap_or_default().to_owned()
    }

    /// How many orders were asked for one by one since the last time.
    pub(super) fn fetched(&self) -> usize {
        let fetched = self.ppw.count("get_order");
        self.ppw.clear_calls();
        fetched
    }

    /// Since when the lists of that name were asked for.
    pub(super) fn asked_since(&self, event: &str) -> Vec<Option<i64>> {
        let calls = self.ppw.calls().into_iter();
        calls.filter(|call| call.event == event).map(|call| call.number("timestamp")).collect()
    }
}
