//! The matrix of section 8 of the protocol's reference, through real imports; and dates and statuses on the whole way.

use muster_core::model::{AutoAdmin, Field, Mode};
use serde_json::{Value, json};

use crate::support::{AUTO_ADMIN, EXTERNAL, INTERNAL, Office, Setup, order_with};

/// A group of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    /// The client overwrites it in every mode.
    Clients,
    /// Internal and Auto Admin overwrite it.
    Shared,
    /// Internal overwrites it; an External one takes the default when it is created.
    Assigned,
}

/// Row, key on the wire, field, what the client sends first and then.
fn rows() -> Vec<(Row, String, Field, Value, Value)> {
    use Row::{Assigned, Clients, Shared};
    let mut rows: Vec<(Row, &str, Field, Value, Value)> = vec![
        (Clients, "clientStatus", Field::ClientStatus, "New".into(), "Paid".into()),
        (Clients, "clientDueDate", Field::ClientDueDate, "2026-12-01".into(), "2026-12-11".into()),
        (Clients, "clientInstructions", Field::ClientInstructions, "<p>a</p>".into(), "<p>b</p>".into()),
        (Clients, "address1", Field::Address1, "1 Elm".into(), "2 Oak".into()),
        (Clients, "address2", Field::Address2, "Unit 1".into(), "Unit 2".into()),
        (Clients, "city", Field::City, "Tulsa".into(), "Reno".into()),
        (Clients, "state", Field::State, "OK".into(), "Nevada".into()),
        (Clients, "zip", Field::Zip, "04101".into(), "89501".into()),
        (Clients, "country", Field::Country, "US".into(), "USA".into()),
        (Shared, "description", Field::Description, "$45".into(), "$50".into()),
        (Shared, "reference", Field::Reference, "loan 1".into(), "loan 2".into()),
        (Shared, "workOrderInfo", Field::WorkOrderInfo, "LB 1".into(), "LB 2".into()),
        (Shared, "options", Field::Options, json!({ "a": "1" }), json!({ "a": "2" })),
        (Shared, "instructions", Field::Instructions, "<b>a</b>".into(), "<b>b</b>".into()),
        (Shared, "status", Field::Status, "Rush".into(), "Complete".into()),
        (Shared, "dueDate", Field::DueDate, "2026-12-02".into(), "2026-12-12".into()),
        (Assigned, "assignedTo", Field::AssignedTo, "crew.ann".into(), "crew.ben".into()),
        (Clients, "gpsLatitude", Field::GpsLatitude, "36.1".into(), "36.2".into()),
        (Clients, "gpsLongitude", Field::GpsLongitude, "-95.1".into(), "-95.2".into()),
        (Clients, "source_wo_number", Field::SourceWoNumber, "E1".into(), "E2".into()),
        (Clients, "source_wo_id", Field::SourceWoId, "7".into(), "8".into()),
        (Clients, "source_wo_provider", Field::SourceWoProvider, "Bank".into(), "REO".into()),
        (Clients, "startDate", Field::StartDate, "2026-11-01".into(), "2026-11-11".into()),
        (Clients, "controlConfig", Field::ControlConfig, "c1".into(), "c2".into()),
    ];
    let attributes = Field::ALL.into_iter().filter(|field| field.name().starts_with("attribute"));
    rows.extend(attributes.map(|field| (Clients, field.name(), field, "x1".into(), "x2".into())));
    assert_eq!(rows.len(), Field::COUNT, "a field has no row");
    rows.into_iter().map(|(row, key, field, first, then)| (row, key.to_owned(), field, first, then)).collect()
}

/// An order with the first or the second values.
fn sent(then: bool) -> Value {
    let services =
        if then { json!([{ "serviceName": "Lock change" }]) } else { json!([{ "serviceName": "Grass cut" }]) };
    let mut order = json!({ "workOrderNumber": "1", "services": services });
    for (_, key, _, first, second) in rows() {
        order[key] = if then { second } else { first };
    }
    order
}

/// A value as it is stored.
fn stored(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a person makes of the fields that people may edit.
fn ours(field: Field) -> &'static str {
    match field {
        Field::Status => "Rework",
        Field::DueDate => "2026-12-22",
        Field::Options => r#"{"ours":"1"}"#,
        _ => "ours",
    }
}

async fn goes_by_the_matrix(rule: (Mode, AutoAdmin)) {
    let office = Setup { default_assign_to: "crew.default", ..Setup::of(rule) }.office(vec![sent(false)]).await;
    office.fills().await;
    for (row, key, field, first, _) in rows() {
        let expected = match row {
            Row::Assigned if rule.0 == Mode::External => "crew.default".to_owned(),
            _ => stored(&first),
        };
        assert_eq!(office.text("1", field).await, expected, "{key} after it was created");
    }
    for (_, _, field, ..) in rows().into_iter().filter(|(row, ..)| *row != Row::Clients) {
        office.edit("1", field, ours(field)).await;
    }
    office.sends(vec![sent(true)]);
    assert_eq!(office.refresh().await.counts.changed, 1);
    for (row, key, field, _, then) in rows() {
        let overwrites = match row {
            Row::Clients => true,
            Row::Shared => rule != EXTERNAL,
            Row::Assigned => rule.0 == Mode::Internal,
        };
        let expected = if overwrites { stored(&then) } else { ours(field).to_owned() };
        assert_eq!(office.text("1", field).await, expected, "{key} after an update");
    }
    let task = if rule == EXTERNAL { "Grass cut" } else { "Lock change" };
    let tasks = office.project("1").await.project.tasks;
    assert_eq!(tasks.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), [task]);
}

