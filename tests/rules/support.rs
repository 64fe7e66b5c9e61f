//! An office for one test: a client system, Muster over a data directory of its own, and an integration between them.

use std::sync::Arc;
use std::time::Duration;

use muster_core::model::{
    AutoAdmin, Field, Import, ImportKind, Integration, IntegrationCode, IntegrationStatus, Mode, Outcome,
    PreviewSummary, Project, ProjectDetail, ProjectFilter, ProjectsOnDelete,
};
use muster_core::secrets::SecretStore;
use muster_core::{
    Admin, Error, HttpLimits, ImportHandle, ImportRequest, IntegrationInput, Muster, OnSave, Options, Preview,
};
use muster_tests::orders::Orders;
use muster_tests::pruvan::{Call, Config, Credentials, Day, Request, Server, Simulator};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub(crate) use crate::secrets::Secrets;
pub(crate) use ImportKind::{FullImport, Refresh};

/// The code of the integration that every office has.
pub(crate) const CODE: &str = "NWF";
/// Who does what people do.
pub(crate) const ANN: &str = "ann";

/// How an office is set up.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) mode: Mode,
    pub(crate) auto_admin: AutoAdmin,
    pub(crate) default_assign_to: &'static str,
    pub(crate) server: Server,
    pub(crate) encoding: &'static str,
    pub(crate) on_save: OnSave,
    pub(crate) limits: HttpLimits,
    pub(crate) preview_life: Duration,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            mode: Mode::External,
            auto_admin: AutoAdmin::On,
            default_assign_to: "",
            server: Server::Standard,
            encoding: "urlencoded",
            on_save: OnSave::Validate,
            limits: limits(),
            preview_life: Duration::from_mins(30),
        }
    }
}

/// Limits that let no test wait: two tries, and nothing between them.
pub(crate) fn limits() -> HttpLimits {
    HttpLimits {
        tries: 2,
        backoff: Duration::ZERO,
        backoff_cap: Duration::ZERO,
        retry_after: Duration::from_secs(1),
        ..HttpLimits::default()
    }
}

/// Who owns what: the three columns of the matrix.
pub(crate) const INTERNAL: (Mode, AutoAdmin) = (Mode::Internal, AutoAdmin::On);
pub(crate) const AUTO_ADMIN: (Mode, AutoAdmin) = (Mode::External, AutoAdmin::On);
pub(crate) const EXTERNAL: (Mode, AutoAdmin) = (Mode::External, AutoAdmin::Off);

impl Setup {
    pub(crate) fn of((mode, auto_admin): (Mode, AutoAdmin)) -> Self {
        Self { mode, auto_admin, ..Self::default() }
    }

    /// An office whose client has these orders; nothing is imported yet.
    pub(crate) async fn office(self, orders: Vec<Value>) -> Office {
        let config = Config { orders: 0, server: self.server, ..Config::default() };
        let client = Simulator::start(config).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let secrets = Arc::new(Secrets::default());
        let limits = self.limits.clone();
        let program = open(&folder, &secrets, &limits, self.preview_life).await;
        let muster = program.owner(ANN).await.unwrap();
        let office = Office { client, program, muster, secrets, limits, folder };
        office.sends(orders);
        let input = IntegrationInput {
            mode: Some(self.mode),
            auto_admin: Some(self.auto_admin),
            default_assign_to: Some(self.default_assign_to.to_owned()),
            ..input(CODE, &office.client, self.encoding)
        };
        office.muster.add_integration("pruvan", input, self.on_save).await.unwrap();
        office.client.clear_requests();
        office
    }
}

async fn open(folder: &TempDir, secrets: &Arc<Secrets>, limits: &HttpLimits, preview_life: Duration) -> Muster {
    let store: Arc<dyn SecretStore> = Arc::clone(secrets) as Arc<dyn SecretStore>;
    Muster::open(Options { http: limits.clone(), preview_life, ..Options::new(folder.path(), store) }).await.unwrap()
}

fn input(code_text: &str, client: &Simulator, encoding: &str) -> IntegrationInput {
    let Credentials { username, password, token } = client.credentials();
    let settings = json!({ "url": client.url(), "username": username, "encoding": encoding });
    let Value::Object(settings) = settings else { panic!("settings are an object") };
    IntegrationInput {
        code: Some(code(code_text)),
        settings,
        secrets: vec![("password".to_owned(), password.into()), ("token".to_owned(), token.into())],
        ..IntegrationInput::default()
    }
}

