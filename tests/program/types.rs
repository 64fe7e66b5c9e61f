//! Every type of integration by each of its roads, from the terminal: what one adds, looks at, refreshes, imports in full.

#[path = "../contract/clients.rs"]
#[expect(dead_code, reason = "the contract asks more of the client systems than a person at a terminal does")]
mod clients;
mod files;
mod hostile;
mod presets;
mod workbook;

use muster_tests::ppw;
use serde_json::{Value, json};

use crate::support::{Done, Program, text};
use clients::Client;

const ORDERS: u64 = 20;

/// Adds an integration to that client system.
async fn add(program: &mut Program, client: &Client, code: &str) -> Done {
    for (name, secret) in &client.secrets {
        program.set(&format!("SECRET_{name}"), secret);
    }
    let mut args = ["integration", "add", "--type", client.kind, "--code", code].map(str::to_owned).to_vec();
    for (name, value) in client.settings.as_object().unwrap() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        args.extend(["--set".to_owned(), format!("{name}={value}")]);
    }
    for (name, _) in &client.secrets {
        args.extend(["--secret".to_owned(), format!("{name}=env:SECRET_{name}")]);
    }
    program.json(&args.iter().map(String::as_str).collect::<Vec<_>>()).await
}

/// The counts of an import that went well: added, changed, removed.
#[track_caller]
fn counts(import: &Value) -> [u64; 3] {
    assert_eq!(import["outcome"], "succeeded", "{import}");
    assert_eq!(import["problems"], json!([]), "{import}");
    ["added", "changed", "removed"].map(|name| import[name].as_u64().unwrap())
}

#[tokio::test]
async fn each_type_is_added_validated_looked_at_refreshed_and_imported_in_full() {
    for client in clients::all(usize::try_from(ORDERS).unwrap()).await {
        let mut program = Program::new().await;
        let name = client.name;
        let added = add(&mut program, &client, "C").await.ok();
        assert_eq!((&added["type"], &added["validated"]), (&json!(client.kind), &json!(true)), "{name}");
        let stored: Vec<&str> = client.secrets.iter().map(|(name, _)| *name).collect();
        assert_eq!(added["secrets"], json!(stored), "{name}");
        program.json(&["validate", "C"]).await.ok();
        assert_eq!(program.numbers().await, Vec::<String>::new(), "{name}");

        let refresh = program.json(&["refresh", "C"]).await.ok();
        assert_eq!(counts(&refresh)[0], ORDERS, "{name}");
        let before = program.projects().await;
        let full = program.json(&["full-import", "C"]).await.ok();
        let people = program.human(&["full-import", "C", "--re-read"]).await;
        assert!(people.text(0).contains("succeeded"), "{name}: {}", people.out);
        if client.moves {
            continue;
        }
        assert_eq!(counts(&full), [0, 0, 0], "{name}");
        assert_eq!(program.projects().await, before, "{name}");
        client.change_one();
        client.lose_one();
        let refresh = program.json(&["refresh", "C"]).await.ok();
        assert_eq!(counts(&refresh), [0, 1, 0], "{name}");
        let shown = program.json(&["full-import", "C", "--preview"]).await.ok();
        assert_eq!(shown["to_remove"].as_array().map(Vec::len), Some(1), "{name}: {shown}");
        let full = program.json(&["full-import", "C"]).await.ok();
        assert_eq!(counts(&full), [0, 0, 1], "{name}");
        assert_eq!(program.numbers().await.len() as u64, ORDERS - 1, "{name}");
        let people = program.human(&["integration", "show", "C"]).await;
        assert!(people.text(0).contains("idle") && people.out.contains(client.kind), "{name}: {}", people.out);
    }
}

#[tokio::test]
async fn the_first_records_of_each_type_are_shown_or_it_is_said_that_there_are_none() {
    for client in clients::all(3).await {
        let mut program = Program::new().await;
        let name = client.name;
        add(&mut program, &client, "C").await.ok();
        let look = program.json(&["integration", "look", "C"]).await;
        let people = program.human(&["integration", "look", "C"]).await;
        if matches!(name, "pruvan" | "ppw" | "mcs by ppw" | "sample") {
            look.error(1, "not_understood");
            assert_eq!((people.status, people.out.as_str()), (Some(1), ""), "{name}");
            assert!(people.err.contains("first records"), "{name}: {}", people.err);
            continue;
        }
        let look = look.ok();
        for part in ["columns", "rows", "orders"] {
            assert!(!look[part].as_array().unwrap().is_empty(), "{name}: {part} in {look}");
        }
        assert_eq!(look["orders"][0]["problems"], json!([]), "{name}: {look}");
        let number = look["orders"][0]["number"].as_str().unwrap();
        for word in ["Read as", number, "Grass cut", "Tulsa"] {
            assert!(people.text(0).contains(word), "{name}: no {word} in {}", people.out);
        }
        assert_eq!(program.numbers().await, Vec::<String>::new(), "{name}: nothing is imported");
    }
}

