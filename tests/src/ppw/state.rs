//! What a simulated PPW knows, and what a test may change while it runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::Config;
use super::day::Day;
use super::order::{Order, Update};
use super::server::Call;

/// The number of the first order.
pub(super) const FIRST: u64 = 700_001;

/// The state of a simulator.
#[derive(Debug)]
pub struct State {
    /// By report id.
    pub orders: BTreeMap<u64, Order>,
    /// Who may ask.
    pub username: String,
    /// With which password, clear.
    pub password: String,
    /// Whether numbers are numbers in its JSON, and not texts.
    pub numbers: bool,
    /// Whether `validate_user` insists on an address to push to.
    pub wants_push_url: bool,
    /// Orders for which it answers HTTP 500.
    pub broken: BTreeSet<u64>,
    /// How many seconds its clock is ahead: changes are stamped with it, and all answers show it in `Date`.
    pub clock_offset: i64,
    /// What was asked.
    pub calls: Vec<Call>,
    /// How many requests were answered at the same time at most.
    pub most_at_once: usize,
    pub(super) running: usize,
    pub(super) plan: VecDeque<Spell>,
}

/// A day, for which event, and how often; none: always.
#[derive(Debug)]
pub(super) struct Spell {
    event: Option<String>,
    day: Day,
    times: Option<u32>,
}

impl State {
    pub(super) fn new(config: &Config) -> Self {
        let ids = FIRST..FIRST + config.orders as u64;
        Self {
            orders: ids.map(|id| (id, Order::make(id))).collect(),
            username: "acme.office".to_owned(),
            password: "correct horse".to_owned(),
            numbers: config.numbers,
            wants_push_url: false,
            broken: BTreeSet::new(),
            clock_offset: 0,
            calls: Vec::new(),
            most_at_once: 0,
            running: 0,
            plan: VecDeque::new(),
        }
    }

    /// The time by its clock, in Unix seconds.
    pub fn now(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        i64::try_from(now).unwrap_or_default() + self.clock_offset
    }

    /// What stands for the password on the wire.
    pub fn password_sha1(&self) -> String {
        Sha1::digest(&self.password).iter().fold(String::with_capacity(40), |mut digits, byte| {
            // Writing to a String cannot fail.
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }

    /// The ids of the open orders.
    pub fn open(&self) -> Vec<u64> {
        self.orders.values().filter(|order| order.is_open()).map(|order| order.report_id).collect()
    }

    /// New orders, changed now.
    pub fn add(&mut self, count: usize) -> Vec<u64> {
        let first = self.orders.last_key_value().map_or(FIRST, |(id, _)| id + 1);
        let ids: Vec<u64> = (first..first + count as u64).collect();
        for id in &ids {
            let order = Order { modified: self.now(), status: "Unread".to_owned(), ..Order::make(*id) };
            self.orders.insert(*id, order);
        }
        ids
    }

    /// A field of an order gets another value, and PPW says so.
    pub fn change(&mut self, id: u64, field: &str, value: Value) {
        let at = self.now();
        self.touch(id, |order| {
            order.details.insert(field.to_owned(), value.clone());
            order.updates.push(Update { at, status: None, field: field.to_owned(), value });
        });
    }

    /// A field changes that is none of those that PPW tells of.
    pub fn change_quietly(&mut self, id: u64, field: &str, value: Value) {
        self.touch(id, |order| {
            order.details.insert(field.to_owned(), value);
        });
    }

    /// An order gets another status.
    pub fn set_status(&mut self, id: u64, status: &str) {
        self.touch(id, |order| status.clone_into(&mut order.status));
    }

    /// An order is returned to the vendor.
    pub fn return_to_vendor(&mut self, id: u64, reason: &str) {
        let at = self.now();
        self.touch(id, |order| {
            "Follow Up".clone_into(&mut order.status);
            let (status, field, value) = (Some("RTV".to_owned()), "comments".to_owned(), reason.into());
            order.updates.push(Update { at, status, field, value });
        });
    }

    /// An order is cancelled, so many seconds ago.
    pub fn cancel(&mut self, id: u64, ago: i64) {
        let at = self.now() - ago;
        self.touch(id, |order| {
            order.cancelled = Some(at);
            "Cancelled".clone_into(&mut order.status);
        });
    }

    /// An order is one that reached PPW from MCS.
    pub fn from_mcs(&mut self, id: u64, number: &str) {
        if let Some(order) = self.orders.get_mut(&id) {
            order
                .details
                .insert("key_values".to_owned(), json!({ "mcs_woid": number, "autoimport_client_orig": "MCS" }));
        }
    }

    /// An order stays in the list, but cannot be had any more.
    pub fn vanish(&mut self, id: u64) {
        if let Some(order) = self.orders.get_mut(&id) {
            order.vanished = true;
        }
    }

    fn touch(&mut self, id: u64, action: impl FnOnce(&mut Order)) {
        let now = self.now();
        if let Some(order) = self.orders.get_mut(&id) {
            action(order);
            order.modified = now;
        }
    }

    /// Plans a day for an event, or for all, so many times or until [`State::clear_days`].
    pub fn plan(&mut self, event: Option<&str>, day: Day, times: Option<u32>) {
        self.plan.push_back(Spell { event: event.map(str::to_owned), day, times });
    }

    /// Everything is well from now on.
    pub fn clear_days(&mut self) {
        self.plan.clear();
    }

    /// The day for an answer to this event.
    pub(super) fn take_day(&mut self, event: &str) -> Option<Day> {
        let fits = |spell: &Spell| spell.event.as_deref().is_none_or(|wanted| wanted == event);
        let place = self.plan.iter().position(fits)?;
        let spell = self.plan.get_mut(place)?;
        let day = spell.day.clone();
        if let Some(times) = &mut spell.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.plan.remove(place);
            }
        }
        Some(day)
    }
}
