//! Rule 17: what a work type gives to new projects, and to no others.

use std::collections::BTreeMap;

use muster_core::model::{AutoAdmin, Field, Mode, Origin, Outcome, WorkTypeTask};
use muster_core::{Applying, ErrorCode, IntegrationInput, WorkTypeInput};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::{AUTO_ADMIN, CODE, EXTERNAL, INTERNAL, Office, Setup, code, order, order_with};

const RULES: [(Mode, AutoAdmin); 3] = [INTERNAL, AUTO_ADMIN, EXTERNAL];

fn work_type(name: &str, fields: &[(&str, &str)], tasks: &[(&str, &str)]) -> WorkTypeInput {
    WorkTypeInput {
        id: None,
        name: name.to_owned(),
        fields: fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        tasks: tasks
            .iter()
            .map(|(name, text)| WorkTypeTask { name: (*name).to_owned(), instructions: Some((*text).to_owned()) })
            .collect(),
    }
}

fn choose(name: &str) -> IntegrationInput {
    IntegrationInput { default_work_type: Some(name.to_owned()), ..IntegrationInput::default() }
}

/// An office of that kind whose integration gives this work type to new projects. Nothing is imported yet.
async fn office_with(rule: (Mode, AutoAdmin), work_type: WorkTypeInput, orders: Vec<Value>) -> Office {
    let office = Setup::of(rule).office(orders).await;
    give(&office, work_type).await;
    office
}

async fn give(office: &Office, work_type: WorkTypeInput) {
    let name = office.muster.save_work_type(work_type).await.unwrap().name;
    office.set(choose(&name)).await.unwrap();
}

async fn tasks(office: &Office, number: &str) -> Vec<(Origin, String, String)> {
    let tasks = office.project(number).await.project.tasks.into_iter();
    tasks.map(|task| (task.origin, task.name, task.instructions.unwrap_or_default())).collect()
}

fn client(name: &str) -> (Origin, String, String) {
    (Origin::Client, name.to_owned(), String::new())
}

fn added(name: &str, instructions: &str) -> (Origin, String, String) {
    (Origin::WorkType, name.to_owned(), instructions.to_owned())
}

fn today() -> jiff::civil::Date {
    jiff::ZonedDateTime::now().date()
}

#[tokio::test]
async fn rule_17_a_work_type_always_sets_reference_and_description() {
    for rule in RULES {
        let sent = json!({ "reference": "the client's", "description": "the client's" });
        let bundle = work_type("Lawn", &[("reference", "ours"), ("description", "ours")], &[]);
        let office = office_with(rule, bundle, vec![order_with("1", sent.clone()), order("2")]).await;
        office.fills().await;
        for number in ["1", "2"] {
            assert_eq!(office.text(number, Field::Reference).await, "ours", "{rule:?}");
            assert_eq!(office.text(number, Field::Description).await, "ours", "{rule:?}");
        }
        // Only those that it has.
        give(&office, work_type("Other", &[("city", "Reno")], &[])).await;
        office.sends(vec![order_with("3", sent)]);
        office.refresh().await;
        assert_eq!(office.text("3", Field::Reference).await, "the client's");
    }
}

#[tokio::test]
async fn rule_17_a_work_type_fills_the_other_fields_only_where_the_client_left_them_empty() {
    let rows = [
        ("work_order_info", "workOrderInfo", Field::WorkOrderInfo),
        ("instructions", "instructions", Field::Instructions),
        ("client_instructions", "clientInstructions", Field::ClientInstructions),
        ("address1", "address1", Field::Address1),
        ("address2", "address2", Field::Address2),
        ("city", "city", Field::City),
        ("state", "state", Field::State),
        ("zip", "zip", Field::Zip),
        ("country", "country", Field::Country),
        ("status", "status", Field::Status),
    ];
    let ours = |name: &str| if name == "status" { "Rush" } else { "ours" };
    let theirs = |name: &str| if name == "status" { "Rework" } else { "theirs" };
    let fields: Vec<_> = rows.iter().map(|(name, ..)| (*name, ours(name))).collect();
    let (mut sent, mut blank, mut absent) = (order("1"), order("2"), order("3"));
    for (name, key, _) in rows {
        sent[key] = theirs(name).into();
        blank[key] = if name == "status" { "" } else { " " }.into();
        absent[key] = Value::Null;
    }
    for rule in RULES {
        let all = vec![sent.clone(), blank.clone(), absent.clone()];
        let office = office_with(rule, work_type("Lawn", &fields, &[]), all).await;
        office.fills().await;
        for (name, _, field) in rows {
            assert_eq!(office.text("1", field).await, theirs(name), "{name} {rule:?}");
            assert_eq!(office.text("2", field).await, ours(name), "{name} {rule:?}");
            assert_eq!(office.text("3", field).await, ours(name), "{name} {rule:?}");
        }
    }
}

