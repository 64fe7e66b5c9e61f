use super::testing::{Server, Then, answer, limits};
use super::*;

const OK: &str = "200 OK";

fn post(url: &str) -> Request {
    Request::new(Method::POST, Url::parse(url).unwrap()).body("text/plain", "the secret body")
}

async fn send(limits: HttpLimits, request: &Request) -> Result<Answer, HttpError> {
    Http::new(limits)?.send(request).await
}

async fn whole(limits: HttpLimits, url: &str) -> Result<Vec<u8>, HttpError> {
    send(limits, &post(url)).await?.small(1 << 20).await
}

#[tokio::test]
async fn an_answer_comes_with_its_status_and_body() {
    let server =
        Server::answers(&[answer("404 Not Found", "Date: Mon, 24 Nov 2025 16:01:00 GMT\r\n", "no such page")]).await;
    let answer = send(limits(), &post(&server.url("/a?b=c"))).await.unwrap();
    assert_eq!(answer.status, 404);
    assert!(answer.server_ahead.is_some());
    assert_eq!(answer.small(100).await.unwrap(), b"no such page");
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].starts_with("POST /a?b=c HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(seen[0].contains("user-agent: Muster/"));
    assert!(seen[0].contains("accept-encoding: gzip\r\n"));
    assert!(seen[0].ends_with("\r\n\r\nthe secret body"));
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for status in ["408 Request Timeout", "425 Too Early", "429 Too Many Requests", "500 Oh", "503 Busy", "504 Late"] {
        let server = Server::answers(&[answer(status, "", "later"), answer(OK, "", "fine")]).await;
        assert_eq!(whole(limits(), &server.url("/")).await.unwrap(), b"fine", "{status}");
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn what_will_not_pass_is_not_tried_again() {
    for status in ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "406 Not Acceptable"] {
        let server = Server::answers(&[answer(status, "", "no"), answer(OK, "", "fine")]).await;
        assert_eq!(whole(limits(), &server.url("/")).await.unwrap(), b"no", "{status}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn after_the_last_try_the_answer_comes_back_as_it_is() {
    let server = Server::answers(&[answer("503 Busy", "", "sorry")]).await;
    let answer = send(limits(), &post(&server.url("/"))).await.unwrap();
    assert_eq!(answer.status, 503);
    assert_eq!(answer.small(100).await.unwrap(), b"sorry");
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn a_status_can_be_handed_back_instead() {
    let script = [answer("503 Busy", "Retry-After: 7\r\n", "sorry"), answer("503 Busy", "", "sorry")];
    let server = Server::answers(&script).await;
    let request = post(&server.url("/")).hand_back(|status| status.is_server_error());
    let answer = send(limits(), &request).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.retry_after), (503, Some(Duration::from_secs(7))));
    assert_eq!(server.seen().len(), 1);
    let again = post(&server.url("/")).again(Some(Duration::ZERO));
    assert_eq!(send(limits(), &again).await.unwrap().status, 503);
    assert_eq!(server.seen().len(), 4, "what was handed back counts as the first of four tries");
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_headers_is_tried_again() {
    let server = Server::plays(vec![
        (Vec::new(), Then::Close),
        (b"HTTP/1.1 200 O".to_vec(), Then::Close),
        (b"this is no HTTP\r\n\r\n".to_vec(), Then::Close),
        (answer(OK, "", "fine"), Then::Close),
    ])
    .await;
    assert_eq!(whole(limits(), &server.url("/")).await.unwrap(), b"fine");
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn no_headers_in_time_is_no_answer() {
    let server = Server::plays(vec![(Vec::new(), Then::Hang)]).await;
    let short = HttpLimits { first_byte: Duration::from_millis(50), tries: 2, ..limits() };
    let error = whole(short, &server.url("/")).await.unwrap_err();
    assert_eq!(error.to_string(), "no answer within 50 milliseconds");
    assert!(error.may_pass());
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_body_that_stops_is_noticed_and_not_asked_for_again_here() {
    let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome".to_vec();
    let server = Server::plays(vec![(begun, Then::Hang)]).await;
    let short = HttpLimits { idle: Duration::from_millis(50), ..limits() };
    let error = whole(short, &server.url("/")).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer stopped for 50 milliseconds");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_body_that_is_cut_short_is_noticed() {
    for head in ["Content-Length: 100\r\n\r\nsome", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"] {
        let begun = format!("HTTP/1.1 200 OK\r\n{head}").into_bytes();
        let server = Server::plays(vec![(begun, Then::Close)]).await;
        let error = whole(limits(), &server.url("/")).await.unwrap_err();
        assert!(matches!(error, HttpError::CutShort), "{error:?}");
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

fn packed(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

#[tokio::test]
async fn a_packed_body_is_unpacked_and_one_that_is_cut_or_damaged_is_noticed() {
    let text = "a long text; ".repeat(1000);
    let whole_body = gzip(text.as_bytes());
    let server = Server::answers(&[packed(&whole_body)]).await;
    assert_eq!(whole(limits(), &server.url("/")).await.unwrap(), text.as_bytes());

    for cut in [whole_body.len() - 1, whole_body.len() - 8, whole_body.len() / 2, 12] {
        let server = Server::answers(&[packed(&whole_body[..cut])]).await;
        let error = whole(limits(), &server.url("/")).await.unwrap_err();
        assert!(matches!(error, HttpError::CutShort), "{cut}: {error:?}");
    }

    let server = Server::answers(&[packed(b"this is not packed at all")]).await;
    let error = whole(limits(), &server.url("/")).await.unwrap_err();
    assert!(matches!(error, HttpError::Unpack(_)), "{error:?}");
}

#[tokio::test]
async fn the_limit_of_a_body_holds_for_what_is_unpacked() {
    let server = Server::answers(&[packed(&gzip(&vec![b' '; 1 << 20]))]).await;
    let small = HttpLimits { body: 1 << 19, ..limits() };
    let mut answer = send(small, &post(&server.url("/"))).await.unwrap();
    let error = loop {
        match answer.chunk().await {
            Ok(chunk) => assert!(chunk.is_some(), "the limit did not hold"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, HttpError::TooLarge(_)), "{error:?}");
}

#[tokio::test]
async fn a_redirect_within_the_same_place_repeats_the_request() {
    for status in ["301 A", "302 B", "307 C", "308 D"] {
        let server = Server::answers(&[answer(status, "Location: /new?x=1\r\n", ""), answer(OK, "", "fine")]).await;
        assert_eq!(whole(limits(), &server.url("/old")).await.unwrap(), b"fine", "{status}");
        let seen = server.seen();
        assert!(seen[1].starts_with("POST /new?x=1 "), "{}", seen[1]);
        assert!(seen[1].ends_with("the secret body"));
    }
}

#[tokio::test]
async fn a_redirect_to_another_place_gets_nothing() {
    let other = Server::answers(&[answer(OK, "", "thank you")]).await;
    for to in [other.url("/?q=1"), format!("http://localhost:{}/", other.port), "https://127.0.0.1/".to_owned()] {
        let server = Server::answers(&[answer("307 T", &format!("Location: {to}\r\n"), "")]).await;
        let error = whole(limits(), &server.url("/")).await.unwrap_err();
        assert!(matches!(error, HttpError::RedirectElsewhere { .. }), "{to}: {error:?}");
        assert!(!error.to_string().contains('?'), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_that_cannot_be_followed_is_an_error() {
    let server = Server::answers(&[answer("302 Round", "Location: /\r\n", "")]).await;
    assert!(matches!(whole(limits(), &server.url("/")).await, Err(HttpError::TooManyRedirects(5))));
    assert_eq!(server.seen().len(), 6);
    for bad in ["303 See\r\nLocation: /x", "302 Nowhere", "302 Bad\r\nLocation: http://[/"] {
        let server = Server::answers(&[answer(bad, "", "")]).await;
        let error = whole(limits(), &server.url("/")).await.unwrap_err();
        assert!(matches!(error, HttpError::BadRedirect(_)), "{bad}: {error:?}");
    }
}

#[test]
fn a_redirect_may_upgrade_to_https_on_the_same_host_only() {
    let to = |from: &str, to: &str| {
        let location = to.parse().unwrap();
        request::redirected(&Url::parse(from).unwrap(), Some(&location), StatusCode::FOUND).is_ok()
    };
    assert!(to("http://a.example/x", "https://a.example/x"));
    assert!(to("https://a.example/x", "https://a.example:443/y"));
    assert!(to("https://a.example/x", "//a.example/y"));
    assert!(!to("http://a.example:8080/x", "https://a.example/x"));
    assert!(!to("https://a.example/x", "http://a.example/x"));
    assert!(!to("https://a.example/x", "https://b.a.example/x"));
    assert!(!to("https://a.example/x", "https://a.example:444/x"));
    assert!(!to("https://a.example/x", "https://user:word@a.example/x"));
    assert!(!to("https://a.example/x", "ftp://a.example/x"));
}

#[test]
fn only_https_leaves_this_machine_unless_the_admin_allows_it() {
    let check = |url: &str, allow| request::check(&Url::parse(url).unwrap(), allow);
    for here in
        ["http://localhost/", "http://LOCALHOST:1/", "http://127.9.8.7/", "http://[::1]:5/", "https://a.example/"]
    {
        assert!(check(here, false).is_ok(), "{here}");
    }
    for there in
        ["http://a.example/", "http://localhost.example/", "http://10.0.0.1/", "http://[::2]/", "http://0.0.0.0/"]
    {
        assert!(matches!(check(there, false), Err(HttpError::NotHttps { .. })), "{there}");
        assert!(check(there, true).is_ok(), "{there}");
    }
    for never in
        ["ftp://a.example/", "file:///etc/passwd", "data:,x", "https://user@a.example/", "https://:word@a.example/"]
    {
        assert!(matches!(check(never, true), Err(HttpError::BadAddress(_))), "{never}");
    }
}

#[tokio::test]
async fn nobody_there_is_a_refused_connection() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = whole(limits(), &format!("http://127.0.0.1:{port}/?secret=1")).await.unwrap_err();
    assert_eq!(error.to_string(), "the connection was refused");
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_no_certificate_problem() {
    use tokio::io::AsyncWriteExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(&answer("400 Bad Request", "", "this is plain HTTP")).await.unwrap();
        stream.flush().await.unwrap();
        std::future::pending::<()>().await;
    });
    match whole(limits(), &url).await.unwrap_err() {
        // A computer without any certificates cannot even begin.
        HttpError::Tls(_) | HttpError::NoCertificates(_) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_server_asks_to_wait_wins_and_too_long_is_reported() {
    let limits = HttpLimits::default();
    let seconds = Duration::from_secs;
    assert_eq!(retry::next(&limits, 1, Some(seconds(120))), Next::After(seconds(120)));
    assert_eq!(retry::next(&limits, 1, Some(seconds(301))), Next::TooLong(seconds(301)));
    for tries in 1..40 {
        let Next::After(wait) = retry::next(&limits, tries, None) else { panic!() };
        assert!(wait <= seconds(30) && wait <= seconds(1) * 2_u32.saturating_pow(tries - 1), "{tries}: {wait:?}");
    }
    let read = |text: &str| retry::retry_after(&text.parse().unwrap());
    assert_eq!(read(" 17 "), Some(seconds(17)));
    assert_eq!(read("Mon, 24 Nov 2014 16:01:00 GMT"), Some(seconds(0)));
    assert!(read("Wed, 24 Nov 2094 16:01:00 GMT") > Some(seconds(1_000_000)));
    assert_eq!(read("soon"), None);
    assert_eq!(read("-5"), None);
}

#[tokio::test]
async fn a_long_wait_is_reported_and_not_waited_for() {
    let server = Server::answers(&[answer("429 Slow down", "Retry-After: 7200\r\n", "")]).await;
    let error = whole(limits(), &server.url("/")).await.unwrap_err();
    assert_eq!(error.to_string(), "it asks to wait 2 hours before the next request");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_request_never_shows_its_body_or_its_query() {
    let shown = format!("{:?}", post("https://a.example/?key=word"));
    assert!(shown.contains("a.example") && !shown.contains("word") && !shown.contains("secret"), "{shown}");
}
