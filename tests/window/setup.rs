//! Setting up an integration: wrong and right credentials, Validate, Save, and editing it later.

use muster_tests::pruvan::{Call, Day, Gate};
use serde_json::json;

use crate::support::{ANN, CODE, Office, Window, until};

/// Opens the form of a new integration to the client system and fills it, all but the password.
async fn new_integration(office: &Office, window: &Window) {
    window.go("Integrations").await;
    window.button("New integration").press_first().await;
    window.dialog("New integration").is_there().await;
    window.button("Pruvan web service").press().await;
    window.field("Integration name").fill("Northwind Field").await;
    window.field("Integration code").fill(CODE).await;
    window.field("Web service URL").fill(&office.client.url()).await;
    window.field("Username").fill(&office.client.credentials().username).await;
}

#[tokio::test]
async fn credentials_are_tried_out_before_they_are_saved() {
    let mut office = Office::with_admin(3).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            new_integration(office, window).await;
            assert!(!window.button("Save").is_enabled().await, "Save waits for a validation");
            window.field("Password").fill("not the password").await;
            window.button("Validate").press().await;
            window.sees("Wrong credentials.").await;
            assert!(!window.button("Save").is_enabled().await, "Save waits for good values");
            assert_eq!(office.muster(&["integration", "list"]).await, json!([]), "nothing is saved yet");

            window.field("Password").fill(&office.client.credentials().password).await;
            window.sees_no("Wrong credentials.").await;
            window.button("Validate").press().await;
            window.sees("These values work.").await;
            // Other values have not been seen to work.
            window.field("Username").fill("somebody else").await;
            window.sees_no("These values work.").await;
            assert!(!window.button("Save").is_enabled().await, "Save waits for these values");
            window.field("Username").fill(&office.client.credentials().username).await;
            window.button("Save").press().await;

            window.dialog("Run a Full Import now?").is_there().await;
            window.button("Not now").press().await;
            window.cell("Integrations", CODE, "Integration Name").reads("Northwind Field").await;
            window.cell("Integrations", CODE, "Status").reads("idle").await;
            window.cell("Integrations", CODE, "Last Refreshed").reads("never").await;
            let saved = office.muster(&["integration", "show", CODE]).await;
            assert_eq!((&saved["validated"], &saved["secrets"]), (&json!(true), &json!(["password"])));
        })
        .await;
    let lists = office.client.requests().iter().filter(|request| request.call == Some(Call::GetWorkOrders)).count();
    assert_eq!(lists, 0, "nobody asked for work orders yet");
}

#[tokio::test]
async fn a_validation_that_takes_too_long_can_be_stopped() {
    let mut office = Office::with_admin(3).await;
    let gate = Gate::after(0);
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            new_integration(office, window).await;
            window.field("Password").fill(&office.client.credentials().password).await;
            office.client.day(Day::Pause(gate.clone()));
            window.button("Validate").press().await;
            window.sees("Validating.").await;
            gate.reached().await;
            window.button("Stop validating").press().await;
            window.sees_no("Validating.").await;
            window.button("Validate").has_focus().await;
            assert!(!window.button("Save").is_enabled().await, "nothing has been seen to work");
            gate.release();
            window.button("Validate").press().await;
            window.sees("These values work.").await;
        })
        .await;
}

#[tokio::test]
async fn what_is_missing_or_taken_is_said_at_its_field() {
    let mut office = Office::with_projects(2).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            new_integration(office, window).await;
            window.field("Integration code").says("Another integration has the code NWF.").await;
            window.field("Integration code").fill("not a code!").await;
            window.field("Integration code").says("letters, digits or dashes").await;
            window.field("Integration code").fill("OTHER").await;
            window.sees("OTHER is free").await;
            window.field("Web service URL").fill("").await;
            window.button("Validate").press().await;
            window.field("Web service URL").says("is needed").await;
            window.field("Password").says("is needed").await;
            window.button("Cancel").press().await;
            window.button("Discard").press().await;
            window.dialog("New integration").is_gone().await;
            assert_eq!(office.muster(&["integration", "list"]).await.as_array().map(Vec::len), Some(1));
        })
        .await;
}

#[tokio::test]
async fn a_client_that_cannot_be_reached_can_be_saved_without_validating() {
    let mut office = Office::with_admin(3).await;
    office.client.refuse().await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            new_integration(office, window).await;
            window.field("Password").fill(&office.client.credentials().password).await;
            window.button("Validate").press().await;
            window.sees("The client system cannot be reached.").await;
            window.button("Save without validating").press().await;
            window.button("Not now").press().await;
            window.cell("Integrations", CODE, "Status").reads("not validated").await;
            // The next good import marks it as validated.
            office.client.listen_again().await.expect("the client is back");
            window.button_in("Integrations", CODE, "Action").press().await;
            window.sees("is refreshed: 3 added").await;
            until("it is validated", async || {
                let shown = office.muster(&["integration", "show", CODE]).await;
                (shown["validated"] == true).then_some(())
            })
            .await;
            window.sees_no("not validated").await;
        })
        .await;
}

#[tokio::test]
async fn an_integration_is_edited_without_typing_its_secret_again() {
    let mut office = Office::with_projects(2).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            window.cell("Integrations", CODE, "Integration Name").press().await;
            window.button("Edit").press().await;
            window.dialog("Edit integration").is_there().await;
            let password = window.field("Password").element().await;
            assert_eq!(window.field("Password").value().await, "", "a secret is never filled in");
            let hint = password.attr("placeholder").await.expect("an attribute");
            assert_eq!(hint.as_deref(), Some("stored, leave empty to keep"));
            assert!(window.field("Integration code").is("readOnly").await, "a code with projects is fixed");

            // A new name and a schedule save at once; the stored password still opens the client system.
            window.field("Integration name").fill("Northwind, renamed").await;
            window.choice("Refresh automatically").choose("Every hour").await;
            window.button("Save").press().await;
            window.cell("Integrations", CODE, "Integration Name").reads("Northwind, renamed").await;
            window.button_in("Integrations", CODE, "Action").press().await;
            window.sees("is refreshed").await;

            // So it does for a validation of another address.
            window.button("Edit").press().await;
            window.field("Web service URL").fill(&format!("{}/", office.client.url())).await;
            window.button("Validate").press().await;
            window.sees("These values work.").await;
            window.button("Save").press().await;
            window.dialog("Edit integration").is_gone().await;
            let shown = office.muster(&["integration", "show", CODE]).await;
            assert_eq!((&shown["name"], &shown["schedule"]), (&json!("Northwind, renamed"), &json!("hourly")));
            assert_eq!(shown["secrets"], json!(["password"]));
        })
        .await;
}

#[tokio::test]
async fn publish_to_is_a_list_of_people() {
    let mut office = Office::with_projects(1).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            window.button("Publish To: NWF, 0 people").press().await;
            window.sees("Nobody yet.").await;
            window.field("E-mail address or username").fill("not an address@").await;
            window.button("Add").press().await;
            window.field("E-mail address or username").says("e-mail").await;
            window.field("E-mail address or username").fill("pat@example.com").await;
            window.button("Add").press().await;
            window.button("Publish To: NWF, 1 person").is_there().await;
            let shown = office.muster(&["integration", "show", CODE]).await;
            assert_eq!(shown["publish_to"], json!(["pat@example.com"]));
            window.button("Remove pat@example.com").press().await;
            window.button("Publish To: NWF, 0 people").is_there().await;
            window.button("Undo").press().await;
            window.button("Publish To: NWF, 1 person").is_there().await;
        })
        .await;
}
