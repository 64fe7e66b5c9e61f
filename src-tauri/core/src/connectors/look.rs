//! The first records of a client system, to be looked at while an integration is set up: as they are, and as they would
//! be read.

use serde::Serialize;

use super::DecodeError;
use crate::model::{Field, WorkOrder};

/// Records to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct Look {
    /// What a record has.
    pub columns: Vec<LookColumn>,
    /// The first records, a text for each column.
    pub rows: Vec<Vec<String>>,
    /// The first orders, as they would be read.
    pub orders: Vec<LookOrder>,
    /// What a column can be read as: the name, and the name on the screen. Empty if that cannot be chosen by hand; otherwise the
    /// setting `mapping` takes a JSON object of column names and these names.
    pub targets: Vec<(String, String)>,
    /// What is worth knowing about the whole.
    pub notes: Vec<String>,
}

/// One thing that a record has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct LookColumn {
    /// Its name there.
    pub name: String,
    /// What it is read as; none if it is left out.
    pub goes_to: Option<String>,
}

/// One order as it would be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct LookOrder {
    /// The number that people would see.
    pub number: String,
    /// What it says.
    pub fields: Vec<LookField>,
    /// The names of its tasks.
    pub tasks: Vec<String>,
    /// What cannot be read, and what is missing for a project.
    pub problems: Vec<String>,
}

/// One value of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct LookField {
    /// The name of the field, as in [`Field::name`].
    pub name: String,
    /// Its name on the screen.
    pub title: String,
    /// The value.
    pub value: String,
}

impl LookOrder {
    /// What an order looks like when it is read.
    pub(crate) fn of(read: Result<WorkOrder<'_>, DecodeError>) -> Self {
        match read {
            Ok(order) => {
                let mut problems = order.problems.clone();
                let missing = order.missing_fields();
                if !missing.is_empty() {
                    problems.push(format!("it does not say its {}", missing.join(", ")));
                }
                let value = |field: Field| {
                    let (name, title) = (field.name().to_owned(), field.title().to_owned());
                    Some(LookField { name, title, value: order.fields.text(field)?.to_owned() })
                };
                Self {
                    fields: Field::ALL.into_iter().filter_map(value).collect(),
                    tasks: order.tasks.iter().map(|task| task.name.clone().into_owned()).collect(),
                    number: order.number.into_owned(),
                    problems,
                }
            }
            Err(DecodeError::Bad { key, reason }) => Self { number: key, problems: vec![reason], ..Self::default() },
            Err(error) => Self { problems: vec![error.to_string()], ..Self::default() },
        }
    }
}
