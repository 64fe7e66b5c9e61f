//! `cargo xtask bundle`: what people install, for the system that this runs on. docs/decisions/0018-bundles.md says what is in it.

mod licences;
mod options;
mod overlay;
mod parts;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use self::options::OFFLINE;
pub(crate) use self::options::Options;
use self::overlay::Updates;
use crate::json::Json;
use crate::process::{answer, cargo, command, npm, root, run};
use crate::{Result, install, pages, version};

/// Where the parts lie that only a bundle needs; bundle/bundle.conf.json names them there.
const PARTS: &str = "gen/bundle";
/// What this build has in its configuration beside tauri.conf.json.
const OVERLAY: &str = "gen/bundle/overlay.conf.json";
/// On Linux, what a package of this build depends on.
const DEPENDS: &str = "gen/bundle/depends.conf.json";

/// Both architectures in one program.
const UNIVERSAL: &str = "universal-apple-darwin";
const APPLE: [&str; 2] = ["aarch64-apple-darwin", "x86_64-apple-darwin"];

/// Makes the bundles and says where they are.
pub(crate) fn bundle(options: &Options) -> Result<Vec<PathBuf>> {
    // What would fail at the end fails now.
    let updates = Updates::from_environment(|name| env::var(name).ok())?;
    println!(
        "{}",
        updates
            .as_ref()
            .map_or("Without MUSTER_UPDATE_URL: this build does not update itself".to_owned(), Updates::told)
    );
    let start = SystemTime::now();
    let version = match &options.version {
        Some(version) => version.clone(),
        None => version::agreed()?,
    }
    .to_string();
    let target = target()?;
    set_up(&target)?;
    let parts = root().join(PARTS);
    fs::create_dir_all(&parts)?;
    pages::build_with_licences(&parts.join("pages.json"))?;
    licences::write(&built_for(&target), &parts.join("pages.json"), &version, &parts.join("licences.txt"))?;

    // As a file: quotation marks on a command line do not reach every program on every system.
    fs::write(root().join(OVERLAY), overlay::of(&version, updates.as_ref()))?;
    let built = Built { target, debug: options.debug };
    built.build()?;
    parts::collect(&built, &parts)?;
    let made = built.directory()?.join("bundle");
    if options.bundles.iter().any(|bundle| bundle == OFFLINE) {
        built.bundle("nsis", &["bundle/offline.conf.json"])?;
        keep_offline(&made, &version)?;
    }
    let usual: Vec<&str> = options.bundles.iter().map(String::as_str).filter(|bundle| *bundle != OFFLINE).collect();
    built.bundle(&usual.join(","), &[])?;
    let files = newer_than(start, &made)?;
    if files.is_empty() {
        return Err(format!("nothing new is in {}", made.display()).into());
    }
    for file in &files {
        println!("{} ({} bytes)", file.display(), fs::metadata(file)?.len());
    }
    Ok(files)
}

/// The programs of one build.
struct Built {
    /// The target as Tauri's tool wants it: on macOS both.
    target: String,
    debug: bool,
}

impl Built {
    /// Builds both programs at once: with the same features, so that what they share is compiled once.
    fn build(&self) -> Result {
        let mut build = self.tauri("build");
        build.arg("--no-bundle").args(["--config", OVERLAY]);
        run(build.args(["--", "--package", "muster-desktop", "--package", "muster-cli", "--locked"]))
    }

    /// Makes these bundles from what was built.
    fn bundle(&self, bundles: &str, more: &[&str]) -> Result {
        let mut bundle = self.tauri("bundle");
        bundle.args(["--bundles", bundles, "--config", OVERLAY, "--config", "bundle/bundle.conf.json"]);
        // On Linux the files beside the programs have their own places, which bundle.conf.json names.
        let of_system = if cfg!(target_os = "linux") { DEPENDS } else { "bundle/resources.conf.json" };
        bundle.args(["--config", of_system]);
        for config in more {
            bundle.args(["--config", config]);
        }
        run(&mut bundle)
    }

    fn tauri(&self, what: &str) -> std::process::Command {
        let mut tauri = npm(&["exec", "--offline", "--", "tauri", what, "--ci"]);
        if self.debug {
            tauri.arg("--debug");
        }
        if self.target == UNIVERSAL {
            tauri.args(["--target", UNIVERSAL]);
        }
        tauri
    }

