//! What travels between the pages and the shell beside core's own types: plain data, from which the pages' types are made.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_core::connectors::{Capabilities, Choice, Descriptor, Guide, READY_MADE, SettingKind};
use muster_core::model::{
    AutoAdmin, Import, IntegrationCode, Mode, PreviewSummary, Role, Schedule, User, WorkType, WorkTypeField,
};
use muster_core::{Error, IntegrationInput, Progress, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Who is signed in.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub(crate) struct Me {
    id: i64,
    username: String,
    name: Option<String>,
    pub(crate) role: Role,
}

impl From<User> for Me {
    fn from(user: User) -> Self {
        Self { id: user.id, username: user.username, name: user.name, role: user.role }
    }
}

/// How the program stands when its pages begin, at the start and after every reload.
#[derive(Debug, Serialize, specta::Type)]
pub(crate) struct Start {
    pub(crate) version: String,
    pub(crate) data_folder: String,
    /// Why the data directory cannot be opened.
    pub(crate) problem: Option<Error>,
    /// There is no user yet: the Admin is to be created.
    #[expect(clippy::struct_field_names, reason = "a first start, not a part of this one")]
    pub(crate) first_start: bool,
    pub(crate) me: Option<Me>,
    /// The credential store is locked or missing.
    pub(crate) warning: Option<Error>,
    /// Why the data is in danger where it lies: on a network drive, or in a folder that is copied elsewhere.
    pub(crate) folder_risk: Option<String>,
}

/// Somebody signed in.
#[derive(Debug, Serialize, specta::Type)]
pub(crate) struct SignedIn {
    pub(crate) me: Me,
    /// They will have to sign in again the next time, though they asked not to.
    pub(crate) warning: Option<Error>,
}

/// The first Admin.
#[derive(Deserialize, specta::Type)]
pub(crate) struct FirstAdmin {
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) password: String,
}

/// A user to add.
#[derive(Deserialize, specta::Type)]
pub(crate) struct NewUser {
    pub(crate) username: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) role: Role,
    pub(crate) password: Option<String>,
}

/// What can be changed of a user.
#[derive(Debug, Deserialize, specta::Type)]
pub(crate) struct UserChange {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) role: Role,
}

/// What kind of value a setting has.
#[derive(Debug, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Kind {
    Text,
    Lines,
    Path,
    Preset,
    Mapping,
    Description,
    Boolean,
    Number { least: Option<i64>, most: Option<i64> },
    Choice { choices: Vec<Choice> },
}

/// One setting of an integration type, as the form shows it.
#[derive(Debug, Serialize, specta::Type)]
pub(crate) struct Setting {
    name: String,
    title: String,
    help: String,
    kind: Kind,
    secret: bool,
    required: bool,
    /// With which settings it is required, written as `depends_on`; null if with all.
    required_with: Option<String>,
    default: Option<Value>,
    /// Values that it may well have, each with its name on the screen if it has one of its own.
    suggestions: Vec<(String, Option<String>)>,
    depends_on: Option<String>,
    /// It says which system or which account it is: a change asks for a validation.
    connection: bool,
}

/// An integration type.
#[derive(Debug, Serialize, specta::Type)]
pub(crate) struct IntegrationType {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    guide: Guide,
    capabilities: Capabilities,
    /// With which setting the first records can be shown, written as `depends_on` of a setting; null if with all.
    look_depends_on: Option<String>,
    settings: Vec<Setting>,
}

