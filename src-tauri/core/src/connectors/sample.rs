//! *Sample*: a made-up client system without a network, for trying Muster out. The same run always gives the same
//! orders, and from run to run a little changes. Its orders are in the shape of the Pruvan web service.

use std::ops::Range;

use async_trait::async_trait;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Ask, Capabilities, ConnectError, Connection, Connector, DecodeError, Descriptor, Fetched, Guide, List, RawBatch,
    SettingsSchema, Sink, parse, pruvan,
};
use crate::model::WorkOrder;

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: "sample",
    title: "Sample",
    about: "A made-up client with made-up work orders, for trying Muster out. It needs no network and no account, and \
            with each import a little changes.",
    guide: Guide {
        covers: "Nothing real: it is for trying Muster out.",
        needs: "Nothing.",
        credentials: "There are none.",
        limits: "Its orders are made up on this computer, the same for everybody.",
        untried: "Nothing.",
    },
    capabilities: Capabilities {
        validate: true,
        refresh: true,
        full_import: true,
        complete_list: true,
        cancellations: false,
        assignment: true,
        tasks_fixed: false,
        look: false,
    },
    mapping_version: 1,
    connection_settings: &["orders"],
    servers: |_| Vec::new(),
    schema: SettingsSchema::of::<Settings>,
    check: |settings| parse::<Settings>(settings.clone()).err().unwrap_or_default(),
    connect: |connection| Ok(Box::new(Sample::new(connection)?)),
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// How many work orders there are.
    #[schemars(title = "Work orders", extend("x-order" = 1), range(min = 1, max = 100_000))]
    #[serde(default = "usual_orders")]
    orders: u32,
}

fn usual_orders() -> u32 {
    60
}

/// How many runs a Refresh looks back: a run may have failed, or have been a preview.
const LOOK_BACK: u64 = 3;
/// A stage lasts so many runs; the oldest orders go through all of them and leave.
const STAGE: u64 = 2;

/// The made-up client, as it is at one run.
#[derive(Debug)]
struct Sample {
    orders: u64,
    run: u64,
}

impl Sample {
    fn new(connection: Connection) -> Result<Self, Vec<super::FieldError>> {
        let settings: Settings = parse(connection.settings)?;
        Ok(Self { orders: settings.orders.into(), run: connection.run.max(1) })
    }

    /// The same client some runs ago; none at its first run.
    fn earlier(&self) -> Option<Self> {
        (self.run > 1).then(|| Self { orders: self.orders, run: self.run.saturating_sub(LOOK_BACK).max(1) })
    }

    /// The orders that there are: one leaves and one comes with every run, and two with every fifth.
    fn numbers(&self) -> Range<u64> {
        let runs = self.run - 1;
        let oldest = runs + runs / 5;
        oldest..oldest + self.orders
    }

    /// All that changes about an order.
    fn state(&self, number: u64) -> Option<State> {
        let numbers = self.numbers();
        numbers.contains(&number).then(|| State {
            // Most orders wait; the oldest go through the last stages.
            stage: usize::try_from((number - numbers.start) / STAGE).map_or(LAST, |stage| stage.min(LAST)),
            // With each run, one order in twenty is put off by a day.
            put_off: (self.run + scatter(number, 14) % 20) / 20,
        })
    }
}

/// What changes about an order from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    stage: usize,
    put_off: u64,
}

