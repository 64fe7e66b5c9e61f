//! The stream of events by which a front end sees how far an import is.

use muster_core::model::Outcome;
use muster_core::{Phase, Progress};
use muster_tests::pruvan::{At, Day};
use tokio::sync::broadcast::Receiver;

use crate::support::{CODE, FullImport, Office, Setup, orders};

/// The events of an import that has ended.
fn events(receiver: &mut Receiver<Progress>) -> Vec<Progress> {
    std::iter::from_fn(|| receiver.try_recv().ok()).collect()
}

/// The phases in the order in which they came.
fn phases(events: &[Progress]) -> Vec<Phase> {
    let mut phases: Vec<Phase> = events.iter().map(|event| event.phase).collect();
    phases.dedup();
    phases
}

#[tokio::test]
async fn progress_goes_through_the_phases_in_order_and_its_sequence_grows() {
    let office = Office::of(orders(1..=2_000)).await;
    let mut watch = office.program.watch();
    let import = office.full().await;
    let events = events(&mut watch);
    assert_eq!(phases(&events), [Phase::Waiting, Phase::Connecting, Phase::Receiving, Phase::Applying, Phase::Ended]);
    for (place, event) in events.iter().enumerate() {
        assert_eq!((event.import, event.code.as_str(), event.kind), (import.id, CODE, FullImport));
        assert_eq!(event.sequence, place as u64 + 1);
    }
    let applying = events.iter().find(|event| event.phase == Phase::Applying).unwrap();
    assert_eq!((applying.orders, applying.total), (0, Some(2_000)));
    let bytes = office.client.with(|state| state.orders.bytes() as u64);
    assert!(applying.bytes > bytes && applying.bytes < bytes + 10_000, "{}", applying.bytes);
    assert_eq!(events.last().unwrap().orders, 2_000);
}

#[tokio::test]
async fn progress_begins_again_when_the_list_is_asked_for_again() {
    let office = Setup::default().office(orders(1..=500)).await;
    office.client.day(Day::CutLength { at: At::BeforeEnd(1) });
    let mut watch = office.program.watch();
    assert_eq!(office.full().await.outcome, Some(Outcome::Succeeded));
    let events = events(&mut watch);
    let begins = events.iter().filter(|event| event.phase == Phase::Receiving && event.bytes == 0).count();
    assert_eq!(begins, 2);
    let bytes = office.client.with(|state| state.orders.bytes() as u64);
    assert!(events.last().unwrap().bytes < bytes + 10_000);
}

#[tokio::test]
async fn progress_ends_however_the_import_ends() {
    let office = Office::filled(orders(1..=3)).await;
    let mut watch = office.program.watch();
    office.client.day(Day::BareTrue);
    assert_eq!(office.full().await.outcome, Some(Outcome::Failed));
    assert_eq!(phases(&events(&mut watch)).last(), Some(&Phase::Ended));
    office.preview().await.cancel().await.unwrap();
    let events = events(&mut watch);
    let expected = [Phase::Waiting, Phase::Connecting, Phase::Receiving, Phase::Applying, Phase::Ended];
    assert_eq!(phases(&events), expected);
}
