//! The Pruvan web service: any client system that answers `validate` and `getWorkOrders` as Pruvan Online asks them.
//! Here are its settings; the order of the requests is in `ask`, what is sent in `call`, what an answer means in
//! `reply` (without the secrets that it repeats), and what an order says in `wire` and `task`.

mod ask;
mod call;
mod reply;
#[cfg(test)]
mod settings_tests;
mod task;
#[cfg(test)]
mod tests;
mod wire;
#[cfg(test)]
mod wire_tests;

use std::sync::Arc;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Ask, Capabilities, ConnectError, Connection, Connector, DecodeError, Descriptor, Fetched, FieldError, Guide,
    Secret, SettingsSchema, Sink, parse, servers,
};
use crate::http::{self, Http, HttpError};
use crate::model::WorkOrder;

use ask::Want;
use call::{Credentials, Encoding};
pub(super) use task::take_services;
pub(super) use wire::decode;

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: "pruvan",
    title: "Pruvan web service",
    about: "A client system that offers its work orders over the Pruvan web-service interface (validate and \
            getWorkOrders). Ask the client for the web service's URL and extension, a user name, and a password or \
            token.",
    guide: Guide {
        covers: "Client systems and in-house systems that speak the interface which Pruvan Online asks (validate and \
                 getWorkOrders).",
        needs: "The web service's URL and extension, a user name, and a password or a token, all from the client.",
        credentials: "The client's IT makes them; they are those that would be typed into Pruvan Online. If you still have a \
                      Pruvan Online account, its list of projects can be brought along by its export file: add an \
                      integration of the type Spreadsheet and choose the preset Pruvan Online export.",
        limits: "Muster is not told of cancelled orders; a Full Import notices that they are gone. It never asks the client \
                 system to push.",
        untried: "It was built from the published description and tried against a simulator, never against a client's own \
                  server.",
    },
    capabilities: Capabilities {
        validate: true,
        refresh: true,
        full_import: true,
        complete_list: true,
        cancellations: false,
        assignment: true,
        tasks_fixed: false,
        look: false,
    },
    mapping_version: 1,
    connection_settings: &["url", "extension", "username", "password_as_token"],
    servers,
    schema: SettingsSchema::of::<Settings>,
    check: |settings| parse::<Settings>(settings.clone()).map_or_else(|errors| errors, |settings| settings.errors()),
    connect: |connection| Ok(Box::new(Pruvan::new(connection)?)),
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The address of the web service, as the client gave it; without the name of the call and the extension.
    #[schemars(title = "Web service URL", extend("x-order" = 1))]
    url: String,
    /// The ending of the web service's pages, for instance php or aspx. Often there is none.
    #[schemars(title = "Web service extension", extend("x-order" = 2))]
    #[serde(default)]
    extension: String,
    /// The user name at the client system.
    #[schemars(title = "Username", extend("x-order" = 3))]
    username: String,
    /// The password at the client system. Its SHA-1 is sent, as the interface wants it.
    #[schemars(title = "Password", extend("x-order" = 4), required)]
    password: Option<Secret>,
    /// A second secret (sometimes called a key), if the client gave one.
    #[schemars(title = "Token", extend("x-order" = 5))]
    #[serde(default)]
    token: Option<Secret>,
    /// Some client systems check the password only in the place of the token. If this is on and there is no token, the
    /// password leaves this computer as it is.
    #[schemars(title = "Send the password as token", extend("x-order" = 6))]
    #[serde(default)]
    password_as_token: bool,
    /// How requests are packed. With auto, Muster finds out and remembers.
    #[schemars(title = "Encoding", extend("x-order" = 7))]
    #[serde(default)]
    encoding: EncodingSetting,
    /// Speak to another computer without encryption (http). Everybody on the way can then read the credentials.
    #[schemars(title = "Allow http", extend("x-order" = 8))]
    #[serde(default)]
    allow_http: bool,
}

#[derive(Debug, Clone, Copy, Default, serde::Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum EncodingSetting {
    #[default]
    Auto,
    Urlencoded,
    Multipart,
}

impl Settings {
    fn errors(&self) -> Vec<FieldError> {
        let extension = self.extension.trim();
        let odd = |char: char| !(char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_'));
        let extension = extension
            .contains(odd)
            .then(|| FieldError::new("extension", "it may hold letters, digits, dots, dashes and underscores only"));
        self.url_error().into_iter().chain(extension).collect()
    }

    fn url_error(&self) -> Option<FieldError> {
        let wrong = |why: &str| Some(FieldError::new("url", why));
        let Ok(url) = url::Url::parse(self.url.trim()) else {
            return wrong("this is no web address; one looks like https://client.example/service");
        };
        match http::check(&url, self.allow_http) {
            Err(HttpError::NotHttps { .. }) => {
                return wrong(
                    "it must begin with https: unless \"Allow http\" is on (anybody on the way can read http)",
                );
            }
            Err(HttpError::BadAddress(why)) => return wrong(&format!("the address cannot be used: {why}")),
            Err(error) => return wrong(&error.to_string()),
            Ok(()) => {}
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("the address must not hold a ? or a #");
        }
        None
    }
}

/// A connection to one account.
#[derive(Debug)]
struct Pruvan {
    http: Arc<Http>,
    settings: Settings,
    credentials: Credentials,
    /// The encoding that worked last.
    remembered: Option<Encoding>,
}

#[async_trait]
impl Connector for Pruvan {
    async fn validate(&self) -> Result<Value, ConnectError> {
        Ok(self.ask(Want::Validate).await?.memory())
    }

    async fn fetch(&self, ask: Ask, sink: &mut dyn Sink) -> Result<Fetched, ConnectError> {
        let since = match ask {
            Ask::Everything { .. } => None,
            Ask::Since(moment) => moment.map(jiff::Timestamp::as_second),
        };
        let done = self.ask(Want::Orders { since, sink }).await?;
        Ok(Fetched { memory: done.memory(), server_ahead: done.server_ahead, list: done.list })
    }

    fn decode<'a>(&self, raw: &'a [u8]) -> Result<WorkOrder<'a>, DecodeError> {
        wire::decode(raw)
    }
}

impl Pruvan {
    fn new(connection: Connection) -> Result<Self, Vec<FieldError>> {
        let settings: Settings = parse(connection.settings)?;
        let mut errors = settings.errors();
        let password = settings.password.as_ref().map_or("", Secret::expose);
        if password.is_empty() {
            errors.push(FieldError::new("password", "Password is needed"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let token = match settings.token.as_ref().map_or("", Secret::expose) {
            "" if settings.password_as_token => password,
            token => token,
        };
        Ok(Self {
            http: connection.http,
            credentials: Credentials::new(&settings.username, password, token),
            remembered: connection.memory.get("encoding").and_then(|name| Encoding::deserialize(name).ok()),
            settings,
        })
    }
}