#[tokio::test]
async fn rule_17_a_due_date_of_a_work_type_is_so_many_days_after_the_project_comes_in() {
    let later = |days: i64| today().checked_add(jiff::Span::new().days(days)).unwrap().to_string();
    let orders = vec![
        order("1"),
        order_with("2", json!({ "dueDate": null })),
        order_with("3", json!({ "dueDate": "", "clientDueDate": "2026-12-01" })),
    ];
    let before = later(14);
    let office = office_with(AUTO_ADMIN, work_type("Lawn", &[("due_in_days", "14")], &[]), orders).await;
    office.fills().await;
    assert_eq!(office.text("1", Field::DueDate).await, "2026-12-04", "the client's");
    for (number, client) in [("2", None), ("3", Some("2026-12-01"))] {
        let due = office.text(number, Field::DueDate).await;
        assert!(due == before || due == later(14), "{due}");
        assert_eq!(office.text(number, Field::ClientDueDate).await, client.unwrap_or(&due));
    }
}

#[tokio::test]
async fn rule_17_a_work_type_assigns_only_what_neither_the_client_nor_default_assign_to_assigned() {
    for (rule, default, sent, assigned) in [
        (INTERNAL, "", "", "crew.ours"),
        (INTERNAL, "", "crew.theirs", "crew.theirs"),
        // Default Assign To acts in External mode only, and what the client says in Internal mode only.
        (INTERNAL, "crew.default", "", "crew.ours"),
        (EXTERNAL, "", "crew.theirs", "crew.ours"),
        (AUTO_ADMIN, "crew.default", "", "crew.default"),
        (AUTO_ADMIN, "crew.default", "crew.theirs", "crew.default"),
    ] {
        let orders = vec![
            order_with("1", json!({ "assignedTo": sent })),
            order_with("2", json!({ "assignedTo": sent, "status": "Rush" })),
        ];
        let office = Setup { default_assign_to: default, ..Setup::of(rule) }.office(orders).await;
        give(&office, work_type("Lawn", &[("assigned_to", "crew.ours")], &[])).await;
        office.fills().await;
        assert_eq!(office.text("1", Field::AssignedTo).await, assigned, "{rule:?} {default} {sent}");
        assert_eq!(office.text("1", Field::Status).await, "Assigned", "what is assigned is not Unassigned");
        assert_eq!(office.text("2", Field::Status).await, "Rush");
    }
}

#[tokio::test]
async fn rule_17_tasks_of_a_work_type_come_after_the_clients_and_none_comes_twice() {
    let bundle = work_type("Lawn", &[], &[("GRASS CUT", "ours"), ("Photo", "street"), ("Call", "")]);
    for rule in RULES {
        let office = office_with(rule, bundle.clone(), vec![order("1")]).await;
        office.fills().await;
        let expected = [client("Grass cut"), added("Photo", "street"), added("Call", "")];
        assert_eq!(tasks(&office, "1").await, expected, "{rule:?}");
    }
}

#[tokio::test]
async fn rule_16_an_update_replaces_the_clients_tasks_and_leaves_those_of_the_work_type() {
    let bundle = work_type("Lawn", &[], &[("Photo", "street")]);
    let office = office_with(AUTO_ADMIN, bundle, vec![order("1")]).await;
    office.fills().await;
    let services = json!({ "services": [{ "serviceName": "Lock change" }, { "serviceName": "Debris" }] });
    office.sends(vec![order_with("1", services)]);
    office.refresh().await;
    let expected = [client("Lock change"), client("Debris"), added("Photo", "street")];
    assert_eq!(tasks(&office, "1").await, expected);
}

#[tokio::test]
async fn rule_17_what_a_work_type_fills_counts_before_an_order_is_refused_as_incomplete() {
    let lacking = || {
        let mut order = order_with("1", json!({ "city": null, "state": "", "services": [] }));
        order["zip"].take();
        vec![order]
    };
    let office = Office::of(lacking()).await;
    let import = office.full().await;
    assert_eq!((import.counts.added, import.counts.skipped), (0, 1));
    // An order that made no project has no hash: with a work type it comes in, though it is the same.
    give(&office, work_type("Lawn", &[("city", "Tulsa"), ("zip", "04101")], &[("Grass cut", "")])).await;
    let import = office.full().await;
    let reason = &import.problems[0].reason;
    assert!(reason.ends_with("does not say its state"), "{reason}");
    give(&office, work_type("Ohio", &[("city", "Tulsa"), ("zip", "04101"), ("state", "OK")], &[("Grass cut", "")]))
        .await;
    let import = office.full().await;
    assert_eq!((import.counts.added, import.problem_count), (1, 0), "{import:?}");
    assert_eq!(office.text("1", Field::City).await, "Tulsa");
    assert_eq!(tasks(&office, "1").await, [added("Grass cut", "")]);
}

