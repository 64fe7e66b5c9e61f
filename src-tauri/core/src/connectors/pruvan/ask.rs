//! The order of the requests: which encoding is tried when, and when a list is asked for again.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use super::call::{self, Call, Encoding};
use super::reply::{self, Failure};
use super::{EncodingSetting, Pruvan};
use crate::connectors::json_list::{self, ReadError, Spec};
use crate::connectors::{ConnectError, FieldError, List, Sink};
use crate::http::{Answer, Request, StatusCode};

const SPEC: Spec = Spec::new("workOrders", &["error", "validated"]);
/// The largest answer to `validate`, and the largest refusal that is read for its words.
const SMALL: usize = 1024 * 1024;
/// How long a person waits for one answer to `validate`; a list may take much longer.
const VALIDATION: Duration = Duration::from_secs(30);
/// How often something is asked for again whose answer broke off on the way.
const AGAIN: u32 = 2;

/// What is wanted of the client system.
pub(super) enum Want<'s> {
    Validate,
    Orders { since: Option<i64>, sink: &'s mut dyn Sink },
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) list: List,
    pub(super) server_ahead: Option<SignedDuration>,
    pub(super) encoding: Encoding,
}

impl Done {
    pub(super) fn memory(&self) -> Value {
        serde_json::json!({ "encoding": self.encoding })
    }
}

/// How hard to try.
#[derive(Debug, Clone, Copy)]
enum Manner {
    /// As often as may help.
    Patiently,
    /// The same, after a server error a moment ago.
    Again(Option<Duration>),
    /// Only once where there is a server error: the other encoding may be what it wants.
    Once,
}

impl Pruvan {
    /// Asks in the encoding that the server wants, finding it out if need be. A refused login ends it at once.
    pub(super) async fn ask(&self, mut want: Want<'_>) -> Result<Done, ConnectError> {
        let set = match self.settings.encoding {
            EncodingSetting::Multipart => Some(Encoding::Multipart),
            EncodingSetting::Urlencoded => Some(Encoding::Urlencoded),
            EncodingSetting::Auto => None,
        };
        match (set, self.remembered) {
            (Some(encoding), _) => self.attempt(&mut want, encoding, Manner::Patiently).await.map_err(|f| f.error),
            (None, Some(encoding)) => self.ask_as_last_time(&mut want, encoding).await,
            (None, None) => self.find_out(&mut want).await,
        }
    }

    /// The encoding has worked before. The other one is tried once, and only its success counts: what a server on a bad
    /// day says to the wrong encoding must not be taken for a refused login, which stops the schedule.
    async fn ask_as_last_time(&self, want: &mut Want<'_>, encoding: Encoding) -> Result<Done, ConnectError> {
        match self.attempt(want, encoding, Manner::Patiently).await {
            Err(first) if first.other_encoding => {
                self.attempt(want, encoding.other(), Manner::Once).await.map_err(|_| first.error)
            }
            outcome => outcome.map_err(|failure| failure.error),
        }
    }

    /// Nothing is known: each encoding once, and then again, patiently, those that met a server error.
    async fn find_out(&self, want: &mut Want<'_>) -> Result<Done, ConnectError> {
        let mut kept: Option<ConnectError> = None;
        let mut steps = vec![(Encoding::Multipart, Manner::Once), (Encoding::Urlencoded, Manner::Once)];
        let mut next = 0;
        while let Some(&(encoding, manner)) = steps.get(next) {
            next += 1;
            let failure = match self.attempt(want, encoding, manner).await {
                Err(failure) if failure.other_encoding => failure,
                outcome => return outcome.map_err(|failure| failure.error),
            };
            match manner {
                Manner::Once if failure.server_error => steps.push((encoding, Manner::Again(failure.retry_after))),
                // There was a server error at all tries; the other encoding will not mend that.
                Manner::Again(_) if failure.server_error => steps.truncate(next),
                _ => {}
            }
            kept = Some(match kept {
                // The server's own words say more than what Muster makes of a status.
                Some(earlier) if !matches!(failure.error, ConnectError::Refused { .. }) => earlier,
                Some(earlier @ ConnectError::Refused { .. }) => earlier,
                _ => failure.error,
            });
        }
        Err(kept.unwrap_or_else(|| ConnectError::NotUnderstood("nothing was asked".to_owned())))
    }

    /// Asks in this encoding, and again if the answer breaks off on the way.
    async fn attempt(&self, want: &mut Want<'_>, encoding: Encoding, manner: Manner) -> Result<Done, Failure> {
        let request = self.request(want, encoding)?;
        let mut request = match manner {
            Manner::Patiently => request,
            Manner::Again(retry_after) => request.again(retry_after),
            Manner::Once => request.hand_back(|status| status.is_server_error()),
        };
        let mut left = AGAIN;
        loop {
            let answer = self.http.send(&request).await.map_err(|error| ConnectError::not_sent(error, "url"))?;
            match self.read(want, answer, encoding).await {
                Err(Failure { error: ConnectError::BrokeOff(why), .. }) if left > 0 => {
                    tracing::info!(%why, left, "the answer broke off; asking again");
                    left -= 1;
                    request = request.again(None);
                    if let Want::Orders { sink, .. } = want {
                        sink.restart();
                    }
                }
                outcome => return outcome,
            }
        }
    }

    fn request(&self, want: &Want<'_>, encoding: Encoding) -> Result<Request, ConnectError> {
        let call = match want {
            Want::Validate => Call::Validate,
            Want::Orders { since, .. } => Call::WorkOrders(*since),
        };
        let url = call::address(&self.settings.url, &self.settings.extension, call)
            .map_err(|_| ConnectError::Setting(FieldError::new("url", "this is no web address")))?;
        let request = self.credentials.request(url, call, encoding).allow_http(self.settings.allow_http);
        Ok(if matches!(want, Want::Validate) { request.answer_within(VALIDATION) } else { request })
    }

    async fn read(&self, want: &mut Want<'_>, mut answer: Answer, encoding: Encoding) -> Result<Done, Failure> {
        let server_ahead = answer.server_ahead;
        let done = |list| Done { list, server_ahead, encoding };
        if !answer.status.is_success() {
            return Err(self.refused(answer).await);
        }
        match want {
            Want::Validate => {
                let body = answer.small(SMALL).await.map_err(ConnectError::broke_off)?;
                reply::validated(&body, &self.credentials)?;
                Ok(done(List::Complete))
            }
            Want::Orders { sink, .. } => {
                let parsed = json_list::read(&mut answer, SPEC, &mut **sink).await.map_err(|error| match error {
                    ReadError::Http(error) => ConnectError::broke_off(error).into(),
                    ReadError::List(error) => reply::not_a_list(&error),
                    ReadError::Sink(error) => error.into(),
                })?;
                Ok(done(reply::orders(&parsed, &self.credentials)?))
            }
        }
    }

    async fn refused(&self, answer: Answer) -> Failure {
        let (status, retry_after): (StatusCode, _) = (answer.status, answer.retry_after);
        // A body that cannot be read has no words; the status still says what it says.
        let body = answer.small(SMALL).await.ok();
        Failure { retry_after, ..reply::refused(status, body.as_deref(), &self.credentials) }
    }
}
