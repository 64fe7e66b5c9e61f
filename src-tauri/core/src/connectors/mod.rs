//! Connectors: the code that speaks to one kind of client system each, and the registry of them.
//! A connector fetches, decodes and maps; it knows nothing about the database and decides nothing about the list.
//! To add one: a module with a [`Descriptor`], and one line in [`REGISTRY`].

mod json_list;
mod pruvan;
mod sample;
#[cfg(test)]
pub(crate) mod scripted;
mod settings;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, ErrorCode, sentence};
use crate::http::{Http, HttpError};
use crate::model::{OrderProblem, WorkOrder};

pub(crate) use settings::parse;
pub use settings::{FieldError, Secret, SettingKind, SettingsSchema};

/// Every integration type that Muster knows.
pub static REGISTRY: &[&Descriptor] = &[
    &pruvan::DESCRIPTOR,
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
    /// What it covers and what one must have, for the set-up window.
    pub about: &'static str,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Raised when the mapping from wire to project changes; every order is then read anew.
    pub(crate) mapping_version: i64,
    /// The names of the settings that say which system and which account it is. A change of one forgets when
    /// was last asked, and asks for a new validation. Secrets always count.
    pub(crate) connection_settings: &'static [&'static str],
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
}

/// All that a connector is given. Its `Debug` shows no settings, as the secrets are among them.
pub(crate) struct Connection {
    /// The settings with the secrets filled in; of the shape of the type's schema.
    pub(crate) settings: Value,
    /// Makes HTTP requests.
    pub(crate) http: Arc<Http>,
    /// What the connector asked to be remembered at the last success (e.g. an encoding that worked); null at first.
    pub(crate) memory: Value,
    /// The import that asks, counted for this integration from 1; only *Sample* uses it, to change over time.
    pub(crate) run: u64,
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
}

/// What to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Everything.
    Everything,
    /// What is new or has changed since that moment; everything if there is none.
    Since(Option<jiff::Timestamp>),
}

/// Takes in what a connector fetches.
#[async_trait]
pub(crate) trait Sink: Send {
    /// Takes a batch of orders. Awaits while the batch is worked on, which slows the client system down, not the memory.
    async fn batch(&mut self, batch: &RawBatch) -> Result<(), ConnectError>;
    /// Notes an order that could not be delivered at all. Such an order has no readable key, so the run removes nothing.
    fn lost(&mut self, problem: OrderProblem);
    /// Notes that so many more bytes were received.
    fn received(&mut self, bytes: u64);
    /// Forgets all that came so far: the connector begins again from the first order.
    fn restart(&mut self);
}

/// Orders as they came, one after the other in one buffer.
#[derive(Debug, Default)]
pub(crate) struct RawBatch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl RawBatch {
    /// Adds one order.
    pub(crate) fn push(&mut self, raw: &[u8]) {
        self.bytes.extend_from_slice(raw);
        self.ends.push(self.bytes.len());
    }

    /// The orders, in the order in which they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.ends.iter().scan(0, |start, &end| {
            let raw = &self.bytes[*start..end];
            *start = end;
            Some(raw)
        })
    }

    /// How many orders.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether it is time to hand it over: 512 orders or 1 MiB.
    pub(crate) fn is_full(&self) -> bool {
        self.ends.len() >= 512 || self.bytes.len() >= 1024 * 1024
    }

    /// Empties it, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
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
    /// Some may be missing, for the reason given.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "connectors with a call for each order say it; the rule is tested")
    )]
    Partial(String),
    /// The client system said that there is no list (`null`), which is not the same as an empty one.
    Nothing,
}

/// Why a client system could not be talked to. Texts are for an admin and never hold a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// The credentials are wrong; the words are the client system's, or empty.
    #[error("the client system does not accept these credentials{}", said(words))]
    WrongCredentials {
        /// What it said.
        words: String,
    },
    /// The client system understood and refused.
    #[error("the client system refused{}", said(words))]
    Refused {
        /// What it said.
        words: String,
        /// Whether it may be over later: it is busy, or under repair.
        may_pass: bool,
    },
    /// It cannot be reached, or did not answer in time, after all tries.
    #[error("the client system cannot be reached: {0}")]
    CannotReach(#[source] HttpError),
    /// The answer broke off on the way, after all tries.
    #[error("the answer of the client system broke off: {0}")]
    BrokeOff(#[source] HttpError),
    /// The answer is not what this type of client system answers.
    #[error("the answer of the client system is not understood: {0}")]
    NotUnderstood(String),
    /// The list is larger than Muster takes.
    #[error("the list is too large: {0}")]
    TooLarge(String),
    /// A setting forbids it (an address without https, say).
    #[error("{}", .0.message)]
    Setting(FieldError),
    /// The import could not take in what was fetched (its own error is kept by the import).
    #[error("the orders could not be taken in")]
    Sink,
}

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Self {
        let code = match &error {
            ConnectError::WrongCredentials { .. } => ErrorCode::WrongCredentials,
            ConnectError::Refused { may_pass, .. } => {
                return Self { retry: *may_pass, ..Self::new(ErrorCode::Refused, sentence(&error.to_string())) };
            }
            ConnectError::CannotReach(_) | ConnectError::BrokeOff(_) => ErrorCode::CannotReach,
            ConnectError::NotUnderstood(_) => ErrorCode::NotUnderstood,
            ConnectError::TooLarge(_) => ErrorCode::TooLarge,
            ConnectError::Setting(field) => return Self::invalid(&field.field, sentence(&field.message)),
            ConnectError::Sink => ErrorCode::Database,
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("; it says: {words}") }
}

/// Why one order cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DecodeError {
    /// The bytes break the format of the whole list (they are not JSON, say): the list cannot be trusted.
    #[error("the list is damaged: {0}")]
    Damaged(String),
    /// It has no usable key, so it cannot count as seen, and the run removes nothing.
    #[error("{0}")]
    NoKey(String),
    /// It is wrong, but its key is known: reported, passed over, and counts as seen.
    #[error("{reason}")]
    Bad {
        /// The key.
        key: String,
        /// What is wrong.
        reason: String,
    },
}