impl From<&Descriptor> for IntegrationType {
    fn from(descriptor: &Descriptor) -> Self {
        let schema = (descriptor.schema)();
        let settings = schema.settings().iter().map(|setting| Setting {
            name: setting.name.clone(),
            title: setting.title.clone(),
            help: setting.help.clone(),
            kind: match &setting.kind {
                SettingKind::Text => Kind::Text,
                SettingKind::Lines => Kind::Lines,
                SettingKind::Path => Kind::Path,
                SettingKind::Preset => Kind::Preset,
                SettingKind::Mapping => Kind::Mapping,
                SettingKind::Description => Kind::Description,
                SettingKind::Boolean => Kind::Boolean,
                SettingKind::Number(least, most) => Kind::Number {
                    least: Some(*least).filter(|least| *least > i64::MIN),
                    most: Some(*most).filter(|most| *most < i64::MAX),
                },
                SettingKind::Choice(choices) => Kind::Choice { choices: choices.clone() },
            },
            secret: setting.secret,
            required: setting.required,
            required_with: setting.required_with.clone(),
            default: setting.default.clone(),
            suggestions: setting.suggestions.iter().map(|value| suggestion(value)).collect(),
            depends_on: setting.depends_on.clone(),
            connection: descriptor.is_connection(&setting.name) || setting.secret,
        });
        Self {
            name: descriptor.name,
            title: descriptor.title,
            about: descriptor.about,
            guide: descriptor.guide,
            capabilities: descriptor.capabilities,
            look_depends_on: schema.look_depends_on().map(str::to_owned),
            settings: settings.collect(),
        }
    }
}

fn suggestion(value: &str) -> (String, Option<String>) {
    let ready = READY_MADE.iter().find(|ready| value.strip_prefix("ready:") == Some(ready.name));
    (value.to_owned(), ready.map(|ready| ready.title.to_owned()))
}

/// What the form of an integration holds. It has no `Debug`: there are secrets in it.
#[derive(Deserialize, specta::Type)]
pub(crate) struct Draft {
    code: String,
    name: String,
    mode: Mode,
    auto_admin: bool,
    default_assign_to: String,
    /// The name of a work type; an empty one is none.
    default_work_type: String,
    schedule: Schedule,
    /// `null` takes a setting back to its default.
    settings: BTreeMap<String, Value>,
    /// Those that were typed; an empty one deletes what is stored.
    secrets: BTreeMap<String, String>,
    /// Take over the projects that were kept under the code.
    adopt: bool,
}

impl Draft {
    /// What core takes.
    pub(crate) fn input(self) -> Result<IntegrationInput> {
        let code = self.code.parse()?;
        Ok(IntegrationInput { code: Some(code), ..self.input_without_code() })
    }

    /// The same for trying the values out: a new integration may not have a code yet.
    pub(crate) fn input_without_code(self) -> IntegrationInput {
        IntegrationInput {
            code: None,
            name: Some(self.name),
            mode: Some(self.mode),
            auto_admin: Some(AutoAdmin::from_bool(self.auto_admin)),
            default_assign_to: Some(self.default_assign_to),
            default_work_type: Some(self.default_work_type),
            schedule: Some(self.schedule),
            adopt: self.adopt,
            settings: self.settings.into_iter().collect::<Map<_, _>>(),
            secrets: self.secrets.into_iter().map(|(name, secret)| (name, secret.into())).collect(),
        }
    }
}

/// An import that could not be started.
#[derive(Debug, Serialize, specta::Type)]
pub(crate) struct Refused {
    pub(crate) code: IntegrationCode,
    pub(crate) error: Error,
}

/// What came of *Refresh all*.
#[derive(Debug, Serialize, specta::Type)]
pub(crate) struct RefreshAll {
    pub(crate) started: Vec<i64>,
    pub(crate) refused: Vec<Refused>,
}

/// What came of applying a preview.
#[derive(Debug, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Applied {
    /// It was applied, or failed; the record says which.
    Ended { import: Box<Import> },
    /// More would go than was shown. Nothing was changed.
    Grew { preview: Arc<PreviewSummary> },
}

/// What runs now.
#[derive(Debug, Serialize, specta::Type)]
pub(crate) struct Live {
    /// The number of the newest event that is in here.
    pub(crate) sequence: u64,
    pub(crate) imports: Vec<Progress>,
}

/// The work types, and what one may say.
#[derive(Debug, Serialize, specta::Type)]
pub(crate) struct WorkTypes {
    /// The values that a work type may have, in the order in which they are shown.
    pub(crate) fields: Vec<WorkTypeField>,
    /// All, by name.
    pub(crate) work_types: Vec<WorkType>,
}

/// One field of a project, changed.
#[derive(Debug, Deserialize, specta::Type)]
pub(crate) struct FieldChange {
    pub(crate) field: String,
    /// An empty one clears the field.
    pub(crate) value: String,
}