fn order(number: u64, state: State) -> Value {
    let (client_status, status) = STAGES[state.stage];
    let days = (number / 4 + scatter(number, 15) % 10 + state.put_off) % 3_000;
    let due = FIRST_DAY.saturating_add(i64::try_from(days).unwrap_or_default().days()).to_string();
    let (city, state, zip) = one_of(PLACES, number, 1);
    let (first, second) = (one_of(SERVICES, number, 2), one_of(SERVICES, number, 3));
    let mut services = vec![service(first)];
    if second.0 != first.0 {
        services.push(service(second));
    }
    let mut order = json!({
        "workOrderNumber": format!("S-{}", 10_001 + number),
        "workOrderInfo": format!("Lock box {:04}", scatter(number, 4) % 10_000),
        "address1": format!("{} {}", 1 + scatter(number, 5) % 9_800, one_of(STREETS, number, 6)),
        "city": city,
        "state": state,
        "zip": zip,
        "country": "US",
        "clientStatus": client_status,
        "clientDueDate": due,
        "dueDate": due,
        "clientInstructions":
            format!("<p>Photos before, during and after. Questions: <b>{}</b></p>", one_of(DESKS, number, 8)),
        "description": format!("${}.00", 45 + scatter(number, 9) % 40 * 5),
        "reference": first.0,
        "source_wo_provider": one_of(BANKS, number, 10),
        "services": services,
    });
    if let Some(status) = status {
        order["status"] = status.into();
    } else if scatter(number, 11).is_multiple_of(12) {
        order["status"] = "RUSH".into();
    }
    if scatter(number, 12).is_multiple_of(3) {
        order["address2"] = format!("Unit {}", 1 + scatter(number, 13) % 40).into();
    }
    if scatter(number, 16).is_multiple_of(4) {
        order["assignedTo"] = one_of(CREWS, number, 17).into();
    }
    order
}

fn service((name, instructions, survey): (&str, &str, Option<&str>)) -> Value {
    json!({ "serviceName": name, "instructions": instructions, "survey": survey, "options": null })
}

/// One of these, always the same for the same number.
fn one_of<T: Copy>(list: &[T], number: u64, salt: u64) -> T {
    let place = scatter(number, salt) % list.len() as u64;
    list[usize::try_from(place).unwrap_or_default()]
}

/// A number that looks random and is always the same for the same two (`SplitMix64`).
fn scatter(number: u64, salt: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(salt.wrapping_mul(0xD1B5_4A32_D192_ED03));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[async_trait]
impl Connector for Sample {
    async fn validate(&self) -> Result<Value, ConnectError> {
        Ok(Value::Null)
    }

    async fn fetch(&self, ask: Ask, sink: &mut dyn Sink) -> Result<Fetched, ConnectError> {
        let earlier = match ask {
            Ask::Since(Some(_)) => self.earlier(),
            Ask::Since(None) | Ask::Everything { .. } => None,
        };
        let mut batch = RawBatch::default();
        for number in self.numbers() {
            let Some(state) = self.state(number) else { continue };
            if earlier.as_ref().is_some_and(|earlier| earlier.state(number) == Some(state)) {
                continue;
            }
            let raw = order(number, state).to_string();
            sink.received(raw.len() as u64);
            batch.push(raw.as_bytes());
            if batch.is_full() {
                sink.batch(&batch).await?;
                batch.clear();
            }
        }
        if !batch.is_empty() {
            sink.batch(&batch).await?;
        }
        Ok(Fetched { list: List::Complete, server_ahead: Some(SignedDuration::ZERO), memory: Value::Null })
    }

    fn decode<'a>(&self, raw: &'a [u8]) -> Result<WorkOrder<'a>, DecodeError> {
        pruvan::decode(raw)
    }
}

const FIRST_DAY: Date = date(2026, 11, 2);

/// The client's status of an order and the status that it asks for, from the last stage to the first.
const STAGES: &[(&str, Option<&str>)] = &[
    ("Paid", Some("Closed")),
    ("Invoiced", Some("Invoiced")),
    ("Approved", Some("Submitted")),
    ("Completed", Some("Complete")),
    ("In field", None),
    ("Accepted", None),
    ("New", None),
];
const LAST: usize = STAGES.len() - 1;

const PLACES: &[(&str, &str, &str)] = &[
    ("Tulsa", "OK", "74101"),
    ("Norman", "OK", "73069"),
    ("Wichita", "KS", "67202"),
    ("Little Rock", "AR", "72201"),
    ("Springfield", "MO", "65806"),
    ("Amarillo", "TX", "79101"),
    ("Fort Smith", "AR", "72901"),
    ("Joplin", "MO", "64801"),
    ("Worcester", "MA", "01608"),
    ("Trenton", "NJ", "08608"),
];

const STREETS: &[&str] = &[
    "Alder Court",
    "Pine Road",
    "Maple Street",
    "Cedar Lane",
    "Sycamore Avenue",
    "Mill Creek Drive",
    "Old Post Road",
    "Quail Run",
    "W 4th Street",
    "N Boston Avenue",
    "County Road 311",
    "O'Neil Place",
    "Peña Boulevard",
];

