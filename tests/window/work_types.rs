//! Work types: made under Settings, chosen for an integration.

use serde_json::json;

use crate::support::{ANN, CODE, Office, until};

#[tokio::test]
async fn a_work_type_is_made_edited_chosen_and_deleted() {
    let mut office = Office::with_admin(3).await;
    office.connect(CODE).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Settings").await;
            window.sees("There are none yet").await;
            window.button("New work type").press().await;
            window.dialog("New work type").is_there().await;
            window.button("Save").press().await;
            window.field("Name").says("A work type needs a name").await;
            window.field("Name").fill("Lawn").await;
            window.field("Reference").fill("Lawn order").await;
            window.field("Due Date, days after it comes in").fill("soon").await;
            window.button("Add task").press().await;
            window.field("Task name").fill("Photo of the street").await;
            window.field("Task instructions").fill("From the other side").await;
            window.button("Save").press().await;
            window.field("Due Date, days after it comes in").says("A whole number of days").await;
            window.field("Due Date, days after it comes in").fill("14").await;
            window.button("Save").press().await;
            window.sees("2 values, 1 task · not used").await;

            window.button("Edit").press().await;
            window.button("Cancel").press().await;
            window.dialog("Edit Lawn").is_gone().await;
            let made = office.muster(&["work-type", "show", "Lawn"]).await;
            assert_eq!(made["fields"], json!({ "reference": "Lawn order", "due_in_days": "14" }));
            let task = json!({ "name": "Photo of the street", "instructions": "From the other side" });
            assert_eq!(made["tasks"], json!([&task]));

            // Another task, moved before the first one, by the keyboard alone.
            window.button("Edit").press().await;
            until("the name has the focus", async || (window.focused().await == "Name").then_some(())).await;
            window.tab_to("Add task").await;
            window.keys(&[' ']).await;
            until("the new task has the focus", async || (window.focused().await == "Task name").then_some(())).await;
            window.types("Call").await;
            window.tab_to("Move up").await;
            window.keys(&[' ']).await;
            until("the focus goes along", async || (window.focused().await == "Move down").then_some(())).await;
            window.button("Save").press().await;
            window.sees("2 values, 2 tasks").await;
            let made = office.muster(&["work-type", "show", "Lawn"]).await;
            assert_eq!((&made["tasks"][0]["name"], &made["tasks"][1]), (&json!("Call"), &task));

            window.go("Integrations").await;
            window.cell("Integrations", CODE, "Integration Code").press().await;
            window.button("Edit").press().await;
            window.choice("Default Work Type").choose("Lawn").await;
            window.button("Save").press().await;
            window.sees_no("Edit integration").await;
            assert_eq!(office.muster(&["integration", "show", CODE]).await["default_work_type"], "Lawn");
            office.muster(&["full-import", CODE]).await;
            assert_eq!(office.muster(&["projects", "list"]).await[0]["reference"], "Lawn order");

            window.go("Settings").await;
            window.sees("used by NWF").await;
            window.button("Delete").press().await;
            window.sees("New projects of NWF get no work type from now on").await;
            window.button("Delete").press().await;
            window.sees("There are none yet").await;
            assert_eq!(office.muster(&["integration", "show", CODE]).await["default_work_type"], json!(null));
        })
        .await;
}
