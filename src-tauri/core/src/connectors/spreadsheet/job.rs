//! Reading files, away from the asynchronous world: which of them, all their rows, and the orders to whoever waits for
//! them. Whoever stops waiting stops the reading.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use super::files::{self, Found, being_written, no_file};
use super::gather::Gathered;
use super::layout::Rules;
use super::memory::Memory;
use super::record::{self, RowKind};
use super::survey::survey;
use super::table::Table;
use crate::connectors::{ConnectError, RawBatch};
use crate::model::OrderProblem;

/// Whether somebody still waits for the reading.
#[derive(Debug, Clone)]
pub(super) struct Alive(Weak<()>);

impl Alive {
    /// For as long as the token lives.
    pub(super) fn with(token: &Arc<()>) -> Self {
        Self(Arc::downgrade(token))
    }

    /// Fails when nobody waits any more; nobody sees that error either.
    pub(super) fn check(&self) -> Result<(), ConnectError> {
        if self.0.strong_count() == 0 { Err(ConnectError::Sink) } else { Ok(()) }
    }
}

/// Whether to go on with the next row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    On,
    Enough,
}

/// What comes of reading.
#[derive(Debug)]
pub(super) enum Event {
    Orders(RawBatch),
    Lost(OrderProblem),
    Note(String),
    Expect(u64),
    Received(u64),
}

/// What is read, and how.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) pattern: String,
    pub(super) rules: Arc<Rules>,
    /// Where rows are kept for a moment.
    pub(super) folder: PathBuf,
    /// For how long a file must have stayed the same.
    pub(super) patience: Duration,
}

/// The files that fit, the oldest first; apart from them the names of those that somebody is still writing.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) ready: Vec<Found>,
    pub(super) unfinished: Vec<String>,
}

impl Source {
    /// Lists the files, and waits for those that were written a moment ago: whoever saves a file and presses a button
    /// wants that file to be read.
    pub(super) async fn files(&self) -> Result<Files, ConnectError> {
        let files = self.list().await?;
        if !files.iter().any(|file| file.is_young(SystemTime::now(), self.patience)) {
            return Ok(Files { ready: files, unfinished: Vec::new() });
        }
        tokio::time::sleep(self.patience).await;
        let mut sorted = Files::default();
        for file in self.list().await? {
            let is_old = !file.is_young(SystemTime::now(), self.patience);
            if is_old || files.contains(&file) {
                sorted.ready.push(file);
            } else {
                sorted.unfinished.push(file.name);
            }
        }
        Ok(sorted)
    }

    async fn list(&self) -> Result<Vec<Found>, ConnectError> {
        let (path, pattern) = (self.path.clone(), self.pattern.clone());
        blocking(move || files::list(&path, &pattern)).await
    }

    /// Opens a file and finds its headers. Its hash comes with it.
    pub(super) fn open(&self, found: &Found, alive: &Alive) -> Result<(Table, String), ConnectError> {
        let mut file = found.open()?;
        let survey = survey(found, &mut file, alive)?;
        Ok((Table::open(found, file, &survey, &self.rules, alive)?, survey.sha))
    }
}

/// Runs what blocks on a thread for it. A library that gives up on a damaged file does not take the program along.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConnectError> + Send + 'static,
) -> Result<T, ConnectError> {
    let damaged = |_| ConnectError::BadFile("a file is damaged in a way that it cannot be read".to_owned());
    tokio::task::spawn_blocking(work).await.map_err(damaged)?
}

/// The newest file, which must be there and finished.
pub(super) fn newest(mut files: Files) -> Result<(Found, Vec<Found>), ConnectError> {
    if let Some(name) = files.unfinished.pop() {
        return Err(being_written(&name));
    }
    let newest = files.ready.pop().ok_or_else(none)?;
    if newest.is_ahead(SystemTime::now()) {
        return Err(no_file(&format!(
            "the time of {} lies in the future, so nobody can say which file is the newest; set the clock and save it again",
            newest.name
        )));
    }
    Ok((newest, files.ready))
}

/// Says that no file fits.
pub(super) fn none() -> ConnectError {
    no_file("there is no file in the folder that fits; save the list there first")
}

/// Fails unless everything that an order needs has a column.
pub(super) fn check_columns(table: &Table) -> Result<(), ConnectError> {
    let missing = table.layout().missing();
    if missing.is_empty() {
        return Ok(());
    }
    Err(bad_file(
        &table.name,
        &format!(
            "it has no column for: {}; add it to the list in the client system, or say in the mapping which column it is",
            missing.join(", ")
        ),
    ))
}

/// Says what is wrong with a file.
pub(super) fn bad_file(name: &str, why: &str) -> ConnectError {
    ConnectError::BadFile(format!("{name} cannot be used: {why}"))
}

/// Reads files, one after the other, and hands out their orders.
pub(super) struct Job {
    pub(super) source: Source,
    pub(super) files: Vec<Found>,
    pub(super) memory: Memory,
    /// Whether what was read before is passed over.
    pub(super) only_new: bool,
    /// Whether one file that cannot be read keeps the others from being read.
    pub(super) needs_all: bool,
    pub(super) alive: Alive,
    pub(super) events: mpsc::Sender<Event>,
}

