//! Whether the window keeps moving while many orders are imported: the gaps between its animation frames.

use std::time::Duration;

use serde_json::{Value, json};

use crate::percentile;
use crate::support::{ANN, CODE, Office, Window, until};

/// The target for the 99th of a hundred gaps, in milliseconds.
const TARGET: f64 = 100.0;

const RECORD: &str = "
    window.__gaps = []; let last = performance.now();
    const frame = (now) => { window.__gaps.push(now - last); last = now; window.__frame = requestAnimationFrame(frame); };
    window.__frame = requestAnimationFrame((now) => { last = now; window.__frame = requestAnimationFrame(frame); });";
/// What the machine gives when there is nothing to draw: every figure is read beside this one.
const HIDE: &str = "document.body.style.display = 'none';";
const SHOW: &str = "document.body.style.display = '';";
const STOP: &str = "cancelAnimationFrame(window.__frame); return window.__gaps;";

pub(crate) async fn measure(orders: usize) -> String {
    let mut rows = Vec::new();
    for page in ["Integrations", "Projects"] {
        let office = Office::with_admin(orders).await;
        office.connect(CODE).await;
        let window = Window::open(&office).await;
        window.sign_in(ANN).await;
        window.go(page).await;
        if rows.is_empty() {
            window.run(HIDE, &[]).await;
            rows.push(row("A blank page, nothing goes on", gaps(&window, rest).await));
            window.run(SHOW, &[]).await;
        }
        rows.push(row(&format!("{page}, nothing goes on"), gaps(&window, rest).await));
        let first = gaps(&window, async || import(&window).await).await;
        rows.push(row(&format!("{page}, all {orders} orders are new"), first));
        rows.push(row(&format!("{page}, the list is full, nothing goes on"), gaps(&window, rest).await));
        office.with_client(|state| state.orders.change(1.0, 7));
        let again = gaps(&window, async || import(&window).await).await;
        rows.push(row(&format!("{page}, all {orders} orders are sent again"), again));
        window.close().await;
    }
    format!(
        "## While {orders} orders are imported\n\nGaps between animation frames of the window, in milliseconds. The client system is a \
         simulator on the same two cores.\n\n| | frames | p50 | p99 | max | target |\n|---|--:|--:|--:|--:|--:|\n{}\n",
        rows.join("\n")
    )
}

async fn gaps(window: &Window, work: impl AsyncFnOnce()) -> Vec<f64> {
    window.run(RECORD, &[]).await;
    work().await;
    let gaps = window.run(STOP, &[]).await;
    let gaps: Vec<f64> = gaps.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    assert!(!gaps.is_empty(), "no frame was drawn, so nothing was measured");
    gaps
}

async fn rest() {
    tokio::time::sleep(Duration::from_secs(5)).await;
}

/// A Refresh by the window's own process; the first brings everything.
async fn import(window: &Window) {
    let started = window.invoke("refresh", &json!({ "code": CODE })).await;
    let id = started["ok"].as_i64().unwrap_or_else(|| panic!("{started}"));
    until("the import ends", async || {
        // Seldom enough not to count.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let record = window.invoke("import_record", &json!({ "id": id })).await;
        (!record["ok"]["outcome"].is_null()).then_some(())
    })
    .await;
    // What the page does about it counts as well.
    tokio::time::sleep(Duration::from_secs(1)).await;
}

fn row(name: &str, mut gaps: Vec<f64>) -> String {
    let frames = gaps.len();
    let (half, most) = (percentile(&mut gaps, 50), percentile(&mut gaps, 99));
    let max = gaps.last().copied().unwrap_or_default();
    format!("| {name} | {frames} | {half:.1} | {most:.1} | {max:.0} | p99 < {TARGET:.0} |")
}
