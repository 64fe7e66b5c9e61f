//! An answer: what its headers say, and its body piece by piece, unpacked, within the limits.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use jiff::SignedDuration;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use tokio::time::timeout;

use super::{HttpError, HttpLimits, retry};

/// An answer whose headers have come.
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// The difference of the server's clock (its `Date`) to ours at receipt; none if the server did not say.
    pub(crate) server_ahead: Option<SignedDuration>,
    /// How long it asks to wait before the next request.
    pub(crate) retry_after: Option<Duration>,
    response: reqwest::Response,
    idle: Duration,
    most: u64,
    received: u64,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("received", &self.received).finish_non_exhaustive()
    }
}

impl Answer {
    pub(super) fn new(response: reqwest::Response, limits: &HttpLimits) -> Self {
        Self {
            status: response.status(),
            server_ahead: server_ahead(response.headers(), SystemTime::now()),
            retry_after: response.headers().get(RETRY_AFTER).and_then(retry::retry_after),
            response,
            idle: limits.idle,
            most: limits.body,
            received: 0,
        }
    }

    /// A header, if there is one and it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next piece of the body; none at its proper end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        let chunk = match timeout(self.idle, self.response.chunk()).await {
            Ok(Ok(chunk)) => chunk,
            Ok(Err(error)) => return Err(HttpError::of_body(error)),
            Err(_) => return Err(HttpError::Stalled(self.idle)),
        };
        self.received += chunk.as_ref().map_or(0, |bytes| bytes.len() as u64);
        if self.received > self.most { Err(HttpError::TooLarge(self.most)) } else { Ok(chunk) }
    }

    /// The whole body, if it is no larger than that.
    pub(crate) async fn small(mut self, most: usize) -> Result<Vec<u8>, HttpError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if body.len() + chunk.len() > most {
                return Err(HttpError::TooLarge(most as u64));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn server_ahead(headers: &HeaderMap, now: SystemTime) -> Option<SignedDuration> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    match date.duration_since(now) {
        Ok(ahead) => SignedDuration::try_from(ahead).ok(),
        Err(behind) => SignedDuration::try_from(behind.duration()).ok().map(|duration| -duration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_server_is_compared_with_ours() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(490_000);
        let ahead = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, text.parse().unwrap());
            server_ahead(&headers, now)
        };
        assert_eq!(ahead("Mon, 24 Nov 2025 16:01:00 GMT"), Some(SignedDuration::from_secs(60)));
        assert_eq!(ahead("Sun, 23 Nov 2025 16:00:00 GMT"), Some(SignedDuration::from_hours(-24)));
        assert_eq!(ahead("yesterday"), None);
        assert_eq!(server_ahead(&HeaderMap::new(), now), None);
    }
}
