//! Without a mouse: the whole way from the first start to a finished import.

use crate::support::{ANN, CODE, Key, Office, PASSWORD, Window};

const ENTER: char = '\u{e007}';
const SPACE: char = ' ';

/// Goes to what has this name with Tab, and presses a key there.
async fn press(window: &Window, name: &str, key: char) {
    window.tab_to(name).await;
    window.keys(&[key]).await;
}

async fn type_into(window: &Window, name: &str, text: &str) {
    window.tab_to(name).await;
    window.types(text).await;
}

#[tokio::test]
async fn from_the_first_start_to_a_finished_import_by_keyboard_alone() {
    let mut office = Office::new(7).await;
    office
        .show(async |office, window| {
            window.heading("Create the Admin").is_there().await;
            type_into(window, "Username", ANN).await;
            type_into(window, "Password", PASSWORD).await;
            type_into(window, "Password again", PASSWORD).await;
            window.keys(&[ENTER]).await;
            window.sees("No integration yet").await;

            press(window, "New integration", ENTER).await;
            window.dialog("New integration").is_there().await;
            press(window, "Pruvan web service", ENTER).await;
            window.field("Web service URL").is_there().await;
            let known = office.client.credentials();
            type_into(window, "Integration name", "Northwind Field").await;
            window.tab_to("Integration code").await;
            // A code was suggested: all of it is replaced.
            window.chord(Key::Control, 'a').await;
            window.types(CODE).await;
            type_into(window, "Web service URL", &office.client.url()).await;
            type_into(window, "Username", &known.username).await;
            type_into(window, "Password", &known.password).await;
            press(window, "Validate", SPACE).await;
            window.sees("These values work.").await;
            press(window, "Save", ENTER).await;

            window.dialog("Run a Full Import now?").is_there().await;
            press(window, "Full Import", ENTER).await;
            window.sees("to add 7").await;
            press(window, "Import", ENTER).await;
            window.sees("Full Import of NWF: 7 added.").await;
            window.dialog("Full Import: NWF").is_gone().await;
            assert_eq!(office.numbers().await.len(), 7);

            // Refresh from the grid: to the row, along its cells, and Space on the button.
            office.with_client(|client| client.orders.add(1));
            window.tab_to("Search integrations").await;
            window.key(Key::Tab).await;
            window.keys(&[Key::Down.into()]).await;
            for _ in 0..7 {
                window.key(Key::Right).await;
            }
            window.keys(&[SPACE]).await;
            window.sees("is refreshed: 1 added").await;

            // The list, a project in it, and back.
            window.chord(Key::Control, '1').await;
            window.heading("Projects").is_there().await;
            window.sees("8 projects").await;
            type_into(window, "Search", "100003").await;
            window.sees("1 of 8 projects").await;
            window.key(Key::Down).await;
            window.keys(&[ENTER]).await;
            window.heading("NWF::NW-100003").is_there().await;
            window.heading("History").is_there().await;
            window.key(Key::Escape).await;
            assert_eq!(office.numbers().await.len(), 8);
        })
        .await;
}

#[tokio::test]
async fn a_dialog_keeps_the_focus_and_escape_gives_it_back() {
    let mut office = Office::with_projects(1).await;
    office
        .show(async |_, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            press(window, "New integration", ENTER).await;
            window.dialog("New integration").is_there().await;
            // Round and round, never behind it.
            for _ in 0..12 {
                window.key(Key::Tab).await;
                let focused = window.focused().await;
                assert!(!["Refresh all", "Search integrations", "Projects"].contains(&focused.as_str()), "{focused}");
            }
            window.key(Key::Escape).await;
            window.dialog("New integration").is_gone().await;
            assert_eq!(window.focused().await, "New integration");
        })
        .await;
}
