//! `muster integration` and `muster validate`.

use muster_tests::pruvan::{Call, Config, Day, Server};
use serde_json::{Value, json};

use super::has_keys;
use crate::support::{CODE, Office};

#[tokio::test]
async fn an_integration_is_validated_added_and_shown() {
    let office = Office::alone(Config::orders(3)).await;
    let more =
        ["--name", "Northwind Field", "--mode", "internal", "--auto-admin", "off", "--secret", "token=env:TOKEN"];
    let added = office.add(CODE, &more).await.ok();
    has_keys(
        &added,
        &[
            "code",
            "name",
            "type",
            "mode",
            "auto_admin",
            "settings",
            "status",
            "last_refreshed",
            "last_error",
            "publish_to",
            "projects",
            "validated",
        ],
    );
    let said = json!({
        "code": CODE, "name": "Northwind Field", "type": "pruvan", "mode": "internal", "auto_admin": false,
        "status": "idle", "last_refreshed": null, "last_error": null, "publish_to": [], "projects": 0, "validated": true,
    });
    for (key, value) in said.as_object().unwrap() {
        assert_eq!(&added[key], value, "{key}");
    }
    assert_eq!(added["settings"]["url"], office.client.url());
    assert!(!added.to_string().contains("12345"), "{added}");
    assert_eq!(office.integration(CODE).await, added);
    // Codes are found whatever their case.
    assert_eq!(office.integration("nwf").await, added);
    assert_eq!(office.json(&["integration", "list"]).await.ok(), json!([added]));
    assert_eq!(office.with_client(|state| state.count(Call::Validate)), 1);

    let people = office.human(&["integration", "list"]).await;
    for word in ["Name", "Code", "Publish To", "Type", "Projects", "Last Refreshed", "Last Error", "Status"] {
        assert!(people.text(0).contains(word), "{word} in {}", people.out);
    }
    assert!(people.out.contains("Northwind Field") && people.out.contains("idle"), "{}", people.out);
    assert!(office.human(&["integration", "show", CODE]).await.text(0).contains("Northwind Field"));

    let import = office.json(&["full-import", CODE]).await.ok();
    let after = office.integration(CODE).await;
    assert_eq!((&after["projects"], &after["last_refreshed"]), (&json!(3), &import["finished_at"]));
}

