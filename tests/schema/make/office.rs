//! An office in which everything has happened once, made through core as people would.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_core::model::{
    Field, Import, ImportKind, IntegrationCode, Mode, ProjectFilter, ProjectsOnDelete, Role, Schedule, WorkTypeTask,
};
use muster_core::{
    Admin, ErrorCode, ImportRequest, IntegrationInput, Muster, NewAdmin, NewUser, OnSave, Options, WorkTypeInput,
};
use muster_tests::pruvan::{Config, Day, Simulator, State};
use rusqlite::Connection;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::secrets::Secrets;
use crate::shared::{ANN, PASSWORD, told};

const NWF: &str = "NWF";

/// The data directory of that office, and what core tells of it.
pub(crate) async fn make() -> (TempDir, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let client = Simulator::start(Config { orders: 30, ..Config::default() }).await.expect("the simulator starts");
    let open = async || {
        let secrets = Arc::new(Secrets::default());
        Muster::open(Options::new(folder.path(), secrets)).await.expect("Muster opens")
    };
    let muster = open().await;
    let first = NewAdmin {
        username: ANN.to_owned(),
        name: Some("Ann Miller".to_owned()),
        email: Some("ann@northwind.example".to_owned()),
        password: PASSWORD.into(),
    };
    let session = muster.create_first_admin(first).await.expect("the Admin");
    let admin = muster.admin(&session).await.expect("the door of the Admin");
    let token = people(&muster, &admin).await;
    muster.stay_signed_in(&session).await.expect("she stays signed in");
    setting_up(&admin, &client).await;
    work(&admin, &client).await;
    kept_projects(&admin).await;
    muster.close().await.expect("Muster closes");

    // In a year it would begin to forget what was removed, and the test would fail.
    let database = Connection::open(folder.path().join("muster.db")).expect("the database opens");
    database.execute("UPDATE settings SET value = '365000' WHERE name = 'keep_removed_days'", []).expect("a setting");
    database.close().expect("the database closes");

    let muster = open().await;
    let session = muster.sign_in(ANN, &PASSWORD.into()).await.expect("she signs in");
    let admin = muster.admin(&session).await.expect("the door of the Admin");
    let told = json!({ "token": token, "told": told(&admin).await.expect("core tells") });
    // Bob tries a wrong password after that, so that the failure is still there.
    let wrong = muster.sign_in("bob", &"a wrong password".into()).await.expect_err("a wrong password");
    assert_eq!(wrong.code, ErrorCode::WrongCredentials);
    muster.close().await.expect("Muster closes");
    (folder, told)
}

/// Users in all roles, one who has left, and a token.
async fn people(muster: &Muster, admin: &Admin) -> String {
    for (username, role, password) in [
        ("bob", Role::Staff, Some(PASSWORD)),
        ("carl", Role::Crew, None),
        ("dora", Role::Client, None),
        ("eve", Role::Staff, Some(PASSWORD)),
    ] {
        let new = NewUser {
            username: username.to_owned(),
            name: Some(format!("{username} of Northwind")),
            email: Some(format!("{username}@northwind.example")),
            role,
            password: password.map(Into::into),
        };
        let user = admin.add_user(new).await.expect("a user");
        if username == "eve" {
            admin.set_user_active(user.id, false).await.expect("she has left");
        }
    }
    let ann = admin.user_by_name(ANN).await.expect("ann");
    let token = admin.make_token(ann.id, "Nightly refresh").await.expect("a token");
    muster.sign_in_with_token(&token).await.expect("the token works");
    token.expose_secret().to_owned()
}

