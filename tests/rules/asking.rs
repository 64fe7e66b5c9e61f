//! Rule 19: from which moment the next Refresh asks. The client system has recorded it.

use std::time::{SystemTime, UNIX_EPOCH};

use muster_core::IntegrationInput;
use muster_core::model::{Import, Mode, Outcome};
use muster_tests::pruvan::{Config, Day, Gate, Simulator};
use serde_json::{Value, json};

use crate::support::{FullImport, Office, numbers, order, orders};

const OVERLAP: i64 = 10 * 60;
const HOUR: i64 = 60 * 60;

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The moment that a Refresh asks from now.
async fn asks_from(office: &Office) -> Option<i64> {
    assert_eq!(office.refresh().await.outcome, Some(Outcome::Succeeded));
    office.asked_since()
}

/// Does a Full Import, and says when it began at the earliest and at the latest, in seconds.
async fn full(office: &Office) -> (Import, std::ops::RangeInclusive<i64>) {
    let before = now();
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Succeeded));
    (import, before..=now())
}

/// The moment that is kept, in milliseconds.
fn cursor(office: &Office) -> Option<i64> {
    office.database().query_row("SELECT cursor FROM integrations", [], |row| row.get(0)).unwrap()
}

/// Whether `moment` is `off` seconds from a moment of `began`; a `Date` has no fractions of seconds.
fn is_at(moment: Option<i64>, began: &std::ops::RangeInclusive<i64>, off: i64) -> bool {
    moment.is_some_and(|moment| (began.start() + off - 2..=began.end() + off + 1).contains(&moment))
}

#[tokio::test]
async fn rule_19_the_first_refresh_asks_for_everything_and_a_full_import_always_does() {
    let office = Office::of(orders(1..=3)).await;
    assert_eq!(asks_from(&office).await, None);
    assert_eq!(office.numbers().await, numbers(1..=3));
    office.full().await;
    assert_eq!(office.asked_since(), None);
    assert_eq!(office.asked().last().unwrap().payload["timestamp"], Value::Null);
}

#[tokio::test]
async fn rule_19_a_refresh_asks_from_the_start_of_the_last_import_that_succeeded_less_10_minutes() {
    let office = Office::of(orders(1..=3)).await;
    let (_, began) = full(&office).await;
    let first = asks_from(&office).await;
    assert!(is_at(first, &began, -OVERLAP), "{first:?} {began:?}");
    let began = now();
    office.refresh().await;
    let second = asks_from(&office).await;
    assert!(is_at(second, &(began..=now()), -OVERLAP), "a Refresh counts too");
}

#[tokio::test]
async fn rule_19_the_moment_is_the_start_and_not_the_end() {
    let office = Office::of(orders(1..=3)).await;
    let gate = Gate::after(100);
    office.client.day(Day::All { days: vec![Day::NoDate, Day::Pause(gate.clone())] });
    let run = office.start(FullImport).await;
    gate.reached().await;
    // The import began before this, and ends after it.
    let meanwhile = jiff::Timestamp::now().as_millisecond();
    gate.release();
    run.wait().await.unwrap();
    assert!(cursor(&office).unwrap() <= meanwhile - OVERLAP * 1_000);
}

#[tokio::test]
async fn rule_19_an_import_that_came_to_nothing_does_not_move_the_moment() {
    let office = Office::filled(orders(1..=3)).await;
    office.sql("UPDATE integrations SET cursor = 1764000000000");
    for day in
        [Day::cut(), Day::BareTrue, Day::Error { message: "locked".into() }, Day::Unauthorized { message: "no".into() }]
    {
        office.bad(day);
        assert_eq!(office.refresh().await.outcome, Some(Outcome::Failed));
        assert_eq!(office.asked_since(), Some(1_764_000_000));
        assert_eq!(office.full().await.outcome, Some(Outcome::Failed));
    }
    office.well();
    office.preview().await.cancel().await.unwrap();
    assert_eq!(asks_from(&office).await, Some(1_764_000_000));
    assert_ne!(asks_from(&office).await, Some(1_764_000_000));
}

#[tokio::test]
async fn rule_19_the_moment_is_corrected_by_the_servers_clock() {
    for ahead in [-20 * HOUR, -90, 300] {
        let office = Office::of(orders(1..=3)).await;
        office.client.with(|state| state.set_clock_offset(ahead));
        let (import, began) = full(&office).await;
        let moment = asks_from(&office).await;
        assert!(is_at(moment, &began, ahead - OVERLAP), "{ahead}: {moment:?} {began:?}");
        assert!(import.notes.is_empty(), "{:?}", import.notes);
        // What the client changes by its own clock is not missed.
        office.client.with(|state| state.orders.push_raw(order("4").to_string()));
        assert_eq!(office.refresh().await.counts.added, 1, "{ahead}");
    }
}

