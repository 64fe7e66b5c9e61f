//! Bad days on which nothing can be imported.

use muster_tests::pruvan::{At, Config, Day, Simulator};

use super::{KINDS, PROJECTS, Refusal, office_before_the_bad_day, play, refusal};
use crate::support::{CODE, Office};

fn raw(status: u16, body: &'static str) -> Day {
    Day::Raw { status, content_type: "application/json".into(), body: body.into() }
}

#[tokio::test]
async fn a_refused_login_is_told_and_never_tried_again() {
    let message = "user is locked".to_owned();
    play(
        &KINDS,
        &[
            refusal(Day::Unauthorized { message: message.clone() }, "wrong_credentials", "user is locked").asked(1),
            refusal(Day::Error { message: message.clone() }, "wrong_credentials", "user is locked").asked(1),
            refusal(Day::ErrorWithOrders { message: message.clone(), before: false }, "refused", "user is locked")
                .asked(1),
            refusal(Day::ErrorWithOrders { message, before: true }, "refused", "user is locked").asked(1),
            refusal(raw(200, r#"{"error":"no such call"}"#), "refused", "no such call").asked(1),
            refusal(raw(200, r#"{"error":{"text":"odd"},"workOrders":[]}"#), "refused", "odd").asked(1),
            refusal(raw(401, ""), "wrong_credentials", "401").asked(1),
            refusal(raw(403, "<html>"), "wrong_credentials", "403").asked(1),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_is_no_list_is_not_understood() {
    let not_understood = |day, words| refusal(day, "not_understood", words);
    play(
        &KINDS,
        &[
            refusal(Day::NotAcceptable, "refused", "Length cannot be less than zero"),
            not_understood(Day::HtmlPage, "a web page"),
            not_understood(Day::Html { status: 404 }, "404"),
            not_understood(Day::BareTrue, "\"true\""),
            not_understood(raw(200, "1"), "just a number"),
            not_understood(raw(200, "null"), "just \"null\""),
            not_understood(raw(200, "[]"), "a list"),
            not_understood(raw(200, "\"\""), "just a text"),
            not_understood(Day::EmptyBody, "empty"),
            not_understood(Day::Garbage, "no JSON"),
            not_understood(Day::NoList, "it has no list"),
            not_understood(Day::ListIsObject, "a list \"workOrders\" is expected"),
            not_understood(Day::ListIsText, "a list \"workOrders\" is expected"),
            not_understood(raw(200, r#"{"workOrders":true,"error":""}"#), "a list \"workOrders\" is expected"),
            not_understood(raw(200, r#"{"workOrders":17,"error":""}"#), "a list \"workOrders\" is expected"),
            not_understood(Day::Trailing { text: "\n<b>Notice</b>: Undefined index".into() }, "JSON is broken"),
            not_understood(raw(200, r#"{"workOrders":[],"error":"",}"#), "JSON is broken"),
            not_understood(raw(200, r#"{"workOrders":[{"workOrderNumber":"A""#), ""),
        ]
        .into_iter()
        .map(|row| if row.words.is_empty() { refusal(row.day, "cannot_reach", "cut short") } else { row })
        .collect::<Vec<Refusal>>(),
    )
    .await;
}

#[tokio::test]
async fn null_in_a_full_import_is_no_empty_list() {
    play(&["full-import"], &[refusal(Day::NullList, "not_understood", "null").asked(1)]).await;
}

#[tokio::test]
async fn an_answer_that_is_cut_short_counts_for_nothing() {
    let cut = |day| refusal(day, "cannot_reach", "cut short");
    play(
        &KINDS,
        &[
            cut(Day::CutChunked { at: At::default() }),
            cut(Day::CutChunked { at: At::BeforeEnd(1) }),
            cut(Day::CutChunked { at: At::BeforeEnd(0) }),
            cut(Day::CutLength { at: At::Share(0.9) }),
            cut(Day::CutLength { at: At::BeforeEnd(1) }),
            cut(Day::CutJson { at: At::Share(0.3) }),
            cut(Day::CutJson { at: At::BeforeEnd(1) }),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_packed_answer_that_cannot_be_unpacked_counts_for_nothing() {
    play(
        &KINDS,
        &[
            refusal(Day::GzipCut { at: At::Share(0.6) }, "cannot_reach", ""),
            refusal(Day::GzipCut { at: At::BeforeEnd(1) }, "cannot_reach", ""),
            refusal(Day::GzipCut { at: At::BeforeEnd(0) }, "cannot_reach", ""),
            refusal(Day::GzipLie, "cannot_reach", "could not be unpacked"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_server_that_is_down_is_asked_again_and_then_told() {
    play(
        &KINDS,
        &[
            refusal(Day::Html { status: 503 }, "cannot_reach", "503"),
            refusal(Day::Html { status: 500 }, "cannot_reach", "500"),
            refusal(Day::Unavailable { retry_after: Some("7200".into()) }, "cannot_reach", "asks to wait 2 hours")
                .asked(1),
            refusal(
                Day::TooManyRequests { retry_after: Some("86400".into()) },
                "cannot_reach",
                "asks to wait 24 hours",
            )
            .asked(1),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_then_told() {
    play(
        &KINDS,
        &[
            refusal(Day::TooManyRequests { retry_after: Some("1".into()) }, "refused", "too many requests").asked(4),
            refusal(Day::Unavailable { retry_after: None }, "cannot_reach", "503"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_is_told() {
    play(
        &KINDS,
        &[
            refusal(Day::Reset, "cannot_reach", "before an answer").asked(4),
            refusal(Day::NoAnswer, "cannot_reach", "before an answer").asked(4),
            refusal(Day::ResetOnAccept, "cannot_reach", "before an answer"),
        ],
    )
    .await;
}

#[tokio::test]
async fn credentials_do_not_follow_a_redirect_to_another_host() {
    let elsewhere = Simulator::start(Config::orders(PROJECTS)).await.unwrap();
    let to = format!("{}/getWorkOrders", elsewhere.url());
    let mut rows: Vec<Refusal> = [301, 302, 307, 308]
        .into_iter()
        .map(|status| {
            refusal(Day::Redirect { status, to: to.clone() }, "cannot_reach", "redirects to another address").asked(1)
        })
        .collect();
    rows.push(refusal(Day::Redirect { status: 303, to: to.clone() }, "cannot_reach", "redirects").asked(1));
    rows.push(refusal(
        Day::Redirect { status: 307, to: "https://other.example/".into() },
        "cannot_reach",
        "other.example",
    ));
    rows.push(refusal(Day::RedirectSameHost { status: 307 }, "cannot_reach", "more than 5 times"));
    play(&KINDS, &rows).await;
    assert!(elsewhere.requests().is_empty(), "nothing was sent there");
}

#[tokio::test]
async fn a_client_that_is_gone_is_told_and_forgotten_when_it_is_back() {
    let (mut office, before) = office_before_the_bad_day().await;
    office.client.refuse().await;
    for kind in KINDS {
        let import = office.json(&[kind, CODE]).await.with_status(1);
        assert_eq!(import["error"]["code"], "cannot_reach", "{import}");
        assert!(import["error"]["message"].as_str().unwrap().contains("the connection was refused"), "{import}");
        assert_eq!(import["error"]["retry"], true);
        assert!(office.printed().await == before, "{kind}");
        assert_eq!(office.integration(CODE).await["last_error"], import["error"]["message"]);
    }
    office.client.listen_again().await.unwrap();
    office.json(&["refresh", CODE]).await.ok();
    assert_eq!(office.integration(CODE).await["status"], "idle");
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told() {
    let office = Office::alone(Config::default()).await;
    let args = [
        "integration",
        "add",
        "--type",
        "pruvan",
        "--code",
        CODE,
        "--set",
        "url=https://client.invalid/pruvan",
        "--set",
        "username=u",
        "--secret",
        "password=env:PASSWORD",
        "--no-validate",
    ];
    office.json(&args).await.ok();
    let import = office.json(&["refresh", CODE]).await.with_status(1);
    assert_eq!(import["error"]["code"], "cannot_reach", "{import}");
}
