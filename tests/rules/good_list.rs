//! Rules 4 to 6: what counts as a good list.

use muster_core::model::{Field, Import, Outcome};
use muster_core::{ErrorCode, HttpLimits};
use muster_tests::pruvan::Day;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::{Office, Setup, limits, numbers, order, order_with, orders};

fn reasons(import: &Import) -> Vec<(Option<&str>, &str)> {
    import.problems.iter().map(|problem| (problem.number.as_deref(), problem.reason.as_str())).collect()
}

fn json_answer(body: impl Into<String>) -> Day {
    Day::Raw { status: 200, content_type: "application/json".into(), body: body.into().into() }
}

#[tokio::test]
async fn rule_04_a_bad_order_does_not_fail_the_run_and_is_reported_by_number_with_the_reason() {
    let office = Office::filled(orders(1..=10)).await;
    let mut now = orders(1..=9);
    now[2] = order_with("3", json!({ "city": "Reno", "dueDate": "the 32nd of Nonuary", "clientDueDate": { "a": 1 } }));
    now.push(json!({ "workOrderNumber": "11", "address1": "1 Elm", "zip": "1", "state": "OK", "services": [] }));
    now.push(order("12"));
    office.sends(now);
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Succeeded));
    let problems = reasons(&import);
    assert_eq!((problems.len(), import.problem_count), (3, 3), "{problems:?}");
    assert!(problems[0].0 == Some("3") && problems[0].1.contains("due_date"), "{problems:?}");
    assert!(problems[1].0 == Some("3") && problems[1].1.contains("client_due_date"), "{problems:?}");
    assert!(problems[2].0 == Some("11") && problems[2].1.contains("city, services"), "{problems:?}");
    // The rest of the bad order counts, and the rest of the list too, removals included.
    assert_eq!(office.text("3", Field::City).await, "Reno");
    assert_eq!(office.text("3", Field::DueDate).await, "2026-12-04");
    assert_eq!(office.numbers().await, numbers((1..=9).chain([12])));
    assert_eq!((import.counts.added, import.counts.removed, import.counts.skipped), (1, 1, 1));
}

#[tokio::test]
async fn rule_04_a_bad_order_counts_as_seen() {
    let office = Office::filled(orders(1..=10)).await;
    let mut now: Vec<Vec<u8>> = orders(2..=9).iter().map(|order| order.to_string().into_bytes()).collect();
    now.push(b"{\"workOrderNumber\":\"10\",\"city\":\"\xff\xfe\"}".to_vec());
    office.sends_raw(now);
    let import = office.full().await;
    assert_eq!(reasons(&import), [(Some("10"), "its text is not UTF-8")]);
    assert_eq!(import.counts.removed, 1, "{import:?}");
    assert_eq!(office.numbers().await, numbers(2..=10));
}

#[tokio::test]
async fn rule_04_an_order_without_a_usable_key_stops_the_removals_of_that_run() {
    let nameless = [
        r#"{"address1":"1 Elm","city":"Reno"}"#,
        r#"{"workOrderNumber":null,"address1":"1 Elm"}"#,
        r#"{"workOrderNumber":""}"#,
        r#"{"workOrderNumber":"  \t "}"#,
        r#"{"workOrderNumber":{"id":1}}"#,
        r#"{"workOrderNumber":[1]}"#,
        r"{}",
        r"[]",
        r#""10""#,
        r"10",
        r"null",
    ];
    for (place, order) in nameless.into_iter().enumerate() {
        let office = Office::filled(orders(1..=10)).await;
        let mut now: Vec<Vec<u8>> = orders(2..=11).iter().map(|order| order.to_string().into_bytes()).collect();
        now.insert(place.min(now.len()), order.as_bytes().to_vec());
        office.sends_raw(now);
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded), "{order}");
        assert_eq!((import.counts.added, import.counts.removed, import.counts.skipped), (1, 0, 1), "{order}");
        assert_eq!(import.problems.len(), 1, "{order}");
        assert_eq!(import.problems[0].number, None, "{order}");
        assert!(import.notes.iter().any(|note| note.contains("nothing was removed")), "{order}: {:?}", import.notes);
        assert_eq!(office.numbers().await, numbers(1..=11), "{order}");
        assert!(office.waiting().await.is_empty(), "{order}");
        // Only of that run.
        office.sends(orders(2..=11));
        assert_eq!(office.full().await.counts.removed, 1);
    }
}

