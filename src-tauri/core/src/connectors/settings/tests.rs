use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Colour {
    #[default]
    Red,
    Green,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Example {
    /// Where it is.
    #[schemars(title = "Address", extend("x-order" = 1))]
    url: String,
    #[schemars(title = "Colour", extend("x-order" = 3))]
    #[serde(default)]
    colour: Colour,
    #[schemars(title = "Loud", extend("x-order" = 2, "x-depends-on" = "colour"))]
    #[serde(default)]
    loud: bool,
    #[schemars(title = "Count", extend("x-order" = 4), range(min = 1, max = 9))]
    #[serde(default = "seven")]
    count: u32,
    #[schemars(title = "Password", extend("x-order" = 5), required)]
    password: Option<Secret>,
    #[schemars(title = "Token", extend("x-order" = 6))]
    #[serde(default)]
    token: Option<Secret>,
}

fn seven() -> u32 {
    7
}

fn schema() -> SettingsSchema {
    SettingsSchema::of::<Example>()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn one_type_is_the_source_of_the_form() {
    let schema = schema();
    assert_eq!(schema.names().collect::<Vec<_>>(), ["url", "loud", "colour", "count"]);
    assert_eq!(schema.secrets().collect::<Vec<_>>(), ["password", "token"]);
    let find = |name| schema.find(name).unwrap();
    assert_eq!(find("url").title, "Address");
    assert_eq!(find("url").help, "Where it is.");
    assert!(find("url").required && find("password").required && !find("token").required && !find("loud").required);
    assert_eq!(find("loud").depends_on.as_deref(), Some("colour"));
    assert_eq!(find("loud").kind, SettingKind::Boolean);
    assert_eq!(find("count").kind, SettingKind::Number(1, 9));
    let plain = |value: &str| Choice { value: value.into(), title: None, help: None };
    assert_eq!(find("colour").kind, SettingKind::Choice(vec![plain("red"), plain("green")]));
    assert_eq!(find("password").kind, SettingKind::Text);
    assert_eq!(Value::from(schema.defaults()), json!({"loud": false, "colour": "red", "count": 7}));
    let json = serde_json::to_value(&schema).unwrap();
    assert_eq!(json["properties"]["password"]["x-secret"], true);
    assert_eq!(json["properties"]["token"]["writeOnly"], true);
    assert!(json.get("$defs").is_none(), "{json}");
}

#[test]
fn texts_become_the_kinds_of_value_that_the_settings_have() {
    let read =
        schema().from_text(&pairs(&[("url", "x"), ("loud", "ON"), ("colour", "GREEN"), ("count", "3")])).unwrap();
    assert_eq!(Value::from(read), json!({"url": "x", "loud": true, "colour": "green", "count": 3}));
    let errors = schema()
        .from_text(&pairs(&[("uri", "x"), ("loud", "maybe"), ("colour", "blue"), ("password", "word")]))
        .unwrap_err();
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["uri", "loud", "colour", "password"]);
    assert!(errors[0].message.contains("url, loud, colour, count"), "{}", errors[0].message);
    assert!(errors[3].message.contains("--secret password=env:"), "{}", errors[3].message);
}

#[test]
fn settings_can_be_checked_without_their_secrets() {
    assert_eq!(schema().check(&json!({"url": "x"})), []);
    assert_eq!(schema().check(&json!({"url": "x", "password": "p", "token": null})), []);
    let wrong =
        |settings: Value| -> Vec<String> { schema().check(&settings).into_iter().map(|error| error.field).collect() };
    assert_eq!(wrong(json!({})), ["url"]);
    assert_eq!(wrong(json!([])), ["settings"]);
    assert_eq!(wrong(json!({"url": " ", "password": ""})), ["url", "password"]);
    assert_eq!(
        wrong(json!({"url": 5, "loud": "true", "colour": "Red", "count": 10, "x": 1})),
        ["x", "url", "loud", "colour", "count"]
    );
}

#[test]
fn settings_become_the_type_of_the_connector() {
    let example: Example = parse(json!({"url": "x", "loud": null, "password": "hunter2"})).unwrap();
    assert_eq!((example.url.as_str(), example.colour, example.loud, example.count), ("x", Colour::Red, false, 7));
    assert_eq!(example.password.unwrap().expose(), "hunter2");
    assert!(example.token.is_none());
    assert!(parse::<Example>(json!({"url": 1})).is_err());
}

#[test]
fn a_secret_is_never_shown_or_stored() {
    let example: Example = parse(json!({"url": "x", "password": "hunter2"})).unwrap();
    assert!(!format!("{example:?}{}", example.password.as_ref().unwrap()).contains("hunter2"));
    let errors = format!("{:?}", parse::<Example>(json!({"url": "x", "password": 12345, "loud": "hunter2"})));
    assert!(!errors.contains("12345") && !errors.contains("hunter2"), "{errors}");
    let given = json!({"url": "x", "password": "hunter2"});
    assert_eq!(Value::from(schema().without_secrets(given.as_object().unwrap())), json!({"url": "x"}));
}
