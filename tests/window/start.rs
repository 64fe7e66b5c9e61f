//! The first start, signing in and out, and a list that cannot be opened.

use serde_json::json;

use crate::support::{ANN, Office, PASSWORD};

#[tokio::test]
async fn at_the_first_start_the_admin_is_created_and_the_integrations_are_shown() {
    let mut office = Office::new(1).await;
    office
        .show(async |office, window| {
            window.heading("Create the Admin").is_there().await;
            window.button("Create Admin").press().await;
            window.field("Username").says("A username is needed").await;
            window.field("Password").says("A password is needed").await;
            // Whoever has forgotten something is led to it.
            window.field("Username").has_focus().await;
            window.field("Username").fill(ANN).await;
            window.field("Password").fill(PASSWORD).await;
            window.field("Password again").fill("something else").await;
            window.button("Create Admin").press().await;
            window.field("Password again").says("not the same").await;
            window.field("Password again").has_focus().await;
            window.field("Password again").fill(PASSWORD).await;
            window.checkbox("Stay signed in").press().await;
            window.button("Create Admin").press().await;
            window.heading("Integrations").is_there().await;
            window.sees("No integration yet").await;
            window.button("Try the sample client").is_there().await;
            let users = office.muster(&["user", "list"]).await;
            assert_eq!((&users[0]["username"], &users[0]["role"]), (&json!(ANN), &json!("admin")));
        })
        .await;
    // They asked to stay signed in, and the credential store keeps that.
    office.show(async |_, window| window.link("Integrations").is_there().await).await;
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_the_right_one_lets_in() {
    let mut office = Office::with_admin(1).await;
    office
        .show(async |_, window| {
            window.heading("Sign in").is_there().await;
            window.field("Username").fill(ANN).await;
            window.field("Password").fill("a wrong password").await;
            window.button("Sign in").press().await;
            window.sees("wrong").await;
            assert_eq!(window.field("Password").value().await, "", "it has to be typed anew");
            window.sign_in(ANN).await;
            window.go("Settings").await;
            window.button("Sign out").press().await;
            window.heading("Sign in").is_there().await;
        })
        .await;
    // They did not ask to stay signed in.
    office.show(async |_, window| window.heading("Sign in").is_there().await).await;
}

#[tokio::test]
async fn a_list_that_cannot_be_opened_is_said_so_and_tried_again() {
    let mut office = Office::new(1).await;
    office.break_database();
    office
        .show(async |office, window| {
            window.heading("The list cannot be opened").is_there().await;
            window.button("Copy details").is_there().await;
            window.button("Try again").press().await;
            window.sees("Tried again: ").await;
            window.heading("The list cannot be opened").is_there().await;
            office.mend_database();
            window.button("Try again").press().await;
            window.heading("Create the Admin").is_there().await;
        })
        .await;
}

#[tokio::test]
async fn a_list_of_a_newer_version_says_which_version_is_needed_and_where_it_is() {
    let mut office = Office::with_admin(1).await;
    let oldest = |office: &Office, version: &str| {
        let database = rusqlite::Connection::open(office.data().join("muster.db")).unwrap();
        database.execute("UPDATE settings SET value = ? WHERE name = 'oldest_program'", [version]).unwrap();
    };
    oldest(&office, "99.1.0-beta.2");
    office
        .show(async |office, window| {
            window.heading("This list belongs to a newer Muster").is_there().await;
            window.sees("needs Muster 99.1.0-beta.2 or later").await;
            window.sees(office.data().to_str().unwrap()).await;
            // As if a version had come that is new enough.
            oldest(office, "0.1.0");
            window.button("Try again").press().await;
            window.heading("Sign in").is_there().await;
        })
        .await;
}

#[tokio::test]
async fn a_folder_that_is_copied_elsewhere_is_warned_of_until_that_is_read() {
    let mut office = Office::new(1).await;
    // The folder is only a link to one that Dropbox copies.
    let copied = office.data().with_file_name("Dropbox").join("data");
    std::fs::create_dir(copied.parent().unwrap()).unwrap();
    if office.data().exists() {
        std::fs::rename(office.data(), &copied).unwrap();
    } else {
        std::fs::create_dir(&copied).unwrap();
    }
    std::os::unix::fs::symlink(&copied, office.data()).unwrap();
    office
        .show(async |_, window| {
            window.heading("Create the Admin").is_there().await;
            window.sees("Dropbox copies").await;
            window.field("Username").fill(ANN).await;
            window.field("Password").fill(PASSWORD).await;
            window.field("Password again").fill(PASSWORD).await;
            window.button("Create Admin").press().await;
            window.heading("Integrations").is_there().await;
            window.sees("The data is not safe where it lies").await;
            window.button("Hide").press().await;
            window.sees_no("The data is not safe where it lies").await;
            window.heading("Integrations").has_focus().await;
        })
        .await;
}
