//! What is fetched, and when (section 5 of docs/protocols/ppw.md): the list of what is open, what has changed since, the
//! orders that are new or may have changed, at most four at a time, and what was cancelled.

use std::collections::{HashMap, HashSet};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;

use super::ask::Got;
use super::call::Event;
use super::memory::Memory;
use super::row::{Row, Rows};
use super::{Ppw, mark, wire};
use crate::connectors::details::{AT_ONCE, Failures};
use crate::connectors::{Ask, ConnectError, Fetched, List, RawBatch, Sink};

/// How far back PPW can say what has changed, and what was cancelled; it refuses what is 30 days ago.
const REACH: SignedDuration = SignedDuration::from_hours(29 * 24);
const CANCELLED: SignedDuration = SignedDuration::from_hours(30 * 24 - 1);
/// So many orders may be refused in words without a doubt about the rest.
const FEW: u64 = 3;
/// Orders that are handed over together, so that the progress moves.
const TOGETHER: usize = 32;

/// The lists that an import begins with.
struct Lists {
    /// The open orders: all, or those that have changed.
    open: Rows,
    /// The orders that have changed, in whatever way; none if nobody knows since when.
    changed: Option<HashSet<u64>>,
    /// The rows of changed orders that `open` does not hold, and why orders were returned.
    updates: Rows,
    /// What was cancelled and is not open again.
    cancelled: Rows,
}

/// An order to be fetched.
struct Want {
    row: Row,
    /// Whether the row is one of the list of open orders.
    is_listed: bool,
}

pub(super) async fn fetch(ppw: &Ppw, ask: Ask, sink: &mut dyn Sink) -> Result<Fetched, ConnectError> {
    let now = Timestamp::now();
    let (Ask::Everything { last } | Ask::Since(last)) = ask;
    let since = last.filter(|last| now.duration_since(*last) <= REACH && *last <= now);
    let is_full = since.is_none() || matches!(ask, Ask::Everything { .. });
    let from = since.filter(|_| !is_full).map(Timestamp::as_second);
    let open = ppw.list(Event::AllOrders(from), sink).await?;
    let server_ahead = open.server_ahead;
    let mut memory = ppw.memory.clone();
    if is_full && open.is_null {
        return Ok(Fetched { list: List::Nothing, server_ahead, memory: memory.to_value() });
    }
    let server_now = now.saturating_add(server_ahead.unwrap_or_default()).unwrap_or(now);
    let lists = ppw.lists(last_of_each(open.rows), (is_full, since), server_now, sink).await?;

    let mut run = Run {
        ppw,
        sink,
        memory: &mut memory,
        failed: 0,
        failures: Failures::default(),
        got: 0,
        gone: 0,
        expected: 0,
        batch: RawBatch::default(),
    };
    run.memory_of_open(&lists.open, is_full);
    mark::tell(ppw, run.memory, &lists.open, run.sink).await?;
    let wanted = run.wanted(&lists).await?;
    run.orders(wanted).await?;
    run.cancelled(&lists).await?;
    run.hand_over().await?;
    let list = match run.failed {
        // One or two may have vanished since they were listed. So many cannot: whatever PPW says, it is a bad day.
        0 if run.gone > FEW && run.gone > run.got => {
            List::Partial(format!("PPW did not hand over {} of its orders", run.gone))
        }
        0 => List::Complete,
        1 => List::Partial("one order could not be fetched".to_owned()),
        failed => List::Partial(format!("{failed} orders could not be fetched")),
    };
    Ok(Fetched { list, server_ahead, memory: memory.to_value() })
}

