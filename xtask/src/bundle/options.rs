//! What can be said on the command line.

use crate::Result;
use crate::options;
use crate::semver::Version;

/// Not one of Tauri's: the installer for Windows that brings the whole web view with it.
pub(super) const OFFLINE: &str = "nsis-offline";

/// What to make.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Quick to build, large, slow to run: for trying out how a bundle is made.
    pub(super) debug: bool,
    pub(super) bundles: Vec<String>,
    /// Another version than the one in Cargo.toml: for trying out updates.
    pub(super) version: Option<Version>,
}

impl Options {
    /// Reads the arguments.
    pub(crate) fn read(args: &[&str]) -> Result<Self> {
        // The only one without a value.
        let (debug, args): (Vec<&str>, Vec<&str>) = args.iter().partition(|arg| **arg == "--debug");
        let given = options::Options::read(&args, &["bundles", "version"])?;
        let [] = given.alone()?;
        let mut options = Self {
            debug: !debug.is_empty(),
            bundles: given.get("bundles").map_or_else(Vec::new, |list| list.split(',').map(str::to_owned).collect()),
            version: given.get("version").map(str::parse).transpose()?,
        };
        if options.bundles.is_empty() {
            options.bundles = usual().iter().map(|bundle| (*bundle).to_owned()).collect();
        }
        if let Some(unknown) = options.bundles.iter().find(|bundle| !known().contains(&bundle.as_str())) {
            return Err(format!("`{unknown}` cannot be made here; what can: {}", known().join(", ")).into());
        }
        // Tauri's tool writes both to one file, so whoever makes the one without the other loses the other.
        let has = |name: &str| options.bundles.iter().any(|bundle| bundle == name);
        if has(OFFLINE) && !has("nsis") {
            return Err(format!("{OFFLINE} is made together with nsis: --bundles nsis,{OFFLINE}").into());
        }
        Ok(options)
    }
}

/// What can be made on this system.
fn known() -> &'static [&'static str] {
    if cfg!(windows) {
        &["nsis", OFFLINE]
    } else if cfg!(target_os = "macos") {
        &["app", "dmg"]
    } else {
        &["deb", "appimage"]
    }
}

/// What is made if nothing is said. An `AppImage` is not among it: Tauri's tool downloads the programs that make it.
fn usual() -> &'static [&'static str] {
    if cfg!(windows) {
        &["nsis"]
    } else if cfg!(target_os = "macos") {
        &["app", "dmg"]
    } else {
        &["deb"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_refused() {
        for args in [
            &["--bundle", "deb"][..],
            &["--bundles"],
            &["--bundles", "msi"],
            &["--bundles", "rpm"],
            &["x"],
            &["--version", "--debug"],
            &["--version", "2"],
        ] {
            assert!(Options::read(args).is_err(), "{args:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn on_linux_the_package_is_made_if_nothing_is_said() {
        let options = Options::read(&["--debug", "--version", "0.2.0"]).expect("options");
        let expected = Options {
            debug: true,
            bundles: vec!["deb".to_owned()],
            version: Some("0.2.0".parse().expect("a version")),
        };
        assert_eq!(options, expected);
        let both = Options::read(&["--bundles", "deb,appimage"]).expect("options");
        assert_eq!(both.bundles, ["deb", "appimage"]);
    }

    #[cfg(windows)]
    #[test]
    fn the_offline_installer_is_made_with_the_other() {
        assert!(Options::read(&["--bundles", OFFLINE]).is_err());
        assert!(Options::read(&["--bundles", "nsis,nsis-offline"]).is_ok());
    }
}
