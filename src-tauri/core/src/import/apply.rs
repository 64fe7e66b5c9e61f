//! Applying a list that was taken in: one transaction that adds, changes and removes, or does nothing.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sea_orm::DatabaseTransaction;

use super::guard::{self, CompleteList, Consent};
use super::merge::{self, Rule, Updated};
use super::numbers;
use super::progress::Reporter;
use super::spool::Spooled;
use super::stage::{Problems, Stage, spool_error};
use crate::error::Result;
use crate::model::{Counts, IntegrationCode, Project, Task, WorkOrder};
use crate::store::integrations::Record;
use crate::store::sync::{self, Found};
use crate::store::writer::{ChangeRow, Extent, Write, Writer};
use crate::store::{StoreError, pending};

/// Orders that are worked on at a time.
const CHUNK: usize = 400;

/// What is applied, and for whom.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) import: i64,
    pub(super) integration: &'a Record,
    pub(super) rule: Rule,
    pub(super) is_full: bool,
    pub(super) at: Timestamp,
}

/// What applying came to.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) counts: Counts,
    pub(super) problems: Problems,
    /// The projects that left the list, or would: id and number.
    pub(super) removals: Vec<(i64, String)>,
    /// They are so many that they wait for a decision if nobody has looked.
    pub(super) large_removal: bool,
    /// They wait for a decision.
    pub(super) waiting: bool,
    /// More would be removed than was agreed to; the transaction must not be committed.
    pub(super) grew: bool,
}

/// Applies the list in `tx`. Nothing counts until the caller commits.
pub(super) async fn apply(
    tx: &DatabaseTransaction,
    job: &Job<'_>,
    stage: &mut Stage,
    complete: Option<CompleteList>,
    consent: &Consent,
    reporter: &mut Reporter,
) -> Result<Applied> {
    let integration = job.integration.id;
    let before = if job.is_full { sync::removable(tx, integration).await? } else { Vec::new() };
    let mut run = Run {
        job,
        tx,
        writer: Writer::new(tx, job.import, job.integration.merge_epoch, job.at),
        counts: Counts { unchanged: stage.skipped(), skipped: stage.bad, ..Counts::default() },
        problems: stage.problems.clone(),
        next_id: sync::last_id(tx).await?,
        knows_any: sync::has_rows(tx, integration).await?,
    };
    let mut spool = stage.read().map_err(|error| spool_error(&error))?;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK
            && let Some(spooled) = spool.next().map_err(|error| spool_error(&error))?
        {
            chunk.push(spooled);
        }
        if chunk.is_empty() {
            break;
        }
        reporter.advance(0, chunk.len() as u64);
        run.chunk(chunk, stage).await?;
    }
    let Run { writer, counts, problems, .. } = run;
    writer.finish().await?;

    sync::forget_hashes(tx, integration, &stage.passed_over).await?;

    // What waits for a decision and was sent again waits no longer.
    let waiting = pending::of_integration(tx, integration).await?;
    let sent: Vec<i64> = waiting.into_iter().filter(|(id, key)| stage.holds(*id, key)).map(|(id, _)| id).collect();
    pending::settle_projects(tx, &sent).await?;

    let mut applied =
        Applied { counts, problems, removals: Vec::new(), large_removal: false, waiting: false, grew: false };
    if let Some(complete) = complete {
        remove(tx, job, stage, &before, (complete, consent), &mut applied).await?;
    }
    Ok(applied)
}

/// Removes what the complete list does not hold, as far as somebody agreed or the guard lets it pass.
async fn remove(
    tx: &DatabaseTransaction,
    job: &Job<'_>,
    stage: &Stage,
    before: &[i64],
    (_complete, consent): (CompleteList, &Consent),
    applied: &mut Applied,
) -> Result<()> {
    let unread: Vec<i64> = before.iter().copied().filter(|id| stage.skipped_at(*id).is_none()).collect();
    for (id, key, number) in sync::keys_of(tx, &unread).await? {
        if !stage.holds(id, &key) {
            applied.removals.push((id, number));
        }
    }
    let ids: Vec<i64> = applied.removals.iter().map(|(id, _)| *id).collect();
    match consent {
        Consent::Beforehand => {}
        Consent::Seen(seen) => applied.grew = !ids.iter().all(|id| seen.contains(id)),
        Consent::Unseen => applied.waiting = guard::waits(ids.len(), before.len()),
    }
    applied.large_removal = guard::waits(ids.len(), before.len());
    // This list is newer than any that still waited.
    pending::settle_integration(tx, job.integration.id).await?;
    if applied.waiting {
        pending::add(tx, job.import, &ids).await?;
    } else {
        sync::remove(tx, &ids, job.import, None, job.at).await?;
        applied.counts.removed = ids.len() as u64;
    }
    Ok(())
}

