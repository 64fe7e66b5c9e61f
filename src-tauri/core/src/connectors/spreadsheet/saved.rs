//! The presets that an office saved: mappings in files of their own beside its database, each chosen by its name.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::layout::Own;
use super::presets;

/// A mapping of all columns that a sheet can have is far smaller.
const LARGEST: u64 = 1024 * 1024;
/// The longest name.
const LONGEST: usize = 64;

/// Why a preset cannot be saved, found or deleted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PresetError {
    #[error("the name of a preset is 1 to {LONGEST} small letters, digits and dashes")]
    Name,
    #[error("Muster brings a preset of that name, which stays as it is; choose another name")]
    Shipped,
    #[error("{0}")]
    Mapping(String),
    #[error("there is no such preset; there are {0}")]
    Unknown(String),
    #[error("the presets in Muster's data folder cannot be read or written")]
    Files(#[source] io::Error),
}

/// The name and the title of each preset that Muster brings.
pub(crate) fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    presets::PRESETS.iter().map(|preset| (preset.name, preset.title))
}

/// The names of those that the office saved, in order.
pub(crate) fn names(data: &Path) -> Result<Vec<String>, PresetError> {
    let entries = match std::fs::read_dir(folder(data)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(PresetError::Files(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let file = entry.map_err(PresetError::Files)?.file_name();
        let name = file.to_str().and_then(|file| file.strip_suffix(".json")).unwrap_or_default();
        // A file of a name that Muster brings is never read.
        if can_be_chosen(name) && presets::find(name).is_none() {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Saves a mapping under a name, whole or not at all. One that the office saved under it before is replaced.
pub(crate) fn save(data: &Path, name: &str, mapping: &str) -> Result<(), PresetError> {
    let can_be_saved = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    if name.is_empty() || name.len() > LONGEST || !name.chars().all(can_be_saved) {
        return Err(PresetError::Name);
    }
    if presets::find(name).is_some() {
        return Err(PresetError::Shipped);
    }
    if mapping.len() as u64 >= LARGEST {
        return Err(PresetError::Mapping("it is too large".to_owned()));
    }
    let own = Own::parse(mapping).map_err(PresetError::Mapping)?;
    if own == Own::default() {
        return Err(PresetError::Mapping("it says nothing of any column".to_owned()));
    }
    crate::folder::make_private(&folder(data)).map_err(PresetError::Files)?;
    crate::folder::write_whole(&file(data, name), mapping).map_err(PresetError::Files)
}

/// Deletes one that the office saved.
pub(crate) fn delete(data: &Path, name: &str) -> Result<(), PresetError> {
    if presets::find(name).is_some() {
        return Err(PresetError::Shipped);
    }
    if !can_be_chosen(name) {
        return Err(unknown(data));
    }
    match std::fs::remove_file(file(data, name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(unknown(data)),
        done => done.map_err(PresetError::Files),
    }
}

/// What one that the office saved says.
pub(super) fn read(data: &Path, name: &str) -> Result<Own, String> {
    let path = file(data, name);
    let cannot = |_| "the file of the preset cannot be read".to_owned();
    // Whoever opens a pipe waits for somebody to write into it.
    if !std::fs::metadata(&path).map_err(|_| unknown(data).to_string())?.is_file() {
        return Err("the file of the preset is no file".to_owned());
    }
    let mut text = String::new();
    std::fs::File::open(&path).map_err(cannot)?.take(LARGEST + 1).read_to_string(&mut text).map_err(cannot)?;
    if text.len() as u64 > LARGEST {
        return Err("the file of the preset is too large".to_owned());
    }
    Own::parse(&text).map_err(|why| format!("the file of the preset cannot be used: {why}"))
}

/// Whether a setting may have that name: those that people made by hand may have more letters than those that are saved here.
pub(super) fn can_be_chosen(name: &str) -> bool {
    let known = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(known)
}

fn unknown(data: &Path) -> PresetError {
    let own = names(data).unwrap_or_default();
    PresetError::Unknown([&[presets::names()], &own[..]].concat().join(", "))
}

fn folder(data: &Path) -> PathBuf {
    data.join("presets")
}

fn file(data: &Path, name: &str) -> PathBuf {
    folder(data).join(format!("{name}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPPING: &str = r#"{"Job": "number", "County": ""}"#;

    #[test]
    fn what_was_saved_is_read_listed_replaced_and_deleted() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(names(data.path()).unwrap(), Vec::<String>::new());
        save(data.path(), "our-own", MAPPING).unwrap();
        save(data.path(), "another", r#"{"No": "number"}"#).unwrap();
        assert_eq!(names(data.path()).unwrap(), ["another", "our-own"]);
        assert_eq!(read(data.path(), "our-own").unwrap(), Own::parse(MAPPING).unwrap());
        save(data.path(), "our-own", r#"{"Job": "reference"}"#).unwrap();
        assert_eq!(read(data.path(), "our-own").unwrap().text(), "job=reference");
        delete(data.path(), "our-own").unwrap();
        assert_eq!(names(data.path()).unwrap(), ["another"]);
        let why = read(data.path(), "our-own").unwrap_err();
        assert!(why.contains("pruvan-online") && why.contains("another"), "{why}");
        assert!(matches!(delete(data.path(), "our-own"), Err(PresetError::Unknown(_))));
    }

    #[test]
    fn a_name_is_a_name_and_never_a_path_or_one_that_muster_brings() {
        let data = tempfile::tempdir().unwrap();
        let long = "a".repeat(65);
        for name in ["", "../x", "a/b", "a.b", "Own", "a b", "ä", "a_b", &long] {
            assert!(matches!(save(data.path(), name, MAPPING), Err(PresetError::Name)), "{name}");
        }
        for name in ["", "../muster", "a/b", "a.b"] {
            assert!(matches!(delete(data.path(), name), Err(PresetError::Unknown(_))), "{name}");
        }
        for (name, _) in shipped() {
            assert!(matches!(save(data.path(), name, MAPPING), Err(PresetError::Shipped)), "{name}");
            assert!(matches!(delete(data.path(), name), Err(PresetError::Shipped)), "{name}");
        }
        save(data.path(), &"a".repeat(64), MAPPING).unwrap();
    }

    #[test]
    fn a_mapping_that_cannot_be_used_is_not_saved_and_replaces_nothing() {
        let data = tempfile::tempdir().unwrap();
        save(data.path(), "own", MAPPING).unwrap();
        let large = format!(r#"{{"{}": "number"}}"#, "a".repeat(1024 * 1024));
        for wrong in ["", "{}", "[]", "{", r#"{"Job": "colour"}"#, r#"{"Job": 1}"#, &large] {
            assert!(matches!(save(data.path(), "own", wrong), Err(PresetError::Mapping(_))), "{wrong:.40}");
        }
        assert_eq!(read(data.path(), "own").unwrap(), Own::parse(MAPPING).unwrap());
        assert_eq!(std::fs::read_dir(data.path().join("presets")).unwrap().count(), 1);
    }

    #[test]
    fn what_else_lies_in_the_folder_is_not_listed() {
        let data = tempfile::tempdir().unwrap();
        save(data.path(), "own", MAPPING).unwrap();
        for other in ["ppw.json", "notes.txt", ".json", "a b.json", ".own.tmp"] {
            std::fs::write(data.path().join("presets").join(other), MAPPING).unwrap();
        }
        assert_eq!(names(data.path()).unwrap(), ["own"]);
    }
}
