//! Bad days on which the rest of the list is good, and days that look bad and are not.

use futures_util::future::join_all;
use muster_tests::pruvan::{Day, State};
use serde_json::{Value, json};

use super::{KINDS, PROJECTS, office_before_the_bad_day};
use crate::support::{CODE, Office, numbers};

/// The project of that number in a list.
fn find<'a>(projects: &'a Value, number: &str) -> &'a Value {
    projects.as_array().unwrap().iter().find(|one| one["work_order_number"] == number).unwrap()
}

/// The list without one project.
fn but(projects: &Value, number: &str) -> Vec<Value> {
    projects.as_array().unwrap().iter().filter(|one| one["work_order_number"] != number).cloned().collect()
}

/// The number of the first order, which many days spoil.
fn first(office: &Office) -> String {
    office.with_client(|state| state.orders.number(0).to_owned())
}

#[tokio::test]
async fn half_of_the_list_and_an_empty_list_wait_for_a_decision() {
    let office = Office::with_projects(PROJECTS).await;
    let before = office.printed().await;
    for (day, pending) in [(Day::HalfList, 500), (Day::EmptyList, PROJECTS)] {
        office.client.day(day.clone());
        let import = office.json(&["full-import", CODE]).await.with_status(3);
        assert_eq!(import["outcome"], "needs_confirmation", "{day:?}");
        assert_eq!((&import["pending_removals"], &import["removed"]), (&json!(pending), &json!(0)), "{day:?}");
        let integration = office.integration(CODE).await;
        assert_eq!(integration["status"], "needs_confirmation", "{day:?}");
        assert_eq!(integration["last_error"], Value::Null, "{day:?}");
        assert!(office.printed().await == before, "{day:?}");
        assert_eq!(office.json(&["removals", CODE]).await.ok().as_array().unwrap().len(), pending, "{day:?}");
    }
    // A good list takes the question back.
    office.json(&["full-import", CODE]).await.ok();
    assert_eq!(office.integration(CODE).await["status"], "idle");
    assert!(office.printed().await == before, "the list");
}

#[tokio::test]
async fn a_refresh_takes_an_empty_list_null_and_half_of_it_for_what_they_are() {
    let office = Office::with_projects(PROJECTS).await;
    let before = office.projects().await;
    for day in [Day::EmptyList, Day::NullList] {
        office.client.day(day.clone());
        let import = office.json(&["refresh", CODE]).await.ok();
        assert_eq!((&import["outcome"], &import["pending_removals"]), (&json!("succeeded"), &json!(0)), "{day:?}");
        assert_eq!(office.projects().await, before, "{day:?}");
    }
    office.with_client(|state| state.orders.change_some(20, 1));
    office.client.day(Day::HalfList);
    let import = office.json(&["refresh", CODE]).await.ok();
    assert_eq!(import["changed"], 10, "{import}");
    let projects = office.projects().await;
    assert_eq!(numbers(&projects), numbers(&before));
    let same = projects.as_array().unwrap().iter().zip(before.as_array().unwrap()).filter(|(one, other)| one == other);
    assert_eq!(same.count(), PROJECTS - 10);
}

#[tokio::test]
async fn of_a_number_that_comes_twice_the_later_one_counts() {
    let office = Office::with_projects(PROJECTS).await;
    let before = office.projects().await;
    let number = first(&office);
    office.with_client(|state| state.orders.change_one(0));
    for kind in KINDS {
        office.client.day(Day::DuplicateNumbers);
        office.json(&[kind, CODE]).await.ok();
        let projects = office.projects().await;
        assert_eq!(find(&projects, &number)["client_status"], "The later one", "{kind}");
        assert_eq!(but(&projects, &number), but(&before, &number), "{kind}");
        // The client says again what it said at first.
        office.json(&["full-import", CODE]).await.ok();
        assert_ne!(find(&office.projects().await, &number)["client_status"], "The later one", "{kind}");
        office.with_client(|state| state.orders.change_one(0));
    }
}

/// Spoils the first order of a list from which three others are missing, too: those may be removed only if the spoilt
/// order counts as seen.
async fn spoil(day: Day, kind: &str) -> (Office, Value, Value, Value, String) {
    let (office, before) = office_before_the_bad_day().await;
    let before = serde_json::from_str(&before).unwrap();
    let number = first(&office);
    office.with_client(|state| state.orders.change_one(0));
    office.client.day(day);
    let import = office.json(&[kind, CODE]).await.ok();
    let after = office.projects().await;
    (office, before, import, after, number)
}

