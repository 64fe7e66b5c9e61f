use serde_json::json;

use super::*;
use crate::connectors::List;
use crate::connectors::kept::Kept;
use crate::http::testing::{Server, answer, limits};

const OK: &str = "200 OK";

fn settings(server: &Server) -> Value {
    json!({ "url": server.url("/link"), "username": "acme.office", "password": "hunter2" })
}

fn connection(server: &Server, memory: Value) -> Connection {
    Connection::new(settings(server), Arc::new(Http::new(limits()).unwrap()), memory)
}

fn good(result: &Value) -> Vec<u8> {
    answer(OK, "", &json!({ "success": true, "error": false, "result_data": result }).to_string())
}

fn bad(words: &str) -> Vec<u8> {
    answer(
        OK,
        "",
        &json!({ "success": false, "error": true, "return_error_msg": words, "result_data": "" }).to_string(),
    )
}

fn stub(id: u64) -> Value {
    json!({ "report_id": id, "wo_number": format!("W-{id}"), "org_wo_num": "1", "wo_status": "In Field" })
}

/// The same as it is kept.
fn row(id: u64) -> row::Row {
    row::Row {
        id,
        wo_number: format!("W-{id}"),
        org_wo_num: "1".into(),
        wo_status: "In Field".into(),
        ..row::Row::default()
    }
}

fn order(mcs: &str) -> Value {
    json!({ "address": "9 Elm Ct", "city": "Akron", "state": "OH", "zip": "44301", "work_type_alias": "Grass Cut",
        "key_values": { "mcs_woid": mcs } })
}

/// The events that were asked for, and the report id of each that has one.
fn asked(server: &Server) -> Vec<String> {
    let event = |request: &String| {
        let body = request.split_once("\r\n\r\n").unwrap().1;
        let payload = url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "payload").unwrap().1;
        let payload: Value = serde_json::from_str(&payload).unwrap();
        let data: Value = serde_json::from_str(payload["event_data"].as_str().unwrap()).unwrap();
        let id = data["report_id"].as_str().map(|id| format!(" {id}")).unwrap_or_default();
        format!("{}{id}", payload["event_name"].as_str().unwrap())
    };
    server.seen().iter().map(event).collect()
}

/// A full import of these orders, which are asked for in this order.
async fn full(
    only: Only,
    memory: &Value,
    last: Option<jiff::Timestamp>,
    script: &[Vec<u8>],
) -> (Fetched, Kept, Server) {
    let server = Server::answers(script).await;
    let ppw = Ppw::new(connection(&server, memory.clone()), only).unwrap();
    let mut kept = Kept::default();
    let fetched = ppw.fetch(Ask::Everything { last }, &mut kept).await.unwrap();
    (fetched, kept, server)
}

fn keys(kept: &Kept) -> Vec<String> {
    let key = |raw: &String| wire::decode(raw.as_bytes(), false).unwrap().key.into_owned();
    kept.orders.iter().map(key).collect()
}

#[test]
fn settings_have_defaults_and_are_checked_at_their_fields() {
    let errors = |settings: Value| -> Vec<String> {
        (DESCRIPTOR.check)(&settings).into_iter().map(|error| error.field).collect()
    };
    assert!(errors(json!({ "username": "u", "password": "p" })).is_empty());
    assert_eq!(errors(json!({ "username": " ", "password": "p" })), ["username"]);
    for url in ["http://ppw.example/link", "nonsense", "ftp://ppw.example", "https://u:p@ppw.example"] {
        assert_eq!(errors(json!({ "url": url, "username": "u", "password": "p" })), ["url"], "{url}");
    }
    assert!(
        errors(json!({ "url": "http://ppw.example", "allow_http": true, "username": "u", "password": "p" })).is_empty()
    );
    let schema = (DESCRIPTOR.schema)();
    assert_eq!(schema.defaults()["url"], PPW_LINK);
    assert_eq!(schema.secrets().collect::<Vec<_>>(), ["password"]);
}

#[test]
fn what_has_no_password_cannot_connect() {
    let settings = json!({ "username": "u" });
    let http = Arc::new(Http::new(limits()).unwrap());
    let errors = Ppw::new(Connection::new(settings, http, Value::Null), Only::All).unwrap_err();
    assert_eq!(errors[0].field, "password");
}

#[tokio::test]
async fn no_secret_and_no_push_address_is_sent_or_shown() {
    let server = Server::answers(&[bad("no login for hunter2, F3BBBD66A63D4BF1747940578EC3D0103530E21D")]).await;
    let ppw = Ppw::new(connection(&server, Value::Null), Only::All).unwrap();
    let error = ppw.validate().await.unwrap_err();
    assert!(matches!(&error, ConnectError::WrongCredentials { words } if words == "no login for ***, ***"), "{error}");
    assert!(!format!("{ppw:?}").contains("hunter2"));
    let seen = server.seen().join("");
    assert!(!seen.contains("hunter2") && !seen.contains("push"), "{seen}");
    assert!(seen.contains("f3bbbd66a63d4bf1747940578ec3d0103530e21d"));
}

