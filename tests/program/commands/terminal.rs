//! What a client writes must not steer the terminal of whoever looks at it.

use muster_tests::pruvan::{Config, Day};
use serde_json::{Value, json};

use crate::support::{CODE, Office};

/// Colours, a bell, a window title, a cleared screen, C1 controls, text that runs backwards, a carriage return.
const HOSTILE: &str = "a\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J\u{8}\u{7f}\u{202e}txet\u{2066}\rover\u{0}end";

fn steers(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\n' | '\t'))
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[track_caller]
fn harmless(what: &str, output: &str) {
    if let Some(letter) = output.chars().find(|letter| steers(*letter)) {
        panic!("{what}: {letter:?} in {output:?}");
    }
}

async fn hostile_office() -> Office {
    let office = Office::with(Config::orders(0)).await;
    let mut order = json!({ "workOrderNumber": format!("N-1{HOSTILE}"), "services": [
        { "serviceName": HOSTILE, "instructions": HOSTILE, "survey": HOSTILE } ] });
    let keys = [
        "workOrderInfo",
        "address1",
        "address2",
        "city",
        "state",
        "zip",
        "country",
        "assignedTo",
        "instructions",
        "clientStatus",
        "clientInstructions",
        "description",
        "reference",
        "attribute7",
    ];
    for key in keys {
        order[key] = HOSTILE.into();
    }
    let mut bad = order.clone();
    bad["workOrderNumber"] = format!("N-2{HOSTILE}").into();
    bad["dueDate"] = HOSTILE.into();
    bad["status"] = HOSTILE.into();
    office.with_client(|state| {
        state.orders.push_raw(order.to_string());
        state.orders.push_raw(bad.to_string());
    });
    office.json(&["full-import", CODE]).await.ok();
    office
}

#[tokio::test]
async fn control_characters_of_a_client_never_reach_a_person() {
    let office = hostile_office().await;
    let number = format!("NWF::{}", office.numbers().await[0]);
    let mut outputs = Vec::new();
    for args in [
        &["projects", "list"][..],
        &["imports", "show", "1"],
        &["full-import", CODE],
        &["full-import", CODE, "--preview"],
    ] {
        let done = office.human(args).await;
        assert_eq!(done.status, Some(0), "{args:?}: {}", done.err);
        outputs.push(done);
    }
    office.client.day(Day::Unauthorized { message: HOSTILE.into() });
    outputs.push(office.human(&["refresh", CODE]).await);
    outputs.push(office.human(&["integration", "list"]).await);
    outputs.push(office.human(&["integration", "show", CODE]).await);
    outputs.push(office.human(&["imports", "list"]).await);
    office.client.day(Day::Unauthorized { message: HOSTILE.into() });
    outputs.push(office.human(&["validate", CODE]).await);
    office.with_client(|state| state.orders.remove_some(2, 1));
    outputs.push(office.human(&["full-import", CODE]).await);
    outputs.push(office.human(&["removals"]).await);
    outputs.push(office.human(&["projects", "show", number.replace('\0', "").as_str()]).await);
    for done in &outputs {
        harmless("standard output", &done.out);
        harmless("standard error", &done.err);
    }
    assert!(outputs[0].out.contains("N-1a"), "{}", outputs[0].out);
}

#[tokio::test]
async fn json_says_every_character_and_none_raw() {
    let office = hostile_office().await;
    let done = office.json(&["projects", "list"]).await;
    harmless("standard output", &done.out);
    let list = done.ok();
    let one = list.as_array().unwrap().iter().find(|one| one["due_date"] != Value::Null).unwrap();
    for field in ["address1", "city", "client_status", "reference", "attribute7"] {
        assert_eq!(one[field], HOSTILE, "{field}");
    }
    assert_eq!(one["tasks"][0]["name"], HOSTILE);
    assert!(one["work_order_number"].as_str().unwrap().ends_with(HOSTILE));
}
