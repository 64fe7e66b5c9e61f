//! `muster types`.

use muster_core::connectors::{Descriptor, REGISTRY};
use serde_json::{Value, json};

use crate::output::{Output, sheet};

pub(super) fn show(output: Output) {
    let all: Vec<Value> = REGISTRY.iter().map(|descriptor| as_json(descriptor)).collect();
    output.result(&all, || REGISTRY.iter().map(|descriptor| as_text(descriptor)).collect::<Vec<_>>().join("\n\n"));
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
    let schema = (descriptor.schema)();
    let rows = schema.settings().iter().map(|setting| {
        let how = match (setting.secret, setting.required) {
            (true, _) => "secret",
            (false, true) => "needed",
            (false, false) => "",
        };
        let default = setting.default.as_ref().map(crate::output::plain).unwrap_or_default();
        [setting.name.clone(), how.to_owned(), default, setting.help.clone()]
    });
    let settings = sheet(["Setting", "", "Default", "What it is"], rows);
    let can = serde_json::to_value(descriptor.capabilities).unwrap_or_default();
    let can: Vec<&str> = can
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, able)| **able == Value::Bool(true))
        .map(|(name, _)| name.as_str())
        .collect();
    let guide = descriptor.guide;
    format!(
        "{}: {}\n{}\nCovers: {}\nNeeds: {}\nWhere to find it: {}\nLimits: {}\nNever tried: {}\n{settings}\nCan: {}",
        descriptor.name,
        descriptor.title,
        descriptor.about,
        guide.covers,
        guide.needs,
        guide.credentials,
        guide.limits,
        guide.untried,
        can.join(", ").replace('_', " ")
    )
}
