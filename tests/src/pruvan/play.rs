//! Bends a good answer into what the day makes of it.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::day::{At, Day};
use super::reply::{Body, End, HangUp, List, Reply};
use super::request::{Call, Request};

/// Applies a day to the answer to this request.
pub(crate) fn play(day: &Day, request: &Request, reply: &mut Reply) {
    if let Day::All { days } = day {
        for day in days {
            play(day, request, reply);
        }
        return;
    }
    refusal(day, request, reply);
    wire(day, request, reply);
    body(day, reply);
    if let Some(list) = reply.list_mut() {
        orders(day, list);
    }
}

fn refusal(day: &Day, request: &Request, reply: &mut Reply) {
    let validate = request.call == Some(Call::Validate);
    match day {
        Day::Unauthorized { message } if validate => {
            reply.say(Reply::json(401, &json!({ "error": message, "validated": false })));
        }
        Day::Unauthorized { message } => reply.say(Reply::json(401, &json!({ "error": message }))),
        Day::Error { message } => reply.say(Reply::json(200, &json!({ "error": message, "validated": "" }))),
        Day::ErrorWithOrders { message, before } => match reply.list_mut() {
            Some(list) => {
                list.error.clone_from(message);
                list.error_first = *before;
            }
            None => reply.say(Reply::json(200, &json!({ "error": message, "validated": true }))),
        },
        Day::NotAcceptable => {
            let text = "Length cannot be less than zero.\r\nParameter name: length";
            reply.say(Reply::json(406, &json!({ "error": text })));
        }
        Day::HtmlPage => reply.say(Reply::html(200, "Sign in")),
        Day::Html { status } => reply.say(Reply::html(*status, "Down for maintenance")),
        Day::TooManyRequests { retry_after } => {
            reply.say(Reply::json(429, &json!({ "error": "too many requests" })));
            reply.headers.extend(retry_after.iter().map(|value| ("Retry-After", value.clone())));
        }
        Day::Unavailable { retry_after } => {
            reply.say(Reply::whole(503, "text/plain", "upstream connect error\n"));
            reply.headers.extend(retry_after.iter().map(|value| ("Retry-After", value.clone())));
        }
        _ => {}
    }
}

fn wire(day: &Day, request: &Request, reply: &mut Reply) {
    let wire = &mut reply.wire;
    let mut end = |at: &At, end: End| wire.end = Some((*at, end));
    match day {
        Day::Stall { at } => end(at, End::Stall),
        Day::CutJson { at } => end(at, End::Quiet),
        Day::CutChunked { at } => {
            end(at, End::Cut);
            wire.chunked = true;
        }
        Day::CutLength { at } => {
            end(at, End::Cut);
            wire.chunked = false;
        }
        Day::GzipCut { at } => {
            end(at, End::Quiet);
            wire.gzip = true;
        }
        Day::Gzip => wire.gzip = true,
        Day::GzipLie => wire.gzip_lie = true,
        Day::SlowFirstByte { millis } => wire.delay = Some(Duration::from_millis(*millis)),
        Day::Pause(gate) => wire.gates.push(gate.clone()),
        Day::Throttle { bytes_per_second } => wire.bytes_per_second = Some(*bytes_per_second),
        Day::ResetOnAccept | Day::Reset => wire.hang_up = Some(HangUp::Reset),
        Day::NoAnswer => wire.hang_up = Some(HangUp::Close),
        Day::ClockOff { seconds } => wire.clock_off = *seconds,
        Day::NoDate => wire.no_date = true,
        Day::Redirect { status, to } => redirect(reply, *status, to.clone()),
        Day::RedirectSameHost { status } => {
            let last = request.path.rsplit('/').next().unwrap_or("");
            redirect(reply, *status, format!("/moved/{last}"));
        }
        Day::ContentType { value } => reply.content_type.clone_from(value),
        _ => {}
    }
}

fn redirect(reply: &mut Reply, status: u16, to: String) {
    reply.say(Reply::html(status, "Moved"));
    reply.headers.push(("Location", to));
}

