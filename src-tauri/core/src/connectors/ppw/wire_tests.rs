use serde_json::{Value, json};

use super::row::Row;
use super::wire::{Says, decode, makes_a_project, raw};
use crate::connectors::DecodeError;
use crate::model::{Field, WorkOrder};

/// An order with every member that is known.
fn order() -> Value {
    json!({
        "wo_number": "GC-5510", "client_company_alias": "North Field Svc", "cust_text": "Conv", "loan_number": "****9921",
        "loan_type_other": "FHA", "date_received": "20260302", "date_due": "20260309", "start_date": "00000000",
        "address": "9 Elm Ct", "city": "Akron", "state": "OH", "zip": "04301", "comments": "Cut <b>front</b> and back",
        "work_type_alias": "Grass Cut", "mortgage_name": "R. Doe",
        "line_items": [
            { "desc": "Grass recut", "qty": "1.00", "price": "35.00", "total": "35.00", "add": "under 10k sq ft" },
            { "desc": "Trim", "qty": 0, "price": "0.00", "total": "0.00", "add": null },
        ],
        "pcr_forms": [{ "pcr_form_id": 3, "form_id": "12", "form_ver_id": "1", "form_required": "1" }, { "form_id": 15 }],
        "ppw_report_id": "700123", "import_user_id": null, "key_values": { "mcs_woid": "88123", "wo_number_orig": 4 },
        "lot_size": "9000", "lock_code": "35453", "key_code": 4711, "broker_name": "B. Roe", "broker_company": null,
        "broker_phone": "555-0100", "wo_status": "In Field", "has_foh": "1", "coordinates": "41.08, -81.51",
    })
}

fn row(status: &str) -> Row {
    Row { id: 700_123, wo_number: "GC-5510".into(), wo_status: status.into(), ..Row::default() }
}

fn bytes(row: &Row, order: &Value) -> Vec<u8> {
    raw(row, Some(&serde_json::value::to_raw_value(order).unwrap()))
}

fn with(status: &str, order: &Value) -> WorkOrder<'static> {
    decode(bytes(&row(status), order).leak(), false).unwrap()
}

fn changed(keys: Value) -> WorkOrder<'static> {
    let (mut order, Value::Object(keys)) = (order(), keys) else { panic!("keys are an object") };
    order.as_object_mut().unwrap().extend(keys);
    with("In Field", &order)
}

#[test]
fn an_order_becomes_what_the_protocol_says() {
    let order = with("In Field", &order());
    assert_eq!((order.key.as_ref(), order.number.as_ref()), ("700123", "GC-5510"));
    assert_eq!(order.problems, Vec::<String>::new());
    for (field, text) in [
        (Field::Address1, "9 Elm Ct"),
        (Field::City, "Akron"),
        (Field::State, "OH"),
        (Field::Zip, "04301"),
        (Field::DueDate, "2026-03-09"),
        (Field::ClientDueDate, "2026-03-09"),
        (Field::StartDate, ""),
        (Field::Instructions, "Cut <b>front</b> and back"),
        (Field::Description, "Grass Cut"),
        (Field::Reference, "****9921"),
        (Field::SourceWoProvider, "North Field Svc"),
        (Field::SourceWoId, "88123"),
        (Field::SourceWoNumber, "4"),
        (Field::ClientStatus, "In Field"),
        (Field::ClientInstructions, ""),
        (Field::GpsLatitude, "41.08"),
        (Field::GpsLongitude, "-81.51"),
        (
            Field::WorkOrderInfo,
            "Customer: Conv; Loan type: FHA; Mortgagor: R. Doe; Received: 2026-03-02; Lot size: 9000; \
             Broker: B. Roe, 555-0100; PCR forms: 12 (required), 15; Lock code: 35453; Key code: 4711",
        ),
    ] {
        assert_eq!(order.fields.text(field), Some(text), "{}", field.name());
    }
    assert_eq!(order.fields.text(Field::Status), None);
    let tasks: Vec<_> =
        order.tasks.iter().map(|task| (task.name.as_ref(), task.instructions.as_deref().unwrap())).collect();
    assert_eq!(tasks, [("Grass recut", "under 10k sq ft; quantity 1.00; price 35.00"), ("Trim", "")]);
}

