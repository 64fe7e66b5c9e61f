//! A sink for tests of connectors: it keeps what it is given.

use std::collections::HashSet;

use async_trait::async_trait;

use super::{ConnectError, RawBatch, Sink};
use crate::model::OrderProblem;

/// What came.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The orders, as texts.
    pub(super) orders: Vec<String>,
    /// By what each of them is known again.
    pub(super) hashes: Vec<u128>,
    pub(super) lost: Vec<OrderProblem>,
    /// Key and reason.
    pub(super) passed_over: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
    pub(super) expected: Option<u64>,
    pub(super) restarts: u32,
    pub(super) received: u64,
    /// What is known already.
    pub(super) known: HashSet<u128>,
    /// How many were known.
    pub(super) skipped: u64,
    /// It takes nothing.
    pub(super) full: bool,
}

#[async_trait]
impl Sink for Kept {
    async fn batch(&mut self, batch: &RawBatch) -> Result<(), ConnectError> {
        if self.full {
            return Err(ConnectError::Sink);
        }
        self.orders.extend(batch.iter().map(|raw| String::from_utf8_lossy(raw).into_owned()));
        self.hashes.extend(batch.hashes());
        Ok(())
    }

    async fn known(&mut self, entries: &RawBatch) -> Result<Vec<bool>, ConnectError> {
        let known: Vec<bool> = entries.hashes().iter().map(|hash| self.known.contains(hash)).collect();
        self.skipped += known.iter().filter(|known| **known).count() as u64;
        Ok(known)
    }

    fn passed_over(&mut self, key: &str, reason: String) {
        self.passed_over.push((key.to_owned(), reason));
    }

    fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    fn expect(&mut self, orders: u64) {
        self.expected = Some(orders);
    }

    fn lost(&mut self, problem: OrderProblem) {
        self.lost.push(problem);
    }

    fn received(&mut self, bytes: u64) {
        self.received += bytes;
    }

    fn restart(&mut self) {
        self.restarts += 1;
        self.orders.clear();
        self.hashes.clear();
        self.lost.clear();
        self.passed_over.clear();
    }
}
