//! Merging an order into a project: pure rules, no I/O. The matrix of who owns what is in `model/`.

use std::collections::HashMap;

use super::work_type;
use crate::model::{
    AutoAdmin, Field, Fields, Group, Kind, Mode, Origin, Owner, Project, ProjectStatus, Task, WorkOrder, WorkOrderTask,
    WorkType, owner_of,
};
use crate::store::integrations::Record;

/// How an integration treats its projects.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) mode: Mode,
    pub(super) auto_admin: AutoAdmin,
    /// For new projects of External integrations.
    pub(super) default_assign_to: Option<String>,
    /// For new projects.
    pub(super) work_type: Option<WorkType>,
    /// The office's calendar date, the due date of a project that comes without one.
    pub(super) today: jiff::civil::Date,
}

impl Rule {
    /// How that integration treats its projects today; new ones get what the work type says.
    pub(super) fn of(integration: &Record, work_type: Option<WorkType>) -> Self {
        Self {
            mode: integration.mode,
            auto_admin: integration.auto_admin,
            default_assign_to: integration.default_assign_to.clone(),
            work_type,
            today: crate::today(),
        }
    }

    /// How projects are treated that have no integration: as an External one would that takes all from the client.
    pub(super) fn of_none() -> Self {
        let (mode, auto_admin) = (Mode::External, AutoAdmin::On);
        Self { mode, auto_admin, default_assign_to: None, work_type: None, today: crate::today() }
    }
}

/// The values of a new project.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Created {
    pub(super) fields: Fields<String>,
    pub(super) tasks: Vec<Task>,
}

/// What an order changes about a project.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Updated {
    /// Field, and its new value.
    pub(super) fields: Vec<(Field, Option<String>)>,
    /// All tasks as they are now, if any changed.
    pub(super) tasks: Option<Vec<Task>>,
}

impl Updated {
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.tasks.is_none()
    }
}

/// Makes a project of an order. Fails, in words for an admin, if the order lacks what a project cannot be without.
pub(super) fn create(mut order: WorkOrder<'_>, rule: &Rule) -> Result<Created, String> {
    let mut tasks: Vec<Task> = std::mem::take(&mut order.tasks).into_iter().map(client_task).collect();
    if let Some(work_type) = &rule.work_type {
        work_type::fill(&mut order, work_type, rule.today);
        work_type::add_tasks(&mut tasks, work_type);
    }
    let mut missing = order.missing_fields();
    if tasks.is_empty() {
        missing.push("services");
    }
    if !missing.is_empty() {
        return Err(format!("is not in the list yet, and the order does not say its {}", missing.join(", ")));
    }
    let mut sent = order.fields;
    let mut fields: Fields<String> = Fields::default();
    for field in Field::ALL {
        // An empty text is as good as nothing when there is nothing to clear.
        fields[field] = sent[field].take().filter(|text| !text.is_empty()).map(std::borrow::Cow::into_owned);
    }
    if rule.mode == Mode::External {
        fields[Field::AssignedTo].clone_from(&rule.default_assign_to);
    }
    if fields[Field::AssignedTo].is_none() {
        fields[Field::AssignedTo] = work_type::assignee(rule.work_type.as_ref());
    }
    let assigned = fields[Field::AssignedTo].is_some();
    let status = fields.text(Field::Status).and_then(ProjectStatus::from_text);
    let status = match status {
        None | Some(ProjectStatus::Unassigned) if assigned => ProjectStatus::Assigned,
        None => ProjectStatus::Unassigned,
        Some(status) => status,
    };
    fields[Field::Status] = Some(status.as_str().to_owned());
    if fields[Field::DueDate].is_none() {
        fields[Field::DueDate] = Some(rule.today.to_string());
    }
    if fields[Field::ClientDueDate].is_none() {
        let due = fields[Field::DueDate].clone();
        fields[Field::ClientDueDate] = due;
    }
    Ok(Created { fields, tasks })
}

