//! `muster projects`.

use muster_tests::pruvan::Config;
use serde_json::{Value, json};

use super::has_keys;
use crate::support::{CODE, Office, numbers};

/// The fields of a work order on the wire, in `snake_case`, and what a project has beside them.
const PROJECT: [&str; 39] = [
    "number",
    "integration_code",
    "work_order_number",
    "tasks",
    "work_order_info",
    "address1",
    "address2",
    "city",
    "state",
    "zip",
    "country",
    "assigned_to",
    "status",
    "due_date",
    "instructions",
    "client_status",
    "client_due_date",
    "client_instructions",
    "description",
    "reference",
    "options",
    "start_date",
    "gps_latitude",
    "gps_longitude",
    "source_wo_number",
    "source_wo_id",
    "source_wo_provider",
    "attribute7",
    "attribute8",
    "attribute9",
    "attribute10",
    "attribute11",
    "attribute12",
    "attribute13",
    "attribute14",
    "attribute15",
    "control_config",
    "created_at",
    "changed_at",
];

/// The two orders of the protocol's reference.
const RICH: &str = r#"{"workOrderNumber":"NW-20451","workOrderInfo":"LB 4471, gate code 0912","address1":"8 Alder Court",
"address2":"Unit 3","city":"Tulsa","state":"OK","zip":"74101","country":"US","assignedTo":"crew.ann","status":"RUSH",
"dueDate":"2026-12-04","startDate":"2026-12-01","instructions":"<p>Cut grass, <b>photo all sides</b></p>",
"clientStatus":"In Field","clientDueDate":"2026-12-06","clientInstructions":"Bill to loan 77-A","description":"$85.00",
"reference":"Grass cut","gpsLatitude":"36.15","gpsLongitude":-95.99,"source_wo_provider":"Example Bank",
"source_wo_number":"EB-9","source_wo_id":"55012","attribute7":"{\"order\":20451}","options":null,
"services":[{"serviceName":"Grass cut","survey":null,"instructions":"Before, during, after","options":null},
{"serviceName":"Property check","survey":"propcheck","instructions":"","options":{"a":[1]}}]}"#;
const MINIMAL: &str = r#"{"workOrderNumber":20452,"address1":"19 Pine Rd","city":"Norman","state":"Oklahoma","zip":"73069",
"services":[{"serviceName":"Task"}],"status":null}"#;

async fn office_of_two() -> Office {
    let office = Office::with(Config::orders(0)).await;
    office.with_client(|state| {
        state.orders.push_raw(RICH);
        state.orders.push_raw(MINIMAL);
    });
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!(import["problems"], json!([]));
    office
}

#[tokio::test]
async fn the_worked_examples_become_projects() {
    let office = office_of_two().await;
    let list = office.projects().await;
    assert_eq!(numbers(&list), ["20452", "NW-20451"]);
    let rich = list.as_array().unwrap().iter().find(|one| one["work_order_number"] == "NW-20451").unwrap();
    has_keys(rich, &PROJECT);
    for (key, wanted) in json!({
        "number": "NWF::NW-20451", "integration_code": "NWF", "work_order_info": "LB 4471, gate code 0912",
        "address1": "8 Alder Court", "address2": "Unit 3", "city": "Tulsa", "state": "OK", "zip": "74101", "country": "US",
        // External: the office assigns.
        "assigned_to": null, "status": "Rush", "due_date": "2026-12-04", "start_date": "2026-12-01",
        "instructions": "<p>Cut grass, <b>photo all sides</b></p>", "client_status": "In Field",
        "client_due_date": "2026-12-06", "client_instructions": "Bill to loan 77-A", "description": "$85.00",
        "reference": "Grass cut", "gps_latitude": "36.15", "gps_longitude": "-95.99", "source_wo_provider": "Example Bank",
        "source_wo_number": "EB-9", "source_wo_id": "55012", "attribute7": "{\"order\":20451}", "options": null,
    })
    .as_object()
    .unwrap()
    {
        assert_eq!(&rich[key], wanted, "{key}");
    }
    let tasks = rich["tasks"].as_array().unwrap();
    assert_eq!((&tasks[0]["name"], &tasks[0]["instructions"]), (&json!("Grass cut"), &json!("Before, during, after")));
    assert_eq!((&tasks[1]["survey"], &tasks[1]["options"]), (&json!("propcheck"), &json!({ "a": [1] })));

    let show = office.json(&["projects", "show", "NWF::20452"]).await.ok();
    has_keys(&show, &PROJECT);
    assert_eq!((&show["address1"], &show["status"]), (&json!("19 Pine Rd"), &json!("Unassigned")));
    assert!(show["due_date"].is_string(), "today, if the client does not say: {show}");
    assert_eq!(show["tasks"][0]["name"], "Task");
    has_keys(&show, &["history"]);
    let people = office.human(&["projects", "show", "nwf::NW-20451"]).await;
    assert!(people.text(0).contains("8 Alder Court") && people.out.contains("Property check"), "{}", people.out);
    office.json(&["projects", "show", "NWF::1"]).await.error(1, "not_found");
    office.json(&["projects", "show", "OTHER::20452"]).await.error(1, "not_found");
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let office = Office::with_projects(60).await;
    let all = office.projects().await;
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 60);
    let list = async |args: &[&str]| -> Vec<Value> {
        let list = office.json(&[&["projects", "list"], args].concat()).await.ok();
        list.as_array().unwrap().clone()
    };
    assert_eq!(list(&["--code", "nwf"]).await, *all);
    assert!(list(&["--code", "OTHER"]).await.is_empty());
    assert_eq!(list(&["--limit", "7"]).await, all[..7]);
    assert_eq!(list(&["--limit", "7", "--offset", "55"]).await, all[55..]);
    assert_eq!(list(&["--offset", "58"]).await, all[58..]);
    assert!(list(&["--limit", "0"]).await.is_empty());
    assert!(list(&["--offset", "1000"]).await.is_empty());
    let rush: Vec<Value> = all.iter().filter(|one| one["status"] == "Rush").cloned().collect();
    assert!(!rush.is_empty());
    assert_eq!(list(&["--status", "rush"]).await, rush);
    assert!(list(&["--status", "Closed"]).await.is_empty());
    let number = all[10]["work_order_number"].as_str().unwrap();
    assert_eq!(list(&["--search", number]).await, [all[10].clone()]);
    let address = all[11]["address1"].as_str().unwrap();
    assert!(list(&["--search", &address.to_lowercase()]).await.contains(&all[11]));
    // What means something to a database means nothing in a search.
    for odd in ["%", "_______", "' OR 1=1 --", "\"", "\\", "*", "NEAR(", "AND"] {
        let found = list(&["--search", odd]).await;
        let holds = |one: &Value| one.to_string().to_lowercase().contains(&odd.to_lowercase());
        assert!(found.iter().all(holds) || odd == "\"" || odd == "\\", "{odd}: {} found", found.len());
        assert!(found.len() < 60 || odd == "\"", "{odd}");
    }
    let people = office.human(&["projects", "list", "--limit", "3"]).await;
    for word in ["Project Number", "Status", "Client Status", "Due Date", "Address", "3 of 60"] {
        assert!(people.text(0).contains(word), "{word} in {}", people.out);
    }
}

