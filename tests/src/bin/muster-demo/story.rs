//! The story that the demo tells, step by step, and what must be true after each step.

use std::collections::BTreeMap;

use muster_tests::pruvan::{At, Call, Day, Simulator, State};
use serde_json::Value;

use super::muster::{Muster, Trouble, say};

const CODE: &str = "NWF";

/// Exit statuses of `muster`.
const DONE: i32 = 0;
const FAILED: i32 = 1;
const NEEDS_CONFIRMATION: i32 = 3;

/// A client system, the program, and the list as it should be.
#[derive(Debug)]
pub(crate) struct Story {
    client: Simulator,
    muster: Muster,
    /// Number and client status of every project that the office should see.
    expected: BTreeMap<String, String>,
    step: usize,
}

impl Story {
    pub(crate) fn new(client: Simulator, muster: Muster) -> Self {
        Self { client, muster, expected: BTreeMap::new(), step: 0 }
    }

    pub(crate) async fn tell(mut self) -> Result<(), Trouble> {
        self.set_up().await?;
        self.import_and_refresh().await?;
        self.bad_days().await?;
        self.removals().await?;
        self.heading("What happened");
        self.muster.show(&["imports", "list", "--code", CODE], DONE).await?;
        self.muster.show(&["integration", "list"], DONE).await
    }

    async fn set_up(&mut self) -> Result<(), Trouble> {
        self.heading("A vault for the secrets, as this may be a machine without a credential store");
        let key = self.muster.key();
        self.muster.show(&["vault", "init", "--key", &key], DONE).await?;

        self.heading("Connect the client system (its credentials are tried before they are kept)");
        let url = format!("url={}", self.client.url());
        let username = format!("username={}", self.client.credentials().username);
        let words = [
            ["integration", "add", "--type", "pruvan", "--code", CODE].as_slice(),
            &["--name", "Northwind Field Services", "--set", &url, "--set", &username],
            &["--secret", "password=env:NWF_PASSWORD", "--secret", "token=env:NWF_TOKEN"],
        ];
        self.muster.show(&words.concat(), DONE).await?;
        check(self.client.with(|state| state.count(Call::Validate)) >= 1, "saving did not try the credentials")?;
        self.muster.show(&["validate", CODE], DONE).await?;
        let pushed = self.client.requests().iter().any(|request| request.payload.get("pushkey").is_some());
        check(!pushed, "a push key was sent; the client would forget the one that it has")
    }

    async fn import_and_refresh(&mut self) -> Result<(), Trouble> {
        self.heading("First import");
        self.muster.show(&["full-import", CODE], DONE).await?;
        let orders = self.client.with(|state| state.orders.len());
        self.import_was("succeeded", &[("added", orders), ("changed", 0), ("removed", 0), ("problems", 0)]).await?;
        self.list_is_the_clients().await?;

        self.heading("The client changes 12 orders and sends 3 new ones; a Refresh fetches them");
        self.client.with(|state| {
            state.orders.change_some(12, 2);
            state.orders.add(3);
        });
        self.muster.show(&["refresh", CODE], DONE).await?;
        self.import_was("succeeded", &[("added", 3), ("changed", 12), ("removed", 0)]).await?;
        self.list_is_the_clients().await
    }

    async fn bad_days(&mut self) -> Result<(), Trouble> {
        self.heading("A bad day: the client's answer is cut short, every time it is asked");
        self.client.with(|state| state.always(Day::CutLength { at: At::Share(0.6) }));
        self.muster.show(&["full-import", CODE], FAILED).await?;
        self.client.with(State::clear_days);
        self.import_was("failed", &[("removed", 0)]).await?;
        self.list_is_untouched("Nothing was lost").await?;

        self.heading("A worse one: the client says that it has no orders at all");
        self.client.day(Day::EmptyList);
        self.muster.show(&["full-import", CODE], NEEDS_CONFIRMATION).await?;
        let all = self.expected.len();
        let import = self.import_was("needs_confirmation", &[("removed", 0), ("pending_removals", all)]).await?;
        self.list_is_untouched("Nothing was removed; the removals wait for a person").await?;
        self.muster.show(&["removals", CODE, "--decline", &import], DONE).await?;
        self.list_is_untouched("Declined").await?;

        self.heading("The client is well again");
        self.muster.show(&["full-import", CODE], DONE).await?;
        self.import_was("succeeded", &[("added", 0), ("changed", 0), ("unchanged", all), ("removed", 0)]).await?;
        self.list_is_the_clients().await
    }