#[tokio::test]
async fn rule_17_default_work_type_acts_on_new_projects_only() {
    let office = Office::filled(vec![order("1"), order("2"), order("3")]).await;
    office.delete("2").await;
    office.delete("3").await;
    office.bring_back("3").await;
    let bundle = work_type("Lawn", &[("reference", "ours"), ("country", "USA")], &[("Photo", "")]);
    give(&office, bundle).await;
    // Updated, restored because it is sent again, brought back by a person, new.
    office.sends((1..=4).map(|number| order_with(&number.to_string(), json!({ "city": "Reno" }))).collect());
    office.full().await;
    for number in ["1", "2", "3"] {
        assert_eq!(office.text(number, Field::City).await, "Reno");
        assert_eq!(office.text(number, Field::Reference).await, "");
        assert_eq!(office.text(number, Field::Country).await, "");
        assert_eq!(tasks(&office, number).await, [client("Grass cut")], "{number}");
    }
    assert_eq!(office.text("4", Field::Reference).await, "ours");
    assert_eq!(tasks(&office, "4").await, [client("Grass cut"), added("Photo", "")]);
}

#[tokio::test]
async fn rule_20_another_work_type_has_no_order_read_again() {
    let bundle = work_type("Lawn", &[("reference", "ours")], &[("Photo", "")]);
    let office = office_with(AUTO_ADMIN, bundle, vec![order("1"), order("2")]).await;
    office.fills().await;
    office.spoil();
    // What the work type is, which one it is, and whether there is one: of no concern to orders that were applied.
    let id = office.muster.work_type("lawn").await.unwrap().id;
    let changed = WorkTypeInput { id: Some(id), ..work_type("Lawn", &[("reference", "other")], &[]) };
    office.muster.save_work_type(changed).await.unwrap();
    assert_eq!(office.full().await.counts.unchanged, 2);
    give(&office, work_type("Other", &[("reference", "another")], &[])).await;
    assert_eq!(office.full().await.counts.unchanged, 2);
    office.set(choose("")).await.unwrap();
    assert_eq!(office.full().await.counts.unchanged, 2);
    assert!(office.read_since().await.is_empty());
    assert_eq!(office.text("1", Field::Reference).await, "ours");
}

#[tokio::test]
async fn rule_17_an_order_that_changes_keeps_what_the_work_type_gave_where_the_client_sends_nothing() {
    let fields = [("reference", "ours"), ("description", "ours"), ("country", "USA")];
    let sent = json!({ "reference": "the client's" });
    let office = office_with(AUTO_ADMIN, work_type("Lawn", &fields, &[]), vec![order_with("1", sent.clone())]).await;
    office.fills().await;
    assert_eq!(office.text("1", Field::Reference).await, "ours");
    let mut now = order_with("1", sent);
    now["city"] = "Reno".into();
    office.sends(vec![now]);
    office.refresh().await;
    // The matrix: with Auto Admin the reference is the client's again as soon as an order that says it is applied.
    assert_eq!(office.text("1", Field::Reference).await, "the client's");
    assert_eq!(office.text("1", Field::Description).await, "ours");
    assert_eq!(office.text("1", Field::Country).await, "USA");
}

#[tokio::test]
async fn rule_17_an_import_gives_the_work_type_as_it_was_when_it_began() {
    let office = office_with(AUTO_ADMIN, work_type("Lawn", &[("reference", "before")], &[]), vec![order("1")]).await;
    let preview = office.preview().await;
    let id = office.muster.work_type("Lawn").await.unwrap().id;
    let changed = WorkTypeInput { id: Some(id), ..work_type("Grass", &[("reference", "after")], &[]) };
    office.muster.save_work_type(changed).await.unwrap();
    let Applying::Ended(import) = preview.apply(&CancellationToken::new()).await.unwrap() else {
        panic!("nothing would be removed")
    };
    assert_eq!(import.outcome, Some(Outcome::Succeeded));
    assert_eq!(office.text("1", Field::Reference).await, "before");
    office.sends(vec![order("2")]);
    office.refresh().await;
    assert_eq!(office.text("2", Field::Reference).await, "after");
}

