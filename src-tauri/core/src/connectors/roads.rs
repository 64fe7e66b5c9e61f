//! Types that reach their client system by one of several roads, each of which is another type: its settings are drawn when
//! its road is chosen, and it does the work.

use schemars::json_schema;
use serde_json::{Map, Value, json};

use super::{Connected, Connection, Descriptor, FieldError, SettingsSchema, spreadsheet, web_api};

/// The setting that names the road.
pub(super) const ROAD: &str = "road";

/// One road to a client system.
pub(super) struct Road {
    /// The value of the setting.
    pub(super) name: &'static str,
    /// What it is called on the screen.
    pub(super) title: &'static str,
    /// What the office needs to have for it.
    pub(super) help: &'static str,
    /// The type whose settings it has.
    pub(super) by: &'static Descriptor,
    /// Settings that are something else here if nobody says.
    pub(super) defaults: &'static [(&'static str, &'static str)],
    /// Makes the connection.
    pub(super) connect: fn(Connection) -> Connected,
}

impl Road {
    /// By files; a list is what the preset says, if nobody says otherwise.
    pub(super) const fn spreadsheet(help: &'static str, defaults: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            name: "spreadsheet",
            title: "Through a spreadsheet",
            help,
            by: &spreadsheet::DESCRIPTOR,
            defaults,
            connect: spreadsheet::DESCRIPTOR.connect,
        }
    }

    /// By a web service, as a description says.
    pub(super) const fn direct(help: &'static str) -> Self {
        Self {
            name: "direct",
            title: "Directly",
            help,
            by: &web_api::DESCRIPTOR,
            defaults: &[],
            connect: web_api::DESCRIPTOR.connect,
        }
    }
}

/// The settings of all roads, each shown and needed only on its own.
pub(super) fn schema(roads: &[Road], help: &str) -> SettingsSchema {
    let choices: Vec<Value> = roads.iter().map(choice).collect();
    let looking: Vec<&str> = roads.iter().filter(|road| road.by.capabilities.look).map(|road| road.name).collect();
    let mut properties = Map::new();
    properties.insert(
        ROAD.to_owned(),
        json!({ "type": "string", "oneOf": choices, "title": "Road", "description": help, "x-order": 0 }),
    );
    // What each says of itself, for the settings that several roads share.
    let mut told: Map<String, Value> = Map::new();
    // What a later road shares with an earlier one comes after what is its own.
    for (place, road) in (1_u64..=9).rev().zip(roads) {
        let schema = (road.by.schema)();
        let required = schema.json().get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let own = schema.json().get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, mut property) in own {
            let needed = required.contains(&json!(name)) && property.get("default").is_none();
            let help = format!("{}: {}", road.title, property["description"].as_str().unwrap_or_default());
            if let Some(taken) = properties.get_mut(&name) {
                add_road(taken, "x-depends-on", road);
                if needed {
                    add_road(taken, "x-required-with", road);
                }
                if taken["description"] != property["description"] {
                    let first = told[&name].as_str().unwrap_or_default();
                    taken["description"] = format!("{first} {help}").into();
                    told[&name] = taken["description"].clone();
                }
                continue;
            }
            told.insert(name.clone(), help.into());
            property["x-order"] = (place * 100 + property["x-order"].as_u64().unwrap_or(99)).into();
            add_road(&mut property, "x-depends-on", road);
            if needed {
                add_road(&mut property, "x-required-with", road);
            }
            if let Some((_, default)) = road.defaults.iter().find(|(setting, _)| *setting == name) {
                property["default"] = (*default).into();
            }
            properties.insert(name, property);
        }
    }
    SettingsSchema::from_schema(json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": [ROAD],
        "additionalProperties": false,
        "x-look-depends-on": format!("{ROAD}={}", looking.join("|")),
    }))
}

/// With this road too.
fn add_road(property: &mut Value, condition: &str, road: &Road) {
    let before = property[condition].as_str().map(|before| format!("{before}|"));
    property[condition] = format!("{}{}", before.unwrap_or_else(|| format!("{ROAD}=")), road.name).into();
}

fn choice(road: &Road) -> Value {
    json!({ "const": road.name, "title": road.title, "description": road.help, "type": "string" })
}

/// What is wrong with these settings on the road that they name.
pub(super) fn check(roads: &[Road], settings: &Value) -> Vec<FieldError> {
    match on_road(roads, settings) {
        Ok((road, settings)) => (road.by.check)(&settings),
        Err(error) => vec![error],
    }
}

/// Connects by the road that the settings name.
pub(super) fn connect(roads: &[Road], mut connection: Connection) -> Connected {
    let (road, settings) = on_road(roads, &connection.settings).map_err(|error| vec![error])?;
    connection.settings = settings;
    if let Some(servers) = &mut connection.servers {
        servers.retain(|server| server != road.name);
    }
    (road.connect)(connection)
}

/// Where secrets go by the road that the settings name.
pub(super) fn servers(roads: &[Road], settings: &Value) -> Vec<String> {
    let Ok((road, settings)) = on_road(roads, settings) else { return Vec::new() };
    let mut servers = (road.by.servers)(&settings);
    // A secret of one road is none of another's, even if both are called the same.
    servers.push(road.name.to_owned());
    servers
}

/// The road that these settings name, and those of them that are settings of its type.
fn on_road<'a>(roads: &'a [Road], settings: &Value) -> Result<(&'a Road, Value), FieldError> {
    let road = roads.iter().find(|road| settings[ROAD] == road.name).ok_or_else(|| {
        let names = roads.iter().map(|road| road.name).collect::<Vec<_>>().join(", ");
        FieldError::new(ROAD, format!("one of these roads is expected: {names}"))
    })?;
    let schema = (road.by.schema)();
    let given = settings.as_object().into_iter().flatten().filter(|(name, _)| schema.find(name).is_some());
    let mut own: Map<String, Value> = given.map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, default) in road.defaults {
        own.entry(*name).or_insert_with(|| (*default).into());
    }
    Ok((road, Value::Object(own)))
}
