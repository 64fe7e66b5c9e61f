//! What a type says of itself before one is set up.

use muster_core::connectors::{REGISTRY, SettingKind};
use serde_json::Value;

use crate::clients;

#[test]
fn the_settings_are_a_schema_that_a_form_can_be_drawn_from() {
    for descriptor in REGISTRY {
        let schema = (descriptor.schema)();
        let json = serde_json::to_value(&schema).unwrap();
        let name = descriptor.name;
        assert_eq!(
            (json["type"].as_str(), json["additionalProperties"].as_bool()),
            (Some("object"), Some(false)),
            "{name}"
        );
        let properties = json["properties"].as_object().unwrap();
        assert_eq!(properties.len(), schema.settings().len(), "{name}");
        for needed in json["required"].as_array().into_iter().flatten() {
            assert!(properties.contains_key(needed.as_str().unwrap()), "{name}: {needed} is needed and not there");
        }
        for setting in schema.settings() {
            let at = format!("{name}: {}", setting.name);
            assert!(setting.title != setting.name && !setting.help.is_empty(), "{at} has no title or no help");
            assert!(!(setting.secret && setting.default.is_some()), "{at}: a secret has no default");
            if let Some(default) = &setting.default {
                let only = [(setting.name.clone(), default.clone())].into_iter().collect();
                let wrong = schema.check(&Value::Object(only));
                assert!(wrong.iter().all(|error| error.field != setting.name), "{at}: its default is wrong");
            }
            if let SettingKind::Choice(choices) = &setting.kind {
                assert!(!choices.is_empty(), "{at}");
            }
            if let Some(condition) = &setting.depends_on {
                let (other, values) =
                    condition.split_once('=').map_or((condition.as_str(), None), |(a, b)| (a, Some(b)));
                let other = schema.find(other).unwrap_or_else(|| panic!("{at} depends on {other}, which is not there"));
                if let (Some(values), SettingKind::Choice(choices)) = (values, &other.kind) {
                    let known = |value: &str| choices.iter().any(|choice| choice.value == value);
                    assert!(values.split('|').all(known), "{at} depends on {condition}");
                }
            }
        }
    }
}

#[test]
fn what_to_know_before_is_said() {
    for descriptor in REGISTRY {
        let guide = descriptor.guide;
        for text in [descriptor.about, guide.covers, guide.needs, guide.credentials, guide.limits, guide.untried] {
            assert!(text.ends_with('.') && text.len() > 7, "{}: {text:?}", descriptor.name);
        }
    }
}

#[tokio::test]
async fn every_type_has_a_client_system_here() {
    let clients = clients::all(1).await;
    for descriptor in REGISTRY {
        assert!(clients.iter().any(|client| client.kind == descriptor.name), "{} is not tried here", descriptor.name);
    }
}