/// Where a new project goes.
#[derive(Debug)]
pub(super) struct Home<'r> {
    pub(super) integration: Option<i64>,
    pub(super) code: IntegrationCode,
    /// No Full Import removes it until the client has sent it.
    pub(super) kept: bool,
    /// What a new project there gets.
    pub(super) rule: &'r Rule,
}

/// A run in the middle of its orders.
pub(super) struct Run<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) tx: &'a DatabaseTransaction,
    pub(super) writer: Writer<'a>,
    pub(super) counts: Counts,
    pub(super) problems: Problems,
    pub(super) next_id: i64,
    /// Whether the integration has any project, removed ones included.
    knows_any: bool,
}

impl Run<'_> {
    async fn chunk(&mut self, chunk: Vec<Spooled<'static>>, stage: &Stage) -> Result<()> {
        let mut orders = Vec::with_capacity(chunk.len());
        for spooled in chunk {
            if stage.is_superseded(&spooled.order, spooled.place) {
                self.superseded(&spooled.order);
            } else {
                orders.push(spooled);
            }
        }
        let (orders, elsewhere) = orders.into_iter().partition::<Vec<_>, _>(|spooled| spooled.order.code.is_none());
        if !elsewhere.is_empty() {
            self.file_elsewhere(elsewhere).await?;
        }
        let mut found = self.find(&orders).await?;
        let mut taken = self.taken_numbers(&orders, &found).await?;
        for Spooled { place, hash, order } in orders {
            let known = found.remove(order.key.as_ref());
            if let Some(skipped) = known.as_ref().and_then(|found| stage.skipped_at(found.project.id)) {
                // The same project came twice, once as it was: the later one counts.
                if skipped > place {
                    self.superseded(&order);
                    continue;
                }
                self.counts.unchanged -= 1;
                self.superseded(&order);
            }
            if order.only_if_listed && known.as_ref().is_none_or(|found| found.removed) {
                continue;
            }
            for problem in &order.problems {
                self.problems.add(Some(&order.number), problem.as_str());
            }
            let hash = order.problems.is_empty().then_some(hash);
            match known {
                Some(known) => self.merge(known, order, hash, &mut taken),
                None => self.create(order, hash, &mut taken),
            }
        }
        Ok(self.writer.flush().await?)
    }

    fn superseded(&mut self, order: &WorkOrder<'_>) {
        self.counts.skipped += 1;
        self.problems.add(Some(&order.number), "is in the list more than once; the last one counts");
    }

    async fn find(&self, orders: &[Spooled<'_>]) -> std::result::Result<HashMap<String, Found>, StoreError> {
        if !self.knows_any || orders.is_empty() {
            return Ok(HashMap::new());
        }
        let keys: Vec<&str> = orders.iter().map(|spooled| spooled.order.key.as_ref()).collect();
        let found = sync::find(self.tx, self.job.integration.id, &keys).await?;
        let mut found: HashMap<String, Found> =
            found.into_iter().map(|found| (found.project.key.clone(), found)).collect();
        self.find_filed(orders, &mut found).await?;
        Ok(found)
    }

    /// Adds the projects that were filed here by their number, from an export that knows no keys (`elsewhere`).
    async fn find_filed(
        &self,
        orders: &[Spooled<'_>],
        found: &mut HashMap<String, Found>,
    ) -> std::result::Result<(), StoreError> {
        let missing = orders.iter().map(|spooled| &spooled.order);
        let missing = missing.filter(|order| order.key != order.number && !found.contains_key(order.key.as_ref()));
        let missing: Vec<(String, String)> =
            missing.map(|order| (order.number.to_string(), order.key.to_string())).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let numbers: Vec<&str> = missing.iter().map(|(number, _)| number.as_str()).collect();
        let filed = sync::find(self.tx, self.job.integration.id, &numbers).await?;
        let filed = filed.into_iter().filter(|found| found.project.kept && found.project.key == found.project.number);
        let mut filed: HashMap<String, Found> = filed.map(|found| (found.project.key.clone(), found)).collect();
        for (number, key) in missing {
            if let Some(project) = filed.remove(&number) {
                found.insert(key, project);
            }
        }
        Ok(())
    }

    /// The numbers that orders of this chunk want to be shown under, and who has them now.
    async fn taken_numbers(
        &self,
        orders: &[Spooled<'_>],
        found: &HashMap<String, Found>,
    ) -> std::result::Result<HashMap<String, i64>, StoreError> {
        let wants = |order: &WorkOrder<'_>| {
            found.get(order.key.as_ref()).is_none_or(|found| found.removed || found.project.number != order.number)
        };
        let wanted: Vec<(&str, &str)> = orders
            .iter()
            .filter(|spooled| wants(&spooled.order))
            .map(|spooled| (spooled.order.number.as_ref(), spooled.order.key.as_ref()))
            .collect();
        numbers::taken(self.tx, self.job.integration.code.as_str(), &wanted).await
    }

    fn create(&mut self, order: WorkOrder<'static>, hash: Option<u128>, taken: &mut HashMap<String, i64>) {
        let Job { integration, rule, .. } = self.job;
        let home = Home { integration: Some(integration.id), code: integration.code.clone(), kept: false, rule };
        self.add(order, hash, &home, taken);
    }

    /// Makes a project of an order, if the order says enough for one.
    pub(super) fn add(
        &mut self,
        order: WorkOrder<'static>,
        hash: Option<u128>,
        home: &Home<'_>,
        taken: &mut HashMap<String, i64>,
    ) {
        let (key, number) = (order.key.clone().into_owned(), order.number.clone().into_owned());
        let created = match merge::create(order, home.rule) {
            Ok(created) => created,
            Err(reason) => {
                self.problems.add(Some(&number), reason);
                self.counts.skipped += 1;
                return;
            }
        };
        self.next_id += 1;
        let project = Project {
            id: self.next_id,
            integration: home.integration,
            code: home.code.clone(),
            number: numbers::take(taken, number, &key, self.next_id),
            key,
            fields: created.fields,
            tasks: Vec::new(),
            kept: home.kept,
            created_at: self.job.at,
            changed_at: self.job.at,
        };
        self.counts.added += 1;
        self.writer.project(Write { project, hash, tasks: Some(created.tasks), extent: Extent::New });
    }

    fn merge(&mut self, known: Found, order: WorkOrder<'static>, hash: Option<u128>, taken: &mut HashMap<String, i64>) {
        let Found { mut project, removed } = known;
        let wanted = order.number.clone().into_owned();
        let rekeyed = project.key != order.key;
        if rekeyed {
            project.key = order.key.clone().into_owned();
        }
        let updated = merge::update(&project, order, &self.job.rule);
        let number = if removed || project.number != wanted {
            numbers::take(taken, wanted, &project.key, project.id)
        } else {
            wanted
        };
        if !removed && !rekeyed && number == project.number && updated.is_empty() {
            self.counts.unchanged += 1;
            self.writer.unchanged(project.id, hash);
            return;
        }
        let id = project.id;
        if removed {
            self.counts.added += 1;
            self.note(id, "removed", Some("yes".to_owned()), Some("no".to_owned()));
        } else {
            self.counts.changed += 1;
        }
        let renumbered = number != project.number;
        if renumbered {
            let old = std::mem::replace(&mut project.number, number.clone());
            self.note(id, "number", Some(old), Some(number));
        }
        let tasks = self.take_over(&mut project, updated);
        // The code may have changed while the project was removed.
        let moved = removed || renumbered || rekeyed || project.kept || project.code != self.job.integration.code;
        project.kept = false;
        project.code.clone_from(&self.job.integration.code);
        let extent = if moved { Extent::Place } else { Extent::Values };
        self.writer.project(Write { project, hash, tasks, extent });
    }

    /// Puts changed values into the project and notes them in the history. Gives the tasks, if they changed.
    pub(super) fn take_over(&mut self, project: &mut Project, updated: Updated) -> Option<Vec<Task>> {
        for (field, new) in updated.fields {
            let old = std::mem::replace(&mut project.fields[field], new.clone());
            self.note(project.id, field.name(), old, new);
        }
        updated.tasks.inspect(|tasks| {
            let names =
                |tasks: &[Task]| Some(tasks.iter().map(|task| task.name.as_str()).collect::<Vec<_>>().join(", "));
            self.note(project.id, "tasks", names(&project.tasks), names(tasks));
        })
    }

    pub(super) fn note(&mut self, project: i64, field: &'static str, old: Option<String>, new: Option<String>) {
        self.writer.change(ChangeRow { project, field, old, new });
    }
}

/// The ids of removals.
pub(super) fn ids(removals: &[(i64, String)]) -> HashSet<i64> {
    removals.iter().map(|(id, _)| *id).collect()
}
