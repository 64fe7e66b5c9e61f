//! Removals: those that the guard stopped, confirmed and declined; an integration deleted; and what was removed, brought back.

use serde_json::json;

use crate::support::{ANN, CODE, Office, Window};

/// An office where a Full Import that nobody looked at would have removed six of ten projects.
async fn with_removals() -> (Office, Vec<String>) {
    let office = Office::with_projects(10).await;
    let gone = office.with_client(|client| client.orders.remove_some(6, 1));
    let import = office.muster(&["full-import", CODE]).await;
    assert_eq!(import["outcome"], "needs_confirmation", "{import}");
    (office, gone.into_iter().map(|order| format!("{CODE}::{}", order.number)).collect())
}

async fn review(window: &Window) {
    window.go("Integrations").await;
    window.cell("Integrations", CODE, "Status").reads("needs confirmation").await;
    window.button_in("Integrations", CODE, "Status").press().await;
    window.dialog("Removals of NWF wait for a decision").is_there().await;
}

#[tokio::test]
async fn removals_that_the_guard_stopped_are_looked_at_and_confirmed() {
    let (mut office, gone) = with_removals().await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            review(window).await;
            for number in &gone {
                window.sees(number).await;
            }
            assert_eq!(office.numbers().await.len(), 10, "nothing is removed yet");
            window.button("Remove these projects").press().await;
            window.sees("6 projects of NWF removed. They can be brought back for a year.").await;
            window.cell("Integrations", CODE, "Status").reads("idle").await;
            let left = office.numbers().await;
            assert!(left.len() == 4 && gone.iter().all(|number| !left.contains(number)), "{left:?}");

            // One of them was wanted after all.
            window.link("Imports").press().await;
            window.tab("Removed projects").press().await;
            window.sees("6 removed projects").await;
            window.checkbox(&format!("Select {}", gone[0])).press().await;
            window.button("Bring back 1 project").press().await;
            window.sees(&format!("{} is back in the list.", gone[0])).await;
            window.sees("5 removed projects").await;
            // It stays, whatever the next list says.
            office.muster(&["full-import", CODE]).await;
            assert!(office.numbers().await.contains(&gone[0]));
        })
        .await;
}

#[tokio::test]
async fn removals_that_are_declined_keep_their_projects() {
    let (mut office, gone) = with_removals().await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            // The number beside Imports, and the banner there.
            window.sees("1 needs a decision").await;
            window.link("Imports").press().await;
            window.sees("NWF: 6 projects would be removed").await;
            window.button("Look at them: the removals of NWF").press().await;
            window.dialog("Removals of NWF wait for a decision").is_there().await;
            window.button("Keep them").press().await;
            window.sees("6 projects of NWF kept.").await;
            window.sees_no("1 needs a decision").await;
            let again = office.muster(&["full-import", CODE]).await;
            assert_eq!((&again["outcome"], &again["removed"]), (&json!("succeeded"), &json!(0)));
            let left = office.numbers().await;
            assert!(gone.iter().all(|number| left.contains(number)), "{left:?}");
        })
        .await;
}

#[tokio::test]
async fn an_integration_is_deleted_with_its_projects_and_they_come_back() {
    let mut office = Office::with_projects(3).await;
    let before = office.numbers().await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            window.cell("Integrations", CODE, "Integration Code").press().await;
            window.button("Delete").press().await;
            window.dialog("Delete Northwind Field?").is_there().await;
            window.radio("Remove the 3 projects too").press().await;
            window.button("Delete").press().await;
            window.sees("No integration yet").await;
            assert_eq!(office.muster(&["integration", "list"]).await, json!([]));
            assert_eq!(office.projects().await, json!([]));

            window.link("Imports").press().await;
            window.tab("Removed projects").press().await;
            window.sees("3 removed projects").await;
            window.checkbox("Select all that are shown").press().await;
            window.button("Bring back 3 projects").press().await;
            window.sees("3 projects are back in the list.").await;
            assert_eq!(office.numbers().await, before);
            window.go("Projects").await;
            window.sees("3 projects").await;
            window.cell("Projects", &before[0], "Project Number").press_twice().await;
            window.sees("NWF, without a connection").await;
        })
        .await;
}

#[tokio::test]
async fn an_integration_is_deleted_and_its_projects_are_kept() {
    let mut office = Office::with_projects(3).await;
    let before = office.numbers().await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            window.cell("Integrations", CODE, "Integration Code").press().await;
            window.button("Delete").press().await;
            window.button("Cancel").press().await;
            window.cell("Integrations", CODE, "Integration Code").press().await;
            window.button("Delete").press().await;
            assert!(window.radio("Keep the 3 projects").is("checked").await, "keeping is what is offered");
            window.button("Delete").press().await;
            window.sees("NWF is deleted. Its 3 projects are kept.").await;
            assert_eq!(office.numbers().await, before);
        })
        .await;
}

#[tokio::test]
async fn all_that_an_import_removed_is_brought_back_from_its_record() {
    let mut office = Office::with_projects(10).await;
    let before = office.numbers().await;
    office.with_client(|client| client.orders.remove_some(2, 1));
    office.muster(&["full-import", CODE]).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.link("Imports").press().await;
            window.cell("Imports", "2", "Removed").press().await;
            window.button("Open").press().await;
            window.sees("2 removed projects").await;
            window.button("Bring back all 2").press().await;
            window.sees("2 projects are back in the list.").await;
            assert_eq!(office.numbers().await, before);
        })
        .await;
}