    /// Where the programs are; for macOS, where those of both are put together.
    fn directory(&self) -> Result<PathBuf> {
        if self.target == UNIVERSAL { self.directory_of(Some(UNIVERSAL)) } else { self.directory_of(None) }
    }

    fn directory_of(&self, target: Option<&str>) -> Result<PathBuf> {
        let metadata = cargo(&["metadata", "--locked", "--format-version", "1", "--no-deps"]);
        let metadata = Json::read(&answer(&mut { metadata }).ok_or("cargo metadata failed")?)?;
        let mut directory = PathBuf::from(metadata.text("target_directory").ok_or("cargo names no target directory")?);
        directory.extend(target);
        Ok(directory.join(if self.debug { "debug" } else { "release" }))
    }
}

fn set_up(target: &str) -> Result {
    install::packages(install::WINDOW)?;
    pages::packages()?;
    if target == UNIVERSAL {
        run(command("rustup", &["target", "add"]).args(APPLE))?;
    }
    Ok(())
}

/// The target of this system's own bundles.
fn target() -> Result<String> {
    if cfg!(target_os = "macos") {
        return Ok(UNIVERSAL.to_owned());
    }
    let rustc = answer(&mut command("rustc", &["-vV"])).ok_or("rustc does not say for what it builds")?;
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc names no host".into())
}

fn built_for(target: &str) -> Vec<&str> {
    if target == UNIVERSAL { APPLE.to_vec() } else { vec![target] }
}

/// Tauri's tool gives both installers one name: the offline one goes aside before the other is made. What earlier versions left
/// stays where it is.
fn keep_offline(made: &Path, version: &str) -> Result {
    let aside = made.join(OFFLINE);
    fs::create_dir_all(&aside)?;
    for entry in fs::read_dir(made.join("nsis"))? {
        let entry = entry?;
        if let Some(name) = offline_name(&entry.file_name().to_string_lossy(), version) {
            fs::rename(entry.path(), aside.join(name))?;
            return Ok(());
        }
    }
    Err(format!("no installer of {version} was made").into())
}

/// The name that the installer of this version has as the offline one; none for any other file.
fn offline_name(name: &str, version: &str) -> Option<String> {
    let start = name.strip_suffix("-setup.exe")?;
    // PRODUCT_VERSION_PROCESSOR
    (start.rsplit('_').nth(1) == Some(version)).then(|| format!("{start}-offline-setup.exe"))
}

/// The files that a person or the updater gets: those right in the directories of the kinds of bundles, and on macOS the
/// program itself, which is a directory.
fn newer_than(start: SystemTime, made: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for kind in fs::read_dir(made)? {
        let kind = kind?.path();
        if !kind.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&kind)? {
            let entry = entry?;
            let is_program = entry.path().extension().is_some_and(|extension| extension == "app");
            let data = entry.metadata()?;
            if (data.is_file() || is_program) && data.modified()? >= start {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_installer_of_this_version_becomes_the_offline_one() {
        let name = |name| offline_name(name, "0.2.0");
        assert_eq!(name("Muster_0.2.0_x64-setup.exe").as_deref(), Some("Muster_0.2.0_x64-offline-setup.exe"));
        for other in [
            "Muster_0.1.0_x64-setup.exe",
            "Muster_10.2.0_x64-setup.exe",
            "Muster_0.2.0-beta.1_x64-setup.exe",
            "Muster_0.2.0_x64-setup.exe.sig",
            "Muster_0.2.0_x64-setup.nsis.zip",
        ] {
            assert_eq!(name(other), None, "{other}");
        }
    }

    #[test]
    fn what_earlier_versions_left_stays_where_it_is() {
        let made = std::env::temp_dir().join(format!("muster-offline-{}", std::process::id()));
        let nsis = made.join("nsis");
        fs::create_dir_all(&nsis).expect("a directory");
        for version in ["0.1.0", "0.2.0"] {
            fs::write(nsis.join(format!("Muster_{version}_x64-setup.exe")), version).expect("an installer");
        }
        keep_offline(&made, "0.2.0").expect("it goes aside");
        let aside = made.join(OFFLINE).join("Muster_0.2.0_x64-offline-setup.exe");
        assert_eq!(fs::read_to_string(aside).expect("the offline one"), "0.2.0");
        assert!(nsis.join("Muster_0.1.0_x64-setup.exe").exists());
        assert!(keep_offline(&made, "0.2.0").is_err(), "it is there no more");
        fs::remove_dir_all(&made).expect("it can be removed");
    }
}
