//! What a work type gives to a new project (import rule 17): pure rules, no I/O.

use std::borrow::Cow;

use crate::model::{Field, Fields, Origin, Task, WorkOrder, WorkType, work_type_overwrites};

/// Puts its values into an order that makes a new project. What the client sent stays, except for what a work type always
/// sets. Whom the project is assigned to is decided later, by [`assignee`].
pub(super) fn fill(order: &mut WorkOrder<'_>, work_type: &WorkType, today: jiff::civil::Date) {
    let values = &work_type.fields;
    for (field, text) in values.texts().filter(|(field, _)| *field != Field::AssignedTo) {
        if work_type_overwrites(field) || is_empty(&order.fields, field) {
            order.fields[field] = Some(Cow::Owned(text.to_owned()));
        }
    }
    if let Some(due) = values.due(today).filter(|_| is_empty(&order.fields, Field::DueDate)) {
        order.fields[Field::DueDate] = Some(Cow::Owned(due.to_string()));
    }
}

/// Whom it assigns a project to that nobody else has assigned.
pub(super) fn assignee(work_type: Option<&WorkType>) -> Option<String> {
    work_type?.fields.text(Field::AssignedTo).map(str::to_owned)
}

/// Adds its tasks after those of the client; one that the client sent under the same name is there already.
pub(super) fn add_tasks(tasks: &mut Vec<Task>, work_type: &WorkType) {
    let sent = tasks.len();
    for new in &work_type.tasks {
        if tasks.iter().take(sent).any(|task| new.is_called(&task.name)) {
            continue;
        }
        tasks.push(Task {
            origin: Origin::WorkType,
            name: new.name.clone(),
            instructions: new.instructions.clone(),
            survey: None,
            survey_dynamic: None,
            options: None,
            source_service: None,
            source_service_id: None,
            attributes: None,
        });
    }
}

fn is_empty(fields: &Fields<Cow<'_, str>>, field: Field) -> bool {
    fields.text(field).is_none_or(|text| text.trim().is_empty())
}
