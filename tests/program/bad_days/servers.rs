//! The servers that are known, with all their quirks, and how Muster finds out what they want.

use muster_tests::pruvan::{Call, Config, Credentials, Day, Encoding, Request, Server, State};
use serde_json::{Value, json};

use super::KINDS;
use crate::support::{CODE, Office, keys};

const MULTIPART: Encoding = Encoding::Multipart;
const URLENCODED: Encoding = Encoding::UrlEncoded;

fn config(server: Server) -> Config {
    Config { server, ..Config::orders(40) }
}

/// The encodings of the requests since the last look.
fn encodings(office: &Office) -> Vec<Encoding> {
    let encodings = office.client.requests().iter().map(|request| request.encoding).collect();
    office.client.clear_requests();
    encodings
}

#[tokio::test]
async fn auto_sends_multipart_first_and_stays_with_what_works() {
    let office = Office::with(config(Server::Standard)).await;
    assert_eq!(encodings(&office), [MULTIPART]);
    for kind in KINDS {
        office.json(&[kind, CODE]).await.ok();
        assert_eq!(encodings(&office), [MULTIPART], "{kind}");
    }
}

#[tokio::test]
async fn auto_finds_out_what_a_server_of_one_encoding_wants_and_remembers_it() {
    for refusal in [415, 406, 400, 500, 200] {
        let office = Office::with(config(Server::UrlencodedOnly { refusal })).await;
        assert_eq!(encodings(&office), [MULTIPART, URLENCODED], "{refusal}");
        // The next process knows it.
        for kind in KINDS {
            office.json(&[kind, CODE]).await.ok();
            assert_eq!(encodings(&office), [URLENCODED], "{refusal} {kind}");
        }
        office.json(&["validate", CODE]).await.ok();
        assert_eq!(encodings(&office), [URLENCODED], "{refusal}");
        assert_eq!(office.numbers().await.len(), 40);
    }
    let office = Office::with(config(Server::MultipartOnly { refusal: 415 })).await;
    assert_eq!(encodings(&office), [MULTIPART]);
    // The client gets another server.
    office.with_client(|state| state.server = Server::UrlencodedOnly { refusal: 415 });
    office.json(&["full-import", CODE]).await.ok();
    assert_eq!(encodings(&office), [MULTIPART, URLENCODED]);
    office.json(&["full-import", CODE]).await.ok();
    assert_eq!(encodings(&office), [URLENCODED]);
}

#[tokio::test]
async fn auto_finds_out_without_a_validate_too() {
    let office = Office::alone(config(Server::UrlencodedOnly { refusal: 406 })).await;
    office.add(CODE, &["--no-validate"]).await.ok();
    assert_eq!(encodings(&office), []);
    office.json(&["full-import", CODE]).await.ok();
    assert_eq!(encodings(&office), [MULTIPART, URLENCODED]);
    office.json(&["refresh", CODE]).await.ok();
    assert_eq!(encodings(&office), [URLENCODED]);
    assert_eq!(office.integration(CODE).await["validated"], true, "an import that works is proof enough");
}

#[tokio::test]
async fn an_encoding_that_is_set_is_the_only_one_used() {
    let office = Office::alone(config(Server::Standard)).await;
    for (set, used) in [("encoding=urlencoded", URLENCODED), ("encoding=multipart", MULTIPART)] {
        let code = &set[9..12];
        office.add(code, &["--set", set]).await.ok();
        office.json(&["full-import", code]).await.ok();
        assert_eq!(encodings(&office), [used, used]);
    }
    office.with_client(|state| state.server = Server::UrlencodedOnly { refusal: 415 });
    let import = office.json(&["refresh", "mul"]).await.with_status(1);
    assert_eq!(encodings(&office), [MULTIPART]);
    assert!(import["error"]["message"].as_str().unwrap().contains("not supported"), "{import}");
}

