use std::time::Duration;

use super::*;
use crate::connectors::List;
use crate::connectors::kept::Kept;
use crate::http::HttpLimits;
use crate::http::testing::{Server, Then, answer, limits};

const GOOD: &str = "{\"error\":\"\",\"validated\":true}";
const REFUSED: &str = "{\"error\":\"unknown user or wrong password\",\"validated\":false}";
const LIST: &str = "{\"workOrders\":[{\"workOrderNumber\":\"1\"},{\"workOrderNumber\":\"2\"}],\"error\":\"\"}";
const OK: &str = "200 OK";

fn connect(server: &Server, limits: HttpLimits, more: &Value, memory: Value) -> Box<dyn Connector> {
    let mut settings = serde_json::json!({"url": server.url("/ws/"), "extension": ".php", "username": "northwind",
        "password": "hunter2", "token": "tok-1"});
    settings.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let http = Arc::new(Http::new(limits).unwrap());
    (DESCRIPTOR.connect)(Connection::new(settings, http, memory)).unwrap()
}

fn plain(server: &Server) -> Box<dyn Connector> {
    connect(server, limits(), &Value::Null, Value::Null)
}

fn remembering(server: &Server, encoding: &str) -> Box<dyn Connector> {
    connect(server, limits(), &Value::Null, serde_json::json!({ "encoding": encoding }))
}

async fn list(connector: &dyn Connector) -> (Result<Fetched, ConnectError>, Kept) {
    let mut kept = Kept::default();
    let fetched = connector.fetch(Ask::Everything { last: None }, &mut kept).await;
    (fetched, kept)
}

/// Which encoding each request had.
fn encodings(server: &Server) -> String {
    let letter =
        |request: &String| if request.contains("content-type: multipart/form-data; boundary=") { 'm' } else { 'u' };
    server.seen().iter().map(letter).collect()
}

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn good_credentials_are_good_and_the_encoding_is_remembered() {
    let server = Server::answers(&[answer(OK, "Content-Type: text/html\r\n", &format!("\u{feff} {GOOD}\n"))]).await;
    assert_eq!(plain(&server).validate().await.unwrap(), serde_json::json!({"encoding": "multipart"}));
    let seen = server.seen();
    assert!(seen[0].starts_with("POST /ws/validate.php HTTP/1.1\r\n"), "{}", seen[0]);
    let sent = body(&seen[0]);
    assert!(sent.contains("name=\"payload\"\r\n\r\n{\"username\":\"northwind\",\"password\":\"f3bbbd66a63d4bf1747940578ec3d0103530e21d\",\"token\":\"tok-1\"}\r\n--"), "{sent}");
    assert!(!sent.contains("hunter2") && !sent.contains("pushkey"));
}

#[tokio::test]
async fn what_a_server_says_to_validate_is_told_apart() {
    let outcome = async |status: &str, body: &str| {
        let server = Server::answers(&[answer(status, "", body)]).await;
        let outcome =
            connect(&server, limits(), &serde_json::json!({"encoding": "urlencoded"}), Value::Null).validate().await;
        assert!(encodings(&server).chars().all(|letter| letter == 'u'));
        match outcome {
            Ok(_) => "fine".to_owned(),
            Err(ConnectError::WrongCredentials { words }) => format!("wrong: {words}"),
            Err(ConnectError::Refused { words, .. }) => format!("refused: {words}"),
            Err(ConnectError::CannotReach(why)) => format!("cannot reach: {why}"),
            Err(ConnectError::NotUnderstood(why)) => format!("not understood: {why}"),
            Err(other) => panic!("{other:?}"),
        }
    };
    for yes in ["true", "1", "\"true\"", "\"1\""] {
        for no_error in ["", ",\"error\":null", ",\"error\":\" \"", ",\"error\":false"] {
            assert_eq!(outcome(OK, &format!("{{\"validated\":{yes}{no_error}}}")).await, "fine");
        }
    }
    for (status, body, expected) in [
        ("401 No", REFUSED, "wrong: unknown user or wrong password"),
        ("403 No", "<html>", "wrong: HTTP 403"),
        (OK, REFUSED, "wrong: unknown user or wrong password"),
        (OK, "{\"error\":\"bad key tok-1\",\"validated\":\"\"}", "wrong: bad key ***"),
        (OK, "{\"error\":\"hm\",\"validated\":true}", "wrong: hm"),
        (OK, "{\"error\":\"closed for maintenance\"}", "refused: closed for maintenance"),
        (OK, "{\"validated\":false}", "wrong: "),
        (OK, "{\"validated\":\"\"}", "wrong: "),
        ("406 Not", "{\"error\":\"Object reference\"}", "refused: Object reference"),
        ("500 Oh", "{\"error\":\"no database\"}", "refused: no database"),
        ("500 Oh", "{\"Message\":\"An error has occurred.\"}", "refused: An error has occurred."),
        ("503 Busy", "<html>", "cannot reach: it answers HTTP 503 (Service Unavailable)"),
        ("404 Not", "<html>", "not understood: it answers HTTP 404 (Not Found); are the URL and the extension right?"),
        ("302 Found", "", "cannot reach: it redirects in a way that cannot be followed (HTTP 302)"),
        (OK, "<html>", "not understood: a JSON object is expected, but it is a web page"),
        (OK, "", "not understood: a JSON object is expected, but it is empty"),
        (OK, "{}", "not understood: it says neither that the credentials are good nor that they are not"),
    ] {
        assert_eq!(outcome(status, body).await, expected, "{status} {body}");
    }
}

