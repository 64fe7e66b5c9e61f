//! `POST /control`: another process, or a person with curl, drives the simulator with small JSON objects.
//!
//! | body | does |
//! | --- | --- |
//! | `{"day": "cut-chunked", "times": 2, "on": "getWorkOrders"}` | plans days; see [`Day`] for their names and fields; `times` is 1 if absent, 0 for *until changed* |
//! | `{"clear_days": true}` | plans nothing any more |
//! | `{"change": 0.01}`, `{"change_count": 12}` | the client changes orders; `seed` chooses which |
//! | `{"remove": 0.01}`, `{"remove_count": 7}` | the client's list loses orders |
//! | `{"put_back": true}` | what was removed over `/control` comes back |
//! | `{"add": 3}` | the client adds orders |
//! | `{"style": "aspnet"}` | plays another server, with orders spelled its way |
//! | `{"orders": 5000, "seed": 2}` | other orders |
//! | `{"reset": true}` | everything as it was at the start |
//!
//! Several keys may stand in one object. The answer tells how many orders there are and the numbers of those
//! changed, removed or added. `GET /control` only tells.

use serde::Deserialize;
use serde_json::{Value, json};

use super::day::Day;
use super::plan::Spell;
use super::reply::Reply;
use super::request::{Call, Request};
use super::{Server, Shared, State};
use crate::orders::Orders;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Command {
    times: Option<u32>,
    on: Option<Call>,
    clear_days: bool,
    change: Option<f64>,
    change_count: Option<usize>,
    remove: Option<f64>,
    remove_count: Option<usize>,
    put_back: bool,
    add: Option<usize>,
    style: Option<String>,
    orders: Option<usize>,
    seed: Option<u64>,
    reset: bool,
}

/// The server of this name: `standard`, `aspnet`, `php`, `php-lists`, `urlencoded-only`, `multipart-only`.
pub fn server(name: &str) -> Option<Server> {
    Some(match name {
        "standard" => Server::Standard,
        "aspnet" => Server::AspNet,
        "php" => Server::Php { lists: false },
        "php-lists" => Server::Php { lists: true },
        "urlencoded-only" => Server::UrlencodedOnly { refusal: 415 },
        "multipart-only" => Server::MultipartOnly { refusal: 415 },
        _ => return None,
    })
}

/// Does what the request says.
pub(super) fn answer(shared: &Shared, request: &Request) -> Reply {
    if request.method == "GET" {
        return Reply::json(200, &shared.with(|state| status(state)));
    }
    match command(shared, &request.body) {
        Ok(done) => Reply::json(200, &done),
        Err(text) => Reply::json(400, &json!({ "error": text })),
    }
}

fn status(state: &State) -> Value {
    json!({
        "orders": state.orders.len(),
        "bytes": state.orders.bytes(),
        "days": state.plan.len(),
        "requests": state.requests.len(),
    })
}

fn command(shared: &Shared, body: &[u8]) -> Result<Value, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let command: Command = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let day: Option<Day> = match value.get("day") {
        Some(_) => Some(serde_json::from_value(value).map_err(|error| error.to_string())?),
        None => None,
    };
    let server = match &command.style {
        Some(name) => Some(server(name).ok_or_else(|| format!("no style {name}"))?),
        None => None,
    };
    shared.with(|state| {
        if command.reset {
            *state = Shared::fresh_state(&shared.config);
        }
        if command.clear_days {
            state.clear_days();
        }
        let seed = command.seed.unwrap_or(1);
        if let Some(server) = server {
            state.become_server(server, seed);
        }
        if let Some(count) = command.orders {
            state.orders = Orders::flavoured(count, seed, state.server.flavour());
        }
        if let Some(day) = day {
            let spell = match command.times.unwrap_or(1) {
                0 => Spell::always(day),
                times => Spell::times(day, times),
            };
            state.plan(match command.on {
                Some(call) => spell.on(call),
                None => spell,
            });
        }
        let (changed, removed, added) = lists(state, &command, seed);
        let mut done = status(state);
        done["changed"] = json!(changed);
        done["removed"] = json!(removed);
        done["added"] = json!(added);
        Ok(done)
    })
}

/// Changes the list; returns the numbers of what was changed, removed, added.
fn lists(state: &mut State, command: &Command, seed: u64) -> (Vec<String>, Vec<String>, Vec<String>) {
    let orders = &mut state.orders;
    let mut changed = Vec::new();
    if let Some(fraction) = command.change {
        changed.extend(orders.change(fraction, seed));
    }
    if let Some(count) = command.change_count {
        changed.extend(orders.change_some(count, seed));
    }
    let numbers = |orders: &Orders, places: Vec<usize>| {
        places.into_iter().map(|place| orders.number(place).to_owned()).collect::<Vec<_>>()
    };
    let changed = numbers(orders, changed);
    let mut gone = Vec::new();
    if let Some(fraction) = command.remove {
        gone.extend(orders.remove(fraction, seed));
    }
    if let Some(count) = command.remove_count {
        gone.extend(orders.remove_some(count, seed));
    }
    let removed = gone.iter().map(|order| order.number.clone()).collect();
    state.removed.extend(gone);
    if command.put_back {
        state.removed.drain(..).for_each(|order| orders.push(order));
    }
    let added = orders.add(command.add.unwrap_or(0));
    let added = numbers(orders, added);
    (changed, removed, added)
}
