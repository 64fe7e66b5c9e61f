//! Replaces a program that is one file (an `AppImage`) in one step, so that whenever the computer stops there is the old one or the
//! new one. The plugin moves the old one away and writes the new one in its place.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tauri::utils::config::BundleType;
use tauri::utils::platform::{bundle_type, current_exe};
use tauri_plugin_updater::Error;

use super::words::Failed;

/// The file of this program, where one file is all there is of it.
pub(super) fn file() -> std::io::Result<Option<PathBuf>> {
    if !cfg!(target_os = "linux") || matches!(bundle_type(), Some(BundleType::Deb | BundleType::Rpm)) {
        return Ok(None);
    }
    // An AppImage runs from a file system of its own; this is the file that it is in.
    std::env::var_os("APPIMAGE").map_or_else(current_exe, |image| Ok(image.into())).map(Some)
}

/// Puts `program`, which was verified, in the place of this one. Whether it did: for other kinds the plugin does it.
pub(super) fn replace(program: &[u8]) -> Result<bool, Failed> {
    let Some(file) = file()? else { return Ok(false) };
    if !program.starts_with(b"\x7fELF") {
        return Err(Error::InvalidUpdaterFormat.into());
    }
    if is_gone(Path::new("/proc/self/exe")) {
        return Err(Failed::new("Another Muster was put in its place meanwhile. Close this one and start it again."));
    }
    put(&file, program)?;
    Ok(true)
}

fn put(file: &Path, program: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".muster-").suffix(".new").tempfile_in(folder)?;
    new.write_all(program)?;
    new.as_file().set_permissions(fs::metadata(file)?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    // The name is on the disk once its folder is.
    File::open(folder)?.sync_all()
}

/// Whether the file that runs is not at its place any more, as Linux says it.
fn is_gone(link: &Path) -> bool {
    fs::read_link(link).is_ok_and(|program| program.to_string_lossy().ends_with(" (deleted)"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn the_new_program_has_the_permissions_of_the_old_one_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Muster.AppImage");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o751)).unwrap();
        let running = File::open(&file).unwrap();
        put(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o751);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(running.metadata().unwrap().len(), 3, "whoever runs the old one goes on");
    }

    #[test]
    fn a_program_that_was_replaced_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        for (target, gone) in [("/opt/Muster.AppImage", false), ("/opt/Muster.AppImage (deleted)", true)] {
            let link = folder.path().join(gone.to_string());
            symlink(target, &link).unwrap();
            assert_eq!(is_gone(&link), gone);
        }
    }
}