#[tokio::test]
async fn nothing_is_saved_that_does_not_work_unless_asked() {
    let mut office = Office::alone(Config::default()).await;
    office.program.set("PASSWORD", "54321");
    let error = office.add(CODE, &[]).await.error(1, "wrong_credentials");
    assert!(error["fields"].as_array().unwrap().contains(&json!("password")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("unknown user or wrong password"), "{error}");
    assert_eq!(office.json(&["integration", "list"]).await.ok(), json!([]));

    let requests = office.client.requests().len();
    let added = office.add(CODE, &["--no-validate"]).await.ok();
    assert_eq!(added["validated"], false);
    assert_eq!(office.client.requests().len(), requests, "nothing was asked");
    office.json(&["validate", CODE]).await.error(1, "wrong_credentials");
    assert!(office.human(&["validate", CODE]).await.err.starts_with("muster: "));

    // An edit is tried too; what does not work is not saved.
    office.json(&["integration", "edit", CODE, "--set", "username=nobody"]).await.error(1, "wrong_credentials");
    assert_eq!(office.integration(CODE).await["settings"]["username"], "northwind_field");
    office.program.set("PASSWORD", "12345");
    let edited = office.json(&["integration", "edit", CODE, "--secret", "password=env:PASSWORD"]).await.ok();
    assert_eq!(edited["validated"], true);
    let valid = office.json(&["validate", CODE]).await.ok();
    assert_eq!(valid, json!({ "code": CODE, "validated": true }));
    assert!(!office.human(&["validate", CODE]).await.text(0).is_empty());
}

#[tokio::test]
async fn a_client_that_cannot_be_reached_or_understood_is_told_apart_from_a_wrong_password() {
    let mut office = Office::alone(Config::default()).await;
    for (day, code) in [
        (Day::HtmlPage, "not_understood"),
        (Day::NotAcceptable, "refused"),
        (Day::Html { status: 404 }, "not_understood"),
        (Day::Error { message: "user is locked".into() }, "wrong_credentials"),
    ] {
        office.with_client(|state| state.always(day.clone()));
        let error = office.add(CODE, &[]).await.with_status(1);
        assert_eq!(error["error"]["code"], code, "{day:?}: {error}");
    }
    office.with_client(muster_tests::pruvan::State::clear_days);
    office.client.refuse().await;
    let error = office.add(CODE, &[]).await.error(1, "cannot_reach");
    assert_eq!(error["retry"], true);
}

#[tokio::test]
async fn an_edit_needs_no_secret_again_and_changes_only_what_is_given() {
    let office = Office::with(Config::default()).await;
    let before = office.integration(CODE).await;
    let asked = office.with_client(|state| state.count(Call::Validate));
    let edited =
        office.json(&["integration", "edit", CODE, "--name", "Another name", "--auto-admin", "off"]).await.ok();
    let mut wanted = before.clone();
    wanted["name"] = json!("Another name");
    wanted["auto_admin"] = json!(false);
    assert_eq!(edited, wanted);
    assert_eq!(office.with_client(|state| state.count(Call::Validate)), asked, "a name is not the client's business");

    // Another road to the same client: tried with the stored secret.
    let edited = office.json(&["integration", "edit", CODE, "--set", "extension=php"]).await.ok();
    assert_eq!((&edited["settings"]["extension"], &edited["validated"]), (&json!("php"), &json!(true)));
    let last = office.client.requests().pop().unwrap();
    assert_eq!(last.extension.as_deref(), Some("php"));
    assert_eq!(last.text("password"), office.client.credentials().password_sha1());
    let edited = office.json(&["integration", "edit", CODE, "--set", "extension=", "--name", ""]).await.ok();
    assert_eq!(edited["name"], Value::Null);
    assert!(edited["settings"].get("extension").is_none_or(|text| text == ""), "{edited}");
    // A code may change as long as there are no projects.
    let edited = office.json(&["integration", "edit", CODE, "--code", "NW2"]).await.ok();
    assert_eq!(edited["code"], "NW2");
    office.json(&["full-import", "NW2"]).await.ok();
    let error = office.json(&["integration", "edit", "NW2", "--code", CODE]).await.error(1, "conflict");
    assert_eq!(error["fields"], json!(["code"]));
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let office = Office::with(Config::default()).await;
    let add = |more: &[&'static str]| {
        let args = [&["integration", "add", "--code", "B"][..], more].concat();
        let office = &office;
        async move { office.json(&args).await }
    };
    let fields = |error: &Value, wanted: &str| {
        assert!(error["fields"].as_array().unwrap().contains(&json!(wanted)), "{wanted}: {error}");
    };
    fields(&add(&["--type", "telegraph"]).await.error(1, "invalid_input"), "type");
    let user = ["--type", "pruvan", "--set", "username=u", "--secret", "password=env:PASSWORD"];
    fields(&add(&user).await.error(1, "invalid_input"), "url");
    let error = add(&[&user[..], &["--set", "url=http://client.example/"]].concat()).await.error(1, "invalid_input");
    fields(&error, "url");
    fields(&add(&[&user[..], &["--set", "url=nonsense"]].concat()).await.error(1, "invalid_input"), "url");
    let url = ["--set", "url=https://client.example/"];
    fields(&add(&[&user[..4], &url].concat()).await.error(1, "invalid_input"), "password");
    let error = add(&[&user[..], &url, &["--secret", "pin=env:PASSWORD"]].concat()).await.error(1, "invalid_input");
    fields(&error, "pin");
    let error = add(&[&user[..], &url, &["--secret", "token=env:NOT_SET"]].concat()).await.error(1, "invalid_input");
    fields(&error, "token");
    assert!(error["message"].as_str().unwrap().contains("NOT_SET"), "{error}");
    for wrong in ["password=12345", "colour=red", "encoding=morse", "allow_http=perhaps"] {
        let done = add(&[&user[..], &url, &["--set", wrong]].concat()).await;
        assert!(matches!(done.status, Some(1 | 2)) && done.value()["error"].is_object(), "{wrong}: {}", done.out);
        assert!(!done.out.contains("12345"), "{}", done.out);
    }
    // Taken, whatever the case.
    let error = office.add("nwf", &[]).await.error(1, "conflict");
    fields(&error, "code");
    for args in [&["integration", "show", "B"][..], &["integration", "edit", "B", "--name", "b"], &["validate", "B"]] {
        office.json(args).await.error(1, "not_found");
    }
    office.json(&["integration", "delete", "B", "--projects", "keep"]).await.error(1, "not_found");
}

#[tokio::test]
async fn a_secret_comes_from_standard_input_line_by_line() {
    let office = Office::alone(Config { server: Server::AspNet, ..Config::default() }).await;
    let url = format!("url={}", office.client.url());
    let args = [
        "integration",
        "add",
        "--type",
        "pruvan",
        "--code",
        CODE,
        "--set",
        &url,
        "--set",
        "username=northwind_field",
        "--secret",
        "password=-",
        "--secret",
        "token=-",
    ];
    let known = office.client.credentials();
    let lines = format!("{}\r\n{}\n", known.password, known.token);
    office.json_with_input(&args, &lines).await.ok();
    let last = office.client.requests().pop().unwrap();
    assert_eq!((last.text("password"), last.text("token")), (known.password_sha1().as_str(), known.token.as_str()));
    let error = office.json_with_input(&args, "only one line\n").await.error(1, "invalid_input");
    assert_eq!(error["fields"], json!(["token"]));
}

#[tokio::test]
async fn a_secret_as_an_argument_is_refused_and_not_repeated() {
    let office = Office::alone(Config::default()).await;
    for wrong in ["password=hunter2-canary", "password=env:", "hunter2-canary", "password=:hunter2-canary"] {
        for args in [&["integration", "add", "--type", "pruvan", "--code", CODE][..], &["integration", "edit", CODE]] {
            let args = [args, &["--secret", wrong]].concat();
            let json = office.json(&args).await;
            let error = json.error(2, "usage");
            assert!(error["message"].as_str().unwrap().contains("env:VAR"), "{error}");
            let people = office.human(&args).await;
            assert_eq!(people.status, Some(2));
            for output in [&json.out, &json.err, &people.out, &people.err] {
                assert!(!output.contains("hunter2-canary"), "{output}");
            }
        }
    }
}

#[tokio::test]
async fn a_deleted_integration_leaves_its_projects_or_takes_them_along() {
    let office = Office::with_projects(8).await;
    let before = office.numbers().await;
    let done = office.json(&["integration", "delete", CODE, "--projects", "keep"]).await.ok();
    assert_eq!(done, json!({ "code": CODE, "deleted": true, "kept": 8 }));
    assert_eq!(office.numbers().await, before);
    office.json(&["refresh", CODE]).await.error(1, "not_found");

    // The code is reserved until the projects are adopted.
    office.add(CODE, &[]).await.error(1, "conflict");
    let adopted = office.add(CODE, &["--adopt"]).await.ok();
    assert_eq!(adopted["projects"], 8);
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["removed"]), (&json!(0), &json!(0)));
    assert_eq!(office.numbers().await, before);

    let done = office.json(&["integration", "delete", CODE, "--projects", "remove"]).await.ok();
    assert_eq!(done, json!({ "code": CODE, "deleted": true, "removed": 8 }));
    assert_eq!(office.numbers().await, Vec::<String>::new());
    office.add(CODE, &[]).await.ok();
    let people = office.human(&["integration", "delete", CODE, "--projects", "keep"]).await;
    assert!(people.text(0).contains(CODE));
    assert_eq!(office.json(&["integration", "list"]).await.ok(), json!([]));
}

#[tokio::test]
async fn the_sample_client_needs_nothing() {
    let office = Office::alone(Config::default()).await;
    let sample = ["integration", "add", "--type", "sample", "--code", "TRY", "--set", "orders=25"];
    let added = office.json(&sample).await.ok();
    assert_eq!((&added["type"], &added["settings"]["orders"]), (&json!("sample"), &json!(25)));
    let import = office.json(&["full-import", "TRY"]).await.ok();
    assert_eq!((&import["added"], &import["outcome"]), (&json!(25), &json!("succeeded")));
    office.json(&["refresh", "TRY"]).await.ok();
    assert!(office.client.requests().is_empty());
}