#[tokio::test]
async fn rule_19_without_a_date_our_own_clock_counts_and_it_is_noted() {
    let office = Office::of(orders(1..=3)).await;
    office.client.day(Day::NoDate);
    let (import, began) = full(&office).await;
    assert!(import.notes.iter().any(|note| note.contains("our own clock")), "{:?}", import.notes);
    assert!(is_at(asks_from(&office).await, &began, -OVERLAP));
}

#[tokio::test]
async fn rule_19_a_clock_more_than_a_day_off_is_not_believed_and_it_is_noted() {
    for seconds in [25 * HOUR, -25 * HOUR, 400 * 24 * HOUR] {
        let office = Office::of(orders(1..=3)).await;
        office.client.day(Day::ClockOff { seconds });
        let (import, began) = full(&office).await;
        assert!(import.notes.iter().any(|note| note.contains("more than a day off")), "{:?}", import.notes);
        assert!(is_at(asks_from(&office).await, &began, -OVERLAP), "{seconds}");
    }
}

#[tokio::test]
async fn rule_19_the_moment_is_never_later_than_now() {
    let office = Office::of(orders(1..=3)).await;
    office.client.day(Day::ClockOff { seconds: 23 * HOUR });
    let (import, began) = full(&office).await;
    let moment = asks_from(&office).await.unwrap();
    assert!(began.contains(&moment), "{moment} {began:?}");
    assert!(import.notes.is_empty());
    let (_, began) = full(&office).await;
    office.client.day(Day::ClockOff { seconds: 23 * HOUR });
    office.refresh().await;
    assert!((began.start() * 1_000..=now() * 1_000 + 999).contains(&cursor(&office).unwrap()));
    // A moment in the future means that our own clock was put back since: everything is asked for, and it is noted.
    office.sql("UPDATE integrations SET cursor = 9999999999000");
    let import = office.refresh().await;
    assert_eq!(office.asked_since(), None);
    assert!(import.notes.iter().any(|note| note.contains("went back")), "{:?}", import.notes);
    assert!(cursor(&office).unwrap() <= now() * 1_000 + 999, "and it is mended");
}

#[tokio::test]
async fn rule_19_a_change_of_address_or_account_clears_the_moment() {
    let settings = |json: Value| match json {
        Value::Object(settings) => IntegrationInput { settings, ..IntegrationInput::default() },
        _ => panic!(),
    };
    let secret = |name: &str| (name.to_owned(), "12345".to_owned().into());
    let other = Simulator::start(Config::orders(0)).await.unwrap();
    let office = Office::of(orders(1..=3)).await;
    let address = office.client.url().replace("/pruvan", "/another");
    // A secret goes to another server only if it is entered anew.
    let elsewhere = |url: &str| IntegrationInput {
        secrets: vec![secret("password"), secret("token")],
        ..settings(json!({ "url": url }))
    };
    let changes = [
        (true, elsewhere(&address)),
        (true, elsewhere(&other.url())),
        (true, settings(json!({ "extension": "php" }))),
        (true, settings(json!({ "username": "somebody_else" }))),
        (true, IntegrationInput { secrets: vec![secret("password")], ..IntegrationInput::default() }),
        (true, IntegrationInput { secrets: vec![secret("token")], ..IntegrationInput::default() }),
        (false, settings(json!({ "encoding": "multipart" }))),
        (false, IntegrationInput { mode: Some(Mode::Internal), ..IntegrationInput::default() }),
        (false, IntegrationInput { name: Some("Northwind".into()), ..IntegrationInput::default() }),
    ];
    for (clears, change) in changes {
        let office = Office::filled(orders(1..=3)).await;
        let what = format!("{change:?}");
        office.set(change).await.unwrap();
        assert_eq!(cursor(&office).is_none(), clears, "{what}");
        assert_eq!(office.integration().await.validated, !clears, "{what}");
    }
    // And that is what is asked.
    let office = Office::filled(orders(1..=3)).await;
    office.client.with(|state| "somebody_else".clone_into(&mut state.credentials.username));
    office.set(settings(json!({ "username": "somebody_else" }))).await.unwrap();
    assert_eq!(asks_from(&office).await, None);
}
