//! `cargo xtask run`: Muster, as it is here and now.

use std::env;

use crate::process::{built, cargo, command, run as start};
use crate::{Result, install, pages};

/// Makes Tauri take in the built pages. The same everywhere: another set of features compiles Tauri again.
pub(crate) const BUILT_PAGES: &str = "tauri/custom-protocol";

/// Opens the window, or runs the main job in the terminal if there is nowhere to open one.
pub(crate) fn run(args: &[&str]) -> Result {
    if has_display() { window(args) } else { terminal(args) }
}

fn window(args: &[&str]) -> Result {
    install::packages(install::WINDOW)?;
    pages::packages()?;
    pages::build()?;
    let cargo_args = ["run", "--package", "muster-desktop", "--features", BUILT_PAGES, "--"];
    start(&mut cargo(&[&cargo_args, args].concat()))
}

/// A simulated client system, and the program `muster` over it. Needs neither a web view nor Node.
fn terminal(args: &[&str]) -> Result {
    println!("There is no display here: showing Muster's main job in this terminal.");
    let packages =
        ["build", "--package", "muster-cli", "--package", "muster-tests", "--bin", "muster", "--bin", "muster-demo"];
    start(&mut cargo(&packages))?;
    let (demo, muster) = (built("muster-demo")?, built("muster")?);
    let mut demo = command(&demo.to_string_lossy(), args);
    start(demo.arg("--muster").arg(muster))
}

/// Whether a window can be opened.
fn has_display() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|display| !display.is_empty()))
}
