//! How much an import costs, beside the least possible work that yields the same list.
//!
//! ```text
//! cargo xtask bench import [--orders N[,N]...] [--runs K] [--write PATH]
//! ```

mod baseline;
mod check;
mod child;
mod measure;
mod muster;
mod reader;
mod simulator;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use child::{By, JOB, Job, Kind, Measured, Work};
use simulator::Simulator;
use table::{Pair, Results};

/// A benchmark fails with words for the person who started it.
type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const USAGE: &str = "usage: cargo xtask bench import [--orders N[,N]...] [--runs K] [--write PATH]";

/// How long pages are read while nothing else goes on.
const IDLE: Duration = Duration::from_secs(5);

/// What is measured, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    First,
    Again,
    Changed,
    Refresh,
}

impl Step {
    const ALL: [Self; 4] = [Self::First, Self::Again, Self::Changed, Self::Refresh];

    fn name(self) -> &'static str {
        match self {
            Self::First => "first full import",
            Self::Again => "the same again",
            Self::Changed => "1 % removed, 1 % changed (full import)",
            Self::Refresh => "refresh, 1 % changed",
        }
    }

    /// The most times that Muster's CPU may be the baseline's.
    fn target(self) -> Option<f64> {
        match self {
            Self::First => Some(2.0),
            Self::Again | Self::Refresh => Some(1.5),
            Self::Changed => None,
        }
    }

    fn kind(self) -> Kind {
        if self == Self::Refresh { Kind::Refresh } else { Kind::FullImport }
    }

    /// What the client does before.
    fn command(self) -> Option<Value> {
        match self {
            Self::First => Some(json!({ "reset": true })),
            Self::Again => None,
            Self::Changed => Some(json!({ "remove": 0.01, "change": 0.01, "seed": 1 })),
            Self::Refresh => Some(json!({ "change": 0.01, "seed": 2 })),
        }
    }
}

/// What to measure.
#[derive(Debug)]
struct Args {
    /// The lengths of the lists, one after the other.
    orders: Vec<usize>,
    runs: usize,
    write: Option<PathBuf>,
}

#[tokio::main]
#[expect(clippy::print_stderr, reason = "what a benchmark says, it says on the console")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [JOB, job] => work(job).await,
        _ if !cfg!(target_os = "linux") => Err("only measured on Linux: time and memory are read from /proc".into()),
        _ => match args(words) {
            Ok(args) => bench(&args).await,
            Err(error) => Err(format!("{error}\n{USAGE}").into()),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn args(words: Vec<String>) -> Result<Args> {
    let mut args = Args { orders: vec![100_000], runs: 3, write: None };
    // `cargo bench` adds a word of its own.
    let mut words = words.into_iter().filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--orders" => args.orders = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--runs" => args.runs = value.parse()?,
            "--write" => args.write = Some(muster_root().join(value)),
            _ => return Err(format!("{word} is unknown").into()),
        }
    }
    Ok(args)
}

/// `cargo bench` starts a benchmark in the directory of its package.
fn muster_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

async fn work(job: &str) -> Result {
    crypto();
    let job: Job = serde_json::from_str(job)?;
    job.work().await
}

/// reqwest wants to know what to encrypt with, even where nothing is.
fn crypto() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[expect(clippy::print_stdout, reason = "what a benchmark says, it says on the console")]
async fn bench(args: &Args) -> Result {
    crypto();
    let mut all = Vec::new();
    for orders in &args.orders {
        let results = measure(*orders, args.runs).await?;
        println!("{}", results.markdown());
        all.push(results);
    }
    if let Some(path) = &args.write {
        std::fs::write(path, table::page(args, &all))?;
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "how far it is")]
async fn measure(orders: usize, runs: usize) -> Result<Results> {
    let simulator = Simulator::start(orders)?;
    let mut results = Results { orders, bytes: simulator.client.bytes, ..Results::default() };
    for run in 1..=runs {
        let [muster, baseline] = [By::Muster, By::Baseline].map(|by| folder(by, &simulator));
        let (muster, baseline) = (muster.await?, baseline.await?);
        let sides = Sides { simulator: &simulator, muster: muster.path(), baseline: baseline.path() };
        for step in Step::ALL {
            let pair = sides.step(step, run).await?;
            eprintln!(
                "run {run}, {}: {:.3} s of CPU, baseline {:.3}, {:.2} times",
                step.name(),
                pair.muster.cost.cpu,
                pair.baseline.cost.cpu,
                pair.muster.cost.cpu / pair.baseline.cost.cpu
            );
            results.add(step, pair);
        }
        let projects = check::same(sides.muster, sides.baseline)?;
        eprintln!("run {run}: both hold the same {projects} projects, tasks and changes");
        sides.pages(&mut results).await?;
    }
    Ok(results)
}

/// A data directory with the integration, on the disk of this repository: the system's may lie in memory.
async fn folder(by: By, simulator: &Simulator) -> Result<tempfile::TempDir> {
    let folder = tempfile::Builder::new().prefix(&format!("bench-{by:?}-")).tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    Job::new(folder.path(), &simulator.client, Work::Prepare).done::<()>().await?;
    Ok(folder)
}

/// Two databases in front of one client system.
#[derive(Debug)]
struct Sides<'a> {
    simulator: &'a Simulator,
    muster: &'a Path,
    baseline: &'a Path,
}

impl Sides<'_> {
    /// One step on both sides; who is first changes from run to run.
    async fn step(&self, step: Step, run: usize) -> Result<Pair> {
        if let Some(command) = step.command() {
            self.simulator.control(&command).await?;
        }
        let (muster, baseline) = if run % 2 == 1 {
            let muster = self.import(By::Muster, step.kind()).await?;
            (muster, self.import(By::Baseline, step.kind()).await?)
        } else {
            let baseline = self.import(By::Baseline, step.kind()).await?;
            (self.import(By::Muster, step.kind()).await?, baseline)
        };
        if muster.counts != baseline.counts {
            let (name, muster, baseline) = (step.name(), muster.counts, baseline.counts);
            return Err(format!("{name}: Muster did {muster:?}, the baseline {baseline:?}").into());
        }
        Ok(Pair { muster, baseline })
    }

    async fn import(&self, by: By, kind: Kind) -> Result<Measured> {
        self.job(by, Work::Import { by, kind }).done().await
    }

    fn job(&self, by: By, work: Work) -> Job {
        let folder = if by == By::Muster { self.muster } else { self.baseline };
        Job::new(folder, &self.simulator.client, work)
    }

    /// Reads pages, first alone, then while an import changes every project.
    async fn pages(&self, results: &mut Results) -> Result {
        let reader = self.job(By::Muster, Work::Read).start()?;
        tokio::time::sleep(IDLE).await;
        results.alone.push(reader.result().await?);
        self.simulator.control(&json!({ "change": 1.0, "seed": 3 })).await?;
        let reader = self.job(By::Muster, Work::Read).start()?;
        self.import(By::Muster, Kind::FullImport).await?;
        results.meanwhile.push(reader.result().await?);
        Ok(())
    }
}
