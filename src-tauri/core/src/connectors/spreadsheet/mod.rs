//! Spreadsheets: a file, or the files of a folder, in which a client system's list of work orders was saved.
//! Here are the settings and the order in which files are read. Which files: `files`, `memory`; what a file is: `survey`,
//! `archive`, `encoding`; its rows: `csv`, `xlsx`, `row`, `table`; which column is what: `target`, `presets`, `saved`, `layout`;
//! what rows become: `record`, `convert`, `gather`; the thread that does it: `job`; the first rows of it: `look`.

mod archive;
mod convert;
mod csv;
mod encoding;
mod files;
mod gather;
mod job;
mod layout;
mod look;
mod memory;
mod presets;
mod record;
mod row;
pub(crate) mod saved;
mod survey;
mod table;
mod target;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod xlsx;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc;
use xxhash_rust::xxh3::xxh3_128;

use super::{
    Ask, Capabilities, ConnectError, Connection, Connector, DecodeError, Descriptor, Fetched, FieldError, Guide, List,
    Look, SettingsSchema, Sink, parse,
};
use crate::model::WorkOrder;

use super::typed_path::typed_path;
use job::{Alive, Done, Event, Files, Job, Source, Step, bad_file, blocking, check_columns, newest, none};
use layout::{Own, Rules};
use memory::Memory;

/// 2: the first day of .NET is no date.
pub(super) const MAPPING_VERSION: i64 = 2;

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: "spreadsheet",
    title: "Spreadsheet",
    about: "Lists of work orders that were saved as Excel or CSV files, one file or all in a folder.",
    guide: Guide {
        covers: "Every client system whose list can be saved as a spreadsheet: exports of Pruvan Online, PPW, MCS \
                 (Vendor360), XactPRM, First Allegiance, Safeguard and InspectorADE are known by their headers, and any \
                 other list with a column for the number of the work order and columns for the address can be read.",
        needs: "A file (.xlsx or .csv), or a folder on this computer or a network drive into which such files are saved.",
        credentials: "No credentials are needed. Save the list in the client system's own window with its Export button.",
        limits: "A list is as new as the last file. A Full Import removes nothing, unless you say that each file holds \
                 all open orders. The files stay where they are and are never changed.",
        untried: "The headers of PPW, Safeguard, InspectorADE, MCS and XactPRM lists are known from descriptions, not \
                  from files; look at the first rows before the first import.",
    },
    capabilities: Capabilities {
        validate: true,
        refresh: true,
        full_import: true,
        complete_list: true,
        cancellations: false,
        assignment: true,
        tasks_fixed: false,
        look: true,
    },
    mapping_version: MAPPING_VERSION,
    connection_settings: &["path", "pattern"],
    servers: |_| Vec::new(),
    schema: SettingsSchema::of::<Settings>,
    check: |settings| parse::<Settings>(settings.clone()).map_or_else(|errors| errors, |settings| settings.errors()),
    connect: |connection| Ok(Box::new(Spreadsheet::new(connection)?)),
};

/// For how long a file must have stayed the same before it is read.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A file, or a folder whose files are read. Give the whole path.
    #[schemars(title = "File or folder", extend("x-order" = 1, "x-text" = "path"))]
    path: String,
    /// Which files of the folder are read, for instance orders*.xlsx. Without it all spreadsheets and lists of text; one that
    /// cannot be read (.xls, .ods) is refused in words, never passed over.
    #[schemars(title = "Names of the files", extend("x-order" = 2))]
    #[serde(default)]
    pattern: String,
    /// What kind of list it is: pruvan-online, ppw, first-allegiance, mcs, xactprm, safeguard, inspectorade, or the name of
    /// a preset that was saved. Without it Muster finds out by the headers.
    #[schemars(title = "Preset", extend("x-order" = 3, "x-text" = "preset", "examples" = presets::suggested()))]
    #[serde(default)]
    preset: String,
    /// Which column is what, where Muster does not find it by itself: a JSON object of headers and fields, like
    /// {"Job No": "number"}. A header with an empty text is left out.
    #[schemars(title = "Mapping", extend("x-order" = 4, "x-text" = "mapping"))]
    #[serde(default)]
    mapping: String,
    /// Every file holds all orders that are open. A Full Import then reads the newest file only and removes what is not in
    /// it. Without it, it reads all files and removes nothing.
    #[schemars(title = "This file holds all open orders", extend("x-order" = 5))]
    #[serde(default)]
    holds_all_open_orders: bool,
}

impl Settings {
    fn errors(&self) -> Vec<FieldError> {
        let path = (!Path::new(typed_path(&self.path)).is_absolute())
            .then(|| FieldError::new("path", "give the whole path, from the drive or the root on"));
        let pattern = glob::Pattern::new(self.pattern.trim())
            .is_err()
            .then(|| FieldError::new("pattern", "it cannot be read; use * for any text and ? for one character"));
        let preset = self.preset.trim();
        let preset = (!preset.is_empty() && !saved::can_be_chosen(preset)).then(|| {
            FieldError::new("preset", "the name of a preset has at most 64 letters, digits, dashes and underscores, and is none of con, nul and the like, which Windows keeps for itself")
        });
        let mapping = Own::parse(&self.mapping).err().map(|why| FieldError::new("mapping", why));
        [path, pattern, preset, mapping].into_iter().flatten().collect()
    }

    /// What the preset and the mapping say.
    fn rules(&self, data: &Path) -> Result<Rules, FieldError> {
        let own = Own::parse(&self.mapping).map_err(|why| FieldError::new("mapping", why))?;
        let name = self.preset.trim();
        if name.is_empty() || presets::find(name).is_some() {
            return Ok(Rules { preset: layout::shipped(name), own });
        }
        let saved = saved::read(data, name).map_err(|why| FieldError::new("preset", why))?;
        Ok(Rules { own: own.over(saved.own), ..saved })
    }
}

