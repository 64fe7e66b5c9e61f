//! Progress bars, on a terminal only.

use std::collections::HashMap;
use std::io::IsTerminal;

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};
use muster_core::{Admin, Phase, Progress};
use tokio::task::JoinHandle;

/// Shows the imports of this process on standard error until it is dropped.
#[derive(Debug)]
pub(crate) struct Bars(Option<JoinHandle<()>>);

impl Bars {
    pub(crate) fn show(muster: &Admin, json: bool) -> Self {
        if json || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let mut events = muster.watch();
        Self(Some(tokio::spawn(async move {
            let all = MultiProgress::new();
            let mut bars: HashMap<i64, Line> = HashMap::new();
            loop {
                match events.recv().await {
                    // Until the list comes, a passphrase may have to be typed: nothing may write over that.
                    Ok(event) if event.phase == Phase::Connecting => drop(bars.remove(&event.import)),
                    Ok(event) => draw(bars.entry(event.import).or_insert_with(|| Line(all.add(bar(&event)))), &event),
                    Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => break,
                }
            }
        })))
    }
}

/// A bar that is forgotten leaves no line behind.
struct Line(ProgressBar);

impl Drop for Line {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

fn bar(event: &Progress) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_prefix(event.code.to_string());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

fn draw(Line(bar): &Line, event: &Progress) {
    let received = || format!("{} orders, {}", event.orders, HumanBytes(event.bytes));
    match event.phase {
        Phase::Waiting => bar.set_message("waiting for its turn"),
        Phase::Connecting => bar.set_message("connecting"),
        Phase::Receiving => bar.set_message(format!("receiving: {}", received())),
        Phase::Applying => {
            let total = event.total.map_or_else(String::new, |total| format!(" of {total}"));
            bar.set_message(format!("applying: {}{total}", event.orders));
        }
        Phase::Previewed | Phase::Ended => bar.finish_and_clear(),
    }
}
