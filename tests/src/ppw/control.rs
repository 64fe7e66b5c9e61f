//! `POST /control`: another process, or a person with curl, drives the simulator with small JSON objects.
//!
//! | body | does |
//! | --- | --- |
//! | `{"day": "html", "times": 2, "on": "get_order"}` | plans days; see [`Day`] for their names and fields; `times` is 1 if absent, 0 for *until changed*; without `on` for every event |
//! | `{"clear_days": true}` | plans nothing any more |
//! | `{"add": 3}` | PPW gets new orders |
//! | `{"change": 2}` | the due date of open orders changes, and PPW says so |
//! | `{"cancel": 2}` | open orders are cancelled |
//! | `{"close": 2}` | open orders go to the office and are no longer listed |
//! | `{"vanish": 1}` | open orders stay in the list, but cannot be had |
//! | `{"mcs": 2}` | open orders are from MCS |
//! | `{"reset": true}` | everything as it was at the start |
//!
//! Several keys may stand in one object. The answer tells how many orders are open, what was asked, and the numbers of the
//! orders that were touched. `GET /control` only tells.

use serde::Deserialize;
use serde_json::{Value, json};

use super::day::Day;
use super::{Shared, State};
use crate::pruvan::Request;
use crate::pruvan::reply::Reply;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Command {
    times: Option<u32>,
    on: Option<String>,
    clear_days: bool,
    add: usize,
    change: usize,
    cancel: usize,
    close: usize,
    vanish: usize,
    mcs: usize,
    reset: bool,
}

/// Does what the request says.
pub(super) fn answer(shared: &Shared, request: &Request) -> Reply {
    if request.method == "GET" {
        return Reply::json(200, &shared.with(|state| status(state, &[])));
    }
    match command(shared, &request.body) {
        Ok(done) => Reply::json(200, &done),
        Err(text) => Reply::json(400, &json!({ "error": text })),
    }
}

fn status(state: &State, touched: &[u64]) -> Value {
    let mut calls = json!({});
    for call in &state.calls {
        calls[&call.event] = (calls[&call.event].as_u64().unwrap_or_default() + 1).into();
    }
    let numbers = touched.iter().filter_map(|id| state.orders.get(id)).map(|order| order.wo_number.as_str());
    json!({
        "orders": state.open().len(),
        "calls": calls,
        "most_at_once": state.most_at_once,
        "touched": numbers.collect::<Vec<_>>(),
    })
}

fn command(shared: &Shared, body: &[u8]) -> Result<Value, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let command: Command = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let day: Option<Day> = match value.get("day") {
        Some(_) => Some(serde_json::from_value(value).map_err(|error| error.to_string())?),
        None => None,
    };
    shared.with(|state| {
        if command.reset {
            *state = State::new(&shared.config);
        }
        if command.clear_days {
            state.clear_days();
        }
        if let Some(day) = day {
            let times = Some(command.times.unwrap_or(1)).filter(|times| *times > 0);
            state.plan(command.on.as_deref(), day, times);
        }
        let touched = orders(state, &command);
        Ok(status(state, &touched))
    })
}

/// Changes the orders; returns the ids of those that were touched.
fn orders(state: &mut State, command: &Command) -> Vec<u64> {
    let mut touched = Vec::new();
    let mut some = |state: &mut State, count: usize, action: fn(&mut State, u64)| {
        let ids: Vec<u64> = state.open().into_iter().take(count).collect();
        for id in &ids {
            action(state, *id);
        }
        touched.extend(ids);
    };
    some(state, command.change, |state, id| state.change(id, "date_due", "20270104".into()));
    some(state, command.mcs, |state, id| state.from_mcs(id, &format!("88{id}")));
    some(state, command.vanish, State::vanish);
    some(state, command.close, |state, id| state.set_status(id, "Ready for Office"));
    some(state, command.cancel, |state, id| state.cancel(id, 0));
    touched.extend(state.add(command.add));
    touched
}