#[test]
fn codes_are_masked_in_lists() {
    let order = with("In Field", &order());
    let masked = crate::mask::codes(order.fields.text(Field::WorkOrderInfo).unwrap());
    assert!(masked.ends_with("Lock code: ••••; Key code: ••••"), "{masked}");
}

#[test]
fn numbers_and_texts_are_the_same() {
    let texts = changed(json!({ "date_due": "20260309", "lock_code": "35453", "zip": "44301", "wo_number": "77" }));
    let numbers = changed(json!({ "date_due": 20_260_309, "lock_code": 35453, "zip": 44301, "wo_number": 77 }));
    assert_eq!(texts, numbers);
}

#[test]
fn the_number_is_the_orders_or_the_senders_or_ppws() {
    let mut row = Row { id: 7, org_wo_num: "3041".into(), ..Row::default() };
    let number = |row: &Row, order: &Value| decode(bytes(row, order).leak(), false).unwrap().number.into_owned();
    assert_eq!(number(&row, &order()), "GC-5510");
    assert_eq!(number(&row, &json!({ "wo_number": " " })), "3041");
    row.wo_number = "W".into();
    assert_eq!(number(&row, &json!({})), "W");
    assert_eq!(number(&Row { id: 7, ..Row::default() }, &json!({ "wo_number": null })), "7");
}

#[test]
fn each_status_has_its_meaning() {
    for (status, own) in [
        ("Unread", None),
        ("Assigned", None),
        ("Accepted", None),
        ("Rejected", None),
        ("In Field", None),
        ("Follow Up", Some("Rework")),
        ("RTV", Some("Rework")),
        ("Follow Up/RTV", Some("Rework")),
        ("Ready for Office", Some("Complete")),
        ("Invoiced", Some("Closed")),
        ("Complete", Some("Closed")),
        ("Cancelled", None),
        ("Something new", None),
    ] {
        let order = with(status, &order());
        assert_eq!(order.fields.text(Field::Status), own, "{status}");
        assert_eq!(order.fields.text(Field::ClientStatus), Some(status));
    }
    let order = decode(bytes(&row("Cancelled"), &order()).leak(), true).unwrap();
    assert_eq!(order.fields.text(Field::Status), Some("Closed"));
    // Without a status in the list, that of the order.
    assert_eq!(with("", &self::order()).fields.text(Field::ClientStatus), Some("In Field"));
}

#[test]
fn a_returned_order_says_why_until_it_is_no_follow_up_any_more() {
    let returned = |reason: &str| {
        let row = Row { returned: Some(reason.into()), ..row("Follow Up") };
        decode(bytes(&row, &order()).leak(), false).unwrap()
    };
    let order = returned("Photos are blurred");
    assert_eq!(order.fields.text(Field::ClientStatus), Some("RTV"));
    assert_eq!(order.fields.text(Field::Status), Some("Rework"));
    assert_eq!(order.fields.text(Field::ClientInstructions), Some("Returned to vendor: Photos are blurred"));
    assert_eq!(returned("").fields.text(Field::ClientInstructions), None);
    assert_eq!(with("Follow Up", &self::order()).fields.text(Field::ClientInstructions), None);
    assert_eq!(with("In Field", &self::order()).fields.text(Field::ClientInstructions), Some(""));
}

#[test]
fn a_cancelled_order_says_only_that() {
    let row = Row { cancelled_at: "1764000000".into(), ..row("Cancelled") };
    for (close, status) in [(false, None), (true, Some("Closed"))] {
        let order = decode(raw(&row, None).leak(), close).unwrap();
        assert!(order.only_if_listed && order.tasks.is_empty());
        assert_eq!((order.key.as_ref(), order.number.as_ref()), ("700123", "GC-5510"));
        assert_eq!(order.fields.text(Field::ClientStatus), Some("Cancelled"));
        assert_eq!(order.fields.text(Field::Status), status);
        assert_eq!(order.fields.text(Field::City), None);
    }
}