#[tokio::test]
async fn nobody_there_cannot_be_reached() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = Server::answers(&[]).await;
    let url = serde_json::json!({"url": format!("http://127.0.0.1:{port}/")});
    let error = connect(&server, limits(), &url, Value::Null).validate().await.unwrap_err();
    assert_eq!(error.to_string(), "the client system cannot be reached: the connection was refused");
}

#[tokio::test]
async fn both_modes_of_the_timestamp_are_sent() {
    let server = Server::answers(&[answer(OK, "Date: Mon, 24 Nov 2025 16:01:00 GMT\r\n", LIST)]).await;
    let connector = plain(&server);
    let mut kept = Kept::default();
    let moment = jiff::Timestamp::from_millisecond(1_764_000_000_900).unwrap();
    for ask in [Ask::Everything { last: None }, Ask::Since(None), Ask::Since(Some(moment))] {
        let fetched = connector.fetch(ask, &mut kept).await.unwrap();
        assert_eq!(fetched.list, List::Complete);
        assert!(fetched.server_ahead.is_some());
    }
    let seen = server.seen();
    assert!(seen[0].starts_with("POST /ws/getWorkOrders.php ") && seen[0].contains(",\"timestamp\":null}"));
    assert!(seen[1].contains(",\"timestamp\":null}") && seen[2].contains(",\"timestamp\":1764000000}"));
    assert_eq!(kept.orders.len(), 6);
    assert_eq!(kept.received, 3 * LIST.len() as u64);
}

#[tokio::test]
async fn what_a_server_says_in_place_of_a_list_is_told_apart() {
    let outcome = async |status: &str, body: &str| {
        let server = Server::answers(&[answer(status, "", body)]).await;
        let (fetched, _) =
            list(connect(&server, limits(), &serde_json::json!({"encoding": "multipart"}), Value::Null).as_ref()).await;
        match fetched {
            Ok(fetched) => format!("{:?}", fetched.list),
            Err(ConnectError::WrongCredentials { words }) => format!("wrong: {words}"),
            Err(ConnectError::Refused { words, .. }) => format!("refused: {words}"),
            Err(ConnectError::NotUnderstood(why)) => format!("not understood: {why}"),
            Err(other) => panic!("{other:?}"),
        }
    };
    for (status, body, expected) in [
        (OK, "{\"workOrders\":[],\"error\":\"\"}", "Complete"),
        (OK, "{\"error\":null,\"workOrders\":null}", "Nothing"),
        (OK, "{\"workOrders\":null,\"error\":\"user is locked\"}", "refused: user is locked"),
        (OK, "{\"error\":\"half of it\",\"workOrders\":[{}]}", "refused: half of it"),
        (OK, "{\"error\":\"wrong password\",\"validated\":\"\"}", "wrong: wrong password"),
        ("401 No", "{\"error\":\"user is locked\"}", "wrong: user is locked"),
        ("406 Not", "{\"error\":\"Object reference\"}", "refused: Object reference"),
        ("500 Oh", "{\"workOrders\":[],\"error\":\"\"}", "cannot reach"),
        (OK, "{\"error\":\"\"}", "not understood: it has no list \"workOrders\""),
        (OK, "{\"workOrders\":{}}", "not understood: a list \"workOrders\" is expected, but it is an object"),
        (OK, "[]", "not understood: a JSON object is expected, but it is a list"),
        (OK, "{\"workOrders\":[,]}", "not understood: its JSON is broken (byte 16: a value is expected)"),
    ] {
        if expected == "cannot reach" {
            let server = Server::answers(&[answer(status, "", body)]).await;
            assert!(matches!(
                list(plain(&server).as_ref()).await.0,
                Err(ConnectError::CannotReach(HttpError::Status(500)))
            ));
        } else {
            assert_eq!(outcome(status, body).await, expected, "{status} {body}");
        }
    }
    for push_only in ["true", "1"] {
        assert!(outcome(OK, push_only).await.contains("by itself"));
    }
}

