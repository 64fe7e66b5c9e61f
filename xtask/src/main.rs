//! Muster's chores. `cargo xtask` without arguments lists them.
//!
//! Standard library only, so that the first `cargo xtask` on a fresh machine takes seconds.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what a chore says, it says on the console")]

mod bench;
mod bindings;
mod bundle;
mod house;
mod icons;
mod install;
mod json;
mod pages;
mod process;
mod run;
mod scratch;
mod session;
mod tally;
mod test;
mod try_deb;
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
  bindings                   make the types of the pages again from the commands of the shell
  bundle [--debug] [--bundles LIST] [--version V]
                             what people install, for this system; with MUSTER_UPDATE_URL and MUSTER_UPDATE_KEY it updates itself
  try-deb FILE               install a package of `bundle` in a clean Debian, start it there, remove it (Linux, as root)
  icons                      make the icons again from icons/muster.svg
  house                      only the house rules (part of `test`)
  window [ARGS]              only the tests in a real window (part of `test`; Linux); ARGS are for the tests: `window removals`
  screens                    make the pictures of docs/screens again (Linux)";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["run"] => run::run(&[]),
        ["run", "--", rest @ ..] => run::run(rest),
        ["test"] => return test::test(test::Extent::Usual),
        ["test", "--all"] => return test::test(test::Extent::All),
        ["bench", name, rest @ ..] => bench::bench(name, rest),
        ["bindings"] => bindings::write(),
        ["bundle", rest @ ..] => bundle::Options::read(rest).and_then(|options| bundle::bundle(&options)).map(drop),
        ["try-deb", file] => try_deb::try_deb(Path::new(file)),
        ["icons"] => icons::write(),
        ["house"] => house::check(),
        ["window", rest @ ..] => window::tests(rest),
        ["screens"] => window::screens(),
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
