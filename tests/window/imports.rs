//! Imports from the window: a Full Import that is looked at first, Refresh, Cancel, and failures in words.

use muster_tests::pruvan::{Call, Day, Gate, Spell, State};
use serde_json::json;

use crate::support::{ANN, CODE, Office, Window, until};

async fn at_integrations(window: &Window) {
    window.sign_in(ANN).await;
    window.go("Integrations").await;
    window.cell("Integrations", CODE, "Integration Code").press().await;
}

#[tokio::test]
async fn a_full_import_shows_first_what_it_would_do() {
    let mut office = Office::with_projects(12).await;
    let (gone, changed) = office.with_client(|client| {
        let gone = client.orders.remove_some(3, 1);
        let changed = client.orders.change_some(2, 1);
        client.orders.add(4);
        (gone, changed.len())
    });
    let before = office.numbers().await;
    office
        .show(async |office, window| {
            at_integrations(window).await;
            window.button("Full Import").press().await;
            window.dialog("Full Import: NWF").is_there().await;
            window.sees("To remove: 3 projects").await;
            window.sees(&format!("to add 4 to change {changed} to remove 3")).await;
            for order in &gone {
                window.sees(&format!("{CODE}::{}", order.number)).await;
            }
            assert_eq!(office.numbers().await, before, "nothing has changed yet");
            window.button("Cancel").press().await;
            window.sees("was cancelled. Nothing was changed.").await;
            assert_eq!(office.numbers().await, before, "nothing has changed");

            window.button("Full Import").press().await;
            window.sees("To remove: 3 projects").await;
            window.button("Import and remove 3").press().await;
            window.sees(&format!("Full Import of NWF: 4 added, {changed} changed, 3 removed.")).await;
            let after = office.numbers().await;
            assert_eq!(after.len(), 13);
            assert!(gone.iter().all(|order| !after.iter().any(|number| number.ends_with(&order.number))));
            window.go("Projects").await;
            window.sees("13 projects").await;
        })
        .await;
}

#[tokio::test]
async fn a_preview_that_is_left_waits_in_its_row() {
    let mut office = Office::with_projects(3).await;
    office
        .show(async |_, window| {
            at_integrations(window).await;
            window.button("Full Import").press().await;
            window.sees("Nothing would be removed").await;
            window.button("Close").press().await;
            window.cell("Integrations", CODE, "Status").reads("waits for review").await;
            window.button_in("Integrations", CODE, "Action").press().await;
            window.dialog("Full Import: NWF").is_there().await;
            window.button("Import").press().await;
            window.cell("Integrations", CODE, "Status").reads("idle").await;
        })
        .await;
}

#[tokio::test]
async fn a_running_import_shows_its_progress_and_can_be_cancelled() {
    let mut office = Office::with_projects(5).await;
    let before = office.projects().await;
    office.with_client(|client| {
        client.orders.add(50);
    });
    let gate = Gate::after(2_000);
    office.client.day(Day::Pause(gate.clone()));
    office
        .show(async |office, window| {
            at_integrations(window).await;
            window.button_in("Integrations", CODE, "Action").press().await;
            gate.reached().await;
            window.cell("Integrations", CODE, "Status").reads("running").await;
            window.cell("Integrations", CODE, "Action").reads("Cancel").await;
            window.sees("1 import running").await;
            window.button_in("Integrations", CODE, "Action").press().await;
            window.cell("Integrations", CODE, "Action").reads("Refresh").await;
            window.cell("Integrations", CODE, "Status").reads("idle").await;
            assert_eq!(office.projects().await, before);
            let last = office.muster(&["imports", "list"]).await[0].clone();
            assert_eq!((&last["outcome"], &last["asked_by"]), (&json!("cancelled"), &json!(ANN)));
            // The next one is not in its way.
            window.button_in("Integrations", CODE, "Action").press().await;
            window.sees("is refreshed: 50 added").await;
        })
        .await;
    gate.release();
}

#[tokio::test]
async fn a_full_import_can_be_cancelled_while_it_fetches() {
    let mut office = Office::with_projects(5).await;
    let before = office.projects().await;
    let gate = Gate::after(100);
    office.client.day(Day::Pause(gate.clone()));
    office
        .show(async |office, window| {
            at_integrations(window).await;
            window.button("Full Import").press().await;
            window.sees("Nothing changes before you have looked at it.").await;
            gate.reached().await;
            window.button("Cancel").press().await;
            window.dialog("Full Import: NWF").is_gone().await;
            window.cell("Integrations", CODE, "Status").reads("idle").await;
            assert_eq!(office.projects().await, before);
        })
        .await;
    gate.release();
}

#[tokio::test]
async fn refresh_takes_what_is_new_and_removes_nothing() {
    let mut office = Office::with_projects(6).await;
    office.with_client(|client| {
        client.orders.add(2);
        client.orders.remove_some(3, 1);
    });
    office
        .show(async |office, window| {
            at_integrations(window).await;
            window.button("Refresh all").press().await;
            window.sees("1 refresh started").await;
            until("both have come", async || (office.numbers().await.len() == 8).then_some(())).await;
            window.link("Imports").press().await;
            window.cell("Imports", "Refresh", "Outcome").reads("succeeded").await;
            window.cell("Imports", "Refresh", "Added").reads("2").await;
            window.cell("Imports", "Refresh", "Removed").reads("0").await;
        })
        .await;
}

#[tokio::test]
async fn a_failure_is_shown_in_the_clients_own_words_until_an_import_succeeds() {
    let mut office = Office::with_projects(4).await;
    let before = office.projects().await;
    let day = Day::ErrorWithOrders { message: "the list is being rebuilt, call Pat".into(), before: true };
    office.with_client(|client| client.plan(Spell::always(day).on(Call::GetWorkOrders)));
    office
        .show(async |office, window| {
            at_integrations(window).await;
            window.button_in("Integrations", CODE, "Action").press().await;
            window.cell("Integrations", CODE, "Status").reads("error").await;
            window.cell("Integrations", CODE, "Last Error").reads("the list is being rebuilt, call Pat").await;
            window.sees("1 needs a person").await;
            assert_eq!(office.projects().await, before);
            window.button("Close message").press().await;
            window.button("Full Import").press().await;
            window.sees("The Full Import failed").await;
            window.sees("Your projects are what they were.").await;
            window.button("Close").press_first().await;
            // Its record says the same, and what to do.
            window.link("Imports").press().await;
            window.cell("Imports", "Full Import", "Outcome").is_there().await;
            window.cell("Imports", "Refresh", "Outcome").press().await;
            window.button("Open").press().await;
            window.sees("the list is being rebuilt, call Pat").await;
            window.sees("own words. If they do not say what to do, ask the client.").await;

            office.with_client(State::clear_days);
            window.go("Integrations").await;
            window.button_in("Integrations", CODE, "Action").press().await;
            window.cell("Integrations", CODE, "Status").reads("idle").await;
            window.sees_no("the list is being rebuilt").await;
        })
        .await;
}
