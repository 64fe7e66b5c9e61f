//! One request to the API and its answer: credentials on, a new token once if the old one is refused, again if the answer
//! breaks off, and what a refusal means.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::login::Login;
use super::template::Outgoing;
use super::words::{self, Hidden, error_in, refused};
use crate::connectors::ConnectError;
use crate::http::{Answer, Http, HttpError, Request, StatusCode};

/// How often something is asked for again whose answer broke off on the way.
const AGAIN: u32 = 2;

/// Where and as whom to ask.
pub(super) struct Api {
    pub(super) http: Arc<Http>,
    pub(super) allow_http: bool,
    pub(super) login: Login,
    /// Where an answer says what went wrong.
    pub(super) error: Option<String>,
    /// All secrets.
    pub(super) hidden: Hidden,
}

/// An answer of success, whole.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) body: String,
    /// The header `Link`.
    pub(super) link: Option<String>,
    pub(super) server_ahead: Option<SignedDuration>,
}

impl Api {
    /// Asks. The body may have so many bytes; a person may be waiting.
    pub(super) async fn ask(
        &self,
        out: &Outgoing,
        most: usize,
        patience: Option<Duration>,
    ) -> Result<Reply, ConnectError> {
        let mut login = self.login.header(None).await?;
        let mut request = self.request(out, login.as_ref(), patience);
        let mut renewed = false;
        let mut left = AGAIN;
        loop {
            let answer = self.http.send(&request).await.map_err(|error| ConnectError::not_sent(error, "base_url"))?;
            if answer.status == StatusCode::UNAUTHORIZED && self.login.renews() && !renewed {
                renewed = true;
                login = self.login.header(login.as_ref().map(|(_, value)| value.as_str())).await?;
                request = self.request(out, login.as_ref(), patience);
                continue;
            }
            let hidden = self.hidden.and(login.as_ref().map_or("", |(_, value)| value.trim_start_matches("Bearer ")));
            match self.read(answer, most, &hidden).await {
                Err(ConnectError::BrokeOff(why)) if left > 0 => {
                    tracing::info!(%why, left, "the answer broke off; asking again");
                    left -= 1;
                    request = request.again(None);
                }
                outcome => return outcome,
            }
        }
    }

    fn request(&self, out: &Outgoing, login: Option<&(String, String)>, patience: Option<Duration>) -> Request {
        let mut request = Request::new(out.method.clone(), out.url.clone()).allow_http(self.allow_http);
        request = request.header("Accept", "application/json");
        if let Some(body) = &out.body {
            request = request.body("application/json", body.to_string());
        }
        for (name, value) in &out.headers {
            request = request.header(name, value);
        }
        if let Some((name, value)) = login {
            request = request.header(name, value);
        }
        match patience {
            Some(patience) => request.answer_within(patience),
            None => request,
        }
    }

    async fn read(&self, answer: Answer, most: usize, hidden: &Hidden) -> Result<Reply, ConnectError> {
        if !answer.status.is_success() {
            let status = answer.status;
            // A body that cannot be read has no words; the status still says what it says.
            let body = answer.small(words::SMALL).await.ok();
            return Err(refused(status, body.as_deref(), self.error.as_deref(), hidden, self.login.forbidden()));
        }
        let (link, server_ahead) = (answer.header("link").map(str::to_owned), answer.server_ahead);
        let body = answer.small(most).await.map_err(|error| match error {
            HttpError::TooLarge(_) => {
                ConnectError::TooLarge(format!("one answer is larger than {} MiB", most / (1024 * 1024)))
            }
            error => ConnectError::broke_off(error),
        })?;
        let body =
            String::from_utf8(body).map_err(|_| ConnectError::NotUnderstood("its text is not UTF-8".to_owned()))?;
        let body = body.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(body);
        let error = self.error.as_deref().and_then(|place| error_in(&body, place, hidden));
        match error {
            Some(words) => Err(ConnectError::Refused { words, may_pass: false }),
            None => Ok(Reply { body, link, server_ahead }),
        }
    }
}
