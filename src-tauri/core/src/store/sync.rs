//! What an import reads and writes: in bulk, hundreds of rows a statement, because statement by statement costs
//! several times as much. It decides nothing: who may overwrite what and who is removed is said by `import/`.

use std::sync::LazyLock;

use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};

use super::projects::{COLUMNS, Range, TASK_COLUMNS, WIDTH, field_columns, read, read_tasks, task_values};
use super::{Result, StoreError, instant, sql};
use crate::model::{Field, Project, Task};

/// A project as an import finds it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) project: Project,
    /// Removed from the list, by an import or by hand.
    pub(crate) removed: bool,
}

/// A project as an import writes it.
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) project: Project,
    /// The hash of the order that was applied; none if it shall be read again the next time.
    pub(crate) hash: Option<u128>,
    /// The tasks are written only if they are given; the project's own list is not looked at.
    pub(crate) tasks: Option<Vec<Task>>,
    pub(crate) extent: Extent,
}

/// How much of a project's row is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it: the project is new.
    New,
    /// Also its place in the list: its key, its number, its code, whether it is removed or kept.
    Place,
    /// Only its values, which leaves most indexes alone.
    Values,
}

/// One changed value, for the history.
#[derive(Debug)]
pub(crate) struct ChangeRow {
    pub(crate) project: i64,
    pub(crate) field: &'static str,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// Hashes of applied orders that may cause a skip, asked for by hash. Gives project and hash.
pub(crate) async fn by_hash(
    db: &impl ConnectionTrait,
    integration: i64,
    epoch: i64,
    hashes: &[u128],
) -> Result<Vec<(i64, u128)>> {
    let sql = format!(
        "SELECT {PACKED_HASH} FROM projects WHERE integration_id = {integration} AND source_hash IN ({})
         AND source_epoch = {epoch} AND removed_at IS NULL",
        sql::marks(hashes.len())
    );
    let row = sql::one(db, sql, hashes.iter().map(|hash| hash_value(*hash)).collect()).await?;
    let packed: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    packed.as_deref().map_or_else(|| Ok(Vec::new()), unpacked_hashes)
}

/// Thousands of ids and hashes in one row: a row each costs more than finding it.
const PACKED_HASH: &str = "group_concat(id || ' ' || hex(source_hash), ',')";

fn unpacked_hashes(packed: &str) -> Result<Vec<(i64, u128)>> {
    let read = |pair: &str| {
        let (id, hash) = pair.split_once(' ')?;
        Some((id.parse().ok()?, u128::from_str_radix(hash, 16).ok()?))
    };
    let damaged = || StoreError::Damaged("hash of a project".to_owned());
    packed.split(',').map(|pair| read(pair).ok_or_else(damaged)).collect()
}

/// All hashes that may cause a skip.
pub(crate) async fn all_hashes(db: &impl ConnectionTrait, integration: i64, epoch: i64) -> Result<Vec<(i64, u128)>> {
    const PAGE: usize = 20_000;
    let mut out = Vec::new();
    let mut after = vec![];
    loop {
        let sql = format!(
            "SELECT {PACKED_HASH}, max(source_hash), count(*) FROM
             (SELECT id, source_hash FROM projects WHERE integration_id = {integration} AND source_hash > ?
              AND source_epoch = {epoch} AND removed_at IS NULL ORDER BY source_hash LIMIT {PAGE})"
        );
        let Some(row) = sql::one(db, sql, vec![after.into()]).await? else { break };
        let (Some(packed), Some(last)) = (row.try_get_by_index::<Option<String>>(0)?, row.try_get_by_index(1)?) else {
            break;
        };
        out.extend(unpacked_hashes(&packed)?);
        // Two projects may share a hash only if two keys have the same bytes, which cannot be; a page may end anywhere.
        after = last;
        if row.try_get_by_index::<i64>(2)? < i64::try_from(PAGE).unwrap_or(i64::MAX) {
            break;
        }
    }
    Ok(out)
}

fn hash_value(hash: u128) -> Value {
    Value::from(hash.to_be_bytes().to_vec())
}

/// Whether the integration has any row, removed ones included.
pub(crate) async fn has_rows(db: &impl ConnectionTrait, integration: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM projects WHERE integration_id = ?)";
    Ok(sql::number(db, sql, vec![integration.into()]).await? == 1)
}