/// A connection to files.
#[derive(Debug)]
struct Spreadsheet {
    source: Source,
    holds_all: bool,
    memory: Value,
    /// What stands for the settings under which files are read.
    stamp: String,
}

impl Spreadsheet {
    fn new(connection: Connection) -> Result<Self, Vec<FieldError>> {
        let settings: Settings = parse(connection.settings)?;
        let errors = settings.errors();
        if !errors.is_empty() {
            return Err(errors);
        }
        let rules = settings.rules(&connection.folder).map_err(|error| vec![error])?;
        let stamp = stamp(&settings, &rules);
        let source = Source {
            path: PathBuf::from(typed_path(&settings.path)),
            pattern: settings.pattern,
            rules: Arc::new(rules),
            folder: connection.folder,
            patience: PATIENCE,
        };
        Ok(Self { source, holds_all: settings.holds_all_open_orders, memory: connection.memory, stamp })
    }

    /// Runs what blocks; when this is dropped, it stops.
    async fn reading<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Source, Files, &Alive) -> Result<T, ConnectError> + Send + 'static,
    ) -> Result<T, ConnectError> {
        let (source, files, token) = (self.source.clone(), self.source.files().await?, Arc::new(()));
        let alive = Alive::with(&token);
        blocking(move || work(&source, files, &alive)).await
    }

    /// Which files are read, which older ones count as read with them, and what there is to say.
    async fn plan(&self, is_full: bool) -> Result<Plan, ConnectError> {
        let files = self.source.files().await?;
        if is_full && self.holds_all {
            let (newest, older) = newest(files)?;
            let is_back = Memory::new(&self.memory, &self.stamp).read_newer(&newest, SystemTime::now());
            let note = is_back.then(|| format!("A file that is newer than {} was read before.", newest.name));
            let list = if is_back { List::Open } else { List::Complete };
            return Ok(Plan { files: vec![newest], older, list, note });
        }
        if is_full {
            if let Some(name) = files.unfinished.first() {
                return Err(files::being_written(name));
            }
            if files.ready.is_empty() {
                return Err(none());
            }
            return Ok(Plan { files: files.ready, older: Vec::new(), list: List::Open, note: None });
        }
        let list = match files.unfinished.first() {
            Some(name) => List::Partial(format!("{name} is still being written; it is read the next time")),
            None => List::Complete,
        };
        Ok(Plan { files: files.ready, older: Vec::new(), list, note: None })
    }
}

/// What a fetch reads.
struct Plan {
    files: Vec<files::Found>,
    older: Vec<files::Found>,
    list: List,
    note: Option<String>,
}

/// Stands for everything on which it depends how files are read.
fn stamp(settings: &Settings, rules: &Rules) -> String {
    let kind = rules.preset.map_or("", |preset| preset.name);
    let all = format!("{}\0{}\0{}\0{kind}\0{}", settings.path, settings.pattern, settings.preset, rules.own.text());
    format!("{:032x}", xxh3_128(all.as_bytes()))
}

#[async_trait]
impl Connector for Spreadsheet {
    async fn validate(&self) -> Result<Value, ConnectError> {
        self.reading(|source, files, alive| {
            let (found, _) = newest(files)?;
            check_columns(&source.open(&found, alive)?.0)
        })
        .await?;
        Ok(self.memory.clone())
    }

    async fn fetch(&self, ask: Ask, sink: &mut dyn Sink) -> Result<Fetched, ConnectError> {
        let is_full = matches!(ask, Ask::Everything { .. });
        let mut plan = self.plan(is_full).await?;
        if let Some(note) = plan.note {
            sink.note(note);
        }
        let token = Arc::new(());
        // A few batches ahead: the thread reads while the import works.
        let (events, mut incoming) = mpsc::channel(4);
        let job = Job {
            source: self.source.clone(),
            files: plan.files,
            memory: Memory::new(&self.memory, &self.stamp),
            only_new: !is_full,
            needs_all: is_full && self.holds_all,
            alive: Alive::with(&token),
            events,
        };
        let reading = blocking(move || job.run());
        tokio::pin!(reading);
        let mut done = None;
        loop {
            tokio::select! {
                // What was read before the end comes before the end.
                biased;
                event = incoming.recv() => match event {
                    Some(event) => take(event, sink).await?,
                    None => break,
                },
                read = &mut reading, if done.is_none() => done = Some(read?),
            }
        }
        let Done { mut memory, unread } = match done {
            Some(done) => done,
            None => reading.await?,
        };
        if let Some(name) = unread {
            plan.list = List::Partial(format!("{name} could not be read"));
        }
        for older in &plan.older {
            memory.add(older, "");
        }
        // The files lie here, so our own clock is theirs.
        Ok(Fetched { list: plan.list, server_ahead: Some(jiff::SignedDuration::ZERO), memory: memory.into_value() })
    }

    fn decode<'a>(&self, raw: &'a [u8]) -> Result<WorkOrder<'a>, DecodeError> {
        record::decode(raw)
    }

    async fn look(&self) -> Result<Look, ConnectError> {
        self.reading(look::look).await
    }
}

async fn take(event: Event, sink: &mut dyn Sink) -> Result<(), ConnectError> {
    match event {
        Event::Orders(batch) => sink.batch(&batch).await?,
        Event::Lost(problem) => sink.lost(problem),
        Event::Note(note) => sink.note(note),
        Event::Expect(orders) => sink.expect(orders),
        Event::Received(bytes) => sink.received(bytes),
    }
    Ok(())
}