#[tokio::test]
async fn validating_keeps_what_is_remembered() {
    let server = Server::answers(&[good(&Value::Null)]).await;
    let first = Ppw::new(connection(&server, Value::Null), Only::All).unwrap().validate().await.unwrap();
    let mut memory = first.clone();
    memory["mcs"] = json!([7]);
    let again = Ppw::new(connection(&server, memory.clone()), Only::All).unwrap().validate().await.unwrap();
    assert_eq!(again, memory);
}

#[test]
fn what_comes_from_mcs_goes_to_the_integration_for_mcs() {
    let only = |others: Vec<(&str, Value)>| {
        let settings = json!({ "url": "https://PPW.example/link/", "username": "Acme.Office ", "password": "p" });
        let mut connection = Connection::new(settings, Arc::new(Http::new(limits()).unwrap()), Value::Null);
        connection.others =
            others.into_iter().map(|(kind, settings)| Other { kind: kind.to_owned(), settings, works: true }).collect();
        Only::beside(&connection)
    };
    let same = json!({ "road": "ppw", "url": "https://ppw.example/link", "username": "acme.office" });
    let with = |key: &str, value: &str| {
        let mut settings = same.clone();
        settings[key] = value.into();
        settings
    };
    assert_eq!(only(vec![]), Only::All);
    assert_eq!(only(vec![("mcs", same.clone())]), Only::NotMcs);
    assert_eq!(only(vec![("ppw", same.clone()), ("mcs", with("road", "direct"))]), Only::All);
    assert_eq!(only(vec![("mcs", with("username", "else"))]), Only::All);
    assert_eq!(only(vec![("mcs", with("url", "https://other.example/link"))]), Only::All);
    assert_eq!(only(vec![("mcs", json!({}))]), Only::All);
}

#[tokio::test]
async fn each_order_is_in_one_of_the_two_integrations() {
    let script = [
        good(&json!([stub(1), stub(2), stub(3)])),
        good(&json!([])),
        good(&order("88")),
        good(&order("")),
        good(&order("")),
    ];
    // The answers come by the order of the requests, of which up to four are on their way at once: one at a time here.
    for (only, expected) in [(Only::Mcs, 1), (Only::NotMcs, 2), (Only::All, 3)] {
        let (fetched, kept, _) = full(only, &Value::Null, None, &script).await;
        assert_eq!((keys(&kept).len(), fetched.list), (expected, List::Complete), "{only:?}");
        let count = |key: &str| fetched.memory[key].as_array().unwrap().len();
        assert_eq!((count("mcs"), count("other")), (1, 2), "{only:?}");
    }
}

#[tokio::test]
async fn an_order_of_the_other_integration_is_not_fetched_again() {
    let last = Some(jiff::Timestamp::now());
    let site = "3b7e1d2c-0000-4000-8000-000000000000";
    let memory = json!({ "site_id": site, "mcs": [1, 9], "other": [2], "mark": [] });
    let script = [
        good(&json!([stub(1), stub(2), stub(3)])),
        good(&json!([])),
        good(&json!([])),
        good(&json!([])),
        good(&order("")),
    ];
    let (fetched, kept, server) = full(Only::NotMcs, &memory, last, &script).await;
    // 1 is the other's; 2 would be asked of the import, which does not know it; of 3 nobody knows whose it is.
    let mut orders: Vec<String> = asked(&server).into_iter().filter(|event| event.starts_with("get_order")).collect();
    orders.sort();
    assert_eq!(orders, ["get_order 2", "get_order 3"]);
    assert_eq!(kept.orders.len(), 2);
    // What is no longer open is forgotten.
    assert_eq!(fetched.memory, json!({ "site_id": site, "mcs": [1], "other": [2, 3], "mark": [] }));

    // An order that has changed is looked at again, whoever's it was.
    let script =
        [good(&json!([stub(1)])), good(&json!([stub(1)])), good(&json!([])), good(&json!([])), good(&order(""))];
    let (fetched, kept, _) = full(Only::NotMcs, &memory, last, &script).await;
    assert_eq!((keys(&kept), &fetched.memory["other"]), (vec!["1".to_owned()], &json!([1])));
}

