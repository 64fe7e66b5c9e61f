//! An order as the simulator writes it, borrowed from its bytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::Result;

/// Declares the order's struct and the way to its columns, which are in the order of `columns`.
macro_rules! order {
    ($($field:ident $name:literal $type:ty;)*) => {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        pub(super) struct Order<'a> {
            #[serde(rename = "workOrderNumber", borrow)]
            pub(super) number: Text<'a>,
            #[serde(borrow)]
            pub(super) services: Vec<Service<'a>>,
            $(#[serde(rename = $name, borrow)] $field: $type,)*
        }

        pub(super) const COLUMNS: [&str; [$($name),*].len()] = [$(stringify!($field)),*];

        impl<'a> Order<'a> {
            /// The values of the columns, as they came; they are taken out.
            fn values(&mut self) -> Values<'a> {
                [$(self.$field.take()),*]
            }
        }
    };
}

order! {
    work_order_info     "workOrderInfo"      Text<'a>;
    address1            "address1"           Text<'a>;
    address2            "address2"           Text<'a>;
    city                "city"               Text<'a>;
    state               "state"              Text<'a>;
    zip                 "zip"                Text<'a>;
    country             "country"            Text<'a>;
    assigned_to         "assignedTo"         Text<'a>;
    status              "status"             Text<'a>;
    due_date            "dueDate"            Text<'a>;
    instructions        "instructions"       Text<'a>;
    client_status       "clientStatus"       Text<'a>;
    client_due_date     "clientDueDate"      Text<'a>;
    client_instructions "clientInstructions" Text<'a>;
    description         "description"        Text<'a>;
    reference           "reference"          Text<'a>;
    options             "options"            Raw<'a>;
    start_date          "startDate"          Text<'a>;
    gps_latitude        "gpsLatitude"        Raw<'a>;
    gps_longitude       "gpsLongitude"       Raw<'a>;
    source_wo_number    "source_wo_number"   Text<'a>;
    source_wo_id        "source_wo_id"       Text<'a>;
    source_wo_provider  "source_wo_provider" Text<'a>;
    attribute7          "attribute7"         Text<'a>;
    attribute8          "attribute8"         Text<'a>;
    attribute9          "attribute9"         Text<'a>;
    attribute10         "attribute10"        Text<'a>;
    attribute11         "attribute11"        Text<'a>;
    attribute12         "attribute12"        Text<'a>;
    attribute13         "attribute13"        Text<'a>;
    attribute14         "attribute14"        Text<'a>;
    attribute15         "attribute15"        Text<'a>;
    control_config      "controlConfig"      Text<'a>;
}

/// A value for each of [`COLUMNS`].
pub(super) type Values<'a> = [Option<Cow<'a, str>>; COLUMNS.len()];

/// The places of the columns that are more than text.
const ASSIGNED_TO: usize = 7;
const STATUS: usize = 8;
const DUE_DATE: usize = 9;
const CLIENT_DUE_DATE: usize = 12;
const START_DATE: usize = 17;

/// A text that can be absent or null.
#[derive(Default)]
pub(super) struct Text<'a>(pub(super) Option<Cow<'a, str>>);

/// Any value that can be absent; a text without its quotes.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Raw<'a>(#[serde(borrow)] Option<&'a RawValue>);

#[derive(Default, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_field_names, reason = "the names of the wire")]
pub(super) struct Service<'a> {
    #[serde(rename = "serviceName", borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    instructions: Text<'a>,
    #[serde(borrow)]
    survey: Text<'a>,
    #[serde(rename = "surveyDynamic", borrow)]
    survey_dynamic: Raw<'a>,
    #[serde(borrow)]
    options: Raw<'a>,
    #[serde(borrow)]
    source_service: Text<'a>,
    #[serde(borrow)]
    source_service_id: Text<'a>,
}

impl<'a> Service<'a> {
    /// The values of the columns of a task, from its name on.
    pub(super) fn values(&mut self) -> [Option<Cow<'a, str>>; 7] {
        [
            self.name.take(),
            self.instructions.take(),
            self.survey.take(),
            self.survey_dynamic.take(),
            self.options.take(),
            self.source_service.take(),
            self.source_service_id.take(),
        ]
    }
}

impl<'a> Text<'a> {
    fn take(&mut self) -> Option<Cow<'a, str>> {
        self.0.take().filter(|text| !text.is_empty())
    }
}

impl<'a> Raw<'a> {
    fn take(&mut self) -> Option<Cow<'a, str>> {
        let raw = self.0.take()?.get();
        Some(Cow::Borrowed(raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw)))
    }
}

impl<'a> Order<'a> {
    /// The values as they are stored; none for what was not sent.
    pub(super) fn stored(&mut self) -> Result<Values<'a>> {
        let mut values = self.values();
        for place in [DUE_DATE, CLIENT_DUE_DATE, START_DATE] {
            values[place] = values[place].take().map(date).transpose()?;
        }
        values[STATUS] = match values[STATUS].take().as_deref() {
            None => None,
            Some("RUSH") => Some("Rush".into()),
            Some("REWORK") => Some("Rework".into()),
            Some(other) => return Err(format!("the status {other}").into()),
        };
        // External: what the client says about the assignee does not count.
        values[ASSIGNED_TO] = None;
        Ok(values)
    }
}

/// Completes the values of a new project.
pub(super) fn complete(values: &mut Values<'_>) {
    values[STATUS].get_or_insert("Unassigned".into());
    if values[CLIENT_DUE_DATE].is_none() {
        let due = values[DUE_DATE].clone();
        values[CLIENT_DUE_DATE] = due;
    }
}

/// The day of a date, in the spellings of the simulator.
fn date(text: Cow<'_, str>) -> Result<Cow<'_, str>> {
    if text.len() == 10 && text.as_bytes()[4] == b'-' {
        return Ok(text);
    }
    if let [month, day, year] = text.split('/').collect::<Vec<_>>()[..] {
        return Ok(format!("{year}-{month:0>2}-{day:0>2}").into());
    }
    Ok(text.get(..10).ok_or("a date of a strange form")?.to_owned().into())
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_option(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or null")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Text<'de>, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn visit_none<E: Error>(self) -> std::result::Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> std::result::Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> std::result::Result<Text<'de>, E> {
        Ok(Text(Some(Cow::Owned(text.to_owned()))))
    }
}
