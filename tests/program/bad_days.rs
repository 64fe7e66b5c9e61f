//! Bad days of a client system at 1,000 projects: what is left of the list, what the admin reads, what a script gets.

mod applied;
mod refused;
mod servers;
mod slow;

use futures_util::future::join_all;
use muster_tests::pruvan::{Day, State};
use serde_json::Value;

use crate::support::{CODE, Office};

/// How many projects the office has before the bad day.
const PROJECTS: usize = 1_000;

/// The two ways to import.
pub(super) const KINDS: [&str; 2] = ["full-import", "refresh"];

/// A bad day on which nothing is imported, and what is said about it.
#[derive(Debug)]
pub(super) struct Refusal {
    day: Day,
    /// The error's code.
    code: &'static str,
    /// Words of Last Error.
    words: &'static str,
    /// How often the client may be asked; none: as often as it may help.
    asked: Option<usize>,
}

pub(super) fn refusal(day: Day, code: &'static str, words: &'static str) -> Refusal {
    Refusal { day, code, words, asked: None }
}

impl Refusal {
    /// The client must be asked exactly so often.
    pub(super) fn asked(self, times: usize) -> Self {
        Self { asked: Some(times), ..self }
    }
}

/// An office with its projects, whose client has changed much since: whatever is wrongly applied can be seen.
pub(super) async fn office_before_the_bad_day() -> (Office, String) {
    let office = Office::with_projects(PROJECTS).await;
    let before = office.printed().await;
    office.with_client(|state| {
        state.orders.change_some(100, 1);
        state.orders.remove_some(3, 1);
        state.orders.add(5);
    });
    (office, before)
}

/// Plays each of the days on imports of these kinds. All that is wrong is told at once.
pub(super) async fn play(kinds: &[&str], rows: &[Refusal]) {
    // Much of it is waiting for the next try, which the kinds do side by side.
    let wrong = join_all(kinds.iter().map(|kind| play_kind(kind, rows))).await.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn play_kind(kind: &str, rows: &[Refusal]) -> Vec<String> {
    let (office, before) = office_before_the_bad_day().await;
    let mut wrong = Vec::new();
    for row in rows {
        office.with_client(State::clear_days);
        office.with_client(|state| state.always(row.day.clone()));
        office.client.clear_requests();
        wrong.extend(look(&office, &before, row, kind).await.into_iter().map(|what| format!("{kind} {row:?}: {what}")));
    }
    // The next good day mends it all, which also shows that there was something to lose.
    office.with_client(State::clear_days);
    let import = office.json(&["full-import", CODE]).await.ok();
    assert_eq!((&import["added"], &import["removed"]), (&5.into(), &3.into()), "{import}");
    assert!(import["changed"].as_u64().is_some_and(|changed| changed > 90), "{import}");
    let integration = office.integration(CODE).await;
    assert_eq!((&integration["status"], &integration["last_error"]), (&"idle".into(), &Value::Null));
    wrong
}

/// What is wrong about an import on that day.
async fn look(office: &Office, before: &str, row: &Refusal, kind: &str) -> Vec<String> {
    let done = office.json(&[kind, CODE]).await;
    let asked = office.client.requests().len();
    let import = done.value();
    let integration = office.integration(CODE).await;
    let message = import["error"]["message"].as_str().unwrap_or("none");
    let mut wrong = Vec::new();
    let mut check = |good: bool, what: String| {
        if !good {
            wrong.push(what);
        }
    };
    check(done.status == Some(1), format!("exit status {:?}", done.status));
    check(import["outcome"] == "failed", format!("outcome {}", import["outcome"]));
    check(import["error"]["code"] == row.code, format!("code {} ({message})", import["error"]["code"]));
    check(message.contains(row.words), format!("words: {message}"));
    check(row.asked.is_none_or(|times| times == asked), format!("asked {asked} times"));
    check(integration["status"] == "error", format!("status {}", integration["status"]));
    check(integration["last_error"] == message, format!("last error {}", integration["last_error"]));
    check(office.printed().await == before, "the projects have changed".to_owned());
    wrong
}
