//! How the window feels: what it costs to start, whether it keeps moving while a hundred thousand orders are imported, and
//! whether a list of as many projects scrolls without gaps. It needs a release build; `cargo xtask bench ui` makes it.
//!
//! ```text
//! cargo xtask bench ui [--orders N] [--runs K] [--write PATH]
//! ```
#![cfg_attr(not(target_os = "linux"), allow(unused, reason = "a window is driven on Linux only"))]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark says what it measured, and ends with words where it cannot"
)]

#[cfg(target_os = "linux")]
mod frames;
#[cfg(target_os = "linux")]
mod scroll;
#[cfg(target_os = "linux")]
mod start;
#[cfg(target_os = "linux")]
#[path = "../../window/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests in a window need more of it")]
mod support;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask bench ui [--orders N] [--runs K] [--write PATH]";

/// What was asked for.
#[derive(Debug)]
struct Options {
    orders: usize,
    runs: usize,
    write: Option<PathBuf>,
}

impl Options {
    fn read(mut args: impl Iterator<Item = String>) -> Option<Self> {
        let mut options = Self { orders: 100_000, runs: 5, write: None };
        while let Some(name) = args.next() {
            match name.as_str() {
                // What cargo adds.
                "--bench" => {}
                "--orders" => options.orders = args.next()?.parse().ok()?,
                "--runs" => options.runs = args.next()?.parse().ok().filter(|runs| *runs > 0)?,
                "--write" => options.write = Some(args.next()?.into()),
                _ => return None,
            }
        }
        Some(options)
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("The window is driven through WebKitWebDriver, which is there on Linux only.");
    ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> ExitCode {
    let Some(options) = Options::read(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let report = [
        format!(
            "# Benchmarks of the window\n\nMeasured on {}, Linux, {} cores, a display without a screen and without a graphics card. Run it \
             again with\n\n```\ncargo xtask bench ui --orders {} --runs {} --write docs/benchmarks-ui.md\n```\n",
            jiff::Timestamp::now().strftime("%Y-%m-%d"),
            std::thread::available_parallelism().map_or(1, usize::from),
            options.orders,
            options.runs,
        ),
        start::measure(options.runs).await,
        frames::measure(options.orders).await,
        scroll::measure(options.orders).await,
    ]
    .join("\n");
    println!("{report}");
    if let Some(path) = options.write {
        // A benchmark is started at the root of its package.
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        if let Err(error) = std::fs::write(&path, report) {
            eprintln!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// What a script in the window came to. One that failed has measured nothing, and nothing is not a good figure.
#[cfg(target_os = "linux")]
fn answered(answer: &serde_json::Value) -> serde_json::Value {
    match answer.get("ok") {
        Some(value) if !value.is_null() => value.clone(),
        _ => panic!("the page could not be measured: {answer}"),
    }
}

/// The value below which so many per cent of them lie. They are sorted by it.
#[cfg(target_os = "linux")]
fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len().saturating_sub(1) * percent).div_ceil(100);
    values.get(place).copied().unwrap_or_default()
}