#[tokio::test]
async fn a_refused_login_is_never_tried_in_another_way() {
    for server in [Server::Standard, Server::AspNet, Server::Php { lists: true }, Server::Php { lists: false }] {
        let office = Office::alone(Config { server, ..Config::default() }).await;
        let right = office.client.credentials();
        let wrong = Credentials { password: "changed".into(), token: "changed".into(), ..right.clone() };
        let more = ["--secret", "token=env:TOKEN"];
        office.with_client(|state| state.credentials = wrong.clone());
        office.add(CODE, &more).await.error(1, "wrong_credentials");
        assert_eq!(encodings(&office), [MULTIPART], "{server:?}: nothing was known");
        office.with_client(|state| state.credentials = right);
        office.add(CODE, &more).await.ok();
        office.with_client(|state| state.credentials = wrong);
        office.client.clear_requests();
        for args in [["validate", CODE], ["refresh", CODE], ["full-import", CODE]] {
            let done = office.json(&args).await.with_status(1);
            assert_eq!(done["error"]["code"], "wrong_credentials", "{server:?} {args:?}: {done}");
            assert_eq!(encodings(&office), [MULTIPART], "{server:?} {args:?}");
        }
        assert_eq!(office.integration(CODE).await["validated"], false);
    }
}

/// A request as the protocol's reference wants it.
fn check(request: &Request, known: &Credentials) {
    assert_eq!((request.method.as_str(), &request.query), ("POST", &None));
    for header in ["authorization", "cookie", "referer"] {
        assert_eq!(request.header(header), None, "{header}");
    }
    let timestamp = request.call == Some(Call::GetWorkOrders);
    let wanted: &[&str] =
        if timestamp { &["password", "timestamp", "token", "username"] } else { &["password", "token", "username"] };
    assert_eq!(keys(&request.payload), wanted, "no pushkey, nothing else: {}", request.payload);
    assert!(request.payload.as_object().unwrap().values().all(|value| !value.is_object() && !value.is_array()));
    let text = request.payload_text.as_deref().unwrap();
    assert_eq!((text.matches('{').count(), text.matches('}').count()), (1, 1), "flat: {text}");
    assert!(text.starts_with('{') && text.ends_with('}'), "{text}");
    assert_eq!(request.text("username"), known.username);
    assert_eq!(request.text("password"), known.password_sha1());
}

#[tokio::test]
async fn what_is_sent_is_what_the_reference_says() {
    let known = Credentials {
        username: "north}wind {field} \"ü\"".into(),
        password: "p}w{\"\\ü%+&=".into(),
        token: "t}ok{en\"\\é\u{1f511}".into(),
    };
    for server in
        [Server::Standard, Server::AspNet, Server::Php { lists: true }, Server::UrlencodedOnly { refusal: 415 }]
    {
        let office = Office::alone(Config { credentials: known.clone(), ..config(server) }).await;
        office.add(CODE, &["--secret", "token=env:TOKEN"]).await.ok();
        for command in [["refresh", CODE], ["full-import", CODE], ["refresh", CODE], ["validate", CODE]] {
            office.json(&command).await.ok();
        }
        let requests = office.client.requests();
        for request in &requests {
            check(request, &known);
            assert_eq!(request.text("token"), known.token);
        }
        let lists: Vec<&Request> =
            requests.iter().filter(|request| request.call == Some(Call::GetWorkOrders)).collect();
        assert_eq!(lists.len(), 3, "{server:?}");
        let timestamp = |place: usize| lists[place].payload["timestamp"].clone();
        assert_eq!(
            (timestamp(0), timestamp(1)),
            (Value::Null, Value::Null),
            "nothing was imported before; a full list"
        );
        let (asked, now) = (timestamp(2).as_i64().unwrap(), jiff::Timestamp::now().as_second());
        assert!((now - 3_600..=now - 600).contains(&asked), "seconds of Unix, UTC: {asked}");
    }
}

#[tokio::test]
async fn a_password_is_a_token_only_if_somebody_says_so() {
    let office = Office::alone(config(Server::AspNet)).await;
    office.add(CODE, &[]).await.error(1, "wrong_credentials");
    assert_eq!(office.client.requests()[0].text("token"), "");
    office.add(CODE, &["--set", "password_as_token=true"]).await.ok();
    assert_eq!(office.client.requests()[1].text("token"), office.client.credentials().password);
    office.json(&["full-import", CODE]).await.ok();
    let edit = ["integration", "edit", CODE, "--secret", "token=env:TOKEN"];
    office.json(&edit).await.ok();
    let last = office.client.requests().pop().unwrap();
    assert_eq!(last.text("token"), office.client.credentials().token, "a token goes before");
}

