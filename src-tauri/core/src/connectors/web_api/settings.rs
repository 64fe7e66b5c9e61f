//! The settings, and a connection made from them and the description that they mean.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::WebApi;
use super::api::Api;
use super::description::{Auth, Description, OAuth2};
use super::load::{self, Loaded};
use super::login::{self, Login, OAuth};
use super::memory::Memory;
use super::words::Hidden;
use crate::connectors::{Connection, FieldError, Secret, parse};
use crate::http::{self, HttpError};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// What to ask and what the answers mean: the path of a file, the text of such a file, or the name of one that Muster
    /// brings (ready:ppw-api-services, ready:key-service).
    #[schemars(title = "Description", extend("x-order" = 1, "x-text" = "description", "examples" = ["ready:key-service", "ready:ppw-api-services"]))]
    description: String,
    /// Where the API is, if the description does not say it, or another one than it says.
    #[schemars(title = "Base URL", extend("x-order" = 2))]
    #[serde(default)]
    base_url: String,
    /// The user name, if the API wants one (basic).
    #[schemars(title = "Username", extend("x-order" = 3))]
    #[serde(default)]
    username: String,
    /// The password, if the API wants one (basic).
    #[schemars(title = "Password", extend("x-order" = 4))]
    #[serde(default)]
    password: Option<Secret>,
    /// The key or token, if the API wants one (header or bearer).
    #[schemars(title = "Key", extend("x-order" = 5))]
    #[serde(default)]
    key: Option<Secret>,
    /// The client ID, if the API wants one (OAuth 2) and the description does not hold it.
    #[schemars(title = "Client ID", extend("x-order" = 6))]
    #[serde(default)]
    client_id: String,
    /// The client secret, if the API wants one (OAuth 2).
    #[schemars(title = "Client secret", extend("x-order" = 7))]
    #[serde(default)]
    client_secret: Option<Secret>,
    /// Speak to another computer without encryption (http). Everybody on the way can then read the credentials.
    #[schemars(title = "Allow http", extend("x-order" = 8))]
    #[serde(default)]
    allow_http: bool,
}

/// What is wrong with the settings, secrets that are missing aside.
pub(super) fn check(settings: &Value) -> Vec<FieldError> {
    match parse::<Settings>(settings.clone()) {
        Ok(settings) => settings.read().err().unwrap_or_default(),
        Err(errors) => errors,
    }
}

/// Where the credentials go: the API, and whoever gives out its tokens.
pub(super) fn servers(settings: &Value) -> Vec<String> {
    let read = parse::<Settings>(settings.clone()).and_then(|settings| {
        let (loaded, base) = settings.read()?;
        Ok(servers_of(&loaded.description, &base, settings.allow_http))
    });
    // What cannot be read is another server than any.
    read.unwrap_or_else(|_| vec![settings.to_string()])
}

fn servers_of(description: &Description, base: &Url, allow_http: bool) -> Vec<String> {
    let tokens = match &description.auth {
        Auth::OAuth2(about) => token_url(base, about, allow_http).ok(),
        _ => None,
    };
    [Some(base), tokens.as_ref()].into_iter().flatten().map(|url| url.origin().ascii_serialization()).collect()
}

/// A connection, or what is wrong.
pub(super) fn connect(connection: Connection) -> Result<WebApi, Vec<FieldError>> {
    let settings: Settings = parse(connection.settings)?;
    let (loaded, base) = settings.read()?;
    let servers = servers_of(&loaded.description, &base, settings.allow_http);
    if connection.servers.as_ref().is_some_and(|entered_for| *entered_for != servers) {
        let why = "the description now names another address than the credentials were entered for; enter them again";
        return Err(vec![FieldError::new("description", why)]);
    }
    let secrets = [&settings.password, &settings.key, &settings.client_secret];
    let exposed = secrets.map(|secret| secret.as_ref().map_or("", Secret::expose));
    let mut hidden = Hidden::new(&exposed);
    let login = match &loaded.description.auth {
        Auth::None => Login::None,
        Auth::Basic => Login::basic(&settings.username, secret("password", "Password", settings.password.as_ref())?),
        Auth::Header(header) => {
            let key = secret("key", "Key", settings.key.as_ref())?;
            Login::Header { name: header.name.clone(), value: sendable(format!("{}{key}", header.prefix))? }
        }
        Auth::Bearer => {
            let key = secret("key", "Key", settings.key.as_ref())?;
            Login::Header { name: "Authorization".to_owned(), value: sendable(format!("Bearer {key}"))? }
        }
        Auth::OAuth2(about) => {
            let client_secret = secret("client_secret", "Client secret", settings.client_secret.as_ref())?;
            let client_id = settings.client_id(about).to_owned();
            // A server may repeat the whole header, in which a secret is hardly to be seen.
            hidden = hidden.and(&login::client_pair(&client_id, client_secret));
            Login::OAuth(Box::new(OAuth {
                http: connection.http.clone(),
                allow_http: settings.allow_http,
                url: token_url(&base, about, settings.allow_http).map_err(|error| vec![error])?,
                about: about.clone(),
                client_id,
                client_secret: client_secret.to_owned(),
                hidden: hidden.clone(),
                token: Mutex::new(None),
            }))
        }
    };
    if let Login::Header { value, .. } = &login {
        hidden = hidden.and(value.trim_start_matches("Basic "));
    }
    let error = loaded.description.error.clone();
    let api = Api { http: connection.http, allow_http: settings.allow_http, login, error, hidden };
    let Loaded { description, fingerprint } = loaded;
    Ok(WebApi { api, base, description, fingerprint, servers, memory: Memory::from_value(&connection.memory) })
}