/// A client system, Muster, and what a test does with them.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) client: Simulator,
    pub(crate) program: Muster,
    pub(crate) muster: Admin,
    secrets: Arc<Secrets>,
    limits: HttpLimits,
    folder: TempDir,
}

/// What the client system sends.
impl Office {
    /// The usual office; nothing is imported yet.
    pub(crate) async fn of(orders: Vec<Value>) -> Self {
        Setup::default().office(orders).await
    }

    /// The usual office, after a first Full Import.
    pub(crate) async fn filled(orders: Vec<Value>) -> Self {
        let office = Self::of(orders).await;
        office.fills().await;
        office
    }

    /// The first Full Import, of which every order is a project.
    pub(crate) async fn fills(&self) {
        let import = self.full().await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded), "{import:?}");
        assert!(import.problems.is_empty(), "{import:?}");
        self.client.clear_requests();
    }

    /// From now on the client has these orders, all changed now.
    pub(crate) fn sends(&self, orders: Vec<Value>) {
        self.sends_raw(orders.into_iter().map(|order| order.to_string().into_bytes()));
    }

    /// From now on the client has these bytes as orders.
    pub(crate) fn sends_raw(&self, orders: impl IntoIterator<Item = Vec<u8>>) {
        self.client.with(|state| {
            let offset = state.orders.clock_offset();
            state.orders = Orders::none();
            state.orders.set_clock_offset(offset);
            for order in orders {
                state.orders.push_raw(order);
            }
        });
    }

    /// All answers are like this until the client is well again.
    pub(crate) fn bad(&self, day: Day) {
        self.client.with(|state| state.always(day));
    }

    pub(crate) fn well(&self) {
        self.client.with(muster_tests::pruvan::State::clear_days);
    }

    /// What was asked for orders so far.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.client.requests().into_iter().filter(|request| request.call == Some(Call::GetWorkOrders)).collect()
    }

    /// The moment that the last request asked from.
    pub(crate) fn asked_since(&self) -> Option<i64> {
        self.asked().last().expect("orders were asked for").timestamp()
    }
}

/// What Muster does.
impl Office {
    pub(crate) async fn full(&self) -> Import {
        self.start(FullImport).await.wait().await.unwrap()
    }

    pub(crate) async fn refresh(&self) -> Import {
        self.start(Refresh).await.wait().await.unwrap()
    }

    pub(crate) async fn start(&self, kind: ImportKind) -> ImportHandle {
        self.muster.start_import(request(CODE, kind)).await.unwrap()
    }

    pub(crate) async fn preview(&self) -> Preview {
        self.muster.preview(&code(CODE), false, &CancellationToken::new()).await.unwrap()
    }

    /// Another program on the same data directory.
    pub(crate) async fn another(&self) -> Admin {
        open(&self.folder, &self.secrets, &self.limits, Duration::from_mins(30)).await.owner(ANN).await.unwrap()
    }

    /// One that can be taken elsewhere, to be opened there.
    pub(crate) fn options(&self) -> Options {
        let store: Arc<dyn SecretStore> = Arc::clone(&self.secrets) as Arc<dyn SecretStore>;
        Options { http: self.limits.clone(), ..Options::new(self.folder.path(), store) }
    }

    /// Another integration, of that client system.
    pub(crate) async fn add(&self, code_text: &str, client: &Simulator, adopt: bool) -> Result<Integration, Error> {
        let input = IntegrationInput { adopt, ..input(code_text, client, "urlencoded") };
        self.muster.add_integration("pruvan", input, OnSave::DoNotValidate).await
    }

    /// Changes the integration.
    pub(crate) async fn set(&self, input: IntegrationInput) -> Result<Integration, Error> {
        self.muster.edit_integration(&code(CODE), input, OnSave::DoNotValidate).await
    }

    pub(crate) async fn delete_integration(&self, projects: ProjectsOnDelete) {
        self.muster.delete_integration(&code(CODE), projects).await.unwrap();
    }

    pub(crate) async fn integration(&self) -> Integration {
        self.muster.integration(&code(CODE)).await.unwrap()
    }

    pub(crate) async fn status(&self) -> IntegrationStatus {
        self.integration().await.status
    }
}

/// The list.
impl Office {
    /// All projects, by code and number.
    pub(crate) async fn projects(&self) -> Vec<Project> {
        let all = ProjectFilter { limit: 1_000_000, ..ProjectFilter::default() };
        self.muster.projects(&all).await.unwrap().projects
    }

