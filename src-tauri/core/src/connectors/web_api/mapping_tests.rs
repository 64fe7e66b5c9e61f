use serde_json::json;

use super::*;
use description::Mapping;
use mapping::{decode, key};

fn mapping(json: Value) -> Mapping {
    serde_json::from_value(json).unwrap()
}

/// The field `description` by a rule, and the problems.
fn by(rule: &Value, record: Value) -> (Option<String>, Vec<String>) {
    let mapping = mapping(json!({ "key": { "from": ["/id", "/k"] }, "fields": { "description": rule } }));
    let mut record = record;
    record["id"] = 1.into();
    let order = decode(&mapping, &record).unwrap();
    (order.fields.text(crate::model::Field::Description).map(str::to_owned), order.problems)
}

#[test]
fn a_value_is_found_joined_named_and_mapped() {
    for (rule, record, value) in [
        (json!("/a"), json!({ "a": "x" }), Some("x")),
        (json!("/a"), json!({ "a": 1.5 }), Some("1.5")),
        (json!("/a"), json!({ "a": true }), Some("true")),
        (json!("/a"), json!({ "a": null }), None),
        (json!("/a"), json!({}), None),
        (json!("/a"), json!({ "a": "" }), Some("")),
        (json!(["/a", "/b"]), json!({ "a": " ", "b": "y" }), Some("y")),
        (json!(["/a", "/b"]), json!({ "a": "", "b": null }), Some("")),
        (json!("/l/1/n"), json!({ "l": [{ "n": 1 }, { "n": 2 }] }), Some("2")),
        (json!({ "from": ["/a", "/b"], "join": ", " }), json!({ "a": ["x", ""], "b": " y " }), Some("x, y")),
        (json!({ "constant": "z" }), json!({}), Some("z")),
        (json!({ "from": "/a", "options": "/o" }), json!({ "a": 7, "o": { "7": "Seven" } }), Some("Seven")),
        (json!({ "from": "/a", "options": "/o" }), json!({ "a": 0, "o": { "7": "Seven" } }), Some("")),
        (json!({ "from": "/a", "map": { "Open": "new" } }), json!({ "a": " OPEN " }), Some("new")),
        (json!({ "from": "/a", "map": { "Open": "new" } }), json!({ "a": "shut" }), Some("shut")),
        (json!({ "from": "/a", "map": { "Open": "new" }, "otherwise": "?" }), json!({ "a": "shut" }), Some("?")),
    ] {
        assert_eq!(by(&rule, record.clone()), (value.map(str::to_owned), Vec::new()), "{rule} {record}");
    }
    let (value, problems) = by(&json!("/a"), json!({ "a": { "b": 1 } }));
    assert_eq!((value, problems), (None, vec!["description: a text is expected, but it is an object".to_owned()]));
}

#[test]
fn dates_are_read_as_they_are_written() {
    let date = |format: Option<&str>, value: Value| {
        let rule = json!({ "from": "/d", "date": format });
        let mapping = mapping(json!({ "key": "/id", "fields": { "due_date": rule } }));
        let order = decode(&mapping, &json!({ "id": 1, "d": value })).unwrap();
        (order.fields.text(crate::model::Field::DueDate).map(str::to_owned), order.problems.len())
    };
    let day = (Some("2026-12-04".to_owned()), 0);
    for (format, value) in [
        (None, json!("2026-12-04T08:30:00+05:00")),
        (None, json!("12/4/2026")),
        (None, json!(1_796_342_400)),
        (Some("unix"), json!("1796342400.25")),
        (Some("unix_ms"), json!(1_796_342_400_999_i64)),
        (Some("%Y%m%d"), json!("20261204")),
        (Some("%d.%m.%Y"), json!(" 04.12.2026 ")),
        (Some("%Y-%m-%d %H:%M:%S%z"), json!("2026-12-04 23:59:59-0800")),
    ] {
        assert_eq!(date(format, value.clone()), day, "{format:?} {value}");
    }
    for none in [json!("00000000"), json!("0000-00-00"), json!(""), json!("0001-01-01T00:00:00")] {
        assert_eq!(date(Some("%Y%m%d"), none.clone()), (Some(String::new()), 0), "{none}");
    }
    for bad in [json!("soon"), json!("20261304"), json!([]), json!("9223372036854775807")] {
        assert_eq!(date(Some("%Y%m%d"), bad.clone()), (None, 1), "{bad}");
    }
    assert_eq!(date(Some("unix"), json!("9223372036854775807")), (None, 1));
}

