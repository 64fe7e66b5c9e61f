//! What is slow: a long life of one office against a model of what its list must be, and bodies that are broken at random.
//! `cargo xtask test --all` runs them; everything follows from the seed that a failure names.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::ErrorCode;
use muster_core::model::{Field, Outcome};
use muster_tests::pruvan::{At, Day};
use serde_json::{Value, json};

use crate::support::{Office, code, order_with, orders};

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn one_of<T: Clone>(&mut self, things: impl IntoIterator<Item = T>) -> Option<T> {
        let things: Vec<T> = things.into_iter().collect();
        if things.is_empty() { None } else { Some(things[self.below(things.len())].clone()) }
    }
}

/// What the client has, and what the list must be.
#[derive(Default)]
struct Model {
    client: BTreeMap<String, usize>,
    /// Number, and the client status that was imported last.
    list: BTreeMap<String, usize>,
    kept: BTreeSet<String>,
    waiting: Option<(i64, BTreeSet<String>)>,
    next: usize,
}

impl Model {
    fn sends(&self) -> Vec<Value> {
        self.client
            .iter()
            .map(|(number, status)| order_with(number, json!({ "clientStatus": status.to_string() })))
            .collect()
    }

    fn changes(&mut self, dice: &mut Dice) {
        for _ in 0..dice.below(4) {
            self.next += 1;
            self.client.insert(self.next.to_string(), 0);
        }
        for _ in 0..dice.below(6) {
            if let Some(number) = dice.one_of(self.client.keys().cloned()) {
                *self.client.get_mut(&number).unwrap() += 1;
            }
        }
        for _ in 0..dice.below(4) {
            if let Some(number) = dice.one_of(self.client.keys().cloned()).filter(|_| self.client.len() > 60) {
                self.client.remove(&number);
            }
        }
    }

    fn imported(&mut self) {
        for (number, status) in &self.client {
            self.list.insert(number.clone(), *status);
            self.kept.remove(number);
            if let Some((_, waiting)) = &mut self.waiting {
                waiting.remove(number);
            }
        }
    }

    fn gone(&self) -> BTreeSet<String> {
        let kept = |number: &&String| !self.client.contains_key(*number) && !self.kept.contains(*number);
        self.list.keys().filter(kept).cloned().collect()
    }
}

async fn check(office: &Office, model: &Model, step: &str) {
    let list: BTreeMap<String, usize> = office
        .projects()
        .await
        .into_iter()
        .map(|project| (project.number.clone(), project.fields.text(Field::ClientStatus).unwrap().parse().unwrap()))
        .collect();
    assert_eq!(list, model.list, "{step}");
    let waiting: BTreeSet<String> =
        office.waiting().await.into_iter().map(|number| number.trim_start_matches("NWF::").to_owned()).collect();
    let expected = model.waiting.as_ref().map(|(_, waiting)| waiting.clone()).unwrap_or_default();
    let expected: BTreeSet<String> = expected.into_iter().filter(|number| model.list.contains_key(number)).collect();
    assert_eq!(waiting, expected, "{step}");
}