#[test]
fn no_date_has_many_spellings() {
    for none in [json!("00000000"), json!(""), json!("0000-00-00"), json!(0), json!("0")] {
        assert_eq!(changed(json!({ "date_due": none })).fields.text(Field::DueDate), Some(""), "{none}");
    }
    assert_eq!(changed(json!({ "date_due": null })).fields.text(Field::DueDate), None);
    for good in ["20260309", "2026-03-09", "03/09/2026"] {
        assert_eq!(changed(json!({ "date_due": good })).fields.text(Field::DueDate), Some("2026-03-09"), "{good}");
    }
    let odd = changed(json!({ "date_due": "20261345" }));
    assert_eq!(odd.fields.text(Field::DueDate), None);
    assert_eq!(odd.problems.len(), 2, "{:?}", odd.problems);
}

#[test]
fn without_lines_the_work_type_is_the_task() {
    for none in [json!([]), json!(null), json!("")] {
        let order = changed(json!({ "line_items": none }));
        assert_eq!(order.tasks.len(), 1, "{none}");
        assert_eq!(order.tasks[0].name, "Grass Cut");
    }
    let order = changed(json!({ "line_items": [{ "desc": "" }, { "desc": "Trim" }] }));
    assert_eq!(order.tasks.iter().map(|task| task.name.as_ref()).collect::<Vec<_>>(), ["Grass Cut", "Trim"]);
}

#[test]
fn what_php_makes_of_an_empty_object_is_nothing() {
    for none in [json!([]), json!(""), json!(null), json!({})] {
        let order = changed(json!({ "key_values": none, "pcr_forms": none, "broker_name": none }));
        assert!(order.problems.is_empty(), "{none}: {:?}", order.problems);
        assert_eq!(order.fields.text(Field::SourceWoId), None);
    }
}

#[test]
fn an_order_from_mcs_is_known_by_its_number_there() {
    let is_mcs = |order: &Value| Says::of(&serde_json::value::to_raw_value(order).unwrap()).is_mcs;
    assert!(is_mcs(&order()));
    assert!(is_mcs(&json!({ "key_values": { "mcs_woid": 5 } })));
    for other in [json!({}), json!({ "key_values": [] }), json!({ "key_values": { "mcs_woid": "" } }), json!([])] {
        assert!(!is_mcs(&other), "{other}");
    }
    let order = changed(json!({ "loan_number": "" }));
    assert_eq!(order.fields.text(Field::Reference), Some("88123"));
}

#[test]
fn a_position_that_is_none_is_passed_over() {
    for odd in [json!(""), json!("0,0"), json!("91,5"), json!("north"), json!(["1", "2"]), json!(7)] {
        let order = changed(json!({ "coordinates": odd }));
        assert_eq!(order.fields.text(Field::GpsLatitude), None, "{odd}");
        assert!(order.problems.is_empty());
    }
}

#[test]
fn an_order_that_is_none_counts_as_seen() {
    let twice = serde_json::value::RawValue::from_string(r#"{"city":"A","city":"B"}"#.to_owned()).unwrap();
    let delivered = raw(&row("Unread"), Some(&twice));
    assert!(matches!(decode(&delivered, false), Err(DecodeError::Bad { key, .. }) if key == "700123"));
    assert!(matches!(decode(b"{", false), Err(DecodeError::Damaged(_))));
    let order = changed(json!({ "city": { "name": "Akron" } }));
    assert_eq!(order.problems, ["city: a text is expected, but it is an object"]);
    assert!(!makes_a_project(&bytes(&row("Unread"), &json!({ "city": "Akron" }))));
    assert!(makes_a_project(&bytes(&row("Unread"), &self::order())));
}

#[test]
fn an_order_with_too_many_lines_takes_no_more_memory_than_it_is_worth() {
    let order = changed(json!({ "work_type_alias": "x".repeat(100_000), "line_items": vec![json!({}); 50_000] }));
    let names: usize = order.tasks.iter().map(|task| task.name.len()).sum();
    assert!(order.tasks.len() == 1_000 && names < 400_000, "{} {names}", order.tasks.len());
    assert!(order.problems[0].contains("line_items"), "{:?}", order.problems);
}
