//! The simulator does what it says: a small client that sees every byte.

use std::io::Read as _;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// An answer as it came: the head, the raw bytes behind it, and whether the connection ended in good order.
struct Answer {
    head: String,
    raw: Vec<u8>,
    clean: bool,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }

    /// The body without its chunks, and whether the last chunk, or all of `Content-Length`, was there.
    fn body(&self) -> (Vec<u8>, bool) {
        if let Some(length) = self.header("Content-Length") {
            return (self.raw.clone(), length.parse::<usize>().unwrap() == self.raw.len());
        }
        let (mut rest, mut body) = (&self.raw[..], Vec::new());
        while let Some(end) = request::find(rest, b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
            if size == 0 {
                return (body, true);
            }
            body.extend_from_slice(&rest[end + 2..end + 2 + size]);
            rest = &rest[end + 2 + size + 2..];
        }
        (body, false)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body().0).unwrap()
    }
}

fn form(payload: &Value) -> Vec<u8> {
    let body: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
    body.into_bytes()
}

fn payload(timestamp: &Value) -> Value {
    let known = Credentials::default();
    json!({ "username": known.username, "password": known.password_sha1(), "token": known.token, "timestamp": timestamp })
}

fn request(path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

async fn send(simulator: &Simulator, bytes: &[u8]) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(simulator.address()).await?;
    stream.write_all(bytes).await?;
    let mut all = Vec::new();
    let clean = stream.read_to_end(&mut all).await.is_ok();
    let end = request::find(&all, b"\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8(all[..end + 2].to_vec()).unwrap();
    Ok(Answer { head, raw: all[end + 4..].to_vec(), clean })
}

const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=b0und";

fn multipart(payload: &Value) -> Vec<u8> {
    format!("--b0und\r\nContent-Disposition: form-data; name=\"payload\"\r\n\r\n{payload}\r\n--b0und--\r\n")
        .into_bytes()
}

async fn list(simulator: &Simulator) -> Answer {
    send(simulator, &request("/pruvan/getWorkOrders", URLENCODED, &form(&payload(&Value::Null)))).await.unwrap()
}

async fn start(server: Server) -> Simulator {
    Simulator::start(Config { orders: 20, server, ..Config::default() }).await.unwrap()
}

fn numbers(answer: &Answer) -> Vec<String> {
    let text = |number: &Value| number.as_str().map_or_else(|| number.to_string(), str::to_owned);
    answer.json()["workOrders"].as_array().unwrap().iter().map(|order| text(&order["workOrderNumber"])).collect()
}

#[tokio::test]
async fn both_encodings_and_both_routes_are_understood_and_recorded() {
    let simulator = start(Server::Standard).await;
    let sent = payload(&json!(7));
    for (kind, body) in [(URLENCODED, form(&sent)), (MULTIPART, multipart(&sent))] {
        for path in ["/pruvan/validate", "/any/prefix/validate.php"] {
            let answer = send(&simulator, &request(path, kind, &body)).await.unwrap();
            assert_eq!((answer.status(), answer.json()), (200, json!({ "error": "", "validated": true })));
        }
    }
    let requests = simulator.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|request| request.payload == sent && request.call == Some(Call::Validate)));
    assert_eq!((requests[1].extension.as_deref(), requests[1].encoding), (Some("php"), Encoding::UrlEncoded));
    assert_eq!((requests[2].encoding, &requests[2].body[..]), (Encoding::Multipart, &multipart(&sent)[..]));
    assert_eq!(requests[0].timestamp(), Some(7));
}

#[tokio::test]
async fn a_full_list_has_all_orders_and_a_later_one_what_changed_since() {
    let simulator = start(Server::Standard).await;
    let all = list(&simulator).await;
    assert_eq!(numbers(&all), simulator.with(|state| state.orders.numbers()));
    assert!(all.header("Date").is_some() && all.clean);
    let (now, changed) = simulator.with(|state| (state.orders.now(), state.orders.change_some(3, 9)));
    let since = request("/pruvan/getWorkOrders", URLENCODED, &form(&payload(&json!(now - 600))));
    let some = send(&simulator, &since).await.unwrap();
    let expected: Vec<String> =
        simulator.with(|state| changed.iter().map(|place| state.orders.number(*place).into()).collect());
    assert_eq!(numbers(&some), expected);
}

#[tokio::test]
async fn wrong_credentials_are_refused_in_the_servers_own_way() {
    let mut wrong = payload(&Value::Null);
    wrong["token"] = "no".into();
    wrong["password"] = "no".into();
    for (server, status, validated) in [
        (Server::Standard, 401, json!(false)),
        (Server::AspNet, 401, json!(false)),
        (Server::Php { lists: false }, 200, json!("")),
    ] {
        let simulator = start(server).await;
        let answer = send(&simulator, &request("/pruvan/validate", MULTIPART, &multipart(&wrong))).await.unwrap();
        assert_eq!((answer.status(), &answer.json()["validated"]), (status, &validated), "{server:?}");
        assert_ne!(answer.json()["error"], "");
        assert_eq!(server == Server::AspNet, answer.json()["error"].as_str().unwrap().contains("northwind_field"));
    }
}