#[tokio::test]
async fn without_a_moment_or_with_one_too_long_ago_nothing_that_was_imported_is_trusted() {
    let script = [good(&json!([stub(1)])), good(&json!([])), good(&order(""))];
    let hours = |hours: i64| Some(jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours));
    for last in [None, hours(30 * 24), hours(-1)] {
        for ask in [Ask::Everything { last }, Ask::Since(last)] {
            let server = Server::answers(&script).await;
            let ppw = Ppw::new(connection(&server, Value::Null), Only::All).unwrap();
            let mut kept = Kept { known: [xxhash_rust::xxh3::xxh3_128(&row(1).entry())].into(), ..Kept::default() };
            let fetched = ppw.fetch(ask, &mut kept).await.unwrap();
            assert_eq!(fetched.list, List::Complete);
            assert_eq!(asked(&server), ["get_all_orders", "get_cancel_orders", "get_order 1"], "{ask:?}");
            assert_eq!((kept.skipped, kept.orders.len(), kept.expected), (0, 1, Some(1)));
        }
    }
}

#[tokio::test]
async fn a_known_entry_is_not_fetched_unless_the_order_has_changed() {
    let last = Some(jiff::Timestamp::now());
    let update = json!([{ "report_id": "2", "wo_number": "W-2", "wo_status": "In Field", "update_field": "city" }]);
    let script =
        [good(&json!([stub(1), stub(2)])), good(&json!([])), good(&update), good(&json!([])), good(&order(""))];
    let server = Server::answers(&script).await;
    let ppw = Ppw::new(connection(&server, Value::Null), Only::All).unwrap();
    let hash = |id: u64| xxhash_rust::xxh3::xxh3_128(&row(id).entry());
    let mut kept = Kept { known: [hash(1), hash(2)].into(), ..Kept::default() };
    ppw.fetch(Ask::Everything { last }, &mut kept).await.unwrap();
    assert_eq!((kept.skipped, keys(&kept)), (1, vec!["2".to_owned()]));
    // It is known again by its entry in the list, not by the update.
    assert_eq!(kept.hashes, [hash(2)]);
}

#[tokio::test]
async fn as_many_orders_are_expected_in_the_end_as_came() {
    // The first is one of MCS; the third was cancelled and is open again.
    let script = [
        good(&json!([stub(1), stub(2), stub(3)])),
        good(&json!([stub(3), stub(4)])),
        good(&order("88")),
        good(&order("")),
        good(&order("")),
    ];
    let (_, kept, _) = full(Only::NotMcs, &Value::Null, None, &script).await;
    assert_eq!((keys(&kept), kept.expected), (vec!["2".to_owned(), "3".to_owned(), "4".to_owned()], Some(3)));
}

#[tokio::test]
async fn rows_that_name_no_order_are_lost_and_twice_is_once() {
    let list = json!([stub(1), { "wo_number": "W" }, stub(1), 7]);
    let script = [good(&list), good(&json!([])), good(&order(""))];
    let (fetched, kept, server) = full(Only::All, &Value::Null, None, &script).await;
    assert_eq!((kept.lost.len(), kept.orders.len(), fetched.list), (2, 1, List::Complete));
    assert_eq!(asked(&server).len(), 3);
}

#[tokio::test]
async fn an_order_that_is_none_is_passed_over() {
    for odd in [json!([]), json!(""), json!(null), json!("text"), json!([order("")])] {
        let script = [good(&json!([stub(1)])), good(&json!([])), good(&odd)];
        let (fetched, kept, _) = full(Only::All, &Value::Null, None, &script).await;
        assert_eq!(fetched.list, List::Complete);
        assert!(kept.passed_over[0].0 == "1" && kept.passed_over[0].1.starts_with("W-1 cannot be read"), "{odd}");
    }
    let huge = json!({ "comments": "x".repeat(4 * 1024 * 1024) });
    let script = [good(&json!([stub(1)])), good(&json!([])), good(&huge)];
    let (fetched, kept, _) = full(Only::All, &Value::Null, None, &script).await;
    assert_eq!((fetched.list, kept.passed_over.len()), (List::Complete, 1));
}

#[tokio::test]
async fn eight_orders_in_a_row_that_cannot_be_fetched_are_an_outage_and_seven_are_not() {
    let broken = answer("404 Not Found", "", "");
    for (count, is_outage) in [(7, false), (8, true)] {
        let stubs: Vec<Value> = (1..=9).map(stub).collect();
        let mut script = vec![good(&json!(stubs)), good(&json!([])), good(&order(""))];
        script.extend(vec![broken.clone(); count]);
        script.push(good(&order("")));
        let server = Server::answers(&script).await;
        let ppw = Ppw::new(connection(&server, Value::Null), Only::All).unwrap();
        let fetched = ppw.fetch(Ask::Everything { last: None }, &mut Kept::default()).await;
        match fetched {
            Ok(fetched) => assert!(!is_outage && matches!(fetched.list, List::Partial(_)), "{count}: {fetched:?}"),
            Err(error) => assert!(is_outage, "{count}: {error}"),
        }
    }
}

#[tokio::test]
async fn null_is_no_list() {
    let script = [good(&Value::Null)];
    let (fetched, _, _) = full(Only::All, &Value::Null, None, &script).await;
    assert_eq!(fetched.list, List::Nothing);
}
