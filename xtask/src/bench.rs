//! `cargo xtask bench NAME`: the benchmarks of `tests/`.

use crate::Result;
use crate::process::{cargo, run};

/// Runs the benchmark `name` in release mode.
pub(crate) fn bench(name: &str, args: &[&str]) -> Result {
    let cargo_args = ["bench", "--package", "muster-tests", "--bench", name, "--"];
    run(&mut cargo(&[&cargo_args, args].concat()))
}
