//! `cargo xtask bench NAME`: the benchmarks of `tests/`.

use crate::process::{cargo, run};
use crate::run::BUILT_PAGES;
use crate::{Result, install, pages};

/// Runs the benchmark `name` in release mode.
pub(crate) fn bench(name: &str, args: &[&str]) -> Result {
    if name == "ui" {
        // The window and the programs beside it, as they are shipped.
        install::packages(install::TESTS)?;
        pages::packages()?;
        pages::build()?;
        run(&mut cargo(&["build", "--release", "--workspace", "--bins", "--features", BUILT_PAGES]))?;
    }
    let cargo_args = ["bench", "--package", "muster-tests", "--bench", name, "--"];
    run(&mut cargo(&[&cargo_args, args].concat()))
}