#[tokio::test]
async fn an_order_without_a_number_is_reported_and_stops_the_removals() {
    for kind in KINDS {
        let (office, before, import, after, number) = spoil(Day::OrderWithoutNumber, kind).await;
        assert_eq!((&import["removed"], &import["added"]), (&json!(0), &json!(5)), "{kind}: {import}");
        assert_eq!(import["pending_removals"], 0, "{kind}");
        assert_eq!(import["problems"].as_array().unwrap().len(), 1, "{kind}: {import}");
        assert_eq!(import["problems"][0]["number"], Value::Null, "{kind}");
        assert_eq!(after.as_array().unwrap().len(), PROJECTS + 5, "{kind}");
        assert_eq!(find(&after, &number), find(&before, &number), "{kind}");
        // A good list later on removes them.
        office.with_client(State::clear_days);
        assert_eq!(office.json(&["full-import", CODE]).await.ok()["removed"], 3, "{kind}");
    }
}

#[tokio::test]
async fn an_order_of_10_mb_is_passed_over_and_stops_the_removals() {
    for kind in KINDS {
        let (_office, before, import, after, number) = spoil(Day::HugeOrder { bytes: 10 << 20 }, kind).await;
        assert_eq!((&import["removed"], &import["added"]), (&json!(0), &json!(5)), "{kind}: {import}");
        assert_eq!(import["skipped"], 1, "{kind}: {import}");
        let reason = import["problems"][0]["reason"].as_str().unwrap();
        assert!(reason.contains("passed over"), "{kind}: {reason}");
        assert_eq!(after.as_array().unwrap().len(), PROJECTS + 5, "{kind}");
        assert_eq!(find(&after, &number), find(&before, &number), "{kind}");
    }
}

#[tokio::test]
async fn dates_that_cannot_be_read_stay_what_they_were_and_are_reported() {
    for kind in KINDS {
        let (office, before, import, after, number) = spoil(Day::BadDates, kind).await;
        let removed = if kind == "refresh" { 0 } else { 3 };
        assert_eq!(import["removed"], removed, "{kind}: {import}");
        let problems = import["problems"].as_array().unwrap();
        assert!(problems.iter().all(|one| one["number"] == number.as_str()), "{kind}: {import}");
        let reasons: Vec<_> = problems.iter().map(|one| one["reason"].as_str().unwrap()).collect();
        assert!(reasons.iter().any(|why| why.contains("due_date") && why.contains("Nonuary")), "{kind}: {reasons:?}");
        for field in ["due_date", "client_due_date"] {
            assert_eq!(find(&after, &number)[field], find(&before, &number)[field], "{kind}: {field}");
        }
        // The rest of the order still counts.
        let sent = office.with_client(|state| state.orders.value(0)["clientStatus"].clone());
        assert_eq!(find(&after, &number)["client_status"], sent, "{kind}");
    }
}

#[tokio::test]
async fn a_part_of_an_order_that_nobody_knows_is_reported_and_counts_as_seen() {
    for kind in KINDS {
        let (_office, _, import, after, _) = spoil(Day::PartialUpdate { number: "NOBODY-1".into() }, kind).await;
        assert_eq!(import["problems"][0]["number"], "NOBODY-1", "{kind}: {import}");
        assert_eq!(import["removed"], if kind == "refresh" { 0 } else { 3 }, "{kind}: {import}");
        assert!(!numbers(&after).contains(&"NOBODY-1".to_owned()), "{kind}");
    }
}

#[tokio::test]
async fn what_is_no_order_is_reported_and_stops_the_removals() {
    for element in ["\"not an order\"", "null", "17", "true", "[]", "{}", r#"{"workOrderNumber":[1]}"#] {
        let (_office, before, import, after, _) = spoil(Day::NotAnObject { json: element.into() }, "full-import").await;
        assert_eq!((&import["removed"], &import["added"]), (&json!(0), &json!(5)), "{element}: {import}");
        assert_eq!(import["problems"].as_array().unwrap().len(), 1, "{element}: {import}");
        assert!(numbers(&before).iter().all(|number| numbers(&after).contains(number)), "{element}");
    }
}

