//! The same tables through rusqlite: prepared statements, row by row, in one transaction.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Statement, Transaction, TransactionBehavior};
use xxhash_rust::xxh3::xxh3_128;

use super::order::{COLUMNS, Order, Service, Values, complete};
use crate::Result;
use crate::child::{Counts, Kind};

/// How far before its start the next Refresh asks, in milliseconds.
const OVERLAP: i64 = 600_000;
/// The columns of a task that the order fills.
const TASK: [&str; 7] =
    ["name", "instructions", "survey", "survey_dynamic", "options", "source_service", "source_service_id"];

/// The database, as Muster opens it for writing.
pub(super) fn open(folder: &Path) -> Result<Connection> {
    let connection = Connection::open(folder.join("muster.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;
         PRAGMA foreign_keys = ON; PRAGMA cache_size = -24576; PRAGMA temp_store = MEMORY;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// One import into the only integration there is.
pub(super) struct Database<'c> {
    tx: Transaction<'c>,
    is_full: bool,
    import: i64,
    integration: i64,
    code: String,
    epoch: i64,
    at: i64,
    /// The moment to ask from, in seconds of Unix.
    pub(super) since: i64,
}

impl<'c> Database<'c> {
    pub(super) fn begin(connection: &'c mut Connection, kind: Kind, at: i64) -> Result<Self> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (integration, code, epoch, cursor): (i64, String, i64, Option<i64>) =
            tx.query_row("SELECT id, code, merge_epoch, cursor FROM integrations", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        let is_full = kind == Kind::FullImport;
        tx.execute(
            "INSERT INTO imports (integration_id, code, kind, asked_by, asked_at, started_at) VALUES (?, ?, ?, 'floor', ?, ?)",
            (integration, &code, if is_full { "full_import" } else { "refresh" }, at, at),
        )?;
        let import = tx.last_insert_rowid();
        let since = cursor.unwrap_or(0) / 1000;
        Ok(Self { tx, is_full, import, integration, code, epoch, at, since })
    }

    /// Ready for the orders. For a Full Import all hashes are loaded, for a Refresh each is looked up.
    pub(super) fn orders(&self) -> Result<Orders<'_>> {
        let columns = COLUMNS.join(",");
        let marks = vec!["?"; COLUMNS.len()].join(",");
        let set = COLUMNS.map(|column| format!("{column} = ?")).join(",");
        let (id, code, epoch, at) = (self.integration, &self.code, self.epoch, self.at);
        let (import, task_columns) = (self.import, TASK.join(","));
        let prepare = |sql: String| self.tx.prepare_cached(&sql);
        let is_known =
            format!("FROM projects WHERE integration_id = {id} AND source_epoch = {epoch} AND removed_at IS NULL");
        let mut known = HashMap::new();
        if self.is_full {
            let mut all = self.tx.prepare(&format!("SELECT source_hash, id {is_known} AND source_hash IS NOT NULL"))?;
            let mut rows = all.query([])?;
            while let Some(row) = rows.next()? {
                known.insert(u128::from_be_bytes(row.get(0)?), row.get(1)?);
            }
        }
        Ok(Orders {
            known,
            seen: HashSet::new(),
            counts: Counts::default(),
            by_hash: (!self.is_full)
                .then(|| prepare(format!("SELECT id {is_known} AND source_hash = ?")))
                .transpose()?,
            by_key: prepare(format!(
                "SELECT id, {columns} FROM projects WHERE integration_id = {id} AND source_key = ? AND removed_at IS NULL"
            ))?,
            tasks_of: prepare(format!("SELECT {task_columns} FROM tasks WHERE project_id = ? ORDER BY position"))?,
            add: prepare(format!(
                "INSERT INTO projects (source_key, number, source_hash, {columns}, integration_id, code, source_epoch,
                 kept, created_at, created_by_import, changed_at)
                 VALUES (?, ?, ?, {marks}, {id}, '{code}', {epoch}, 0, {at}, {import}, {at})"
            ))?,
            change: prepare(format!(
                "UPDATE projects SET source_hash = ?, {set}, source_epoch = {epoch}, kept = 0, changed_at = {at} WHERE id = ?"
            ))?,
            add_task: prepare(format!(
                "INSERT INTO tasks (project_id, position, {task_columns}, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'client')"
            ))?,
            drop_tasks: prepare("DELETE FROM tasks WHERE project_id = ?".to_owned())?,
            note: prepare(format!(
                "INSERT INTO project_changes (project_id, field, old, new, at, import_id) VALUES (?, ?, ?, ?, {at}, {import})"
            ))?,
            database: self,
        })
    }

    /// Writes the record of the import and what to know the next time.
    pub(super) fn commit(self, counts: Counts, began: i64) -> Result {
        self.tx.execute(
            "UPDATE imports SET finished_at = ?, outcome = 'succeeded', added = ?, changed = ?, unchanged = ?, removed = ?
             WHERE id = ?",
            (
                began,
                i64::try_from(counts.added)?,
                i64::try_from(counts.changed)?,
                i64::try_from(counts.unchanged)?,
                i64::try_from(counts.removed)?,
                self.import,
            ),
        )?;
        self.tx.execute("UPDATE integrations SET cursor = ?", [began - OVERLAP])?;
        Ok(self.tx.commit()?)
    }
}

/// Takes orders, one after the other.
pub(super) struct Orders<'d> {
    database: &'d Database<'d>,
    known: HashMap<u128, i64>,
    /// The projects that the list holds.
    seen: HashSet<i64>,
    counts: Counts,
    by_hash: Option<CachedStatement<'d>>,
    by_key: CachedStatement<'d>,
    tasks_of: CachedStatement<'d>,
    add: CachedStatement<'d>,
    change: CachedStatement<'d>,
    add_task: CachedStatement<'d>,
    drop_tasks: CachedStatement<'d>,
    note: CachedStatement<'d>,
}