    /// All there is to see of all projects.
    pub(crate) async fn everything(&self) -> String {
        serde_json::to_string(&self.projects().await).unwrap()
    }

    /// The numbers in the list, sorted, without the code.
    pub(crate) async fn numbers(&self) -> Vec<String> {
        let mut numbers: Vec<String> = self.projects().await.into_iter().map(|project| project.number).collect();
        numbers.sort();
        numbers
    }

    /// Whether that project is in the list.
    pub(crate) async fn has(&self, number: &str) -> bool {
        self.muster.project(&code(CODE), number).await.is_ok()
    }

    pub(crate) async fn project(&self, number: &str) -> ProjectDetail {
        self.muster.project(&code(CODE), number).await.unwrap()
    }

    /// The value of a field; empty if there is none.
    pub(crate) async fn text(&self, number: &str, field: Field) -> String {
        self.project(number).await.project.fields.text(field).unwrap_or_default().to_owned()
    }

    pub(crate) async fn edit(&self, number: &str, field: Field, text: &str) {
        self.try_edit(number, field, text).await.unwrap();
    }

    pub(crate) async fn try_edit(&self, number: &str, field: Field, text: &str) -> Result<ProjectDetail, Error> {
        self.muster.edit_project(&code(CODE), number, &[(field, text.to_owned())]).await
    }

    pub(crate) async fn delete(&self, number: &str) {
        self.muster.delete_project(&code(CODE), number).await.unwrap();
    }

    pub(crate) async fn bring_back(&self, number: &str) -> String {
        self.muster.bring_back_project(&code(CODE), number).await.unwrap()
    }

    /// The numbers whose removal waits, with their code.
    pub(crate) async fn waiting(&self) -> Vec<String> {
        let waiting = self.muster.pending_removals(Some(&code(CODE))).await.unwrap();
        waiting.into_iter().map(|removal| removal.number).collect()
    }
}

/// The database, behind Muster's back.
impl Office {
    /// A connection of its own.
    pub(crate) fn database(&self) -> Connection {
        let database = Connection::open(self.folder.path().join("muster.db")).unwrap();
        database.busy_timeout(Duration::from_mins(1)).unwrap();
        database
    }

    pub(crate) fn sql(&self, sql: &str) {
        self.database().execute_batch(sql).unwrap();
    }

    /// Spoils a value of all projects without Muster knowing. An import that reads an order mends its project; one that
    /// skips the order does not.
    pub(crate) fn spoil(&self) {
        self.sql("UPDATE projects SET city = 'Spoilt'");
    }

    /// The numbers of the projects whose order was read since.
    pub(crate) async fn read_since(&self) -> Vec<String> {
        let projects = self.projects().await;
        let read = projects.iter().filter(|project| project.fields.text(Field::City) != Some("Spoilt"));
        read.map(|project| project.number.clone()).collect()
    }
}

pub(crate) fn code(text: &str) -> IntegrationCode {
    text.parse().unwrap()
}

pub(crate) fn request(code_text: &str, kind: ImportKind) -> ImportRequest {
    ImportRequest::new(code(code_text), kind)
}

/// The least that makes a project.
pub(crate) fn order(number: &str) -> Value {
    json!({
        "workOrderNumber": number, "address1": "12 Pine Rd", "city": "Tulsa", "state": "OK", "zip": "04101",
        "dueDate": "2026-12-04", "services": [{ "serviceName": "Grass cut" }],
    })
}

/// The same, with other keys over it.
pub(crate) fn order_with(number: &str, keys: Value) -> Value {
    let (mut order, Value::Object(keys)) = (order(number), keys) else { panic!("keys are an object") };
    for (key, value) in keys {
        order[key] = value;
    }
    order
}

/// Orders with these numbers.
pub(crate) fn orders(numbers: impl IntoIterator<Item = usize>) -> Vec<Value> {
    numbers.into_iter().map(|number| order(&number.to_string())).collect()
}

/// Such numbers as the list has them, sorted.
pub(crate) fn numbers(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    let mut numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    numbers.sort();
    numbers
}

/// The numbers of the projects that a preview would remove.
pub(crate) fn removed_by(summary: &PreviewSummary) -> Vec<&str> {
    summary.to_remove.iter().map(|one| one.number.as_str()).collect()
}
