//! Connectors: the code that speaks to one kind of client system each, and the registry of them.
//! A connector fetches, decodes and maps; it knows nothing about the database and decides nothing about the list.
//! To add one: a module with a [`Descriptor`], and one line in [`REGISTRY`].

mod batch;
mod dates;
mod details;
mod error;
mod json_list;
#[cfg(test)]
mod kept;
mod look;
mod mcs;
mod ppw;
mod pruvan;
mod redact;
mod roads;
mod sample;
#[cfg(test)]
pub(crate) mod scripted;
mod settings;
mod spreadsheet;
mod typed_path;
mod value;
mod web_api;
mod xactprm;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::http::Http;
use crate::model::{OrderProblem, WorkOrder};

pub(crate) use batch::RawBatch;
pub(crate) use error::{ConnectError, DecodeError};
pub use look::{Look, LookColumn, LookField, LookOrder};
pub use settings::{Choice, FieldError, Secret, Setting, SettingKind, SettingsSchema};
pub(crate) use settings::{parse, servers};
pub(crate) use spreadsheet::saved as presets;
pub(crate) use web_api::description_text;
pub use web_api::{READY_MADE, ReadyMade};

/// Every integration type that Muster knows.
pub static REGISTRY: &[&Descriptor] = &[
    &ppw::DESCRIPTOR,
    &mcs::DESCRIPTOR,
    &xactprm::DESCRIPTOR,
    &pruvan::DESCRIPTOR,
    &spreadsheet::DESCRIPTOR,
    &web_api::DESCRIPTOR,
    &sample::DESCRIPTOR,
    #[cfg(test)]
    &scripted::DESCRIPTOR,
];

/// The integration type of that name.
pub fn find(name: &str) -> Option<&'static Descriptor> {
    REGISTRY.iter().copied().find(|descriptor| descriptor.name == name)
}

/// The names of all integration types, for an admin.
pub(crate) fn names() -> String {
    REGISTRY.iter().map(|descriptor| descriptor.name).collect::<Vec<_>>().join(", ")
}

/// The integration type of that name, which an integration has that is stored here.
pub(crate) fn known(name: &str) -> crate::Result<&'static Descriptor> {
    find(name)
        .ok_or_else(|| Error::not_found(format!("This version of Muster does not know the integration type {name}.")))
}

/// What there is to know about an integration type before one is set up.
pub struct Descriptor {
    /// The name in the database, on the command line and in JSON, e.g. `pruvan`.
    pub name: &'static str,
    /// The name on the screen.
    pub title: &'static str,
    /// What it is, in a sentence or two.
    pub about: &'static str,
    /// What to know before setting one up.
    pub guide: Guide,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Raised when the mapping from wire to project changes; every order is then read anew.
    pub(crate) mapping_version: i64,
    /// The names of the settings that say which system and which account it is. A change of one forgets when
    /// was last asked, and asks for a new validation. Secrets always count.
    pub(crate) connection_settings: &'static [&'static str],
    /// The servers to which these settings send the secrets, as texts to compare. A stored secret never goes to another
    /// one than it was entered for (docs/decisions/0012-setting-up-in-the-window.md).
    pub(crate) servers: fn(&Value) -> Vec<String>,
    /// The settings as a schema, secrets included and marked.
    pub schema: fn() -> SettingsSchema,
    /// Checks complete settings (with those secrets that are known) and says what is wrong at which field.
    pub(crate) check: fn(&Value) -> Vec<FieldError>,
    /// Makes a connection. It does not connect yet.
    pub(crate) connect: fn(Connection) -> Connected,
}

impl Descriptor {
    /// Whether that setting says which system or which account it is.
    pub fn is_connection(&self, setting: &str) -> bool {
        self.connection_settings.contains(&setting)
    }
}

/// What an admin should know before setting an integration of a type up; a sentence or a few each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Guide {
    /// Which client systems it covers.
    pub covers: &'static str,
    /// What one must have.
    pub needs: &'static str,
    /// Where to find the credentials or the file.
    pub credentials: &'static str,
    /// What it cannot do, and what to be careful about.
    pub limits: &'static str,
    /// What Muster has never been run against.
    pub untried: &'static str,
}

/// A connection, or what is wrong at which field.
pub(crate) type Connected = Result<Box<dyn Connector>, Vec<FieldError>>;

impl fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Descriptor").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What an integration type can do. Front ends show only what exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[expect(clippy::struct_excessive_bools, reason = "a list of independent yes-or-no facts, shown as such")]
pub struct Capabilities {
    /// Can check credentials by really connecting.
    pub validate: bool,
    /// Can be asked for what changed since a moment.
    pub refresh: bool,
    /// Can be asked for everything.
    pub full_import: bool,
    /// Whether a full list is complete, so that a Full Import may remove.
    pub complete_list: bool,
    /// Tells of cancelled orders.
    pub cancellations: bool,
    /// Sends who an order is assigned to.
    pub assignment: bool,
    /// People cannot change the tasks of its projects.
    pub tasks_fixed: bool,
    /// Can show the first records as they are and as they would be read, before anything is imported.
    pub look: bool,
}