impl Orders<'_> {
    pub(super) fn take(&mut self, raw: &[u8]) -> Result {
        let hash = xxh3_128(raw);
        let known = match &mut self.by_hash {
            Some(by_hash) => by_hash.query_row([&hash.to_be_bytes()], |row| row.get(0)).optional()?,
            None => self.known.get(&hash).copied(),
        };
        if let Some(id) = known {
            self.seen.insert(id);
            self.counts.unchanged += 1;
            return Ok(());
        }
        let mut order: Order<'_> = serde_json::from_slice(raw)?;
        let number = order.number.0.take().ok_or("an order without a number")?;
        let mut values = order.stored()?;
        // In an empty list there is nothing to look for.
        let before = if self.known.is_empty() && self.by_hash.is_none() { None } else { self.find(&number)? };
        let id = if let Some((id, before)) = before {
            let changed = self.change(id, hash, &before, &values)? | self.change_tasks(id, &mut order.services)?;
            self.counts.changed += u64::from(changed);
            self.counts.unchanged += u64::from(!changed);
            id
        } else {
            complete(&mut values);
            self.add(&number, hash, &values)?;
            let id = self.database.tx.last_insert_rowid();
            for (position, service) in (0_i64..).zip(&mut order.services) {
                add_task(&mut self.add_task, id, position, &service.values())?;
            }
            self.counts.added += 1;
            id
        };
        self.seen.insert(id);
        Ok(())
    }

    /// Removes what the list did not hold, if it was a full one.
    pub(super) fn finish(self) -> Result<Counts> {
        let Self {
            database: Database { tx, is_full, integration, import, at, .. }, seen, mut counts, mut note, ..
        } = self;
        if !*is_full {
            return Ok(counts);
        }
        let mut all =
            tx.prepare("SELECT id FROM projects WHERE integration_id = ? AND removed_at IS NULL AND kept = 0")?;
        let all = all.query_map([integration], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
        let mut remove = tx.prepare(
            "UPDATE projects SET removed_at = ?, removed_by_import = ?, removed_by = NULL, source_hash = NULL, changed_at = ?
             WHERE id = ?",
        )?;
        for id in all.into_iter().filter(|id| !seen.contains(id)) {
            remove.execute((at, import, at, id))?;
            note.execute((id, "removed", "no", "yes"))?;
            counts.removed += 1;
        }
        Ok(counts)
    }

    fn find(&mut self, key: &str) -> Result<Option<(i64, Vec<Option<String>>)>> {
        let row = self.by_key.query_row([key], |row| {
            Ok((row.get(0)?, (1..=COLUMNS.len()).map(|place| row.get(place)).collect::<rusqlite::Result<_>>()?))
        });
        Ok(row.optional()?)
    }

    fn add(&mut self, number: &str, hash: u128, values: &Values<'_>) -> Result {
        self.add.raw_bind_parameter(1, number)?;
        self.add.raw_bind_parameter(2, number)?;
        self.add.raw_bind_parameter(3, hash.to_be_bytes())?;
        bind(&mut self.add, 4, values)?;
        self.add.raw_execute()?;
        Ok(())
    }

    fn change(&mut self, id: i64, hash: u128, before: &[Option<String>], values: &Values<'_>) -> Result<bool> {
        let mut changed = false;
        self.change.raw_bind_parameter(1, hash.to_be_bytes())?;
        for (place, (old, new)) in before.iter().zip(values).enumerate() {
            let (old, new) = (old.as_deref(), new.as_deref());
            if new.is_some() && new != old {
                changed = true;
                self.note.execute((id, COLUMNS[place], old, new))?;
            }
            self.change.raw_bind_parameter(2 + place, new.or(old))?;
        }
        self.change.raw_bind_parameter(2 + COLUMNS.len(), id)?;
        self.change.raw_execute()?;
        Ok(changed)
    }

    fn change_tasks(&mut self, id: i64, services: &mut [Service<'_>]) -> Result<bool> {
        let read = |row: &rusqlite::Row<'_>| (0..TASK.len()).map(|place| row.get(place)).collect();
        let before: Vec<Vec<Option<String>>> = self.tasks_of.query_map([id], read)?.collect::<rusqlite::Result<_>>()?;
        let after: Vec<_> = services.iter_mut().map(Service::values).collect();
        let same = before.len() == after.len()
            && before
                .iter()
                .zip(&after)
                .all(|(old, new)| old.iter().map(Option::as_deref).eq(new.iter().map(Option::as_deref)));
        if same {
            return Ok(false);
        }
        self.drop_tasks.execute([id])?;
        for (position, values) in (0_i64..).zip(&after) {
            add_task(&mut self.add_task, id, position, values)?;
        }
        let names = |tasks: Vec<Option<&str>>| tasks.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let old = names(before.iter().map(|task| task[0].as_deref()).collect());
        let new = names(after.iter().map(|task| task[0].as_deref()).collect());
        self.note.execute((id, "tasks", old, new))?;
        Ok(true)
    }
}

fn add_task(statement: &mut Statement<'_>, id: i64, position: i64, values: &[Option<Cow<'_, str>>]) -> Result {
    statement.raw_bind_parameter(1, id)?;
    statement.raw_bind_parameter(2, position)?;
    bind(statement, 3, values)?;
    statement.raw_execute()?;
    Ok(())
}

fn bind(statement: &mut Statement<'_>, first: usize, values: &[Option<Cow<'_, str>>]) -> Result {
    for (place, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(first + place, value.as_deref())?;
    }
    Ok(())
}