#[tokio::test]
async fn the_asp_net_server_reads_raw_braces_and_lists_everything() {
    let simulator = start(Server::AspNet).await;
    assert_eq!(list(&simulator).await.status(), 406);
    let body = multipart(&payload(&json!(2_000_000_000)));
    let answer = send(&simulator, &request("/api/GETWORKORDERS", MULTIPART, &body)).await.unwrap();
    assert_eq!(numbers(&answer).len(), 20);
    assert!(answer.json()["workOrders"][0]["dueDate"].as_str().unwrap().ends_with(" 12:00:00 AM"));
    simulator.with(|state| state.orders.remove_some(20, 1));
    let answer = send(&simulator, &request("/api/getWorkOrders", MULTIPART, &body)).await.unwrap();
    assert_eq!(answer.json()["workOrders"], Value::Null);
}

#[tokio::test]
async fn the_php_server_says_one_or_lists_numbers_as_html() {
    let simulator = start(Server::Php { lists: false }).await;
    let answer = list(&simulator).await;
    assert_eq!((answer.body().0, answer.header("Content-Type")), (b"1".to_vec(), Some("text/html; charset=UTF-8")));
    simulator.with(|state| state.server = Server::Php { lists: true });
    assert!(list(&simulator).await.json()["workOrders"][0]["workOrderNumber"].is_u64());
}

#[tokio::test]
async fn a_server_of_one_encoding_refuses_the_other() {
    let simulator = start(Server::MultipartOnly { refusal: 415 }).await;
    assert_eq!(list(&simulator).await.status(), 415);
    let body = multipart(&payload(&Value::Null));
    let path = "/pruvan/getWorkOrders";
    assert_eq!(send(&simulator, &request(path, MULTIPART, &body)).await.unwrap().status(), 200);
    simulator.with(|state| state.server = Server::UrlencodedOnly { refusal: 500 });
    assert_eq!(send(&simulator, &request(path, MULTIPART, &body)).await.unwrap().status(), 500);
    assert_eq!(list(&simulator).await.status(), 200);
}

#[tokio::test]
async fn cuts_really_cut() {
    let simulator = start(Server::Standard).await;
    let good = list(&simulator).await.body().0;
    for (day, complete) in [
        (Day::CutChunked { at: At::default() }, false),
        (Day::CutLength { at: At::default() }, false),
        (Day::CutJson { at: At::default() }, true),
    ] {
        simulator.day(day.clone());
        let (body, whole) = list(&simulator).await.body();
        assert_eq!((body.len(), whole), (good.len() / 2, complete), "{day:?}");
        assert!(good.starts_with(&body));
    }
    simulator.day(Day::CutLength { at: At::BeforeEnd(1) });
    assert_eq!(list(&simulator).await.body(), (good[..good.len() - 1].to_vec(), false));
    simulator.with(|state| state.always(Day::GzipCut { at: At::Share(0.9) }));
    let (packed, whole) = list(&simulator).await.body();
    let mut plain = Vec::new();
    assert!(whole && flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut plain).is_err());
    simulator.with(|state| state.always(Day::Gzip));
    let (packed, _) = list(&simulator).await.body();
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, good);
}

#[tokio::test]
async fn a_gate_holds_the_rest_back_until_it_is_opened() {
    let simulator = start(Server::Standard).await;
    let gate = Gate::after(5_000);
    simulator.day(Day::Pause(gate.clone()));
    let answer = async { list(&simulator).await.body() };
    let open = async {
        gate.reached().await;
        gate.release();
    };
    let ((body, whole), ()) = tokio::join!(answer, open);
    assert!(whole && serde_json::from_slice::<Value>(&body).is_ok());
}

#[tokio::test]
async fn a_stall_sends_half_and_then_nothing() {
    let simulator = start(Server::Standard).await;
    simulator.day(Day::Stall { at: At::Bytes(3_000) });
    let mut stream = TcpStream::connect(simulator.address()).await.unwrap();
    let bytes = request("/pruvan/getWorkOrders", URLENCODED, &form(&payload(&Value::Null)));
    stream.write_all(&bytes).await.unwrap();
    let mut seen = Vec::new();
    while request::find(&seen, b"\r\n\r\n").is_none_or(|end| seen.len() < end + 4 + 3_000) {
        assert_ne!(stream.read_buf(&mut seen).await.unwrap(), 0);
    }
    // Giving up ends it: the server closes too, without another byte.
    stream.shutdown().await.unwrap();
    assert_eq!(stream.read_buf(&mut seen).await.unwrap(), 0);
}

#[tokio::test]
async fn connections_are_reset_closed_and_refused() {
    let mut simulator = start(Server::Standard).await;
    for day in [Day::ResetOnAccept, Day::Reset, Day::NoAnswer] {
        simulator.day(day.clone());
        let bytes = request("/pruvan/getWorkOrders", URLENCODED, &form(&payload(&Value::Null)));
        assert!(send(&simulator, &bytes).await.is_err(), "{day:?}");
    }
    assert_eq!(list(&simulator).await.status(), 200);
    simulator.refuse().await;
    assert!(TcpStream::connect(simulator.address()).await.is_err());
    simulator.listen_again().await.unwrap();
    assert_eq!(list(&simulator).await.status(), 200);
}

