//! Where the program lies, and whether it can be replaced there.

use std::path::Path;

use tauri::utils::config::BundleType;
use tauri::utils::platform::{bundle_type, current_exe};

use super::replace;
use crate::setup;

/// What replacing the program takes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing.
    Own,
    /// The password of an administrator, which the computer asks for.
    Guarded,
    /// It does not work, and why.
    Fixed(String),
}

impl Place {
    /// Why a newer program has to be installed by hand.
    pub(super) fn hindrance(self) -> Option<String> {
        if let Self::Fixed(why) = self { Some(why) } else { None }
    }
}

/// The place of the program that runs.
pub(super) fn of_this_program() -> Place {
    let program = match replace::file().and_then(|file| file.map_or_else(current_exe, Ok)) {
        Ok(program) => program,
        Err(error) => return Place::Fixed(format!("Muster cannot find out where it is installed: {error}.")),
    };
    let packaged = matches!(bundle_type(), Some(BundleType::Deb | BundleType::Rpm));
    if cfg!(windows) {
        windows(setup::is_own_folder())
    } else if cfg!(target_os = "macos") {
        mac(&program, is_writable)
    } else {
        linux(&program, packaged, is_writable, is_there)
    }
}

/// The installer writes to the place of this person. It ends every Muster that runs from there, and only those over the
/// person's own data directory share their locks.
fn windows(own_folder: bool) -> Place {
    if own_folder {
        Place::Own
    } else {
        Place::Fixed("Muster was started with another data folder (MUSTER_DATA_DIR).".to_owned())
    }
}

fn linux(program: &Path, packaged: bool, writable: impl Fn(&Path) -> bool, there: impl Fn(&str) -> bool) -> Place {
    if packaged {
        return if there("pkexec") {
            Place::Guarded
        } else {
            Place::Fixed(
                "Muster was installed as a package, and this computer has nothing that asks for the password of an \
                 administrator (pkexec)."
                    .to_owned(),
            )
        };
    }
    match program.parent() {
        Some(folder) if writable(folder) => Place::Own,
        _ => Place::Fixed(format!("Muster may not write where it lies: {}.", program.display())),
    }
}

fn mac(program: &Path, writable: impl Fn(&Path) -> bool) -> Place {
    // macOS runs a program that was downloaded and never moved from a copy that goes away.
    if program.components().any(|part| part.as_os_str() == "AppTranslocation") {
        return Place::Fixed(
            "Muster was opened where it was downloaded. Move it to Applications and open it there.".to_owned(),
        );
    }
    let bundle = program.ancestors().find(|path| path.extension().is_some_and(|extension| extension == "app"));
    let Some(folder) = bundle.and_then(Path::parent) else {
        return Place::Fixed(format!("Muster is not in an application: {}.", program.display()));
    };
    // What another person has installed can be in a folder that is everybody's.
    if writable(folder) && bundle.is_some_and(|bundle| writable(&bundle.join("Contents"))) {
        Place::Own
    } else if folder.starts_with("/Volumes") {
        Place::Fixed("Muster was opened from its disk image. Move it to Applications and open it there.".to_owned())
    } else {
        Place::Guarded
    }
}

fn is_writable(folder: &Path) -> bool {
    tempfile::tempfile_in(folder).is_ok()
}

fn is_there(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_a_mac(program: &str, writable: bool) -> Place {
        mac(Path::new(program), |_| writable)
    }

    #[test]
    fn a_mac_that_runs_a_copy_or_a_disk_image_is_noticed() {
        let copy = "/private/var/folders/x/AppTranslocation/1F/d/Muster.app/Contents/MacOS/muster-desktop";
        assert!(on_a_mac(copy, true).hindrance().unwrap().contains("Move it to Applications"));
        let image = "/Volumes/Muster/Muster.app/Contents/MacOS/muster-desktop";
        assert!(on_a_mac(image, false).hindrance().unwrap().contains("disk image"));
        assert_eq!(on_a_mac("/Applications/Muster.app/Contents/MacOS/muster-desktop", true), Place::Own);
        assert_eq!(on_a_mac("/Applications/Muster.app/Contents/MacOS/muster-desktop", false), Place::Guarded);
        let others = |path: &Path| path == Path::new("/Applications");
        assert_eq!(mac(Path::new("/Applications/Muster.app/Contents/MacOS/muster-desktop"), others), Place::Guarded);
        assert!(on_a_mac("/usr/local/bin/muster-desktop", true).hindrance().is_some());
    }

    #[test]
    fn a_read_only_place_is_noticed() {
        let image = Path::new("/opt/muster/Muster.AppImage");
        assert_eq!(linux(image, false, |folder| folder == Path::new("/opt/muster"), |_| false), Place::Own);
        assert!(linux(image, false, |_| false, |_| true).hindrance().unwrap().contains("/opt/muster/Muster.AppImage"));
        let folder = tempfile::tempdir().unwrap();
        assert!(is_writable(folder.path()));
        assert!(!is_writable(&folder.path().join("nowhere")));
    }

    #[test]
    fn a_second_muster_on_windows_is_not_ended_by_an_installer() {
        assert_eq!(windows(true), Place::Own);
        assert!(windows(false).hindrance().is_some());
    }

    #[test]
    fn a_package_needs_somebody_who_asks_for_the_password() {
        let program = Path::new("/usr/bin/muster-desktop");
        assert_eq!(linux(program, true, |_| false, |name| name == "pkexec"), Place::Guarded);
        assert!(linux(program, true, |_| false, |_| false).hindrance().unwrap().contains("pkexec"));
    }
}