/// Name, instructions, survey.
const SERVICES: &[(&str, &str, Option<&str>)] = &[
    ("Grass cut", "Cut, trim and blow. Photos of all four sides before and after.", None),
    ("Initial secure", "Change the rear lock to key code 35241; leave the front lock as it is.", None),
    ("Winterization", "Dry winterization: drain, blow out, antifreeze in all traps, tags at every fixture.", None),
    ("Property inspection", "Exterior and interior; note all damage.", Some("propcheck")),
    ("Occupancy check", "Do not make contact. Meter readings and photos of the street scene.", Some("occupancy-v2")),
    ("Debris removal", "Measure in cubic yards; photo of the loaded truck.", None),
    ("Board up", "Half-inch plywood, painted, all openings on the ground floor.", None),
    ("Roof tarp", "Blue tarp, furring strips every four feet.", None),
    ("Pool treatment", "Shock and cover; photo of the chemical tags.", None),
    ("Final condition report", "Every room, every side, the attic and the crawl space.", Some("fcr-v7")),
];

const DESKS: &[&str] = &["the preservation desk", "the inspection desk", "the hazard desk", "the utilities desk"];
const BANKS: &[&str] = &["Example Bank", "First Sample Mortgage", "Northwind Servicing", "Contoso Home Loans"];
const CREWS: &[&str] = &["crew.ann", "crew.ben", "crew.chi", "~all~"];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::connectors::kept::Kept;

    const EVERYTHING: Ask = Ask::Everything { last: None };

    async fn fetch(orders: u64, run: u64, ask: Ask) -> BTreeMap<String, String> {
        let mut kept = Kept::default();
        let fetched = Sample { orders, run }.fetch(ask, &mut kept).await.unwrap();
        assert_eq!((fetched.list, kept.lost.len()), (List::Complete, 0));
        let mut by_key = BTreeMap::new();
        for raw in kept.orders {
            let order = pruvan::decode(raw.as_bytes()).unwrap();
            assert!(
                order.problems.is_empty() && order.missing_fields().is_empty() && !order.tasks.is_empty(),
                "{order:?}"
            );
            assert!(by_key.insert(order.key.into_owned(), raw.clone()).is_none());
        }
        by_key
    }

    const SINCE: Ask = Ask::Since(Some(jiff::Timestamp::UNIX_EPOCH));

    #[tokio::test]
    async fn the_same_run_gives_the_same_orders_and_each_run_changes_a_little() {
        for run in 1..40 {
            let before = fetch(60, run, EVERYTHING).await;
            assert_eq!(before, fetch(60, run, EVERYTHING).await);
            let after = fetch(60, run + 1, EVERYTHING).await;
            assert_eq!((before.len(), after.len()), (60, 60));
            let gone: Vec<_> = before.keys().filter(|key| !after.contains_key(*key)).collect();
            let changed = before.iter().filter(|(key, raw)| after.get(*key).is_some_and(|now| now != *raw)).count();
            assert!(matches!(gone.len(), 1 | 2), "{gone:?}");
            assert!((3..=20).contains(&changed), "{changed}");
            for key in gone {
                assert!(before[key].contains("\"status\":\"Closed\""), "{key}");
            }
        }
    }

    #[tokio::test]
    async fn a_refresh_brings_what_changed_and_nothing_else() {
        assert_eq!(fetch(60, 1, SINCE).await.len(), 60);
        for run in 2..40 {
            let (then, now) = (fetch(60, run - 1, EVERYTHING).await, fetch(60, run, EVERYTHING).await);
            let refreshed = fetch(60, run, SINCE).await;
            assert!(refreshed.len() < 40, "{}", refreshed.len());
            for (key, raw) in &now {
                assert!(refreshed.get(key).map_or(then.get(key) == Some(raw), |sent| sent == raw), "{run} {key}");
            }
        }
    }

    #[tokio::test]
    async fn a_big_list_is_made_as_asked() {
        assert_eq!(fetch(3000, 7, EVERYTHING).await.len(), 3000);
    }
}
