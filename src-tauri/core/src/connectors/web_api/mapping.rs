//! A record as a work order, by the rules of a description. What is wrong with one value is a problem of that value; the
//! rest of the order still counts.

use std::borrow::Cow;

use serde_json::Value;

use super::description::{Cancelled, Mapping, Tasks};
use super::rule::Rule;
use super::values::text;
use crate::connectors::DecodeError;
use crate::connectors::value::shown;
use crate::html::from_text;
use crate::model::{Field, Kind, ProjectStatus, WorkOrder, WorkOrderTask};

/// The most tasks of one order.
const MOST_TASKS: usize = 1_000;

/// The key of a record; why it has none that can be used.
pub(super) fn key(mapping: &Mapping, record: &Value) -> Result<String, String> {
    let none = |why: &str| format!("a work order has no usable key ({why})");
    if !record.is_object() {
        return Err("an element of the list is no work order".to_owned());
    }
    let key = mapping.key.text(record).map_err(|why| none(&why))?.ok_or_else(|| none("it is missing"))?;
    match key.trim() {
        "" => Err(none("it is empty")),
        key if key.contains(char::is_control) => Err(none("it is more than one line")),
        key => Ok(key.to_owned()),
    }
}

/// Reads one record.
pub(super) fn decode(mapping: &Mapping, record: &Value) -> Result<WorkOrder<'static>, DecodeError> {
    let key = key(mapping, record).map_err(DecodeError::NoKey)?;
    let mut order = WorkOrder { number: key.clone().into(), key: key.into(), ..WorkOrder::default() };
    if let Some(rule) = &mapping.number {
        match rule.text(record) {
            Ok(Some(number)) if !number.trim().is_empty() => order.number = number.trim().to_owned().into(),
            Ok(_) => {}
            Err(why) => order.problems.push(format!("number: {why}")),
        }
    }
    for (name, rule) in &mapping.fields {
        let Some(field) = Field::from_name(name) else { continue };
        match value(field, rule, record) {
            Ok(value) => order.fields[field] = value.map(Cow::Owned),
            Err(why) => order.problems.push(format!("{name}: {why}")),
        }
    }
    if let Some(cancelled) = &mapping.cancelled {
        cancel(&mut order, cancelled, record);
    }
    if let Some(tasks) = &mapping.tasks {
        take_tasks(&mut order, tasks, record);
    }
    Ok(order)
}

fn value(field: Field, rule: &Rule, record: &Value) -> Result<Option<String>, String> {
    Ok(match field.kind() {
        Kind::Text => rule.text(record)?,
        Kind::Html => html(rule, record)?,
        Kind::Date => rule.date(record)?,
        Kind::Json => rule.json(record),
        Kind::Status => match rule.text(record)? {
            Some(text) if !text.trim().is_empty() => {
                let status = ProjectStatus::from_text(&text);
                let status = status.ok_or_else(|| format!("{} is not a known status", shown(&text)))?;
                Some(status.as_str().to_owned())
            }
            _ => None,
        },
    })
}

/// Instructions are shown as HTML. What the API sends as plain text must look the same there.
fn html(rule: &Rule, record: &Value) -> Result<Option<String>, String> {
    Ok(rule.text(record)?.map(|text| if rule.html { text } else { from_text(text.into()).into_owned() }))
}

fn cancel(order: &mut WorkOrder<'_>, cancelled: &Cancelled, record: &Value) {
    let Some(Ok(Some(said))) = record.pointer(&cancelled.from).map(text) else { return };
    if !cancelled.is.iter().any(|word| word.trim().eq_ignore_ascii_case(said.trim())) {
        return;
    }
    if order.fields.text(Field::ClientStatus).is_none_or(str::is_empty) {
        order.fields[Field::ClientStatus] = Some("Cancelled".into());
    }
    if cancelled.close {
        order.fields[Field::Status] = Some(ProjectStatus::Closed.as_str().into());
    }
}

fn take_tasks(order: &mut WorkOrder<'_>, tasks: &Tasks, record: &Value) {
    let lines = match tasks.from.as_deref().map(|from| record.pointer(from)) {
        None => std::slice::from_ref(record),
        Some(None | Some(Value::Null)) => return,
        Some(Some(Value::Array(lines))) => lines,
        Some(Some(_)) => return order.problems.push("tasks: a list is expected".to_owned()),
    };
    if lines.len() > MOST_TASKS {
        return order.problems.push(format!("tasks: there are more than {MOST_TASKS}; they were passed over"));
    }
    for line in lines {
        match task(tasks, line, &mut order.problems) {
            Some(task) => order.tasks.push(task),
            None => order.problems.push("tasks: a task without a name was passed over".to_owned()),
        }
    }
}

fn task(tasks: &Tasks, line: &Value, problems: &mut Vec<String>) -> Option<WorkOrderTask<'static>> {
    type Read = fn(&Rule, &Value) -> Result<Option<String>, String>;
    let mut take = |what: &str, rule: Option<&Rule>, read: Read| -> Option<Cow<'static, str>> {
        match read(rule?, line) {
            Ok(text) => text.map(Cow::Owned),
            Err(why) => {
                problems.push(format!("tasks: {what}: {why}"));
                None
            }
        }
    };
    let name = take("name", Some(&tasks.name), Rule::text)?;
    if name.trim().is_empty() {
        return None;
    }
    Some(WorkOrderTask {
        instructions: take("instructions", tasks.instructions.as_ref(), html),
        survey: take("survey", tasks.survey.as_ref(), Rule::text),
        source_service: take("source_service", tasks.source_service.as_ref(), Rule::text),
        source_service_id: take("source_service_id", tasks.source_service_id.as_ref(), Rule::text),
        name,
        ..WorkOrderTask::default()
    })
}
