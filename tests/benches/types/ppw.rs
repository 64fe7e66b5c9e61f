//! PPW: one call for each order, four at a time, and only for what has changed.

use std::time::Duration;

use muster_core::model::Outcome;
use muster_tests::ppw::{Config, Simulator};
use serde_json::json;

use crate::Result;
use crate::office::Office;

const ORDERS: usize = 1_500;
/// How long PPW takes for each answer.
const PACE: Duration = Duration::from_millis(20);
/// How many calls may run at once.
const AT_ONCE: usize = 4;

#[expect(clippy::print_stdout, reason = "what a benchmark says, it says on the console")]
pub(crate) async fn bench() -> Result {
    let ppw = Simulator::start(Config { orders: ORDERS, pace: PACE, ..Config::default() }).await?;
    let (username, password) = ppw.with(|state| (state.username.clone(), state.password.clone()));
    let secrets = vec![("password".to_owned(), password.into())];
    let office = Office::new("ppw", &json!({ "url": ppw.url(), "username": username }), secrets).await?;
    println!("PPW, {ORDERS} open orders, {} ms for each answer:\n", PACE.as_millis());
    println!("| Full Import | detail calls | at most | all calls | at once | wall s | one after the other, s |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let changes = ORDERS / 100;
    for (step, most) in [("first", ORDERS), ("the same again", 0), ("1 % changed", changes)] {
        if most == changes {
            ppw.with(|state| {
                for id in state.open().into_iter().take(changes) {
                    state.change(id, "city", json!("Bixby"));
                }
            });
        }
        ppw.clear_calls();
        let (import, cost) = office.import().await?;
        let (details, all, at_once) = (ppw.count("get_order"), ppw.calls().len(), ppw.with(|state| state.most_at_once));
        let alone = PACE.as_secs_f64() * f64::from(u32::try_from(all)?);
        println!("| {step} | {details} | {most} | {all} | {at_once} | {:.2} | {alone:.2} |", cost.wall);
        if import.outcome != Some(Outcome::Succeeded) || details > most || at_once > AT_ONCE {
            return Err(format!("{step}: {details} detail calls, {at_once} at once, {import:?}").into());
        }
    }
    println!();
    Ok(())
}