#[tokio::test]
async fn the_other_encoding_is_tried_after_these_answers_only() {
    for (status, text) in [
        ("400 Bad", "{\"error\":\"x\"}"),
        ("406 Not", "{\"error\":\"Length cannot be less than zero\"}"),
        ("415 Type", ""),
        ("500 Oh", "<html>"),
        ("503 Busy", "{\"error\":\"x\"}"),
        (OK, "<html>"),
        (OK, ""),
        (OK, "true"),
        ("404 No", "<html>"),
    ] {
        let server = Server::answers(&[answer(status, "", text), answer(OK, "", LIST)]).await;
        let (fetched, kept) = list(plain(&server).as_ref()).await;
        assert_eq!(fetched.unwrap().memory, serde_json::json!({"encoding": "urlencoded"}), "{status} {text}");
        assert_eq!((encodings(&server).as_str(), kept.orders.len()), ("mu", 2));
    }
    let server = Server::answers(&[answer("406 Not", "", ""), answer(OK, "", LIST)]).await;
    list(plain(&server).as_ref()).await.0.unwrap();
    assert!(
        body(&server.seen()[1]).starts_with("payload=%7B%22username%22%3A%22northwind%22%2C"),
        "{:?}",
        server.seen()
    );
}

#[tokio::test]
async fn a_refused_login_is_never_sent_a_second_time() {
    for (status, text) in
        [("401 No", REFUSED), ("401 No", "<html>"), ("403 No", ""), (OK, REFUSED), (OK, "{\"error\":\"no\"}")]
    {
        for memory in [Value::Null, serde_json::json!({"encoding": "multipart"})] {
            let server = Server::answers(&[answer(status, "", text), answer(OK, "", LIST)]).await;
            assert!(list(connect(&server, limits(), &Value::Null, memory.clone()).as_ref()).await.0.is_err());
            assert_eq!(encodings(&server), "m", "{status} {text}");
            let server = Server::answers(&[answer(status, "", text), answer(OK, "", GOOD)]).await;
            assert!(connect(&server, limits(), &Value::Null, memory).validate().await.is_err());
            assert_eq!(encodings(&server), "m", "{status} {text}");
        }
    }
}

#[tokio::test]
async fn a_fixed_encoding_is_the_only_one() {
    for (set, expected) in [("multipart", "m"), ("urlencoded", "u")] {
        let server = Server::answers(&[answer("406 Not", "", ""), answer(OK, "", LIST)]).await;
        let connector = connect(&server, limits(), &serde_json::json!({ "encoding": set }), Value::Null);
        assert!(list(connector.as_ref()).await.0.is_err());
        assert_eq!(encodings(&server), expected);
    }
}

#[tokio::test]
async fn what_worked_last_comes_first() {
    let server = Server::answers(&[answer(OK, "", LIST)]).await;
    let fetched = list(remembering(&server, "urlencoded").as_ref()).await.0.unwrap();
    assert_eq!((encodings(&server).as_str(), fetched.memory), ("u", serde_json::json!({"encoding": "urlencoded"})));
    let server = Server::answers(&[answer("406 Not", "", ""), answer(OK, "", LIST)]).await;
    let fetched = list(remembering(&server, "urlencoded").as_ref()).await.0.unwrap();
    assert_eq!((encodings(&server).as_str(), fetched.memory), ("um", serde_json::json!({"encoding": "multipart"})));
}

#[tokio::test]
async fn a_server_error_is_met_with_patience() {
    let busy = answer("503 Busy", "", "");
    let server = Server::answers(&[busy.clone(), busy.clone(), busy.clone(), answer(OK, "", LIST)]).await;
    assert!(list(plain(&server).as_ref()).await.0.is_ok());
    assert_eq!(encodings(&server), "mumm");
    let server = Server::answers(&[busy.clone(), busy.clone(), answer("406 Not", "", ""), answer(OK, "", LIST)]).await;
    assert!(list(plain(&server).as_ref()).await.0.is_ok());
    assert_eq!(encodings(&server), "mumu");
    let server = Server::answers(std::slice::from_ref(&busy)).await;
    assert!(matches!(list(plain(&server).as_ref()).await.0, Err(ConnectError::CannotReach(HttpError::Status(503)))));
    assert_eq!(encodings(&server), "mummm");
    let server = Server::answers(&[busy.clone(), busy.clone(), answer(OK, "", LIST)]).await;
    assert!(list(remembering(&server, "multipart").as_ref()).await.0.is_ok());
    assert_eq!(encodings(&server), "mmm");
}

