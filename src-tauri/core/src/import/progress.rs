//! How far an import is: a stream of small events that any front end can watch.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::broadcast;

use super::live::Live;
use crate::model::{ImportKind, IntegrationCode};

/// Events of the same phase follow each other at most this often.
const PACE: Duration = Duration::from_millis(100);

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Waits for its turn.
    Waiting,
    /// Asks the client system.
    Connecting,
    /// Receives the list.
    Receiving,
    /// Changes the projects, in one go.
    Applying,
    /// Has been fetched, and waits for somebody to look at what it would do.
    Previewed,
    /// Has ended; the record says how.
    Ended,
}

/// One event.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Progress {
    /// The import.
    pub import: i64,
    /// The code of its integration.
    pub code: IntegrationCode,
    /// Refresh or Full Import.
    pub kind: ImportKind,
    /// Counts the events of this import from 1. A higher one is newer.
    pub sequence: u64,
    /// What it is doing.
    pub phase: Phase,
    /// Bytes received.
    pub bytes: u64,
    /// Orders received, or in [`Phase::Applying`] orders worked on.
    pub orders: u64,
    /// How many orders there are to work on, once that is known.
    pub total: Option<u64>,
}

/// Tells those who watch.
#[derive(Debug)]
pub(super) struct Reporter {
    sender: broadcast::Sender<Progress>,
    live: Arc<Live>,
    now: Progress,
    told: Option<Instant>,
}

impl Reporter {
    pub(super) fn new(
        (sender, live): (broadcast::Sender<Progress>, Arc<Live>),
        import: i64,
        code: IntegrationCode,
        kind: ImportKind,
    ) -> Self {
        let now = Progress { import, code, kind, sequence: 0, phase: Phase::Waiting, bytes: 0, orders: 0, total: None };
        Self { sender, live, now, told: None }
    }

    /// A new phase; told at once.
    pub(super) fn phase(&mut self, phase: Phase, total: Option<u64>) {
        self.now.phase = phase;
        self.now.total = total;
        if phase == Phase::Applying {
            self.now.orders = 0;
        }
        self.tell();
    }

    /// More was received or worked on; told at a bearable pace.
    pub(super) fn advance(&mut self, bytes: u64, orders: u64) {
        self.now.bytes += bytes;
        self.now.orders += orders;
        if self.told.is_none_or(|told| told.elapsed() >= PACE) {
            self.tell();
        }
    }

    /// So many orders will come in all; told with the next step.
    pub(super) fn expect(&mut self, orders: u64) {
        self.now.total = Some(orders);
    }

    /// What was received does not count: it begins again.
    pub(super) fn restart(&mut self) {
        self.now.bytes = 0;
        self.now.orders = 0;
        self.now.total = None;
        self.tell();
    }

    fn tell(&mut self) {
        self.now.sequence += 1;
        self.told = Some(Instant::now());
        self.live.note(&self.now);
        // Nobody watching is fine.
        let _ = self.sender.send(self.now.clone());
    }
}