#[tokio::test]
async fn an_edit_is_kept_told_and_refused_where_the_client_decides() {
    let office = office_of_two().await;
    let edit = ["projects", "edit", "NWF::20452", "--set", "assigned_to=ben", "--set", "reference=By the pond"];
    let edited = office.json(&edit).await.ok();
    has_keys(&edited, &PROJECT);
    assert_eq!((&edited["assigned_to"], &edited["reference"]), (&json!("ben"), &json!("By the pond")));
    assert_eq!(edited["status"], "Assigned", "assigning an Unassigned project makes it Assigned");
    assert!(edited["history"].as_array().unwrap().iter().any(|one| one["person"] == "ann"), "{}", edited["history"]);
    let cleared = office.json(&["projects", "edit", "NWF::20452", "--set", "assigned_to="]).await.ok();
    assert_eq!((&cleared["assigned_to"], &cleared["status"]), (&Value::Null, &json!("Unassigned")));

    for (set, field) in [
        ("client_status=Paid", "client_status"),
        ("city=Tulsa", "city"),
        ("due_date=tomorrow", "due_date"),
        ("status=Asleep", "status"),
        ("options={", "options"),
    ] {
        let error = office.json(&["projects", "edit", "NWF::20452", "--set", set]).await.error(1, "invalid_input");
        assert_eq!(error["fields"], json!([field]), "{set}");
    }
    // All or nothing.
    let both = ["projects", "edit", "NWF::20452", "--set", "reference=no", "--set", "status=Asleep"];
    office.json(&both).await.error(1, "invalid_input");
    assert_eq!(office.json(&["projects", "show", "NWF::20452"]).await.ok()["reference"], "By the pond");
    office.json(&["projects", "edit", "NWF::1", "--set", "reference=x"]).await.error(1, "not_found");
    let people = office.human(&["projects", "edit", "NWF::20452", "--set", "status=complete"]).await;
    assert!(people.text(0).contains("Complete"), "{}", people.out);
}

#[tokio::test]
async fn a_deleted_project_is_gone_until_the_client_sends_it_again() {
    let office = office_of_two().await;
    let done = office.json(&["projects", "delete", "NWF::20452"]).await.ok();
    assert_eq!(done, json!({ "number": "NWF::20452", "deleted": true }));
    assert_eq!(office.numbers().await, ["NW-20451"]);
    office.json(&["projects", "delete", "NWF::20452"]).await.error(1, "not_found");
    office.json(&["bring-back", "--project", "NWF::20452"]).await.ok();
    assert_eq!(office.numbers().await, ["20452", "NW-20451"]);
    assert!(office.human(&["projects", "delete", "NWF::20452"]).await.text(0).contains("bring-back"));
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!(import["added"], 1);
    assert_eq!(office.numbers().await, ["20452", "NW-20451"]);
}
