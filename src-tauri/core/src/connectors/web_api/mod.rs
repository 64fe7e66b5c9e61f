//! Any web API that answers JSON, as a description says (docs/web-api.md). Here are its settings. Where a description comes
//! from is in `load`, its shape in `description` and `rule`, what can be wrong with it in `check`; who asks in `login`, one
//! request in `api` and `template`, the pages in `paging`, the whole list in `list` and `detail`, and what a record says in
//! `mapping`.

mod api;
mod check;
mod description;
mod detail;
#[cfg(test)]
mod fetch_tests;
mod list;
mod load;
mod login;
mod look;
mod mapping;
#[cfg(test)]
mod mapping_tests;
mod memory;
mod paging;
mod raw;
mod rule;
mod settings;
mod since;
mod template;
mod values;
mod words;

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use url::Url;

use super::{
    Ask, Capabilities, ConnectError, Connector, DecodeError, Descriptor, Fetched, FieldError, Guide, List, Look,
    SettingsSchema, Sink,
};
use crate::model::WorkOrder;

use api::Api;
use description::Description;
use list::{LARGEST_PAGE, Run, records};
use memory::Memory;
use paging::Pager;
use template::Outgoing;

pub(crate) use load::description_text;
pub use load::{READY_MADE, ReadyMade};
use settings::Settings;

/// 2: plain text is kept as it was written, not as HTML.
pub(super) const MAPPING_VERSION: i64 = 2;

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: "web-api",
    title: "Web API",
    about: "Any client system that offers its work orders as JSON over the web. A description says what to ask and what \
            the answers mean.",
    guide: Guide {
        covers: "Client systems with a web API of their own that answers JSON: with a key, a user name and a password, or OAuth 2 \
                 client credentials.",
        needs: "A description of the API: a file that an integrator has made, or one of those that Muster brings, and the \
                credentials that the client gave you.",
        credentials: "Keys are usually made on a page of the client system called API, Developers or Client Apps. For PPW API \
                      Services it is PPW Web, Admin, Client Apps: the credential file holds the client ID, the client secret and \
                      the address (api_url), which is the base URL here.",
        limits: "What can be asked, whether a Refresh gets only what has changed, and whether a Full Import may remove, is what the \
                 description says. Look at the first records before you import. A file is read anew at every import; if \
                 it names another address than before, the integration has to be validated again.",
        untried: "It was tried against a simulator. The two descriptions that Muster brings are examples: neither has ever been \
                  run against the service that it describes.",
    },
    capabilities: Capabilities {
        validate: true,
        refresh: true,
        full_import: true,
        complete_list: true,
        cancellations: true,
        assignment: true,
        tasks_fixed: false,
        look: true,
    },
    mapping_version: MAPPING_VERSION,
    connection_settings: &["description", "base_url", "username", "client_id"],
    servers: settings::servers,
    schema: SettingsSchema::of::<Settings>,
    check: settings::check,
    connect: |connection| Ok(Box::new(settings::connect(connection)?)),
};

/// How long a person waits for one answer while the credentials are tried.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to one account of one API.
struct WebApi {
    api: Api,
    base: Url,
    description: Description,
    fingerprint: String,
    /// Where the credentials are sent.
    servers: Vec<String>,
    /// What was remembered at the last success.
    memory: Memory,
}

#[async_trait]
impl Connector for WebApi {
    async fn validate(&self) -> Result<Value, ConnectError> {
        let list = &self.description.list;
        if let Some(call) = &self.description.validate {
            let out = Outgoing::new(&self.base, call, None).ok_or_else(no_address)?;
            self.api.ask(&out, LARGEST_PAGE, Some(PATIENCE)).await?;
            return Ok(self.remember(&self.memory.description));
        }
        let mut request = self.list_request()?;
        if let Some(size) = &list.page_size {
            request.set(&size.parameter, &1.into());
        }
        if let Some((sweep, first)) = list.sweep.as_ref().and_then(|sweep| Some((sweep, sweep.values.first()?))) {
            request.set(&sweep.parameter, &first.as_str().into());
        }
        let out = Pager::new(&list.paging).outgoing(&request);
        let reply = self.api.ask(&out, LARGEST_PAGE, Some(PATIENCE)).await?;
        records(&reply.body, &list.records)?;
        Ok(self.remember(&self.memory.description))
    }

    async fn fetch(&self, ask: Ask, sink: &mut dyn Sink) -> Result<Fetched, ConnectError> {
        self.is_the_same_place()?;
        let since = match ask {
            Ask::Everything { .. } => None,
            // By another description nothing was ever asked.
            Ask::Since(moment) => moment.filter(|_| self.memory.description == self.fingerprint),
        };
        let mut run = Run::new(self, sink);
        let mut list = run.fetch(since).await?;
        if matches!(ask, Ask::Everything { .. }) && list == List::Complete && !self.description.list.complete {
            list = List::Open;
        }
        // After a part only, the moment to ask from stays where it was, and so does what was fetched until then.
        let by = if matches!(list, List::Partial(_)) { &self.memory.description } else { &self.fingerprint };
        Ok(Fetched { list, server_ahead: run.server_ahead, memory: self.remember(by) })
    }

    fn decode<'a>(&self, raw: &'a [u8]) -> Result<WorkOrder<'a>, DecodeError> {
        let json = raw.get(self.fingerprint.len()..).unwrap_or_default();
        let record: Value = serde_json::from_slice(json).map_err(|error| {
            DecodeError::Damaged(format!("an order is no JSON, at column {} of it", error.column()))
        })?;
        mapping::decode(&self.description.mapping, &record)
    }

    async fn look(&self) -> Result<Look, ConnectError> {
        self.first_records().await
    }
}

impl WebApi {
    fn list_request(&self) -> Result<Outgoing, ConnectError> {
        let list = &self.description.list;
        let mut request = Outgoing::new(&self.base, &list.request, None).ok_or_else(no_address)?;
        if let Some(size) = &list.page_size {
            request.set(&size.parameter, &size.size.into());
        }
        Ok(request)
    }

    /// An order as the import gets it: always the same bytes for the same record (the members of an object are sorted), and
    /// others once its description has changed, as it may then mean something else.
    fn raw(&self, record: &Value) -> Vec<u8> {
        let mut raw = self.fingerprint.clone().into_bytes();
        raw.extend_from_slice(record.to_string().as_bytes());
        raw
    }

    /// What to remember, if what was fetched so far was fetched by that description.
    fn remember(&self, description: &str) -> Value {
        Memory { description: description.to_owned(), servers: self.servers.clone() }.to_value()
    }

    /// Whoever can write the file of a description could have the credentials sent elsewhere.
    fn is_the_same_place(&self) -> Result<(), ConnectError> {
        let before = &self.memory.servers;
        if before.is_empty() || *before == self.servers {
            return Ok(());
        }
        let why = "the description names another address than before; if that is right, validate the integration again";
        Err(ConnectError::Setting(FieldError::new("description", why)))
    }
}

fn no_address() -> ConnectError {
    ConnectError::Setting(FieldError::new("base_url", "this is no web address"))
}
