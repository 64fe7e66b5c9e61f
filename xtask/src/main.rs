//! Muster's chores. `cargo xtask` without arguments lists them.
//!
//! Standard library only, so that the first `cargo xtask` on a fresh machine takes seconds.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what a chore says, it says on the console")]

mod address;
mod bench;
mod bindings;
mod bundle;
mod check_macos;
mod check_windows;
mod debian_rust;
mod fixture;
mod house;
mod icons;
mod install;
mod json;
mod manifest;
mod options;
mod pages;
mod process;
mod release;
mod run;
mod scratch;
mod semver;
mod session;
mod tally;
mod test;
mod try_deb;
mod two_releases;
mod version;
mod window;

use std::path::Path;
use std::process::ExitCode;

/// A chore fails with words for the person who started it; nobody acts on more than that.
type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const USAGE: &str = "\
Usage: cargo xtask CHORE

  run [-- ARGS]              install what is missing, then open Muster; without a display, run it in this terminal
  test [--all]               install what is missing, check and test everything; --all adds the slow tests
  bench NAME [ARGS]          a benchmark in release mode, such as `bench import --orders 100000` or `bench ui`
  check-macos                check the types of all code for macOS (Debian)
  check-windows              build for Windows and run the tests under wine (Debian; about half an hour at first)
  bindings                   make the types of the pages again from the commands of the shell
  bundle [--debug] [--bundles LIST] [--version V]
                             what people install, for this system; with MUSTER_UPDATE_URL and MUSTER_UPDATE_KEY it updates itself
  try-deb FILE               install a package of `bundle` in a clean Debian, start it there, remove it (Linux, as root)
  icons                      make the icons again from icons/muster.svg
  fixture [freeze | inner]   make the database of this version for the tests of later ones; freeze: this version goes out
  house                      only the house rules (part of `test`)
  window [ARGS]              only the tests in a real window (part of `test`; Linux); ARGS are for the tests: `window removals`
  screens                    make the pictures of docs/screens again (Linux)

What the release workflow calls (docs/releasing.md):

  version [V]                say which version this is, or make it V in every file that names it
  notes --version V --out FILE [--unsigned SYSTEMS]
                             the text of a release, from CHANGELOG.md
  manifest --version V --notes FILE --base-url URL --out FILE DIR
                             the manifest of the updater, from the bundles and signatures in DIR
  channels --version V --pre-release true|false [--stable V] [--beta V]
                             which channels are to announce a release, and what they announce now";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["run"] => run::run(&[]),
        ["run", "--", rest @ ..] => run::run(rest),
        ["test"] => return test::test(test::Extent::Usual),
        ["test", "--all"] => return test::test(test::Extent::All),
        ["check-macos"] => check_macos::check(),
        ["check-windows"] => return check_windows::check(),
        ["bench", name, rest @ ..] => bench::bench(name, rest),
        ["bindings"] => bindings::write(),
        ["bundle", rest @ ..] => bundle::Options::read(rest).and_then(|options| bundle::bundle(&options)).map(drop),
        ["try-deb", file] => try_deb::try_deb(Path::new(file)),
        ["icons"] => icons::write(),
        ["fixture", rest @ ..] => fixture::make(rest),
        ["house"] => house::check(),
        ["window", rest @ ..] => window::tests(rest),
        ["screens"] => window::screens(),
        ["version"] => version::agreed().map(|version| println!("{version}")),
        ["version", version] => version::set(version),
        ["notes", rest @ ..] => release::notes(rest),
        ["manifest", rest @ ..] => manifest::write(rest),
        ["channels", rest @ ..] => release::channels(rest),
        [] | ["help" | "-h" | "--help"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