#[tokio::test]
async fn a_bad_day_of_a_known_server_is_not_taken_for_a_refused_login() {
    let page = answer(OK, "", "<html>maintenance</html>");
    let server = Server::answers(&[page, answer("401 No", "", REFUSED)]).await;
    let (fetched, _) = list(remembering(&server, "multipart").as_ref()).await;
    assert!(matches!(fetched, Err(ConnectError::NotUnderstood(_))), "{fetched:?}");
    assert_eq!(encodings(&server), "mu");
}

#[tokio::test]
async fn the_words_of_the_server_are_kept_when_both_encodings_fail() {
    let server =
        Server::answers(&[answer("415 Type", "", ""), answer("400 Bad", "", "{\"error\":\"no such tenant\"}")]).await;
    let (fetched, _) = list(plain(&server).as_ref()).await;
    assert!(matches!(fetched, Err(ConnectError::Refused { words, .. }) if words == "no such tenant"));
}

fn cut(text: &str) -> (Vec<u8>, Then) {
    (format!("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{text}").into_bytes(), Then::Close)
}

#[tokio::test]
async fn a_list_that_breaks_off_is_asked_for_again_from_its_beginning() {
    let half = &LIST[..45];
    // Without a length, only the JSON tells that it is cut.
    let no_length = (format!("HTTP/1.0 200 OK\r\n\r\n{half}").into_bytes(), Then::Close);
    let server = Server::plays(vec![cut(half), no_length, (answer(OK, "", LIST), Then::Close)]).await;
    let (fetched, kept) = list(plain(&server).as_ref()).await;
    assert!(fetched.is_ok());
    assert_eq!((kept.restarts, kept.orders.len(), encodings(&server).as_str()), (2, 2, "mmm"));

    let server = Server::plays(vec![cut(half)]).await;
    let (fetched, kept) = list(plain(&server).as_ref()).await;
    assert!(matches!(fetched, Err(ConnectError::BrokeOff(HttpError::CutShort))), "{fetched:?}");
    assert_eq!((kept.restarts, encodings(&server).as_str()), (2, "mmm"));

    let short = HttpLimits { idle: Duration::from_millis(50), ..limits() };
    let server = Server::plays(vec![(cut(half).0, Then::Hang), (answer(OK, "", LIST), Then::Close)]).await;
    assert!(list(connect(&server, short, &Value::Null, Value::Null).as_ref()).await.0.is_ok());

    let server = Server::plays(vec![cut("{\"vali"), (answer(OK, "", GOOD), Then::Close)]).await;
    assert!(plain(&server).validate().await.is_ok());
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_no_credentials() {
    let other = Server::answers(&[answer(OK, "", LIST)]).await;
    let server = Server::answers(&[answer("302 Found", &format!("Location: {}\r\n", other.url("/")), "")]).await;
    assert!(matches!(
        list(plain(&server).as_ref()).await.0,
        Err(ConnectError::CannotReach(HttpError::RedirectElsewhere { .. }))
    ));
    assert!(other.seen().is_empty() && server.seen().len() == 1);
}

#[tokio::test]
async fn an_order_that_is_too_large_is_told_and_a_sink_that_is_full_ends_it() {
    let big = format!("{{\"workOrders\":[1,\"{}\",2]}}", "x".repeat(5 * 1024 * 1024));
    let server = Server::answers(&[answer(OK, "", &big)]).await;
    let (fetched, kept) = list(plain(&server).as_ref()).await;
    assert_eq!(fetched.unwrap().list, List::Complete);
    assert_eq!((kept.orders.len(), kept.lost.len()), (2, 1));
    assert_eq!(kept.lost[0].reason, "order 2 of the list was passed over: it has 6 MiB, and the most is 4 MiB");

    let server = Server::answers(&[answer(OK, "", LIST)]).await;
    let mut full = Kept { full: true, ..Kept::default() };
    assert!(matches!(plain(&server).fetch(Ask::Everything { last: None }, &mut full).await, Err(ConnectError::Sink)));
    assert_eq!(server.seen().len(), 1);
}
