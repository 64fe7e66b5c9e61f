//! Property Pres Wizard (PPW), by PPW Link: a list of what is open, one call for each order, and lists of what has changed
//! and what was cancelled. What is sent is in `call`, what an answer means in `reply`, how one is asked for in `ask`, the
//! rows of lists in `row`, what is fetched when in `fetch`, and what an order says in `wire`.
//! The protocol is told in docs/protocols/ppw.md.

mod ask;
mod call;
mod fetch;
mod mark;
mod memory;
mod reply;
mod row;
#[cfg(test)]
mod tests;
mod wire;
#[cfg(test)]
mod wire_tests;

use std::sync::Arc;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{
    Ask, Capabilities, ConnectError, Connection, Connector, DecodeError, Descriptor, Fetched, FieldError, Guide, Other,
    Secret, SettingsSchema, Sink, parse, servers,
};
use crate::http::{self, Http, HttpError};
use crate::model::WorkOrder;

use call::Credentials;
use memory::Memory;

/// Where PPW answers, unless the office was given another address.
const PPW_LINK: &str = "https://www.propertypreswizard.com/api/link/receiver.php";

/// 2: the first day of .NET is no date.
pub(super) const MAPPING_VERSION: i64 = 2;

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: "ppw",
    title: "PPW",
    about: "Property Pres Wizard: the open work orders of one PPW login, over PPW Link.",
    guide: Guide {
        covers: "Property Pres Wizard, with your own account or with the login that a client gave you. Orders that PPW itself \
                 imports from another system (MCS, for one) come with it.",
        needs: "A PPW user name and its password. Nothing has to be switched on in PPW, as far as is known.",
        credentials: "They are those that you sign in to PPW with. If the list stays empty although PPW shows orders, the \
                      orders may be assigned to another login of the account: use that one.",
        limits: "PPW lists open orders only: one that is done or sent to the office is gone at the next Full Import. Cancelled \
                 orders stay for 30 days. Who an order is assigned to, photos and notes do not come. PPW fixes the tasks, so \
                 they cannot be changed here.",
        untried: "It was built from PPW's published description and tried against a simulator, never against PPW itself.",
    },
    capabilities: Capabilities {
        validate: true,
        refresh: true,
        full_import: true,
        complete_list: true,
        cancellations: true,
        assignment: false,
        tasks_fixed: true,
        look: false,
    },
    mapping_version: MAPPING_VERSION,
    connection_settings: &["url", "username"],
    servers: |settings| servers(&json!({ "url": settings["url"].as_str().unwrap_or(PPW_LINK) })),
    schema: SettingsSchema::of::<Settings>,
    check: |settings| parse::<Settings>(settings.clone()).map_or_else(|errors| errors, |settings| settings.errors()),
    connect: |connection| {
        let only = Only::beside(&connection);
        Ok(Box::new(Ppw::new(connection, only)?))
    },
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The address of PPW Link. It is the same for every office, unless PPW gave you another one.
    #[schemars(title = "Address", extend("x-order" = 1))]
    #[serde(default = "ppw_link")]
    url: String,
    /// The user name that you sign in to PPW with.
    #[schemars(title = "Username", extend("x-order" = 2))]
    username: String,
    /// The password that you sign in to PPW with. Its SHA-1 is sent, as PPW wants it.
    #[schemars(title = "Password", extend("x-order" = 3), required)]
    password: Option<Secret>,
    /// Changes orders at the client: after an Unread order was imported, the next import sets it to In Field in PPW, and
    /// PPW writes a line into its access history. Orders are imported with or without it.
    #[schemars(title = "Tell PPW that orders were received", extend("x-order" = 4))]
    #[serde(default)]
    mark_imported: bool,
    /// Projects whose order was cancelled become Closed. If this is off, only their client status says Cancelled.
    #[schemars(title = "Close cancelled orders", extend("x-order" = 5))]
    #[serde(default)]
    close_cancelled: bool,
    /// Speak to another computer without encryption (http). Everybody on the way can then read the credentials.
    #[schemars(title = "Allow http", extend("x-order" = 6))]
    #[serde(default)]
    allow_http: bool,
}