#[tokio::test]
async fn days_that_look_bad_and_are_not() {
    let office = Office::with_projects(PROJECTS).await;
    let before = office.printed().await;
    for day in [
        Day::Gzip,
        Day::Bom,
        Day::ErrorFirst,
        Day::ExtraKeys,
        Day::ContentType { value: "text/html; charset=UTF-8".into() },
        Day::ContentType { value: "application/octet-stream".into() },
        Day::SlowFirstByte { millis: 300 },
        Day::DeepNesting { depth: 10_000 },
        Day::Trailing { text: " \r\n\r\n ".into() },
        Day::RedirectSameHost { status: 307 },
        Day::RedirectSameHost { status: 308 },
    ] {
        for kind in KINDS {
            office.client.day(day.clone());
            let import = office.json(&[kind, CODE]).await;
            assert_eq!(import.status, Some(0), "{kind} {day:?}: {}", import.out);
            assert_eq!(import.value()["problems"], json!([]), "{kind} {day:?}");
            assert!(office.printed().await == before, "{kind} {day:?}");
        }
    }
    assert!(!before.contains("DECOY-1"));
}

#[tokio::test]
async fn a_bad_moment_is_waited_for() {
    join_all(KINDS.map(bad_moments)).await;
}

async fn bad_moments(kind: &str) {
    let office = Office::with_projects(PROJECTS).await;
    let before = office.printed().await;
    for (day, times) in [
        (Day::TooManyRequests { retry_after: Some("1".into()) }, 2),
        (Day::Unavailable { retry_after: None }, 2),
        (Day::Unavailable { retry_after: Some("1".into()) }, 1),
        (Day::Html { status: 502 }, 1),
        (Day::Reset, 1),
        (Day::ResetOnAccept, 1),
        (Day::NoAnswer, 2),
        (Day::cut(), 2),
    ] {
        office.client.clear_requests();
        office.with_client(|state| state.days(day.clone(), times));
        let done = office.json(&[kind, CODE]).await;
        assert_eq!(done.status, Some(0), "{kind} {day:?}: {}", done.out);
        // A connection that is reset at once brings no request.
        let refused = if matches!(day, Day::ResetOnAccept) { 0 } else { times as usize };
        assert_eq!(office.client.requests().len(), refused + 1, "{kind} {day:?}");
        assert!(office.printed().await == before, "{kind} {day:?}");
    }
}

#[tokio::test]
async fn a_clock_that_is_off_loses_no_change() {
    const HOUR: i64 = 3_600;
    let office = Office::with_projects(50).await;
    for (seconds, noted) in [
        (86_400, false),
        (-86_400, false),
        (23 * HOUR, false),
        (-23 * HOUR, false),
        (25 * HOUR, true),
        (300 * 24 * HOUR, true),
        (-25 * HOUR, true),
    ] {
        office.with_client(|state| state.set_clock_offset(seconds));
        let full = office.json(&["full-import", CODE]).await.ok();
        let is_noted = full["notes"].to_string().contains("more than a day off");
        // A clock of exactly a day off may be seen as either: the seconds run while the answer comes.
        assert!(is_noted == noted || seconds.abs() == 86_400, "{seconds}: {full}");
        let changed = office.with_client(|state| {
            let changed = state.orders.change_some(5, 1);
            changed.into_iter().map(|place| state.orders.value(place)).collect::<Vec<_>>()
        });
        let refresh = office.json(&["refresh", CODE]).await.ok();
        let asked = office.client.requests().pop().unwrap().timestamp().unwrap();
        let now = jiff::Timestamp::now().as_second();
        assert!(asked <= now, "{seconds}: never from later than now");
        if seconds > -86_400 {
            assert_eq!(refresh["changed"], 5, "{seconds}: {refresh}");
            let projects = office.projects().await;
            for order in &changed {
                let number = order["workOrderNumber"].as_str().unwrap();
                assert_eq!(find(&projects, number)["client_status"], order["clientStatus"], "{seconds}");
            }
        }
        // Whatever a Refresh could not know, a Full Import mends.
        office.json(&["full-import", CODE]).await.ok();
        assert_eq!(office.json(&["full-import", CODE]).await.ok()["unchanged"], 50, "{seconds}");
    }
}
