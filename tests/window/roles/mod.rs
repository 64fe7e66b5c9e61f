//! Who may do what. The page of Staff shows nothing of integrations; and whatever a page does, the shell refuses.

mod commands;

use serde_json::{Value, json};

use crate::support::office::root;
use crate::support::{ANN, BOB, CODE, Office, Window, until};
use commands::{Door, table};

/// The commands that the shell takes, from the list that it is built with.
fn listed() -> Vec<String> {
    let build = std::fs::read_to_string(root().join("src-tauri/build.rs")).expect("build.rs");
    let (_, list) = build.split_once("COMMANDS: &[&str] = &[").expect("the list begins");
    let (list, _) = list.split_once("];").expect("the list ends");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_command_has_a_row() {
    let mut listed = listed();
    let mut rows: Vec<String> = table(&Value::Null).into_iter().map(|(name, ..)| name.to_owned()).collect();
    assert!(listed.len() > 40, "{listed:?}");
    listed.sort();
    rows.sort();
    assert_eq!(rows, listed, "a new command needs a row that says who may call it");
}

/// The code of a refusal; empty when the command did it.
fn code(command: &str, answer: &Value) -> String {
    let Some(error) = answer.get("error") else { return String::new() };
    let code = error["code"].as_str();
    // Words alone come from Tauri: the command did not even begin.
    code.unwrap_or_else(|| panic!("{command} was not understood: {error}")).to_owned()
}

/// Calls every command; `expected` says with what those behind a door are refused, none if they are not.
async fn call_all(window: &Window, things: &Value, expected: impl Fn(Door) -> Option<&'static str>) {
    for (command, door, args) in table(things) {
        let answer = window.invoke(command, &args).await;
        let code = code(command, &answer);
        match expected(door) {
            Some(refused) => assert_eq!(code, refused, "{command} {args}: {answer}"),
            None => assert!(!["signed_out", "not_allowed"].contains(&code.as_str()), "{command} {args}: {answer}"),
        }
    }
}

/// An office with something of everything, and what there is.
async fn full_office() -> (Office, Value) {
    let office = Office::with_projects(10).await;
    office.add_staff().await;
    office.muster(&["user", "add", "eve", "--role", "admin"]).await;
    office.with_client(|client| client.orders.remove_some(6, 1));
    let import = office.muster(&["full-import", CODE]).await;
    let users = office.muster(&["user", "list"]).await;
    let bob = users.as_array().into_iter().flatten().find(|user| user["username"] == BOB).expect("bob");
    let things = json!({ "import": import["import"], "user": bob["id"], "project": 1 });
    assert!(things["import"].is_i64() && things["user"].is_i64(), "{things}");
    (office, things)
}

/// All that the commands could have changed.
async fn everything(office: &Office) -> Value {
    let mut all = json!({});
    for args in [
        ["projects", "list"],
        ["integration", "list"],
        ["imports", "list"],
        ["removals", CODE],
        ["user", "list"],
        ["work-type", "list"],
    ] {
        all[args[0]] = office.muster_as("eve", &args).await;
    }
    // Signing in, to look, changes this one.
    for user in all["user"].as_array_mut().into_iter().flatten() {
        user["last_sign_in"] = Value::Null;
    }
    // Editing a project shows in the list of those that wait.
    for removal in all["removals"].as_array_mut().into_iter().flatten() {
        removal["status"] = Value::Null;
    }
    all
}

#[track_caller]
fn are_the_same(after: &Value, before: &Value) {
    for (name, was) in before.as_object().into_iter().flatten() {
        let (was, is) = (was.as_array().expect("a list"), after[name].as_array().expect("a list"));
        assert_eq!(is.len(), was.len(), "{name}");
        for (is, was) in is.iter().zip(was) {
            assert_eq!(is, was, "{name}");
        }
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_refused_everything() {
    let (mut office, things) = full_office().await;
    office.with_faults = true;
    let before = everything(&office).await;
    office
        .show(async |office, window| {
            window.heading("Sign in").is_there().await;
            call_all(window, &things, |door| (door != Door::Anybody).then_some("signed_out")).await;
            are_the_same(&everything(office).await, &before);
        })
        .await;
}

#[tokio::test]
async fn staff_is_refused_whatever_belongs_to_admins() {
    let (mut office, things) = full_office().await;
    office.with_faults = true;
    office
        .show(async |office, window| {
            window.sign_in(BOB).await;
            let before = everything(office).await;
            call_all(window, &things, |door| (door == Door::Admin).then_some("not_allowed")).await;
            let mut after = everything(office).await;
            // What Staff may change: one field of one project.
            assert_ne!(after["projects"], before["projects"]);
            after["projects"] = before["projects"].clone();
            are_the_same(&after, &before);
        })
        .await;
}

#[tokio::test]
async fn an_admin_may_call_everything() {
    let (mut office, things) = full_office().await;
    office.with_faults = true;
    office
        .show(async |_, window| {
            window.sign_in(ANN).await;
            call_all(window, &things, |_| None).await;
        })
        .await;
}

#[tokio::test]
async fn an_admin_who_is_demoted_meanwhile_is_signed_out_at_once() {
    for role in ["staff", "crew"] {
        let (mut office, things) = full_office().await;
        office.with_faults = true;
        office
            .show(async |office, window| {
                window.sign_in(ANN).await;
                window.go("Integrations").await;
                window.cell("Integrations", CODE, "Status").is_there().await;
                office.muster_as("eve", &["user", "edit", ANN, "--role", role]).await;
                let before = everything(office).await;
                call_all(window, &things, |door| (door != Door::Anybody).then_some("signed_out")).await;
                are_the_same(&everything(office).await, &before);
            })
            .await;
    }
}

#[tokio::test]
async fn the_page_of_a_demoted_admin_follows() {
    let mut office = Office::with_projects(2).await;
    office.muster(&["user", "add", "eve", "--role", "admin"]).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Integrations").await;
            window.cell("Integrations", CODE, "Status").is_there().await;
            office.muster_as("eve", &["user", "edit", ANN, "--role", "crew"]).await;
            // At the next thing that the page asks for, by itself or for somebody.
            until("it asks to sign in", async || {
                window.button_in("Integrations", CODE, "Action").press_if_there().await;
                window.heading("Sign in").is_here().await.then_some(())
            })
            .await;
            window.sees("You have been signed out.").await;
            assert!(!window.text().await.contains(CODE), "nothing of it is left on the page");
        })
        .await;
}

#[tokio::test]
async fn staff_sees_projects_and_nothing_of_integrations() {
    let mut office = Office::with_projects(4).await;
    office.add_staff().await;
    office
        .show(async |office, window| {
            window.sign_in(BOB).await;
            window.sees("4 projects").await;
            assert_eq!(window.names("link").await, ["Projects", "Settings"]);
            // Not by its address either.
            for page in ["integrations", "imports", "users"] {
                window.run("location.hash = arguments[0]", &[format!("#/{page}").into()]).await;
                window.heading("Projects").is_there().await;
            }
            // They edit what is theirs, and what an import does meanwhile reaches them.
            let number = office.numbers().await[0].clone();
            window.cell("Projects", &number, "Project Number").press_twice().await;
            window.button("Edit").press().await;
            window.field("Info").has_focus().await;
            window.field("Assigned To").fill(BOB).await;
            window.button("Save").press().await;
            window.sees(&format!("{number} is saved.")).await;
            let shown = office.muster(&["projects", "show", &number]).await;
            let history = shown["history"].as_array().expect("a history");
            assert!(history.iter().any(|one| one["person"] == BOB && one["new"] == BOB), "{history:?}");
            office.with_client(|client| client.orders.add(1));
            office.muster(&["refresh", CODE]).await;
            window.sees("5 projects").await;
        })
        .await;
}

#[tokio::test]
async fn users_are_added_and_the_last_admin_stays() {
    let mut office = Office::with_admin(1).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.go("Users").await;
            window.button("New user").press().await;
            window.field("Username").fill("cem").await;
            window.radio("Crew").press().await;
            window.button("Save").press().await;
            window.cell("Users", "cem", "Role").reads("Crew").await;
            window.cell("Users", ANN, "Role").press().await;
            window.button("Deactivate").press().await;
            window.dialog("Deactivate ann?").is_there().await;
            window.button("Deactivate").press().await;
            window.sees("Admin").await;
            until("it is refused", async || window.text().await.contains("last Admin").then_some(())).await;
            window.button("Cancel").press().await;
            let users = office.muster(&["user", "list"]).await;
            assert!(
                users.as_array().is_some_and(|all| all.len() == 2 && all.iter().all(|user| user["active"] == true))
            );
        })
        .await;
}
