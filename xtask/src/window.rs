//! The tests in a real window, and the pictures that are made in it. The tests are a part of `cargo xtask test`.

use std::fs;

use crate::process::{command, root, run};
use crate::session::Session;
use crate::test::for_workspace;
use crate::{Result, install, pages, two_releases};

/// Makes the pictures go into the repository.
const WRITE_SCREENS: &str = "MUSTER_WRITE_SCREENS";

/// Where they go.
const SCREENS: &str = "docs/screens";
/// They are in the repository: each is small.
const MOST_BYTES: u64 = 150_000;

/// Builds what the window consists of, and runs those of its tests that `args` name: all of them if there are none.
pub(crate) fn tests(args: &[&str]) -> Result {
    build()?;
    let session = Session::start("window")?;
    run(&mut session.inside(&of_the_window(args))?)
}

/// Makes the pictures in `docs/screens` again.
pub(crate) fn screens() -> Result {
    build()?;
    let session = Session::start("screens")?;
    let test = of_the_window(&["--ignored", "--exact", "screens::every_screen_in_light_and_dark"]);
    run(session.inside(&test)?.env(WRITE_SCREENS, "1"))?;
    shrink()
}

/// A window has few colours: with a palette of them a picture is a third as large.
fn shrink() -> Result {
    let mut pictures = Vec::new();
    for entry in fs::read_dir(root().join(SCREENS))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "png") {
            pictures.push(path);
        }
    }
    install::packages(&["pngquant"])?;
    let args = ["--force", "--ext", ".png", "--strip", "--nofs", "--"];
    run(command("pngquant", &args).args(&pictures))?;
    for path in pictures {
        let bytes = fs::metadata(&path)?.len();
        if bytes > MOST_BYTES {
            return Err(format!("{} has {bytes} bytes, more than {MOST_BYTES}", path.display()).into());
        }
    }
    Ok(())
}

fn build() -> Result {
    if !cfg!(target_os = "linux") {
        return Err("a window is driven on Linux only".into());
    }
    install::packages(install::TESTS)?;
    pages::packages()?;
    pages::build()?;
    two_releases::build()
}

fn of_the_window(args: &[&str]) -> std::process::Command {
    for_workspace("test", &[&["--test", "window", "--"], args].concat())
}
