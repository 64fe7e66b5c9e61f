//! An export of several clients: whose each order is.

use serde_json::{Value, json};

use super::partial_tests::{import, office};
use crate::connectors::List;
use crate::connectors::scripted::play;
use crate::model::{ImportKind, IntegrationCode, Project, ProjectFilter};
use crate::{Admin, IntegrationInput, OnSave};

const FULL: ImportKind = ImportKind::FullImport;

fn order(number: &str, code: Option<&str>, city: &str) -> Value {
    json!({ "workOrderNumber": number, "code": code, "address1": "8 Alder Ct", "city": city, "state": "OK",
            "zip": "74101", "services": [{ "serviceName": "Grass cut" }] })
}

async fn add(muster: &Admin, code: &str, adopt: bool) {
    let Value::Object(settings) = json!({ "script": format!("elsewhere {code}") }) else { unreachable!() };
    let code = Some(code.parse().unwrap());
    let input = IntegrationInput { code, adopt, settings, ..IntegrationInput::default() };
    muster.add_integration("scripted", input, OnSave::Validate).await.unwrap();
}

async fn full_import(muster: &Admin, code: &str) -> crate::model::Import {
    let code: IntegrationCode = code.parse().unwrap();
    let request = crate::ImportRequest { removals_confirmed: true, ..crate::ImportRequest::new(code, FULL) };
    muster.start_import(request).await.unwrap().wait().await.unwrap()
}

async fn all(muster: &Admin) -> Vec<Project> {
    muster.projects(&ProjectFilter { limit: 100, ..ProjectFilter::default() }).await.unwrap().projects
}

async fn shown(muster: &Admin) -> Vec<String> {
    let mut shown: Vec<String> = all(muster).await.iter().map(Project::shown_number).collect();
    shown.sort();
    shown
}

#[tokio::test]
async fn orders_are_filed_under_their_own_codes_and_adopted_by_whoever_gets_the_code() {
    let script = "elsewhere";
    let (_folder, muster) = office(script).await;
    let orders = vec![order("1", None, "Tulsa"), order("1", Some("ACME"), "Tulsa"), order("2", Some("acme"), "Tulsa")];
    play(script, orders.clone(), List::Complete);
    let first = import(&muster, FULL).await;
    assert_eq!((first.counts.added, first.counts.skipped), (3, 0), "{:?}", first.problems);
    assert_eq!(shown(&muster).await, ["ACME::1", "ACME::2", "NWF::1"]);
    let again = import(&muster, FULL).await;
    assert_eq!((again.counts.unchanged, again.counts.removed, again.counts.skipped), (3, 0, 0));

    // The integration that gets the code adopts them, and its Full Import removes none that it has not sent.
    add(&muster, "Acme", true).await;
    play("elsewhere Acme", vec![order("1", None, "Bixby"), order("3", None, "Bixby")], List::Complete);
    let own = full_import(&muster, "Acme").await;
    assert_eq!((own.counts.added, own.counts.changed, own.counts.removed), (1, 1, 0), "{:?}", own.problems);
    assert_eq!(shown(&muster).await, ["Acme::1", "Acme::2", "Acme::3", "NWF::1"]);

    // What the client sends by itself is newer than the export.
    let last = import(&muster, FULL).await;
    assert_eq!((last.counts.changed, last.counts.unchanged), (0, 3));
    let city = |project: &Project| project.fields.text(crate::model::Field::City).map(str::to_owned);
    let one = all(&muster).await.into_iter().find(|one| one.shown_number() == "Acme::1").unwrap();
    assert_eq!(city(&one).as_deref(), Some("Bixby"));
}

