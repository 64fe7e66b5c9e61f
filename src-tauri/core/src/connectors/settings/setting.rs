//! One setting: what it is called, what kind of value it has, what it takes from a command line.

use serde::Serialize;
use serde_json::Value;

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

impl Setting {
    pub(super) fn of(name: &str, property: &Value, required: bool) -> Self {
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

    pub(super) fn wrong(&self, value: &Value) -> Option<String> {
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

    pub(super) fn read(&self, text: &str) -> Result<Value, String> {
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
