//! Telling PPW that orders were received, if the office wants that. It changes the order at the client, so it is done only
//! for orders that are in the list for good: those that an earlier import remembered in the transaction that added them.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;

use super::Ppw;
use super::memory::Memory;
use super::row::Rows;
use crate::connectors::details::AT_ONCE;
use crate::connectors::{ConnectError, Sink};

/// Failures in a row after which nothing more is asked.
const TOO_MANY: u32 = 3;

/// Tells PPW of the orders that wait for it, as far as the list of open orders does not say that somebody was faster.
/// What fails is noted, and no reason for the import to fail; what may pass waits for the next import.
pub(super) async fn tell(ppw: &Ppw, memory: &mut Memory, open: &Rows, sink: &mut dyn Sink) -> Result<(), ConnectError> {
    if !ppw.settings.mark_imported {
        memory.mark.clear();
    }
    if ppw.looks_only {
        // Whoever only looks changes nothing at the client. They wait for the next import.
        return Ok(());
    }
    let statuses: HashMap<u64, &str> = open.iter().map(|row| (row.id, row.wo_status.as_str())).collect();
    let is_unread = |id: u64| statuses.get(&id).is_none_or(|status| status.eq_ignore_ascii_case("unread"));
    let mut waiting = std::mem::take(&mut memory.mark).into_iter().filter(|id| is_unread(*id));
    let mut running = FuturesOrdered::new();
    let mut failures = Failures::default();
    loop {
        while running.len() < AT_ONCE
            && let Some(id) = waiting.next()
        {
            running.push_back(async move { (id, ppw.mark(id).await) });
        }
        let Some((id, outcome)) = running.next().await else { break };
        match outcome {
            Ok(None) => failures.in_a_row = 0,
            Ok(Some(words)) => {
                failures.add(if words.is_empty() { "PPW refused".to_owned() } else { format!("PPW says: {words}") });
                failures.in_a_row = 0;
            }
            Err(error @ ConnectError::WrongCredentials { .. }) => return Err(error),
            Err(error) => {
                memory.mark.insert(id);
                failures.add(error.to_string());
                if failures.in_a_row >= TOO_MANY {
                    memory.mark.extend(waiting.by_ref());
                }
            }
        }
    }
    if let Some(first) = failures.first {
        let count = failures.count;
        let orders = if count == 1 { "one order was".to_owned() } else { format!("{count} orders were") };
        sink.note(format!("PPW could not be told that {orders} received: {first}."));
    }
    Ok(())
}

/// What went wrong on the way.
#[derive(Default)]
struct Failures {
    count: u64,
    in_a_row: u32,
    first: Option<String>,
}

impl Failures {
    fn add(&mut self, why: String) {
        self.count += 1;
        self.in_a_row += 1;
        self.first.get_or_insert(why);
    }
}
