//! A row as it is handed on and kept, and an order made of its rows again. What is handed on holds only what goes
//! somewhere, always in the same order, so that an order whose cells did not change is known by its bytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::convert;
use super::layout::Layout;
use super::presets::{self, NONE, Preset};
use super::row::{Cell, Row};
use super::target::Target;
use crate::connectors::DecodeError;
use crate::connectors::pruvan::take_services;
use crate::connectors::value::{shown, text as json_text};
use crate::html;
use crate::model::{Field, Fields, Kind, ProjectStatus, WorkOrder, WorkOrderTask};

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RowKind {
    /// A row of the order that is known by that: its number, and its code if it has one.
    Order(String),
    /// A further task of the order above: it has neither number nor address of its own.
    Task,
    /// Nothing of an order: a sum, a remark.
    Nothing,
    /// An order whose number cannot be read, and why.
    Nameless(&'static str),
}

/// What a row is, by its number and what stands beside it.
pub(super) fn kind_of(layout: &Layout, row: &Row) -> RowKind {
    let text = |target| match first(layout, row, target) {
        Some(Cell::Text(text)) => text,
        _ => "",
    };
    match first(layout, row, Target::Number) {
        Some(Cell::Error) => return RowKind::Nameless("the cell of its number holds an error"),
        Some(Cell::Text(number)) if !number.is_empty() => {
            return if is_shortened(number) {
                RowKind::Nameless("its number was shortened by a spreadsheet program, like 1.23E+11")
            } else {
                RowKind::Order(key(layout, number, text(Target::Code)))
            };
        }
        _ => {}
    }
    let has_address =
        [Target::FullAddress, Target::Field(Field::Address1)].into_iter().any(|target| !text(target).is_empty());
    if has_address {
        RowKind::Nameless("its number is missing")
    } else if !text(Target::Task).is_empty() {
        RowKind::Task
    } else {
        RowKind::Nothing
    }
}

/// By what rows of one order are known: clients of different codes may have the same number.
fn key(layout: &Layout, number: &str, code: &str) -> String {
    match code_and_number(preset(layout), number.into(), Some(code.into())) {
        (Some(code), number) => format!("{}::{number}", code.to_ascii_uppercase()),
        (None, number) => number.into_owned(),
    }
}

/// The list that orders are treated as. Without an admin's choice a number is taken as it is.
fn preset(layout: &Layout) -> &'static Preset {
    if layout.may_have_codes() { &NONE } else { layout.preset }
}

/// A long number of which a spreadsheet program kept the first digits only. Two orders may look the same then.
fn is_shortened(number: &str) -> bool {
    let Some((digits, exponent)) = number.split_once("E+") else { return false };
    digits.contains('.')
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

/// The first cell that is not empty of those that go there; none if no column does.
fn first<'a>(layout: &Layout, row: &'a Row, target: Target) -> Option<Cell<'a>> {
    let columns = layout.columns_of(target);
    let cells = columns.iter().map(|column| row.get(*column));
    cells.clone().find(|cell| *cell != Cell::Text("")).or_else(|| cells.into_iter().next())
}

/// Writes a row as one JSON object: the names of the targets and their texts. Null is a cell that holds an error.
pub(super) fn write(out: &mut Vec<u8>, layout: &Layout, row: &Row, is_1904: bool) -> serde_json::Result<()> {
    out.push(b'{');
    let mut joined = String::new();
    for (place, (target, columns)) in layout.by_target.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, target.name())?;
        out.push(b':');
        let is_joined = target.joins() && columns.len() > 1;
        let cell = if is_joined {
            join(&mut joined, layout, row, columns);
            Cell::Text(&joined)
        } else {
            first(layout, row, *target).unwrap_or(Cell::Text(""))
        };
        match cell {
            Cell::Error => out.extend_from_slice(b"null"),
            Cell::Text(text) => write_text(out, *target, text, is_1904)?,
        }
    }
    out.push(b'}');
    Ok(())
}

