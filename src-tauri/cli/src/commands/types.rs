//! `muster types`.

use muster_core::connectors::{Descriptor, REGISTRY, Setting};
use serde_json::{Value, json};

use crate::output::{Output, plain, sheet};

pub(super) fn show(output: Output) {
    let all: Vec<Value> = REGISTRY.iter().map(|descriptor| as_json(descriptor)).collect();
    output.result(&all, || REGISTRY.iter().map(|descriptor| as_text(descriptor)).collect::<Vec<_>>().join("\n\n\n"));
}

fn as_json(descriptor: &Descriptor) -> Value {
    let schema = (descriptor.schema)();
    json!({
        "type": descriptor.name,
        "title": descriptor.title,
        "about": descriptor.about,
        "guide": descriptor.guide,
        "capabilities": descriptor.capabilities,
        "settings": schema.names().collect::<Vec<_>>(),
        "secrets": schema.secrets().collect::<Vec<_>>(),
        "schema": schema,
    })
}

fn as_text(descriptor: &Descriptor) -> String {
    let guide = descriptor.guide;
    let can = can(descriptor);
    let about = [
        ("What it is", descriptor.about),
        ("Covers", guide.covers),
        ("Needs", guide.needs),
        ("Where to find it", guide.credentials),
        ("Can", &can),
        ("Limits", guide.limits),
        ("Never tried", guide.untried),
    ];
    let about = sheet([descriptor.name, descriptor.title], about.map(|row| [row.0, row.1].map(str::to_owned)));
    let schema = (descriptor.schema)();
    let settings = sheet(["Setting", "", "Default", "What it is for"], schema.settings().iter().map(setting));
    format!("{about}\n\n{settings}")
}

fn can(descriptor: &Descriptor) -> String {
    let all = serde_json::to_value(descriptor.capabilities).unwrap_or_default();
    let able = all.as_object().into_iter().flatten().filter(|(_, able)| **able == Value::Bool(true));
    able.map(|(name, _)| name.replace('_', " ")).collect::<Vec<_>>().join(", ")
}

fn setting(setting: &Setting) -> [String; 4] {
    let how = match (setting.secret, setting.required) {
        (true, _) => "secret",
        (false, true) => "needed",
        (false, false) => "",
    };
    let default = setting.default.as_ref().map(plain).unwrap_or_default();
    let only = match setting.depends_on.as_deref() {
        Some(condition) if condition.contains('=') => format!("With {}: ", condition.replace('|', " or ")),
        Some(condition) => format!("With {condition}: "),
        None => String::new(),
    };
    [setting.name.clone(), how.to_owned(), default, format!("{only}{}", setting.help)]
}
