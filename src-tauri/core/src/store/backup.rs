//! The copy of the database that is made before its schema is changed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use super::{Result, StoreError, is_full};

/// Copies that are kept. Each is as large as the list.
const KEPT: usize = 5;
/// A copy that is being written. One that a killed program has left is overwritten by the next.
const UNFINISHED: &str = "unfinished.db";

/// Where the copies are: beside the database.
fn place(folder: &Path) -> PathBuf {
    folder.join("backups")
}

/// Writes a copy of the database into the folder `backups` beside it, under a name that tells when.
pub(super) async fn copy(db: &DatabaseConnection, folder: &Path, database: &Path) -> Result<PathBuf> {
    let backups = place(folder);
    let in_backups = |source| StoreError::Folder { path: backups.clone(), source };
    crate::folder::make_private(&backups).map_err(in_backups)?;
    let unfinished = backups.join(UNFINISHED);
    remove(&unfinished).and_then(|()| crate::folder::make_private_file(&unfinished)).map_err(in_backups)?;
    if let Err(error) = write(db, &unfinished, database).await {
        discard(&unfinished);
        return Err(error);
    }
    let path = backups.join(format!("muster-{}.db", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ")));
    // Under its name it is whole, whatever happens to the machine.
    File::options().write(true).open(&unfinished).and_then(|file| file.sync_all()).map_err(in_backups)?;
    fs::rename(&unfinished, &path).map_err(in_backups)?;
    tracing::info!(path = %path.display(), "copied the database before changing its schema");
    Ok(path)
}

async fn write(db: &DatabaseConnection, path: &Path, database: &Path) -> Result<()> {
    let values = [path.to_string_lossy().into_owned().into()];
    let copied = db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), "VACUUM INTO ?", values));
    copied.await.map(drop).map_err(|source| {
        if is_full(&source) {
            let megabytes = fs::metadata(database).map_or(0, |file| file.len()) / 1_000_000 + 1;
            StoreError::NoRoomForCopy { folder: path.parent().unwrap_or(path).to_owned(), megabytes }
        } else {
            StoreError::Backup { path: path.to_owned(), source }
        }
    })
}

/// Removes all copies but the newest, once the change that the last was made for is done.
pub(super) fn keep_newest(folder: &Path) {
    if let Err(error) = forget_old(&place(folder)) {
        tracing::warn!("old copies of the database were not removed: {error}");
    }
}

/// Removes a copy, if it can be.
pub(super) fn discard(path: &Path) {
    if let Err(error) = remove(path) {
        tracing::warn!(path = %path.display(), "a copy of the database was not removed: {error}");
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes all copies but the newest. Their names sort by their age; other files are nobody's here.
fn forget_old(backups: &Path) -> io::Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(backups)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_copy(&name) {
            names.push(name);
        }
    }
    names.sort_unstable();
    for name in names.iter().rev().skip(KEPT) {
        fs::remove_file(backups.join(name))?;
    }
    Ok(())
}

/// Whether a file is named as the copies are: `muster-20261124T101112013Z.db`.
fn is_copy(name: &str) -> bool {
    let when = name.strip_prefix("muster-").and_then(|rest| rest.strip_suffix("Z.db"));
    when.is_some_and(|when| {
        when.len() == 18
            && when.bytes().enumerate().all(|(at, byte)| if at == 8 { byte == b'T' } else { byte.is_ascii_digit() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::{Error, ErrorCode};

    #[tokio::test]
    async fn the_newest_five_copies_are_kept_and_files_of_others_too() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let backups = folder.path().join("backups");
        fs::create_dir(&backups).unwrap();
        let olds: Vec<String> = (1..=7).map(|day| format!("muster-2026010{day}T000000000Z.db")).collect();
        let others = ["muster-before-the-move.db", "notes.txt", "muster-20250101T000000000Z.db.gz"];
        for name in olds.iter().map(String::as_str).chain(others) {
            fs::write(backups.join(name), "x").unwrap();
        }
        let new = copy(&store.writer, folder.path(), &folder.path().join("muster.db")).await.unwrap();
        keep_newest(folder.path());
        let mut left: Vec<String> =
            fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&new).unwrap().permissions().mode() & 0o777, 0o600, "for its owner only");
        }
        let new = new.file_name().unwrap().to_str().unwrap();
        let mut expected: Vec<&str> = olds[3..].iter().map(String::as_str).chain(others).chain([new]).collect();
        expected.sort_unstable();
        assert_eq!(left, expected);
    }

    #[tokio::test]
    async fn what_a_killed_program_left_of_a_copy_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let backups = folder.path().join("backups");
        fs::create_dir(&backups).unwrap();
        fs::write(backups.join(UNFINISHED), "half of a copy").unwrap();
        copy(&store.writer, folder.path(), &folder.path().join("muster.db")).await.unwrap();
        assert!(!backups.join(UNFINISHED).exists());
        assert_eq!(fs::read_dir(&backups).unwrap().count(), 1);
    }

    /// What is written to `/dev/full` finds no room there.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_full_disk_is_said_in_clear_words() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let error = write(&store.writer, Path::new("/dev/full"), &folder.path().join("muster.db")).await.unwrap_err();
        assert!(matches!(error, StoreError::NoRoomForCopy { .. }), "{error:?}");
        let error = Error::from(error);
        assert_eq!((error.code, error.retry), (ErrorCode::Database, true));
        for words in ["not enough room", "1 MB", "Nothing was changed"] {
            assert!(error.message.contains(words), "{}", error.message);
        }
    }
}
