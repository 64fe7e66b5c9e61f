//! Rules 13 to 17: what an order changes about a project. Who may overwrite what is in `matrix`.

use muster_core::ErrorCode;
use muster_core::model::{Field, Origin, ProjectsOnDelete, Task};
use serde_json::{Value, json};

use crate::support::{AUTO_ADMIN, CODE, EXTERNAL, INTERNAL, Office, Setup, code, order, order_with};

/// An office after an import of one order, 1.
async fn office_of(rule: (muster_core::model::Mode, muster_core::model::AutoAdmin), keys: Value) -> Office {
    let office = Setup::of(rule).office(vec![order_with("1", keys)]).await;
    office.fills().await;
    office
}

/// The client sends these keys of order 1, and nothing else.
async fn update(office: &Office, keys: Value) {
    let mut order = keys;
    order["workOrderNumber"] = "1".into();
    office.sends(vec![order]);
    let import = office.refresh().await;
    assert!(import.problems.is_empty(), "{import:?}");
}

async fn tasks(office: &Office) -> Vec<Task> {
    office.project("1").await.project.tasks
}

#[tokio::test]
async fn rule_13_absent_and_null_are_not_sent_and_keep_what_is_there() {
    let office =
        office_of(INTERNAL, json!({ "address2": "Unit 3", "assignedTo": "crew.ann", "options": { "a": "1" } })).await;
    let before = office.everything().await;
    update(&office, json!({})).await;
    assert_eq!(office.everything().await, before);
    let mut nulls = json!({});
    for key in
        ["address1", "address2", "city", "assignedTo", "status", "dueDate", "clientDueDate", "options", "services"]
    {
        nulls[key] = Value::Null;
    }
    update(&office, nulls).await;
    assert_eq!(office.everything().await, before);
}

#[tokio::test]
async fn rule_13_a_partial_update_changes_what_it_holds_and_nothing_else() {
    let office = office_of(INTERNAL, json!({ "address2": "Unit 3" })).await;
    update(&office, json!({ "clientStatus": "In Field", "status": "complete" })).await;
    let project = office.project("1").await.project;
    let text = |field| project.fields.text(field);
    assert_eq!((text(Field::ClientStatus), text(Field::Status)), (Some("In Field"), Some("Complete")));
    assert_eq!((text(Field::Address2), text(Field::City)), (Some("Unit 3"), Some("Tulsa")));
    assert_eq!(project.tasks.len(), 1);
}

#[tokio::test]
async fn rule_13_an_empty_text_clears_an_optional_field_and_is_ignored_for_a_required_one() {
    let full = json!({
        "address2": "Unit 3", "clientStatus": "Open", "reference": "A", "options": { "a": "1" }, "startDate": "2026-12-01",
        "assignedTo": "crew.ann", "clientInstructions": "<p>x</p>", "status": "Rush",
    });
    let office = office_of(INTERNAL, full).await;
    let keys = [
        "address1",
        "address2",
        "city",
        "state",
        "zip",
        "status",
        "clientStatus",
        "reference",
        "options",
        "startDate",
        "assignedTo",
        "clientInstructions",
        "dueDate",
    ];
    update(&office, keys.iter().map(|key| ((*key).to_owned(), json!(""))).collect()).await;
    for (field, text) in [
        (Field::Address1, "12 Pine Rd"),
        (Field::City, "Tulsa"),
        (Field::State, "OK"),
        (Field::Zip, "04101"),
        (Field::Status, "Rush"),
        (Field::Address2, ""),
        (Field::ClientStatus, ""),
        (Field::Reference, ""),
        (Field::Options, ""),
        (Field::StartDate, ""),
        (Field::AssignedTo, ""),
        (Field::ClientInstructions, ""),
        (Field::DueDate, ""),
    ] {
        assert_eq!(office.text("1", field).await, text, "{field:?}");
    }
}

#[tokio::test]
async fn rule_14_the_fields_of_the_client_are_read_only_to_people() {
    for rule in [INTERNAL, AUTO_ADMIN, EXTERNAL] {
        let office = office_of(rule, json!({})).await;
        for field in [Field::ClientStatus, Field::Address1, Field::ClientDueDate, Field::Attribute7, Field::GpsLatitude]
        {
            let refused = office.try_edit("1", field, "2026-12-05").await.unwrap_err();
            assert_eq!((refused.code, refused.fields), (ErrorCode::InvalidInput, vec![field.name().to_owned()]));
        }
        for field in [Field::Reference, Field::DueDate, Field::AssignedTo] {
            office.edit("1", field, "2026-12-05").await;
        }
    }
    // Without an integration there is no client any more.
    let office = office_of(EXTERNAL, json!({})).await;
    office.delete_integration(ProjectsOnDelete::Keep).await;
    office.edit("1", Field::ClientStatus, "ours").await;
}

