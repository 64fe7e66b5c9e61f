//! On a bad day: never a removal for a list that is not whole, never a secret in an error, nothing without an end.

use muster_core::ErrorCode;
use muster_core::model::{ImportKind, Outcome};
use muster_tests::web_api::{Auth, Config, Paging, Simulator, Trouble};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Office, SECRET, oauth, paged, thin};
use crate::support::{CODE, code};

#[tokio::test]
async fn what_may_pass_is_asked_again() {
    for trouble in
        [Trouble::Status(503), Trouble::Status(429), Trouble::RetryAfter(429, 1), Trouble::NoAnswer, Trouble::Cut]
    {
        let office = Office::of(paged(25, Paging::Cursor)).await;
        office.api.with(|state| {
            // The second page is the one.
            state.troubles_at("/v2/orders", Trouble::Slow(std::time::Duration::ZERO), 1);
            state.troubles_at("/v2/orders", trouble.clone(), 1);
        });
        let import = office.full().await;
        assert_eq!((import.outcome, import.counts.added), (Some(Outcome::Succeeded), 25), "{trouble:?}: {import:?}");
        assert_eq!(office.api.requests().len(), 4, "{trouble:?}");
    }
}

#[tokio::test]
async fn what_is_not_a_list_changes_nothing() {
    for (trouble, said) in [
        (Trouble::Status(400), "not today"),
        (Trouble::Status(403), "not today"),
        (Trouble::Status(404), "not today"),
        (Trouble::Status(500), "not today"),
        (Trouble::RetryAfter(503, 7_200), "2 hours"),
        (Trouble::ErrorText, "the queue is being rebuilt"),
        (Trouble::Html, "web page"),
        (Trouble::Garbage, "JSON is broken"),
        (Trouble::NullList, "null"),
        (Trouble::NoList, "nothing at /data/orders"),
        (Trouble::Cut, "cut short"),
    ] {
        let office = Office::filled(Config::orders(10)).await;
        office.api.with(|state| {
            state.orders.truncate(1);
            state.troubles_at("/v2/orders", trouble.clone(), 9);
        });
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "{trouble:?}: {import:?}");
        let error = import.error.unwrap().message;
        assert!(error.contains(said), "{trouble:?}: {error}");
        assert_eq!(office.projects().await.len(), 10, "{trouble:?}");
    }
}

#[tokio::test]
async fn paging_that_goes_round_in_circles_comes_to_an_end() {
    for (paging, trouble) in [
        (Paging::Offset, Trouble::FirstPage),
        (Paging::Page, Trouble::FirstPage),
        (Paging::Cursor, Trouble::SameNext),
        (Paging::NextLink, Trouble::SameNext),
        (Paging::LinkHeader, Trouble::SameNext),
    ] {
        let office = Office::filled(paged(30, paging)).await;
        office.api.with(|state| {
            state.orders.truncate(20);
            state.troubles_at("/v2/orders", trouble, 1_000);
        });
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "{paging:?}: {import:?}");
        assert!(import.error.unwrap().message.contains("earlier one"), "{paging:?}");
        assert_eq!(office.projects().await.len(), 30, "{paging:?}");
        assert!(office.api.requests().len() <= 3, "{paging:?}");
    }
}

#[tokio::test]
async fn a_link_to_another_address_is_not_followed() {
    let auth = Auth::Bearer { token: SECRET.trim().replace(['"', ' '], "") };
    let office = Office::filled(Config { auth, ..paged(30, Paging::NextLink) }).await;
    let other = Simulator::start(Config::orders(5)).await.unwrap();
    for url in
        [format!("{}/orders", other.url()), "http://localhost:1/".to_owned(), "https://u:p@127.0.0.1/".to_owned()]
    {
        office.api.with(|state| state.trouble(Trouble::NextAt(url.clone())));
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "{url}");
        assert!(import.error.unwrap().message.contains("another address"), "{url}");
    }
    assert!(other.requests().is_empty());
    assert_eq!(office.projects().await.len(), 30);
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_removes_nothing() {
    for total in [28, 31] {
        let office = Office::filled(paged(30, Paging::Offset)).await;
        office.api.with(|state| {
            drop(state.orders.drain(0..3));
            state.troubles_at("/v2/orders", Trouble::Total(total), 1);
        });
        let import = office.full().await;
        assert_eq!(import.counts.removed, 0, "{import:?}");
        assert_eq!(office.projects().await.len(), 30);
        // The next one, undisturbed, does.
        assert_eq!(office.full().await.counts.removed, 3);
    }
}