#[tokio::test]
async fn rule_04_confirming_beforehand_does_not_stand_for_a_key() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(vec![order("1"), json!({ "city": "Reno" })]);
    let preview = office.preview().await;
    assert!(preview.summary().to_remove.is_empty());
    assert!(preview.summary().notes.iter().any(|note| note.contains("nothing was removed")));
    preview.apply(&CancellationToken::new()).await.unwrap();
    assert_eq!(office.numbers().await.len(), 10);
}

#[tokio::test]
async fn rule_05_an_order_over_4_mib_is_passed_over_and_reported_and_nothing_is_removed() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(orders(2..=11));
    office.client.day(Day::HugeOrder { bytes: 4 * 1024 * 1024 });
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Succeeded));
    assert_eq!((import.counts.added, import.counts.removed, import.counts.skipped), (1, 0, 1));
    assert!(import.problems[0].reason.contains("order 1 of the list"), "{:?}", import.problems);
    assert!(import.problems[0].reason.contains("MiB"), "{:?}", import.problems);
    assert_eq!(office.numbers().await, numbers(1..=11));
}

#[tokio::test]
async fn rule_05_an_order_of_nearly_4_mib_is_taken() {
    let office = Office::filled(orders(1..=10)).await;
    let mut now = orders(2..=10);
    now[0]["city"] = "Reno".into();
    office.sends(now);
    office.client.day(Day::HugeOrder { bytes: 4 * 1024 * 1024 - 1_024 });
    let import = office.full().await;
    assert_eq!((import.counts.changed, import.counts.removed, import.problem_count), (1, 1, 0));
    assert_eq!(office.text("2", Field::City).await, "Reno");
}

#[tokio::test]
async fn rule_05_a_body_over_the_limit_fails_the_run_also_if_it_was_packed() {
    assert_eq!(HttpLimits::default().body, 2 * 1024 * 1024 * 1024);
    let limits = HttpLimits { body: 64 * 1024, ..limits() };
    let office = Setup { limits, ..Setup::default() }.office(orders(1..=10)).await;
    office.fills().await;
    let before = office.everything().await;
    office.sends(orders(1..=1_000));
    for gzip in [false, true] {
        office.client.with(|state| state.gzip = gzip);
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "gzip: {gzip}");
        assert_eq!(import.error.unwrap().code, ErrorCode::TooLarge, "gzip: {gzip}");
        assert_eq!(office.everything().await, before);
    }
}

#[tokio::test]
async fn rule_05_more_than_500_000_orders_fail_the_run() {
    let office = Office::filled(orders(1..=10)).await;
    let before = office.everything().await;
    let body = format!(r#"{{"workOrders":[{}1],"error":""}}"#, "1,".repeat(500_000));
    office.bad(json_answer(body));
    let import = office.refresh().await;
    assert_eq!(import.outcome, Some(Outcome::Failed));
    let error = import.error.unwrap();
    assert_eq!(error.code, ErrorCode::TooLarge);
    assert!(error.message.contains("500000"), "{}", error.message);
    assert_eq!(office.everything().await, before);
}

#[tokio::test]
async fn rule_06_an_empty_list_in_a_full_import_waits_for_a_decision() {
    for projects in [1, 3, 30] {
        let office = Office::filled(orders(1..=projects)).await;
        office.client.day(Day::EmptyList);
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::NeedsConfirmation));
        assert_eq!((import.counts.removed, import.pending_removals), (0, projects as u64));
        assert_eq!(office.numbers().await, numbers(1..=projects));
    }
}

