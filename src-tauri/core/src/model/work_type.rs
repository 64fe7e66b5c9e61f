//! A work type: a named bundle of values and tasks that an import gives to new projects (import rule 17).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::field::{Field, FieldGroup, Fields, Kind};
use super::{IntegrationCode, ProjectStatus};

/// The most characters of a name, of the work type and of a task.
const MOST_NAME: usize = 100;
/// The most characters of a value.
const MOST_TEXT: usize = 20_000;
/// The most tasks.
const MOST_TASKS: usize = 100;
/// The most days between coming in and being due.
const MOST_DAYS: u16 = 3650;

/// The name of the due date's value in JSON: a day of the calendar would be over before long.
const DUE_IN_DAYS: &str = "due_in_days";

/// The fields that it may have a text for. The due date is a number of days; Options are opaque, so nobody could type them.
const TEXTS: [Field; 13] = [
    Field::WorkOrderInfo,
    Field::Reference,
    Field::Description,
    Field::Instructions,
    Field::ClientInstructions,
    Field::Address1,
    Field::Address2,
    Field::City,
    Field::State,
    Field::Zip,
    Field::Country,
    Field::AssignedTo,
    Field::Status,
];

/// A work type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct WorkType {
    /// Never used again for another one.
    pub id: i64,
    /// Unique whatever the case.
    pub name: String,
    /// What it gives to the fields of a project, by the field's name.
    #[specta(type = BTreeMap<String, String>)]
    pub fields: WorkTypeValues,
    /// The tasks that it adds.
    pub tasks: Vec<WorkTypeTask>,
    /// The codes of the integrations whose new projects get it.
    pub used_by: Vec<IntegrationCode>,
}

/// One task of a work type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct WorkTypeTask {
    /// Its name.
    pub name: String,
    /// Instructions.
    pub instructions: Option<String>,
}

/// The values of a work type, each in the one form in which a project keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkTypeValues {
    texts: Fields<String>,
    due_in_days: Option<u16>,
}

/// How a value is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum WorkTypeWidget {
    /// A line of text.
    Text,
    /// Text that may hold HTML.
    Html,
    /// One of the statuses.
    Status,
    /// A username or `~all~`.
    Assignee,
    /// A number of days.
    Days,
}

/// One value that a work type may have, for who types it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct WorkTypeField {
    /// The name in JSON.
    pub name: &'static str,
    /// The name on the screen.
    pub title: &'static str,
    /// With which others it is shown.
    pub group: FieldGroup,
    /// How it is typed.
    pub kind: WorkTypeWidget,
    /// Whether it goes over what the client sent.
    pub overwrites: bool,
}

/// What is wrong with a work type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWorkType {
    /// It has no name that can be used.
    #[error("a work type has a name, one line of at most {MOST_NAME} characters")]
    Name,
    /// There is no such value.
    #[error("a work type has no value {0}; its values are: {known}", known = names())]
    UnknownField(String),
    /// A value is too long.
    #[error("{title} has at most {MOST_TEXT} characters", title = .0.title())]
    TooLong(Field),
    /// It is no number of days.
    #[error("the due date is a whole number of days after the day on which the project comes in, at most {MOST_DAYS}")]
    Days,
    /// It is none of the statuses.
    #[error("{0} is no status; it is one of {known}", known = ProjectStatus::ALL.map(ProjectStatus::as_str).join(", "))]
    Status(String),
    /// There are too many tasks.
    #[error("a work type has at most {MOST_TASKS} tasks")]
    TooManyTasks,
    /// A task has no name that can be used.
    #[error("a task has a name, one line of at most {MOST_NAME} characters")]
    TaskName,
    /// The instructions of a task are too long.
    #[error("the instructions of {0} have more than {MOST_TEXT} characters")]
    TaskInstructions(String),
    /// Two tasks have the same name, so only one of them could ever be added.
    #[error("there are two tasks {0}")]
    SameTask(String),
}

impl BadWorkType {
    /// The name of what is at fault.
    pub fn field(&self) -> &str {
        match self {
            Self::Name => "name",
            Self::UnknownField(name) => name,
            Self::TooLong(field) => field.name(),
            Self::Days => DUE_IN_DAYS,
            Self::Status(_) => Field::Status.name(),
            Self::TooManyTasks | Self::TaskName | Self::TaskInstructions(_) | Self::SameTask(_) => "tasks",
        }
    }
}

