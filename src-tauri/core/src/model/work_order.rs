//! What a client system sends, after its connector has understood it. Every value may be absent.
//! It borrows from the bytes that were received, so that reading a hundred thousand of them copies little.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::field::{Field, Fields};

/// One work order. `None` anywhere means *not sent*: what the project has stays (import rule 13).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrder<'a> {
    /// The stable key: unique within the integration, trimmed, compared byte by byte (import rule 15).
    pub key: Cow<'a, str>,
    /// The number that people see after `CODE::`. Often the key itself.
    pub number: Cow<'a, str>,
    /// The code under which it is filed, if that is not its integration's own: an export of several clients says whose each
    /// order is.
    pub code: Option<Cow<'a, str>>,
    /// Whether it says only what became of a project that is in the list (it was cancelled, say). Where there is none, it
    /// makes none and brings none back.
    pub only_if_listed: bool,
    /// The values. Dates are `YYYY-MM-DD`, a status is in its canonical spelling, JSON is text.
    /// An empty text asks to clear the field.
    pub fields: Fields<Cow<'a, str>>,
    /// The client's tasks. Empty means *not sent* (import rule 16).
    pub tasks: Vec<WorkOrderTask<'a>>,
    /// What could not be read, in words for an admin. The rest of the order still counts.
    pub problems: Vec<String>,
}

/// One line of work as the client system sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderTask<'a> {
    /// The name; the identity of the task within its project, together with its occurrence.
    pub name: Cow<'a, str>,
    /// Instructions; may hold HTML.
    pub instructions: Option<Cow<'a, str>>,
    /// The template of the survey. A task with one is a survey task, else a photo task.
    pub survey: Option<Cow<'a, str>>,
    /// A whole survey, as JSON.
    pub survey_dynamic: Option<Cow<'a, str>>,
    /// Options of the mobile program, as JSON.
    pub options: Option<Cow<'a, str>>,
    /// The task's name at the original provider.
    pub source_service: Option<Cow<'a, str>>,
    /// The task's id at the original provider.
    pub source_service_id: Option<Cow<'a, str>>,
    /// `attribute16` to `attribute30`, those that were sent, as one JSON object.
    pub attributes: Option<Cow<'a, str>>,
}

impl WorkOrder<'_> {
    /// The fields without which a project cannot be created and that this order does not carry. It needs a task as well.
    pub fn missing_fields(&self) -> Vec<&'static str> {
        Field::ALL
            .into_iter()
            .filter(|field| field.required() && *field != Field::Status)
            .filter(|field| self.fields.text(*field).is_none_or(|text| text.trim().is_empty()))
            .map(Field::name)
            .collect()
    }
}