impl Settings {
    /// The description, and where the API is.
    fn read(&self) -> Result<(Loaded, Url), Vec<FieldError>> {
        let loaded = load::load(&self.description).map_err(|why| vec![FieldError::new("description", why)])?;
        let base = self.base(&loaded.description).map_err(|error| vec![error])?;
        match &loaded.description.auth {
            Auth::Basic if self.username.trim().is_empty() => {
                return Err(vec![FieldError::new("username", "Username is needed: the description asks for basic")]);
            }
            Auth::OAuth2(about) if self.client_id(about).is_empty() => {
                return Err(vec![FieldError::new(
                    "client_id",
                    "Client ID is needed: the description asks for OAuth 2",
                )]);
            }
            Auth::OAuth2(about) => {
                token_url(&base, about, self.allow_http).map_err(|error| vec![error])?;
            }
            _ => {}
        }
        Ok((loaded, base))
    }

    fn client_id<'s>(&'s self, about: &'s OAuth2) -> &'s str {
        match self.client_id.trim() {
            "" => about.client_id.trim(),
            given => given,
        }
    }

    fn base(&self, description: &Description) -> Result<Url, FieldError> {
        let (at, text) = match self.base_url.trim() {
            "" => ("description", description.base_url.trim()),
            given => ("base_url", given),
        };
        if text.is_empty() {
            return Err(FieldError::new(
                "base_url",
                "Base URL is needed: the description does not say where the API is",
            ));
        }
        address(text, at, self.allow_http)
    }
}

fn token_url(base: &Url, about: &OAuth2, allow_http: bool) -> Result<Url, FieldError> {
    let path = about.token_url.trim();
    let text =
        if path.starts_with('/') { format!("{}{path}", base.as_str().trim_end_matches('/')) } else { path.to_owned() };
    address(&text, "description", allow_http)
}

/// An address to which something may be sent.
fn address(text: &str, at: &str, allow_http: bool) -> Result<Url, FieldError> {
    let wrong = |why: &str| FieldError::new(at, why);
    let url =
        Url::parse(text).map_err(|_| wrong("the base URL is no web address; one looks like https://api.example/v1"))?;
    match http::check(&url, allow_http) {
        Ok(()) if url.query().is_some() || url.fragment().is_some() => {
            Err(wrong("the address must not hold a ? or a #"))
        }
        Ok(()) => Ok(url),
        Err(HttpError::NotHttps { .. }) => Err(wrong(
            "its address must begin with https: unless \"Allow http\" is on (anybody on the way can read http)",
        )),
        Err(HttpError::BadAddress(why)) => Err(wrong(&format!("the address cannot be used: {why}"))),
        Err(error) => Err(wrong(&error.to_string())),
    }
}

fn secret<'s>(name: &str, title: &str, secret: Option<&'s Secret>) -> Result<&'s str, Vec<FieldError>> {
    match secret.map_or("", Secret::expose) {
        "" => Err(vec![FieldError::new(name, format!("{title} is needed: the description asks for it"))]),
        secret => Ok(secret),
    }
}

/// A header's value, if it can be one.
fn sendable(value: String) -> Result<String, Vec<FieldError>> {
    if value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Ok(value);
    }
    Err(vec![FieldError::new("key", "it holds characters that cannot be sent; was something else copied with it?")])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::DESCRIPTOR;
    use super::*;

    #[test]
    fn a_file_that_is_named_on_the_command_line_is_named_in_full() {
        let read = |text: &str| {
            let pairs = [("description".to_owned(), text.to_owned())];
            (DESCRIPTOR.schema)().from_text(&pairs).unwrap()["description"].as_str().unwrap().to_owned()
        };
        let file = "descriptions/key-service.json";
        assert!(read(file).ends_with("key-service.json") && std::path::Path::new(&read(file)).is_absolute());
        assert!(check(&json!({ "description": read(file) })).is_empty());
        for text in ["ready:key-service", "{\n}", "no-such-file.json"] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn the_servers_are_those_to_which_credentials_go() {
        let ready =
            |name: &str, base: &str| servers(&json!({ "description": name, "base_url": base, "client_id": "me" }));
        assert_eq!(ready("ready:key-service", ""), ["https://vendors.keyservice.example"]);
        assert_eq!(
            ready("ready:ppw-api-services", "https://ppw.example/svc"),
            ["https://ppw.example", "https://ppw.example"]
        );
        assert_ne!(ready("no-such-file", "https://a.example"), ready("no-such-file", "https://b.example"));
    }

    #[test]
    fn every_setting_that_says_where_and_who_is_one() {
        let schema = (DESCRIPTOR.schema)();
        assert_eq!(schema.secrets().collect::<Vec<_>>(), ["password", "key", "client_secret"]);
        for name in DESCRIPTOR.connection_settings {
            assert!(schema.names().any(|known| known == *name), "{name}");
        }
        let fields = |settings: Value| check(&settings).into_iter().map(|error| error.field).collect::<Vec<_>>();
        assert_eq!(fields(json!({})), ["description"]);
        assert_eq!(fields(json!({ "description": "ready:ppw-api-services" })), ["base_url"]);
        assert_eq!(
            fields(json!({ "description": "ready:ppw-api-services", "base_url": "https://ppw.example" })),
            ["client_id"]
        );
        assert_eq!(fields(json!({ "description": "ready:key-service", "base_url": "http://a.example" })), ["base_url"]);
    }
}
