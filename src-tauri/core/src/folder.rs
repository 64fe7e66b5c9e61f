//! Where the data of this person lies: the same place for the window and the command line.

use std::path::PathBuf;

use crate::error::{Error, ErrorCode, Result};

/// The data directory of the person who runs the program.
pub fn of_this_person() -> Result<PathBuf> {
    let own = directories::ProjectDirs::from("", "", "Muster");
    own.map(|dirs| dirs.data_dir().to_owned())
        .ok_or_else(|| Error::new(ErrorCode::Io, "This person has no home directory for the data."))
}
