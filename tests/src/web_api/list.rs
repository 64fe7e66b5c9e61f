//! A page of the list.

use serde_json::{Value, json};

use super::Paging;
use super::state::State;
use crate::pruvan::Request;
use crate::pruvan::reply::Reply;

/// The page that is asked for.
pub(super) fn page(state: &State, request: &Request, body: &Value) -> Reply {
    let asked = number(request, body, "offset")
        .or_else(|| number(request, body, "cursor"))
        .or_else(|| Some(number(request, body, "page")?.saturating_sub(1) * size(state, request, body)));
    answer(state, request, body, asked.unwrap_or(0), None)
}

/// The first page, whatever is asked for.
pub(super) fn first_page(state: &State, request: &Request) -> Reply {
    answer(state, request, &Value::Null, 0, None)
}

/// The first page, which says that it follows itself.
pub(super) fn same_next(state: &State, request: &Request) -> Reply {
    let asked = number(request, &Value::Null, "cursor").or_else(|| number(request, &Value::Null, "offset"));
    answer(state, request, &Value::Null, asked.unwrap_or(0), asked.or(Some(state.config.page)))
}

/// The number of a parameter, in the query or in the body.
fn number(request: &Request, body: &Value, name: &str) -> Option<usize> {
    let query = request.query.as_deref().unwrap_or_default();
    let in_query = url::form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name);
    let text = match in_query {
        Some((_, value)) => value.into_owned(),
        None => body.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))?,
    };
    text.parse().ok()
}

fn size(state: &State, request: &Request, body: &Value) -> usize {
    number(request, body, "limit").unwrap_or(state.config.page).clamp(1, state.config.page)
}

/// The moment since when, in seconds of Unix.
fn since(request: &Request, body: &Value) -> Option<i64> {
    let query = request.query.as_deref().unwrap_or_default();
    let text = url::form_urlencoded::parse(query.as_bytes())
        .find(|(known, _)| known == "changed_since")
        .map(|(_, value)| value.into_owned());
    match text {
        Some(text) => text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second),
        None => body.pointer("/filter/since").and_then(Value::as_i64),
    }
}

fn answer(state: &State, request: &Request, body: &Value, from: usize, next: Option<usize>) -> Reply {
    let since = since(request, body);
    let orders: Vec<&Value> = state
        .orders
        .iter()
        .filter(|order| since.is_none_or(|since| order["changed"].as_i64().is_some_and(|changed| changed >= since)))
        .collect();
    let paging = state.config.paging;
    let size = if paging == Paging::None { usize::MAX } else { size(state, request, body) };
    let records: Vec<Value> = orders
        .iter()
        .skip(from)
        .take(size)
        .map(|order| {
            if state.config.thin { json!({ "id": order["id"], "changed": order["changed"] }) } else { (*order).clone() }
        })
        .collect();
    let end = from + records.len();
    let next = next.or((end < orders.len()).then_some(end));
    let mut answer = json!({ "data": { "orders": records }, "error": null });
    let address = next.map(|next| {
        let rest = request.query.as_deref().unwrap_or_default();
        let mut rest: Vec<&str> =
            rest.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("offset=")).collect();
        let offset = format!("offset={next}");
        rest.push(&offset);
        format!("/v2/orders?{}", rest.join("&"))
    });
    let mut header = None;
    match paging {
        Paging::None => {}
        Paging::Offset | Paging::Page => answer["total"] = orders.len().into(),
        Paging::NextLink => answer["links"] = json!({ "next": address }),
        Paging::LinkHeader => {
            header = address.map(|next| format!("</v2/orders>; rel=\"first\", <{next}>; rel=\"next\""));
        }
        Paging::Cursor => {
            answer["cursor"] = json!({ "next": next.map(|next| next.to_string()), "more": next.is_some() });
        }
    }
    let mut reply = Reply::json(200, &answer);
    reply.headers.extend(header.map(|link| ("Link", link)));
    reply
}