#[tokio::test]
async fn projects_of_another_integration_follow_its_rules() {
    let script = "elsewhere rules";
    let (_folder, muster) = office(script).await;
    let own = IntegrationInput { default_assign_to: Some("ann".to_owned()), ..IntegrationInput::default() };
    muster.edit_integration(&super::partial_tests::code(), own, OnSave::DoNotValidate).await.unwrap();
    add(&muster, "ACME", false).await;
    let theirs = IntegrationInput { default_assign_to: Some("ben".to_owned()), ..IntegrationInput::default() };
    muster.edit_integration(&"ACME".parse().unwrap(), theirs, OnSave::DoNotValidate).await.unwrap();
    let orders = ["NWF", "ACME", "NOBODY"].map(|code| order(code, Some(code), "Tulsa"));
    play(script, orders.to_vec(), List::Complete);
    assert_eq!(import(&muster, FULL).await.counts.added, 3);
    let all = all(&muster).await;
    let assigned = |code: &str| {
        let project = all.iter().find(|one| one.code.as_str() == code).unwrap();
        project.fields.text(crate::model::Field::AssignedTo).unwrap_or_default()
    };
    assert_eq!([assigned("NWF"), assigned("ACME"), assigned("NOBODY")], ["ann", "ben", ""]);
}

#[tokio::test]
async fn the_own_code_is_the_own_list_and_a_code_that_is_none_is_reported() {
    let script = "elsewhere own";
    let (_folder, muster) = office(script).await;
    play(script, vec![order("1", Some("nwf"), "Tulsa"), order("2", Some("no code"), "Tulsa")], List::Complete);
    let first = import(&muster, FULL).await;
    assert_eq!((first.counts.added, first.counts.skipped), (1, 1));
    assert!(first.problems[0].reason.contains("NO CODE"), "{:?}", first.problems);
    assert_eq!(shown(&muster).await, ["NWF::1"]);
    play(script, vec![order("3", Some("NWF"), "Tulsa")], List::Complete);
    let second = full_import(&muster, "NWF").await;
    assert_eq!((second.counts.added, second.counts.removed), (1, 1));
}

#[tokio::test]
async fn a_project_that_was_filed_by_its_number_gets_its_key_from_the_client() {
    let script = "elsewhere keys";
    let (_folder, muster) = office(script).await;
    add(&muster, "PPW", false).await;
    play(script, vec![order("GC-1", Some("PPW"), "Tulsa")], List::Complete);
    assert_eq!(import(&muster, FULL).await.counts.added, 1);
    let mut sent = order("700123", None, "Tulsa");
    sent["shown"] = "GC-1".into();
    play("elsewhere PPW", vec![sent.clone()], List::Complete);
    let own = full_import(&muster, "PPW").await;
    assert_eq!((own.counts.added, own.counts.removed), (0, 0), "{:?}", own.problems);
    let project = all(&muster).await.pop().unwrap();
    assert_eq!((project.key.as_str(), project.number.as_str(), project.kept), ("700123", "GC-1", false));
    play("elsewhere PPW", vec![], List::Complete);
    assert_eq!(full_import(&muster, "PPW").await.counts.removed, 1);
}

#[tokio::test]
async fn a_project_of_the_integration_is_found_whatever_its_code_was() {
    let script = "elsewhere renamed";
    let (_folder, muster) = office(script).await;
    add(&muster, "OLD", false).await;
    play("elsewhere OLD", vec![order("1", None, "Tulsa")], List::Complete);
    full_import(&muster, "OLD").await;
    let (old, new): (IntegrationCode, IntegrationCode) = ("OLD".parse().unwrap(), "NEW".parse().unwrap());
    muster.delete_project(&old, "1").await.unwrap();
    let renamed = IntegrationInput { code: Some(new), ..IntegrationInput::default() };
    muster.edit_integration(&old, renamed, OnSave::DoNotValidate).await.unwrap();
    play(script, vec![order("1", Some("NEW"), "Tulsa")], List::Complete);
    let import = import(&muster, FULL).await;
    assert_eq!((import.outcome, import.counts.skipped), (Some(crate::model::Outcome::Succeeded), 0), "{import:?}");
}
