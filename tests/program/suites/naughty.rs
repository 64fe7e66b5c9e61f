//! Naughty strings in every text field: they come back as they were sent.

use std::collections::HashSet;

use muster_core::{HttpLimits, model::Field};
use muster_tests::pruvan::Config;
use serde_json::{Map, Value, json};

use super::package_file;
use crate::support::{CODE, Office, core};

/// The list, and what it does not have.
fn strings() -> Vec<String> {
    let list: Vec<String> = serde_json::from_str(&package_file("blns/resources/blns.json")).expect("a list of texts");
    assert!(list.len() > 480, "the whole list");
    let controls = (0..0x20_u8).chain(0x7f..=0xff).map(|byte| format!("a{}b", char::from(byte)));
    let more = [
        "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}",
        "\u{feff}mark",
        "\u{fffd}\u{fffe}\u{ffff}\u{10ffff}",
        "e\u{301} is not \u{e9}",
        " space before and behind ",
        "\r\n two \n lines \r",
        "\\u0041\\n\\",
        "{\"a\":[1,2]}",
        "null",
        "true",
        "0",
        "NWF::1",
        "O'Neill; -- /* */",
        "%s%n{0}",
    ];
    let long = "x\u{1f511}".repeat(20_000);
    list.into_iter().chain(controls).chain(more.map(str::to_owned)).chain([long]).collect()
}

/// Text fields by their name on the wire and in JSON.
fn text_fields() -> Vec<(&'static str, &'static str)> {
    let fields = [
        ("workOrderInfo", "work_order_info"),
        ("address1", "address1"),
        ("address2", "address2"),
        ("city", "city"),
        ("state", "state"),
        ("zip", "zip"),
        ("country", "country"),
        ("assignedTo", "assigned_to"),
        ("instructions", "instructions"),
        ("clientStatus", "client_status"),
        ("clientInstructions", "client_instructions"),
        ("description", "description"),
        ("reference", "reference"),
        ("gpsLatitude", "gps_latitude"),
        ("gpsLongitude", "gps_longitude"),
        ("source_wo_number", "source_wo_number"),
        ("source_wo_id", "source_wo_id"),
        ("source_wo_provider", "source_wo_provider"),
        ("attribute7", "attribute7"),
        ("attribute8", "attribute8"),
        ("attribute9", "attribute9"),
        ("attribute10", "attribute10"),
        ("attribute11", "attribute11"),
        ("attribute12", "attribute12"),
        ("attribute13", "attribute13"),
        ("attribute14", "attribute14"),
        ("attribute15", "attribute15"),
        ("controlConfig", "control_config"),
    ];
    // Status, options and the three dates are no texts.
    assert_eq!(fields.len(), Field::ALL.len() - 5, "no field is forgotten");
    fields.to_vec()
}

const TASK: [(&str, &str); 5] = [
    ("serviceName", "name"),
    ("instructions", "instructions"),
    ("survey", "survey"),
    ("source_service", "source_service"),
    ("source_service_id", "source_service_id"),
];

fn order(number: &str, text: &str) -> Value {
    let mut order = json!({ "workOrderNumber": number });
    for (wire, _) in text_fields() {
        order[wire] = text.into();
    }
    let mut task: Map<String, Value> = TASK.iter().map(|(wire, _)| ((*wire).to_owned(), text.into())).collect();
    task.insert("attribute16".into(), text.into());
    task.insert("attribute30".into(), text.into());
    order["services"] = json!([task]);
    order
}

/// An office of an Internal client, which may also assign.
async fn office() -> Office {
    let office = Office::alone(Config::orders(0)).await;
    office.add(CODE, &["--mode", "internal"]).await.ok();
    office
}

