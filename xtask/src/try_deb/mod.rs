//! `cargo xtask try-deb FILE`: installs a package in a Debian that has nothing else in it, starts Muster there, and removes it again.

mod display;
mod root;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use self::display::Display;
use self::root::{Child, Root};
use crate::process::{answer, command, run};
use crate::{Result, install};

/// What the log says once the page of the window has called the program: web view, pages, commands and database work.
const UP: &str = "a page begins";
/// How many colours are on a screen with a page on it. An empty one has one, a white page two or three.
const COLOURS: usize = 16;
/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);
const OFTEN: Duration = Duration::from_millis(100);

/// Where the person's data is, from the root.
const DATA: &str = "home/ann/.local/share/muster";

/// Whether it can be tried here; else why not.
pub(crate) fn possible() -> Result {
    if !cfg!(target_os = "linux") || !crate::process::exists("dpkg-deb") {
        return Err("a package is tried on Debian only".into());
    }
    if answer(&mut command("id", &["-u"])).is_none_or(|id| id != "0") {
        return Err("only root can make a clean root: start this chore as root".into());
    }
    Ok(())
}

/// Tries the package. The first thing that is not as it should be is the error.
pub(crate) fn try_deb(file: &Path) -> Result {
    possible()?;
    install::packages(&["mmdebstrap", "xvfb", "lintian"])?;
    let file = fs::canonicalize(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let start = Instant::now();
    faults_of_the_package(&file)?;
    let root = Root::new()?;
    said("a clean root is there", start);

    root.install(&file)?;
    let owned = owned(&root)?;
    let version = field(&file, "Version")?;
    said(&format!("it installs, with what it names and nothing else: {} files, version {version}", owned.len()), start);

    the_licences_can_be_read(&root)?;
    the_command_line_works(&root)?;
    said("the licences are there, and `muster` works", start);

    let before = root.files()?;
    the_window_opens(&root)?;
    said("the window opens, its page calls the program, and something is drawn", start);

    let data = contents(&root.path().join(DATA))?;
    if data.is_empty() {
        return Err(format!("no data is in {DATA}").into());
    }
    run(&mut root.inside(&["apt-get", "-qq", "purge", "--yes", "muster"]))?;
    if contents(&root.path().join(DATA))? != data {
        return Err("removing the package has touched the data".into());
    }
    let left = left(&before, &owned, &root.files()?);
    if !left.is_empty() {
        return Err(format!("removing the package leaves: {}", left.join(", ")).into());
    }
    said(
        &format!("it is gone; of the data all {} files are as they were, and nothing else is left", data.len()),
        start,
    );
    Ok(())
}

fn said(what: &str, start: Instant) {
    println!("ok, after {} s: {what}", start.elapsed().as_secs());
}

/// Debian's own tool looks at it. What it finds and we mean to be so is in bundle/lintian-overrides, with the reason.
fn faults_of_the_package(file: &Path) -> Result {
    run(command("lintian", &["--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0"]).arg(file))
}

fn field(file: &Path, name: &str) -> Result<String> {
    let value = answer(command("dpkg-deb", &["--field"]).arg(file).arg(name));
    value.ok_or_else(|| format!("the package has no field {name}").into())
}

/// What belongs to the package, from the root.
fn owned(root: &Root) -> Result<BTreeSet<PathBuf>> {
    let list = answer(&mut root.inside(&["dpkg", "--listfiles", "muster"])).ok_or("dpkg does not know the package")?;
    Ok(list.lines().map(|line| PathBuf::from(line.trim_start_matches('/'))).collect())
}

fn the_licences_can_be_read(root: &Root) -> Result {
    for (name, start) in [("licences.txt", "The licences of Muster "), ("copyright", "Format: ")] {
        let file = root.path().join("usr/share/doc/muster").join(name);
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        if !text.starts_with(start) {
            return Err(format!("{name} begins otherwise than with `{start}`").into());
        }
    }
    Ok(())
}

fn the_command_line_works(root: &Root) -> Result {
    let version = answer(&mut root.as_person(&["muster", "--version"])).unwrap_or_default();
    if !version.starts_with("muster ") {
        return Err(format!("`muster --version` says `{version}`").into());
    }
    run(&mut root.as_person(&["muster", "integration", "add", "--type", "sample", "--code", "SAMPLE"]))?;
    run(&mut root.as_person(&["muster", "full-import", "SAMPLE"]))?;
    let list = answer(&mut root.as_person(&["muster", "projects", "list", "--json"])).unwrap_or_default();
    if list.contains("SAMPLE::") { Ok(()) } else { Err("`muster projects list` shows no project".into()) }
}

/// Starts it as a person who signs in at this computer would, and ends it again.
fn the_window_opens(root: &Root) -> Result {
    let display = Display::start()?;
    let mut window = Child::start(root.as_person(&["env", &format!("DISPLAY={}", display.name), "muster-desktop"]))?;
    until("its page calls the program", &mut window, || Ok(log(root)?.contains(UP)))?;
    until("something is drawn", &mut window, || Ok(display.colours()? >= COLOURS))
}

/// Looks again and again, as long as the program runs.
fn until(what: &str, program: &mut Child, mut look: impl FnMut() -> Result<bool>) -> Result {
    let start = Instant::now();
    while !look()? {
        if let Some(status) = program.ended()? {
            return Err(format!("the program ended ({status}) before this: {what}").into());
        }
        if start.elapsed() > PATIENCE {
            return Err(format!("it never came to be: {what}").into());
        }
        sleep(OFTEN);
    }
    Ok(())
}

/// What the window has written into its log.
fn log(root: &Root) -> Result<String> {
    let files = contents(&root.path().join(DATA))?;
    let logs = files.iter().filter(|(path, _)| path.components().any(|part| part.as_os_str() == "logs"));
    Ok(logs.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect())
}

/// All files below a directory with what is in them; none if it is not there.
fn contents(directory: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    for file in root::files_below(directory, &[])? {
        if let Ok(bytes) = fs::read(directory.join(&file)) {
            found.push((file, bytes));
        }
    }
    Ok(found)
}

/// What is there afterwards and was not before, but for what belonged to the package and should be gone.
fn left(before: &BTreeSet<PathBuf>, owned: &BTreeSet<PathBuf>, after: &BTreeSet<PathBuf>) -> Vec<String> {
    let ours = |path: &&PathBuf| {
        let new = !before.contains(*path);
        // Directories that others have as well are named by every package in them.
        let kept = owned.contains(*path) && path.to_string_lossy().to_ascii_lowercase().contains("muster");
        new || kept
    };
    after.iter().filter(ours).map(|path| path.display().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(paths: &[&str]) -> BTreeSet<PathBuf> {
        paths.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn what_a_removal_leaves_is_told_from_what_is_of_others() {
        let owned = set(&["usr", "usr/bin", "usr/bin/muster", "usr/share/doc/muster"]);
        let before = set(&["usr", "usr/bin", "usr/bin/muster", "usr/bin/sh", "usr/share/doc/muster"]);
        assert!(left(&before, &owned, &set(&["usr", "usr/bin", "usr/bin/sh"])).is_empty());
        assert_eq!(left(&before, &owned, &set(&["usr", "usr/bin/muster"])), ["usr/bin/muster"]);
        assert_eq!(left(&before, &owned, &set(&["usr", "etc/new"])), ["etc/new"]);
    }
}
