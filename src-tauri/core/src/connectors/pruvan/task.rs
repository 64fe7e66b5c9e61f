//! The tasks of a work order (`services`, section 6 of docs/protocols/pruvan.md).

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::connectors::value::{Key, opaque, shown, text};
use crate::model::{WorkOrder, WorkOrderTask};

/// The values of a task, not yet looked at.
#[derive(Default)]
struct TaskParts<'a> {
    known: [Option<&'a RawValue>; 7],
    attributes: [Option<&'a RawValue>; ATTRIBUTES.len()],
}

/// Where the value of a key goes.
#[derive(Clone, Copy)]
enum Slot {
    Known(usize),
    Attribute(usize),
    Unknown,
}

const NAME: usize = 0;
const INSTRUCTIONS: usize = 1;
const SURVEY: usize = 2;
const SURVEY_DYNAMIC: usize = 3;
const OPTIONS: usize = 4;
const SOURCE_SERVICE: usize = 5;
const SOURCE_SERVICE_ID: usize = 6;

const KNOWN: [&str; 7] =
    ["serviceName", "instructions", "survey", "surveyDynamic", "options", "source_service", "source_service_id"];

const ATTRIBUTES: [&str; 15] = [
    "attribute16",
    "attribute17",
    "attribute18",
    "attribute19",
    "attribute20",
    "attribute21",
    "attribute22",
    "attribute23",
    "attribute24",
    "attribute25",
    "attribute26",
    "attribute27",
    "attribute28",
    "attribute29",
    "attribute30",
];

fn slot(key: &str) -> Slot {
    let place = |keys: &[&str]| keys.iter().position(|known| *known == key);
    match place(&KNOWN) {
        Some(place) => Slot::Known(place),
        None => place(&ATTRIBUTES).map_or(Slot::Unknown, Slot::Attribute),
    }
}

/// Reads what is under `services` and puts the tasks into the order. Null and an empty list are the same as nothing:
/// not sent.
pub(in crate::connectors) fn take_services<'a>(order: &mut WorkOrder<'a>, raw: &'a str) {
    if raw == "null" {
        return;
    }
    let services: Vec<&RawValue> = if raw.starts_with('[') {
        serde_json::from_str(raw).unwrap_or_default()
    } else {
        return order.problems.push("services: a list is expected".to_owned());
    };
    order.tasks.reserve_exact(services.len());
    for service in services {
        let mut deserializer = serde_json::Deserializer::from_str(service.get());
        match deserializer.deserialize_map(TaskVisitor) {
            Ok(parts) => parts.into_task(order),
            Err(_) => order.problems.push("services: a task is no object, or cannot be read".to_owned()),
        }
    }
}

impl<'a> TaskParts<'a> {
    fn into_task(self, order: &mut WorkOrder<'a>) {
        let name = match self.known[NAME].map(|raw| text(raw.get())) {
            Some(Ok(Some(name))) if !name.trim().is_empty() => name,
            Some(Err(why)) => return order.problems.push(format!("services: the name of a task: {why}")),
            _ => return order.problems.push("services: a task without a name was passed over".to_owned()),
        };
        let problems = &mut order.problems;
        let mut take = |place: usize| -> Option<Cow<'a, str>> {
            text(self.known[place]?.get()).unwrap_or_else(|why| {
                problems.push(format!("services: {} of {}: {why}", KNOWN[place], shown(&name)));
                None
            })
        };
        let task = WorkOrderTask {
            instructions: take(INSTRUCTIONS),
            survey: take(SURVEY),
            source_service: take(SOURCE_SERVICE),
            source_service_id: take(SOURCE_SERVICE_ID),
            survey_dynamic: self.known[SURVEY_DYNAMIC].and_then(|raw| opaque(raw.get())),
            options: self.known[OPTIONS].and_then(|raw| opaque(raw.get())),
            attributes: self.attributes(),
            name,
        };
        order.tasks.push(task);
    }

    /// The attributes that were sent, as one JSON object.
    fn attributes(&self) -> Option<Cow<'a, str>> {
        let mut object = String::new();
        for (name, raw) in ATTRIBUTES.iter().zip(&self.attributes) {
            if let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") {
                object.push(if object.is_empty() { '{' } else { ',' });
                object.extend(["\"", name, "\":", raw]);
            }
        }
        if object.is_empty() {
            return None;
        }
        object.push('}');
        Some(object.into())
    }
}

struct TaskVisitor;

impl<'de> Visitor<'de> for TaskVisitor {
    type Value = TaskParts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a task")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TaskParts<'de>, A::Error> {
        let mut parts = TaskParts::default();
        while let Some(slot) = map.next_key_seed(Key(slot))? {
            match slot {
                Slot::Known(place) => parts.known[place] = Some(map.next_value()?),
                Slot::Attribute(place) => parts.attributes[place] = Some(map.next_value()?),
                Slot::Unknown => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(parts)
    }
}
