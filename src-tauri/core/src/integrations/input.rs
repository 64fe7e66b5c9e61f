//! What is given to set up an integration, and what is wrong with it.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::connectors::{Descriptor, FieldError};
use crate::error::{Error, ErrorCode, Result, sentence};
use crate::model::{AutoAdmin, IntegrationCode, Mode, Schedule};
use crate::store::integrations::Record;

/// What is to be saved of an integration. What is not given stays as it is, or takes its default.
#[derive(Debug, Default)]
pub struct IntegrationInput {
    /// The integration code. Fixed once it has projects.
    pub code: Option<IntegrationCode>,
    /// The long name; an empty one is none.
    pub name: Option<String>,
    /// Internal or External (the default).
    pub mode: Option<Mode>,
    /// On (the default) or off; acts in External mode only.
    pub auto_admin: Option<AutoAdmin>,
    /// Who gets new projects, in External mode; empty is nobody.
    pub default_assign_to: Option<String>,
    /// The name of the work type that new projects get; empty is none.
    pub default_work_type: Option<String>,
    /// When to refresh by itself; off for a new one.
    pub schedule: Option<Schedule>,
    /// Take over the projects of the code that were kept when their integration was deleted.
    pub adopt: bool,
    /// The type's settings that are given, without secrets; `null` takes a setting back to its default.
    pub settings: Map<String, Value>,
    /// The secrets that are given; an empty one deletes what is stored.
    pub secrets: Vec<(String, SecretString)>,
}

/// What to do before saving values that say which system and which account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnSave {
    /// Connect with exactly these values first; nothing is saved unless that works.
    Validate,
    /// Save all the same, marked as not validated until the next good import.
    DoNotValidate,
}

/// Puts what is given into the record, checked as far as the schema can; gives the secrets.
pub(super) fn put(
    record: &mut Record,
    input: IntegrationInput,
    descriptor: &Descriptor,
) -> Result<Vec<(String, SecretString)>> {
    let schema = (descriptor.schema)();
    if let Some(code) = input.code {
        record.code = code;
    }
    if let Some(name) = input.name {
        record.name = line(&name).ok_or_else(|| Error::invalid("name", TOO_LONG))?;
    }
    if let Some(person) = input.default_assign_to {
        record.default_assign_to = line(&person).ok_or_else(|| Error::invalid("default_assign_to", TOO_LONG))?;
    }
    record.schedule = input.schedule.unwrap_or(record.schedule);
    record.mode = input.mode.unwrap_or(record.mode);
    record.auto_admin = input.auto_admin.unwrap_or(record.auto_admin);
    for (name, value) in input.settings {
        if !schema.names().any(|known| known == name) {
            let known = schema.names().collect::<Vec<_>>().join(", ");
            let message = format!("{} has no setting {name}; its settings are: {known}.", descriptor.title);
            return Err(Error::invalid(&name, message));
        }
        let Value::Object(settings) = &mut record.settings else { continue };
        if value.is_null() {
            settings.remove(&name);
        } else {
            settings.insert(name, value);
        }
    }
    for (name, _) in &input.secrets {
        if !schema.secrets().any(|known| known == name) {
            let known = schema.secrets().collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "none" } else { &known };
            return Err(Error::invalid(
                name,
                format!("{} has no secret {name}; its secrets are: {known}.", descriptor.title),
            ));
        }
    }
    let mut secrets = input.secrets;
    // A secret without an effect (that of a road that is not taken any more) is not kept: it was entered for another server.
    let settings = record.settings.as_object().cloned().unwrap_or_default();
    let idle = schema.settings().iter().filter(|setting| setting.secret && !schema.has_effect(setting, &settings));
    let idle = idle.filter(|setting| record.secrets.contains(&setting.name) && !given(&secrets, &setting.name));
    let idle: Vec<_> = idle.map(|setting| (setting.name.clone(), SecretString::default())).collect();
    secrets.extend(idle);
    if !secrets.is_empty() {
        record.servers = Some((descriptor.servers)(&record.settings));
    }
    Ok(secrets)
}

const TOO_LONG: &str = "This has to be one line of at most 200 characters.";

/// A short text; none inside if it is empty, none at all if it is not one line.
#[expect(clippy::option_option, reason = "empty and wrong are two things")]
fn line(text: &str) -> Option<Option<String>> {
    let text = text.trim();
    let good = text.chars().count() <= 200 && !text.chars().any(char::is_control);
    good.then(|| Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// The settings as a connector takes them: those of the record, the stored secrets, and over them the given ones.
pub(super) fn with_secrets(record: &Record, secrets: &[(String, SecretString)], stored: Value) -> Value {
    let mut complete = record.settings.clone();
    if let (Value::Object(complete), Value::Object(stored)) = (&mut complete, stored) {
        for (name, value) in stored {
            if record.secrets.contains(&name) {
                complete.insert(name, value);
            }
        }
        for (name, secret) in secrets {
            if secret.expose_secret().is_empty() {
                complete.remove(name);
            } else {
                complete.insert(name.clone(), Value::from(secret.expose_secret()));
            }
        }
    }
    complete
}

pub(super) fn given(secrets: &[(String, SecretString)], name: &str) -> bool {
    secrets.iter().any(|(given, _)| given == name)
}

pub(super) fn check(descriptor: &Descriptor, settings: &Value) -> Result<()> {
    let errors = (descriptor.check)(settings);
    if errors.is_empty() { Ok(()) } else { Err(setting_errors(&errors)) }
}

/// What is wrong with settings, in one error.
pub(crate) fn setting_errors(errors: &[FieldError]) -> Error {
    let message = errors.iter().map(|error| sentence(&error.message)).collect::<Vec<_>>().join(" ");
    let mut out = Error::new(ErrorCode::InvalidInput, message);
    out.fields = errors.iter().map(|error| error.field.clone()).collect();
    out
}
