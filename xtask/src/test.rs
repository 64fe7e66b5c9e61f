//! `cargo xtask test`: every check, then every test. A check that fails does not hide the next one.

use std::process::{Command, ExitCode};

use crate::process::{cargo, npm, run, run_watching};
use crate::run::BUILT_PAGES;
use crate::session::Session;
use crate::tally::{Tally, Tests};
use crate::try_deb::{self, try_deb};
use crate::{Result, bundle, house, icons, install, pages, two_releases};

/// How much to test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What everybody runs before a change goes in.
    Usual,
    /// The slow tests as well: those that are marked as ignored.
    All,
}

/// Runs everything; the last line says `N passed, N failed`, after what failed and what could not be tried here.
pub(crate) fn test(extent: Extent) -> ExitCode {
    let mut tally = Tally::default();
    check(&mut tally, "install what is missing", install_all);
    check(&mut tally, "pages build", pages::build);
    check(&mut tally, "house rules", house::check);
    check(&mut tally, "format", || run(&mut cargo(&["fmt", "--all", "--check"])));
    check(&mut tally, "icons are up to date", icons::check);
    check(&mut tally, "pages lint", || run(&mut npm(&["run", "--silent", "lint"])));
    check(&mut tally, "pages types", || run(&mut npm(&["run", "--silent", "check"])));
    check(&mut tally, "pages unit tests", || run(&mut npm(&["run", "--silent", "test"])));
    check(&mut tally, "clippy", || run(&mut clippy()));
    // The tests that cross crates start the programs.
    check(&mut tally, "build", two_releases::build);
    tests(&mut tally, "tests", &["--no-fail-fast"]);
    if extent == Extent::All {
        tests(&mut tally, "slow tests", &["--no-fail-fast", "--", "--ignored"]);
        match try_deb::possible() {
            Ok(()) => check(&mut tally, "package", package),
            Err(reason) => tally.not_tried("package", &reason.to_string()),
        }
    }
    println!("\n{}", tally.summary());
    if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The package is made, and tried in a clean Debian.
fn package() -> Result {
    let made = bundle::bundle(&bundle::Options::read(&["--debug", "--bundles", "deb"])?)?;
    made.iter().filter(|file| file.extension().is_some_and(|name| name == "deb")).try_for_each(|file| try_deb(file))
}

fn install_all() -> Result {
    install::packages(install::TESTS)?;
    install::rust_components()?;
    pages::packages()
}

fn check(tally: &mut Tally, name: &str, check: impl FnOnce() -> Result) {
    println!("\n== {name}");
    let outcome = check();
    if let Err(error) = &outcome {
        println!("FAILED: {name}: {error}");
    }
    tally.check(name, outcome.is_ok());
}

fn tests(tally: &mut Tally, name: &str, args: &[&str]) {
    println!("\n== {name}");
    let mut tests = Tests::default();
    let outcome = cargo_test(args, |line| tests.line(line));
    if let Err(error) = &outcome {
        println!("FAILED: {name}: {error}");
    }
    tally.tests(name, &tests, outcome.unwrap_or(false));
}

fn cargo_test(args: &[&str], look: impl FnMut(&str)) -> Result<bool> {
    let mut tests = for_workspace("test", args);
    if !cfg!(target_os = "linux") {
        // The system's own credential store is the person's: no test touches it.
        return run_watching(&mut tests, look);
    }
    let session = Session::start("tests")?;
    run_watching(&mut session.inside(&tests)?, look)
}

fn clippy() -> Command {
    for_workspace("clippy", &["--all-targets", "--", "-D", "warnings"])
}

/// One set of features for everything that looks at the workspace: another one would compile Tauri again.
pub(crate) fn for_workspace(what: &str, args: &[&str]) -> Command {
    let shared = [what, "--workspace", "--features", BUILT_PAGES];
    cargo(&[&shared, args].concat())
}
