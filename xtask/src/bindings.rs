//! `cargo xtask bindings`: the types of the pages, made from the commands of the shell. The tests of the shell fail when they
//! are out of date.

use crate::process::{cargo, run};
use crate::run::BUILT_PAGES;
use crate::{Result, install, pages};

/// Makes `ui/src/generated/bindings.ts` again.
pub(crate) fn write() -> Result {
    install::packages(install::WINDOW)?;
    pages::packages()?;
    // The shell is compiled with the pages in it, whatever they are.
    pages::build_if_missing()?;
    let test = ["test", "--package", "muster-desktop", "--features", BUILT_PAGES, "bindings"];
    run(cargo(&test).env("MUSTER_WRITE_BINDINGS", "1"))
}