#[test]
fn tasks_are_lines_of_an_order_or_the_order_itself() {
    let read = |tasks: Value, record: Value| {
        let order = decode(&mapping(json!({ "key": "/id", "tasks": tasks })), &record).unwrap();
        let names: Vec<String> = order.tasks.iter().map(|task| task.name.clone().into_owned()).collect();
        (names, order.problems)
    };
    let lines = json!({ "from": "/lines", "name": "/n" });
    let (names, problems) =
        read(lines.clone(), json!({ "id": 1, "lines": [{ "n": "A" }, { "n": " " }, 7, { "n": "B" }] }));
    assert_eq!((names, problems.len()), (vec!["A".to_owned(), "B".to_owned()], 2));
    assert_eq!(read(lines.clone(), json!({ "id": 1 })), (vec![], vec![]));
    assert_eq!(read(lines.clone(), json!({ "id": 1, "lines": {} })).1, ["tasks: a list is expected"]);
    let many: Vec<Value> = (0..1_001).map(|n| json!({ "n": n })).collect();
    assert_eq!(read(lines, json!({ "id": 1, "lines": many })).0, Vec::<String>::new());
    assert_eq!(read(json!({ "name": "/type" }), json!({ "id": 1, "type": "Lock change" })).0, ["Lock change"]);
}

#[test]
fn a_record_without_a_key_is_none() {
    let mapping = mapping(json!({ "key": "/id", "number": "/no" }));
    for (record, why) in [
        (json!([]), "no work order"),
        (json!({}), "missing"),
        (json!({ "id": null }), "missing"),
        (json!({ "id": "  " }), "empty"),
        (json!({ "id": "a\nb" }), "one line"),
        (json!({ "id": 18_446_744_073_709_551_616_f64 }), "exact"),
    ] {
        assert!(key(&mapping, &record).unwrap_err().contains(why), "{record}");
        assert!(matches!(decode(&mapping, &record), Err(DecodeError::NoKey(_))), "{record}");
    }
    let order = decode(&mapping, &json!({ "id": " A-1 ", "no": "" })).unwrap();
    assert_eq!((&*order.key, &*order.number), ("A-1", "A-1"));
}

#[test]
fn instructions_are_shown_as_they_were_written() {
    let mapping = mapping(json!({ "key": "/id", "fields": {
        "instructions": "/text", "client_instructions": { "from": "/html", "html": true }, "options": "/more" } }));
    let shown = |text: &str| {
        let order = decode(&mapping, &json!({ "id": 1, "text": text })).unwrap();
        crate::html::sanitise(order.fields.text(crate::model::Field::Instructions).unwrap())
    };
    for (text, html) in [
        ("Rear & side", "Rear &amp; side"),
        ("Rear &amp; side", "Rear &amp;amp; side"),
        ("a < b\r\nc", "a &lt; b<br>c"),
        ("the <b> key & more", "<p>the &lt;b&gt; key &amp; more</p>"),
        ("<script>x</script>\n&", "<p>&lt;script&gt;x&lt;/script&gt;<br>&amp;</p>"),
    ] {
        assert_eq!(shown(text), html);
    }
    let order = decode(&mapping, &json!({ "id": 1, "html": "<b>x</b>", "more": { "a": [1] } })).unwrap();
    let text = |field| order.fields.text(field).unwrap_or_default();
    assert_eq!(text(crate::model::Field::ClientInstructions), "<b>x</b>");
    assert_eq!(text(crate::model::Field::Options), "{\"a\":[1]}");
}

#[test]
fn an_example_of_each_ready_made_description_is_read() {
    let ready = |name: &str| load::load(&format!("ready:{name}")).unwrap().description.mapping;
    let ppw = json!({
        "report_id": 881, "address": "12 Pine Rd", "city": "Dayton", "state": "OH", "zip": "45402",
        "values": { "wo_number": "W-1", "org_wo_num": 55, "address": "12 Pine Rd", "city": "Dayton", "state": 21, "zip": "45402",
                    "work_type": 9, "client_company": 3, "date_due": "20261204", "date_due_client": "00000000",
                    "wo_status": "In Field", "category": 0, "lock_code": "A389", "key_code": "" },
        "fields": { "work_type": { "name": "Work Type", "type": "dropdown", "options": { "9": "Grass Cut" } },
                    "client_company": { "name": "Client", "type": "dropdown", "options": { "3": "Example Bank" } } },
    });
    let order = decode(&ready("ppw-api-services"), &ppw).unwrap();
    assert!(order.problems.is_empty() && order.missing_fields().is_empty(), "{order:?}");
    assert_eq!((&*order.key, &*order.number, &*order.tasks[0].name), ("881", "W-1", "Grass Cut"));
    assert_eq!(order.fields.text(crate::model::Field::State), Some("OH"));
    assert_eq!(order.fields.text(crate::model::Field::DueDate), Some("2026-12-04"));
    assert_eq!(order.fields.text(crate::model::Field::SourceWoProvider), Some("Example Bank"));

    let key = json!({ "id": "k1", "order_number": "900", "property": { "street": "1 Mill St", "city": "Joplin", "state": "MO",
        "zip": "64801" }, "state": "void", "lines": [{ "id": 1, "name": "Board up", "text": "Rear & side" }] });
    let order = decode(&ready("key-service"), &key).unwrap();
    assert!(order.problems.is_empty() && order.missing_fields().is_empty(), "{order:?}");
    assert_eq!(order.fields.text(crate::model::Field::ClientStatus), Some("void"));
    assert_eq!(order.tasks[0].instructions.as_deref(), Some("Rear & side"));
}
