//! The rules of merging, one by one.

use std::borrow::Cow;

use super::*;
use crate::model::{IntegrationCode, WorkTypeTask};

fn rule(mode: Mode, auto_admin: AutoAdmin) -> Rule {
    Rule { mode, auto_admin, default_assign_to: None, work_type: None, today: jiff::civil::date(2026, 11, 23) }
}

const INTERNAL: (Mode, AutoAdmin) = (Mode::Internal, AutoAdmin::Off);
const ON: (Mode, AutoAdmin) = (Mode::External, AutoAdmin::On);
const OFF: (Mode, AutoAdmin) = (Mode::External, AutoAdmin::Off);

fn order(values: &[(Field, &'static str)]) -> WorkOrder<'static> {
    let mut order = WorkOrder { key: "1".into(), number: "1".into(), ..WorkOrder::default() };
    for (field, text) in values {
        order.fields[*field] = Some(Cow::Borrowed(*text));
    }
    order
}

fn whole(values: &[(Field, &'static str)]) -> WorkOrder<'static> {
    let place = [(Field::Address1, "8 Alder Ct"), (Field::City, "Tulsa"), (Field::State, "OK"), (Field::Zip, "01234")];
    let mut order = order(&[&place, values].concat());
    order.tasks = vec![task("Grass cut", Some("front"))];
    order
}

fn task(name: &'static str, instructions: Option<&'static str>) -> WorkOrderTask<'static> {
    WorkOrderTask { name: name.into(), instructions: instructions.map(Cow::Borrowed), ..WorkOrderTask::default() }
}

fn project(values: &[(Field, &'static str)]) -> Project {
    let created = create(whole(values), &rule(Mode::Internal, AutoAdmin::Off)).unwrap();
    Project {
        id: 1,
        integration: Some(1),
        code: "NWF".parse::<IntegrationCode>().unwrap(),
        key: "1".to_owned(),
        number: "1".to_owned(),
        fields: created.fields,
        tasks: created.tasks,
        kept: false,
        created_at: jiff::Timestamp::UNIX_EPOCH,
        changed_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn changes(
    project: &Project,
    order: WorkOrder<'static>,
    (mode, auto): (Mode, AutoAdmin),
) -> Vec<(Field, Option<String>)> {
    update(project, order, &rule(mode, auto)).fields
}

fn changed(field: Field, text: &str) -> Vec<(Field, Option<String>)> {
    vec![(field, Some(text.to_owned()))]
}

#[test]
fn an_order_that_lacks_what_a_project_needs_creates_none_and_says_what() {
    let mut order = whole(&[(Field::City, "")]);
    order.tasks.clear();
    let reason = create(order, &rule(Mode::Internal, AutoAdmin::Off)).unwrap_err();
    assert!(reason.contains("city") && reason.contains("services") && !reason.contains("zip"), "{reason}");
}

#[test]
fn a_new_project_without_dates_is_due_today_for_the_client_too() {
    let created = create(whole(&[]), &rule(Mode::External, AutoAdmin::On)).unwrap();
    assert_eq!(created.fields.text(Field::DueDate), Some("2026-11-23"));
    assert_eq!(created.fields.text(Field::ClientDueDate), Some("2026-11-23"));
    let created = create(whole(&[(Field::DueDate, "2026-12-04")]), &rule(Mode::External, AutoAdmin::On)).unwrap();
    assert_eq!(created.fields.text(Field::ClientDueDate), Some("2026-12-04"));
}

#[test]
fn a_new_project_is_assigned_by_the_client_in_internal_mode_and_by_default_in_external() {
    let sent = || whole(&[(Field::AssignedTo, "ann")]);
    let created = create(sent(), &rule(Mode::Internal, AutoAdmin::On)).unwrap().fields;
    assert_eq!((created.text(Field::AssignedTo), created.text(Field::Status)), (Some("ann"), Some("Assigned")));
    let created = create(sent(), &rule(Mode::External, AutoAdmin::On)).unwrap().fields;
    assert_eq!((created.text(Field::AssignedTo), created.text(Field::Status)), (None, Some("Unassigned")));
    let default = Rule { default_assign_to: Some("~all~".to_owned()), ..rule(Mode::External, AutoAdmin::On) };
    let created = create(sent(), &default).unwrap().fields;
    assert_eq!((created.text(Field::AssignedTo), created.text(Field::Status)), (Some("~all~"), Some("Assigned")));
    let created = create(whole(&[(Field::Status, "Rush")]), &default).unwrap().fields;
    assert_eq!(created.text(Field::Status), Some("Rush"));
}

#[test]
fn the_matrix_decides_what_an_update_overwrites() {
    for field in Field::ALL {
        let text = match field.kind() {
            Kind::Date => "2027-01-01",
            Kind::Status => "Rework",
            Kind::Json => "{\"a\":1}",
            Kind::Text | Kind::Html => "new",
        };
        let project = project(&[(Field::AssignedTo, "ann")]);
        for (rule, kept) in
            [(INTERNAL, false), (ON, field.group() == Group::Assignment), (OFF, field.group() != Group::Client)]
        {
            let expected = if kept { Vec::new() } else { changed(field, text) };
            assert_eq!(changes(&project, order(&[(field, text)]), rule), expected, "{field:?} {rule:?}");
        }
    }
}

#[test]
fn what_is_not_sent_stays_and_an_empty_text_clears_what_is_optional() {
    let project = project(&[(Field::Reference, "R1")]);
    assert_eq!(changes(&project, order(&[]), INTERNAL), []);
    assert_eq!(changes(&project, order(&[(Field::Reference, "")]), INTERNAL), [(Field::Reference, None)]);
    assert_eq!(changes(&project, order(&[(Field::Zip, "")]), INTERNAL), []);
    assert_eq!(changes(&project, order(&[(Field::Address2, "")]), INTERNAL), [], "there is nothing to clear");
}

#[test]
fn the_same_json_written_differently_is_no_change() {
    let project = project(&[(Field::Options, "{\"a\":1,\"b\":2}")]);
    assert_eq!(changes(&project, order(&[(Field::Options, "{ \"b\": 2, \"a\": 1 }")]), INTERNAL), []);
}

#[test]
fn assigning_an_unassigned_project_makes_it_assigned_and_clearing_does_the_reverse() {
    let assigned = project(&[(Field::AssignedTo, "ann")]);
    let free = project(&[]);
    assert_eq!(
        changes(&free, order(&[(Field::AssignedTo, "bob")]), INTERNAL),
        [changed(Field::AssignedTo, "bob"), changed(Field::Status, "Assigned")].concat()
    );
    assert_eq!(
        changes(&assigned, order(&[(Field::AssignedTo, "")]), INTERNAL),
        [vec![(Field::AssignedTo, None)], changed(Field::Status, "Unassigned")].concat()
    );
    // Sent in every import, it must not flip to and fro.
    assert_eq!(changes(&assigned, order(&[(Field::Status, "Unassigned")]), INTERNAL), []);
    let rush = project(&[(Field::AssignedTo, "ann"), (Field::Status, "Rush")]);
    assert_eq!(changes(&rush, order(&[(Field::AssignedTo, "")]), INTERNAL), [(Field::AssignedTo, None)]);
}

#[test]
fn an_update_replaces_the_clients_tasks_only_by_name_and_occurrence() {
    let mut project = project(&[]);
    let own = Task { origin: Origin::Person, name: "Call".to_owned(), ..project.tasks[0].clone() };
    project.tasks = vec![
        Task { instructions: Some("first".to_owned()), ..project.tasks[0].clone() },
        Task { instructions: Some("second".to_owned()), ..project.tasks[0].clone() },
        own.clone(),
    ];
    let mut sent = order(&[]);
    sent.tasks = vec![task("New", None), task("Grass cut", None), task("Grass cut", Some(""))];
    let tasks = update(&project, sent, &rule(Mode::Internal, AutoAdmin::Off)).tasks.unwrap();
    let seen: Vec<_> = tasks.iter().map(|task| (task.name.as_str(), task.instructions.as_deref())).collect();
    assert_eq!(seen, [("New", None), ("Grass cut", Some("first")), ("Grass cut", None), ("Call", Some("front"))]);
    assert_eq!(tasks[3], own);
}

#[test]
fn no_tasks_is_not_sent_and_without_auto_admin_they_stay() {
    let project = project(&[]);
    assert!(update(&project, order(&[]), &rule(Mode::Internal, AutoAdmin::Off)).tasks.is_none());
    let mut sent = order(&[]);
    sent.tasks = vec![task("Other", None)];
    assert!(update(&project, sent.clone(), &rule(Mode::External, AutoAdmin::Off)).tasks.is_none());
    assert!(update(&project, sent, &rule(Mode::External, AutoAdmin::On)).tasks.is_some());
}

#[test]
fn a_work_type_overwrites_two_fields_fills_the_others_and_adds_the_tasks_that_are_missing() {
    let values = [("reference", "ours"), ("country", "USA"), ("city", "Reno"), ("assigned_to", "ann")];
    let fields = values.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let tasks = ["Grass Cut", "Photo"].map(|name| WorkTypeTask { name: name.to_owned(), instructions: None });
    let work_type = Some(WorkType::new("Lawn", &fields, tasks.into()).unwrap());
    for mode in [Mode::Internal, Mode::External] {
        let rule = Rule { work_type: work_type.clone(), ..rule(mode, AutoAdmin::On) };
        let created = create(whole(&[(Field::Reference, "theirs")]), &rule).unwrap();
        let text = |field| created.fields.text(field);
        assert_eq!((text(Field::Reference), text(Field::Country)), (Some("ours"), Some("USA")));
        assert_eq!((text(Field::City), text(Field::Description)), (Some("Tulsa"), None));
        assert_eq!((text(Field::AssignedTo), text(Field::Status)), (Some("ann"), Some("Assigned")));
        let seen: Vec<_> = created.tasks.iter().map(|task| (task.origin, task.name.as_str())).collect();
        assert_eq!(seen, [(Origin::Client, "Grass cut"), (Origin::WorkType, "Photo")]);
    }
}

#[test]
fn an_update_does_not_look_at_the_work_type() {
    let fields = [("reference".to_owned(), "ours".to_owned())].into();
    let tasks = vec![WorkTypeTask { name: "Photo".to_owned(), instructions: None }];
    let rule =
        Rule { work_type: Some(WorkType::new("Lawn", &fields, tasks).unwrap()), ..rule(Mode::External, AutoAdmin::On) };
    assert!(update(&project(&[]), whole(&[]), &rule).is_empty());
}