    async fn removals(&mut self) -> Result<(), Trouble> {
        self.heading("The client closes 7 orders; look first at what a Full Import would remove");
        let gone = self.client.with(|state| state.orders.remove_some(7, 3));
        self.muster.show(&["full-import", CODE, "--preview"], DONE).await?;
        self.list_is_untouched("Only a preview").await?;

        self.heading("Then do it");
        self.muster.show(&["full-import", CODE], DONE).await?;
        self.import_was("succeeded", &[("added", 0), ("changed", 0), ("removed", 7)]).await?;
        self.list_is_the_clients().await?;

        self.heading("One of them is still wanted: bring it back");
        let number = gone.first().map(|order| order.number.clone()).unwrap_or_default();
        let project = format!("{CODE}::{number}");
        self.muster.show(&["bring-back", "--project", &project], DONE).await?;
        // It is on the office's list again, with what the client said of it last.
        let back = gone.first().and_then(|order| serde_json::from_slice::<Value>(&order.json).ok()).unwrap_or_default();
        self.expected.insert(number, back["clientStatus"].as_str().unwrap_or("").to_owned());
        self.list_is_untouched("Back").await?;

        self.heading("And it stays, though the client does not send it any more");
        self.muster.show(&["full-import", CODE], DONE).await?;
        self.import_was("succeeded", &[("added", 0), ("changed", 0), ("removed", 0)]).await?;
        self.list_is_untouched("It stayed").await
    }

    fn heading(&mut self, text: &str) {
        self.step += 1;
        say("");
        say(&format!("== {}. {text}", self.step));
    }

    /// Checks the record of the newest import. Returns its name for other commands.
    async fn import_was(&self, outcome: &str, counts: &[(&str, usize)]) -> Result<String, Trouble> {
        let import = self.muster.newest_import(CODE).await?;
        check(import["outcome"] == outcome, &format!("the import should have {outcome}: {import}"))?;
        for (key, expected) in counts {
            // Problems may be a count or the list of them.
            let found = import[key].as_array().map_or_else(
                || import[key].as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(0),
                Vec::len,
            );
            check(found == *expected, &format!("`{key}` should be {expected}, not {found}: {import}"))?;
        }
        Ok(import["import"].as_str().map_or_else(|| import["import"].to_string(), str::to_owned))
    }

    /// The office's list is what the client has.
    async fn list_is_the_clients(&mut self) -> Result<(), Trouble> {
        self.expected = self.client.with(|state| {
            let status = |index| state.orders.value(index)["clientStatus"].as_str().unwrap_or("").to_owned();
            (0..state.orders.len()).map(|index| (state.orders.number(index).to_owned(), status(index))).collect()
        });
        self.list_is_untouched("The list is what the client has").await
    }

    /// The office's list is what it was; every project is looked at.
    async fn list_is_untouched(&self, words: &str) -> Result<(), Trouble> {
        let projects = self.muster.projects(CODE).await?;
        if let Some(lost) = self.expected.keys().find(|number| !projects.contains_key(*number)) {
            return Err(Trouble(format!("{CODE}::{lost} is not on the list any more")));
        }
        if let Some(extra) = projects.keys().find(|number| !self.expected.contains_key(*number)) {
            return Err(Trouble(format!("{CODE}::{extra} is on the list but should not be")));
        }
        for (number, status) in &self.expected {
            let found = projects[number]["client_status"].as_str().unwrap_or("");
            check(found == status, &format!("{CODE}::{number} is `{found}`; the client says `{status}`"))?;
        }
        say("");
        self.muster.show(&["projects", "list", "--limit", "4"], DONE).await?;
        say(&format!("-> {words}: {} projects, each one checked.", projects.len()));
        Ok(())
    }
}

fn check(holds: bool, text: &str) -> Result<(), Trouble> {
    if holds { Ok(()) } else { Err(Trouble(text.to_owned())) }
}