#[tokio::test]
async fn rule_8_an_import_does_not_run_across_another_choice_or_a_deletion() {
    for deleted in [false, true] {
        let office = office_with(AUTO_ADMIN, work_type("Lawn", &[("reference", "ours")], &[]), vec![order("1")]).await;
        let preview = office.preview().await;
        if deleted {
            let id = office.muster.work_type("Lawn").await.unwrap().id;
            office.muster.delete_work_type(id).await.unwrap();
        } else {
            office.set(choose("")).await.unwrap();
        }
        let Applying::Ended(import) = preview.apply(&CancellationToken::new()).await.unwrap() else {
            panic!("nothing would be removed")
        };
        assert_eq!(import.error.unwrap().code, ErrorCode::SettingsChanged);
        assert!(office.numbers().await.is_empty());
    }
}

#[tokio::test]
async fn a_work_type_that_is_deleted_is_given_to_nobody_any_more() {
    let office =
        office_with(AUTO_ADMIN, work_type("Lawn", &[("reference", "ours")], &[("Photo", "")]), vec![order("1")]).await;
    office.add("OTHER", &office.client, false).await.unwrap();
    office.fills().await;
    let all = office.muster.work_types().await.unwrap();
    assert_eq!(all[0].used_by, [code(CODE)]);
    assert_eq!(office.integration().await.default_work_type.as_deref(), Some("Lawn"));

    assert_eq!(office.muster.delete_work_type(all[0].id).await.unwrap(), [code(CODE)]);
    assert!(office.muster.work_types().await.unwrap().is_empty());
    assert_eq!(office.integration().await.default_work_type, None);
    assert_eq!(office.muster.delete_work_type(all[0].id).await.unwrap_err().code, ErrorCode::NotFound);
    let gone = WorkTypeInput { id: Some(all[0].id), ..work_type("Lawn", &[], &[]) };
    assert_eq!(office.muster.save_work_type(gone).await.unwrap_err().code, ErrorCode::NotFound);
    // What was given stays; what is new gets nothing.
    office.sends(vec![order("1"), order("2")]);
    office.full().await;
    assert_eq!(office.text("1", Field::Reference).await, "ours");
    assert_eq!(tasks(&office, "1").await, [client("Grass cut"), added("Photo", "")]);
    assert_eq!(office.text("2", Field::Reference).await, "");
    // An id is never that of another one.
    let next = office.muster.save_work_type(work_type("Next", &[], &[])).await.unwrap();
    assert!(next.id > all[0].id);
}

#[tokio::test]
async fn an_integration_keeps_its_work_type_through_a_new_name_and_other_changes() {
    let office = office_with(AUTO_ADMIN, work_type("Lawn", &[], &[]), vec![]).await;
    let id = office.muster.work_type("Lawn").await.unwrap().id;
    let renamed = WorkTypeInput { id: Some(id), ..work_type("lawn & more", &[], &[]) };
    office.muster.save_work_type(renamed).await.unwrap();
    office.set(IntegrationInput { name: Some("Northwind".into()), ..IntegrationInput::default() }).await.unwrap();
    let edited = office.set(choose("LAWN & MORE")).await.unwrap();
    assert_eq!(edited.default_work_type.as_deref(), Some("lawn & more"));
    let error = office.set(choose("Lawn")).await.unwrap_err();
    assert_eq!((error.code, error.fields), (ErrorCode::InvalidInput, vec!["default_work_type".to_owned()]));
    assert_eq!(office.integration().await.default_work_type.as_deref(), Some("lawn & more"));
    assert_eq!(office.set(choose(" ")).await.unwrap().default_work_type, None);
}

#[tokio::test]
async fn names_of_work_types_are_unique_whatever_their_case() {
    let office = Office::of(vec![]).await;
    let first = office.muster.save_work_type(work_type("Größe", &[], &[])).await.unwrap();
    for same in ["größe", " GRÖßE "] {
        let error = office.muster.save_work_type(work_type(same, &[], &[])).await.unwrap_err();
        assert_eq!((error.code, error.fields), (ErrorCode::Conflict, vec!["name".to_owned()]), "{same}");
    }
    let own = WorkTypeInput { id: Some(first.id), ..work_type("GRÖßE", &[], &[]) };
    assert_eq!(office.muster.save_work_type(own).await.unwrap().name, "GRÖßE");
    let bad = WorkTypeInput { fields: BTreeMap::from([("options".into(), "{}".into())]), ..work_type("x", &[], &[]) };
    assert_eq!(office.muster.save_work_type(bad).await.unwrap_err().fields, ["options"]);
    assert_eq!(office.muster.work_types().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_refresh_gives_the_work_type_too() {
    let office = office_with(EXTERNAL, work_type("Lawn", &[("reference", "ours")], &[]), vec![order("1")]).await;
    assert_eq!(office.refresh().await.counts.added, 1);
    assert_eq!(office.text("1", Field::Reference).await, "ours");
}
