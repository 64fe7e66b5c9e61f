//! `cargo xtask check-windows`: builds Muster for Windows on a Debian machine and runs its tests under wine. It is long, so
//! it is no part of `cargo xtask test`; docs/platforms.md keeps its last result.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::process::{answer, command, root, run, run_watching};
use crate::run::BUILT_PAGES;
use crate::scratch::Scratch;
use crate::tally::{Tally, Tests};
use crate::{Result, debian_rust, pages};

/// A linker for Windows, and wine.
const PACKAGES: &[&str] = &["g++-mingw-w64-x86-64", "gcc-mingw-w64-x86-64", "wine", "wine64"];

const TARGET: &str = "x86_64-pc-windows-gnu";

/// Tests that cannot pass under wine, or not here, each with the reason. docs/platforms.md names them too.
const SKIPPED: &[(&str, &str)] = &[(
    "secrets::vault::tests::damage::a_vault_that_another_program_has_open_is_written",
    "wine 8 cannot replace a file that is open; Windows 10 can",
)];

/// Of the tests that start the program, those about the program itself: its commands and its users, several processes over one
/// data directory, a process that is killed. The others know the clients' bad days, which are the same on every system, and
/// have time limits that wine is too slow for.
///
/// One after the other: of many programs that are started at the same time wine now and then fails to start one.
const OF_THE_PROGRAM: &[&str] = &["commands::", "kill::", "processes::", "users::", "--test-threads=1"];

/// The test of the credential store, which must not be passed over in silence.
const CREDENTIAL_STORE: &str = "the_real_credential_store_keeps_secrets";

/// Checks all of it; the last line says `N passed, N failed`.
pub(crate) fn check() -> ExitCode {
    match Windows::prepare() {
        Ok(windows) => windows.check(),
        Err(error) => {
            println!("FAILED: prepare: {error}\n0 passed, 1 failed");
            ExitCode::FAILURE
        }
    }
}

/// A place to build for Windows, and a Windows of its own to run it in.
#[derive(Debug)]
struct Windows {
    folder: PathBuf,
    /// Wine links a person's folders into its Windows; it gets others.
    home: Scratch,
}

impl Windows {
    fn prepare() -> Result<Self> {
        debian_rust::install(PACKAGES)?;
        let windows = Self { folder: debian_rust::folder(), home: Scratch::new("windows")? };
        fs::create_dir_all(windows.shim())?;
        // What an earlier run has left in its Windows must help none of the tests.
        if windows.prefix().exists() {
            // What is left of a run that was broken off still writes there. It says that it is gone, or that it never was.
            for end in ["-k", "-w"] {
                let _ = answer(&mut windows.settle(command("wineserver", &[end])));
            }
            fs::remove_dir_all(windows.prefix())?;
        }
        run(command("x86_64-w64-mingw32-gcc", &["-shared", "-static-libgcc", "-o"])
            .arg(windows.shim().join("bcryptprimitives.dll"))
            .arg(root().join("xtask/src/check_windows/bcryptprimitives.c"))
            .arg("-ladvapi32"))?;
        run(&mut windows.settle(command("wine", &["wineboot", "--init"])))?;
        Ok(windows)
    }

