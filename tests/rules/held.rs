//! Imports and previews that are spoken of by id, for a front end that comes late or comes back.

use muster_core::model::{IntegrationStatus, Outcome};
use muster_core::{AppliedPreview, ErrorCode, Phase, Progress};
use muster_tests::pruvan::{Day, Gate};
use tokio::sync::broadcast::Receiver;

use crate::support::{CODE, Office, Refresh, code, numbers, orders, removed_by, request};

async fn until(events: &mut Receiver<Progress>, import: i64, phase: Phase) {
    loop {
        let event = events.recv().await.unwrap();
        if event.import == import && event.phase == phase {
            return;
        }
        assert_ne!((event.import, event.phase), (import, Phase::Ended), "it ended before it was {phase:?}");
    }
}

#[tokio::test]
async fn a_preview_is_found_again_by_id_and_applied() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(orders(2..=11));
    let mut events = office.program.watch();
    let id = office.muster.open_preview(&code(CODE), false).await.unwrap();
    until(&mut events, id, Phase::Previewed).await;
    let live = office.muster.live();
    assert_eq!(live.iter().map(|one| (one.import, one.phase)).collect::<Vec<_>>(), [(id, Phase::Previewed)]);
    let summary = office.muster.preview_summary(id).unwrap();
    assert_eq!((summary.to_add, removed_by(&summary)), (1, vec!["NWF::1"]));
    let AppliedPreview::Ended(import) = office.muster.apply_preview(id).await.unwrap() else { panic!("it grew") };
    assert_eq!(import.outcome, Some(Outcome::Succeeded));
    assert_eq!(office.numbers().await, numbers(2..=11));
    assert!(office.muster.live().is_empty());
    assert_eq!(office.muster.apply_preview(id).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(office.muster.cancel_import(id).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_preview_that_waits_is_let_go_by_id() {
    let office = Office::filled(orders(1..=10)).await;
    office.sends(orders(2..=11));
    let mut events = office.program.watch();
    let id = office.muster.open_preview(&code(CODE), false).await.unwrap();
    until(&mut events, id, Phase::Previewed).await;
    office.muster.cancel_import(id).await.unwrap();
    assert_eq!(office.muster.import(id).await.unwrap().outcome, Some(Outcome::Cancelled));
    assert_eq!(office.numbers().await, numbers(1..=10));
    assert_eq!(office.status().await, IntegrationStatus::Idle);
    assert_eq!(office.refresh().await.outcome, Some(Outcome::Succeeded), "its place is free");
}

#[tokio::test]
async fn a_preview_is_cancelled_by_id_while_its_list_is_fetched() {
    let office = Office::filled(orders(1..=10)).await;
    let gate = Gate::after(100);
    office.client.day(Day::Pause(gate.clone()));
    let mut events = office.program.watch();
    let id = office.muster.open_preview(&code(CODE), false).await.unwrap();
    gate.reached().await;
    assert_eq!(office.muster.live()[0].phase, Phase::Receiving);
    office.muster.cancel_import(id).await.unwrap();
    loop {
        if events.recv().await.unwrap().phase == Phase::Ended {
            break;
        }
    }
    assert_eq!(office.muster.import(id).await.unwrap().outcome, Some(Outcome::Cancelled));
    assert!(office.muster.live().is_empty());
}

#[tokio::test]
async fn a_preview_whose_list_is_bad_ends_with_a_record() {
    let office = Office::filled(orders(1..=10)).await;
    office.client.day(Day::NullList);
    let mut events = office.program.watch();
    let id = office.muster.open_preview(&code(CODE), false).await.unwrap();
    until(&mut events, id, Phase::Ended).await;
    let import = office.muster.import(id).await.unwrap();
    assert_eq!((import.outcome, import.error.unwrap().code), (Some(Outcome::Failed), ErrorCode::NotUnderstood));
    assert_eq!(office.muster.preview_summary(id).unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_refresh_that_runs_is_cancelled_by_id() {
    let office = Office::filled(orders(1..=10)).await;
    let gate = Gate::after(20);
    office.client.day(Day::Pause(gate.clone()));
    let run = office.muster.start_import(request(CODE, Refresh)).await.unwrap();
    gate.reached().await;
    office.muster.cancel_import(run.id()).await.unwrap();
    assert_eq!(run.wait().await.unwrap().outcome, Some(Outcome::Cancelled));
}

#[tokio::test]
async fn closing_lets_go_of_a_preview_that_waits() {
    let office = Office::filled(orders(1..=10)).await;
    let other = office.another().await;
    let mut events = office.program.watch();
    let id = office.muster.open_preview(&code(CODE), false).await.unwrap();
    until(&mut events, id, Phase::Previewed).await;
    office.program.clone().close().await.unwrap();
    assert_eq!(other.import(id).await.unwrap().outcome, Some(Outcome::Cancelled));
}