#[tokio::test]
async fn rule_06_an_empty_list_without_projects_is_fine() {
    let office = Office::of(Vec::new()).await;
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Succeeded));
    assert_eq!(import.counts, muster_core::model::Counts::default());
}

#[tokio::test]
async fn rule_06_null_in_a_full_import_fails_while_there_are_projects_and_is_fine_without() {
    let office = Office::of(orders(1..=3)).await;
    office.client.day(Day::NullList);
    let import = office.full().await;
    assert_eq!((import.outcome, import.counts.added), (Some(Outcome::Succeeded), 0));
    office.full().await;
    let before = office.everything().await;
    office.client.day(Day::NullList);
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Failed));
    assert_eq!(import.error.unwrap().code, ErrorCode::NotUnderstood);
    assert_eq!(office.everything().await, before);
    assert!(office.waiting().await.is_empty());
}

#[tokio::test]
async fn rule_06_true_or_anything_else_fails_with_and_without_projects() {
    let answers = [
        "true",
        "false",
        "1",
        "[]",
        "null",
        "\"\"",
        "{}",
        r#"{"error":""}"#,
        r#"{"workOrders":true,"error":""}"#,
        r#"{"workOrders":1}"#,
        r#"{"workOrders":"[]"}"#,
        r#"{"workOrders":{}}"#,
        r#"{"workorders":[]}"#,
        "",
    ];
    for filled in [false, true] {
        let office = Office::of(orders(1..=3)).await;
        if filled {
            office.fills().await;
        }
        let before = office.everything().await;
        for answer in answers {
            office.bad(json_answer(answer));
            let imports = [office.full().await, office.refresh().await];
            assert!(imports.iter().all(|import| import.outcome == Some(Outcome::Failed)), "{answer}: {imports:?}");
            assert_eq!(office.everything().await, before, "{answer}");
        }
    }
}

#[tokio::test]
async fn rule_06_in_a_refresh_an_empty_list_and_null_are_zero_orders() {
    let office = Office::filled(orders(1..=3)).await;
    let before = office.everything().await;
    for day in [Day::EmptyList, Day::NullList] {
        office.client.day(day);
        let import = office.refresh().await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded));
        assert_eq!(import.counts, muster_core::model::Counts::default());
        assert_eq!(office.everything().await, before);
    }
}

#[tokio::test]
async fn rule_06_an_error_that_is_not_empty_fails_whatever_comes_with_it() {
    let office = Office::filled(orders(1..=3)).await;
    let before = office.everything().await;
    let list = format!("[{}]", order_with("1", json!({ "city": "Reno" })));
    for error in [r#""user is locked""#, r#""partial""#, r#"{"code":7}"#, r#"["late"]"#, "true", "7"] {
        for body in [
            format!(r#"{{"workOrders":{list},"error":{error}}}"#),
            format!(r#"{{"error":{error},"workOrders":{list}}}"#),
            format!(r#"{{"error":{error},"workOrders":[]}}"#),
            format!(r#"{{"error":{error},"workOrders":null}}"#),
            format!(r#"{{"error":{error}}}"#),
        ] {
            office.bad(json_answer(body.clone()));
            let imports = [office.full().await, office.refresh().await];
            for import in imports {
                assert_eq!(import.outcome, Some(Outcome::Failed), "{body}");
                assert_eq!(import.error.unwrap().code, ErrorCode::Refused, "{body}");
            }
            assert_eq!(office.everything().await, before, "{body}");
        }
    }
    // What is as good as none.
    for error in [r#""""#, r#"" ""#, "null", "false", "[]", "{}"] {
        office.bad(json_answer(format!(r#"{{"workOrders":[],"error":{error}}}"#)));
        assert_eq!(office.refresh().await.outcome, Some(Outcome::Succeeded), "{error}");
    }
}
