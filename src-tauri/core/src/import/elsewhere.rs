//! Orders that an export of several clients files under other codes than that of its integration. The clients' own lists are
//! newer: what they have sent is left alone. The rest is added, and kept until the client sends it; if the code has no
//! integration yet, the one that gets it may adopt the projects (import rules 11 and 18).

use std::collections::{BTreeMap, HashMap};

use super::apply::{Home, Run};
use super::merge::{self, Rule};
use super::numbers;
use super::spool::Spooled;
use crate::error::Result;
use crate::model::{IntegrationCode, WorkOrder, WorkType};
use crate::store::integrations::{self, Record};
use crate::store::sync::{self, Found};
use crate::store::work_types;
use crate::store::writer::{Extent, Write};

impl Run<'_> {
    /// Files orders that all name another code.
    pub(super) async fn file_elsewhere(&mut self, orders: Vec<Spooled<'static>>) -> Result<()> {
        let mut by_code: BTreeMap<String, Vec<WorkOrder<'static>>> = BTreeMap::new();
        for Spooled { mut order, .. } in orders {
            let code = order.code.take().unwrap_or_default().to_uppercase();
            by_code.entry(code).or_default().push(order);
        }
        for (code, orders) in by_code {
            match code.parse::<IntegrationCode>() {
                Ok(code) => self.file(code, orders).await?,
                Err(error) => {
                    for order in orders {
                        self.problems.add(Some(&order.number), format!("cannot be filed under \"{code}\": {error}"));
                        self.counts.skipped += 1;
                    }
                }
            }
        }
        Ok(())
    }

    async fn file(&mut self, code: IntegrationCode, orders: Vec<WorkOrder<'static>>) -> Result<()> {
        let owner = integrations::find(self.tx, &code).await?;
        // The projects of another integration follow its rules, not those of the export.
        let rule = match &owner {
            Some(record) => Rule::of(record, self.work_type_of(record).await?),
            None => Rule::of_none(),
        };
        let (integration, code) = owner.map_or((None, code), |record| (Some(record.id), record.code));
        let home = Home { integration, code, kept: true, rule: &rule };
        let wanted: Vec<&str> = orders.iter().map(|order| order.number.as_ref()).collect();
        let mut found: HashMap<String, Found> = HashMap::new();
        for one in sync::find_filed(self.tx, (home.code.as_str(), integration), &wanted).await? {
            // A number that is shown says more than a key, and a project of the list more than a removed one.
            let name =
                if wanted.contains(&one.project.number.as_str()) { &one.project.number } else { &one.project.key };
            let better = found.get(name).is_none_or(|other| other.removed && !one.removed);
            if better {
                found.insert(name.clone(), one);
            }
        }
        let numbers: Vec<(&str, &str)> =
            orders.iter().map(|order| (order.number.as_ref(), order.key.as_ref())).collect();
        let mut taken = numbers::taken(self.tx, home.code.as_str(), &numbers).await?;
        for order in orders {
            for problem in &order.problems {
                self.problems.add(Some(&order.number), problem.as_str());
            }
            match found.remove(order.number.as_ref()) {
                Some(known) => self.refresh_filed(known, order, &rule, &mut taken),
                None => self.add(order, None, &home, &mut taken),
            }
        }
        Ok(())
    }

    async fn work_type_of(&self, record: &Record) -> Result<Option<WorkType>> {
        Ok(match record.default_work_type {
            Some(id) => work_types::get(self.tx, id).await?,
            None => None,
        })
    }

    fn refresh_filed(
        &mut self,
        known: Found,
        order: WorkOrder<'static>,
        rule: &Rule,
        taken: &mut HashMap<String, i64>,
    ) {
        let Found { mut project, removed } = known;
        let is_the_clients = project.integration.is_some() && (removed || !project.kept);
        let updated = merge::update(&project, order, rule);
        if is_the_clients || (!removed && updated.is_empty()) {
            self.counts.unchanged += 1;
            return;
        }
        if removed {
            self.counts.added += 1;
            self.note(project.id, "removed", Some("yes".to_owned()), Some("no".to_owned()));
            project.number = numbers::take(taken, project.number, &project.key, project.id);
            project.kept = true;
        } else {
            self.counts.changed += 1;
        }
        let tasks = self.take_over(&mut project, updated);
        let extent = if removed { Extent::Place } else { Extent::Values };
        self.writer.project(Write { project, hash: None, tasks, extent });
    }
}