#[tokio::test]
async fn a_list_that_need_not_be_complete_removes_nothing_but_is_taken_in() {
    let office = Office::empty(Config::orders(10)).await;
    let mut description = office.description();
    description["list"]["complete"] = false.into();
    office.add(&description).await.unwrap();
    office.full().await;
    office.api.with(|state| {
        state.orders.truncate(4);
        state.change(1001, "/due", "01/05/2027".into(), 1_900_000_000);
    });
    let import = office.full().await;
    assert_eq!((import.counts.changed, import.counts.removed), (1, 0), "{import:?}");
    assert!(import.notes.iter().any(|note| note.contains("does not say that it holds every open order")), "{import:?}");
    assert_eq!(office.projects().await.len(), 10);
    // What it holds is known: a Refresh asks from here on.
    office.api.clear_requests();
    office.refresh().await;
    assert!(office.api.requests()[0].query.as_deref().unwrap_or_default().contains("changed_since="));
}

#[tokio::test]
async fn an_order_that_cannot_be_fetched_is_reported_and_nothing_is_removed() {
    for trouble in [Trouble::Status(404), Trouble::Status(500), Trouble::Garbage, Trouble::Html, Trouble::OtherOrder] {
        let office = Office::filled(thin(10)).await;
        office.api.with(|state| {
            state.orders.truncate(6);
            state.change(1001, "/due", "01/05/2027".into(), 1_900_000_000);
            state.change(1002, "/due", "01/05/2027".into(), 1_900_000_000);
            state.troubles_at("/v2/orders/1001", trouble.clone(), 9);
        });
        let import = office.full().await;
        assert_eq!((import.counts.changed, import.counts.removed), (1, 0), "{trouble:?}: {import:?}");
        assert_eq!(import.problem_count, 1, "{trouble:?}: {import:?}");
        assert!(import.problems[0].reason.contains("could not be fetched"), "{trouble:?}: {import:?}");
        assert_eq!(office.projects().await.len(), 10, "{trouble:?}");
        office.api.with(muster_tests::web_api::State::well);
        assert_eq!(office.full().await.counts.removed, 4, "{trouble:?}");
    }
}

#[tokio::test]
async fn an_api_that_is_down_for_every_order_fails_the_run_soon() {
    for trouble in
        [Trouble::NoAnswer, Trouble::Status(503), Trouble::Status(403), Trouble::Status(404), Trouble::Garbage]
    {
        let office = Office::of(thin(200)).await;
        office.api.with(|state| state.troubles_at("/v2/orders/", trouble.clone(), 10_000));
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "{trouble:?}: {import:?}");
        assert!(office.api.requests().len() < 60, "{trouble:?}: {}", office.api.requests().len());
        assert!(office.projects().await.is_empty());
    }
}

#[tokio::test]
async fn odd_records_are_reported_and_the_rest_counts() {
    for (trouble, said) in [
        (Trouble::Huge(5 * 1024 * 1024), "the most is 4 MiB"),
        (Trouble::Deep(5_000), "nested"),
        (Trouble::Odd("null".into()), "no work order"),
        (Trouble::Odd("[1]".into()), "no work order"),
        (Trouble::Odd("{\"id\":null}".into()), "no usable key"),
        (Trouble::Odd("{\"id\":{}}".into()), "no usable key"),
        (Trouble::Odd("{\"id\":1e300}".into()), "too large to be exact"),
        (Trouble::Odd("{\"id\":\" \\n \"}".into()), "it is empty"),
    ] {
        let office = Office::filled(Config::orders(10)).await;
        office.api.with(|state| {
            state.orders.truncate(8);
            state.trouble(trouble.clone());
        });
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Succeeded), "{said}: {import:?}");
        assert!(import.problems[0].reason.contains(said), "{said}: {import:?}");
        // One without a key may be any of those that are gone.
        assert_eq!((import.counts.removed, office.projects().await.len()), (0, 10), "{said}");
    }
}

