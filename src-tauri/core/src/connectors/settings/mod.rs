//! What the settings of every integration type have in common: the schema that draws the form and checks the values,
//! and errors at a field. One setting is in `setting`, a secret in `secret`. It knows no single type.

mod secret;
mod setting;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use url::Url;

pub use secret::Secret;
pub use setting::{Choice, Setting, SettingKind};

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
mod tests;
