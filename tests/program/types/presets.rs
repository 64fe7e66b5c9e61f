//! `muster preset`.

use serde_json::{Value, json};

use super::counts;
use super::files::Folder;
use crate::support::{Program, text};

const MAPPING: &str = r#"{"Ticket": "number", "Where": "address1", "Town": "city", "County": ""}"#;

fn own(all: &Value) -> Vec<&str> {
    let all = all.as_array().unwrap().iter().filter(|one| one["own"] == true);
    all.map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_preset_is_saved_used_handed_on_and_deleted() {
    let folder = Folder::with("spreadsheet", &[]).await;
    let program = &folder.program;
    let file = program.data().join("mapping.json");
    std::fs::write(&file, MAPPING).unwrap();
    let saved = program.json(&["preset", "save", "tickets", "--file", text(&file)]).await.ok();
    assert_eq!(saved, json!({ "name": "tickets", "title": "tickets", "own": true }));
    let all = program.json(&["preset", "list"]).await.ok();
    assert_eq!(own(&all), ["tickets"]);
    let shipped = ["pruvan-online", "ppw", "first-allegiance", "mcs", "xactprm", "safeguard", "inspectorade"];
    for name in shipped {
        let is = |one: &Value| one["name"] == name && one["own"] == false;
        assert!(all.as_array().unwrap().iter().any(is), "{name}");
    }
    let people = program.human(&["preset", "list"]).await;
    assert!(people.text(0).contains("tickets") && people.out.contains("comes with Muster"), "{}", people.out);

    program.json(&["integration", "edit", "FILES", "--no-validate", "--set", "preset=tickets"]).await.ok();
    folder.save("a.csv", 1, "Ticket,Where,Town,State,Zip,County\n7,1 Elm,Reno,NV,89501,Washoe\n");
    assert_eq!(counts(&folder.import("full-import").await.ok()), [1, 0, 0]);
    assert_eq!(program.numbers().await, ["7"]);
    let error = program.json(&["preset", "delete", "tickets"]).await.error(1, "conflict");
    assert!(error["message"].as_str().unwrap().contains("FILES"), "{error}");

    // What was corrected by hand is a preset for the others.
    let mapping = r#"mapping={"Ticket": "number", "Where": "address1", "Town": "city", "County": "reference"}"#;
    program.json(&["integration", "edit", "FILES", "--set", "preset=", "--set", mapping]).await.ok();
    program.human(&["preset", "save", "better", "--from", "FILES"]).await.text(0);
    program.json(&["integration", "edit", "FILES", "--set", "preset=better", "--set", "mapping="]).await.ok();
    assert_eq!(counts(&folder.import("full-import").await.ok()), [0, 1, 0]);
    let done = program.json(&["preset", "delete", "tickets"]).await.ok();
    assert_eq!(done, json!({ "name": "tickets", "deleted": true }));
    assert_eq!(own(&program.json(&["preset", "list"]).await.ok()), ["better"]);
    let error = program.json(&["preset", "save", "x", "--from", "FILES"]).await.error(1, "invalid_input");
    assert_eq!(error["fields"], json!(["mapping"]));
}

#[tokio::test]
async fn a_preset_does_with_orders_as_the_one_that_it_was_made_from() {
    // Of an XactPRM list: what is complete there is over.
    let folder =
        Folder::with("spreadsheet", &["preset=xactprm", r#"mapping={"Proj": "number", "Where": "address1"}"#]).await;
    let program = &folder.program;
    program.human(&["preset", "save", "ours", "--from", "FILES"]).await.text(0);
    program
        .json(&["integration", "edit", "FILES", "--no-validate", "--set", "preset=ours", "--set", "mapping="])
        .await
        .ok();
    folder.save("a.csv", 1, "Proj,Where,City,State,Zip,Status\n7,1 Elm,Reno,NV,89501,Complete\n");
    assert_eq!(counts(&folder.import("full-import").await.ok()), [1, 0, 0]);
    let project = program.json(&["projects", "show", "FILES::7"]).await.ok();
    assert_eq!(project["status"], "Closed", "{project}");
}

#[tokio::test]
async fn a_preset_that_cannot_be_one_is_refused_at_its_field() {
    let program = Program::new().await;
    let file = program.key().with_file_name("mapping.json");
    let save = async |name: &str, mapping: &str| {
        std::fs::write(&file, mapping).unwrap();
        program.json(&["preset", "save", name, "--file", text(&file)]).await
    };
    for name in ["../escape", "Upper", "a.b", ""] {
        assert_eq!(save(name, MAPPING).await.error(1, "invalid_input")["fields"], json!(["name"]), "{name}");
    }
    for mapping in ["", "{}", "not JSON", r#"{"Ticket": "colour"}"#] {
        assert_eq!(save("own", mapping).await.error(1, "invalid_input")["fields"], json!(["mapping"]), "{mapping}");
    }
    save("ppw", MAPPING).await.error(1, "conflict");
    program.json(&["preset", "delete", "ppw"]).await.error(1, "conflict");
    program.json(&["preset", "delete", "none"]).await.error(1, "not_found");
    program.json(&["preset", "save", "own", "--file", "/no/such/file"]).await.error(1, "io");
    program.json(&["preset", "save", "own"]).await.error(2, "usage");
    program.json(&["preset", "save", "own", "--from", "NONE"]).await.error(1, "not_found");
    assert_eq!(own(&program.json(&["preset", "list"]).await.ok()), Vec::<&str>::new());
}
