//! Rule 7: what is tried again, and what never is.

use std::time::Duration;

use muster_core::model::Outcome;
use muster_core::{ErrorCode, HttpLimits, OnSave};
use muster_tests::pruvan::{Day, Encoding, Server};

use crate::support::{FullImport, Office, Refresh, Setup, limits, numbers, orders};

fn answer(status: u16) -> Day {
    Day::Raw { status, content_type: "text/plain".into(), body: "not today".into() }
}

#[tokio::test]
async fn rule_07_what_may_pass_is_tried_again() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let office = Office::of(orders(1..=3)).await;
        office.client.day(answer(status));
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded), "{status}");
        assert_eq!(office.asked().len(), 2, "{status}");
    }
    let days = [
        Day::ResetOnAccept,
        Day::Reset,
        Day::NoAnswer,
        Day::cut(),
        Day::CutJson { at: muster_tests::pruvan::At::Share(0.5) },
    ];
    for day in days {
        let office = Office::of(orders(1..=3)).await;
        office.client.day(day.clone());
        assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded), "{day:?}");
        assert_eq!(office.numbers().await, numbers(1..=3), "{day:?}");
    }
}

#[tokio::test]
async fn rule_07_an_answer_that_does_not_come_is_asked_for_again() {
    let limits = HttpLimits { first_byte: Duration::from_millis(500), tries: 4, ..limits() };
    let office = Setup { limits, ..Setup::default() }.office(orders(1..=3)).await;
    office.client.day(Day::SlowFirstByte { millis: 3_600_000 });
    assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded));
    assert!(office.asked().len() >= 2);
}

#[tokio::test]
async fn rule_07_what_will_not_pass_is_asked_once() {
    for status in [400, 402, 404, 405, 409, 410, 415, 422] {
        let office = Office::of(orders(1..=3)).await;
        office.client.day(answer(status));
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "{status}");
        assert_eq!(office.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn rule_07_tries_come_to_an_end() {
    let office = Office::of(orders(1..=3)).await;
    office.bad(answer(503));
    let import = office.full().await;
    assert_eq!(import.error.unwrap().code, ErrorCode::CannotReach);
    assert_eq!(office.asked().len(), 2, "as often as the limits say");
}

#[tokio::test]
async fn rule_07_retry_after_wins() {
    // Without it the next try would follow at once, and go well. An hour is longer than anybody waits: it is reported.
    for status in [
        Day::TooManyRequests { retry_after: Some("3600".into()) },
        Day::Unavailable { retry_after: Some("3600".into()) },
    ] {
        let office = Office::of(orders(1..=3)).await;
        office.client.day(status);
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed));
        let error = import.error.unwrap();
        assert!(error.retry && error.message.contains("asks to wait"), "{error:?}");
        assert_eq!(office.asked().len(), 1);
    }
}

#[tokio::test]
async fn rule_07_a_refused_login_is_never_tried_again_nor_in_another_encoding() {
    let refusals = [
        Day::Unauthorized { message: "who are you".into() },
        Day::Error { message: "who are you".into() },
        answer(401),
        answer(403),
    ];
    for encoding in ["auto", "urlencoded", "multipart"] {
        for (known, on_save) in [(true, OnSave::Validate), (false, OnSave::DoNotValidate)] {
            let office = Setup { encoding, on_save, ..Setup::default() }.office(orders(1..=3)).await;
            for day in &refusals {
                for kind in [FullImport, Refresh] {
                    office.client.clear_requests();
                    office.bad(day.clone());
                    let import = office.start(kind).await.wait().await.unwrap();
                    let error = import.error.unwrap();
                    assert_eq!(error.code, ErrorCode::WrongCredentials, "{encoding} {known} {day:?}");
                    assert!(!error.retry);
                    assert_eq!(office.client.requests().len(), 1, "{encoding} {known} {day:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn rule_07_the_encoding_is_found_out_once_and_remembered() {
    for (server, works) in [
        (Server::UrlencodedOnly { refusal: 415 }, Encoding::UrlEncoded),
        (Server::UrlencodedOnly { refusal: 500 }, Encoding::UrlEncoded),
        (Server::UrlencodedOnly { refusal: 200 }, Encoding::UrlEncoded),
        (Server::MultipartOnly { refusal: 406 }, Encoding::Multipart),
    ] {
        let setup = Setup { server, encoding: "auto", on_save: OnSave::DoNotValidate, ..Setup::default() };
        let office = setup.office(orders(1..=3)).await;
        office.fills().await;
        assert_eq!(office.refresh().await.outcome, Some(Outcome::Succeeded));
        let encodings: Vec<_> = office.asked().iter().map(|request| request.encoding).collect();
        assert_eq!(encodings, [works], "{server:?}");
    }
}