#[tokio::test]
async fn rule_14_the_matrix_of_an_internal_integration() {
    goes_by_the_matrix(INTERNAL).await;
}

#[tokio::test]
async fn rule_14_the_matrix_of_an_external_integration_with_auto_admin() {
    goes_by_the_matrix(AUTO_ADMIN).await;
}

#[tokio::test]
async fn rule_14_the_matrix_of_an_external_integration_without_auto_admin() {
    goes_by_the_matrix(EXTERNAL).await;
}

#[tokio::test]
async fn rule_14_internal_overwrites_whatever_auto_admin_says() {
    goes_by_the_matrix((Mode::Internal, AutoAdmin::Off)).await;
}

#[tokio::test]
async fn what_is_not_sent_takes_its_default_when_a_project_is_created() {
    let today = || jiff::ZonedDateTime::now().date().to_string();
    for (rule, default, assigned, status) in [
        (AUTO_ADMIN, "", "", "Unassigned"),
        (AUTO_ADMIN, "crew.ann", "crew.ann", "Assigned"),
        (INTERNAL, "crew.ann", "", "Unassigned"),
    ] {
        let order = order_with("1", json!({ "dueDate": null, "description": "" }));
        let before = today();
        let office = Setup { default_assign_to: default, ..Setup::of(rule) }.office(vec![order]).await;
        office.fills().await;
        let due = office.text("1", Field::DueDate).await;
        assert!(due == before || due == today(), "{due}");
        assert_eq!(office.text("1", Field::ClientDueDate).await, due);
        assert_eq!(office.text("1", Field::AssignedTo).await, assigned);
        assert_eq!(office.text("1", Field::Status).await, status);
        assert_eq!(office.project("1").await.project.fields[Field::Description], None);
    }
}

/// Imports orders with these values under `key`, and gives what became of `field` of the first, the second, ...
async fn on_the_whole_way(key: &str, values: &[Value], field: Field) -> (Office, Vec<String>) {
    let orders =
        values.iter().enumerate().map(|(n, value)| order_with(&n.to_string(), json!({ key: value }))).collect();
    let office = Office::of(orders).await;
    office.full().await;
    let mut texts = Vec::new();
    for n in 0..values.len() {
        texts.push(office.text(&n.to_string(), field).await);
    }
    (office, texts)
}

#[tokio::test]
async fn dates_stay_the_calendar_dates_that_were_written() {
    let written = [
        json!("2026-12-04"),
        json!("2026-12-04T23:59:59-12:00"),
        json!("2026-12-04T00:00:00+14:00"),
        json!("2026-12-04 1200 +5"),
        json!("12/4/2026"),
        json!("12/4/2026 12:00:00 AM"),
        json!("12/4/2026 23:00"),
        json!(1_796_342_400),
        json!("1796428799"),
    ];
    for (key, field) in
        [("dueDate", Field::DueDate), ("clientDueDate", Field::ClientDueDate), ("startDate", Field::StartDate)]
    {
        let (office, dates) = on_the_whole_way(key, &written, field).await;
        assert_eq!(dates, vec!["2026-12-04"; written.len()], "{key}");
        assert_eq!(office.muster.imports(None, 1).await.unwrap()[0].problem_count, 0);
    }
}

#[tokio::test]
async fn a_date_that_cannot_be_read_keeps_the_old_one_and_is_reported() {
    let office = Setup::of(AUTO_ADMIN).office(vec![order_with("1", json!({ "clientDueDate": "2026-12-06" }))]).await;
    office.fills().await;
    for bad in ["tomorrow", "2026-02-30", "0000-00-00", "13/13/2026"] {
        office.sends(vec![order_with("1", json!({ "dueDate": bad, "clientDueDate": bad }))]);
        let import = office.refresh().await;
        assert_eq!(import.problem_count, 2, "{bad}");
        assert!(import.problems[0].reason.contains(bad), "{:?}", import.problems);
        assert_eq!(office.text("1", Field::DueDate).await, "2026-12-04");
        assert_eq!(office.text("1", Field::ClientDueDate).await, "2026-12-06");
    }
}

#[tokio::test]
async fn statuses_are_read_however_they_are_spelled() {
    let spelled = ["Un-assigned", "assigned", "RUSH", "re work", "complete", "Submitted", "invoiced", "CLOSED"];
    let (_, statuses) = on_the_whole_way("status", &spelled.map(Value::from), Field::Status).await;
    let expected = ["Unassigned", "Assigned", "Rush", "Rework", "Complete", "Submitted", "Invoiced", "Closed"];
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn an_unknown_status_keeps_ours_and_is_reported_and_canceled_is_the_clients() {
    let office = Setup::of(INTERNAL).office(vec![order_with("1", json!({ "status": "Rush" }))]).await;
    office.fills().await;
    office.sends(vec![order_with("1", json!({ "status": "On the moon" }))]);
    let import = office.refresh().await;
    assert!(import.problems[0].reason.contains("On the moon"), "{import:?}");
    assert_eq!(office.text("1", Field::Status).await, "Rush");
    office.sends(vec![order_with("1", json!({ "status": "canceled" }))]);
    assert_eq!(office.refresh().await.problem_count, 0);
    assert_eq!(office.text("1", Field::Status).await, "Rush");
    assert_eq!(office.text("1", Field::ClientStatus).await, "Canceled");
    office.sends(vec![order_with("1", json!({ "status": "canceled", "clientStatus": "Withdrawn" }))]);
    office.refresh().await;
    assert_eq!(office.text("1", Field::ClientStatus).await, "Withdrawn");
}
