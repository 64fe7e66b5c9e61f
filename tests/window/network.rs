//! Without a network.

use crate::support::{ANN, CODE, Office};

#[tokio::test]
async fn without_a_network_the_projects_are_there_and_a_refresh_fails_in_words() {
    let mut office = Office::with_projects(5).await;
    let numbers = office.numbers().await;
    office.client.refuse().await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.sees("5 projects").await;
            for number in &numbers {
                window.sees(number).await;
            }
            // A whole project, found by its number.
            window.field("Search").fill(&numbers[2]).await;
            window.sees("1 of 5 projects").await;
            window.cell("Projects", &numbers[2], "Project Number").press_twice().await;
            window.heading(&numbers[2]).is_there().await;
            window.heading("History").is_there().await;

            window.go("Integrations").await;
            window.button_in("Integrations", CODE, "Action").press().await;
            window.cell("Integrations", CODE, "Status").reads("error").await;
            window.cell("Integrations", CODE, "Last Error").reads("reach").await;
            window.go("Projects").await;
            window.sees("could not be refreshed").await;
            assert_eq!(office.numbers().await, numbers);

            // It is back, and so is the connection.
            office.client.listen_again().await.expect("the client is back");
            window.go("Integrations").await;
            window.button_in("Integrations", CODE, "Action").press().await;
            window.cell("Integrations", CODE, "Status").reads("idle").await;
        })
        .await;
}
