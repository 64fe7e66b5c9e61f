//! A work order as it is on the wire (sections 5 and 6 of docs/protocols/pruvan.md), read from its bytes with as little
//! copying as possible. What is wrong with one field is a problem of that field; the rest of the order still counts.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::task;
use crate::connectors::DecodeError;
use crate::connectors::dates;
use crate::connectors::value::{Key, opaque, shown, text};
use crate::model::{Field, Fields, ProjectStatus, WorkOrder};

/// Where the value of a key goes.
enum Slot {
    Number,
    Services,
    Field(Field),
    Unknown,
}

fn slot(key: &str) -> Slot {
    Slot::Field(match key {
        "workOrderNumber" => return Slot::Number,
        "services" => return Slot::Services,
        "workOrderInfo" => Field::WorkOrderInfo,
        "address1" => Field::Address1,
        "address2" => Field::Address2,
        "city" => Field::City,
        "state" => Field::State,
        "zip" => Field::Zip,
        "country" => Field::Country,
        "assignedTo" => Field::AssignedTo,
        "status" => Field::Status,
        "dueDate" => Field::DueDate,
        "instructions" => Field::Instructions,
        "clientStatus" => Field::ClientStatus,
        "clientDueDate" => Field::ClientDueDate,
        "clientInstructions" => Field::ClientInstructions,
        "description" => Field::Description,
        "reference" => Field::Reference,
        "options" => Field::Options,
        "startDate" => Field::StartDate,
        "gpsLatitude" => Field::GpsLatitude,
        "gpsLongitude" => Field::GpsLongitude,
        "source_wo_number" => Field::SourceWoNumber,
        "source_wo_id" => Field::SourceWoId,
        "source_wo_provider" => Field::SourceWoProvider,
        "attribute7" => Field::Attribute7,
        "attribute8" => Field::Attribute8,
        "attribute9" => Field::Attribute9,
        "attribute10" => Field::Attribute10,
        "attribute11" => Field::Attribute11,
        "attribute12" => Field::Attribute12,
        "attribute13" => Field::Attribute13,
        "attribute14" => Field::Attribute14,
        "attribute15" => Field::Attribute15,
        "controlConfig" => Field::ControlConfig,
        _ => return Slot::Unknown,
    })
}

/// Reads one order.
pub(in crate::connectors) fn decode(raw: &[u8]) -> Result<WorkOrder<'_>, DecodeError> {
    let Ok(text) = std::str::from_utf8(raw) else { return Err(not_utf8(raw)) };
    let parts = Parts::read(text)?;
    let key = parts.key()?;
    let mut order = WorkOrder { number: key.clone(), key, ..WorkOrder::default() };
    for field in Field::ALL {
        if let Some(raw) = parts.fields[field]
            && let Err(problem) = take(&mut order, field, raw.get())
        {
            order.problems.push(format!("{}: {problem}", field.name()));
        }
    }
    canceled(&parts, &mut order);
    if let Some(services) = parts.services {
        task::take_services(&mut order, services.get());
    }
    Ok(order)
}

/// Takes over the value of a field.
fn take<'a>(order: &mut WorkOrder<'a>, field: Field, raw: &'a str) -> Result<(), String> {
    use crate::model::Kind;
    let text = if field.kind() == Kind::Json { opaque(raw) } else { text(raw)? };
    let Some(text) = text else { return Ok(()) };
    let value = match field.kind() {
        Kind::Text | Kind::Html | Kind::Json => text,
        Kind::Date if text.trim().is_empty() => Cow::Borrowed(""),
        Kind::Date => dates::canonical(text).map_err(|text| format!("{} is no date that can be read", shown(&text)))?,
        Kind::Status if text.trim().is_empty() || is_canceled(&text) => return Ok(()),
        Kind::Status => match status(&text) {
            Some(status) => status.as_str().into(),
            None => return Err(format!("{} is not a known status", shown(&text))),
        },
    };
    order.fields[field] = Some(value);
    Ok(())
}

fn status(text: &str) -> Option<ProjectStatus> {
    // Most are written as they should be; the lenient reading costs ten times as much.
    let usual = ProjectStatus::ALL.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text));
    usual.or_else(|| ProjectStatus::from_text(text))
}

/// A status `canceled` is what the client did with the order, not what the office does with the project.
fn canceled(parts: &Parts<'_>, order: &mut WorkOrder<'_>) {
    let status = parts.fields[Field::Status].and_then(|raw| text(raw.get()).ok().flatten());
    if order.fields[Field::ClientStatus].is_none() && status.is_some_and(|status| is_canceled(&status)) {
        order.fields[Field::ClientStatus] = Some("Canceled".into());
    }
}

fn is_canceled(status: &str) -> bool {
    let status = status.trim();
    status.eq_ignore_ascii_case("canceled") || status.eq_ignore_ascii_case("cancelled")
}

/// The values of an order, not yet looked at. With a key that comes twice the last one wins.
#[derive(Default)]
struct Parts<'a> {
    number: Option<&'a RawValue>,
    services: Option<&'a RawValue>,
    fields: Fields<&'a RawValue>,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Result<Self, DecodeError> {
        if !text.starts_with('{') {
            return Err(match serde_json::from_str::<IgnoredAny>(text) {
                Ok(_) => DecodeError::NoKey("an element of the list is no work order".to_owned()),
                Err(error) => damaged(&error),
            });
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let parts = deserializer.deserialize_map(PartsVisitor).map_err(|error| damaged(&error))?;
        deserializer.end().map_err(|error| damaged(&error))?;
        Ok(parts)
    }

    fn key(&self) -> Result<Cow<'a, str>, DecodeError> {
        let none = |why: &str| DecodeError::NoKey(format!("a work order has no usable number ({why})"));
        let key = match self.number.map(|raw| text(raw.get())) {
            None => return Err(none("it is missing")),
            Some(Err(why)) => return Err(none(&why)),
            Some(Ok(None)) => return Err(none("it is null")),
            Some(Ok(Some(Cow::Borrowed(key)))) => Cow::Borrowed(key.trim()),
            Some(Ok(Some(Cow::Owned(key)))) => Cow::Owned(key.trim().to_owned()),
        };
        if key.is_empty() { Err(none("it is empty")) } else { Ok(key) }
    }
}

fn damaged(error: &serde_json::Error) -> DecodeError {
    // The words of the error may repeat a part of the order; the place does not.
    DecodeError::Damaged(format!("an order is no JSON, at line {}, column {} of it", error.line(), error.column()))
}

fn not_utf8(raw: &[u8]) -> DecodeError {
    let lossy = String::from_utf8_lossy(raw);
    let key = Parts::read(&lossy).and_then(|parts| Ok(parts.key()?.into_owned()));
    match key {
        Ok(key) if !key.contains(char::REPLACEMENT_CHARACTER) => {
            DecodeError::Bad { key, reason: "its text is not UTF-8".to_owned() }
        }
        Ok(_) => DecodeError::NoKey("a work order has no usable number (its text is not UTF-8)".to_owned()),
        Err(error) => error,
    }
}

struct PartsVisitor;

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a work order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
        let mut parts = Parts::default();
        while let Some(slot) = map.next_key_seed(Key(slot))? {
            match slot {
                Slot::Number => parts.number = Some(map.next_value()?),
                Slot::Services => parts.services = Some(map.next_value()?),
                Slot::Field(field) => parts.fields[field] = Some(map.next_value()?),
                Slot::Unknown => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(parts)
    }
}