fn body(day: &Day, reply: &mut Reply) {
    let json = |text: &'static str| Reply::whole(200, "application/json; charset=utf-8", text);
    match day {
        Day::NullList => reply.say(json(r#"{"workOrders":null,"error":""}"#)),
        Day::NoList => reply.say(json(r#"{"error":""}"#)),
        Day::ListIsText => reply.say(json(r#"{"workOrders":"[]","error":""}"#)),
        Day::BareTrue => reply.say(json("true")),
        Day::EmptyBody => reply.say(json("")),
        Day::ListIsObject => {
            let first = reply.list_mut().and_then(|list| list.orders.first().cloned());
            let inside = first.as_deref().map_or_else(|| "{}".into(), String::from_utf8_lossy);
            let text = format!(r#"{{"workOrders":{{"0":{inside}}},"error":""}}"#);
            reply.say(Reply::whole(200, "application/json; charset=utf-8", text));
        }
        Day::Garbage => {
            let bytes: Vec<u8> = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
            reply.say(Reply::whole(200, "application/octet-stream", bytes));
        }
        Day::Raw { status, content_type, body } => reply.say(Reply::whole(*status, content_type, body.clone())),
        Day::Bom => margin(reply, "\u{feff} \r\n\t", " \r\n\r\n"),
        Day::Trailing { text } => margin(reply, "", text),
        _ => {}
    }
}

/// Puts something before and behind the JSON.
fn margin(reply: &mut Reply, before: &str, behind: &str) {
    match &mut reply.body {
        Body::List(list) => {
            list.margin = (Bytes::copy_from_slice(before.as_bytes()), Bytes::copy_from_slice(behind.as_bytes()));
        }
        Body::Whole(bytes) => *bytes = Bytes::from([before.as_bytes(), bytes, behind.as_bytes()].concat()),
    }
}

fn orders(day: &Day, list: &mut List) {
    match day {
        Day::HalfList => list.orders.truncate(list.orders.len() / 2),
        Day::EmptyList => list.orders.clear(),
        Day::ErrorFirst => list.error_first = true,
        Day::ExtraKeys => {
            list.before = r#""meta":{"workOrders":[{"workOrderNumber":"DECOY-1"}],"error":"not this"},"#;
            list.behind = r#","count":1,"warnings":[[],{"]":"}"}],"next":null"#;
        }
        Day::DuplicateNumbers => {
            let later = first(list).map(|mut keys| {
                keys.insert("clientStatus".into(), "The later one".into());
                Bytes::from(Value::Object(keys).to_string())
            });
            list.orders.extend(later);
        }
        Day::OrderWithoutNumber => edit_first(list, |keys| drop(keys.remove("workOrderNumber"))),
        Day::BadDates => edit_first(list, |keys| {
            keys.insert("dueDate".into(), "the 32nd of Nonuary".into());
            keys.insert("clientDueDate".into(), "13/45/2026".into());
        }),
        Day::PartialUpdate { number } => {
            let update = json!({ "workOrderNumber": number, "clientStatus": "Cancelled" });
            list.orders.push(Bytes::from(update.to_string()));
        }
        Day::NotAnObject { json } => list.orders.push(Bytes::from(json.clone())),
        Day::HugeOrder { bytes } => push_key(list, "xFiller", &format!("\"{}\"", "A".repeat(*bytes))),
        Day::DeepNesting { depth } => push_key(list, "xDeep", &format!("{}{}", "[".repeat(*depth), "]".repeat(*depth))),
        _ => {}
    }
}

fn first(list: &List) -> Option<Map<String, Value>> {
    serde_json::from_slice(list.orders.first()?).ok()
}

fn edit_first(list: &mut List, edit: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(mut keys) = first(list) {
        edit(&mut keys);
        list.orders[0] = Bytes::from(Value::Object(keys).to_string());
    }
}

/// Puts a key before all others of the first order, as text: a parser would stumble over what the days put there.
fn push_key(list: &mut List, key: &str, value: &str) {
    let Some(order) = list.orders.first_mut() else { return };
    if let Some(rest) = order.strip_prefix(b"{") {
        *order = Bytes::from([format!("{{\"{key}\":{value},").as_bytes(), rest].concat());
    }
}