async fn setting_up(admin: &Admin, client: &Simulator) {
    let task = |name: &str, instructions: Option<&str>| WorkTypeTask {
        name: name.to_owned(),
        instructions: instructions.map(str::to_owned),
    };
    let work_type = WorkTypeInput {
        id: None,
        name: "Lawn".to_owned(),
        fields: BTreeMap::from([("reference".to_owned(), "Lawn".to_owned())]),
        tasks: vec![task("Grass cut", Some("Edges too.")), task("Photo", None)],
    };
    admin.save_work_type(work_type).await.expect("a work type");
    let known = client.credentials();
    let nwf = IntegrationInput {
        code: Some(code(NWF)),
        name: Some("Northwind Field Services".to_owned()),
        mode: Some(Mode::Internal),
        schedule: Some(Schedule::Hourly),
        default_work_type: Some("Lawn".to_owned()),
        settings: map(json!({ "url": client.url(), "username": known.username })),
        secrets: vec![("password".to_owned(), known.password.into()), ("token".to_owned(), known.token.into())],
        ..IntegrationInput::default()
    };
    admin.add_integration("pruvan", nwf, OnSave::Validate).await.expect("the integration NWF");
    let files = IntegrationInput {
        code: Some(code("FILES")),
        default_assign_to: Some("carl".to_owned()),
        settings: map(json!({ "path": "/lists/of/the/office", "preset": "ppw" })),
        ..IntegrationInput::default()
    };
    admin.add_integration("spreadsheet", files, OnSave::DoNotValidate).await.expect("the integration FILES");
    for person in ["dora", "client@northwind.example"] {
        admin.add_person(&code(NWF), person).await.expect("a person who may see it");
    }
}

/// Imports that go well and badly, edits, removals of all kinds.
async fn work(admin: &Admin, client: &Simulator) {
    client.with(|state| state.orders.push_raw(r#"{"workOrderNumber": "NW-BAD", "address1": {"not": "a text"}}"#));
    let first = full(admin, NWF).await;
    assert!(first.counts.added >= 30 && !first.problems.is_empty(), "{first:?}");
    let numbers = numbers(admin, NWF).await;
    for (number, field, text) in [
        (&numbers[0], Field::AssignedTo, "bob"),
        (&numbers[1], Field::AssignedTo, "nobody that is known"),
        (&numbers[2], Field::Description, "Gate code \"as is\" – Ünïcode, and\na second line."),
        (&numbers[2], Field::DueDate, "2027-01-31"),
    ] {
        admin.edit_project(&code(NWF), number, &[(field, text.to_owned())]).await.expect("an edit");
    }
    client.with(|state| {
        state.orders.change_some(6, 5);
        state.orders.remove_some(3, 7);
    });
    let second = full(admin, NWF).await;
    assert!(second.counts.removed >= 2 && second.counts.changed > 0, "{second:?}");
    let removed = admin.removed_projects("", Some(second.id), 10, 0).await.expect("the removed");
    admin.bring_back(&[removed.rows[0].id]).await.expect("one comes back");
    client.with(|state| state.always(Day::HtmlPage));
    let failed = full(admin, NWF).await;
    assert!(failed.error.is_some(), "{failed:?}");
    client.with(|state: &mut State| {
        state.clear_days();
        state.orders.remove_some(12, 9);
    });
    let waits = full(admin, NWF).await;
    assert_eq!(waits.counts.removed, 0, "{waits:?}");
    assert!(!admin.pending_removals(None).await.expect("what waits").is_empty(), "{waits:?}");
    // Not before, as the client sends it again.
    admin.delete_project(&code(NWF), &numbers[3]).await.expect("one is deleted by hand");
}

/// Projects whose integration was deleted.
async fn kept_projects(admin: &Admin) {
    let input = IntegrationInput { code: Some(code("OLD")), ..IntegrationInput::default() };
    admin.add_integration("sample", input, OnSave::DoNotValidate).await.expect("the integration OLD");
    full(admin, "OLD").await;
    admin.delete_integration(&code("OLD"), ProjectsOnDelete::Keep).await.expect("it is deleted");
}

async fn full(admin: &Admin, of: &str) -> Import {
    let import = admin.start_import(ImportRequest::new(code(of), ImportKind::FullImport)).await.expect("it starts");
    import.wait().await.expect("it ends")
}

async fn numbers(admin: &Admin, of: &str) -> Vec<String> {
    let filter = ProjectFilter { code: Some(code(of)), ..ProjectFilter::default() };
    let page = admin.projects(&filter).await.expect("the list");
    page.projects.into_iter().map(|project| project.number).collect()
}

fn code(text: &str) -> IntegrationCode {
    text.parse().expect("a code")
}

fn map(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).expect("an object")
}