#[tokio::test]
async fn rule_14_an_edit_is_all_or_nothing() {
    let office = office_of(EXTERNAL, json!({})).await;
    let edits = [(Field::Reference, "ours".to_owned()), (Field::ClientStatus, "ours".to_owned())];
    let refused = office.muster.edit_project(&code(CODE), "1", &edits).await.unwrap_err();
    assert_eq!(refused.fields, ["client_status"]);
    assert_eq!(office.text("1", Field::Reference).await, "");
}

#[tokio::test]
async fn rule_14_the_page_says_which_fields_the_next_import_would_reset() {
    for (rule, shared, assigned) in [
        (INTERNAL, "yours_until_import", "yours_until_import"),
        (AUTO_ADMIN, "yours_until_import", "yours"),
        (EXTERNAL, "yours", "yours"),
    ] {
        let office = office_of(rule, json!({})).await;
        let page = serde_json::to_value(office.project("1").await).unwrap();
        for field in ["status", "due_date", "instructions", "work_order_info", "description", "reference", "options"] {
            assert_eq!(page["owners"][field], shared, "{field}");
        }
        assert_eq!(page["owners"]["assigned_to"], assigned);
        assert_eq!(page["owners"]["client_status"], "client");
    }
}

#[tokio::test]
async fn rule_15_a_project_is_shown_as_code_and_number() {
    let office = office_of(EXTERNAL, json!({})).await;
    let shown = serde_json::to_value(office.project("1").await).unwrap();
    assert_eq!((&shown["number"], &shown["key"]), (&json!("NWF::1"), &json!("1")));
}

#[tokio::test]
async fn rule_15_keys_are_trimmed_and_compared_byte_by_byte() {
    let office = Office::filled(vec![order("a"), order("A"), order("\u{e9}"), order("e\u{301}"), order("01")]).await;
    assert_eq!(office.numbers().await, ["01", "A", "a", "e\u{301}", "\u{e9}"]);
    office.sends(vec![
        order_with(" a\t", json!({ "city": "Reno" })),
        order_with("1", json!({})),
        json!({ "workOrderNumber": 7 }),
    ]);
    let import = office.refresh().await;
    assert_eq!((import.counts.changed, import.counts.added, import.counts.skipped), (1, 1, 1));
    assert_eq!(office.text("a", Field::City).await, "Reno");
    assert_eq!(office.text("A", Field::City).await, "Tulsa");
    assert!(office.has("1").await && office.has("01").await);
    office.sends(vec![order_with("  A ", json!({ "city": "Boise" }))]);
    assert_eq!(office.refresh().await.counts.changed, 1);
    assert_eq!(office.text("A", Field::City).await, "Boise");
    assert_eq!(import.problems[0].number.as_deref(), Some("7"), "a number is read as its text");
}

#[tokio::test]
async fn rule_15_on_a_collision_of_numbers_the_later_one_is_shown_with_its_key() {
    let office = Office::filled(vec![order("1")]).await;
    // Another system's connector would send a key of its own with the same number.
    office.sql("UPDATE projects SET source_key = 'k1', source_hash = NULL");
    assert_eq!(office.refresh().await.counts.added, 1);
    assert_eq!(office.numbers().await, ["1", "1~1"]);
    assert_eq!(office.project("1").await.project.key, "k1");
    // It stays so while the number is taken, and gets its number when it is free.
    office.sends(vec![order_with("1", json!({ "city": "Reno" }))]);
    assert_eq!(office.refresh().await.counts.changed, 1);
    assert_eq!(office.text("1~1", Field::City).await, "Reno");
    office.delete("1").await;
    office.sends(vec![order_with("1", json!({ "city": "Boise" }))]);
    office.refresh().await;
    assert_eq!(office.numbers().await, ["1"]);
    assert_eq!(office.bring_back("1").await, "NWF::1~k1");
}

#[tokio::test]
async fn rule_16_tasks_carry_their_origin_and_an_update_replaces_only_the_clients() {
    let two = json!({ "services": [{ "serviceName": "Grass cut" }, { "serviceName": "Lock change" }] });
    let office = office_of(AUTO_ADMIN, two).await;
    assert!(tasks(&office).await.iter().all(|task| task.origin == Origin::Client));
    office.sql(
        "INSERT INTO tasks (project_id, position, origin, name, instructions)
         SELECT id, 2, 'work_type', 'Photos', 'all sides' FROM projects;
         INSERT INTO tasks (project_id, position, origin, name, instructions)
         SELECT id, 3, 'person', 'Grass cut', 'by hand' FROM projects",
    );
    update(&office, json!({ "services": [{ "serviceName": "Grass cut", "instructions": "2 inches" }] })).await;
    let seen: Vec<_> = tasks(&office)
        .await
        .into_iter()
        .map(|task| (task.origin, task.name, task.instructions.unwrap_or_default()))
        .collect();
    let expected = [
        (Origin::Client, "Grass cut", "2 inches"),
        (Origin::WorkType, "Photos", "all sides"),
        (Origin::Person, "Grass cut", "by hand"),
    ];
    assert_eq!(seen, expected.map(|(origin, name, text)| (origin, name.to_owned(), text.to_owned())));
}

