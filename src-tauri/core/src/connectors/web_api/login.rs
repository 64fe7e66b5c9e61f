//! Who asks: the header that carries the credentials, and the token of OAuth 2, which has to be asked for first.

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::description::{CredentialsIn, OAuth2, TokenEncoding};
use super::words::{self, Forbidden, Hidden};
use crate::connectors::ConnectError;
use crate::http::{Http, Method, Request, StatusCode};

/// Tokens that say that they last shorter or longer are not believed.
const LIFE: std::ops::RangeInclusive<f64> = 60.0..=2_592_000.0;
/// The longest token.
const LONGEST: usize = 16 * 1024;

/// How to show who asks.
pub(super) enum Login {
    None,
    Header { name: String, value: String },
    OAuth(Box<OAuth>),
}

impl Login {
    /// A user name and a password.
    pub(super) fn basic(username: &str, password: &str) -> Self {
        Self::Header { name: "Authorization".to_owned(), value: format!("Basic {}", encoded(username, password)) }
    }

    /// The header to send. With the value that was just refused, if it was.
    pub(super) async fn header(&self, refused: Option<&str>) -> Result<Option<(String, String)>, ConnectError> {
        Ok(match self {
            Self::None => None,
            Self::Header { name, value } => Some((name.clone(), value.clone())),
            Self::OAuth(oauth) => Some(("Authorization".to_owned(), oauth.bearer(refused).await?)),
        })
    }

    /// Whether a refused request may be sent once more with a new token.
    pub(super) fn renews(&self) -> bool {
        matches!(self, Self::OAuth(_))
    }

    /// What a 403 means.
    pub(super) fn forbidden(&self) -> Forbidden {
        // Who was accepted a moment ago, or showed nothing, is known; what a server with keys says to a wrong one is often 403.
        match self {
            Self::Header { .. } => Forbidden::WrongCredentials,
            Self::None | Self::OAuth(_) => Forbidden::Refused,
        }
    }
}

/// User name and password in the form of `Basic`.
fn encoded(username: &str, password: &str) -> String {
    BASE64_STANDARD.encode(format!("{username}:{password}"))
}

/// Client ID and secret in the form of `Basic`. Both are form-encoded before (RFC 6749, section 2.3.1).
pub(super) fn client_pair(id: &str, secret: &str) -> String {
    let form = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    encoded(&form(id), &form(secret))
}

/// A client of OAuth 2 (client credentials), and the token that it has.
pub(super) struct OAuth {
    pub(super) http: Arc<Http>,
    pub(super) allow_http: bool,
    pub(super) url: Url,
    pub(super) about: OAuth2,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) hidden: Hidden,
    pub(super) token: Mutex<Option<Token>>,
}

pub(super) struct Token {
    bearer: String,
    /// At 80 % of its life; none if it does not say how long it lasts.
    renew_at: Option<Instant>,
}

impl OAuth {
    /// The header's value. A token is asked for if there is none, if it is about to end, or if it was refused.
    async fn bearer(&self, refused: Option<&str>) -> Result<String, ConnectError> {
        let mut token = self.token.lock().await;
        if let Some(token) = &*token {
            let is_due = token.renew_at.is_some_and(|renew_at| renew_at <= Instant::now());
            if !is_due && refused != Some(token.bearer.as_str()) {
                return Ok(token.bearer.clone());
            }
        }
        let fresh = self.ask().await?;
        let bearer = fresh.bearer.clone();
        *token = Some(fresh);
        Ok(bearer)
    }

    async fn ask(&self) -> Result<Token, ConnectError> {
        let answer =
            self.http.send(&self.request()).await.map_err(|error| ConnectError::not_sent(error, "base_url"))?;
        let status = answer.status;
        let body = answer.small(words::SMALL).await.map_err(ConnectError::broke_off);
        if !status.is_success() {
            return Err(self.refused(status, body.ok().as_deref()));
        }
        self.read(&body?)
    }

    fn request(&self) -> Request {
        let mut members = vec![("grant_type", "client_credentials")];
        if !self.about.scope.is_empty() {
            members.push(("scope", &self.about.scope));
        }
        if self.about.credentials == CredentialsIn::Body {
            members.extend([("client_id", self.client_id.as_str()), ("client_secret", &self.client_secret)]);
        }
        let mut request = Request::new(Method::POST, self.url.clone()).allow_http(self.allow_http);
        request = match self.about.encoding {
            TokenEncoding::Form => request.form(&members),
            TokenEncoding::Json => {
                let body: serde_json::Map<String, Value> =
                    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
                request.body("application/json", Value::Object(body).to_string())
            }
        };
        request = request.header("Accept", "application/json");
        match self.about.credentials {
            CredentialsIn::Body => request,
            CredentialsIn::Basic => {
                let pair = client_pair(&self.client_id, &self.client_secret);
                request.header("Authorization", &format!("Basic {pair}"))
            }
        }
    }

    fn refused(&self, status: StatusCode, body: Option<&[u8]>) -> ConnectError {
        let kind: Option<Value> = body.and_then(|body| serde_json::from_slice(body).ok());
        let kind = kind.as_ref().and_then(|body| body.get("error")).and_then(Value::as_str);
        // RFC 6749, section 5.2: a refused client may be answered with 400.
        if status == StatusCode::BAD_REQUEST && matches!(kind, Some("invalid_client" | "unauthorized_client")) {
            let words = body.and_then(|body| words::said(body, None, &self.hidden)).unwrap_or_default();
            return ConnectError::WrongCredentials { words };
        }
        words::refused(status, body, None, &self.hidden, Forbidden::WrongCredentials)
    }

    fn read(&self, body: &[u8]) -> Result<Token, ConnectError> {
        let wrong = |why: &str| ConnectError::NotUnderstood(format!("the answer to the request for a token: {why}"));
        let body: Value = serde_json::from_slice(body).map_err(|_| wrong("it is no JSON"))?;
        let Some(token) = body.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty()) else {
            return Err(match words::said(body.to_string().as_bytes(), None, &self.hidden) {
                Some(words) => ConnectError::WrongCredentials { words },
                None => wrong("it has no access_token"),
            });
        };
        if token.len() > LONGEST || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong("its access_token cannot be one"));
        }
        let kind = body.get("token_type").and_then(Value::as_str).unwrap_or("Bearer");
        if !kind.eq_ignore_ascii_case("bearer") {
            return Err(wrong("it is no Bearer token"));
        }
        let life = body.get("expires_in").and_then(|life| life.as_f64().or_else(|| life.as_str()?.trim().parse().ok()));
        let renew_at = life
            .filter(|life| *life > 0.0)
            .and_then(|life| Duration::try_from_secs_f64(0.8 * life.clamp(*LIFE.start(), *LIFE.end())).ok())
            .map(|life| Instant::now() + life);
        Ok(Token { bearer: format!("Bearer {token}"), renew_at })
    }
}
