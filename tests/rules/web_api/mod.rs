//! Web API: what a description leads to, what an import asks for, and what becomes of what it gets.

mod bad;
mod good;
mod moved;
mod set_up;

use std::sync::Arc;

use muster_core::model::{Field, Import, Mode, Outcome, Project, ProjectFilter};
use muster_core::secrets::SecretStore;
use muster_core::{Admin, Error, ImportRequest, IntegrationInput, Muster, OnSave, Options};
use muster_tests::web_api::{Auth, Config, Paging, Simulator};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{ANN, CODE, FullImport, Refresh, Secrets, code, limits};

/// An office with an account at a web API.
struct Office {
    api: Simulator,
    muster: Admin,
    _program: Muster,
    folder: TempDir,
}

impl Office {
    /// With so many orders in pages of that kind; nothing is imported yet.
    async fn of(config: Config) -> Self {
        let office = Self::empty(config).await;
        let description = office.description();
        office.add(&description).await.unwrap();
        office.api.clear_requests();
        office
    }

    /// Without an integration.
    async fn empty(config: Config) -> Self {
        let api = Simulator::start(config).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn SecretStore> = Arc::new(Secrets::default());
        let options = Options { http: limits(), ..Options::new(folder.path(), store) };
        let program = Muster::open(options).await.unwrap();
        let muster = program.owner(ANN).await.unwrap();
        Self { api, muster, _program: program, folder }
    }

    async fn filled(config: Config) -> Self {
        let office = Self::of(config).await;
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded), "{import:?}");
        assert!(import.problems.is_empty(), "{import:?}");
        office.api.clear_requests();
        office
    }

    /// What an integrator would write for this API.
    fn description(&self) -> Value {
        let config = self.api.with(|state| state.config.clone());
        let paging = match config.paging {
            Paging::None => json!("none"),
            Paging::Offset => json!({ "offset": { "parameter": "offset", "total": "/total" } }),
            Paging::Page => json!({ "page": { "parameter": "page" } }),
            Paging::NextLink => json!({ "next_link": { "pointer": "/links/next" } }),
            Paging::LinkHeader => json!({ "next_link": {} }),
            Paging::Cursor => {
                json!({ "cursor": { "pointer": "/cursor/next", "parameter": "cursor", "more": "/cursor/more" } })
            }
        };
        let auth = match &config.auth {
            Auth::None => json!("none"),
            Auth::Basic { .. } => json!("basic"),
            Auth::Bearer { .. } => json!("bearer"),
            Auth::Header { name, prefix, .. } => json!({ "header": { "name": name, "prefix": prefix } }),
            Auth::OAuth2 { basic, json, .. } => json!({ "oauth2": {
                "token_url": "/token", "scope": "orders-r",
                "credentials": if *basic { "basic" } else { "body" }, "encoding": if *json { "json" } else { "form" },
            } }),
        };
        let mut description = json!({
            "muster_description": 1,
            "name": "The simulated one",
            "base_url": self.api.url(),
            "auth": auth,
            "error": "/error",
            "list": {
                "request": { "path": "/orders", "query": { "open": "1" } },
                "records": "/data/orders",
                "since": { "parameter": "changed_since", "format": "rfc3339" },
                "paging": paging,
                "complete": true,
            },
            "mapping": {
                "key": "/id", "number": "/ref",
                "fields": {
                    "address1": "/place/street", "address2": "/place/unit", "city": "/place/town", "state": "/place/region",
                    "zip": "/place/zip", "country": { "constant": "US" }, "client_status": "/state",
                    "due_date": { "from": "/due", "date": "%m/%d/%Y" }, "client_instructions": "/note",
                    "reference": { "from": "/kind", "options": "/kinds" },
                    "status": { "from": "/state", "map": { "done": "Complete" }, "otherwise": "" },
                },
                "tasks": { "from": "/lines", "name": "/name", "instructions": "/text", "source_service_id": "/no" },
                "cancelled": { "from": "/state", "is": ["void"], "close": true },
            },
        });
        if config.paging != Paging::None {
            description["list"]["page_size"] = json!({ "parameter": "limit", "size": config.page });
        }
        if config.thin {
            description["detail"] =
                json!({ "request": { "path": "/orders/{key}" }, "record": "/order", "list_tells_changes": true });
        }
        description
    }

    fn input(&self, description: &str) -> IntegrationInput {
        let auth = self.api.with(|state| state.config.auth.clone());
        let mut settings = json!({ "description": description });
        let mut secrets: Vec<(&str, &str)> = Vec::new();
        match &auth {
            Auth::None => {}
            Auth::Basic { username, password } => {
                settings["username"] = username.as_str().into();
                secrets.push(("password", password));
            }
            Auth::Header { key, .. } => secrets.push(("key", key)),
            Auth::Bearer { token } => secrets.push(("key", token)),
            Auth::OAuth2 { id, secret, .. } => {
                settings["client_id"] = id.as_str().into();
                secrets.push(("client_secret", secret));
            }
        }
        let Value::Object(settings) = settings else { unreachable!() };
        IntegrationInput {
            code: Some(code(CODE)),
            mode: Some(Mode::Internal),
            settings,
            secrets: secrets.into_iter().map(|(name, secret)| (name.to_owned(), secret.into())).collect(),
            ..IntegrationInput::default()
        }
    }

    async fn add(&self, description: &Value) -> Result<(), Error> {
        let input = self.input(&description.to_string());
        self.muster.add_integration("web-api", input, OnSave::Validate).await.map(drop)
    }

    async fn full(&self) -> Import {
        self.muster.start_import(ImportRequest::new(code(CODE), FullImport)).await.unwrap().wait().await.unwrap()
    }

    async fn refresh(&self) -> Import {
        self.muster.start_import(ImportRequest::new(code(CODE), Refresh)).await.unwrap().wait().await.unwrap()
    }

    async fn projects(&self) -> Vec<Project> {
        let all = ProjectFilter { limit: 1_000_000, ..ProjectFilter::default() };
        self.muster.projects(&all).await.unwrap().projects
    }

    async fn text(&self, id: u64, field: Field) -> String {
        let project = self.muster.project(&code(CODE), &format!("WO-{id}")).await.unwrap();
        project.project.fields.text(field).unwrap_or_default().to_owned()
    }
}

/// So many orders in pages of that kind.
fn paged(orders: usize, paging: Paging) -> Config {
    Config { paging, page: 10, ..Config::orders(orders) }
}

/// So many orders, one call each.
fn thin(orders: usize) -> Config {
    Config { thin: true, ..Config::orders(orders) }
}

fn oauth(life: u64, basic: bool, json: bool) -> Auth {
    Auth::OAuth2 { id: "ORG-1F-muster".to_owned(), secret: SECRET.to_owned(), life, basic, json }
}

const SECRET: &str = "s3cr3t/+ \"word\"";
