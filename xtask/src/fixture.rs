//! `cargo xtask fixture`: the databases that tests migrate (tests/fixtures/schema/README.md).

use crate::Result;
use crate::process::{cargo, run};

/// Makes that of this version; `freeze` in `args` declares it released, `inner` makes those from before the first release.
pub(crate) fn make(args: &[&str]) -> Result {
    let cargo_args = ["run", "--quiet", "--package", "muster-tests", "--example", "fixture", "--"];
    run(&mut cargo(&[&cargo_args, args].concat()))
}