/// What the order changes, by the matrix. Absent is *not sent*; an empty text clears an optional field (import rule 13).
pub(super) fn update(project: &Project, order: WorkOrder<'_>, rule: &Rule) -> Updated {
    let mut sent = order.fields;
    let mut updated = Updated::default();
    for field in Field::ALL {
        let Some(text) = sent[field].take() else { continue };
        if owner_of(field.group(), Some((rule.mode, rule.auto_admin))) == Owner::Yours
            || (text.trim().is_empty() && field.required())
        {
            continue;
        }
        let current = project.fields.text(field).unwrap_or_default();
        let same = current == text || (field.kind() == Kind::Json && same_json(current, &text));
        if !same {
            updated.fields.push((field, (!text.is_empty()).then(|| text.into_owned())));
        }
    }
    follow_assignment(&project.fields, &mut updated.fields);
    let tasks_are_the_clients = owner_of(Group::Shared, Some((rule.mode, rule.auto_admin))) != Owner::Yours;
    if tasks_are_the_clients && !order.tasks.is_empty() {
        let tasks = merge_tasks(&project.tasks, order.tasks);
        if tasks != project.tasks {
            updated.tasks = Some(tasks);
        }
    }
    updated
}

fn same_json(a: &str, b: &str) -> bool {
    let read = |text| serde_json::from_str::<serde_json::Value>(text).ok();
    !a.is_empty() && !b.is_empty() && read(a).is_some_and(|a| Some(a) == read(b))
}

/// Assigning an Unassigned project makes it Assigned; clearing the assignee does the reverse (import rule 17).
pub(crate) fn follow_assignment(before: &Fields<String>, changes: &mut Vec<(Field, Option<String>)>) {
    let after = |field: Field| match changes.iter().find(|(changed, _)| *changed == field) {
        Some((_, value)) => value.as_deref(),
        None => before.text(field),
    };
    let assigned = after(Field::AssignedTo).is_some();
    let was_assigned = before[Field::AssignedTo].is_some();
    let status = after(Field::Status).and_then(ProjectStatus::from_text);
    let new = match status {
        Some(ProjectStatus::Unassigned) if assigned => ProjectStatus::Assigned,
        Some(ProjectStatus::Assigned) if was_assigned && !assigned => ProjectStatus::Unassigned,
        _ => return,
    };
    changes.retain(|(field, _)| *field != Field::Status);
    if before.text(Field::Status) != Some(new.as_str()) {
        changes.push((Field::Status, Some(new.as_str().to_owned())));
    }
}

fn client_task(task: WorkOrderTask<'_>) -> Task {
    let text = |value: Option<std::borrow::Cow<'_, str>>| {
        value.filter(|text| !text.is_empty()).map(std::borrow::Cow::into_owned)
    };
    Task {
        origin: Origin::Client,
        name: task.name.into_owned(),
        instructions: text(task.instructions),
        survey: text(task.survey),
        survey_dynamic: text(task.survey_dynamic),
        options: text(task.options),
        source_service: text(task.source_service),
        source_service_id: text(task.source_service_id),
        attributes: text(task.attributes),
    }
}

/// The client's tasks as they came, each with what was not sent kept from the task of the same name and occurrence;
/// then the tasks of other origins, untouched (import rule 16).
fn merge_tasks(current: &[Task], sent: Vec<WorkOrderTask<'_>>) -> Vec<Task> {
    let mut by_name: HashMap<&str, std::collections::VecDeque<&Task>> = HashMap::new();
    for task in current.iter().filter(|task| task.origin == Origin::Client) {
        by_name.entry(task.name.as_str()).or_default().push_back(task);
    }
    let mut tasks: Vec<Task> = sent
        .into_iter()
        .map(|new| {
            let old = by_name.get_mut(new.name.as_ref()).and_then(std::collections::VecDeque::pop_front);
            // Which values were not sent, before empty texts (which clear) look the same.
            let absent = [
                new.instructions.is_none(),
                new.survey.is_none(),
                new.survey_dynamic.is_none(),
                new.options.is_none(),
                new.source_service.is_none(),
                new.source_service_id.is_none(),
                new.attributes.is_none(),
            ];
            let mut task = client_task(new);
            if let Some(old) = old {
                let values = [
                    (&mut task.instructions, &old.instructions),
                    (&mut task.survey, &old.survey),
                    (&mut task.survey_dynamic, &old.survey_dynamic),
                    (&mut task.options, &old.options),
                    (&mut task.source_service, &old.source_service),
                    (&mut task.source_service_id, &old.source_service_id),
                    (&mut task.attributes, &old.attributes),
                ];
                for ((value, kept), absent) in values.into_iter().zip(absent) {
                    if absent {
                        value.clone_from(kept);
                    }
                }
            }
            task
        })
        .collect();
    tasks.extend(current.iter().filter(|task| task.origin != Origin::Client).cloned());
    tasks
}

/// Whether a person may change the field of a project of that integration.
pub(crate) fn person_may_edit(field: Field, rule: Option<(Mode, AutoAdmin)>) -> bool {
    rule.is_none() || field.group() != Group::Client
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
