//! What the API knows, and what a test may change while it runs.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::Config;
use super::trouble::Trouble;
use crate::pruvan::Request;

/// The state of a simulator.
#[derive(Debug)]
pub struct State {
    /// How it behaves.
    pub config: Config,
    /// Its orders, each with `changed`, in seconds of Unix.
    pub orders: Vec<Value>,
    /// The tokens that are good.
    pub tokens: Vec<String>,
    /// How many tokens it has given.
    pub given: usize,
    /// The most requests that were answered at the same time.
    pub most_at_once: usize,
    pub(super) at_once: usize,
    pub(super) requests: Vec<Request>,
    /// What is to come, how often, and for which paths.
    troubles: VecDeque<(Trouble, u32, String)>,
}

impl State {
    pub(super) fn new(config: Config) -> Self {
        let orders = (0..config.orders).map(|place| order(1001 + place as u64)).collect();
        Self {
            config,
            orders,
            tokens: Vec::new(),
            given: 0,
            most_at_once: 0,
            at_once: 0,
            requests: Vec::new(),
            troubles: VecDeque::new(),
        }
    }

    /// The next answer is like this.
    pub fn trouble(&mut self, trouble: Trouble) {
        self.troubles_at("/v2", trouble, 1);
    }

    /// So many answers to paths that begin so, after those already planned, are like this.
    pub fn troubles_at(&mut self, path: &str, trouble: Trouble, times: u32) {
        self.troubles.push_back((trouble, times, path.to_owned()));
    }

    /// Everything is well from now on.
    pub fn well(&mut self) {
        self.troubles.clear();
    }

    /// Changes a member of an order at that moment.
    pub fn change(&mut self, id: u64, pointer: &str, value: Value, changed: i64) {
        if let Some(order) = self.orders.iter_mut().find(|order| order["id"] == id) {
            if let Some(member) = order.pointer_mut(pointer) {
                *member = value;
            }
            order["changed"] = changed.into();
        }
    }

    pub(super) fn take(&mut self, path: &str) -> Option<Trouble> {
        let place = self.troubles.iter().position(|(_, _, wanted)| path.starts_with(wanted.as_str()))?;
        let (trouble, times, _) = self.troubles.get_mut(place)?;
        let trouble = trouble.clone();
        *times = times.saturating_sub(1);
        if *times == 0 {
            self.troubles.remove(place);
        }
        Some(trouble)
    }
}

/// An order of this API.
pub fn order(id: u64) -> Value {
    json!({
        "id": id,
        "ref": format!("WO-{id}"),
        "state": "open",
        "changed": 1_790_000_000,
        "place": { "street": format!("{} Alder Court", id % 900 + 1), "unit": null, "town": "Tulsa", "region": "OK", "zip": "04101" },
        "due": "12/04/2026",
        "note": "Mind the <dog> & the gate.\nPhotos of all sides.",
        "kind": 7,
        "kinds": { "7": "Inspection" },
        "lines": [{ "no": 1, "name": "Grass cut", "text": "Cut & trim." }],
    })
}