/// The projects of these keys, removed ones too, with their tasks.
pub(crate) async fn find(db: &impl ConnectionTrait, integration: i64, keys: &[&str]) -> Result<Vec<Found>> {
    let rows = format!("WHERE integration_id = {integration} AND source_key IN ({})", sql::marks(keys.len()));
    let values: Vec<Value> = keys.iter().map(|key| (*key).into()).collect();
    let found = read(db, &rows, &values, Range::ALL).await?;
    let mut found: Vec<Found> = found.into_iter().map(|(project, removed)| Found { project, removed }).collect();
    read_tasks(db, &mut found.iter_mut().map(|found| &mut found.project).collect::<Vec<_>>()).await?;
    Ok(found)
}

/// The projects of that code, whoever has them, and those of the integration that has it, whatever their code was, that are
/// known by one of these keys or shown under one of these numbers; removed ones too, with their tasks.
pub(crate) async fn find_filed(
    db: &impl ConnectionTrait,
    (code, integration): (&str, Option<i64>),
    numbers: &[&str],
) -> Result<Vec<Found>> {
    let marks = sql::marks(numbers.len());
    let rows = format!(
        "WHERE id IN (SELECT id FROM projects WHERE code = ? AND number IN ({marks})
                      UNION SELECT id FROM projects WHERE code = ? AND source_key IN ({marks})
                      UNION SELECT id FROM projects WHERE integration_id = ? AND source_key IN ({marks}))"
    );
    let by_code = || std::iter::once(Value::from(code)).chain(numbers.iter().map(|number| Value::from(*number)));
    let by_integration = std::iter::once(integration.into()).chain(numbers.iter().map(|number| Value::from(*number)));
    let values: Vec<Value> = by_code().chain(by_code()).chain(by_integration).collect();
    let found = read(db, &rows, &values, Range::ALL).await?;
    let mut found: Vec<Found> = found.into_iter().map(|(project, removed)| Found { project, removed }).collect();
    read_tasks(db, &mut found.iter_mut().map(|found| &mut found.project).collect::<Vec<_>>()).await?;
    Ok(found)
}

/// Which of these numbers are shown in the list already, and by which project.
pub(crate) async fn numbers_taken(
    db: &impl ConnectionTrait,
    code: &str,
    numbers: &[&str],
) -> Result<Vec<(String, i64)>> {
    let from = format!("projects WHERE code = ? AND removed_at IS NULL AND number IN ({})", sql::marks(numbers.len()));
    let values = std::iter::once(code).chain(numbers.iter().copied()).map(Value::from).collect();
    sql::packed(db, "number,id", &from, values).await
}

/// The highest id that a project has or had.
pub(crate) async fn last_id(db: &impl ConnectionTrait) -> Result<i64> {
    sql::number(db, "SELECT max(seq) FROM sqlite_sequence WHERE name = 'projects'", vec![]).await
}

/// The ids of the projects that a Full Import may remove: in the list, and not kept.
pub(crate) async fn removable(db: &impl ConnectionTrait, integration: i64) -> Result<Vec<i64>> {
    // All in one row, see `all_hashes`.
    let sql = "SELECT group_concat(id) FROM projects WHERE integration_id = ? AND removed_at IS NULL AND kept = 0";
    let Some(row) = sql::one(db, sql, vec![integration.into()]).await? else { return Ok(Vec::new()) };
    let Some(ids) = row.try_get_by_index::<Option<String>>(0)? else { return Ok(Vec::new()) };
    let damaged = |_| StoreError::Damaged("id of a project".to_owned());
    ids.split(',').map(|id| id.parse().map_err(damaged)).collect()
}

