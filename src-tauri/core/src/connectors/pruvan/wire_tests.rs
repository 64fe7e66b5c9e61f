use proptest::prelude::*;

use super::decode;
use crate::connectors::DecodeError;
use crate::model::{Field, WorkOrder};

fn order(text: &str) -> WorkOrder<'_> {
    decode(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// The order with only a number and this.
fn with(members: &str) -> String {
    format!("{{\"workOrderNumber\":\"7\",{members}}}")
}

/// The value of a field, and the problems.
fn field(members: &str, field: Field) -> (Option<String>, Vec<String>) {
    let text = with(members);
    let order = order(&text);
    (order.fields.text(field).map(str::to_owned), order.problems)
}

fn clean(members: &str, wanted: Field) -> Option<String> {
    let (value, problems) = field(members, wanted);
    assert!(problems.is_empty(), "{members}: {problems:?}");
    value
}

const RICH: &str = r#"{"workOrderNumber":"NW-20451","workOrderInfo":"LB 4471, gate code 0912","address1":"8 Alder Court",
 "address2":"Unit 3","city":"Tulsa","state":"OK","zip":"74101","country":"US","assignedTo":"crew.ann","status":"RUSH",
 "dueDate":"2026-12-04","startDate":"2026-12-01","instructions":"<p>Cut grass, <b>photo all sides</b></p>",
 "clientStatus":"In Field","clientDueDate":"2026-12-06","clientInstructions":"Bill to loan 77-A","description":"$85.00",
 "reference":"Grass cut","gpsLatitude":"36.15","gpsLongitude":-95.99,"source_wo_provider":"Example Bank",
 "source_wo_number":"EB-9","source_wo_id":55012,"attribute7":"{\"order\":20451}","attribute15":"x","options":null,
 "controlConfig":"c","workorderId":5,"AppID":[1],"services":[
 {"serviceName":"Grass cut","survey":null,"instructions":"Before, during, after","options":null},
 {"serviceName":"Property check","survey":"propcheck","instructions":"","options":[{"a":"true"}],"surveyDynamic":{"meta":{}},
  "source_service":"GC","source_service_id":12,"attribute30":"z","attribute16":{"a":1},"attribute17":null}]}"#;

#[test]
fn a_rich_order_is_read_field_by_field() {
    let order = order(RICH);
    assert_eq!((order.key.as_ref(), order.number.as_ref()), ("NW-20451", "NW-20451"));
    assert!(order.problems.is_empty(), "{:?}", order.problems);
    let expected = [
        (Field::WorkOrderInfo, "LB 4471, gate code 0912"),
        (Field::Address1, "8 Alder Court"),
        (Field::Address2, "Unit 3"),
        (Field::City, "Tulsa"),
        (Field::State, "OK"),
        (Field::Zip, "74101"),
        (Field::Country, "US"),
        (Field::AssignedTo, "crew.ann"),
        (Field::Status, "Rush"),
        (Field::DueDate, "2026-12-04"),
        (Field::Instructions, "<p>Cut grass, <b>photo all sides</b></p>"),
        (Field::ClientStatus, "In Field"),
        (Field::ClientDueDate, "2026-12-06"),
        (Field::ClientInstructions, "Bill to loan 77-A"),
        (Field::Description, "$85.00"),
        (Field::Reference, "Grass cut"),
        (Field::StartDate, "2026-12-01"),
        (Field::GpsLatitude, "36.15"),
        (Field::GpsLongitude, "-95.99"),
        (Field::SourceWoNumber, "EB-9"),
        (Field::SourceWoId, "55012"),
        (Field::SourceWoProvider, "Example Bank"),
        (Field::Attribute7, "{\"order\":20451}"),
        (Field::Attribute15, "x"),
        (Field::ControlConfig, "c"),
    ];
    for field in Field::ALL {
        let value = expected.iter().find(|(name, _)| *name == field).map(|(_, value)| *value);
        assert_eq!(order.fields.text(field), value, "{field:?}");
    }
    let [cut, check] = order.tasks.as_slice() else { panic!("{:?}", order.tasks) };
    assert_eq!((cut.name.as_ref(), cut.instructions.as_deref()), ("Grass cut", Some("Before, during, after")));
    assert_eq!((&cut.survey, &cut.options, &cut.attributes), (&None, &None, &None));
    assert_eq!((check.survey.as_deref(), check.instructions.as_deref()), (Some("propcheck"), Some("")));
    assert_eq!(
        (check.options.as_deref(), check.survey_dynamic.as_deref()),
        (Some("[{\"a\":\"true\"}]"), Some("{\"meta\":{}}"))
    );
    assert_eq!((check.source_service.as_deref(), check.source_service_id.as_deref()), (Some("GC"), Some("12")));
    assert_eq!(check.attributes.as_deref(), Some("{\"attribute16\":{\"a\":1},\"attribute30\":\"z\"}"));
}

