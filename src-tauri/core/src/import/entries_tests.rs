//! Lists of which each order is fetched by itself: what need not be fetched again, and what cannot be.

use serde_json::{Value, json};

use super::partial_tests::{code, import, office};
use crate::Admin;
use crate::connectors::List;
use crate::connectors::scripted::{fetched, play_entries};
use crate::model::{Field, ImportKind, ProjectFilter};

const FULL: ImportKind = ImportKind::FullImport;

fn order(number: u32, entry: &str) -> Value {
    json!({ "workOrderNumber": number.to_string(), "entry": format!("{number} {entry}"), "address1": "8 Alder Ct", "city": "Tulsa",
            "state": "OK", "zip": "74101", "services": [{ "serviceName": "Grass cut" }] })
}

fn orders(numbers: std::ops::Range<u32>) -> Vec<Value> {
    numbers.map(|number| order(number, "In Field")).collect()
}

async fn total(muster: &Admin) -> u64 {
    muster.projects(&ProjectFilter { limit: 1, ..ProjectFilter::default() }).await.unwrap().total
}

#[tokio::test]
async fn an_order_whose_entry_looks_the_same_is_not_fetched_again() {
    let script = "entries";
    let (_folder, muster) = office(script).await;
    play_entries(script, orders(0..20), List::Complete);
    assert_eq!(import(&muster, FULL).await.counts.added, 20);
    assert_eq!(fetched(script), 20);

    let mut now = orders(1..20);
    now[0] = order(1, "Follow Up");
    now[0]["city"] = "Bixby".into();
    play_entries(script, now.clone(), List::Complete);
    let second = import(&muster, FULL).await;
    assert_eq!(fetched(script), 1, "only the one whose entry is another");
    assert_eq!((second.counts.changed, second.counts.unchanged, second.counts.removed), (1, 18, 1));

    play_entries(script, now.clone(), List::Complete);
    import(&muster, ImportKind::Refresh).await;
    assert_eq!(fetched(script), 0);

    // What a person changed is read again, so that the client's values are seen.
    let page = muster.projects(&ProjectFilter { limit: 1, ..ProjectFilter::default() }).await.unwrap();
    let number = page.projects[0].number.clone();
    muster.edit_project(&code(), &number, &[(Field::WorkOrderInfo, "call ahead".to_owned())]).await.unwrap();
    play_entries(script, now.clone(), List::Complete);
    import(&muster, FULL).await;
    assert_eq!(fetched(script), 1);
}

#[tokio::test]
async fn an_order_that_cannot_be_fetched_is_reported_and_counts_as_seen() {
    let script = "entry that fails";
    let (_folder, muster) = office(script).await;
    play_entries(script, orders(0..20), List::Complete);
    import(&muster, FULL).await;

    let mut now = orders(0..20);
    now[3]["entry"] = "changed".into();
    now[3]["fails"] = "the client system does not have it any more".into();
    play_entries(script, now, List::Complete);
    let next = import(&muster, FULL).await;
    assert_eq!((next.counts.skipped, next.counts.removed), (1, 0));
    assert_eq!((next.problems[0].number.as_deref(), total(&muster).await), (Some("3"), 20));
}

#[tokio::test]
async fn re_reading_fetches_everything() {
    let script = "re-read";
    let (_folder, muster) = office(script).await;
    play_entries(script, orders(0..20), List::Complete);
    import(&muster, FULL).await;
    let request = crate::ImportRequest { re_read: true, ..crate::ImportRequest::new(code(), FULL) };
    let again = muster.start_import(request).await.unwrap().wait().await.unwrap();
    assert_eq!((fetched(script), again.counts.unchanged, again.counts.skipped), (20, 20, 0));
}

#[tokio::test]
async fn rule_20_an_order_that_could_not_be_had_is_asked_for_again() {
    let script = "asked for again";
    let (_folder, muster) = office(script).await;
    play_entries(script, orders(0..20), List::Complete);
    import(&muster, FULL).await;

    // The entry is what it was when the project was written, but this time the order could not be had.
    let mut now = orders(0..20);
    now[3]["entry"] = "changed".into();
    now[3]["fails"] = "slow down".into();
    play_entries(script, now, List::Complete);
    assert_eq!(import(&muster, FULL).await.counts.skipped, 1);
    play_entries(script, orders(0..20), List::Complete);
    import(&muster, FULL).await;
    assert_eq!(fetched(script), 1);
}
