//! Whether a long list scrolls without gaps: rows that are in view and not there yet.

use serde_json::{Value, json};

use crate::support::{ANN, Office, Window};
use crate::{answered, percentile};

/// For how many frames the list is scrolled.
const FRAMES: u64 = 600;

/// Scrolls for so many frames, so many pixels each, from the top and back from the end, and counts those in which a row in
/// view is empty.
const SCROLL: &str = "
    let [step, frames] = given;
    const view = document.querySelector('.ag-grid-viewport');
    const empty = () => {
        const box = view.getBoundingClientRect();
        return [...document.querySelectorAll('.ag-grid-scrolling-container .ag-row')].some((row) => {
            const at = row.getBoundingClientRect();
            if (at.bottom <= box.top || at.top >= box.bottom) return false;
            return row.classList.contains('ag-row-loading') || row.textContent.trim() === '';
        });
    };
    let moved = 0;
    view.scrollTop = 0;
    let gaps = 0, longest = 0, since = null, slow = [], last = performance.now();
    for (let count = 0; count < frames; count++) {
        const before = view.scrollTop;
        if (before + step < 0 || before + step > view.scrollHeight - view.clientHeight) step = -step;
        view.scrollTop = before + step;
        const now = await new Promise(requestAnimationFrame);
        slow.push(now - last);
        last = now;
        if (view.scrollTop !== before) moved++;
        if (empty()) { gaps++; since ??= now; longest = Math.max(longest, now - since); } else since = null;
    }
    return { gaps, longest, slow, moved };";

/// Jumps to a place and says how long it takes until its rows are there.
const JUMP: &str = "
    const view = document.querySelector('.ag-grid-viewport');
    const box = () => view.getBoundingClientRect();
    const full = () => {
        const rows = [...document.querySelectorAll('.ag-grid-scrolling-container .ag-row')].filter((row) => {
            const at = row.getBoundingClientRect();
            return at.bottom > box().top && at.top < box().bottom;
        });
        return rows.length > 5 && rows.every((row) => !row.classList.contains('ag-row-loading') && row.textContent.trim() !== '');
    };
    const start = performance.now();
    view.scrollTop = given[0] * (view.scrollHeight - view.clientHeight);
    do { await new Promise(requestAnimationFrame); } while (!full() && performance.now() - start < 10000);
    return performance.now() - start;";

pub(crate) async fn measure(orders: usize) -> String {
    let office = Office::with_projects(orders).await;
    let window = Window::open(&office).await;
    window.sign_in(ANN).await;
    window.go("Projects").await;
    answered(&window.ask(JUMP, &[json!(0.0)]).await);
    let mut rows = Vec::new();
    for (name, step) in [("a turn of the wheel", 40), ("fast", 120), ("faster than one can read", 400)] {
        let seen = answered(&window.ask(SCROLL, &[json!(step), json!(FRAMES)]).await);
        let mut frames: Vec<f64> = seen["slow"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        // What has not moved shows no gaps either.
        let moved = seen["moved"].as_u64().unwrap_or_default();
        assert!(moved > FRAMES / 2 && !frames.is_empty(), "the list moved in {moved} of {FRAMES} frames only");
        rows.push(format!(
            "| {name} ({step} px a frame) | {} | {} | {:.0} | {:.1} |",
            frames.len(),
            seen["gaps"],
            seen["longest"].as_f64().unwrap_or_default(),
            percentile(&mut frames, 99),
        ));
    }
    let mut jumps = Vec::new();
    for place in [0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.99, 0.4, 0.6, 0.05] {
        let filled = answered(&window.ask(JUMP, &[json!(place)]).await).as_f64();
        jumps.push(filled.expect("a jump takes its time"));
    }
    window.close().await;
    let (half, most) = (percentile(&mut jumps, 50), percentile(&mut jumps, 100));
    format!(
        "## A list of {orders} projects\n\nScrolled for {FRAMES} frames; an empty row in view is a gap.\n\n\
         | | frames | frames with a gap | longest gap ms | frame p99 ms |\n|---|--:|--:|--:|--:|\n{}\n\n\
         A jump to another place of the list is filled after {half:.0} ms (median of 10; at most {most:.0}).\n",
        rows.join("\n")
    )
}
