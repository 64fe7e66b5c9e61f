//! The tables that are printed.

use std::fmt::Write as _;

use crate::child::{Counts, Measured};
use crate::reader::Pages;
use crate::{Args, Step};

/// One step of one run, on both sides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) muster: Measured,
    pub(crate) baseline: Measured,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// The pairs of each step, a run each.
    pub(crate) steps: Vec<(Step, Vec<Pair>)>,
    pub(crate) alone: Vec<Pages>,
    pub(crate) meanwhile: Vec<Pages>,
    pub(crate) orders: usize,
    pub(crate) bytes: u64,
}

impl Results {
    pub(crate) fn add(&mut self, step: Step, pair: Pair) {
        match self.steps.iter_mut().find(|(known, _)| *known == step) {
            Some((_, pairs)) => pairs.push(pair),
            None => self.steps.push((step, vec![pair])),
        }
    }

    /// The tables in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut out = format!(
            "{} orders, {:.0} MB of JSON; the median of {} runs.\n\n\
             | Step | Orders read | Muster CPU s | wall s | peak MB above idle | Baseline CPU s | wall s | CPU ratio | target |\n\
             |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
            thousands(self.orders as u64),
            megabytes(self.bytes),
            self.alone.len()
        );
        for (step, pairs) in &self.steps {
            let of = |value: fn(&Pair) -> f64| median(pairs.iter().map(value).collect());
            let target = step.target().map_or_else(|| "-".to_owned(), |most| format!("≤ {most:.1}"));
            let Counts { added, changed, unchanged, .. } = pairs[0].muster.counts;
            let _ = writeln!(
                out,
                "| {} | {} | {:.3} | {:.3} | {:.1} | {:.3} | {:.3} | {:.2} | {target} |",
                step.name(),
                thousands(added + changed + unchanged),
                of(|pair| pair.muster.cost.cpu),
                of(|pair| pair.muster.cost.wall),
                of(|pair| megabytes(pair.muster.cost.peak)),
                of(|pair| pair.baseline.cost.cpu),
                of(|pair| pair.baseline.cost.wall),
                of(|pair| pair.muster.cost.cpu / pair.baseline.cost.cpu),
            );
        }
        out.push_str(
            "\n| A page of 200 projects | pages | p50 ms | p99 ms | max ms | target |\n|---|--:|--:|--:|--:|--:|\n",
        );
        for (name, pages) in [("nothing else goes on", &self.alone), ("while all orders change", &self.meanwhile)] {
            let of = |value: fn(&Pages) -> f64| median(pages.iter().map(value).collect());
            let count: usize = pages.iter().map(|pages| pages.count).sum();
            let _ = writeln!(
                out,
                "| {name} | {count} | {:.1} | {:.1} | {:.1} | p99 < 16 |",
                of(|pages| pages.p50),
                of(|pages| pages.p99),
                of(|pages| pages.max)
            );
        }
        out
    }
}

/// The page for the documentation.
pub(crate) fn page(args: &Args, all: &[Results]) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d");
    format!(
        "# Benchmarks\n\n\
         Measured on {today}, Linux, {cores} cores. Run it again with\n\n\
         ```\ncargo xtask bench import --orders {} --runs {} --write docs/benchmarks.md\n```\n\n\
         (`--write` replaces this page; without it the tables are only printed. Time and memory are read from /proc, so\n\
         it runs on Linux only.)\n\n\
         {}\n\
         The client system is a simulator in a process of its own, on the same machine; every step runs in a process of its\n\
         own too, and what is measured begins when the database is open. *Baseline* is the least possible work that yields\n\
         the same list (tests/benches/import/baseline): the same HTTP client, the stream split while it downloads, hashes\n\
         compared, orders read into borrowed structs, and rusqlite with prepared statements in one transaction. At the end of\n\
         each run both databases are compared, every value of every project, task and change. A ratio is the median of the\n\
         ratios of the runs.\n\n\
         The targets: CPU of the first import at most 2.0 times the baseline's, of the same again and of a Refresh at most\n\
         1.5 times; peak memory at most 100 MB above idle at 200,000 orders; a page of 200 projects in less than 16 ms (p99)\n\
         while 100,000 orders are imported. They are no timed test: machines differ.\n",
        args.orders.iter().map(usize::to_string).collect::<Vec<_>>().join(","),
        args.runs,
        all.iter().map(Results::markdown).collect::<Vec<_>>().join("\n")
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[expect(clippy::cast_precision_loss, reason = "shown with few digits")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or("")).collect();
    groups.join(",")
}