#[test]
fn every_attribute_and_every_field_of_the_table_can_be_sent() {
    for field in Field::ALL {
        let name = field.name();
        let camel: String = name
            .split('_')
            .enumerate()
            .map(|(place, word)| if place == 0 { word.to_owned() } else { word[..1].to_uppercase() + &word[1..] })
            .collect();
        let wire = if name.starts_with("source_") { name } else { &camel };
        let value = match field {
            Field::Status => "Closed",
            Field::DueDate | Field::ClientDueDate | Field::StartDate => "2026-12-04",
            _ => "5",
        };
        assert!(clean(&format!("\"{wire}\":\"{value}\""), field).is_some(), "{wire}");
    }
}

#[test]
fn numbers_and_words_become_their_exact_text() {
    assert_eq!(order(r#"{"workOrderNumber":20452}"#).key, "20452");
    assert_eq!(order(r#"{"workOrderNumber":123456789012345678901234567890}"#).key, "123456789012345678901234567890");
    assert_eq!(clean(r#""zip":-0.50e+3"#, Field::Zip).as_deref(), Some("-0.50e+3"));
    assert_eq!(clean(r#""zip":true"#, Field::Zip).as_deref(), Some("true"));
}

#[test]
fn null_and_absent_are_not_sent_and_empty_is() {
    assert_eq!(clean(r#""city":null,"dueDate":null,"status":null"#, Field::City), None);
    assert_eq!(clean(r#""city":"""#, Field::City).as_deref(), Some(""));
    assert_eq!(clean(r#""options":"""#, Field::Options).as_deref(), Some(""));
    assert_eq!(clean(r#""options":null"#, Field::Options), None);
    assert_eq!(clean(r#""options":"a\tb""#, Field::Options).as_deref(), Some(r#""a\tb""#));
    assert_eq!(clean(r#""options": {"a" : [1]}"#, Field::Options).as_deref(), Some(r#"{"a" : [1]}"#));
}

#[test]
fn text_is_not_changed_and_the_number_is_trimmed() {
    let text = with(r#""city":"  a\u0000\n\"\ud83d\ude00 é\u200b ""#);
    assert_eq!(order(&text).fields.text(Field::City), Some("  a\0\n\"😀 é\u{200b} "));
    assert_eq!(order(r#"{"workOrderNumber":" \t7 "}"#).key, "7");
    assert_eq!(order(r#"{"workOrderNumber":" 7 8\u00a0"}"#).number, "7 8");
    assert_eq!(order(r#"{"work\u004frderNumber":"7"}"#).key, "7");
}

#[test]
fn a_field_of_the_wrong_type_is_a_problem_of_that_field_only() {
    let (value, problems) = field(r#""city":["Tulsa"],"state":{"a":1},"zip":"\ud800","country":"US""#, Field::Country);
    assert_eq!(value.as_deref(), Some("US"));
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[0].starts_with("city: a text is expected"), "{problems:?}");
    assert_eq!(field(r#""city":["Tulsa"]"#, Field::City).0, None);
}

#[test]
fn the_last_of_two_values_wins() {
    assert_eq!(clean(r#""city":["bad"],"city":"Tulsa""#, Field::City).as_deref(), Some("Tulsa"));
    assert_eq!(clean(r#""city":"Tulsa","city":null"#, Field::City), None);
    assert_eq!(order(r#"{"workOrderNumber":null,"workOrderNumber":"8"}"#).key, "8");
}

#[test]
fn an_order_without_a_usable_number_has_no_key() {
    for text in [
        "{}",
        r#"{"workOrderNumber":null}"#,
        r#"{"workOrderNumber":""}"#,
        r#"{"workOrderNumber":" \n"}"#,
        r#"{"workOrderNumber":["7"]}"#,
        r#"{"workOrderNumber":{}}"#,
        r#"{"workOrderNumber":"\ud800"}"#,
        "5",
        "null",
        "[]",
        "\"7\"",
        "true",
    ] {
        assert!(matches!(decode(text.as_bytes()), Err(DecodeError::NoKey(_))), "{text}: {:?}", decode(text.as_bytes()));
    }
}

#[test]
fn broken_json_damages_the_list_and_its_words_do_not_repeat_it() {
    for text in [
        "{\"secret\"}",
        "{\"workOrderNumber\":\"7\",}",
        "{\"workOrderNumber\":secret}",
        "{]",
        "{\"workOrderNumber\":\"7\"} x",
        "{\"city\":\"\n\"}",
        "{\"city\":\"\\secret\"}",
        "{\"city\":01}",
        "tru",
        "12e",
        "{\"services\":[1 2]}",
        "'7'",
    ] {
        let Err(DecodeError::Damaged(why)) = decode(text.as_bytes()) else {
            panic!("{text}: {:?}", decode(text.as_bytes()))
        };
        assert!(!why.contains("secret"), "{why}");
    }
}

#[test]
fn an_order_that_is_not_utf8_is_passed_over_by_its_number() {
    let bad = DecodeError::Bad { key: "7".to_owned(), reason: "its text is not UTF-8".to_owned() };
    assert_eq!(decode(b"{\"city\":\"\xff\",\"workOrderNumber\":\" 7\"}"), Err(bad));
    assert!(matches!(decode(b"{\"workOrderNumber\":\"7\xff\"}"), Err(DecodeError::NoKey(_))));
    assert!(matches!(decode(b"{\"city\":\"\xff\"}"), Err(DecodeError::NoKey(_))));
    assert!(matches!(decode(b"{\"city\":\xff}"), Err(DecodeError::Damaged(_))));
}

#[test]
fn a_status_is_one_of_eight_or_not_sent() {
    assert_eq!(clean(r#""status":"un-assigned""#, Field::Status).as_deref(), Some("Unassigned"));
    assert_eq!(clean(r#""status":" ""#, Field::Status), None);
    let (value, problems) = field(r#""status":"Bogus""#, Field::Status);
    assert_eq!((value, problems.as_slice()), (None, ["status: \"Bogus\" is not a known status".to_owned()].as_slice()));
}

#[test]
fn a_canceled_order_tells_so_in_the_status_of_the_client() {
    for spelling in ["canceled", "Cancelled", " CANCELED "] {
        let members = format!("\"status\":\"{spelling}\"");
        assert_eq!(clean(&members, Field::ClientStatus).as_deref(), Some("Canceled"));
        assert_eq!(clean(&members, Field::Status), None);
        let members = format!("\"clientStatus\":\"Void\",{members}");
        assert_eq!(clean(&members, Field::ClientStatus).as_deref(), Some("Void"));
    }
}

#[test]
fn a_date_that_cannot_be_read_is_a_problem_and_an_empty_one_clears() {
    assert_eq!(clean(r#""dueDate":"1/19/2018 12:00:00 AM""#, Field::DueDate).as_deref(), Some("2018-01-19"));
    assert_eq!(clean(r#""dueDate":1796342400"#, Field::DueDate).as_deref(), Some("2026-12-04"));
    assert_eq!(clean(r#""dueDate":" ""#, Field::DueDate).as_deref(), Some(""));
    let (value, problems) = field(r#""dueDate":"2026-02-30""#, Field::DueDate);
    assert_eq!(value, None);
    assert_eq!(problems, ["due_date: \"2026-02-30\" is no date that can be read"]);
    let (_, problems) = field(&format!("\"dueDate\":\"\\n{}\"", "x".repeat(500)), Field::DueDate);
    assert!(problems[0].len() < 100 && !problems[0].contains('\n'), "{problems:?}");
}

#[test]
fn empty_services_are_not_sent_and_bad_ones_are_passed_over() {
    for members in ["\"services\":null", "\"services\":[]"] {
        let text = with(members);
        assert!(order(&text).tasks.is_empty() && order(&text).problems.is_empty());
    }
    for members in ["\"services\":{}", "\"services\":\"Grass cut\"", "\"services\":5"] {
        let text = with(members);
        assert_eq!((order(&text).tasks.len(), order(&text).problems.len()), (0, 1), "{members}");
    }
    let text = with(
        r#""services":[{"serviceName":" "},{},{"serviceName":null},{"serviceName":["x"]},5,null,[],{"serviceName":12},
           {"serviceName":"A","instructions":{},"survey":"s"}]"#,
    );
    let order = order(&text);
    let names: Vec<&str> = order.tasks.iter().map(|task| task.name.as_ref()).collect();
    assert_eq!(names, ["12", "A"]);
    assert_eq!((order.tasks[1].instructions.as_deref(), order.tasks[1].survey.as_deref()), (None, Some("s")));
    assert_eq!(order.problems.len(), 8, "{:?}", order.problems);
}

#[test]
fn depth_inside_an_order_does_not_matter() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(clean(&format!("\"options\":{deep}"), Field::Options).as_deref(), Some(deep.as_str()));
    assert_eq!(clean(&format!("\"unknown\":{deep},\"city\":\"T\""), Field::City).as_deref(), Some("T"));
    assert_eq!(order(&with(&format!("\"services\":{deep}"))).problems.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives(value in any::<String>()) {
        let text = serde_json::json!({"workOrderNumber": "7", "city": value, "services": [{"serviceName": "A", "instructions": value}]}).to_string();
        let order = order(&text);
        prop_assert_eq!(order.fields.text(Field::City), Some(value.as_str()));
        prop_assert_eq!(order.tasks[0].instructions.as_deref(), Some(value.as_str()));
    }

    #[test]
    fn damage_never_panics(flips in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..8)) {
        let mut bytes = RICH.as_bytes().to_vec();
        for (place, byte) in flips {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        let _ = decode(&bytes);
    }
}