impl Ppw {
    async fn lists(
        &self,
        open: Rows,
        (is_full, since): (bool, Option<Timestamp>),
        server_now: Timestamp,
        sink: &mut dyn Sink,
    ) -> Result<Lists, ConnectError> {
        let mut changed = None;
        let mut updates = Rows::new();
        if let Some(since) = since.map(Timestamp::as_second) {
            // The updates name some fields only; that an order has changed in any way, the list of open orders says.
            let mut ids: HashSet<u64> = if is_full {
                self.list(Event::AllOrders(Some(since)), sink).await?.rows.iter().map(|row| row.id).collect()
            } else {
                open.iter().map(|row| row.id).collect()
            };
            updates = self.list(Event::Updates(since), sink).await?.rows;
            ids.extend(updates.iter().map(|row| row.id));
            changed = Some(ids);
        }
        // A Full Import asks as far back as it can: what was cancelled counts as seen, and stays in the list so long.
        let earliest = server_now.saturating_sub(CANCELLED).unwrap_or(server_now);
        let from = since.filter(|_| !is_full).map_or(earliest, |since| since.max(earliest));
        let mut cancelled = last_of_each(self.list(Event::Cancelled(from.as_second()), sink).await?.rows);
        let is_open: HashSet<u64> = open.iter().map(|row| row.id).collect();
        cancelled.retain(|row| !is_open.contains(&row.id));
        Ok(Lists { open, changed, updates, cancelled })
    }
}

/// One row for each order, the last one, at the place of the first.
fn last_of_each(rows: Rows) -> Rows {
    let mut places: HashMap<u64, usize> = HashMap::with_capacity(rows.len());
    let mut kept = Rows::with_capacity(rows.len());
    for row in rows {
        if let Some(place) = places.get(&row.id) {
            kept[*place] = row;
        } else {
            places.insert(row.id, kept.len());
            kept.push(row);
        }
    }
    kept
}

/// One import on its way.
struct Run<'a> {
    ppw: &'a Ppw,
    sink: &'a mut dyn Sink,
    memory: &'a mut Memory,
    failed: u64,
    failures: Failures,
    /// Orders that PPW handed over, and those of which it said that it would not.
    got: u64,
    gone: u64,
    /// How many orders will come in all.
    expected: u64,
    batch: RawBatch,
}