fn write_text(out: &mut Vec<u8>, target: Target, text: &str, is_1904: bool) -> serde_json::Result<()> {
    if target == Target::Tasks && text.starts_with('[') && serde_json::from_str::<&RawValue>(text).is_ok() {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    let is_date = matches!(target, Target::Field(field) if field.kind() == Kind::Date);
    match convert::from_1904(text) {
        Some(number) if is_date && is_1904 => serde_json::to_writer(out, &number),
        _ => serde_json::to_writer(out, text),
    }
}

/// The texts of several columns, each behind the name of its column.
fn join(joined: &mut String, layout: &Layout, row: &Row, columns: &[usize]) {
    joined.clear();
    for column in columns {
        let Cell::Text(text) = row.get(*column) else { continue };
        if text.is_empty() {
            continue;
        }
        if !joined.is_empty() {
            joined.push('\n');
        }
        joined.extend([layout.columns[*column].0.trim(), ": ", text]);
    }
}

/// An order as it is handed on.
#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    preset: Cow<'a, str>,
    /// Whether each row is a task.
    tasks: bool,
    #[serde(borrow)]
    rows: Vec<Cells<'a>>,
}

/// What stands before the rows of an order, and behind them.
pub(super) fn frame(layout: &Layout) -> (String, &'static str) {
    // The name of a preset needs no escaping.
    (format!(r#"{{"preset":"{}","tasks":{},"rows":["#, preset(layout).name, layout.has_tasks()), "]}")
}

/// The cells of a row, and where they go.
struct Cells<'a>(Vec<(Target, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Cells<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Row;
        impl<'de> Visitor<'de> for Row {
            type Value = Cells<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells<'de>, A::Error> {
                let mut cells = Vec::with_capacity(16);
                while let Some(name) = map.next_key::<&str>()? {
                    let target = Target::from_name(name).ok_or_else(|| A::Error::custom("an unknown target"))?;
                    cells.push((target, map.next_value()?));
                }
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_map(Row)
    }
}

/// Makes an order of its rows.
pub(super) fn decode(raw: &[u8]) -> Result<WorkOrder<'_>, DecodeError> {
    // Muster wrote it itself.
    let damaged = |error| DecodeError::Damaged(format!("a row cannot be read back: {error}"));
    let raw: Raw<'_> = serde_json::from_slice(raw).map_err(damaged)?;
    let mut values = Values::default();
    for (target, value) in raw.rows.iter().flat_map(|row| &row.0) {
        values.set(*target, value.get());
    }
    let number = values.number.unwrap_or_default();
    let preset = presets::find(&raw.preset).unwrap_or(&NONE);
    let (code, number) = code_and_number(preset, number, values.code);
    if number.is_empty() {
        return Err(DecodeError::NoKey("a work order has no usable number".to_owned()));
    }
    let mut order = WorkOrder { key: number.clone(), number, code, ..WorkOrder::default() };
    for name in values.errors {
        order.problems.push(format!("{name}: the cell holds an error"));
    }
    // The status comes last: what it says may have to stand in for the client's status.
    let status = values.fields[Field::Status].take();
    for field in Field::ALL {
        if let Some(text) = values.fields[field].take() {
            take(&mut order, field, text, preset);
        }
    }
    if let Some(status) = status {
        take_status(&mut order, &status);
    }
    if let Some(text) = values.full_address {
        take_address(&mut order, &text);
    }
    if preset.closes {
        close(&mut order);
    }
    take_tasks(&mut order, &raw);
    Ok(order)
}

/// The values of an order: of several rows the last one that has any, as with orders that come twice.
#[derive(Default)]
struct Values<'a> {
    number: Option<Cow<'a, str>>,
    code: Option<Cow<'a, str>>,
    full_address: Option<Cow<'a, str>>,
    fields: Fields<Cow<'a, str>>,
    errors: Vec<&'static str>,
}

impl<'a> Values<'a> {
    fn set(&mut self, target: Target, raw: &'a str) {
        let slot = match target {
            Target::Number => &mut self.number,
            Target::Code => &mut self.code,
            Target::FullAddress => &mut self.full_address,
            Target::Field(field) => &mut self.fields[field],
            Target::Task | Target::TaskInstructions | Target::Tasks | Target::LastModified => return,
        };
        match json_text(raw) {
            Ok(Some(text)) if slot.is_none() || !text.is_empty() => *slot = Some(text),
            Ok(Some(_)) => {}
            _ if self.errors.contains(&target.name()) => {}
            _ => self.errors.push(target.name()),
        }
    }
}

