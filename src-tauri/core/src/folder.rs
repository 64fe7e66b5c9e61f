//! Where the data of this person lies: the same place for the window and the command line. What Muster makes there can be
//! read by its owner only: the list holds lock-box codes.

mod risk;

use std::fs::{DirBuilder, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorCode, Result};

pub use risk::{Risk, risk};

/// The data directory of the person who runs the program. On Windows it is the local one: a roaming one is copied to a
/// server when the person signs out, and brought back on whatever computer they sign in to next.
pub fn of_this_person() -> Result<PathBuf> {
    let own = directories::ProjectDirs::from("", "", "Muster");
    own.map(|dirs| dirs.data_local_dir().to_owned())
        .ok_or_else(|| Error::new(ErrorCode::Io, "This person has no home directory for the data."))
}

/// Makes a folder that is not there, and those above it, for its owner only.
pub fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Makes an empty file that is not there, for its owner only.
pub(crate) fn make_private_file(path: &Path) -> io::Result<()> {
    let mut file = File::options();
    file.create_new(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        file.mode(0o600);
    }
    match file.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Writes a file of text so that whoever opens it sees the old text or the new one.
pub fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temp = tempfile::Builder::new().prefix(".muster-").suffix(".tmp").tempfile_in(folder)?;
    temp.write_all(text.trim_end().as_bytes())?;
    temp.write_all(b"\n")?;
    temp.as_file().sync_all()?;
    temp.persist(path)?;
    Ok(())
}

#[cfg(all(test, windows))]
mod tests {
    #[test]
    fn the_data_does_not_roam() {
        let folder = super::of_this_person().unwrap();
        let local = std::env::var_os("LOCALAPPDATA").unwrap();
        assert!(folder.starts_with(&local), "{}", folder.display());
    }
}
