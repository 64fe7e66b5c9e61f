//! What is sent: one form variable with the credentials and an event, whose arguments are JSON in JSON (section 1 of
//! docs/protocols/ppw.md).

use std::fmt;

use url::Url;

use crate::connectors::redact;
use crate::http::{Method, Request};

/// What is asked. Moments are seconds of Unix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// Whether the login is good.
    ValidateUser,
    /// The open orders, all or those that have changed since.
    AllOrders(Option<i64>),
    /// One order.
    Order(u64),
    /// What has changed since, field by field.
    Updates(i64),
    /// What was cancelled since; no longer ago than 30 days.
    Cancelled(i64),
    /// Says that an order was received.
    MarkImported(u64),
}

impl Event {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ValidateUser => "validate_user",
            Self::AllOrders(_) => "get_all_orders",
            Self::Order(_) => "get_order",
            Self::Updates(_) => "get_all_updates",
            Self::Cancelled(_) => "get_cancel_orders",
            Self::MarkImported(_) => "mark_order_imported",
        }
    }

    /// The arguments, as the text of a JSON object. `validate_user` could carry the address that PPW is to push to; a
    /// desktop has none, and another one that is stored there must stay.
    fn data(self) -> String {
        match self {
            Self::ValidateUser | Self::AllOrders(None) => "{}".to_owned(),
            Self::AllOrders(Some(since)) | Self::Updates(since) | Self::Cancelled(since) => {
                format!("{{\"timestamp\":\"{since}\"}}")
            }
            Self::Order(id) | Self::MarkImported(id) => format!("{{\"report_id\":\"{id}\"}}"),
        }
    }
}

/// Who asks. Its `Debug` shows nothing.
pub(super) struct Credentials {
    username: String,
    password_sha1: String,
    site_id: String,
    /// All that must never be shown.
    hidden: Vec<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

impl Credentials {
    pub(super) fn new(username: &str, password: &str, site_id: &str) -> Self {
        let password_sha1 = redact::sha1(password);
        let hidden = redact::hidden(&[&password_sha1, &password_sha1.to_uppercase(), password]);
        Self { username: username.to_owned(), password_sha1, site_id: site_id.to_owned(), hidden }
    }

    fn payload(&self, event: Event) -> String {
        serde_json::json!({
            "username": self.username,
            "password": self.password_sha1,
            "site_id": self.site_id,
            "event_name": event.name(),
            "event_data": event.data(),
        })
        .to_string()
    }

    /// The request of an event.
    pub(super) fn request(&self, url: &Url, event: Event) -> Request {
        Request::new(Method::POST, url.clone()).form(&[("payload", &self.payload(event))])
    }

    /// The words of a server, fit to be shown.
    pub(super) fn clean(&self, words: &str) -> String {
        redact::clean(words, &self.hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_that_of_the_protocol() {
        let credentials = Credentials::new("acme.office", "12345", "3b7e0000-0000-4000-8000-000000000000");
        let sent = |event| serde_json::from_str::<serde_json::Value>(&credentials.payload(event)).unwrap();
        let order = sent(Event::Order(700_123));
        assert_eq!(
            order,
            serde_json::json!({
                "username": "acme.office", "password": "8cb2237d0679ca88db6464eac60da96345513964",
                "site_id": "3b7e0000-0000-4000-8000-000000000000", "event_name": "get_order",
                "event_data": "{\"report_id\":\"700123\"}",
            })
        );
        let data = |event| sent(event)["event_data"].as_str().unwrap().to_owned();
        assert_eq!(data(Event::ValidateUser), "{}");
        assert_eq!(data(Event::AllOrders(None)), "{}");
        for event in [Event::AllOrders(Some(7)), Event::Updates(7), Event::Cancelled(7)] {
            assert_eq!(data(event), "{\"timestamp\":\"7\"}", "{event:?}");
        }
        assert_eq!(sent(Event::MarkImported(1))["event_name"], "mark_order_imported");
    }

    #[test]
    fn the_password_is_in_no_words() {
        let credentials = Credentials::new("u", "hunter2", "s");
        let words = format!("no hunter2 and no {}", credentials.password_sha1.to_uppercase());
        assert_eq!(credentials.clean(&words), "no *** and no ***");
        assert_eq!(format!("{credentials:?}"), "Credentials(***)");
    }
}
