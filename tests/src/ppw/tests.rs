use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Config, Day, Simulator};

struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// The result of an answer that says that all went well.
    fn result(&self) -> Value {
        let json = self.json();
        assert_eq!((&json["success"], &json["error"]), (&json!(true), &json!(false)), "{json}");
        json["result_data"].clone()
    }

    /// The words of an answer that says that it did not.
    fn words(&self) -> String {
        let json = self.json();
        assert_eq!((&json["success"], &json["error"], &json["result_data"]), (&json!(false), &json!(true), &json!("")));
        json["return_error_msg"].as_str().unwrap().to_owned()
    }
}

async fn post(simulator: &Simulator, path: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(simulator.address()).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    // A cut ends it as well as an end.
    let _ = stream.read_to_end(&mut all).await;
    let end = all.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(0);
    Answer { head: String::from_utf8(all[..end].to_vec()).unwrap(), body: all[end..].trim_ascii_start().to_vec() }
}

fn payload(simulator: &Simulator, event: &str, data: &Value) -> Value {
    let (username, password) = simulator.with(|state| (state.username.clone(), state.password_sha1()));
    json!({ "username": username, "password": password, "site_id": "3b7e1d2c-0000-4000-8000-000000000000",
        "event_name": event, "event_data": data.to_string() })
}

async fn send(simulator: &Simulator, payload: &Value) -> Answer {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    let body = form.append_pair("payload", &payload.to_string()).finish();
    post(simulator, "/api/link/receiver.php", &body).await
}

async fn ask(simulator: &Simulator, event: &str, data: Value) -> Answer {
    send(simulator, &payload(simulator, event, &data)).await
}

async fn start() -> Simulator {
    Simulator::start(Config::default()).await.unwrap()
}