#[tokio::test]
async fn a_token_is_renewed_once_in_the_middle_of_a_list() {
    let office = Office::of(Config { auth: oauth(3600, false, true), ..paged(30, Paging::Cursor) }).await;
    office.api.with(|state| {
        state.troubles_at("/v2/orders", Trouble::Slow(std::time::Duration::ZERO), 1);
        state.troubles_at("/v2/orders", Trouble::ForgetsTokens, 1);
    });
    let import = office.full().await;
    assert_eq!((import.outcome, import.counts.added), (Some(Outcome::Succeeded), 30), "{import:?}");
    // One at the start, one in the middle.
    assert_eq!((office.api.count("/v2/token"), office.api.count("/v2/orders")), (2, 4));

    // A new token that is refused as well is not tried for ever.
    office.api.clear_requests();
    office.api.with(|state| state.troubles_at("/v2/orders", Trouble::Status(401), 9));
    let import = office.full().await;
    assert_eq!(import.outcome, Some(Outcome::Failed), "{import:?}");
    assert_eq!((office.api.count("/v2/token"), office.api.count("/v2/orders")), (2, 2));
}

#[tokio::test]
async fn a_refused_login_is_not_tried_again() {
    for auth in [
        Auth::Basic { username: "northwind".into(), password: SECRET.into() },
        Auth::Header { name: "x-api-key".into(), prefix: String::new(), key: SECRET.into() },
    ] {
        for status in [401, 403] {
            let office = Office::filled(Config { auth: auth.clone(), ..Config::orders(3) }).await;
            office.api.with(|state| state.trouble(Trouble::Status(status)));
            let import = office.full().await;
            assert_eq!((import.outcome, office.api.requests().len()), (Some(Outcome::Failed), 1), "{import:?}");
            let integration = office.muster.integration(&code(CODE)).await.unwrap();
            assert!(integration.last_error.unwrap_or_default().contains("credentials"), "{status}");
        }
    }
}

#[tokio::test]
async fn no_error_holds_a_secret() {
    let key = SECRET.replace('"', "'");
    for auth in [
        Auth::Basic { username: "northwind".into(), password: SECRET.into() },
        Auth::Header { name: "x-api-key".into(), prefix: "k ".into(), key: key.clone() },
        Auth::Bearer { token: key.clone() },
        oauth(3600, false, false),
        oauth(3600, false, true),
        oauth(3600, true, false),
    ] {
        for (path, status) in
            [("/v2", 400), ("/v2", 401), ("/v2", 403), ("/v2", 500), ("/v2/token", 400), ("/v2/token", 401)]
        {
            let office = Office::filled(Config { auth: auth.clone(), ..Config::orders(3) }).await;
            office.api.with(|state| state.troubles_at(path, Trouble::Echo(status), 99));
            let import = office.full().await;
            let shown = format!("{import:?} {:?}", office.muster.integration(&code(CODE)).await.unwrap());
            let requests = office.api.requests();
            let sent = requests.iter().filter_map(|one| one.header("authorization"));
            let pairs: Vec<&str> = sent.filter_map(|sent| sent.strip_prefix("Basic ")).collect();
            let is_basic = matches!(auth, Auth::Basic { .. } | Auth::OAuth2 { basic: true, .. });
            assert_eq!(pairs.is_empty(), !is_basic, "{auth:?}");
            for part in ["s3cr3t", "word"].into_iter().chain(pairs) {
                assert!(!shown.replace("password", "").contains(part), "{auth:?} {status}: {part} is in {shown}");
            }
        }
    }
}

#[tokio::test]
async fn a_preview_can_be_cancelled_in_the_middle_of_a_page() {
    let office = Office::filled(paged(30, Paging::Cursor)).await;
    office.api.with(|state| {
        state.troubles_at("/v2/orders", Trouble::Slow(std::time::Duration::ZERO), 1);
        state.troubles_at("/v2/orders", Trouble::Stall, 9);
    });
    let (code, cancel) = (code(CODE), CancellationToken::new());
    let (preview, ()) = tokio::join!(office.muster.preview(&code, false, &cancel), async {
        while office.api.requests().len() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        cancel.cancel();
    });
    assert_eq!(preview.unwrap_err().code, ErrorCode::Cancelled);
    office.api.with(muster_tests::web_api::State::well);
    assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded));
}

#[tokio::test]
async fn a_moment_in_the_future_is_noticed() {
    let office = Office::filled(Config::orders(3)).await;
    let database = rusqlite::Connection::open(office.folder.path().join("muster.db")).unwrap();
    database.execute("UPDATE integrations SET cursor = 32472144000000", []).unwrap();
    let import = office.refresh().await;
    assert_eq!((import.kind, import.outcome), (ImportKind::Refresh, Some(Outcome::Succeeded)));
    let asked = office.api.requests()[0].query.clone().unwrap();
    assert!(!asked.contains("changed_since"), "{asked}");
    assert_eq!(json!(import.counts.unchanged), json!(3));
}
