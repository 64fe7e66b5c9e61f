//! How the API answers: who asks, and what.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::state::State;
use super::{Auth, list};
use crate::pruvan::Request;
use crate::pruvan::reply::Reply;

/// The answer to a request, with what is wrong that day.
pub(super) fn answer(state: &mut State, request: Request) -> Reply {
    let trouble = state.take(&request.path);
    if let Some(trouble) = &trouble {
        trouble.before(state);
    }
    let reply = match &trouble {
        Some(super::Trouble::FirstPage) => list::first_page(state, &request),
        Some(super::Trouble::SameNext) => list::same_next(state, &request),
        _ => good(state, &request),
    };
    let reply = match trouble {
        Some(trouble) => trouble.bend(&request, reply),
        None => reply,
    };
    state.requests.push(request);
    reply
}

fn good(state: &mut State, request: &Request) -> Reply {
    if request.path == "/v2/token" {
        return token(state, request);
    }
    if !knows(state, request) {
        return Reply::json(401, &json!({ "error": "access_denied", "error_description": "unknown key or token" }));
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    match request.path.as_str() {
        "/v2/account" => Reply::json(200, &json!({ "account": "northwind" })),
        "/v2/orders" => list::page(state, request, &body),
        "/v2/order" => detail(state, body["id"].as_str().unwrap_or_default()),
        path => match path.strip_prefix("/v2/orders/") {
            Some(id) => detail(state, id),
            None => Reply::json(404, &json!({ "message": "there is no such call" })),
        },
    }
}

fn detail(state: &State, id: &str) -> Reply {
    let wanted = id.parse::<u64>().ok();
    match state.orders.iter().find(|order| order["id"].as_u64() == wanted) {
        Some(order) => Reply::json(200, &json!({ "order": order })),
        None => Reply::json(404, &json!({ "error": "not_found" })),
    }
}

fn knows(state: &State, request: &Request) -> bool {
    let sent = |name: &str| request.header(name).unwrap_or_default();
    match &state.config.auth {
        Auth::None => true,
        Auth::Basic { username, password } => sent("authorization") == basic(username, password),
        Auth::Header { name, prefix, key } => sent(name) == format!("{prefix}{key}"),
        Auth::Bearer { token } => sent("authorization") == format!("Bearer {token}"),
        Auth::OAuth2 { .. } => sent("authorization")
            .strip_prefix("Bearer ")
            .is_some_and(|sent| state.tokens.iter().any(|known| known == sent)),
    }
}

fn token(state: &mut State, request: &Request) -> Reply {
    let Auth::OAuth2 { id, secret, life, basic: in_header, json } = state.config.auth.clone() else {
        return Reply::json(404, &json!({ "message": "there is no such call" }));
    };
    let sent = |name: &str| -> String {
        if json {
            let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            return body[name].as_str().unwrap_or_default().to_owned();
        }
        let mut pairs = url::form_urlencoded::parse(&request.body);
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let known = if in_header {
        // Both are form-encoded before: RFC 6749, section 2.3.1.
        let form = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        request.header("authorization") == Some(&basic(&form(&id), &form(&secret)))
    } else {
        sent("client_id") == id && sent("client_secret") == secret
    };
    if !known || sent("grant_type") != "client_credentials" {
        let words = json!({ "error": "invalid_client", "error_description": "no such client, or a wrong secret" });
        return Reply::json(if in_header { 401 } else { 400 }, &words);
    }
    state.given += 1;
    let token = format!("tok-{}-c3VwZXIgc2VjcmV0", state.given);
    state.tokens.push(token.clone());
    Reply::json(200, &json!({ "token_type": "Bearer", "access_token": token, "expires_in": life }))
}

/// The header of HTTP's own login, RFC 7617.
pub(super) fn basic(username: &str, password: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut header = "Basic ".to_owned();
    for three in format!("{username}:{password}").as_bytes().chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            // Writing to a String cannot fail.
            let _ = write!(header, "{}", if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    header
}