/// One step of the life of an office; says what it was.
async fn live(office: &Office, model: &mut Model, dice: &mut Dice) -> String {
    model.changes(dice);
    office.sends(model.sends());
    match dice.below(8) {
        0 | 1 => {
            let import = office.refresh().await;
            assert_eq!(import.counts.removed, 0);
            model.imported();
            "a refresh".to_owned()
        }
        2 | 3 => {
            let (before, gone) =
                (model.list.keys().filter(|number| !model.kept.contains(*number)).count(), model.gone());
            let import = office.full().await;
            model.imported();
            let waits =
                (gone.len() > 5 && gone.len() * 100 > before * 20) || (!gone.is_empty() && gone.len() == before);
            model.waiting = waits.then(|| (import.id, gone.clone()));
            if !waits {
                model.list.retain(|number, _| !gone.contains(number));
            }
            format!("a full import that {} {}", if waits { "would remove" } else { "removes" }, gone.len())
        }
        4 => {
            let days = [
                Day::cut(),
                Day::CutLength { at: At::Share(0.5) },
                Day::GzipCut { at: At::Share(0.5) },
                Day::NullList,
                Day::BareTrue,
                Day::HtmlPage,
                Day::Unauthorized { message: "locked".to_owned() },
                Day::Garbage,
                Day::ErrorWithOrders { message: "half".to_owned(), before: false },
            ];
            let day = dice.one_of(days).unwrap();
            office.bad(day.clone());
            let import = office.full().await;
            assert_eq!(import.outcome, Some(Outcome::Failed), "{day:?}");
            office.well();
            format!("a bad day, {day:?}")
        }
        5 => {
            // An empty list: everything that is not kept waits.
            let all: BTreeSet<String> =
                model.list.keys().filter(|number| !model.kept.contains(*number)).cloned().collect();
            office.bad(Day::EmptyList);
            let import = office.full().await;
            office.well();
            model.waiting = (!all.is_empty()).then_some((import.id, all));
            "an empty list".to_owned()
        }
        6 => {
            let Some((import, waiting)) = model.waiting.take() else { return "nothing to decide".to_owned() };
            let waiting: BTreeSet<String> =
                waiting.into_iter().filter(|number| model.list.contains_key(number)).collect();
            if waiting.is_empty() {
                return "nothing left to decide".to_owned();
            }
            if dice.below(4) == 0 {
                assert_eq!(office.muster.confirm_removals(&code("NWF"), import).await.unwrap(), waiting.len() as u64);
                model.list.retain(|number, _| !waiting.contains(number));
                let back = office.muster.bring_back_import(import).await.unwrap();
                assert!(back.len() >= waiting.len());
                for number in back {
                    let number = number.trim_start_matches("NWF::").to_owned();
                    let status = office.text(&number, Field::ClientStatus).await.parse().unwrap();
                    model.list.insert(number.clone(), status);
                    model.kept.insert(number);
                }
                return "confirmed and brought back".to_owned();
            }
            office.muster.decline_removals(&code("NWF"), import).await.unwrap();
            model.kept.extend(waiting);
            "declined".to_owned()
        }
        _ => {
            let Some(number) = dice.one_of(model.list.keys().cloned()) else { return "nothing to delete".to_owned() };
            office.edit(&number, Field::Reference, "typed").await;
            office.delete(&number).await;
            model.list.remove(&number);
            model.kept.remove(&number);
            format!("{number} deleted by hand")
        }
    }
}

#[tokio::test]
#[ignore = "slow: two long lives of an office"]
async fn a_long_life_leaves_the_list_that_the_rules_say() {
    for seed in [1, 20_261_123] {
        let mut dice = Dice(seed);
        let mut model = Model::default();
        for _ in 0..80 {
            model.next += 1;
            model.client.insert(model.next.to_string(), 0);
        }
        let office = Office::filled(model.sends()).await;
        model.imported();
        for step in 0..250 {
            let what = live(&office, &mut model, &mut dice).await;
            check(&office, &model, &format!("seed {seed}, step {step}: {what}")).await;
        }
    }
}

#[tokio::test]
#[ignore = "slow: hundreds of broken bodies"]
async fn a_body_that_is_broken_anywhere_changes_nothing() {
    let office = Office::filled(orders(0..40)).await;
    let before = office.everything().await;
    // Changed orders, so that none is skipped by its hash.
    let changed: Vec<Value> =
        (0..40).map(|number| order_with(&number.to_string(), json!({ "clientStatus": "Changed" }))).collect();
    let whole = serde_json::to_vec(&json!({ "workOrders": changed, "error": "" })).unwrap();
    let mut dice = Dice(7);
    let mut broken = 0;
    for round in 0..600 {
        let mut body = whole.clone();
        for _ in 0..=dice.below(3) {
            let at = dice.below(body.len());
            match dice.below(4) {
                0 => body.truncate(at.max(1)),
                1 => drop(body.remove(at)),
                2 => body.insert(at, b"{}[]\",:\\0e-\n"[dice.below(12)]),
                _ => body[at] ^= 1 << dice.below(7),
            }
        }
        if serde_json::from_slice::<Value>(&body).is_ok() {
            continue;
        }
        broken += 1;
        let text = String::from_utf8_lossy(&body).into_owned();
        office.bad(Day::Raw { status: 200, content_type: "application/json".to_owned(), body: body.into() });
        let import = office.full().await;
        assert_eq!(import.outcome, Some(Outcome::Failed), "round {round}: {text}");
        let code = import.error.map(|error| error.code);
        assert!(matches!(code, Some(ErrorCode::NotUnderstood | ErrorCode::CannotReach)), "round {round}: {code:?}");
        assert_eq!(office.everything().await, before, "round {round}: {text}");
    }
    assert!(broken > 300, "only {broken} bodies were broken");
}
