use super::*;
use crate::http::testing::limits;

#[test]
fn settings_are_checked_at_their_fields() {
    let wrong = |url: &str, more: Value| -> Vec<String> {
        let mut settings = serde_json::json!({"url": url, "username": "u"});
        settings.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        (DESCRIPTOR.check)(&settings).into_iter().map(|error| error.field).collect()
    };
    let none: [&str; 0] = [];
    for good in ["https://a.example/x", " https://a.example:8443/ ", "http://localhost:8080", "http://127.0.0.1/"] {
        assert_eq!(wrong(good, Value::Null), none, "{good}");
    }
    for bad in [
        "",
        "a.example",
        "http://a.example/",
        "ftp://a.example/",
        "https://u:p@a.example/",
        "https://a.example/?k=1",
        "https://a.example/#x",
    ] {
        assert_eq!(wrong(bad, Value::Null), ["url"], "{bad}");
    }
    assert_eq!(wrong("http://a.example/", serde_json::json!({"allow_http": true})), none);
    assert_eq!(wrong("https://a.example/", serde_json::json!({"extension": "a/b"})), ["extension"]);
    assert_eq!(wrong("https://a.example/", serde_json::json!({"password": ""})), ["password"]);
    assert_eq!(
        wrong("https://a.example/", serde_json::json!({"encoding": "base64", "username": ""})),
        ["username", "encoding"]
    );
    assert_eq!(wrong("https://a.example/", serde_json::json!({"pushkey": "x"})), ["pushkey"]);
}

fn connection(settings: Value) -> Connection {
    Connection::new(settings, Arc::new(Http::new(limits()).unwrap()), Value::Null)
}

#[test]
fn a_connection_needs_a_password() {
    let Err(errors) =
        (DESCRIPTOR.connect)(connection(serde_json::json!({"url": "https://a.example", "username": "u"})))
    else {
        panic!("it connects without a password");
    };
    assert_eq!(errors, [FieldError::new("password", "Password is needed")]);
}

#[test]
fn the_password_is_the_token_only_if_that_is_wanted_and_there_is_none() {
    for (more, token) in [
        (serde_json::json!({}), ""),
        (serde_json::json!({"password_as_token": true}), "pass word"),
        (serde_json::json!({"password_as_token": true, "token": ""}), "pass word"),
        (serde_json::json!({"password_as_token": true, "token": "t"}), "t"),
        (serde_json::json!({"token": "t"}), "t"),
    ] {
        let mut settings = serde_json::json!({"url": "https://a.example", "username": "u", "password": "pass word"});
        settings.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let pruvan = Pruvan::new(connection(settings)).unwrap();
        assert!(
            pruvan.credentials.payload(call::Call::Validate).ends_with(&format!("\"token\":\"{token}\"}}")),
            "{more}"
        );
        let shown = format!("{pruvan:?}");
        assert!(!shown.contains("pass word"), "{shown}");
    }
}

#[test]
fn the_schema_names_what_the_command_line_knows() {
    let schema = (DESCRIPTOR.schema)();
    let names: Vec<&str> = schema.names().collect();
    assert_eq!(names, ["url", "extension", "username", "password_as_token", "encoding", "allow_http"]);
    assert_eq!(schema.secrets().collect::<Vec<_>>(), ["password", "token"]);
    assert!(schema.find("password").unwrap().required && !schema.find("token").unwrap().required);
    assert!(schema.settings().iter().all(|setting| !setting.help.is_empty()));
    for name in DESCRIPTOR.connection_settings {
        assert!(names.contains(name), "{name}");
    }
}
