//! Asking for one thing: the request, and again if its answer breaks off on the way. A refused login is never sent twice.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;

use super::Ppw;
use super::call::Event;
use super::reply::{self, Refusal};
use super::row::{Reader, Rows};
use crate::connectors::json_list::{self, Found, ReadError, Spec};
use crate::connectors::{ConnectError, Sink};
use crate::http::{Answer, Request, StatusCode};

const SPEC: Spec = Spec { elements: 100_000, ..Spec::new("result_data", reply::MEMBERS) };
/// The largest order (import rule 5), with its envelope.
const ORDER: usize = 4 * 1024 * 1024;
/// The largest other answer that is no list, and the largest refusal that is read for its words.
const SMALL: usize = 1024 * 1024;
/// How long one order is waited for, or a person who watches; a list may take much longer.
const ONE: Duration = Duration::from_secs(30);
/// How often something is asked for again whose answer broke off on the way.
const AGAIN: u32 = 2;

/// A list that was read.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) rows: Rows,
    /// It was `null`, which is not the same as empty.
    pub(super) is_null: bool,
    pub(super) server_ahead: Option<SignedDuration>,
}

/// What came of asking for one order.
#[derive(Debug)]
pub(super) enum Got {
    /// The order, a JSON object.
    Order(Box<RawValue>),
    /// PPW says in words that it cannot be had. It vanished since it was listed, say.
    Gone(String),
    /// It is of no use, for a reason that asking again would not change.
    Bad(String),
}

impl Ppw {
    /// Whether the login is good.
    pub(super) async fn log_in(&self) -> Result<(), ConnectError> {
        match self.small(Event::ValidateUser, SMALL).await?.1 {
            None => Ok(()),
            // It wants the address to push to, and says so after it looked at the login.
            Some(Refusal::Other(words)) if reply::is_about_the_push_address(&words) => {
                let now = Event::AllOrders(Some(Timestamp::now().as_second()));
                match self.small(now, SMALL).await {
                    // A list, though a long one.
                    Ok((_, None)) | Err(ConnectError::TooLarge(_)) => Ok(()),
                    Ok((_, Some(refusal))) => Err(refusal.into()),
                    Err(error) => Err(error),
                }
            }
            // What it usually refuses is the login.
            Some(Refusal::Other(words)) if words.is_empty() || reply::mentions_the_login(&words) => {
                Err(ConnectError::WrongCredentials { words })
            }
            Some(refusal) => Err(refusal.into()),
        }
    }

    /// One order.
    pub(super) async fn order(&self, id: u64) -> Result<Got, ConnectError> {
        let (body, refusal) = match self.small(Event::Order(id), ORDER).await {
            Err(ConnectError::TooLarge(why)) => return Ok(Got::Bad(why)),
            outcome => outcome?,
        };
        match refusal {
            Some(Refusal::Other(words)) => return Ok(Got::Gone(words)),
            Some(refusal) => return Err(refusal.into()),
            None => {}
        }
        match reply::result(&body).filter(|result| result.get().starts_with('{')) {
            Some(order) => Ok(Got::Order(order.to_owned())),
            None => Ok(Got::Bad("PPW sent something that is no work order".to_owned())),
        }
    }

    /// Says that an order was received. None if that went well.
    pub(super) async fn mark(&self, id: u64) -> Result<Option<String>, ConnectError> {
        match self.small(Event::MarkImported(id), SMALL).await?.1 {
            None => Ok(None),
            Some(Refusal::Other(words)) => Ok(Some(words)),
            Some(refusal) => Err(refusal.into()),
        }
    }

    /// A list; the sink is told of its bytes and of what is no row.
    pub(super) async fn list(&self, event: Event, sink: &mut dyn Sink) -> Result<Listed, ConnectError> {
        let mut request = self.request(event);
        let mut left = AGAIN;
        loop {
            let mut rows = Reader::new(&mut *sink);
            let outcome = match self.send(&request).await {
                Ok(answer) => self.read_list(answer, &mut rows).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok((is_null, server_ahead)) => {
                    let rows = rows.into_rows();
                    tracing::debug!(event = event.name(), rows = rows.len(), "a list came");
                    return Ok(Listed { rows, is_null, server_ahead });
                }
                Err(error) => request = again(event, request, error, &mut left)?,
            }
        }
    }

    async fn read_list(
        &self,
        mut answer: Answer,
        rows: &mut Reader<'_>,
    ) -> Result<(bool, Option<SignedDuration>), ConnectError> {
        let server_ahead = answer.server_ahead;
        let parsed = json_list::read(&mut answer, SPEC, rows).await.map_err(|error| match error {
            ReadError::Http(error) => ConnectError::broke_off(error),
            ReadError::List(error) => reply::not_json(&error),
            ReadError::Sink(error) => error,
        })?;
        if let Some(refusal) = reply::refusal(&parsed.members, &self.credentials) {
            return Err(refusal.into());
        }
        match parsed.list {
            Found::List => Ok((false, server_ahead)),
            Found::Null => Ok((true, server_ahead)),
            Found::Missing => Err(ConnectError::NotUnderstood("it has no list \"result_data\"".to_owned())),
            Found::Else(kind) => {
                Err(ConnectError::NotUnderstood(format!("a list \"result_data\" is expected, but it is {kind}")))
            }
        }
    }

    /// An answer that is one object, and what its envelope says went wrong.
    async fn small(&self, event: Event, most: usize) -> Result<(Vec<u8>, Option<Refusal>), ConnectError> {
        let mut request = self.request(event).answer_within(ONE);
        let mut left = AGAIN;
        loop {
            let outcome = async {
                let body = self.send(&request).await?.small(most).await.map_err(ConnectError::broke_off)?;
                let refusal = reply::refusal(&reply::members(&body)?, &self.credentials);
                Ok((body, refusal))
            };
            match outcome.await {
                Err(error) => request = again(event, request, error, &mut left)?,
                outcome => return outcome,
            }
        }
    }

    fn request(&self, event: Event) -> Request {
        self.credentials.request(&self.url, event).allow_http(self.settings.allow_http)
    }

    /// An answer whose status is one of success.
    async fn send(&self, request: &Request) -> Result<Answer, ConnectError> {
        let answer = self.http.send(request).await.map_err(|error| ConnectError::not_sent(error, "url"))?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let status: StatusCode = answer.status;
        // A body that cannot be read has no words; the status still says what it says.
        let body = answer.small(SMALL).await.ok();
        Err(reply::refused(status, body.as_deref(), &self.credentials))
    }
}

/// The request once more, if asking again may help: the answer broke off, or a web page came in its place.
fn again(event: Event, request: Request, error: ConnectError, left: &mut u32) -> Result<Request, ConnectError> {
    match error {
        ConnectError::BrokeOff(_) | ConnectError::Refused { may_pass: true, .. } if *left > 0 => {
            tracing::info!(event = event.name(), %error, left, "asking again");
            *left -= 1;
            Ok(request.again(None))
        }
        error => Err(error),
    }
}