/// All that a connector is given. Its `Debug` shows no settings, as the secrets are among them.
pub(crate) struct Connection {
    /// The settings with the secrets filled in; of the shape of the type's schema.
    pub(crate) settings: Value,
    /// The servers that the secrets were entered for, if that was noted. A type that reads a server from a file compares it
    /// once more with what it reads: the file may have changed since.
    pub(crate) servers: Option<Vec<String>>,
    /// Makes HTTP requests.
    pub(crate) http: Arc<Http>,
    /// What the connector asked to be remembered at the last success (e.g. an encoding that worked); null at first.
    pub(crate) memory: Value,
    /// The import that asks, counted for this integration from 1; only *Sample* uses it, to change over time.
    pub(crate) run: u64,
    /// The other integrations: an order may belong to one of them.
    pub(crate) others: Vec<Other>,
    /// The data folder, for what an office keeps beside its database (presets).
    pub(crate) folder: PathBuf,
    /// Somebody only looks at what an import would do: nothing may be changed at the client system.
    pub(crate) looks_only: bool,
}

#[cfg(test)]
impl Connection {
    /// One without anything around it.
    pub(crate) fn new(settings: Value, http: Arc<Http>, memory: Value) -> Self {
        Self {
            settings,
            servers: None,
            http,
            memory,
            run: 1,
            others: Vec::new(),
            folder: PathBuf::new(),
            looks_only: false,
        }
    }
}

/// Another integration, as far as a connector may know it: without secrets.
#[derive(Debug, Clone)]
pub(crate) struct Other {
    /// The name of its type.
    pub(crate) kind: String,
    /// Its settings.
    pub(crate) settings: Value,
    /// Its credentials are good as far as is known, and it has imported once.
    pub(crate) works: bool,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("memory", &self.memory).field("run", &self.run).finish_non_exhaustive()
    }
}

/// A connection to one account of one client system.
#[async_trait]
pub(crate) trait Connector: Send + Sync {
    /// Do these credentials work? Really connects. Returns what to remember.
    async fn validate(&self) -> Result<Value, ConnectError>;

    /// Fetches work orders into the sink, in the order in which they come, in bounded memory.
    /// An error means that the list as a whole cannot be used.
    async fn fetch(&self, ask: Ask, sink: &mut dyn Sink) -> Result<Fetched, ConnectError>;

    /// Reads one order that [`Connector::fetch`] delivered. Called for those only that have changed.
    fn decode<'a>(&self, raw: &'a [u8]) -> Result<WorkOrder<'a>, DecodeError>;

    /// The first records, as they are and as they would be read. Only where the capability `look` says so.
    async fn look(&self) -> Result<Look, ConnectError> {
        Err(ConnectError::NotUnderstood("this type cannot show its first records".to_owned()))
    }
}

/// What to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Everything. With the moment that [`Ask::Since`] would name, for those that must also ask what has changed in orders
    /// whose entries in the list look the same.
    Everything {
        /// None if nothing was imported before, or since the account was changed.
        last: Option<jiff::Timestamp>,
    },
    /// What is new or has changed since that moment; everything if there is none.
    Since(Option<jiff::Timestamp>),
}

/// Takes in what a connector fetches.
#[async_trait]
pub(crate) trait Sink: Send {
    /// Takes a batch of orders. Awaits while the batch is worked on, which slows the client system down, not the memory.
    async fn batch(&mut self, batch: &RawBatch) -> Result<(), ConnectError>;
    /// Offers entries of a list that say less than the orders themselves. True: the project was last written for that very
    /// entry; it counts as received and unchanged, and nothing is left to be done. False: the order is to be fetched and
    /// handed over with [`RawBatch::push_for`].
    async fn known(&mut self, entries: &RawBatch) -> Result<Vec<bool>, ConnectError>;
    /// Notes an order that could not be fetched or read although its key is known: it is reported and counts as seen.
    fn passed_over(&mut self, key: &str, reason: String);
    /// Notes in the record of the import what is worth knowing about it as a whole, in words for an admin.
    fn note(&mut self, note: String);
    /// Says how many orders will come in all, as soon as that is known.
    fn expect(&mut self, orders: u64);
    /// Notes an order that could not be delivered at all. Such an order has no readable key, so the run removes nothing.
    fn lost(&mut self, problem: OrderProblem);
    /// Notes that so many more bytes were received.
    fn received(&mut self, bytes: u64);
    /// Forgets all that came so far: the connector begins again from the first order.
    fn restart(&mut self);
}

/// How a fetch ended, when it ended well.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// What kind of answer it was.
    pub(crate) list: List,
    /// The difference of the server's clock to ours at receipt; none if the server did not say.
    pub(crate) server_ahead: Option<jiff::SignedDuration>,
    /// What to remember for the next time; replaces [`Connection::memory`].
    pub(crate) memory: Value,
}

/// The verdict on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum List {
    /// Every order that the account has was in it (for a Refresh: that has changed). Only this may lead to a removal.
    Complete,
    /// All that there was to be had was in it, but it does not say that the account has no more: nothing may be removed.
    Open,
    /// Some may be missing, for the reason given.
    Partial(String),
    /// The client system said that there is no list (`null`), which is not the same as an empty one.
    Nothing,
}
