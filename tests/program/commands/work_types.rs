//! `muster work-type`, and the work type that an integration gives to its new projects.

use muster_tests::pruvan::Config;
use serde_json::json;

use super::has_keys;
use crate::support::{CODE, Office, Program, keys};

#[tokio::test]
async fn a_work_type_is_added_shown_edited_and_deleted() {
    let program = Program::new().await;
    assert_eq!(program.json(&["work-type", "list"]).await.ok(), json!([]));
    assert!(program.human(&["work-type", "list"]).await.text(0).contains("muster work-type add"));
    let args = ["--set", "reference=Lawn", "--set", "due_in_days=14", "--set", "status=re work"];
    let tasks = ["--task", "Grass cut=Front = first, then the back", "--task", "Photo"];
    let added = program.json(&[&["work-type", "add", "Lawn"], &args[..], &tasks[..]].concat()).await.ok();
    assert_eq!(keys(&added), ["fields", "id", "name", "tasks", "used_by"]);
    assert_eq!(added["fields"], json!({ "due_in_days": "14", "reference": "Lawn", "status": "Rework" }));
    let grass_cut = json!({ "name": "Grass cut", "instructions": "Front = first, then the back" });
    assert_eq!(added["tasks"], json!([grass_cut, { "name": "Photo", "instructions": null }]));
    assert_eq!(program.json(&["work-type", "show", "LAWN"]).await.ok(), added);
    assert_eq!(program.json(&["work-type", "list"]).await.ok(), json!([added]));
    assert!(program.human(&["work-type", "show", "Lawn"]).await.text(0).contains("Front = first"));
    assert!(program.human(&["work-type", "list"]).await.text(0).contains("Lawn"));

    // What is not given stays.
    let edited =
        program.json(&["work-type", "edit", "Lawn", "--name", "Grass", "--set", "status=", "--set", "city=Tulsa"]);
    let edited = edited.await.ok();
    assert_eq!((&edited["id"], &edited["name"]), (&added["id"], &json!("Grass")));
    assert_eq!(edited["fields"], json!({ "city": "Tulsa", "due_in_days": "14", "reference": "Lawn" }));
    assert_eq!(edited["tasks"], added["tasks"]);
    let edited = program.json(&["work-type", "edit", "Grass", "--task", "Call"]).await.ok();
    assert_eq!(edited["tasks"], json!([{ "name": "Call", "instructions": null }]));
    let edited = program.json(&["work-type", "edit", "Grass", "--no-tasks"]).await.ok();
    assert_eq!(edited["tasks"], json!([]));

    let deleted = program.json(&["work-type", "delete", "grass"]).await.ok();
    assert_eq!(deleted, json!({ "name": "Grass", "deleted": true, "integrations": [] }));
    program.json(&["work-type", "show", "Grass"]).await.error(1, "not_found");
}

#[tokio::test]
async fn what_a_work_type_cannot_be_is_said() {
    let program = Program::new().await;
    program.human(&["work-type", "add", "Lawn", "--task", "Photo"]).await.text(0);
    let same = program.json(&["work-type", "add", "lawn"]).await.error(1, "conflict");
    assert_eq!(same["fields"], json!(["name"]));
    for (set, field) in
        [("options={}", "options"), ("due_in_days=soon", "due_in_days"), ("status=canceled", "status"), ("x=y", "x")]
    {
        let error = program.json(&["work-type", "add", "Other", "--set", set]).await.error(1, "invalid_input");
        assert_eq!(error["fields"], json!([field]));
    }
    let twice = ["work-type", "add", "Other", "--task", "Photo", "--task", "photo"];
    assert_eq!(program.json(&twice).await.error(1, "invalid_input")["fields"], json!(["tasks"]));
    program.json(&["work-type", "add", " "]).await.error(1, "invalid_input");
    program.json(&["work-type", "edit", "Lawn", "--no-tasks", "--task", "x"]).await.error(2, "usage");
    program.json(&["work-type", "delete", "Other"]).await.error(1, "not_found");
}

#[tokio::test]
async fn an_integration_gives_its_work_type_to_new_projects() {
    let office = Office::alone(Config::orders(3)).await;
    office.json(&["work-type", "add", "Lawn", "--set", "reference=ours", "--task", "Photo of the lawn"]).await.ok();
    let error = office.add(CODE, &["--default-work-type", "Law"]).await.error(1, "invalid_input");
    assert_eq!(error["fields"], json!(["default_work_type"]));
    let added = office.add(CODE, &["--default-work-type", "lawn"]).await.ok();
    has_keys(&added, &["default_work_type"]);
    assert_eq!(added["default_work_type"], "Lawn");
    assert!(office.human(&["integration", "show", CODE]).await.text(0).contains("Lawn"));
    office.json(&["full-import", CODE]).await.ok();
    for project in office.projects().await.as_array().unwrap() {
        assert_eq!(project["reference"], "ours");
        let last = project["tasks"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["name"], &last["origin"]), (&json!("Photo of the lawn"), &json!("work_type")));
    }
    let none = office.json(&["integration", "edit", CODE, "--default-work-type", ""]).await.ok();
    assert_eq!(none["default_work_type"], json!(null));

    office.json(&["integration", "edit", CODE, "--default-work-type", "Lawn"]).await.ok();
    assert_eq!(office.json(&["work-type", "show", "Lawn"]).await.ok()["used_by"], json!([CODE]));
    assert!(office.human(&["work-type", "delete", "Lawn"]).await.text(0).contains(CODE));
    assert_eq!(office.integration(CODE).await["default_work_type"], json!(null));
}