/// An export of Pruvan Online has `CODE::number`, or the code in a column of its own.
fn code_and_number<'a>(
    preset: &Preset,
    number: Cow<'a, str>,
    code: Option<Cow<'a, str>>,
) -> (Option<Cow<'a, str>>, Cow<'a, str>) {
    let is_code = |code: &str| {
        (1..=16).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !preset.has_codes {
        return (None, number);
    }
    match number.split_once("::") {
        Some((code, rest)) if is_code(code.trim()) && !rest.trim().is_empty() => {
            (Some(code.trim().to_owned().into()), rest.trim().to_owned().into())
        }
        _ => (code.filter(|code| is_code(code)), number),
    }
}

/// Takes over the value of a field.
fn take<'a>(order: &mut WorkOrder<'a>, field: Field, text: Cow<'a, str>, preset: &Preset) {
    let value = match field {
        Field::AssignedTo if preset.never_assigned => return,
        Field::Zip => convert::zip(text),
        Field::State => convert::state(text),
        _ => match field.kind() {
            Kind::Date => match convert::day(text) {
                Ok(day) => day,
                Err(text) => {
                    let problem = format!("{}: {} is no date that can be read", field.name(), shown(&text));
                    return order.problems.push(problem);
                }
            },
            Kind::Html => html::from_text(text),
            Kind::Json if !text.is_empty() && serde_json::from_str::<&RawValue>(&text).is_err() => {
                serde_json::Value::from(text).to_string().into()
            }
            _ => text,
        },
    };
    order.fields[field] = Some(value);
}

/// A status that Muster has is the project's; every other one is the client's own.
fn take_status(order: &mut WorkOrder<'_>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(status) = ProjectStatus::from_text(text) {
        order.fields[Field::Status] = Some(status.as_str().into());
    } else if order.fields.text(Field::ClientStatus).is_none_or(str::is_empty) {
        order.fields[Field::ClientStatus] = Some(text.to_owned().into());
    } else {
        order.problems.push(format!("status: {} is not a known status", shown(text)));
    }
}

/// Closes the project if the client says that it is complete or cancelled.
fn close(order: &mut WorkOrder<'_>) {
    let is_over =
        |status: &str| ["complete", "completed", "cancelled", "canceled"].contains(&status.to_lowercase().as_str());
    if order.fields.text(Field::ClientStatus).is_some_and(is_over) {
        order.fields[Field::Status] = Some(ProjectStatus::Closed.as_str().into());
    }
}

fn take_address(order: &mut WorkOrder<'_>, text: &str) {
    if text.is_empty() {
        return;
    }
    let address = convert::split(text);
    if address.unsure {
        order.problems.push(format!("address1: {} could not be split for certain; look at it", shown(text)));
    }
    let parts = [
        (Field::Address1, address.street),
        (Field::Address2, address.second),
        (Field::City, address.city),
        (Field::State, address.state),
        (Field::Zip, address.zip),
    ];
    for (field, part) in parts {
        // What a column of its own says is better.
        if !part.is_empty() && order.fields.text(field).is_none_or(str::is_empty) {
            order.fields[field] = Some(part.into());
        }
    }
}

/// The task of orders in a list that has none: a project cannot be without.
const ONLY_TASK: &str = "Work order";

fn take_tasks<'a>(order: &mut WorkOrder<'a>, raw: &Raw<'a>) {
    if !raw.tasks {
        order.tasks.push(WorkOrderTask { name: ONLY_TASK.into(), ..WorkOrderTask::default() });
        return;
    }
    for Cells(row) in &raw.rows {
        let value = |wanted| row.iter().find(|(target, _)| *target == wanted).map(|(_, value)| value.get());
        let text = |target| value(target).and_then(|raw| json_text(raw).ok().flatten()).filter(|text| !text.is_empty());
        match value(Target::Tasks) {
            Some(list) if list.starts_with('[') => take_services(order, list),
            Some("null" | "\"\"") | None => {}
            Some(_) => order.problems.push("tasks: the cell is no list of tasks in JSON".to_owned()),
        }
        if let Some(name) = text(Target::Task) {
            let instructions = text(Target::TaskInstructions).map(html::from_text);
            order.tasks.push(WorkOrderTask { name, instructions, ..WorkOrderTask::default() });
        }
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