#[tokio::test]
async fn days_come_in_order_and_lists_leave_validate_alone() {
    let simulator = start(Server::Standard).await;
    simulator.with(|state| {
        state.days(Day::TooManyRequests { retry_after: Some("2".into()) }, 2);
        state.day(Day::EmptyList);
        state.always(Day::NullList);
    });
    for _ in 0..2 {
        let answer = list(&simulator).await;
        assert_eq!((answer.status(), answer.header("Retry-After")), (429, Some("2")));
    }
    let valid =
        send(&simulator, &request("/pruvan/validate", URLENCODED, &form(&payload(&Value::Null)))).await.unwrap();
    assert_eq!(valid.json()["validated"], true);
    assert_eq!(list(&simulator).await.json()["workOrders"], json!([]));
    assert_eq!(list(&simulator).await.json()["workOrders"], Value::Null);
    assert_eq!(list(&simulator).await.json()["workOrders"], Value::Null);
    simulator.with(|state| state.always(Day::Well));
    assert_eq!(numbers(&list(&simulator).await).len(), 20);
}

#[tokio::test]
async fn lists_are_bent_as_told() {
    let simulator = start(Server::Standard).await;
    let orders = async |day: Day| {
        simulator.day(day);
        list(&simulator).await.json()["workOrders"].as_array().unwrap().clone()
    };
    assert_eq!(orders(Day::HalfList).await.len(), 10);
    let twice = orders(Day::DuplicateNumbers).await;
    assert_eq!((twice.len(), &twice[20]["clientStatus"]), (21, &json!("The later one")));
    assert_eq!(twice[20]["workOrderNumber"], twice[0]["workOrderNumber"]);
    assert!(orders(Day::OrderWithoutNumber).await[0].get("workOrderNumber").is_none());
    assert_eq!(orders(Day::HugeOrder { bytes: 5_000_000 }).await[0]["xFiller"].as_str().unwrap().len(), 5_000_000);
    assert_eq!(orders(Day::BadDates).await[0]["dueDate"], "the 32nd of Nonuary");
    assert_eq!(orders(Day::PartialUpdate { number: "N-1".into() }).await[20]["workOrderNumber"], "N-1");
    assert_eq!(orders(Day::NotAnObject { json: "17".into() }).await[20], 17);
    assert_eq!(orders(Day::ErrorFirst).await.len(), 20);
    assert_eq!(orders(Day::ExtraKeys).await.len(), 20);
    let both = vec![Day::HalfList, Day::ErrorWithOrders { message: "no".into(), before: false }];
    simulator.day(Day::All { days: both });
    let answer = list(&simulator).await.json();
    assert_eq!((answer["workOrders"].as_array().unwrap().len(), &answer["error"]), (10, &json!("no")));
    simulator.day(Day::Bom);
    assert!(list(&simulator).await.body().0.starts_with("\u{feff}".as_bytes()));
}

#[tokio::test]
async fn clocks_and_redirects() {
    let simulator = start(Server::Standard).await;
    simulator.day(Day::NoDate);
    assert_eq!(list(&simulator).await.header("Date"), None);
    simulator.day(Day::ClockOff { seconds: -86_400 });
    let shown = httpdate::parse_http_date(list(&simulator).await.header("Date").unwrap()).unwrap();
    assert!(shown < std::time::SystemTime::now() - std::time::Duration::from_hours(23));
    simulator.day(Day::RedirectSameHost { status: 308 });
    let moved = list(&simulator).await;
    assert_eq!((moved.status(), moved.header("Location")), (308, Some("/moved/getWorkOrders")));
}

#[tokio::test]
async fn another_process_can_drive_it() {
    let simulator = Simulator::start(Config { control: true, ..Config::orders(100) }).await.unwrap();
    let control = async |body: Value| {
        send(&simulator, &request("/control", "application/json", body.to_string().as_bytes())).await.unwrap()
    };
    let done = control(json!({ "change": 0.02, "remove_count": 7, "add": 3 })).await.json();
    assert_eq!(done["orders"], 96);
    let count = |key: &str| done[key].as_array().unwrap().len();
    assert_eq!((count("changed"), count("removed"), count("added")), (2, 7, 3));
    assert_eq!(control(json!({ "put_back": true })).await.json()["orders"], 103);
    control(json!({ "day": "html", "status": 500, "times": 1 })).await;
    assert_eq!(list(&simulator).await.status(), 500);
    assert_eq!(control(json!({ "day": "no such day" })).await.status(), 400);
    control(json!({ "style": "php-lists" })).await;
    assert!(list(&simulator).await.json()["workOrders"][0]["workOrderNumber"].is_u64());
    assert_eq!(control(json!({ "reset": true })).await.json()["orders"], 100);
}