impl Run<'_> {
    /// What is remembered of orders that are no longer open is forgotten.
    fn memory_of_open(&mut self, open: &Rows, is_full: bool) {
        if is_full {
            let ids: HashSet<u64> = open.iter().map(|row| row.id).collect();
            self.memory.keep_only(|id| ids.contains(&id));
        }
    }

    fn expect(&mut self, orders: u64) {
        self.expected = orders;
        self.sink.expect(orders);
    }

    /// The orders to be fetched. Those of the list that look as they did the last time and have not changed are not.
    async fn wanted(&mut self, lists: &Lists) -> Result<Vec<Want>, ConnectError> {
        let mut updates: HashMap<u64, &Row> = HashMap::new();
        for row in &lists.updates {
            let kept = updates.entry(row.id).or_insert(row);
            if row.returned.is_some() || kept.returned.is_none() {
                *kept = row;
            }
        }
        let mut wanted = Vec::new();
        let mut asked: Vec<&Row> = Vec::new();
        for row in &lists.open {
            let returned = updates.remove(&row.id).and_then(|update| update.returned.clone());
            let may_be_known = lists.changed.as_ref().is_some_and(|changed| !changed.contains(&row.id));
            let class = self.memory.is_mcs(row.id);
            if may_be_known && class.is_some_and(|is_mcs| !self.ppw.only.wants(is_mcs)) {
                continue;
            }
            // Whose order it is, must have been seen; it may have been imported before that mattered.
            if may_be_known && (class.is_some() || self.ppw.only == super::Only::All) {
                asked.push(row);
            } else {
                wanted.push(Want { row: Row { returned, ..row.clone() }, is_listed: true });
            }
        }
        // What was cancelled meanwhile has nothing left to fetch.
        let cancelled: HashSet<u64> = lists.cancelled.iter().map(|row| row.id).collect();
        let mut others: Vec<&Row> = updates.into_values().filter(|row| !cancelled.contains(&row.id)).collect();
        others.sort_by_key(|row| row.id);
        wanted.extend(others.into_iter().map(|row| Want { row: row.clone(), is_listed: false }));
        self.expect((wanted.len() + asked.len() + lists.cancelled.len()) as u64);
        self.ask_for_known(&asked, &mut wanted).await?;
        Ok(wanted)
    }

    async fn ask_for_known(&mut self, asked: &[&Row], wanted: &mut Vec<Want>) -> Result<(), ConnectError> {
        let mut entries = RawBatch::default();
        for rows in asked.chunks(512) {
            entries.clear();
            for row in rows {
                entries.push(&row.entry());
            }
            let known = self.sink.known(&entries).await?;
            let unknown = rows.iter().zip(known).filter(|(_, known)| !known);
            wanted.extend(unknown.map(|(row, _)| Want { row: (*row).clone(), is_listed: true }));
        }
        Ok(())
    }

    /// Fetches the orders, a few at a time, and hands them over in the order of the list.
    async fn orders(&mut self, wanted: Vec<Want>) -> Result<(), ConnectError> {
        let ppw = self.ppw;
        let mut wanted = wanted.into_iter();
        let mut running = FuturesOrdered::new();
        loop {
            while running.len() < AT_ONCE
                && let Some(want) = wanted.next()
            {
                running.push_back(async move { (ppw.order(want.row.id).await, want) });
            }
            match running.next().await {
                Some((got, want)) => self.take(got, want).await?,
                None => return Ok(()),
            }
        }
    }

    async fn take(&mut self, got: Result<Got, ConnectError>, want: Want) -> Result<(), ConnectError> {
        let number = want.row.number();
        let key = want.row.id.to_string();
        match got {
            Ok(Got::Order(order)) => {
                self.failures.reset();
                let says = wire::Says::of(&order);
                if says.report_id.as_ref().is_none_or(|id| *id == key) {
                    self.got += 1;
                    self.deliver(want, says, &order).await?;
                } else {
                    self.failed += 1;
                    self.sink.passed_over(&key, format!("{number} was asked for, but PPW sent another order"));
                }
            }
            Ok(Got::Gone(words)) => {
                self.failures.reset();
                self.gone += 1;
                let said = if words.is_empty() { String::new() } else { format!("; PPW says: {words}") };
                let reason = format!("{number} is in PPW's list, but PPW does not hand it over{said}");
                self.sink.passed_over(&key, reason);
            }
            Ok(Got::Bad(why)) => {
                self.failures.reset();
                self.sink.passed_over(&key, format!("{number} cannot be read: {why}"));
            }
            Err(error) => {
                let error = self.failures.add(error)?;
                self.failed += 1;
                self.sink.passed_over(&key, format!("{number} could not be fetched: {error}"));
            }
        }
        Ok(())
    }

    async fn deliver(&mut self, want: Want, says: wire::Says, order: &RawValue) -> Result<(), ConnectError> {
        let Want { mut row, is_listed } = want;
        self.memory.put(row.id, says.is_mcs);
        if !self.ppw.only.wants(says.is_mcs) {
            self.expect(self.expected.saturating_sub(1));
            return Ok(());
        }
        if !is_listed && let Some(status) = says.status {
            // The row of an update need not say what the list would.
            row.wo_status = status;
        }
        let raw = wire::raw(&row, Some(order));
        if self.ppw.settings.mark_imported
            && row.wo_status.eq_ignore_ascii_case("unread")
            && wire::makes_a_project(&raw)
        {
            self.memory.mark.insert(row.id);
        }
        self.batch.push_for(&row.entry(), &raw);
        if self.batch.len() >= TOGETHER || self.batch.is_full() {
            self.hand_over().await?;
        }
        Ok(())
    }

    /// What was cancelled.
    async fn cancelled(&mut self, lists: &Lists) -> Result<(), ConnectError> {
        for row in &lists.cancelled {
            self.batch.push(&wire::raw(row, None));
            if self.batch.is_full() {
                self.hand_over().await?;
            }
        }
        Ok(())
    }

    async fn hand_over(&mut self) -> Result<(), ConnectError> {
        if !self.batch.is_empty() {
            self.sink.batch(&self.batch).await?;
            self.batch.clear();
        }
        Ok(())
    }
}
