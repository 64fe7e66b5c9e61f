//! The same for the other ways in which orders come: one call for each, and files.

use std::time::SystemTime;

use muster_tests::ppw;
use serde_json::json;

use super::{Point, checkpoint, is_interrupted, kill_at, leftovers, list};
use crate::support::{Program, text, until};

/// Whatever was going on, nothing else than an import's record is left of it.
async fn is_as_it_was(program: &Program, code: &str, before: &str, what: &str) {
    assert!(program.printed().await == before, "{what}");
    is_interrupted(&program.last_import().await, &program.integration(code).await);
    assert_eq!(leftovers(program), Vec::<String>::new(), "{what}");
}

#[tokio::test]
async fn an_import_from_ppw_that_is_killed_between_its_calls_leaves_the_list_as_it_was() {
    const ORDERS: usize = 120;
    let config = ppw::Config { orders: ORDERS, pace: std::time::Duration::from_millis(20), ..ppw::Config::default() };
    let ppw = ppw::Simulator::start(config).await.unwrap();
    let program = crate::types::ppw_office(&ppw, &[]).await;
    // The first of all.
    for calls in [0, 30] {
        ppw.clear_calls();
        let running = program.start(&["full-import", "PPW"]);
        until("so many calls", async || ppw.count("get_order") >= calls && ppw.count("get_all_orders") > 0).await;
        running.kill().await;
        is_as_it_was(&program, "PPW", "[]\n", &format!("the first, after {calls}")).await;
    }
    assert_eq!(program.json(&["full-import", "PPW"]).await.ok()["added"], ORDERS);
    let before = program.printed().await;
    ppw.with(|state| {
        for id in state.open() {
            state.change(id, "city", json!("Bixby"));
        }
        let gone = state.open()[0];
        state.set_status(gone, "Invoiced");
    });
    for (kind, calls) in [("full-import", 40), ("refresh", 40), ("full-import", 100)] {
        ppw.clear_calls();
        let running = program.start(&[kind, "PPW"]);
        until("so many calls", async || ppw.count("get_order") >= calls).await;
        running.kill().await;
        is_as_it_was(&program, "PPW", &before, &format!("{kind} after {calls}")).await;
    }
    let import = program.json(&["full-import", "PPW"]).await.ok();
    assert_eq!((&import["changed"], &import["removed"]), (&json!(ORDERS - 1), &json!(1)), "{import}");
}

/// A list of so many orders in that city.
fn orders(count: u32, city: &str) -> String {
    let rows = (0..count).map(|at| format!("{at},12/4/26,{at} Pine Rd,{city},OK,74101,Grass cut\n"));
    std::iter::once("Work Order Number,Due Date,Address,City,State,Zip,Service\n".to_owned()).chain(rows).collect()
}

#[tokio::test]
async fn an_import_of_a_large_file_that_is_killed_is_done_or_undone() {
    const ORDERS: u32 = 12_000;
    let program = Program::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    let save = |content: String| {
        std::fs::write(&file, content).unwrap();
        // Long ago, so that nobody waits for the file to be finished.
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    };
    save(orders(ORDERS, "Tulsa"));
    let path = format!("path={}", text(&file));
    let args = ["integration", "add", "--type", "spreadsheet", "--code", "FILES", "--set", &path];
    program.json(&[&args[..], &["--set", "holds_all_open_orders=on"]].concat()).await.ok();
    assert_eq!(program.json(&["full-import", "FILES"]).await.ok()["added"], ORDERS);
    let before = program.printed().await;
    save(orders(ORDERS - 100, "Bixby"));
    let mut undone = Vec::new();
    for point in [
        Point::Later(20),
        Point::Later(100),
        Point::Later(300),
        Point::Written(16),
        Point::Written(1_024),
        Point::Written(4_000),
        Point::Written(8_000),
    ] {
        checkpoint(&program.data());
        let alive = kill_at(&program, program.start(&["full-import", "FILES"]), point).await;
        if program.printed().await != before {
            break;
        }
        let import = program.last_import().await;
        assert!(alive, "{point:?}: it ended and changed nothing: {import}");
        assert_eq!(leftovers(&program), Vec::<String>::new(), "{point:?}");
        // Killed before it began, it has left no record either.
        if import["import"] != 1 {
            is_interrupted(&import, &program.integration("FILES").await);
        }
        undone.push(point);
    }
    let written = |point: &Point| matches!(point, Point::Written(_));
    assert!(undone.iter().any(written), "no point lies in the transaction: {undone:?}");
    let after = program.printed().await;
    if after != before {
        assert!(!after.contains("Tulsa"), "neither before nor after");
    }
    program.json(&["full-import", "FILES"]).await.ok();
    let all = list(&program.printed().await);
    assert_eq!(all.len(), (ORDERS - 100) as usize);
    assert!(all.iter().all(|one| one["city"] == "Bixby"), "{}", all[0]);
}
