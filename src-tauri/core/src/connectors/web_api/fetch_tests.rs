use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::connectors::Connection;
use crate::connectors::kept::Kept;
use crate::http::Http;
use crate::http::testing::{Server, answer, limits};

const OK: &str = "200 OK";
const EVERYTHING: Ask = Ask::Everything { last: None };

fn description(server: &Server, more: &Value) -> Value {
    let mut description = json!({
        "muster_description": 1, "name": "x", "base_url": server.url("/api"),
        "list": { "request": { "path": "/orders" }, "records": "/rows", "complete": true },
        "mapping": { "key": "/id" },
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        description[name] = value.clone();
    }
    description
}

fn connection(description: &Value, memory: Value) -> Connection {
    let settings = json!({ "description": description.to_string(), "key": "hunter2", "client_secret": "hunter2",
                           "client_id": "me" });
    Connection::new(settings, Arc::new(Http::new(limits()).unwrap()), memory)
}

fn connect(description: &Value, memory: Value) -> Box<dyn Connector> {
    (DESCRIPTOR.connect)(connection(description, memory)).unwrap()
}

async fn list(connector: &dyn Connector, ask: Ask) -> (Result<Fetched, ConnectError>, Kept) {
    let mut kept = Kept::default();
    let fetched = connector.fetch(ask, &mut kept).await;
    (fetched, kept)
}

#[tokio::test]
async fn a_description_that_changed_since_it_was_compared_gets_no_credentials() {
    let (server, other) = (Server::answers(&[]).await, Server::answers(&[]).await);
    let text = description(&server, &json!({ "auth": { "header": { "name": "x-key", "prefix": "" } } }));
    let with = |servers: &[String]| Connection { servers: Some(servers.to_vec()), ..connection(&text, Value::Null) };
    let origin = |server: &Server| Url::parse(&server.url("/")).unwrap().origin().ascii_serialization();
    assert!((DESCRIPTOR.connect)(with(&[origin(&server)])).is_ok());
    let Err(errors) = (DESCRIPTOR.connect)(with(&[origin(&other)])) else { panic!("it connects elsewhere") };
    assert!(errors[0].field == "description" && errors[0].message.contains("another address"), "{errors:?}");
}

#[tokio::test]
async fn the_same_record_is_the_same_bytes_however_it_is_written() {
    let server = Server::answers(&[
        answer(OK, "", r#"{"rows":[{"id":1,"b":2,"a":"ü"}]}"#),
        answer(OK, "", r#"{ "rows" : [ {"a" : "\u00fc", "b":2 , "id":1} ] }"#),
        answer(OK, "", r#"{"rows":[{"id":1,"b":3,"a":"ü"}]}"#),
    ])
    .await;
    let text = description(&server, &Value::Null);
    let connector = connect(&text, Value::Null);
    let mut hashes = Vec::new();
    for _ in 0..3 {
        let (fetched, kept) = list(&*connector, EVERYTHING).await;
        assert_eq!(fetched.unwrap().list, List::Complete);
        assert_eq!(connector.decode(kept.orders[0].as_bytes()).unwrap().key, "1");
        hashes.extend(kept.hashes);
    }
    assert!(hashes[0] == hashes[1] && hashes[1] != hashes[2]);
    // Under another description the same record may mean something else.
    let mut other = text.clone();
    other["mapping"]["number"] = "/b".into();
    let server = Server::answers(&[answer(OK, "", r#"{"rows":[{"id":1,"b":2,"a":"ü"}]}"#)]).await;
    other["base_url"] = server.url("/api").into();
    assert_ne!(list(&*connect(&other, Value::Null), EVERYTHING).await.1.hashes[0], hashes[0]);
}

#[tokio::test]
async fn nothing_is_asked_from_a_moment_by_a_description_that_never_asked() {
    let server = Server::answers(&[answer(OK, "", r#"{"rows":[]}"#)]).await;
    let mut text = description(&server, &Value::Null);
    text["list"]["since"] = json!({ "parameter": "from", "format": "unix" });
    let since = Ask::Since(Some(jiff::Timestamp::from_second(1_800_000_000).unwrap()));
    let fetched = list(&*connect(&text, Value::Null), since).await.0.unwrap();
    let fetched = list(&*connect(&text, fetched.memory), since).await.0.unwrap();
    text["mapping"]["number"] = "/no".into();
    list(&*connect(&text, fetched.memory), since).await.0.unwrap();
    let asked: Vec<bool> = server.seen().iter().map(|request| request.contains("from=1800000000")).collect();
    assert_eq!(asked, [false, true, false]);
}

#[tokio::test]
async fn only_a_list_that_came_whole_makes_a_description_one_that_has_asked() {
    let list_of = |rows: &str| answer(OK, "", &format!("{{\"rows\":{rows}}}"));
    let server = Server::answers(&[
        list_of("[]"),
        list_of("[]"),
        list_of(r#"[{"id":1}]"#),
        answer("404 Not Found", "", "{}"),
        list_of("[]"),
    ])
    .await;
    let mut text = description(&server, &Value::Null);
    text["list"]["since"] = json!({ "parameter": "from", "format": "unix" });
    let since = Ask::Since(Some(jiff::Timestamp::from_second(1_800_000_000).unwrap()));
    let memory = list(&*connect(&text, Value::Null), EVERYTHING).await.0.unwrap().memory;
    // Another description: that its login is good, or that a part came, brings nothing from before.
    text["detail"] = json!({ "request": { "path": "/orders/{key}" }, "record": "" });
    let memory = connect(&text, memory).validate().await.unwrap();
    let fetched = list(&*connect(&text, memory), since).await.0.unwrap();
    assert!(matches!(fetched.list, List::Partial(_)), "{fetched:?}");
    list(&*connect(&text, fetched.memory), since).await.0.unwrap();
    let seen = server.seen();
    assert_eq!((seen.len(), seen.iter().any(|request| request.contains("from="))), (5, false), "{seen:?}");
}

#[tokio::test]
async fn the_pair_of_client_id_and_secret_is_hidden_in_the_form_in_which_it_is_sent() {
    // base64 of me:hun%26ter%2F2
    let pair = "bWU6aHVuJTI2dGVyJTJGMg==";
    let auth = json!({ "oauth2": { "token_url": "/token", "credentials": "basic" } });
    let said = |status: &str| {
        answer(status, "", &json!({ "error": "invalid_client", "message": format!("Basic {pair} is bad") }).to_string())
    };
    let token = answer(OK, "", r#"{"access_token":"tok"}"#);
    for script in [vec![said("400 Bad Request")], vec![said("401 Unauthorized")], vec![token, said("403 Forbidden")]] {
        let server = Server::answers(&script).await;
        let mut connection = connection(&description(&server, &json!({ "auth": auth })), Value::Null);
        connection.settings["client_secret"] = "hun&ter/2".into();
        let log = tempfile::NamedTempFile::new().unwrap();
        let writer = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(Arc::new(log.reopen().unwrap()));
        let guard = tracing::subscriber::set_default(writer.finish());
        let error = (DESCRIPTOR.connect)(connection).unwrap().validate().await.unwrap_err();
        drop(guard);
        assert!(server.seen()[0].contains(pair), "{:?}", server.seen());
        let shown = format!("{error} {error:?} {}", std::fs::read_to_string(log.path()).unwrap());
        assert!(shown.contains("Basic *** is bad") && !shown.contains(pair), "{shown}");
    }
}

#[tokio::test]
async fn credentials_go_nowhere_else_than_the_last_time() {
    let server = Server::answers(&[answer(OK, "", r#"{"rows":[]}"#)]).await;
    let memory = json!({ "servers": ["https://api.example"] });
    let text = description(&server, &json!({ "auth": "bearer" }));
    let (fetched, _) = list(&*connect(&text, memory.clone()), EVERYTHING).await;
    assert!(matches!(fetched, Err(ConnectError::Setting(_))));
    assert!(server.seen().is_empty());
    let memory = connect(&text, memory).validate().await.unwrap();
    assert!(list(&*connect(&text, memory), EVERYTHING).await.0.is_ok());
}

#[tokio::test]
async fn what_is_too_large_or_too_much_is_refused_with_words() {
    let many = format!("{{\"rows\":[{}1]}}", "1,".repeat(raw::MOST_RECORDS));
    let server = Server::answers(&[answer(OK, "", &many)]).await;
    let (fetched, kept) = list(&*connect(&description(&server, &Value::Null), Value::Null), EVERYTHING).await;
    assert!(fetched.unwrap_err().to_string().contains("more than 500000 records") && kept.orders.is_empty());

    let large = format!("{{\"x\":\"{}\",\"rows\":[]}}", "A".repeat(LARGEST_PAGE));
    let server = Server::answers(&[answer(OK, "", &large)]).await;
    let (fetched, _) = list(&*connect(&description(&server, &Value::Null), Value::Null), EVERYTHING).await;
    assert_eq!(fetched.unwrap_err().to_string(), "the list is too large: one answer is larger than 32 MiB");
}

#[tokio::test]
async fn pages_without_an_end_come_to_one() {
    // Each page is empty and says that there is another one, always with another cursor.
    let pages: Vec<Vec<u8>> =
        (0..300).map(|page| answer(OK, "", &format!("{{\"rows\":[],\"next\":{}}}", page % 200))).collect();
    let server = Server::answers(&pages).await;
    let mut text = description(&server, &Value::Null);
    text["list"]["paging"] = json!({ "cursor": { "pointer": "/next", "parameter": "at" } });
    let (fetched, _) = list(&*connect(&text, Value::Null), EVERYTHING).await;
    assert!(fetched.unwrap_err().to_string().contains("page 201 of the list leads back"), "{}", server.seen().len());
}

#[tokio::test]
async fn a_token_that_cannot_be_one_is_not_understood() {
    let auth = json!({ "oauth2": { "token_url": "/token" } });
    for (body, said) in [
        ("{}", "no access_token"),
        ("[]", "no access_token"),
        ("<html>", "no JSON"),
        (r#"{"access_token":"a\nb"}"#, "cannot be one"),
        (r#"{"access_token":"a","token_type":"mac"}"#, "no Bearer token"),
        (r#"{"access_token":"","error_description":"not hunter2"}"#, "it says: not ***"),
    ] {
        let server = Server::answers(&[answer(OK, "", body)]).await;
        let error = connect(&description(&server, &json!({ "auth": auth })), Value::Null).validate().await.unwrap_err();
        assert!(error.to_string().contains(said), "{body}: {error}");
        assert_eq!(server.seen().len(), 1, "{body}");
    }
    // One that does not say how long it lasts is kept.
    let server = Server::answers(&[
        answer(OK, "", r#"{"access_token":"tok","expires_in":"soon"}"#),
        answer(OK, "", r#"{"rows":[]}"#),
    ])
    .await;
    let connector = connect(&description(&server, &json!({ "auth": auth })), Value::Null);
    connector.validate().await.unwrap();
    connector.validate().await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen[0].contains("client_id=me&client_secret=hunter2") && seen[0].starts_with("POST /api/token "));
    assert!(seen[2].to_lowercase().contains("authorization: bearer tok"), "{}", seen[2]);
}
