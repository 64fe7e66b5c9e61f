//! The one place that makes HTTP clients: what may be spoken to, time limits, retries, redirects, size limits.
//! It knows nothing of work orders, and no text that it makes holds a URL's query, a body or a secret.

mod answer;
mod clients;
mod error;
mod request;
mod retry;
mod small_file;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use tokio::time::timeout;
use url::Url;

pub(crate) use answer::Answer;
pub(crate) use error::HttpError;
pub(crate) use request::{Request, check};
pub(crate) use reqwest::{Method, StatusCode};
pub(crate) use retry::random;
pub use small_file::small_file;

use clients::Clients;
use retry::Next;

/// How long and how much. Tests shorten it; there is no limit on the total time, as a list may be long.
#[derive(Debug, Clone)]
pub struct HttpLimits {
    /// For making a connection.
    pub connect: Duration,
    /// Until the headers have come. Long, as some servers compute the whole list first.
    pub first_byte: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// How often a request is sent at most.
    pub tries: u32,
    /// The most that is waited before the second try; doubles with each.
    pub backoff: Duration,
    /// The most that is waited before any try.
    pub backoff_cap: Duration,
    /// The longest `Retry-After` that is waited for; a longer one is reported.
    pub retry_after: Duration,
    /// How many redirects are followed.
    pub redirects: u32,
    /// The largest body, unpacked.
    pub body: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            first_byte: Duration::from_mins(5),
            idle: Duration::from_mins(1),
            tries: 4,
            backoff: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(30),
            retry_after: Duration::from_mins(5),
            redirects: 5,
            body: 2 * 1024 * 1024 * 1024,
        }
    }
}

/// Sends requests. One for the whole process: it keeps connections open for the next request.
pub(crate) struct Http {
    clients: Clients,
    limits: HttpLimits,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Http {
    /// Makes it ready. Nothing is connected, and the computer's certificates are not read before they are needed.
    pub(crate) fn new(limits: HttpLimits) -> Result<Self, HttpError> {
        Ok(Self { clients: Clients::new(limits.connect)?, limits })
    }

    /// Sends a request, again and again where that may help, until the headers of an answer have come.
    /// An answer that no further try would mend comes back whatever its status is.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, HttpError> {
        request::check(&request.url, request.allow_http)?;
        let mut tries = 0;
        let mut retry_after = None;
        if let Some(earlier) = request.follows {
            tries = 1;
            retry_after = earlier.retry_after;
            self.pause(request, tries, retry_after, None).await?;
        }
        loop {
            tries += 1;
            let outcome = self.try_once(request).await;
            let status = match &outcome {
                Ok(answer) if !retry::may_pass(answer.status) || (request.hand_back)(answer.status) => return outcome,
                Ok(answer) => {
                    retry_after = answer.retry_after;
                    Some(answer.status)
                }
                Err(error) if !error.may_pass() => return outcome,
                Err(_) => None,
            };
            if tries >= self.limits.tries {
                return outcome;
            }
            let error = outcome.err().map(|error| error.to_string());
            tracing::info!(host = request.host(), tries, ?status, error, "asking again");
            self.pause(request, tries, retry_after.take(), status).await?;
        }
    }

    async fn pause(
        &self,
        request: &Request,
        tries: u32,
        retry_after: Option<Duration>,
        status: Option<StatusCode>,
    ) -> Result<(), HttpError> {
        match retry::next(&self.limits, tries, retry_after) {
            Next::After(wait) => {
                tracing::debug!(host = request.host(), ?wait, "waiting before the next try");
                tokio::time::sleep(wait).await;
                Ok(())
            }
            Next::TooLong(wait) => Err(HttpError::AskedToWait { status: status.map(|status| status.as_u16()), wait }),
        }
    }

    /// One try: the request, and where the same place sends it on to.
    async fn try_once(&self, request: &Request) -> Result<Answer, HttpError> {
        let mut url = request.url.clone();
        for _ in 0..=self.limits.redirects {
            let response = self.exchange(request, &url).await?;
            match response.status().as_u16() {
                301 | 302 | 307 | 308 => {
                    let location = response.headers().get(reqwest::header::LOCATION);
                    url = request::redirected(&url, location, response.status())?;
                }
                // It asks for another request than the one that was meant.
                303 => return Err(HttpError::BadRedirect(303)),
                _ => return Ok(Answer::new(response, &self.limits)),
            }
        }
        Err(HttpError::TooManyRedirects(self.limits.redirects))
    }

    async fn exchange(&self, request: &Request, url: &Url) -> Result<reqwest::Response, HttpError> {
        let client = self.clients.of(url)?;
        let mut builder = client.request(request.method.clone(), url.clone()).headers(request.headers.clone());
        if !request.body.is_empty() {
            builder = builder.body(request.body.clone());
        }
        let first_byte = request.answer_within.map_or(self.limits.first_byte, |own| own.min(self.limits.first_byte));
        match timeout(first_byte, builder.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(HttpError::of_exchange(error, self.limits.connect)),
            Err(_) => Err(HttpError::NoAnswer(first_byte)),
        }
    }
}