/// Id, key and number of these projects.
pub(crate) async fn keys_of(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<(i64, String, String)>> {
    let mut out = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(5_000) {
        let from = format!("projects WHERE id IN ({})", sql::marks(chunk.len()));
        let ids = chunk.iter().map(|id| (*id).into()).collect();
        out.extend(sql::packed::<(i64, String, String)>(db, "id,source_key,number", &from, ids).await?);
    }
    Ok(out)
}

/// Forgets by which orders these projects were written: the next import reads what it is sent for them.
pub(crate) async fn forget_hashes(db: &impl ConnectionTrait, integration: i64, keys: &[String]) -> Result<()> {
    for chunk in keys.chunks(5_000) {
        let sql = format!(
            "UPDATE projects SET source_hash = NULL WHERE integration_id = ? AND source_key IN ({})",
            sql::marks(chunk.len())
        );
        let keys = chunk.iter().map(|key| Value::from(key.as_str()));
        sql::execute(db, sql, std::iter::once(integration.into()).chain(keys).collect()).await?;
    }
    Ok(())
}

/// Takes these projects out of the list, because of that import and, if it had to be confirmed, by that person.
pub(crate) async fn remove(
    db: &impl ConnectionTrait,
    ids: &[i64],
    import: i64,
    confirmed_by: Option<&str>,
    at: jiff::Timestamp,
) -> Result<()> {
    let at = instant(at);
    for chunk in ids.chunks(10_000) {
        let ids: Vec<Value> = chunk.iter().map(|id| (*id).into()).collect();
        let marks = sql::marks(chunk.len());
        let update = format!(
            "UPDATE projects SET removed_at = {at}, removed_by_import = {import}, removed_by = NULL, source_hash = NULL,
             changed_at = {at} WHERE id IN ({marks})"
        );
        sql::execute(db, update, ids.clone()).await?;
        let history = format!(
            "INSERT INTO project_changes (project_id, at, import_id, person, field, old, new)
             SELECT id, {at}, {import}, ?, 'removed', 'no', 'yes' FROM projects WHERE id IN ({marks})"
        );
        let values = std::iter::once(confirmed_by.into()).chain(ids).collect();
        sql::execute(db, history, values).await?;
    }
    Ok(())
}

/// Writes what an import found out. Rows are collected and written hundreds at a time; [`Writer::finish`] writes the rest.
#[derive(Debug)]
pub(crate) struct Writer<'t> {
    tx: &'t DatabaseTransaction,
    import: i64,
    epoch: i64,
    at: i64,
    /// New projects. An id that is taken is an error, never an overwritten project.
    created: Batch,
    /// Projects of which also the place is written.
    places: Batch,
    /// Projects of which only the values are written.
    values: Batch,
    tasks: Batch,
    changes: Batch,
    /// Projects whose tasks are replaced.
    replaced: Vec<i64>,
    /// Orders that changed nothing: project and hash.
    seen: Vec<(i64, Option<u128>)>,
}

static PROJECT_HEAD: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO projects ({},source_hash,source_epoch,created_by_import) VALUES ", *COLUMNS));
static PLACE_TAIL: LazyLock<String> = LazyLock::new(|| {
    let returned = "removed_at=NULL,removed_by_import=NULL,removed_by=NULL";
    format!(
        "{},integration_id=excluded.integration_id,code=excluded.code,source_key=excluded.source_key,number=excluded.number,
         kept=excluded.kept,{returned}",
        *VALUES_TAIL
    )
});
static VALUES_TAIL: LazyLock<String> = LazyLock::new(|| {
    let set = format!("changed_at,source_hash,source_epoch,{}", field_columns());
    let set: Vec<String> = set.split(',').map(|column| format!("{column}=excluded.{column}")).collect();
    format!(" ON CONFLICT (id) DO UPDATE SET {}", set.join(","))
});
static TASK_HEAD: LazyLock<String> = LazyLock::new(|| format!("INSERT INTO tasks ({TASK_COLUMNS}) VALUES "));
const CHANGE_HEAD: &str = "INSERT INTO project_changes (project_id,at,import_id,field,old,new) VALUES ";