#[tokio::test]
async fn types_are_told_for_people_in_lines_that_can_be_read() {
    let program = Program::bare();
    let people = program.human(&["types"]).await;
    let shown = people.text(0);
    let longest = shown.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(longest <= 120, "a line of {longest} characters");
    for word in ["ppw", "mcs", "xactprm", "pruvan", "spreadsheet", "web-api", "sample", "Never tried", "With road=ppw"]
    {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    let types = program.json(&["types"]).await.ok();
    for one in types.as_array().unwrap() {
        let guide = one["guide"].as_object().unwrap();
        assert!(guide.values().all(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{one}");
    }
    let settings = |name: &str| {
        let one = types.as_array().unwrap().iter().find(|one| one["type"] == name).unwrap();
        [&one["settings"], &one["secrets"]].map(|names| names.as_array().unwrap().clone()).concat()
    };
    for (name, wanted) in [
        ("ppw", &["url", "username", "mark_imported", "close_cancelled", "password"][..]),
        ("spreadsheet", &["path", "pattern", "preset", "mapping", "holds_all_open_orders"]),
        ("mcs", &["road", "url", "username", "path", "description", "password", "key"]),
        ("xactprm", &["road", "path", "preset", "description", "key"]),
        ("web-api", &["description", "password", "key", "client_secret"]),
    ] {
        for setting in wanted {
            assert!(settings(name).contains(&json!(setting)), "{name}: {setting}");
        }
    }
}

/// A program with an integration `PPW` to that PPW, nothing imported.
pub(super) async fn ppw_office(ppw: &ppw::Simulator, more: &[&str]) -> Program {
    let mut program = Program::new().await;
    let (username, password) = ppw.with(|state| (state.username.clone(), state.password.clone()));
    program.set("PPW_PASSWORD", &password);
    let (url, username) = (format!("url={}", ppw.url()), format!("username={username}"));
    let args = ["integration", "add", "--type", "ppw", "--code", "PPW", "--set", &url, "--set", &username];
    program.json(&[&args[..], &["--secret", "password=env:PPW_PASSWORD"], more].concat()).await.ok();
    program
}

#[tokio::test]
async fn of_ppw_only_what_changed_is_fetched_unless_everything_is_to_be_read_again() {
    let ppw = ppw::Simulator::start(ppw::Config { orders: 12, ..ppw::Config::default() }).await.unwrap();
    let program = ppw_office(&ppw, &[]).await;
    let fetched = async |args: &[&str]| {
        ppw.clear_calls();
        let import = program.json(&[&["full-import", "PPW"], args].concat()).await.ok();
        (counts(&import), ppw.count("get_order"))
    };
    assert_eq!(fetched(&[]).await, ([12, 0, 0], 12));
    assert_eq!(fetched(&[]).await, ([0, 0, 0], 0));
    let id = ppw.with(|state| state.open()[0]);
    ppw.with(|state| state.orders.get_mut(&id).unwrap().details.insert("city".to_owned(), json!("Bixby")));
    assert_eq!(fetched(&[]).await, ([0, 0, 0], 0), "nobody says that it changed");
    assert_eq!(fetched(&["--re-read"]).await, ([0, 1, 0], 12));
    assert_eq!(ppw.count("mark_order_imported"), 0, "the client's system is not changed");

    ppw.with(|state| state.set_status(id, "Unread"));
    let marked = program.json(&["integration", "edit", "PPW", "--set", "mark_imported=on"]).await.ok();
    assert_eq!(marked["settings"]["mark_imported"], true);
    fetched(&[]).await;
    fetched(&[]).await;
    assert!(ppw.with(|state| state.orders[&id].marked) > 0, "with the tick it is");
}

#[tokio::test]
async fn orders_of_mcs_in_a_ppw_account_are_in_one_of_both_integrations() {
    let ppw = ppw::Simulator::start(ppw::Config { orders: 10, ..ppw::Config::default() }).await.unwrap();
    let of_mcs: Vec<u64> = ppw.with(|state| state.open().into_iter().take(4).collect());
    for id in &of_mcs {
        ppw.with(|state| state.from_mcs(*id, &id.to_string()));
    }
    let program = ppw_office(&ppw, &[]).await;
    assert_eq!(counts(&program.json(&["full-import", "PPW"]).await.ok()), [10, 0, 0]);
    let (url, username) = (format!("url={}", ppw.url()), ppw.with(|state| format!("username={}", state.username)));
    let args = ["integration", "add", "--type", "mcs", "--code", "MCS", "--set", "road=ppw", "--set", &url];
    let secret = ["--set", &username, "--secret", "password=env:PPW_PASSWORD"];
    program.json(&[&args[..], &secret].concat()).await.ok();
    assert_eq!(counts(&program.json(&["full-import", "MCS"]).await.ok()), [4, 0, 0]);
    assert_eq!(counts(&program.json(&["full-import", "PPW"]).await.ok()), [0, 0, 4], "they have moved");
    assert_eq!(program.numbers().await.len(), 10);
    // On this road other settings are not asked for, and without one nothing can be done.
    let error = program.json(&["integration", "add", "--type", "mcs", "--code", "M2"]).await.error(1, "invalid_input");
    assert_eq!(error["fields"], json!(["road"]));
    let alone = ["integration", "add", "--type", "xactprm", "--code", "X", "--set", "road=spreadsheet"];
    let error = program.json(&alone).await.error(1, "invalid_input");
    assert_eq!(error["fields"], json!(["path"]));
    program.json(&[&alone[..7], &["road=ppw"]].concat()).await.error(2, "usage");
}

#[tokio::test]
async fn a_description_is_a_file_that_is_handed_on() {
    let client = clients::all(5).await.into_iter().find(|client| client.name == "web-api").unwrap();
    let mut program = Program::new().await;
    program.set("KEY", &client.secrets[0].1);
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("acme.json"), folder.path().join("copy.json"));
    std::fs::write(&file, client.settings["description"].as_str().unwrap()).unwrap();
    let description = format!("description={}", text(&file));
    let args = |code: &'static str, description: &str| {
        let args = ["integration", "add", "--type", "web-api", "--code", code, "--set", description];
        [&args[..], &["--secret", "key=env:KEY"]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let add = async |code: &'static str, description: &str| {
        let args = args(code, description);
        program.json(&args.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    let added = add("API", &description).await.ok();
    assert_eq!(added["settings"]["description"], text(&file), "the file is named, not copied");
    assert_eq!(counts(&program.json(&["full-import", "API"]).await.ok()), [5, 0, 0]);

    let done = program.json(&["integration", "describe", "API", "--to", text(&copy)]).await.ok();
    assert_eq!(done, json!({ "code": "API", "description": text(&copy) }));
    let written = std::fs::read_to_string(&copy).unwrap();
    assert!(written.contains("muster_description") && !written.contains(&client.secrets[0].1), "{written}");
    add("API2", &format!("description={}", text(&copy))).await.ok();
    assert_eq!(counts(&program.json(&["full-import", "API2"]).await.ok()), [5, 0, 0]);

    // A file that is gone, or no description any more, fails in words and loses nothing.
    std::fs::write(&copy, "{").unwrap();
    let import = program.json(&["full-import", "API2"]).await.with_status(1);
    assert_eq!(
        (&import["outcome"], &import["error"]["fields"]),
        (&json!("failed"), &json!(["description"])),
        "{import}"
    );
    std::fs::remove_file(&copy).unwrap();
    let import = program.json(&["full-import", "API2"]).await.with_status(1);
    assert_eq!(
        (&import["outcome"], &import["error"]["fields"]),
        (&json!("failed"), &json!(["description"])),
        "{import}"
    );
    assert_eq!(program.numbers().await.len(), 10);
    // One that Muster brings needs to be told where the API is.
    let error = add("READY", "description=ready:ppw-api-services").await.error(1, "invalid_input");
    assert_eq!(error["fields"], json!(["base_url"]));
    let sample = ["integration", "add", "--type", "sample", "--code", "S"];
    program.json(&sample).await.ok();
    program.json(&["integration", "describe", "S", "--to", text(&file)]).await.error(1, "invalid_input");
}
