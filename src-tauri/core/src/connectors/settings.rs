//! What the settings of every integration type have in common: the schema that draws the form and checks the values,
//! secrets, and errors at a field. It knows no single type, and it never gives a secret away.

use std::fmt;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use url::Url;

/// A password or the like: read with the settings, never written, never shown.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The value, for the one place that sends it.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "writeOnly": true, "x-secret": true })
    }
}

/// What is wrong, and at which field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The name of the setting.
    pub field: String,
    /// What is wrong, for an admin. It never repeats a value.
    pub message: String,
}

impl FieldError {
    /// That is wrong at this field.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }
}

/// What kind of value a setting has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingKind {
    /// Text.
    Text,
    /// Text of several lines.
    Lines,
    /// The path of a file or a folder.
    Path,
    /// The name of a kind of list that a spreadsheet can be.
    Preset,
    /// Which column is what: text that is chosen where the first records are shown.
    Mapping,
    /// The description of a web API: the path of a file, its text, or one of the suggestions.
    Description,
    /// Yes or no.
    Boolean,
    /// A whole number, from the first to the second.
    Number(i64, i64),
    /// One of these.
    Choice(Vec<Choice>),
}

/// One value that a setting can be chosen to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// Its name on the screen, if it has one of its own.
    pub title: Option<String>,
    /// What it means, if its name does not say it.
    pub help: Option<String>,
}

/// One setting, as the form and the command line show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its name in JSON and on the command line.
    pub name: String,
    /// Its name on the screen.
    pub title: String,
    /// What it is for.
    pub help: String,
    /// What kind of value it has.
    pub kind: SettingKind,
    /// Whether it is kept in the credential store and never shown.
    pub secret: bool,
    /// Whether it must be given, where [`Setting::required_with`] holds.
    pub required: bool,
    /// With which settings it must be given, written as in [`Setting::depends_on`]; none if with all.
    pub required_with: Option<String>,
    /// What it is if nobody says.
    pub default: Option<Value>,
    /// Values that it may well have, where others are possible.
    pub suggestions: Vec<String>,
    /// The setting without which it has no effect: its name, or `name=value` or `name=one|other` where it has an effect with
    /// these values only.
    pub depends_on: Option<String>,
}

/// The settings of an integration type. Serializes as a JSON Schema, in which `x-order`, `x-secret`,
/// `x-depends-on` and `x-required-with` say what a form needs to know beyond it, and so does `x-text` (`lines`, `path`, `preset`, `mapping` or
/// `description`).
#[derive(Debug, Clone)]
pub struct SettingsSchema {
    schema: Schema,
    settings: Vec<Setting>,
}

impl Serialize for SettingsSchema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.schema.serialize(serializer)
    }
}

impl SettingsSchema {
    /// The schema of a settings type.
    pub fn of<T: JsonSchema>() -> Self {
        let generator = SchemaSettings::draft2020_12().with(|with| with.inline_subschemas = true).into_generator();
        Self::from_schema(generator.into_root_schema_for::<T>())
    }

