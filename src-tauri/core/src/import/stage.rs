//! Taking in what a connector fetches, outside the live tables: what is known by its hash is skipped unread, the rest is
//! read and spooled. Memory grows only with the keys that were seen.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;

use async_trait::async_trait;
use xxhash_rust::xxh3::xxh3_128;

use super::progress::Reporter;
use super::spool::{Spool, SpoolReader, Spooled};
use crate::connectors::{ConnectError, Connector, DecodeError, RawBatch, Sink};
use crate::error::{Error, ErrorCode};
use crate::model::{Field, ImportKind, OrderProblem, WorkOrder};
use crate::store::integrations::Record;
use crate::store::{Store, StoreError, imports::MAX_PROBLEMS, sync};

/// A Refresh asks for hashes batch by batch until so many orders came. Then, and for a Full Import from the start, all
/// are loaded at once, which costs as much as asking for an eighth of them.
const FEW: u32 = 16_384;
/// How much a connector may say beside the orders.
const MOST_NOTES: usize = 20;

/// What was wrong with single orders: the first thousand, and how many in all.
#[derive(Debug, Clone, Default)]
pub(super) struct Problems {
    pub(super) first: Vec<OrderProblem>,
    pub(super) count: u64,
}

impl Problems {
    pub(super) fn add(&mut self, number: Option<&str>, reason: impl Into<String>) {
        self.count += 1;
        if self.first.len() < MAX_PROBLEMS {
            self.first.push(OrderProblem { number: number.map(str::to_owned), reason: reason.into() });
        }
    }
}

/// A list that was taken in.
#[derive(Debug)]
pub(super) struct Stage {
    spool: Spool,
    /// Projects that were skipped by hash, and the place of their order in the list.
    skipped: HashMap<i64, u32>,
    /// Keys that were read, as hashes, and the place of the last order with that key.
    seen: HashMap<u128, u32>,
    spooled: u64,
    /// Orders so far.
    pub(super) orders: u32,
    pub(super) problems: Problems,
    /// Orders that cannot be imported for what is wrong with them.
    pub(super) bad: u64,
    /// The keys of the orders that could not be had: their projects are read again the next time (import rule 20).
    pub(super) passed_over: Vec<String>,
    /// Whether every order had a key that can be read.
    pub(super) every_key_known: bool,
    /// What the connector found worth knowing.
    pub(super) notes: Vec<String>,
}

impl Stage {
    fn new(folder: &std::path::Path) -> std::io::Result<Self> {
        Ok(Self {
            spool: Spool::new(folder)?,
            skipped: HashMap::new(),
            seen: HashMap::new(),
            spooled: 0,
            orders: 0,
            problems: Problems::default(),
            bad: 0,
            passed_over: Vec::new(),
            every_key_known: true,
            notes: Vec::new(),
        })
    }

    /// The orders to apply, superseded ones included.
    pub(super) fn read(&mut self) -> std::io::Result<SpoolReader> {
        self.spool.read()
    }

    /// How many orders wait to be applied, superseded ones included.
    pub(super) fn spooled(&self) -> u64 {
        self.spooled
    }

    /// How many orders were skipped by hash.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped.len() as u64
    }

    /// The place in the list of the order by which that project was skipped.
    pub(super) fn skipped_at(&self, project: i64) -> Option<u32> {
        self.skipped.get(&project).copied()
    }

    /// Whether that order came later in the list once more.
    pub(super) fn is_superseded(&self, order: &WorkOrder<'_>, place: u32) -> bool {
        self.last_place(&identity(order)) != Some(place)
    }

    /// The place of the last order that was read with that key.
    fn last_place(&self, key: &str) -> Option<u32> {
        self.seen.get(&xxh3_128(key.as_bytes())).copied()
    }

    /// Whether the list holds that project.
    pub(super) fn holds(&self, project: i64, key: &str) -> bool {
        self.skipped.contains_key(&project) || self.last_place(key).is_some()
    }

    fn see(&mut self, key: &str, place: u32) {
        self.seen.insert(xxh3_128(key.as_bytes()), place);
    }

    /// An order that cannot be had although its key is known counts as seen (import rule 4).
    fn pass_over(&mut self, key: &str, reason: String, place: u32) {
        self.see(key, place);
        self.passed_over.push(key.to_owned());
        self.problems.add(Some(key), reason);
        self.bad += 1;
    }

    fn skip(&mut self, project: i64, place: u32) {
        if self.skipped.insert(project, place).is_some() {
            self.problems.add(None, "an order is in the list more than once, the same each time");
            self.bad += 1;
        }
    }
}

/// Which orders are known by their hashes.
#[derive(Debug)]
pub(super) enum Known {
    /// None: every order is read.
    Nothing,
    /// Asked for batch by batch.
    Asked,
    /// All, once the list has turned out to be long. Empty until they are loaded.
    All(Option<HashMap<u128, i64>>),
}

impl Known {
    /// As suits such an import.
    pub(super) fn of(kind: ImportKind) -> Self {
        match kind {
            ImportKind::FullImport => Self::All(None),
            ImportKind::Refresh => Self::Asked,
        }
    }
}

