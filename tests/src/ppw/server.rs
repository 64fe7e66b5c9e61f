//! How PPW Link answers on a good day.

use serde_json::{Value, json};

use super::order::Order;
use super::state::State;
use crate::pruvan::reply::Reply;
use crate::pruvan::{Encoding, Request};

const DAYS_30: i64 = 30 * 24 * 3_600;

/// One recorded call.
#[derive(Debug, Clone)]
pub struct Call {
    /// `event_name`; empty if there was none.
    pub event: String,
    /// `event_data`, decoded; null if it was no JSON in a text.
    pub data: Value,
    /// Who it said it was.
    pub site_id: String,
    /// The body as it came.
    pub body: String,
}

impl Call {
    /// A text of the arguments as a number.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.data.get(key)?.as_str()?.parse().ok()
    }
}

/// The envelope of a failure.
pub(super) fn failure(words: &str) -> Reply {
    Reply::json(
        200,
        &json!({ "remote_site_id": SITE, "success": false, "error": true, "return_error_msg": words, "result_data": "" }),
    )
}

fn success(result: &Value) -> Reply {
    Reply::json(
        200,
        &json!({ "remote_site_id": SITE, "success": true, "error": false, "return_error_msg": null, "remote_org_id": 77,
            "result_data": result }),
    )
}

const SITE: &str = "6f0c1b9e-8a54-4d11-9a7e-2f7d50c4e6aa";

impl State {
    /// The answer to a request; it is recorded.
    pub(super) fn answer(&mut self, request: &Request) -> Reply {
        let text = |key: &str| request.text(key).to_owned();
        let data = serde_json::from_str(request.text("event_data")).unwrap_or_default();
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let call = Call { event: text("event_name"), data, site_id: text("site_id"), body };
        let day = self.take_day(&call.event);
        // On a day on which it says something else, it does nothing either.
        let is_well = day.as_ref().is_none_or(|day| !day.replaces());
        let mut reply = if is_well { self.good(request, &call) } else { Reply::json(200, &Value::Null) };
        reply.wire.clock_off = self.clock_offset;
        if let Some(day) = day {
            day.bend(&mut reply);
        }
        self.calls.push(call);
        reply
    }

    fn good(&mut self, request: &Request, call: &Call) -> Reply {
        if request.method != "POST" || !request.path.ends_with("/link/receiver.php") {
            return Reply::html(404, "Not Found");
        }
        if let Err(words) = well_formed(request, call) {
            return failure(words);
        }
        if request.text("username") != self.username || request.text("password") != self.password_sha1() {
            return failure("Login not accepted: invalid username or password");
        }
        match call.event.as_str() {
            "validate_user" if self.wants_push_url && call.data.get("ppwlink_push").is_none() => {
                failure("A push URL is required")
            }
            "validate_user" => success(&Value::Null),
            "get_all_orders" => success(&self.list(call.number("timestamp"))),
            "get_order" => self.order(call),
            "get_all_updates" => match call.number("timestamp") {
                Some(since) => success(&self.updates(since)),
                None => failure("A timestamp is required"),
            },
            "get_cancel_orders" => match call.number("timestamp") {
                Some(since) if since >= self.now() - DAYS_30 => success(&self.cancelled(since)),
                Some(_) => failure("The timestamp must be within the last 30 days"),
                None => failure("A timestamp is required"),
            },
            "mark_order_imported" => self.mark(call),
            _ => failure("Unknown event"),
        }
    }

    fn list(&self, since: Option<i64>) -> Value {
        let is_in = |order: &&Order| order.is_open() && since.is_none_or(|since| order.modified > since);
        self.orders.values().filter(is_in).map(|order| order.stub(self.numbers)).collect()
    }

    fn order(&self, call: &Call) -> Reply {
        if self.of(call).is_some_and(|order| self.broken.contains(&order.report_id)) {
            return Reply::html(500, "Internal Server Error");
        }
        match self.of(call).filter(|order| !order.vanished) {
            Some(order) => success(&order.whole(self.numbers)),
            None => failure("Work order not found"),
        }
    }

    fn of(&self, call: &Call) -> Option<&Order> {
        self.orders.get(&u64::try_from(call.number("report_id")?).ok()?)
    }

    fn updates(&self, since: i64) -> Value {
        let open = self.orders.values().filter(|order| order.is_open());
        let rows = open.flat_map(|order| {
            order.updates.iter().filter(move |update| update.at > since).map(|update| {
                let mut row = order.stub(self.numbers);
                if let Some(status) = &update.status {
                    row["wo_status"] = status.clone().into();
                }
                row["update_field"] = update.field.clone().into();
                row["update_value"] = update.value.clone();
                row
            })
        });
        rows.collect()
    }

    fn cancelled(&self, since: i64) -> Value {
        let rows = self.orders.values().filter_map(|order| {
            let at = order.cancelled.filter(|at| *at > since)?;
            let mut row = order.stub(self.numbers);
            row["cancel_timestamp"] = at.to_string().into();
            Some(row)
        });
        rows.collect()
    }

    fn mark(&mut self, call: &Call) -> Reply {
        let now = self.now();
        let id = call.number("report_id").and_then(|id| u64::try_from(id).ok());
        match id.and_then(|id| self.orders.get_mut(&id)) {
            Some(order) => {
                order.marked += 1;
                "In Field".clone_into(&mut order.status);
                order.modified = now;
                success(&Value::Null)
            }
            None => failure("Work order not found"),
        }
    }
}

/// What PPW insists on before it looks at anything.
fn well_formed(request: &Request, call: &Call) -> Result<(), &'static str> {
    let fields = url::form_urlencoded::parse(&request.body).count();
    if request.encoding != Encoding::UrlEncoded || fields != 1 {
        return Err("One form field, payload, is expected");
    }
    let Some(payload) = request.payload.as_object() else { return Err("The payload is no JSON object") };
    let members = ["username", "password", "site_id", "event_name", "event_data"];
    if payload.len() != members.len() || !members.iter().all(|key| payload.get(*key).is_some_and(Value::is_string)) {
        return Err("The payload must have five members, all of them texts");
    }
    if !call.data.is_object() {
        return Err("event_data must be a JSON object, encoded as a text");
    }
    let is_v4 = call.site_id.len() == 36 && call.site_id.as_bytes()[14] == b'4';
    if is_v4 { Ok(()) } else { Err("site_id must be a UUID of version 4") }
}