/// How a reading ended.
#[derive(Debug)]
pub(super) struct Done {
    /// What to remember.
    pub(super) memory: Memory,
    /// The first file that could not be read, if others could.
    pub(super) unread: Option<String>,
}

impl Job {
    /// Reads all of them.
    pub(super) fn run(mut self) -> Result<Done, ConnectError> {
        let mut gathered = Gathered::new(&self.source.folder);
        let mut has_read = false;
        let mut unread: Vec<(String, ConnectError)> = Vec::new();
        for found in std::mem::take(&mut self.files) {
            if self.only_new && self.memory.knows(&found) {
                continue;
            }
            gathered.mark();
            match self.take(&found, &mut gathered) {
                Ok(()) => has_read = true,
                // It is not remembered, so it is tried again the next time.
                Err(error) if !self.needs_all && !matches!(error, ConnectError::Sink) => {
                    gathered.back()?;
                    unread.push((found.name, error));
                }
                Err(error) => return Err(error),
            }
        }
        if !has_read && !unread.is_empty() {
            return Err(unread.swap_remove(0).1);
        }
        for (_, error) in &unread {
            self.lost(error.to_string())?;
        }
        self.send(Event::Expect(gathered.orders() as u64))?;
        self.hand_out(gathered)?;
        Ok(Done { memory: self.memory, unread: unread.into_iter().next().map(|(name, _)| name) })
    }

    /// Takes the rows of a file, unless they were read before, and remembers it.
    fn take(&mut self, found: &Found, gathered: &mut Gathered) -> Result<(), ConnectError> {
        let mut file = found.open()?;
        let survey = survey(found, &mut file, &self.alive)?;
        if !(self.only_new && self.memory.knows_content(&survey.sha)) {
            let mut table = Table::open(found, file, &survey, &self.source.rules, &self.alive)?;
            check_columns(&table)?;
            self.read(&mut table, gathered)?;
            table.check_same(found)?;
            for doubt in table.doubts() {
                self.lost(format!("{}: {doubt}", found.name))?;
            }
            if let Some(advice) = table.advice() {
                self.send(Event::Note(advice))?;
            }
            self.send(Event::Received(found.len))?;
        }
        self.memory.add(found, &survey.sha);
        Ok(())
    }

    fn read(&self, table: &mut Table, gathered: &mut Gathered) -> Result<(), ConnectError> {
        let name = table.name.clone();
        let mut lost = |place: u64, why: &str| self.lost(format!("row {place} of {name}: {why}"));
        gather(table, &self.alive, gathered, &mut lost, usize::MAX)
    }

    fn hand_out(&self, gathered: Gathered) -> Result<(), ConnectError> {
        let mut batch = RawBatch::default();
        gathered.each(&mut |order| {
            if let Some(order) = order {
                batch.push(order);
            } else {
                self.lost("an order is over 4 MiB".to_owned())?;
            }
            if batch.is_full() {
                self.send(Event::Orders(std::mem::take(&mut batch)))?;
            }
            Ok(Step::On)
        })?;
        if batch.is_empty() { Ok(()) } else { self.send(Event::Orders(batch)) }
    }

    fn lost(&self, reason: String) -> Result<(), ConnectError> {
        self.send(Event::Lost(OrderProblem { number: None, reason }))
    }

    fn send(&self, event: Event) -> Result<(), ConnectError> {
        self.events.blocking_send(event).map_err(|_| ConnectError::Sink)
    }
}

/// Puts the rows of a table into orders, the first `most` rows of it. `lost` is told of rows that hold an order whose
/// number cannot be read.
pub(super) fn gather(
    table: &mut Table,
    alive: &Alive,
    gathered: &mut Gathered,
    lost: &mut dyn FnMut(u64, &str) -> Result<(), ConnectError>,
    most: usize,
) -> Result<(), ConnectError> {
    gathered.next_file(record::frame(table.layout()));
    let is_1904 = table.is_1904();
    let name = table.name.clone();
    let mut bytes = Vec::new();
    let mut left = most;
    table.rows(alive, &mut |layout, row| {
        if left == 0 {
            return Ok(Step::Enough);
        }
        left -= 1;
        if row.too_large {
            lost(row.place, "it is over 4 MiB")?;
            return Ok(Step::On);
        }
        let kind = record::kind_of(layout, row);
        if let RowKind::Order(_) | RowKind::Task = kind {
            bytes.clear();
            record::write(&mut bytes, layout, row, is_1904)
                .map_err(|error| bad_file(&name, &format!("a row cannot be handed on: {error}")))?;
        }
        match kind {
            RowKind::Order(key) => gathered.add(&key, &bytes)?,
            RowKind::Task if gathered.add_to_last(&bytes)? => {}
            RowKind::Task => lost(row.place, "its number is missing")?,
            RowKind::Nameless(why) => lost(row.place, why)?,
            RowKind::Nothing => {}
        }
        Ok(Step::On)
    })
}
