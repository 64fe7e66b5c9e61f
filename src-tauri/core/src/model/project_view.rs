//! One project as a page shows it: every field with its name, its owner and a form that is safe to show.

use serde::Serialize;

use super::field::{Field, FieldGroup, Group, Kind};
use super::{Origin, Owner, ProjectDetail, owner_of};
use crate::html;

/// Tasks that are shown of one project; a client that sends more has made a mistake, or means harm.
const MOST_TASKS: usize = 300;

/// How a field is shown and edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum FieldWidget {
    /// A line of text.
    Text,
    /// Text with HTML, sanitised.
    Html,
    /// A calendar date.
    Date,
    /// One of the statuses.
    Status,
    /// A username or `~all~`.
    Assignee,
    /// Opaque JSON.
    Json,
}

/// One field of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct FieldView {
    /// The name in JSON, e.g. `due_date`.
    pub name: &'static str,
    /// The name on the screen.
    pub title: &'static str,
    /// With which others it is shown.
    pub group: FieldGroup,
    /// How.
    pub kind: FieldWidget,
    /// Who owns it.
    pub owner: Owner,
    /// The value as it is stored.
    pub value: Option<String>,
    /// For [`FieldWidget::Html`]: the value, sanitised.
    pub html: Option<String>,
}

/// One task of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TaskView {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Instructions as sanitised HTML.
    pub instructions: Option<String>,
    /// The survey's template, for a survey task.
    pub survey: Option<String>,
}

/// One change of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ChangeView {
    /// When, UTC.
    #[specta(type = String)]
    pub at: jiff::Timestamp,
    /// The field's name, or what else changed: `tasks`, `removed`, `kept`.
    pub field: String,
    /// The same as on the screen.
    pub title: String,
    /// The value before.
    pub old: Option<String>,
    /// The value after.
    pub new: Option<String>,
    /// The import that did it.
    pub import: Option<i64>,
    /// The person who did it.
    pub person: Option<String>,
}

/// A whole project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProjectView {
    /// The project's id.
    pub id: i64,
    /// `CODE::number`.
    pub number: String,
    /// The integration code.
    pub code: String,
    /// The integration's name, or its code; none for a project that was kept without its integration.
    pub integration: Option<String>,
    /// Brought back or declined: no Full Import removes it until the client has sent it again.
    pub kept: bool,
    /// When it came into the list, UTC.
    #[specta(type = String)]
    pub created_at: jiff::Timestamp,
    /// When anything of it last changed, UTC.
    #[specta(type = String)]
    pub changed_at: jiff::Timestamp,
    /// Whether it is late.
    pub past_due: bool,
    /// Whether Muster knows whom it is assigned to (import rule 17); true if nobody is named.
    pub assignee_known: bool,
    /// All fields, in the order in which they are shown.
    pub fields: Vec<FieldView>,
    /// The tasks; of very many, the first.
    pub tasks: Vec<TaskView>,
    /// How many tasks there are beside these.
    pub more_tasks: u32,
    /// Who owns the tasks.
    pub tasks_owner: Owner,
    /// Its changes, newest first.
    pub history: Vec<ChangeView>,
}

impl ProjectView {
    pub(crate) fn new(
        detail: ProjectDetail,
        integration: Option<String>,
        assignee_known: bool,
        today: jiff::civil::Date,
    ) -> Self {
        let ProjectDetail { project, rule, history } = detail;
        let fields = Field::ALL.map(|field| {
            let value = project.fields[field].clone();
            FieldView {
                name: field.name(),
                title: field.title(),
                group: field.field_group(),
                kind: widget(field),
                owner: owner_of(field.group(), rule),
                html: (field.kind() == Kind::Html).then(|| value.as_deref().map(html::sanitise)).flatten(),
                value,
            }
        });
        Self {
            id: project.id,
            number: project.shown_number(),
            code: project.code.to_string(),
            integration,
            kept: project.kept,
            created_at: project.created_at,
            changed_at: project.changed_at,
            past_due: project.is_past_due(today),
            assignee_known,
            fields: fields.into(),
            tasks_owner: owner_of(Group::Shared, rule),
            more_tasks: u32::try_from(project.tasks.len().saturating_sub(MOST_TASKS)).unwrap_or(u32::MAX),
            tasks: project
                .tasks
                .into_iter()
                .take(MOST_TASKS)
                .map(|task| TaskView {
                    name: task.name,
                    origin: task.origin,
                    instructions: task.instructions.as_deref().map(html::sanitise),
                    survey: task.survey,
                })
                .collect(),
            history: history
                .into_iter()
                .map(|change| ChangeView {
                    title: title(&change.field),
                    at: change.at,
                    field: change.field,
                    old: change.old,
                    new: change.new,
                    import: change.import,
                    person: change.person,
                })
                .collect(),
        }
    }
}

impl ProjectDetail {
    /// The texts with HTML in which nothing was written by a person: the client's own fields and tasks, and those shared
    /// fields that nobody has edited since the client sent them last.
    pub(crate) fn written_by_client(&self) -> impl Iterator<Item = &str> {
        let edited = |field: Field| {
            let last = self.history.iter().find(|change| change.field == field.name());
            last.is_some_and(|change| change.person.is_some())
        };
        let fields = Field::ALL.into_iter().filter(|field| field.kind() == Kind::Html);
        let fields = fields.filter(move |field| field.group() == Group::Client || !edited(*field));
        let tasks = self.project.tasks.iter().filter(|task| task.origin == Origin::Client);
        let tasks = tasks.filter_map(|task| task.instructions.as_deref());
        fields.filter_map(|field| self.project.fields.text(field)).chain(tasks)
    }
}

fn widget(field: Field) -> FieldWidget {
    match (field.group(), field.kind()) {
        (Group::Assignment, _) => FieldWidget::Assignee,
        (_, Kind::Text) => FieldWidget::Text,
        (_, Kind::Html) => FieldWidget::Html,
        (_, Kind::Date) => FieldWidget::Date,
        (_, Kind::Status) => FieldWidget::Status,
        (_, Kind::Json) => FieldWidget::Json,
    }
}

fn title(field: &str) -> String {
    match (Field::from_name(field), field) {
        (Some(field), _) => field.title(),
        (None, "tasks") => "Tasks",
        (None, "removed") => "Removed",
        (None, "kept") => "Kept",
        (None, other) => other,
    }
    .to_owned()
}