/// Takes in what a connector fetches.
pub(super) struct Intake<'a> {
    stage: Stage,
    folder: PathBuf,
    store: &'a Store,
    connector: &'a dyn Connector,
    reporter: &'a mut Reporter,
    integration: &'a Record,
    /// Whether its type tells who work is assigned to; what one says that does not is not taken.
    assigns: bool,
    known: Known,
    /// Why it could not go on, if the connector was told [`ConnectError::Sink`].
    failure: Option<Error>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(
        folder: PathBuf,
        store: &'a Store,
        connector: &'a dyn Connector,
        reporter: &'a mut Reporter,
        (integration, assigns, known): (&'a Record, bool, Known),
    ) -> std::io::Result<Self> {
        let stage = Stage::new(&folder)?;
        Ok(Self { stage, folder, store, connector, reporter, integration, assigns, known, failure: None })
    }

    /// What was taken in, or why it could not be.
    pub(super) fn finish(self) -> Result<Stage, Error> {
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(self.stage),
        }
    }

    async fn take(&mut self, batch: &RawBatch) -> Result<(), Error> {
        let known = self.lookup(batch.hashes()).await?;
        let known = known.into_iter().zip(batch.fetched());
        for ((raw, hash), (project, fetched)) in batch.iter().zip(batch.hashes()).zip(known) {
            let place = self.stage.orders;
            self.stage.orders += 1;
            match project {
                Some(project) if !fetched => self.stage.skip(project, place),
                _ => self.read(raw, *hash, place)?,
            }
        }
        self.reporter.advance(0, batch.len() as u64);
        Ok(())
    }

    /// Which of these entries need no fetching; they count as received.
    async fn skip_known(&mut self, entries: &RawBatch) -> Result<Vec<bool>, Error> {
        let known = self.lookup(entries.hashes()).await?;
        let mut skipped = 0;
        for project in known.iter().flatten() {
            self.stage.skip(*project, self.stage.orders);
            self.stage.orders += 1;
            skipped += 1;
        }
        self.reporter.advance(0, skipped);
        Ok(known.iter().map(Option::is_some).collect())
    }

    /// The projects that were last written from orders with these hashes.
    async fn lookup(&mut self, hashes: &[u128]) -> Result<Vec<Option<i64>>, StoreError> {
        let (db, integration, epoch) = (self.store.reader(), self.integration.id, self.integration.merge_epoch);
        let by_hash = |(project, hash)| (hash, project);
        if matches!(self.known, Known::All(None)) || (matches!(self.known, Known::Asked) && self.stage.orders >= FEW) {
            let all = sync::all_hashes(db, integration, epoch).await?;
            self.known = Known::All(Some(all.into_iter().map(by_hash).collect()));
        }
        let asked: HashMap<u128, i64>;
        let known = match &self.known {
            Known::All(Some(all)) => all,
            Known::Nothing => return Ok(vec![None; hashes.len()]),
            Known::All(None) | Known::Asked => {
                asked = sync::by_hash(db, integration, epoch, hashes).await?.into_iter().map(by_hash).collect();
                &asked
            }
        };
        Ok(hashes.iter().map(|hash| known.get(hash).copied()).collect())
    }

    fn read(&mut self, raw: &[u8], hash: u128, place: u32) -> Result<(), Error> {
        match self.connector.decode(raw) {
            Ok(mut order) => {
                if !self.assigns {
                    order.fields[Field::AssignedTo] = None;
                }
                order.code.take_if(|code| self.integration.code.as_str().eq_ignore_ascii_case(code));
                self.stage.see(&identity(&order), place);
                self.stage.spooled += 1;
                self.stage.spool.push(&Spooled { place, hash, order }).map_err(|error| spool_error(&error))
            }
            Err(DecodeError::Bad { key, reason }) => {
                self.stage.pass_over(&key, reason, place);
                Ok(())
            }
            Err(DecodeError::NoKey(reason)) => {
                self.lost(OrderProblem { number: None, reason });
                Ok(())
            }
            Err(DecodeError::Damaged(reason)) => Err(Error::new(
                ErrorCode::NotUnderstood,
                format!("The list is damaged: {reason}. Nothing was changed."),
            )),
        }
    }
}

#[async_trait]
impl Sink for Intake<'_> {
    async fn batch(&mut self, batch: &RawBatch) -> Result<(), ConnectError> {
        self.take(batch).await.map_err(|failure| {
            self.failure = Some(failure);
            ConnectError::Sink
        })
    }

    async fn known(&mut self, entries: &RawBatch) -> Result<Vec<bool>, ConnectError> {
        self.skip_known(entries).await.map_err(|failure| {
            self.failure = Some(failure);
            ConnectError::Sink
        })
    }

    fn passed_over(&mut self, key: &str, reason: String) {
        self.stage.pass_over(key, reason, self.stage.orders);
        self.stage.orders += 1;
        self.reporter.advance(0, 1);
    }

    fn note(&mut self, note: String) {
        if self.stage.notes.len() < MOST_NOTES {
            self.stage.notes.push(note);
        }
    }

    fn expect(&mut self, orders: u64) {
        self.reporter.expect(orders);
    }

    fn lost(&mut self, problem: OrderProblem) {
        self.stage.problems.add(problem.number.as_deref(), problem.reason);
        self.stage.bad += 1;
        self.stage.every_key_known = false;
    }

    fn received(&mut self, bytes: u64) {
        self.reporter.advance(bytes, 0);
    }

    fn restart(&mut self) {
        match Stage::new(&self.folder) {
            Ok(stage) => self.stage = stage,
            Err(error) => self.failure = Some(spool_error(&error)),
        }
        self.reporter.restart();
    }
}

/// What an order is within a list: its key, and if it is filed elsewhere, where.
fn identity<'a>(order: &'a WorkOrder<'_>) -> Cow<'a, str> {
    match &order.code {
        None => Cow::Borrowed(&order.key),
        // No key holds a control character, as keys are trimmed texts of one line.
        Some(code) => Cow::Owned(format!("{}\0{}", code.to_uppercase(), order.key)),
    }
}

/// The temporary file could not be used.
pub(super) fn spool_error(error: &std::io::Error) -> Error {
    Error::new(ErrorCode::Io, format!("The list could not be kept for a moment in the data folder: {error}"))
}