impl<'t> Writer<'t> {
    pub(crate) fn new(tx: &'t DatabaseTransaction, import: i64, epoch: i64, at: jiff::Timestamp) -> Self {
        Self {
            tx,
            import,
            epoch,
            at: instant(at),
            created: Batch::new(&PROJECT_HEAD, "", WIDTH + 3, 100),
            places: Batch::new(&PROJECT_HEAD, &PLACE_TAIL, WIDTH + 3, 100),
            values: Batch::new(&PROJECT_HEAD, &VALUES_TAIL, WIDTH + 3, 100),
            tasks: Batch::new(&TASK_HEAD, "", 11, 200),
            changes: Batch::new(CHANGE_HEAD, "", 6, 200),
            replaced: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Writes a project that is new or has changed.
    pub(crate) fn project(&mut self, write: Write) {
        let Write { project, hash, tasks, extent } = write;
        let (id, is_new) = (project.id, extent == Extent::New);
        let batch = match extent {
            Extent::New => &mut self.created,
            Extent::Place => &mut self.places,
            Extent::Values => &mut self.values,
        };
        let row = &mut batch.values;
        row.extend([
            id.into(),
            project.integration.into(),
            project.code.as_str().into(),
            project.key.into(),
            project.number.into(),
            project.kept.into(),
            instant(project.created_at).into(),
            self.at.into(),
        ]);
        let mut fields = project.fields;
        row.extend(Field::ALL.map(|field| Value::from(fields[field].take())));
        row.extend([hash.map_or(Value::Bytes(None), hash_value), self.epoch.into()]);
        row.push(if is_new { self.import.into() } else { Value::BigInt(None) });
        if let Some(tasks) = tasks {
            if !is_new {
                self.replaced.push(id);
            }
            for (position, task) in tasks.into_iter().enumerate() {
                self.tasks.values.extend(task_values(id, position, task));
            }
        }
    }

    /// Notes a changed value in the history.
    pub(crate) fn change(&mut self, change: ChangeRow) {
        self.changes.values.extend([
            change.project.into(),
            self.at.into(),
            self.import.into(),
            change.field.into(),
            change.old.into(),
            change.new.into(),
        ]);
    }

    /// Notes that an order came and changed nothing.
    pub(crate) fn unchanged(&mut self, project: i64, hash: Option<u128>) {
        self.seen.push((project, hash));
    }

    /// Writes what makes up whole statements. Call it after each chunk of orders.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        // Projects first and all of them: the other rows point to them.
        for batch in [&mut self.places, &mut self.values, &mut self.created] {
            batch.write(self.tx, true).await?;
        }
        if !self.replaced.is_empty() {
            let sql = format!("DELETE FROM tasks WHERE project_id IN ({})", sql::marks(self.replaced.len()));
            sql::execute(self.tx, sql, self.replaced.drain(..).map(Value::from).collect()).await?;
        }
        self.tasks.write(self.tx, false).await?;
        self.changes.write(self.tx, false).await?;
        self.write_seen().await
    }

    /// Writes the rest.
    pub(crate) async fn finish(mut self) -> Result<()> {
        self.flush().await?;
        self.tasks.write(self.tx, true).await?;
        self.changes.write(self.tx, true).await
    }

    async fn write_seen(&mut self) -> Result<()> {
        if self.seen.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "WITH seen (id, hash) AS (VALUES {}) UPDATE projects SET source_hash = seen.hash, source_epoch = {}, kept = 0
             FROM seen WHERE projects.id = seen.id",
            sql::rows(self.seen.len(), 2),
            self.epoch
        );
        let values =
            self.seen.drain(..).flat_map(|(id, hash)| [id.into(), hash.map_or(Value::Bytes(None), hash_value)]);
        sql::execute(self.tx, sql, values.collect()).await?;
        Ok(())
    }
}

/// Rows of one table, collected for statements of many rows.
#[derive(Debug)]
struct Batch {
    head: &'static str,
    tail: &'static str,
    width: usize,
    /// Rows in a whole statement; its text is made once, and SQLite prepares it once.
    most: usize,
    whole: String,
    values: Vec<Value>,
}

impl Batch {
    fn new(head: &'static str, tail: &'static str, width: usize, most: usize) -> Self {
        debug_assert!(width * most <= sql::MAX_VALUES, "more values than SQLite takes");
        let whole = format!("{head}{}{tail}", sql::rows(most, width));
        Self { head, tail, width, most, whole, values: Vec::new() }
    }

    /// Writes all whole statements, and the rest too if `all`.
    async fn write(&mut self, tx: &DatabaseTransaction, all: bool) -> Result<()> {
        let size = self.width * self.most;
        while self.values.len() >= size {
            let rest = self.values.split_off(size);
            let values = std::mem::replace(&mut self.values, rest);
            sql::execute(tx, self.whole.as_str(), values).await?;
        }
        if all && !self.values.is_empty() {
            let values = std::mem::take(&mut self.values);
            let rows = sql::rows(values.len() / self.width, self.width);
            sql::execute(tx, format!("{}{rows}{}", self.head, self.tail), values).await?;
        }
        Ok(())
    }
}