#[tokio::test]
async fn the_asp_net_server_and_its_quirks() {
    let office = Office::alone(config(Server::AspNet)).await;
    office.add(CODE, &["--secret", "token=env:TOKEN"]).await.ok();
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["problems"]), (&json!(40), &json!([])));
    let before = office.projects().await;
    // Always the full list (quirk 2), nulls and extra keys (4, 5), dates of the server's locale (7).
    let gone = office.with_client(|state| state.orders.remove_some(4, 1));
    assert_eq!(office.json(&["refresh", CODE]).await.ok()["unchanged"], 36);
    assert_eq!(office.projects().await, before, "a Refresh removes nothing");
    let order = office.with_client(|state| state.orders.value(0));
    let spelled: Vec<u32> =
        order["dueDate"].as_str().unwrap().split([' ', '/']).take(3).map(|part| part.parse().unwrap()).collect();
    let number = order["workOrderNumber"].as_str().unwrap();
    let project = office.json(&["projects", "show", &format!("{CODE}::{number}")]).await.ok();
    assert_eq!(project["due_date"], format!("{:04}-{:02}-{:02}", spelled[2], spelled[0], spelled[1]));
    // `null` for an empty list (1).
    let all = office.with_client(|state| state.orders.remove_some(40, 1));
    let import = office.json(&["full-import", CODE]).await.with_status(1);
    assert_eq!(import["error"]["code"], "not_understood", "{import}");
    office.json(&["refresh", CODE]).await.ok();
    assert_eq!(office.projects().await, before);
    office.with_client(|state| all.into_iter().chain(gone).for_each(|order| state.orders.push(order)));
    assert_eq!(office.json(&["full-import", CODE]).await.ok()["unchanged"], 40);
    // Errors without a list (8).
    office.with_client(|state| state.always(Day::NotAcceptable));
    let import = office.json(&["refresh", CODE]).await.with_status(1);
    assert!(import["error"]["message"].as_str().unwrap().contains("Length cannot be less than zero"), "{import}");
}

#[tokio::test]
async fn the_php_server_and_its_quirks() {
    let office = Office::alone(config(Server::Php { lists: false })).await;
    office.add(CODE, &["--secret", "token=env:TOKEN"]).await.ok();
    // `1`, as it works by push only (3).
    for kind in KINDS {
        let import = office.json(&[kind, CODE]).await.with_status(1);
        assert_eq!(import["error"]["code"], "not_understood", "{import}");
        assert!(import["error"]["message"].as_str().unwrap().contains("send its orders by itself"), "{import}");
    }
    // Numbers as work order numbers (6), and HTML as the type of everything.
    office.with_client(|state| state.server = Server::Php { lists: true });
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["problems"]), (&json!(40), &json!([])));
    let wanted = office.with_client(|state| {
        let mut numbers = state.orders.numbers();
        numbers.sort();
        numbers
    });
    assert_eq!(office.numbers().await, wanted);
    // An error that is shaped like an answer to validate (9).
    office.with_client(|state| state.credentials.token = "changed".into());
    office.with_client(|state| state.credentials.password = "changed".into());
    let import = office.json(&["refresh", CODE]).await.with_status(1);
    assert_eq!(import["error"]["code"], "wrong_credentials", "{import}");
    assert!(import["error"]["message"].as_str().unwrap().contains("Invalid username or token"), "{import}");
    office.with_client(State::clear_days);
    assert_eq!(office.numbers().await, wanted);
}

#[tokio::test]
async fn url_and_extension_are_joined_as_the_client_gave_them() {
    for (extension, url_end, set) in
        [("php", "", "php"), ("php", "/", ".php"), ("", "/", ""), ("ashx", "//", "ashx"), ("", "", ".")]
    {
        let office = Office::alone(Config { extension: Some(extension.into()), ..Config::default() }).await;
        let url = format!("url={}{url_end}", office.client.url());
        let extension = format!("extension={set}");
        let args = ["integration", "add", "--type", "pruvan", "--code", CODE, "--set", &url, "--set", &extension];
        let rest = ["--set", "username=northwind_field", "--secret", "password=env:PASSWORD"];
        office.json(&[&args[..], &rest].concat()).await.ok();
        assert_eq!(office.json(&["full-import", CODE]).await.ok()["added"], 10, "{url} {set}");
    }
}