#[tokio::test]
async fn in_every_text_field_they_come_back_unchanged() {
    let office = office().await;
    // An empty text says that there is none, which a project cannot be made without.
    let strings: Vec<String> = strings().into_iter().filter(|text| !text.trim().is_empty()).collect();
    office.with_client(|state| {
        for (place, text) in strings.iter().enumerate() {
            state.orders.push_raw(order(&format!("N-{place:04}"), text).to_string());
        }
    });
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["problems"]), (&json!(strings.len()), &json!([])), "{import}");

    let list = office.projects().await;
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), strings.len());
    for (project, text) in list.iter().zip(&strings) {
        same(project, text);
    }
    // One by one: each in this process, and some through the program.
    let muster = core::open(&office, HttpLimits::default()).await;
    for (place, text) in strings.iter().enumerate() {
        let number = format!("N-{place:04}");
        let detail = muster.project(&core::code(), &number).await.unwrap();
        same(&serde_json::to_value(&detail).unwrap(), text);
        if place % 40 == 0 || place + 20 > strings.len() {
            same(&office.json(&["projects", "show", &format!("{CODE}::{number}")]).await.ok(), text);
        }
    }
    // They are found as what they are by the next import: nothing has changed.
    office.with_client(|state| {
        for place in 0..strings.len() {
            state.orders.edit(place, |keys| {
                keys.insert("xTouched".into(), true.into());
            });
        }
    });
    let again = office.json(&["full-import", CODE]).await.ok();
    assert_eq!(again["unchanged"], strings.len(), "{again}");
}

/// A project says that text in every field.
#[track_caller]
fn same(project: &Value, text: &str) {
    let number = &project["work_order_number"];
    for (_, name) in text_fields() {
        assert!(project[name] == text, "{number} {name}: {:?} is {:?}", short(text), short(&project[name].to_string()));
    }
    let task = &project["tasks"][0];
    for (_, name) in TASK {
        assert!(task[name] == text, "{number} task {name}: {:?} is {:?}", short(text), short(&task[name].to_string()));
    }
    for attribute in ["attribute16", "attribute30"] {
        assert!(task["attributes"][attribute] == text, "{number} {attribute}: {:?}", short(text));
    }
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

#[tokio::test]
async fn blank_ones_clear_a_field_or_are_kept_but_never_spoil_it() {
    let office = office().await;
    office.with_client(|state| state.orders.push_raw(order("N-1", "full").to_string()));
    office.json(&["full-import", CODE]).await.ok();
    for text in strings().into_iter().filter(|text| text.trim().is_empty()) {
        office.with_client(|state| state.orders.replace(0, order("N-1", &text).to_string()));
        let import = office.json(&["full-import", CODE]).await.ok();
        assert_eq!(import["removed"], 0, "{text:?}: {import}");
        let project = office.json(&["projects", "show", "NWF::N-1"]).await.ok();
        for (_, name) in text_fields() {
            let value = &project[name];
            assert!(value.is_null() || *value == text || value == "full", "{name} {text:?}: {value}");
        }
        // What a project needs is still there.
        for name in ["address1", "city", "state", "zip"] {
            assert!(project[name].as_str().is_some_and(|value| !value.is_empty()), "{name} {text:?}: {project}");
        }
    }
}

#[tokio::test]
async fn as_the_number_of_an_order_they_name_it() {
    let office = office().await;
    let mut known = HashSet::new();
    // Numbers are trimmed; what is then the same, or nothing, is another rule's business.
    let numbers: Vec<String> = strings()
        .into_iter()
        .filter(|text| !text.trim().is_empty() && text.len() < 5_000 && known.insert(text.trim().to_owned()))
        .collect();
    office.with_client(|state| {
        for number in &numbers {
            let mut order = order("", "text");
            order["workOrderNumber"] = number.as_str().into();
            state.orders.push_raw(order.to_string());
        }
    });
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["problems"]), (&json!(numbers.len()), &json!([])), "{import}");
    let there: HashSet<String> = office.numbers().await.into_iter().collect();
    let muster = core::open(&office, HttpLimits::default()).await;
    for (place, number) in numbers.iter().enumerate() {
        let number = number.trim();
        assert!(there.contains(number), "{number:?}");
        let detail = muster.project(&core::code(), number).await.unwrap();
        assert_eq!(detail.project.number, number);
        if place % 60 == 0 && !number.contains('\0') {
            let shown = office.json(&["projects", "show", &format!("{CODE}::{number}")]).await.ok();
            assert_eq!(shown["number"], format!("{CODE}::{number}"));
        }
    }
    assert_eq!(office.json(&["full-import", CODE]).await.ok()["unchanged"], numbers.len());
}

#[tokio::test]
async fn as_keys_that_nobody_knows_they_are_passed_over() {
    let office = office().await;
    office.with_client(|state| {
        let mut order = order("N-1", "text");
        for key in strings() {
            order[key.as_str()] = json!({ "workOrderNumber": key });
        }
        state.orders.push_raw(order.to_string());
    });
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["problems"]), (&json!(1), &json!([])), "{import}");
    same(&office.json(&["projects", "show", "NWF::N-1"]).await.ok(), "text");
}
