//! `cargo xtask check-macos`: type-checks Muster for macOS on a Debian machine. Nothing is linked and nothing runs: for that
//! Apple's own files are needed. docs/platforms.md keeps its last result.

use crate::process::run;
use crate::run::BUILT_PAGES;
use crate::{Result, debian_rust, pages};

const TARGET: &str = "aarch64-apple-darwin";

/// Type-checks everything, the tests as well.
pub(crate) fn check() -> Result {
    debian_rust::install(&[])?;
    let libraries = [
        "--package=xtask",
        "--package=muster-migrations",
        "--package=muster-core",
        "--package=muster-cli",
        "--package=muster-tests",
    ];
    check_packages(&libraries)?;
    // The pages are taken in while the shell is checked.
    pages::packages()?;
    pages::build()?;
    check_packages(&["--package=muster-desktop", "--features", BUILT_PAGES])?;
    println!(
        "xtask, migrations, core, the command line, the tests and the shell are right for {TARGET}, as far as types go"
    );
    Ok(())
}

fn check_packages(args: &[&str]) -> Result {
    let mut check = debian_rust::cargo("check", TARGET, &[&["--all-targets"], args].concat());
    // Some dependencies bring C, which would need Apple's headers. Types do not depend on it and nothing is linked, so
    // programs that do nothing stand in for its compiler.
    for tool in ["CC", "CXX", "AR"] {
        check.env(format!("{tool}_aarch64_apple_darwin"), "true");
    }
    // Otherwise it is looked for with a program of Apple's.
    run(check.env("SDKROOT", "/"))
}
