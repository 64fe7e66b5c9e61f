//! A request that can be sent more than once, and the rules for where one may be sent.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use url::{Host, Url};

use super::HttpError;

/// A request. It is plain data, so that it can be repeated. Its `Debug` shows neither headers nor body.
#[derive(Clone)]
pub(crate) struct Request {
    pub(super) url: Url,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) allow_http: bool,
    pub(super) hand_back: fn(StatusCode) -> bool,
    pub(super) answer_within: Option<Duration>,
    pub(super) follows: Option<Earlier>,
}

/// What is left of an earlier answer that asked to come again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Earlier {
    pub(super) retry_after: Option<Duration>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).field("host", &self.host()).finish_non_exhaustive()
    }
}

impl Request {
    /// A request without a body.
    pub(crate) fn new(method: Method, url: Url) -> Self {
        Self {
            url,
            method,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            allow_http: false,
            hand_back: |_| false,
            follows: None,
            answer_within: None,
        }
    }

    /// With a body of that type. A content type that cannot be a header is left out.
    #[must_use]
    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        if let Ok(value) = HeaderValue::from_str(content_type) {
            self.headers.insert(CONTENT_TYPE, value);
        }
        self.body = body.into();
        self
    }

    /// With this header, whose value is not logged. What cannot be a header is left out.
    #[must_use]
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            value.set_sensitive(true);
            self.headers.insert(name, value);
        }
        self
    }

    /// With these form variables as the body, URL-encoded.
    #[must_use]
    pub(crate) fn form(self, variables: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(variables).finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Whether it may be sent without encryption to another machine, because the admin said so.
    #[must_use]
    pub(crate) fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Waits no longer than this for the headers of the answer, though the limits allow more: somebody is watching.
    #[must_use]
    pub(crate) fn answer_within(mut self, limit: Duration) -> Self {
        self.answer_within = Some(limit);
        self
    }

    /// Answers with such a status come back at once, even if trying again might help.
    #[must_use]
    pub(crate) fn hand_back(mut self, statuses: fn(StatusCode) -> bool) -> Self {
        self.hand_back = statuses;
        self
    }

    /// Counts as a second try: it waits first, as long as an earlier answer asked for or else as usual.
    #[must_use]
    pub(crate) fn again(mut self, retry_after: Option<Duration>) -> Self {
        self.follows = Some(Earlier { retry_after });
        self
    }

    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// Whether the address is on this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
pub(super) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether something may be sent to this address at all.
pub(crate) fn check(url: &Url, allow_http: bool) -> Result<(), HttpError> {
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
        return Err(HttpError::BadAddress("it names no host"));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(HttpError::BadAddress("it holds a user name or a password"));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if allow_http || is_this_machine(url) => Ok(()),
        "http" => Err(HttpError::NotHttps { host: host.to_owned() }),
        _ => Err(HttpError::BadAddress("it begins neither with https: nor with http:")),
    }
}

/// Where a redirect leads, if that is the same place. The request carries credentials, so nothing goes anywhere else.
pub(super) fn redirected(from: &Url, location: Option<&HeaderValue>, status: StatusCode) -> Result<Url, HttpError> {
    let bad = || HttpError::BadRedirect(status.as_u16());
    let text = location.and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).ok_or_else(bad)?;
    let to = from.join(text).map_err(|_| bad())?;
    let same_place = to.scheme() == from.scheme() && to.port_or_known_default() == from.port_or_known_default();
    let upgrade = from.scheme() == "http" && to.scheme() == "https" && from.port().is_none() && to.port().is_none();
    if to.host() != from.host() || !(same_place || upgrade) {
        return Err(HttpError::RedirectElsewhere { to: place(&to) });
    }
    if !to.username().is_empty() || to.password().is_some() {
        return Err(bad());
    }
    Ok(to)
}

/// The scheme, host and port of an address, and nothing that could be a secret.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}
