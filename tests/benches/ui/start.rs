//! A cold start: the CPU of Muster's own process until its first page has been answered, and that of the web view's
//! processes beside it.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::time::sleep;

use crate::percentile;
use crate::support::display::Display;
use crate::support::office::built;
use crate::support::{Office, until};

/// The unit of /proc/PID/stat, which has been 100 a second on Linux since there is one.
const TICK: f64 = 10.0;
/// The target, in milliseconds of CPU.
const TARGET: f64 = 300.0;

/// Milliseconds.
#[derive(Debug, Clone, Copy)]
struct Start {
    own: f64,
    web_view: f64,
    wall: f64,
}

pub(crate) async fn measure(runs: usize) -> String {
    let mut starts = Vec::new();
    // One that does not count: the files are read from the disk.
    for run in 0..=runs {
        let start = once().await;
        if run > 0 {
            starts.push(start);
        }
    }
    let median = |of: fn(&Start) -> f64| percentile(&mut starts.iter().map(of).collect::<Vec<_>>(), 50);
    format!(
        "## A cold start\n\nUntil the first page has been answered, with an Admin and 60 projects; the median of {runs} runs.\n\n\
         | | ms | target |\n|---|--:|--:|\n| CPU of Muster's own process | {:.0} | < {TARGET:.0} |\n\
         | CPU of the web view's processes | {:.0} | - |\n| wall | {:.0} | - |\n",
        median(|start| start.own),
        median(|start| start.web_view),
        median(|start| start.wall),
    )
}

async fn once() -> Start {
    let office = Office::with_projects(60).await;
    let display = Display::start().await;
    let mut program = Command::new(built("muster-desktop"));
    office.settle(&mut program);
    program.env("DISPLAY", &display.name).env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1");
    program.env_remove("WAYLAND_DISPLAY").stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    let mut program = program.spawn().expect("the window starts");
    let id = program.id().expect("it runs");
    while !office.log().contains("a page begins") {
        assert!(begun.elapsed() < Duration::from_mins(1), "no page was answered");
        sleep(Duration::from_millis(5)).await;
    }
    let wall = begun.elapsed().as_secs_f64() * 1_000.0;
    let start = Start { own: cpu(id), web_view: children(id).into_iter().map(cpu).sum(), wall };
    program.kill().await.expect("it ends");
    until("its processes are gone", async || children(id).is_empty().then_some(())).await;
    start
}

/// The CPU that a process has used so far, in milliseconds.
fn cpu(process: u32) -> f64 {
    let Some(stat) = stat(process) else { return 0.0 };
    let ticks = |place: usize| stat.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
    // utime and stime, the 14th and the 15th; the list begins with the third.
    (ticks(11) + ticks(12)) * TICK
}

/// All processes that descend from this one.
fn children(process: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let all: Vec<(u32, u32)> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|id: u32| Some((id, stat(id)?.get(1)?.parse().ok()?)))
        .collect();
    let mut found = vec![process];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(all.iter().filter(|(_, its)| *its == parent).map(|(id, _)| *id));
        next += 1;
    }
    found.split_off(1)
}

/// What /proc says of a process, from its state on.
fn stat(process: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}
