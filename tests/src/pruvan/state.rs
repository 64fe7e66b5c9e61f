//! What the simulated client system knows, and what a test may change while it runs.

use super::day::Day;
use super::plan::{Plan, Spell};
use super::request::{Call, Request};
use super::server::{Auth, Credentials, Server};
use crate::orders::{Order, Orders};

/// The state of a simulator.
#[derive(Debug)]
pub struct State {
    /// The client's orders.
    pub orders: Orders,
    /// Who may ask.
    pub credentials: Credentials,
    /// Whose behaviour it plays. Its orders keep their spelling; [`State::become_server`] spells them anew.
    pub server: Server,
    /// What it looks at; none: what the server is known to look at.
    pub auth: Option<Auth>,
    /// Whether it packs its answers for clients that accept gzip.
    pub gzip: bool,
    /// Whether it sends chunks instead of a `Content-Length`.
    pub chunked: bool,
    pub(crate) plan: Plan,
    /// What was removed over `/control`, to be put back.
    pub(crate) removed: Vec<Order>,
    pub(crate) requests: Vec<Request>,
}

impl State {
    /// The next answer is like this.
    pub fn day(&mut self, day: Day) {
        self.plan(Spell::once(day));
    }

    /// The next `times` answers, after those already planned, are like this.
    pub fn days(&mut self, day: Day, times: u32) {
        self.plan(Spell::times(day, times));
    }

    /// All answers, after those already planned, are like this; until something else is planned.
    pub fn always(&mut self, day: Day) {
        self.plan(Spell::always(day));
    }

    /// Plans any spell of days.
    pub fn plan(&mut self, spell: Spell) {
        self.plan.push(spell);
    }

    /// Everything is well from now on.
    pub fn clear_days(&mut self) {
        self.plan.clear();
    }

    /// Plays another server, with as many new orders as there are now, spelled its way.
    pub fn become_server(&mut self, server: Server, seed: u64) {
        self.server = server;
        self.orders = Orders::flavoured(self.orders.len(), seed, server.flavour());
    }

    /// The client's clock is so many seconds ahead: changes are stamped with it, and all answers show it in `Date`.
    pub fn set_clock_offset(&mut self, seconds: i64) {
        self.orders.set_clock_offset(seconds);
    }

    /// How many requests of this call were made.
    pub fn count(&self, call: Call) -> usize {
        self.requests.iter().filter(|request| request.call == Some(call)).count()
    }
}
