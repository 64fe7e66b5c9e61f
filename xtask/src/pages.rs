//! The pages of the window: their packages and their build.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::process::{npm, root, run};
use crate::{Result, install};

/// Installs the packages of the pages unless they are as the lock file says.
pub(crate) fn packages() -> Result {
    install::node()?;
    let root = root();
    // npm writes this file last.
    let installed = changed(&root.join("node_modules/.package-lock.json"));
    let wanted =
        ["package-lock.json", "package.json"].into_iter().map(|name| changed(&root.join(name))).max().flatten();
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    println!("Installing the packages of the pages");
    run(&mut npm(&["ci"]))
}

/// Builds the pages into `ui/dist`, from where the window takes them in.
pub(crate) fn build() -> Result {
    run(&mut npm(&["run", "--silent", "build"]))
}

/// Builds them for a bundle: Vite says in `file` what packages are in them, with their licences.
pub(crate) fn build_with_licences(file: &Path) -> Result {
    run(&mut npm(&["run", "--silent", "build", "--", "--mode", "licences"]))?;
    // Not among what the window takes in.
    let written = root().join("ui/dist/licences.json");
    fs::rename(&written, file).map_err(|error| format!("Vite wrote no {}: {error}", written.display()))?;
    Ok(())
}

/// Builds the pages unless they have been built, however long ago.
pub(crate) fn build_if_missing() -> Result {
    if root().join("ui/dist/index.html").exists() { Ok(()) } else { build() }
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}
