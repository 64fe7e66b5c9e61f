//! The first records, as they are and as they would be read: whether a description is right is seen best there.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::description::Mapping;
use super::list::{LARGEST_PAGE, records};
use super::paging::{Page, Pager};
use super::{WebApi, mapping};
use crate::connectors::{ConnectError, Look, LookColumn, LookOrder};

/// How many records are shown.
const FIRST: usize = 10;
/// The most columns.
const MOST_COLUMNS: usize = 200;
/// The longest text in a row.
const LONGEST: usize = 200;
/// How long a person waits for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

impl WebApi {
    pub(super) async fn first_records(&self) -> Result<Look, ConnectError> {
        let list = &self.description.list;
        let mut request = self.list_request()?;
        if let Some(size) = &list.page_size {
            request.set(&size.parameter, &Value::from(FIRST));
        }
        if let Some((sweep, first)) = list.sweep.as_ref().and_then(|sweep| Some((sweep, sweep.values.first()?))) {
            request.set(&sweep.parameter, &Value::from(first.as_str()));
        }
        let mut pager = Pager::new(&list.paging);
        let out = pager.outgoing(&request);
        let reply = self.api.ask(&out, LARGEST_PAGE, Some(PATIENCE)).await?;
        let Some(raw) = records(&reply.body, &list.records)? else {
            return Ok(Look { notes: vec!["The list is null: there are no records.".to_owned()], ..Look::default() });
        };
        let page = Page { url: &out.url, body: &reply.body, link: reply.link.as_deref(), records: &raw };
        let next = pager.advance(page);
        let about = self.description.about.trim();
        let mut notes: Vec<String> =
            Some(about).filter(|about| !about.is_empty()).map(str::to_owned).into_iter().collect();
        notes.push(format!("The first page has {} records.", raw.len()));
        notes.extend(pager.total.map(|total| format!("The list says that it has {total} records.")));
        if let Err(error) = next {
            notes.push(format!("The next page: {error}."));
        }
        let mut first = Vec::new();
        for raw in raw.iter().take(FIRST) {
            match serde_json::from_str::<Value>(raw.get()) {
                Ok(record) => first.push(self.whole(record, &mut notes).await?),
                Err(_) => notes.push("A record cannot be read.".to_owned()),
            }
        }
        Ok(look(&self.description.mapping, &first, notes))
    }

    /// The record with what the detail call says about it.
    async fn whole(&self, record: Value, notes: &mut Vec<String>) -> Result<Value, ConnectError> {
        let Some(detail) = &self.description.detail else { return Ok(record) };
        let Ok(key) = mapping::key(&self.description.mapping, &record) else { return Ok(record) };
        match self.detail(detail, &key, &record).await {
            Ok(fetched) => Ok(fetched.record),
            Err(error @ (ConnectError::WrongCredentials { .. } | ConnectError::Setting(_))) => Err(error),
            Err(error) => {
                notes.push(format!("The order {key} could not be fetched: {error}."));
                Ok(record)
            }
        }
    }
}

fn look(mapping: &Mapping, records: &[Value], notes: Vec<String>) -> Look {
    let goes_to = goes_to(mapping);
    let mut names: Vec<String> = Vec::new();
    for record in records {
        for (name, _) in cells(record) {
            if names.len() < MOST_COLUMNS && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let row = |record: &Value| names.iter().map(|name| shown(record.pointer(name))).collect();
    Look {
        rows: records.iter().map(row).collect(),
        orders: records.iter().map(|record| LookOrder::of(mapping::decode(mapping, record))).collect(),
        columns: names.into_iter().map(|name| LookColumn { goes_to: goes_to.get(&name).cloned(), name }).collect(),
        targets: Vec::new(),
        notes,
    }
}

/// The JSON Pointers of a record's members, and of theirs.
fn cells(record: &Value) -> Vec<(String, &Value)> {
    let mut cells = Vec::new();
    for (name, value) in record.as_object().into_iter().flatten() {
        let pointer = format!("/{}", token(name));
        match value.as_object().filter(|members| !members.is_empty()) {
            Some(inner) => {
                cells.extend(inner.iter().map(|(name, value)| (format!("{pointer}/{}", token(name)), value)));
            }
            None => cells.push((pointer, value)),
        }
    }
    cells
}

fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn shown(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => return String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What each JSON Pointer is read as.
fn goes_to(mapping: &Mapping) -> BTreeMap<String, String> {
    let key = [("key", Some(&mapping.key)), ("number", mapping.number.as_ref())];
    let rules = key.into_iter().filter_map(|(name, rule)| Some((name, rule?)));
    let rules = rules.chain(mapping.fields.iter().map(|(name, rule)| (name.as_str(), rule)));
    let mut goes_to: BTreeMap<String, String> = BTreeMap::new();
    let pairs = rules.flat_map(|(name, rule)| rule.from.iter().map(move |pointer| (pointer.clone(), name)));
    let tasks = mapping.tasks.as_ref().and_then(|tasks| tasks.from.clone()).map(|pointer| (pointer, "tasks"));
    for (pointer, name) in pairs.chain(tasks) {
        let names = goes_to.entry(pointer).or_default();
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(name);
    }
    goes_to
}
