//! Answers that begin late or stop. With the limits of the program that would take minutes, so these run in this process.

use std::time::Duration;

use muster_core::model::{ImportKind, Outcome};
use muster_core::{ErrorCode, HttpLimits};
use muster_tests::pruvan::{At, Day, Gate, State};
use serde_json::Value;

use super::office_before_the_bad_day;
use crate::support::{CODE, core};

/// Impatient, and with one try only.
fn limits() -> HttpLimits {
    HttpLimits {
        first_byte: Duration::from_millis(400),
        idle: Duration::from_millis(400),
        tries: 2,
        backoff: Duration::from_millis(5),
        ..HttpLimits::default()
    }
}

#[tokio::test]
async fn an_answer_that_begins_late_or_stops_counts_for_nothing() {
    let (office, before) = office_before_the_bad_day().await;
    let muster = core::open(&office, limits()).await;
    for (day, words) in [
        (Day::SlowFirstByte { millis: 600_000 }, "no answer within"),
        (Day::Stall { at: At::Share(0.0) }, "the answer stopped for"),
        (Day::Stall { at: At::Share(0.5) }, "the answer stopped for"),
        (Day::Stall { at: At::BeforeEnd(1) }, "the answer stopped for"),
        (Day::Pause(Gate::after(50_000)), "the answer stopped for"),
    ] {
        for kind in [ImportKind::FullImport, ImportKind::Refresh] {
            office.with_client(State::clear_days);
            office.with_client(|state| state.always(day.clone()));
            let import = core::import(&muster, kind).await;
            let error = import.error.unwrap_or_else(|| panic!("{kind:?} {day:?}: {:?}", import.outcome));
            assert_eq!(
                (import.outcome, error.code),
                (Some(Outcome::Failed), ErrorCode::CannotReach),
                "{kind:?} {day:?}"
            );
            assert!(error.message.contains(words) && error.retry, "{kind:?} {day:?}: {error:?}");
            let integration = muster.integration(&core::code()).await.unwrap();
            assert_eq!(integration.last_error.as_deref(), Some(error.message.as_str()), "{kind:?} {day:?}");
            assert!(office.printed().await == before, "{kind:?} {day:?}");
        }
    }
    assert_eq!(office.integration(CODE).await["status"], "error");
    office.with_client(State::clear_days);
    office.json(&["full-import", CODE]).await.ok();
    assert_eq!(office.integration(CODE).await["last_error"], Value::Null);
}

#[tokio::test]
async fn a_slow_answer_that_keeps_coming_is_waited_for() {
    let (office, _) = office_before_the_bad_day().await;
    let muster = core::open(&office, limits()).await;
    // As long as something comes there is no limit: this takes longer than any of the limits.
    office.client.day(Day::Throttle { bytes_per_second: 600_000 });
    let import = core::import(&muster, ImportKind::FullImport).await;
    assert_eq!((import.outcome, import.counts.added), (Some(Outcome::Succeeded), 5), "{:?}", import.error);
}

#[tokio::test]
async fn a_body_over_the_limit_fails_the_run() {
    let (office, before) = office_before_the_bad_day().await;
    let muster = core::open(&office, HttpLimits { body: 1 << 20, ..limits() }).await;
    for gzip in [false, true] {
        // Packed or not: it is the unpacked size that counts.
        office.with_client(|state| state.gzip = gzip);
        let import = core::import(&muster, ImportKind::FullImport).await;
        assert_eq!(import.error.map(|error| error.code), Some(ErrorCode::TooLarge), "{gzip}");
        assert!(office.printed().await == before, "{gzip}");
    }
}