#[tokio::test]
async fn rule_16_tasks_are_matched_by_name_and_occurrence() {
    let office = office_of(
        AUTO_ADMIN,
        json!({ "services": [
            { "serviceName": "Photo", "instructions": "front", "survey": "s-1" },
            { "serviceName": "Photo", "instructions": "rear", "survey": "s-2" },
            { "serviceName": "Lock change", "instructions": "rear door", "options": { "a": "1" } },
        ] }),
    )
    .await;
    // In another order, and with only some of the keys: what is not sent stays, of the same name and occurrence.
    update(
        &office,
        json!({ "services": [
            { "serviceName": "Lock change" },
            { "serviceName": "Photo", "instructions": "street" },
            { "serviceName": "Photo", "survey": "" },
            { "serviceName": "Photo" },
        ] }),
    )
    .await;
    let seen: Vec<_> =
        tasks(&office).await.into_iter().map(|task| (task.name, task.instructions, task.survey)).collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        seen,
        [
            ("Lock change".to_owned(), text("rear door"), None),
            ("Photo".to_owned(), text("street"), text("s-1")),
            ("Photo".to_owned(), text("rear"), None),
            ("Photo".to_owned(), None, None),
        ]
    );
    assert_eq!(tasks(&office).await[0].options.as_deref(), Some(r#"{"a":"1"}"#));
}

#[tokio::test]
async fn rule_16_no_services_are_not_sent() {
    let office = office_of(AUTO_ADMIN, json!({})).await;
    for services in [json!([]), Value::Null] {
        update(&office, json!({ "services": services, "city": format!("Reno {services}") })).await;
        assert_eq!(tasks(&office).await.len(), 1);
    }
}

#[tokio::test]
async fn rule_17_assigned_to_is_text_and_unknown_names_are_kept() {
    let office = office_of(INTERNAL, json!({ "assignedTo": "nobody we know" })).await;
    assert_eq!(office.text("1", Field::AssignedTo).await, "nobody we know");
    update(&office, json!({ "assignedTo": "~all~" })).await;
    assert_eq!(office.text("1", Field::AssignedTo).await, "~all~");
}

#[tokio::test]
async fn rule_17_assigning_an_unassigned_project_makes_it_assigned_and_clearing_does_the_reverse() {
    // By the client.
    let office = office_of(INTERNAL, json!({ "assignedTo": "crew.ann" })).await;
    assert_eq!(office.text("1", Field::Status).await, "Assigned");
    update(&office, json!({ "assignedTo": "" })).await;
    assert_eq!(office.text("1", Field::Status).await, "Unassigned");
    update(&office, json!({ "assignedTo": "crew.ben", "status": "Un-assigned" })).await;
    assert_eq!(office.text("1", Field::Status).await, "Assigned");
    // By a person.
    let office = office_of(EXTERNAL, json!({})).await;
    office.edit("1", Field::AssignedTo, "crew.ann").await;
    assert_eq!(office.text("1", Field::Status).await, "Assigned");
    office.edit("1", Field::AssignedTo, "").await;
    assert_eq!(office.text("1", Field::Status).await, "Unassigned");
    // No other status follows.
    office.edit("1", Field::Status, "Rush").await;
    office.edit("1", Field::AssignedTo, "crew.ann").await;
    office.edit("1", Field::AssignedTo, "").await;
    assert_eq!(office.text("1", Field::Status).await, "Rush");
}

#[tokio::test]
async fn rule_17_default_assign_to_acts_on_new_projects_only() {
    let office = Setup { default_assign_to: "crew.ann", ..Setup::of(AUTO_ADMIN) }.office(vec![order("1")]).await;
    office.fills().await;
    assert_eq!(office.text("1", Field::AssignedTo).await, "crew.ann");
    assert_eq!(office.text("1", Field::Status).await, "Assigned");
    let input = muster_core::IntegrationInput { default_assign_to: Some("crew.ben".into()), ..Default::default() };
    office.set(input).await.unwrap();
    office.edit("1", Field::AssignedTo, "").await;
    office.sends(vec![order_with("1", json!({ "city": "Reno" })), order("2")]);
    office.full().await;
    assert_eq!(office.text("1", Field::AssignedTo).await, "");
    assert_eq!(office.text("2", Field::AssignedTo).await, "crew.ben");
}

#[tokio::test]
async fn a_text_comes_back_as_it_came_zero_characters_and_all() {
    let odd = "a\u{0}b\u{1}\u{7f}\u{2028}\u{fffd}\u{1f600}\"\\/";
    let mut sent = order_with("1", json!({ "reference": odd, "instructions": odd }));
    sent["services"][0]["instructions"] = odd.into();
    let office = Office::filled(vec![sent]).await;
    assert_eq!(office.text("1", Field::Reference).await, odd);
    assert_eq!(office.project("1").await.project.tasks[0].instructions.as_deref(), Some(odd));
    assert_eq!(office.full().await.counts.unchanged, 1);
    office.sql("UPDATE projects SET source_hash = NULL");
    assert_eq!(office.full().await.counts.unchanged, 1, "read again, it is the same");
}
