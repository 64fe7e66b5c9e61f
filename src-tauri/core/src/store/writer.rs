//! What an import writes: hundreds of rows a statement, because statement by statement costs several times as much.

use std::sync::LazyLock;

use sea_orm::{DatabaseTransaction, Value};

use super::projects::{COLUMNS, TASK_COLUMNS, WIDTH, field_columns, task_values};
use super::sync::hash_value;
use super::{Result, instant, sql};
use crate::model::{Field, Project, Task};

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