    /// The settings that a JSON Schema describes.
    pub(super) fn from_schema(schema: Schema) -> Self {
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut ordered: Vec<(u64, Setting)> = schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, property)| {
                let order = property.get("x-order").and_then(Value::as_u64).unwrap_or(u64::MAX);
                (order, Setting::of(name, property, required.contains(&name.as_str())))
            })
            .collect();
        ordered.sort_by_key(|(order, _)| *order);
        Self { settings: ordered.into_iter().map(|(_, setting)| setting).collect(), schema }
    }

    /// With which setting the first records can be shown, written as in [`Setting::depends_on`]; none if with all.
    pub fn look_depends_on(&self) -> Option<&str> {
        self.schema.get("x-look-depends-on").and_then(Value::as_str)
    }

    /// The JSON Schema itself.
    pub(super) fn json(&self) -> &Schema {
        &self.schema
    }

    /// All settings and secrets, in the order of the form.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The names of the settings that are no secrets.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().filter(|setting| !setting.secret).map(|setting| setting.name.as_str())
    }

    /// The names of the secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().filter(|setting| setting.secret).map(|setting| setting.name.as_str())
    }

    /// The setting or secret of that name.
    pub fn find(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// What the settings are if nobody says.
    pub fn defaults(&self) -> Map<String, Value> {
        let with_default = |setting: &Setting| Some((setting.name.clone(), setting.default.clone()?));
        self.settings.iter().filter(|setting| !setting.secret).filter_map(with_default).collect()
    }

    /// The same settings without any secret, as they may be stored.
    pub fn without_secrets(&self, settings: &Map<String, Value>) -> Map<String, Value> {
        let keep = |name: &String| !self.secrets().any(|secret| secret == name);
        settings.iter().filter(|(name, _)| keep(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// What is wrong with these settings as far as the schema can tell. A secret may be absent: it may just not be
    /// known here.
    pub fn check(&self, settings: &Value) -> Vec<FieldError> {
        let Some(given) = settings.as_object() else {
            return vec![FieldError::new("settings", "the settings are not a JSON object")];
        };
        let unknown = given.keys().filter(|name| self.find(name).is_none()).map(|name| self.unknown(name));
        let known = self.settings.iter().filter_map(|setting| {
            let needed = setting.required
                && self.has_effect(setting, given)
                && self.holds(setting.required_with.as_deref(), given);
            let is_needed = || format!("{} is needed", setting.title);
            let wrong = match given.get(&setting.name) {
                None | Some(Value::Null) => (needed && !setting.secret).then(is_needed),
                Some(Value::String(text)) if needed && text.trim().is_empty() => Some(is_needed()),
                Some(value) => setting.wrong(value),
            };
            wrong.map(|message| FieldError::new(&setting.name, message))
        });
        unknown.chain(known).collect()
    }

    /// Whether a setting has an effect beside these.
    pub(crate) fn has_effect(&self, setting: &Setting, given: &Map<String, Value>) -> bool {
        self.holds(setting.depends_on.as_deref(), given)
    }

    fn holds(&self, condition: Option<&str>, given: &Map<String, Value>) -> bool {
        let Some(condition) = condition else { return true };
        let (name, values) = condition.split_once('=').map_or((condition, None), |(name, is)| (name, Some(is)));
        let other = self.find(name);
        let now = given.get(name).or_else(|| other?.default.as_ref()).unwrap_or(&Value::Null);
        match values {
            Some(values) => values.split('|').any(|value| now == value),
            None => !matches!(now, Value::Null | Value::Bool(false)) && now != "",
        }
    }

    /// Reads the texts of a command line (`KEY=VALUE`) as the kinds of value that the settings have.
    /// The last one wins where a key is given twice; nothing is filled in.
    pub fn from_text(&self, pairs: &[(String, String)]) -> Result<Map<String, Value>, Vec<FieldError>> {
        let mut settings = Map::new();
        let mut errors = Vec::new();
        for (name, text) in pairs {
            let read = match self.find(name) {
                None => Err(self.unknown(name)),
                Some(setting) => setting.read(text).map_err(|message| FieldError::new(name, message)),
            };
            match read {
                Ok(value) => drop(settings.insert(name.clone(), value)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(settings) } else { Err(errors) }
    }

    fn unknown(&self, name: &str) -> FieldError {
        let known: Vec<&str> = self.names().collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        FieldError::new(name, format!("there is no such setting; the settings are: {known}"))
    }
}

impl Setting {
    fn of(name: &str, property: &Value, required: bool) -> Self {
        let text = |key: &str| property.get(key).and_then(Value::as_str).map(str::to_owned);
        let marked = |key: &str| property.get(key).and_then(Value::as_bool).unwrap_or_default();
        Self {
            name: name.to_owned(),
            title: text("title").unwrap_or_else(|| name.to_owned()),
            help: text("description").unwrap_or_default(),
            kind: SettingKind::of(property),
            secret: marked("x-secret"),
            required: required || text("x-required-with").is_some(),
            required_with: text("x-required-with"),
            suggestions: property
                .get("examples")
                .and_then(Value::as_array)
                .map(|examples| examples.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                .unwrap_or_default(),
            default: property.get("default").filter(|value| !value.is_null()).cloned(),
            depends_on: text("x-depends-on"),
        }
    }

    fn wrong(&self, value: &Value) -> Option<String> {
        match (&self.kind, value) {
            (kind, Value::String(_)) if kind.is_text() => None,
            (SettingKind::Boolean, Value::Bool(_)) => None,
            (SettingKind::Number(least, most), Value::Number(number)) => {
                let fits = number.as_i64().is_some_and(|number| (*least..=*most).contains(&number));
                (!fits).then(|| self.kind.expected())
            }
            (SettingKind::Choice(choices), Value::String(text))
                if choices.iter().any(|choice| choice.value == *text) =>
            {
                None
            }
            _ => Some(self.kind.expected()),
        }
    }

    fn read(&self, text: &str) -> Result<Value, String> {
        if self.secret {
            // What is typed there can be read by everybody on the machine, and stays in the shell's history.
            return Err(format!("this is a secret: use --secret {0}=env:VARIABLE or --secret {0}=-", self.name));
        }
        let lower = text.trim().to_lowercase();
        let value = match &self.kind {
            SettingKind::Text | SettingKind::Preset => Some(Value::from(text)),
            SettingKind::Lines | SettingKind::Path | SettingKind::Mapping | SettingKind::Description => {
                Some(Value::from(in_full(text)))
            }
            SettingKind::Boolean => match lower.as_str() {
                "true" | "on" | "yes" => Some(Value::from(true)),
                "false" | "off" | "no" => Some(Value::from(false)),
                _ => None,
            },
            SettingKind::Number(..) => lower.parse::<i64>().ok().map(Value::from),
            SettingKind::Choice(choices) => {
                let chosen = choices.iter().find(|choice| choice.value.to_lowercase() == lower);
                chosen.map(|choice| Value::from(choice.value.as_str()))
            }
        };
        value.ok_or_else(|| self.kind.expected())
    }
}

/// What names a file or a folder here, named in full: an import may run elsewhere. Other text stays as it is.
fn in_full(text: &str) -> String {
    let path = std::path::absolute(text.trim()).ok().filter(|path| path.exists());
    path.and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_else(|| text.to_owned())
}

impl SettingKind {
    fn of(property: &Value) -> Self {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let plain = |value: &str| Choice { value: value.to_owned(), title: None, help: None };
        let explained = |choice: &Value| {
            let value = text(choice, "const")?;
            Some(Choice { value, title: text(choice, "title"), help: text(choice, "description") })
        };
        let choices: Vec<Choice> = match (property.get("enum"), property.get("oneOf")) {
            (Some(Value::Array(choices)), _) => choices.iter().filter_map(Value::as_str).map(plain).collect(),
            (_, Some(Value::Array(choices))) => choices.iter().filter_map(explained).collect(),
            _ => Vec::new(),
        };
        let is = |wanted: &str| match property.get("type") {
            Some(Value::String(name)) => name == wanted,
            Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
            _ => false,
        };
        let bound = |key: &str, otherwise: i64| property.get(key).and_then(Value::as_i64).unwrap_or(otherwise);
        if !choices.is_empty() {
            Self::Choice(choices)
        } else if is("boolean") {
            Self::Boolean
        } else if is("integer") || is("number") {
            Self::Number(bound("minimum", i64::MIN), bound("maximum", i64::MAX))
        } else {
            match property.get("x-text").and_then(Value::as_str) {
                Some("lines") => Self::Lines,
                Some("path") => Self::Path,
                Some("preset") => Self::Preset,
                Some("mapping") => Self::Mapping,
                Some("description") => Self::Description,
                _ => Self::Text,
            }
        }
    }

    fn is_text(&self) -> bool {
        !matches!(self, Self::Boolean | Self::Number(..) | Self::Choice(_))
    }

    /// What a value must be, in words.
    fn expected(&self) -> String {
        match self {
            Self::Text | Self::Lines | Self::Path | Self::Preset | Self::Mapping | Self::Description => {
                "a text is expected".to_owned()
            }
            Self::Boolean => "true or false is expected".to_owned(),
            Self::Number(i64::MIN, i64::MAX) => "a whole number is expected".to_owned(),
            Self::Number(least, i64::MAX) => format!("a whole number of at least {least} is expected"),
            Self::Number(least, most) => format!("a whole number from {least} to {most} is expected"),
            Self::Choice(choices) => {
                let choices: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
                format!("one of these is expected: {}", choices.join(", "))
            }
        }
    }
}

/// The servers of all settings that are web addresses.
pub(crate) fn servers(settings: &Value) -> Vec<String> {
    let texts = settings.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
    let urls = texts.filter_map(|text| Url::parse(text.trim()).ok()).filter(Url::has_host);
    urls.map(|url| url.origin().ascii_serialization()).collect()
}

/// The settings as the type that a connector works with. Null is the same as absent.
pub(crate) fn parse<T: DeserializeOwned + JsonSchema>(mut settings: Value) -> Result<T, Vec<FieldError>> {
    let errors = SettingsSchema::of::<T>().check(&settings);
    if !errors.is_empty() {
        return Err(errors);
    }
    if let Value::Object(given) = &mut settings {
        given.retain(|_, value| !value.is_null());
    }
    // The error of serde may repeat a value, which may be a secret; and the schema has found what there is to find.
    serde_json::from_value(settings).map_err(|_| vec![FieldError::new("settings", "the settings cannot be read")])
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