fn ppw_link() -> String {
    PPW_LINK.to_owned()
}

impl Settings {
    fn errors(&self) -> Vec<FieldError> {
        let username = self.username.trim().is_empty().then(|| FieldError::new("username", "Username is needed"));
        self.url_error().map(|why| FieldError::new("url", why)).into_iter().chain(username).collect()
    }

    fn url_error(&self) -> Option<String> {
        let Ok(url) = Url::parse(self.url.trim()) else {
            return Some(format!("this is no web address; that of PPW is {PPW_LINK}"));
        };
        match http::check(&url, self.allow_http) {
            Err(HttpError::NotHttps { .. }) => Some(
                "it must begin with https: unless \"Allow http\" is on (anybody on the way can read http)".to_owned(),
            ),
            Err(HttpError::BadAddress(why)) => Some(format!("the address cannot be used: {why}")),
            Err(error) => Some(error.to_string()),
            Ok(()) if url.fragment().is_some() => Some("the address must not hold a #".to_owned()),
            Ok(()) => None,
        }
    }
}

/// Which orders of an account are wanted. Some reach PPW from MCS; an office may have an integration for those alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Only {
    /// All.
    All,
    /// Those that do not come from MCS.
    NotMcs,
    /// Those that come from MCS.
    Mcs,
}

impl Only {
    /// All, but for what goes to an MCS integration of the same PPW account, so that no order is there twice.
    fn beside(connection: &Connection) -> Self {
        let account = account(&connection.settings);
        let is_its = |other: &Other| {
            other.works
                && other.kind == "mcs"
                && other.settings["road"] == "ppw"
                && self::account(&other.settings) == account
        };
        if account.is_some() && connection.others.iter().any(is_its) { Self::NotMcs } else { Self::All }
    }

    /// Whether an order is wanted that does or does not come from MCS.
    const fn wants(self, is_mcs: bool) -> bool {
        match self {
            Self::All => true,
            Self::NotMcs => !is_mcs,
            Self::Mcs => is_mcs,
        }
    }
}

/// Which account of which PPW these settings are for, however it is typed.
fn account(settings: &Value) -> Option<(String, String)> {
    let username = settings["username"].as_str()?.trim().to_lowercase();
    let url = Url::parse(settings["url"].as_str().unwrap_or(PPW_LINK).trim()).ok()?;
    Some((url.as_str().trim_end_matches('/').to_owned(), username))
}

/// A connection to one account.
#[derive(Debug)]
pub(super) struct Ppw {
    http: Arc<Http>,
    settings: Settings,
    url: Url,
    credentials: Credentials,
    only: Only,
    looks_only: bool,
    memory: Memory,
}

#[async_trait]
impl Connector for Ppw {
    async fn validate(&self) -> Result<Value, ConnectError> {
        self.log_in().await?;
        Ok(self.memory.to_value())
    }

    async fn fetch(&self, ask: Ask, sink: &mut dyn Sink) -> Result<Fetched, ConnectError> {
        fetch::fetch(self, ask, sink).await
    }

    fn decode<'a>(&self, raw: &'a [u8]) -> Result<WorkOrder<'a>, DecodeError> {
        wire::decode(raw, self.settings.close_cancelled)
    }
}

impl Ppw {
    pub(super) fn new(connection: Connection, only: Only) -> Result<Self, Vec<FieldError>> {
        let settings: Settings = parse(connection.settings)?;
        let mut errors = settings.errors();
        let password = settings.password.as_ref().map_or("", Secret::expose);
        if password.is_empty() {
            errors.push(FieldError::new("password", "Password is needed"));
        }
        let (Ok(url), true) = (Url::parse(settings.url.trim()), errors.is_empty()) else { return Err(errors) };
        let memory = Memory::from_value(&connection.memory);
        let credentials = Credentials::new(settings.username.trim(), password, &memory.site_id);
        let Connection { http, looks_only, .. } = connection;
        Ok(Self { http, settings, url, credentials, only, looks_only, memory })
    }
}