    fn check(&self) -> ExitCode {
        let mut tally = Tally::default();
        let mut skipped: Vec<String> = SKIPPED.iter().map(|(name, why)| format!("{name}: {why}")).collect();

        let mut built = Vec::new();

        // The same packages in each step: with others the dependencies would have other features and be compiled again. With
        // the simulators, because the tests that start the program are theirs.
        let packages =
            ["muster-migrations", "muster-core", "muster-cli", "muster-tests"].map(|name| ["--package", name]);
        let with = |more: &[&'static str]| [packages.as_flattened(), more].concat();
        let mut credentials = false;
        self.tests(&mut tally, "migrations, core, the command line", &with(&["--lib", "--bins"]), &[], |line| {
            credentials |= line.contains(CREDENTIAL_STORE) && line.ends_with("... ok");
        });
        tally.check("secrets in the Credential Manager", credentials);
        if self.build(&mut tally, "the program muster", &with(&["--bins", "--test", "program"])) {
            built.push("muster.exe");
            self.tests(&mut tally, "the program muster", &with(&["--test", "program"]), OF_THE_PROGRAM, |_| {});
        }

        // Building the window takes in the pages.
        match pages::packages().and_then(|()| pages::build()) {
            Ok(()) => {
                let window = ["--package", "muster-desktop", "--features", BUILT_PAGES];
                if self.build(&mut tally, "the window", &window) {
                    built.push("muster-desktop.exe");
                }
                self.tests(&mut tally, "the shell", &window, &[], |_| {});
            }
            Err(error) => skipped.push(format!("the window: its pages could not be built ({error})")),
        }
        skipped.push("opening the window: wine has no WebView2".to_owned());

        println!();
        for name in built {
            let length = fs::metadata(self.built().join(name)).map_or(0, |file| file.len());
            println!("Built: {name}, {} MB", length / 1_000_000);
        }
        let version = |program: &str| answer(&mut command(program, &["--version"])).unwrap_or_default();
        println!("With: {}; {}; for {TARGET}", version(debian_rust::RUSTC), version("wine"));
        for name in skipped {
            println!("Skipped: {name}");
        }
        println!("{}", tally.summary());
        if tally.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Whether it could be built.
    fn build(&self, tally: &mut Tally, name: &str, args: &[&str]) -> bool {
        println!("\n== {name}: build");
        let outcome = run(&mut self.cargo("build", args));
        if let Err(error) = &outcome {
            println!("FAILED: {name}: {error}");
        }
        tally.check(&format!("{name}: build"), outcome.is_ok());
        outcome.is_ok()
    }

    fn tests(&self, tally: &mut Tally, name: &str, args: &[&str], which: &[&str], mut look: impl FnMut(&str)) {
        println!("\n== {name}: tests under wine");
        let skip = SKIPPED.iter().flat_map(|(name, _)| ["--skip", name]);
        let mut tests = Tests::default();
        let outcome =
            run_watching(self.cargo("test", args).args(["--no-fail-fast", "--"]).args(which).args(skip), |line| {
                tests.line(line);
                look(line);
            });
        if let Err(error) = &outcome {
            println!("FAILED: {name}: {error}");
        }
        tally.tests(name, &tests, outcome.unwrap_or(false));
    }

    fn cargo(&self, what: &str, args: &[&str]) -> Command {
        let mut cargo = self.settle(debian_rust::cargo(what, TARGET, args));
        cargo
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc")
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", "wine")
            // It is wine's, made for this run.
            .env("MUSTER_TEST_CREDENTIAL_STORE", "1");
        cargo
    }

    /// The same command, in this Windows and without a screen.
    fn settle(&self, mut command: Command) -> Command {
        self.home.settle(&mut command);
        command
            .env("WINEPREFIX", self.prefix())
            .env("WINEDEBUG", "-all")
            // Wine would put its programs into the menus of the desktop.
            .env("WINEDLLOVERRIDES", "winemenubuilder.exe=d")
            .env("WINEPATH", [self.shim(), self.built()].map(|folder| in_wine(&folder)).join(";"))
            .env_remove("DISPLAY");
        command
    }

    fn prefix(&self) -> PathBuf {
        self.folder.join("prefix")
    }

    fn shim(&self) -> PathBuf {
        self.folder.join("shim")
    }

    /// Where the programs are, and the library by which the window finds the web view.
    fn built(&self) -> PathBuf {
        self.folder.join(TARGET).join("debug")
    }
}

/// A path of this machine as wine's Windows sees it.
fn in_wine(path: &Path) -> String {
    format!("Z:{}", path.to_string_lossy().replace('/', "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_of_wines_windows() {
        assert_eq!(in_wine(Path::new("/home/ann/muster/target")), r"Z:\home\ann\muster\target");
    }

    #[test]
    fn what_is_skipped_is_in_the_docs_with_its_name() {
        let docs = fs::read_to_string(root().join("docs/platforms.md")).unwrap();
        for (name, _) in SKIPPED {
            assert!(docs.contains(name), "{name}");
        }
    }
}
