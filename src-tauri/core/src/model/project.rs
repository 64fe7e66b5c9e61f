//! A project: what the office keeps, made from work orders and edited by people.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::field::{Field, Fields, Kind};
use super::{AutoAdmin, IntegrationCode, Mode, ProjectStatus, owner_of};

/// Where a task comes from. An update by the client replaces only its own (import rule 16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Sent by the client system.
    Client,
    /// Added by a work type.
    WorkType,
    /// Added by a person.
    Person,
}

impl Origin {
    /// The text in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::WorkType => "work_type",
            Self::Person => "person",
        }
    }

    /// Reads the text of the database.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Client, Self::WorkType, Self::Person].into_iter().find(|o| o.as_str() == text)
    }
}

/// One line of work of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Where it comes from.
    pub origin: Origin,
    /// Its name.
    pub name: String,
    /// Instructions; may hold hostile HTML.
    pub instructions: Option<String>,
    /// The template of the survey, for a survey task.
    pub survey: Option<String>,
    /// A whole survey.
    #[serde(serialize_with = "json_text")]
    pub survey_dynamic: Option<String>,
    /// Options of the mobile program.
    #[serde(serialize_with = "json_text")]
    pub options: Option<String>,
    /// The name at the original provider.
    pub source_service: Option<String>,
    /// The id at the original provider.
    pub source_service_id: Option<String>,
    /// `attribute16` to `attribute30`, as one JSON object.
    #[serde(serialize_with = "json_text")]
    pub attributes: Option<String>,
}

/// A project of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The row's id: stable for the life of the project, through removal and return.
    pub id: i64,
    /// The integration that it belongs to; none when that was deleted and the projects were kept.
    pub integration: Option<i64>,
    /// The code before `::`.
    pub code: IntegrationCode,
    /// The client system's stable key.
    pub key: String,
    /// The number after `::`.
    pub number: String,
    /// The values.
    pub fields: Fields<String>,
    /// The tasks, in their order.
    pub tasks: Vec<Task>,
    /// Brought back or declined: no Full Import removes it until the client has sent it again (import rule 11).
    pub kept: bool,
    /// When it came into the list, UTC.
    pub created_at: jiff::Timestamp,
    /// When anything of it last changed, UTC.
    pub changed_at: jiff::Timestamp,
}

/// A project with what the pages and programs want to know about it beside its values.
#[derive(Debug, Clone)]
pub struct ProjectDetail {
    /// The project.
    pub project: Project,
    /// How its integration treats it; none without an integration.
    pub rule: Option<(Mode, AutoAdmin)>,
    /// Its changes, newest first.
    pub history: Vec<Change>,
}

/// One change of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// When, UTC.
    pub at: jiff::Timestamp,
    /// The field's name; `tasks` for the tasks, `removed` for leaving and coming back to the list.
    pub field: String,
    /// The value before.
    pub old: Option<String>,
    /// The value after.
    pub new: Option<String>,
    /// The import that did it.
    pub import: Option<i64>,
    /// The person that did it.
    pub person: Option<String>,
}

/// Which projects to list. Everything that is set must hold.
#[derive(Debug, Clone)]
pub struct ProjectFilter {
    /// Only projects of this code.
    pub code: Option<IntegrationCode>,
    /// Only projects of these integrations, by id.
    pub(crate) integrations: Option<Vec<i64>>,
    /// Only this status.
    pub status: Option<super::ProjectStatus>,
    /// Words, each of which the number, the address, the city, the reference, the info, the assignee or a task's name holds.
    pub search: Option<String>,
    /// At most so many.
    pub limit: u64,
    /// After passing over so many.
    pub offset: u64,
}

impl Default for ProjectFilter {
    /// All projects.
    fn default() -> Self {
        Self { code: None, integrations: None, status: None, search: None, limit: u64::MAX, offset: 0 }
    }
}

/// One page of projects, ordered by code and number.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectPage {
    /// The projects of this page.
    pub projects: Vec<Project>,
    /// How many there are on all pages.
    pub total: u64,
}

impl Project {
    /// The number that people see: `CODE::number`.
    pub fn shown_number(&self) -> String {
        shown_number(&self.code, &self.number)
    }

    /// Whether it is late: due before today, and neither complete nor beyond.
    pub fn is_past_due(&self, today: jiff::civil::Date) -> bool {
        let status = self.fields.text(Field::Status).and_then(ProjectStatus::from_text);
        past_due(self.fields.text(Field::DueDate), status, today)
    }

    fn entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("number", &self.shown_number())?;
        map.serialize_entry("integration_code", &self.code)?;
        map.serialize_entry("work_order_number", &self.number)?;
        map.serialize_entry("key", &self.key)?;
        for field in Field::ALL {
            let value = self.fields.text(field);
            if field.kind() == Kind::Json {
                map.serialize_entry(field.name(), &value.map(json_value))?;
            } else {
                map.serialize_entry(field.name(), &value)?;
            }
        }
        map.serialize_entry("tasks", &self.tasks)?;
        map.serialize_entry("kept", &self.kept)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.serialize_entry("changed_at", &self.changed_at)
    }
}

/// The number that people see: `CODE::number`.
pub fn shown_number(code: &IntegrationCode, number: &str) -> String {
    format!("{code}::{number}")
}

/// Whether a project is late on that day.
pub(crate) fn past_due(due: Option<&str>, status: Option<ProjectStatus>, today: jiff::civil::Date) -> bool {
    let due = due.and_then(|due| due.parse::<jiff::civil::Date>().ok());
    due.is_some_and(|due| due < today) && !status.is_some_and(ProjectStatus::is_done)
}

impl Serialize for Project {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.entries(&mut map)?;
        map.end()
    }
}

impl Serialize for ProjectDetail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.project.entries(&mut map)?;
        let owners: serde_json::Map<String, serde_json::Value> = Field::ALL
            .into_iter()
            .map(|field| (field.name().to_owned(), owner_of(field.group(), self.rule).as_str().into()))
            .collect();
        map.serialize_entry("owners", &owners)?;
        map.serialize_entry("history", &self.history)?;
        map.end()
    }
}

/// Opaque JSON that is stored as text, as the value that it was. Text that is no JSON stays text.
fn json_value(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|_| serde_json::Value::String(text.to_owned()))
}

#[expect(clippy::ref_option, reason = "the shape that serde asks for")]
fn json_text<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().map(json_value).serialize(serializer)
}