fn ids(rows: &Value) -> Vec<u64> {
    let id = |row: &Value| row["report_id"].as_str().unwrap().parse().unwrap();
    rows.as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn the_list_shows_stubs_and_each_order_can_be_had() {
    let simulator = start().await;
    let rows = ask(&simulator, "get_all_orders", json!({})).await.result();
    assert_eq!(ids(&rows), simulator.with(|state| state.open()));
    assert_eq!(rows[0].as_object().unwrap().len(), 4);
    let order = ask(&simulator, "get_order", json!({ "report_id": "700001" })).await.result();
    assert_eq!((&order["wo_number"], &order["start_date"]), (&json!("GC-700001"), &json!("00000000")));
    assert_eq!((simulator.count("get_order"), simulator.count("get_all_orders")), (1, 1));
    assert_eq!(simulator.calls()[1].number("report_id"), Some(700_001));
    simulator.with(|state| state.numbers = true);
    let rows = ask(&simulator, "get_all_orders", json!({})).await.result();
    assert_eq!((&rows[0]["report_id"], &rows[0]["org_wo_num"]), (&json!(700_001), &json!(1)));
    let order = ask(&simulator, "get_order", json!({ "report_id": "700001" })).await.result();
    assert_eq!(order["ppw_report_id"], 700_001);
}

#[tokio::test]
async fn what_is_not_well_formed_is_refused() {
    let simulator = start().await;
    let good = payload(&simulator, "get_all_orders", &json!({}));
    let changed = |key: &str, value: Value| {
        let mut payload = good.clone();
        payload[key] = value;
        payload
    };
    for (payload, words) in [
        (changed("event_data", json!({})), "five members"),
        (changed("event_data", json!("[]")), "encoded as a text"),
        (changed("event_data", json!("{")), "encoded as a text"),
        (changed("more", json!("x")), "five members"),
        (changed("site_id", json!("me")), "UUID"),
        (changed("event_name", json!("get_everything")), "Unknown event"),
        (changed("password", json!("correct horse")), "Login not accepted"),
        (changed("username", json!("nobody")), "Login not accepted"),
        (json!([]), "no JSON object"),
    ] {
        let answer = send(&simulator, &payload).await;
        assert!(answer.words().contains(words), "{payload}: {}", answer.words());
    }
    assert!(
        post(&simulator, "/api/link/receiver.php", "payload=%7B%7D&more=1").await.words().contains("One form field")
    );
    assert_eq!(post(&simulator, "/elsewhere", "payload=%7B%7D").await.status(), 404);
}

#[tokio::test]
async fn what_changed_since_is_listed_in_the_way_of_each_change() {
    let simulator = start().await;
    let before = simulator.with(|state| {
        state.clock_offset = -100;
        let before = state.now();
        state.clock_offset = 0;
        state.change(700_001, "date_due", "20270101".into());
        state.change(700_001, "lock_code", "1".into());
        state.change_quietly(700_002, "line_items", json!([]));
        state.return_to_vendor(700_003, "Photos are blurred");
        state.cancel(700_004, 0);
        state.set_status(700_005, "Ready for Office");
        before
    });
    let since = json!({ "timestamp": before.to_string() });
    let rows = ask(&simulator, "get_all_orders", since.clone()).await.result();
    assert_eq!(ids(&rows), [700_001, 700_002, 700_003]);
    let rows = ask(&simulator, "get_all_updates", since.clone()).await.result();
    assert_eq!(ids(&rows), [700_001, 700_001, 700_003]);
    assert_eq!((&rows[0]["update_field"], &rows[0]["update_value"]), (&json!("date_due"), &json!("20270101")));
    assert_eq!((&rows[2]["wo_status"], &rows[2]["update_value"]), (&json!("RTV"), &json!("Photos are blurred")));
    let rows = ask(&simulator, "get_cancel_orders", since).await.result();
    assert_eq!((ids(&rows), &rows[0]["wo_status"]), (vec![700_004], &json!("Cancelled")));
    assert_eq!(ask(&simulator, "get_all_orders", json!({})).await.result().as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn what_was_cancelled_can_be_asked_for_30_days() {
    let simulator = start().await;
    let days = |days: i64| simulator.with(|state| json!({ "timestamp": (state.now() - days * 86_400).to_string() }));
    assert_eq!(ask(&simulator, "get_cancel_orders", days(29)).await.result(), json!([]));
    assert!(ask(&simulator, "get_cancel_orders", days(31)).await.words().contains("30 days"));
    assert!(ask(&simulator, "get_cancel_orders", json!({})).await.words().contains("timestamp"));
}

#[tokio::test]
async fn an_order_can_vanish_and_be_marked() {
    let simulator = start().await;
    simulator.with(|state| state.vanish(700_003));
    let vanished = json!({ "report_id": "700003" });
    assert_eq!(ask(&simulator, "get_order", vanished).await.words(), "Work order not found");
    assert_eq!(ask(&simulator, "mark_order_imported", json!({ "report_id": "700006" })).await.result(), Value::Null);
    let (marked, status) = simulator.with(|state| {
        let order = &state.orders[&700_006];
        (order.marked, order.status.clone())
    });
    assert_eq!((marked, status.as_str()), (1, "In Field"));
}

#[tokio::test]
async fn bad_days_come_for_their_events_and_in_order() {
    let simulator = start().await;
    simulator.with(|state| {
        state.plan(Some("get_order"), Day::Html { status: 503 }, Some(2));
        state.plan(None, Day::TooMany { retry_after: Some("2".into()) }, Some(1));
    });
    let order = json!({ "report_id": "700001" });
    assert_eq!(ask(&simulator, "get_order", order.clone()).await.status(), 503);
    let busy = ask(&simulator, "get_all_orders", json!({})).await;
    assert!(busy.status() == 429 && busy.head.contains("Retry-After: 2"), "{}", busy.head);
    assert_eq!(ask(&simulator, "get_all_orders", json!({})).await.status(), 200);
    assert!(ask(&simulator, "get_order", order.clone()).await.body.starts_with(b"<!DOCTYPE html>"));
    let good = ask(&simulator, "get_order", order.clone()).await.body;
    for day in [Day::Cut, Day::CutJson] {
        simulator.day("get_order", day);
        let cut = ask(&simulator, "get_order", order.clone()).await.body;
        assert_eq!(cut, good[..good.len() / 2]);
    }
    simulator.day("get_order", Day::NoAnswer);
    assert!(ask(&simulator, "get_order", order.clone()).await.head.is_empty());
    simulator.day("get_order", Day::NoDate);
    assert!(!ask(&simulator, "get_order", order.clone()).await.head.contains("Date: "));
    simulator.day("get_order", Day::Refused { words: "no".into() });
    assert_eq!(ask(&simulator, "get_order", order).await.words(), "no");
}

#[tokio::test]
async fn it_insists_on_a_push_address_if_told_to() {
    let simulator = start().await;
    assert_eq!(ask(&simulator, "validate_user", json!({})).await.result(), Value::Null);
    simulator.with(|state| state.wants_push_url = true);
    assert!(ask(&simulator, "validate_user", json!({})).await.words().contains("push"));
}

#[tokio::test]
async fn it_counts_how_many_are_answered_at_once() {
    let pace = std::time::Duration::from_millis(100);
    let simulator = Simulator::start(Config { pace, ..Config::default() }).await.unwrap();
    let order = || ask(&simulator, "get_order", json!({ "report_id": "700001" }));
    tokio::join!(order(), order(), order());
    assert_eq!(simulator.with(|state| state.most_at_once), 3);
    simulator.clear_calls();
    order().await;
    assert_eq!((simulator.with(|state| state.most_at_once), simulator.count("get_order")), (1, 1));
}

#[tokio::test]
async fn another_process_can_drive_it() {
    let simulator = Simulator::start(Config { control: true, ..Config::default() }).await.unwrap();
    let control = async |body: Value| post(&simulator, "/control", &body.to_string()).await;
    let done = control(json!({ "add": 3, "cancel": 1, "change": 1 })).await.json();
    assert_eq!((&done["orders"], done["touched"].as_array().unwrap().len()), (&json!(12), 5));
    control(json!({ "day": "html", "on": "get_order", "times": 0 })).await;
    let order = json!({ "report_id": "700002" });
    for _ in 0..2 {
        assert_eq!(ask(&simulator, "get_order", order.clone()).await.status(), 503);
    }
    assert_eq!(control(json!({ "clear_days": true })).await.json()["calls"]["get_order"], 2);
    assert_eq!(ask(&simulator, "get_order", order).await.status(), 200);
    assert_eq!(control(json!({ "day": "no such day" })).await.status(), 400);
    assert_eq!(control(json!({ "reset": true })).await.json()["orders"], 10);
}