impl WorkType {
    /// One that is not stored yet. Empty texts are no values.
    pub fn new(name: &str, fields: &BTreeMap<String, String>, tasks: Vec<WorkTypeTask>) -> Result<Self, BadWorkType> {
        let name = line(name).ok_or(BadWorkType::Name)?;
        Ok(Self { id: 0, name, fields: WorkTypeValues::read(fields)?, tasks: read_tasks(tasks)?, used_by: Vec::new() })
    }

    /// Whether two names are the same, whatever their case.
    pub fn is_called(&self, name: &str) -> bool {
        same_name(&self.name, name)
    }
}

impl WorkTypeTask {
    /// Whether it is the task of that name, whatever its case.
    pub fn is_called(&self, name: &str) -> bool {
        same_name(&self.name, name)
    }
}

impl WorkTypeValues {
    /// Reads them by the fields' names.
    pub fn read(given: &BTreeMap<String, String>) -> Result<Self, BadWorkType> {
        let mut values = Self::default();
        for (name, text) in given {
            let text = text.trim();
            if name == DUE_IN_DAYS {
                values.due_in_days = days(text)?;
                continue;
            }
            let field = Field::from_name(name)
                .filter(|field| TEXTS.contains(field))
                .ok_or_else(|| BadWorkType::UnknownField(name.clone()))?;
            if text.is_empty() {
                continue;
            }
            if text.chars().count() > MOST_TEXT {
                return Err(BadWorkType::TooLong(field));
            }
            values.texts[field] = Some(match field {
                Field::Status => {
                    let status = ProjectStatus::from_text(text).ok_or_else(|| BadWorkType::Status(text.to_owned()))?;
                    status.as_str().to_owned()
                }
                _ => text.to_owned(),
            });
        }
        Ok(values)
    }

    /// The texts that it has, by field.
    pub fn texts(&self) -> impl Iterator<Item = (Field, &str)> {
        TEXTS.into_iter().filter_map(|field| Some((field, self.texts.text(field)?)))
    }

    /// The text of that field, if it has one.
    pub fn text(&self, field: Field) -> Option<&str> {
        self.texts.text(field)
    }

    /// When a project that comes in today is due, if it says so.
    pub fn due(&self, today: jiff::civil::Date) -> Option<jiff::civil::Date> {
        let days = self.due_in_days?;
        today.checked_add(jiff::Span::new().days(days)).ok()
    }

    /// All of them as texts, by the names that [`WorkTypeValues::read`] takes.
    pub fn as_texts(&self) -> BTreeMap<String, String> {
        let texts = self.texts().map(|(field, text)| (field.name().to_owned(), text.to_owned()));
        texts.chain(self.due_in_days.map(|days| (DUE_IN_DAYS.to_owned(), days.to_string()))).collect()
    }
}

impl Serialize for WorkTypeValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_texts().serialize(serializer)
    }
}

impl WorkTypeField {
    /// All, in the order in which they are shown.
    pub fn all() -> Vec<Self> {
        Field::ALL.into_iter().filter_map(Self::of).collect()
    }

    fn of(field: Field) -> Option<Self> {
        let (name, title, kind) = match field {
            Field::DueDate => (DUE_IN_DAYS, "Due Date, days after it comes in", WorkTypeWidget::Days),
            _ if !TEXTS.contains(&field) => return None,
            Field::AssignedTo => (field.name(), field.title(), WorkTypeWidget::Assignee),
            _ => (field.name(), field.title(), widget(field.kind())),
        };
        Some(Self { name, title, group: field.field_group(), kind, overwrites: overwrites(field) })
    }
}

/// Whether its value goes over what the client sent with a new project. The others only fill what was left empty.
pub(crate) fn overwrites(field: Field) -> bool {
    matches!(field, Field::Reference | Field::Description)
}

fn widget(kind: Kind) -> WorkTypeWidget {
    match kind {
        Kind::Html => WorkTypeWidget::Html,
        Kind::Status => WorkTypeWidget::Status,
        Kind::Text | Kind::Date | Kind::Json => WorkTypeWidget::Text,
    }
}

fn names() -> String {
    WorkTypeField::all().into_iter().map(|field| field.name).collect::<Vec<_>>().join(", ")
}

fn days(text: &str) -> Result<Option<u16>, BadWorkType> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().ok().filter(|days| *days <= MOST_DAYS).map(Some).ok_or(BadWorkType::Days)
}

/// A name without white space around it, if it can be one.
fn line(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=MOST_NAME).contains(&text.chars().count()) && !text.contains(char::is_control);
    fits.then(|| text.to_owned())
}

fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn read_tasks(given: Vec<WorkTypeTask>) -> Result<Vec<WorkTypeTask>, BadWorkType> {
    if given.len() > MOST_TASKS {
        return Err(BadWorkType::TooManyTasks);
    }
    let mut tasks: Vec<WorkTypeTask> = Vec::with_capacity(given.len());
    for WorkTypeTask { name, instructions } in given {
        let name = line(&name).ok_or(BadWorkType::TaskName)?;
        if tasks.iter().any(|task| task.is_called(&name)) {
            return Err(BadWorkType::SameTask(name));
        }
        let instructions = instructions.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if instructions.as_ref().is_some_and(|text| text.chars().count() > MOST_TEXT) {
            return Err(BadWorkType::TaskInstructions(name));
        }
        tasks.push(WorkTypeTask { name, instructions });
    }
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(given: &[(&str, &str)]) -> Result<WorkTypeValues, BadWorkType> {
        WorkTypeValues::read(&given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    fn task(name: &str) -> WorkTypeTask {
        WorkTypeTask { name: name.to_owned(), instructions: Some("  ".to_owned()) }
    }

    #[test]
    fn a_name_is_one_line_of_1_to_100_characters() {
        let named = |name: &str| WorkType::new(name, &BTreeMap::new(), Vec::new()).map(|work_type| work_type.name);
        assert_eq!(named(" Grass cut "), Ok("Grass cut".to_owned()));
        assert!(named(&"ä".repeat(100)).is_ok());
        for bad in ["", "  ", "a\nb", "a\tb", &"a".repeat(101)] {
            assert_eq!(named(bad), Err(BadWorkType::Name), "{bad}");
        }
    }

    #[test]
    fn values_are_kept_in_the_form_of_a_project_and_empty_texts_are_none() {
        let read =
            values(&[("status", "re-work"), ("city", " Tulsa "), ("zip", " "), ("due_in_days", " 14 ")]).unwrap();
        let texts: Vec<_> = read.as_texts().into_iter().collect();
        let expected = [("city", "Tulsa"), ("due_in_days", "14"), ("status", "Rework")];
        assert_eq!(texts, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
        assert_eq!(values(&[("due_in_days", "")]), Ok(WorkTypeValues::default()));
        assert_eq!(WorkTypeValues::read(&read.as_texts()), Ok(read));
    }

    #[test]
    fn what_a_work_type_cannot_have_is_refused_by_name() {
        for (name, text) in [
            ("options", "{}"),
            ("due_date", "2026-12-01"),
            ("client_status", "x"),
            ("nothing", "x"),
            ("due_in_days", "soon"),
            ("due_in_days", "-1"),
            ("due_in_days", "3651"),
            ("status", "canceled"),
            ("instructions", &"x".repeat(20_001)),
        ] {
            assert_eq!(values(&[(name, text)]).unwrap_err().field(), name, "{text:.10}");
        }
    }

    #[test]
    fn every_value_that_is_offered_can_be_had() {
        for field in WorkTypeField::all() {
            let text = match field.kind {
                WorkTypeWidget::Days => "0",
                WorkTypeWidget::Status => "Rush",
                _ => "x",
            };
            assert!(!values(&[(field.name, text)]).unwrap().as_texts().is_empty(), "{}", field.name);
        }
        let over: Vec<_> = WorkTypeField::all().into_iter().filter(|f| f.overwrites).map(|f| f.name).collect();
        assert_eq!(over, ["description", "reference"]);
    }

    #[test]
    fn due_is_so_many_days_after_the_day_on_which_the_project_comes_in() {
        let due = |days: &str| values(&[("due_in_days", days)]).unwrap().due(jiff::civil::date(2026, 12, 30));
        assert_eq!(due(""), None);
        assert_eq!(due("0"), Some(jiff::civil::date(2026, 12, 30)));
        assert_eq!(due("7"), Some(jiff::civil::date(2027, 1, 6)));
    }

    #[test]
    fn tasks_have_names_of_which_no_two_are_the_same() {
        let of = |tasks: Vec<WorkTypeTask>| WorkType::new("x", &BTreeMap::new(), tasks).map(|one| one.tasks);
        let read = of(vec![task(" Photo "), task("Lock change")]).unwrap();
        assert_eq!(read[0], WorkTypeTask { name: "Photo".to_owned(), instructions: None });
        assert_eq!(of(vec![task("Photo"), task("photo ")]), Err(BadWorkType::SameTask("photo".to_owned())));
        assert_eq!(of(vec![task("")]), Err(BadWorkType::TaskName));
        assert_eq!(of((0..101).map(|n| task(&n.to_string())).collect()), Err(BadWorkType::TooManyTasks));
    }
}
