//! The presets that an office saved: mappings in files of their own beside its database, each chosen by its name. Each is
//! for one kind of list, its base: a preset that Muster brings, by which orders are treated.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::layout::{Own, Rules};
use super::presets::{self, NONE};
use super::target::normal;

/// A mapping of all columns that a sheet can have is far smaller.
const LARGEST: u64 = 1024 * 1024;
/// The longest name.
const LONGEST: usize = 64;

/// Why a preset cannot be saved, found or deleted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PresetError {
    #[error("the name of a preset is 1 to {LONGEST} small letters, digits and dashes")]
    Name,
    #[error("Windows keeps that name for itself; choose another name")]
    Device,
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

/// What a preset says that an office saved.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    /// The kind of list: the name of a preset. Empty if it is none that Muster knows.
    #[serde(default)]
    base: String,
    /// The headers, and where each goes.
    mapping: Map<String, Value>,
}

impl Saved {
    /// Reads one: a mapping, or a mapping and its base.
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            "it must be a JSON object of headers and fields, like {\"Job No\": \"number\"}, or one of base (the name of a \
             preset) and mapping (such an object)"
                .to_owned()
        };
        // Notepad may begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value: Value = serde_json::from_str(text).map_err(|_| wrong())?;
        // Where a header goes is a text, so this is no header.
        if value["mapping"].is_object() {
            return serde_json::from_value(value).map_err(|_| wrong());
        }
        match value {
            Value::Object(mapping) => Ok(Self { base: String::new(), mapping }),
            _ => Err(wrong()),
        }
    }

    fn own(&self) -> Result<Own, String> {
        Own::parse(&Value::from(self.mapping.clone()).to_string())
    }

    /// For the other headers what `beneath` says, and of its kind.
    fn over(&mut self, beneath: Self) {
        let said: Vec<String> = self.mapping.keys().map(|header| normal(header)).collect();
        self.mapping.extend(beneath.mapping.into_iter().filter(|(header, _)| !said.contains(&normal(header))));
        self.base = beneath.base;
    }

    /// The name of a preset that Muster brings as its base, or none: that of the preset it was made from, or what its headers
    /// are known by.
    fn settle(&mut self, data: &Path) -> Result<(), String> {
        let base = self.base.trim().to_owned();
        if base.is_empty() {
            let headers: Vec<String> = self.mapping.keys().map(|header| normal(header)).collect();
            // That numbers have codes is said by an admin, never by headers.
            let guessed = Some(presets::guess(&headers)).filter(|guessed| !guessed.has_codes).unwrap_or(&NONE);
            guessed.name.clone_into(&mut self.base);
        } else if presets::find(&base).is_some() {
            self.base = base;
        } else {
            self.over(open(data, &base)?);
        }
        Ok(())
    }
}

/// Saves a mapping under a name, whole or not at all. One that the office saved under it before is replaced. `base` is the
/// preset from which it was made, shipped or saved. If that is empty, a mapping of the form `{"base": NAME, "mapping": {...}}`
/// says it, otherwise its headers decide.
pub(crate) fn save(data: &Path, name: &str, base: &str, mapping: &str) -> Result<(), PresetError> {
    let can_be_saved = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    if is_device(name) {
        return Err(PresetError::Device);
    }
    if !name.chars().all(can_be_saved) || !can_be_chosen(name) {
        return Err(PresetError::Name);
    }
    if presets::find(name).is_some() {
        return Err(PresetError::Shipped);
    }
    if mapping.len() as u64 >= LARGEST {
        return Err(PresetError::Mapping("it is too large".to_owned()));
    }
    let mut saved = Saved::parse(mapping).map_err(PresetError::Mapping)?;
    if saved.own().map_err(PresetError::Mapping)? == Own::default() {
        return Err(PresetError::Mapping("it says nothing of any column".to_owned()));
    }
    if !base.trim().is_empty() {
        base.clone_into(&mut saved.base);
    }
    saved.settle(data).map_err(|why| PresetError::Mapping(format!("base: {why}")))?;
    let text = serde_json::to_string(&saved).map_err(|error| PresetError::Files(error.into()))?;
    crate::folder::make_private(&folder(data)).map_err(PresetError::Files)?;
    crate::folder::write_whole(&file(data, name), &text).map_err(PresetError::Files)
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
pub(super) fn read(data: &Path, name: &str) -> Result<Rules, String> {
    let unusable = |why: String| format!("the file of the preset cannot be used: {why}");
    let saved = open(data, name)?;
    let own = saved.own().map_err(unusable)?;
    let preset = match saved.base.as_str() {
        "" => &NONE,
        base => presets::find(base).ok_or_else(|| unusable(format!("its base is none of {}", presets::names())))?,
    };
    Ok(Rules { preset: Some(preset), own })
}

fn open(data: &Path, name: &str) -> Result<Saved, String> {
    if !can_be_chosen(name) {
        return Err(unknown(data).to_string());
    }
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
    Saved::parse(&text).map_err(|why| format!("the file of the preset cannot be used: {why}"))
}

/// Whether a setting may have that name: those that people made by hand may have more letters than those that are saved here.
pub(super) fn can_be_chosen(name: &str) -> bool {
    let known = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(known) && !is_device(name)
}

/// Names that mean a device on Windows, also before an ending: what is written to `nul.json` is gone, and whoever reads
/// `con.json` waits for the keyboard. Nowhere can a preset be saved under one, as an office may have several systems.
fn is_device(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let numbered =
        |port: &str| name.strip_prefix(port).is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']));
    matches!(name.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
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
        save(data.path(), "our-own", "", MAPPING).unwrap();
        save(data.path(), "another", "", r#"{"No": "number"}"#).unwrap();
        assert_eq!(names(data.path()).unwrap(), ["another", "our-own"]);
        assert_eq!(read(data.path(), "our-own").unwrap().own, Own::parse(MAPPING).unwrap());
        save(data.path(), "our-own", "", r#"{"Job": "reference"}"#).unwrap();
        assert_eq!(read(data.path(), "our-own").unwrap().own.text(), "job=reference");
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
            assert!(matches!(save(data.path(), name, "", MAPPING), Err(PresetError::Name)), "{name}");
        }
        for name in ["", "../muster", "a/b", "a.b"] {
            assert!(matches!(delete(data.path(), name), Err(PresetError::Unknown(_))), "{name}");
        }
        for (name, _) in shipped() {
            assert!(matches!(save(data.path(), name, "", MAPPING), Err(PresetError::Shipped)), "{name}");
            assert!(matches!(delete(data.path(), name), Err(PresetError::Shipped)), "{name}");
        }
        save(data.path(), &"a".repeat(64), "", MAPPING).unwrap();
    }

    #[test]
    fn a_preset_is_no_device_of_windows_under_any_system() {
        let data = tempfile::tempdir().unwrap();
        for name in ["con", "nul", "aux", "prn", "com1", "lpt9", "com0"] {
            assert!(matches!(save(data.path(), name, "", MAPPING), Err(PresetError::Device)), "{name}");
            assert!(!can_be_chosen(&name.to_uppercase()), "{name}");
            assert!(matches!(delete(data.path(), name), Err(PresetError::Unknown(_))), "{name}");
        }
        for name in ["cons", "com", "com10", "com-1", "null"] {
            save(data.path(), name, "", MAPPING).unwrap();
        }
    }

    #[test]
    fn a_preset_that_was_saved_with_a_byte_order_mark_is_read() {
        let data = tempfile::tempdir().unwrap();
        save(data.path(), "ours", "", &format!("\u{feff}{MAPPING}")).unwrap();
        std::fs::write(file(data.path(), "by-hand"), format!("\u{feff}{MAPPING}\r\n")).unwrap();
        assert_eq!(read(data.path(), "by-hand").unwrap().own, read(data.path(), "ours").unwrap().own);
    }

    #[test]
    fn a_mapping_that_cannot_be_used_is_not_saved_and_replaces_nothing() {
        let data = tempfile::tempdir().unwrap();
        save(data.path(), "own", "", MAPPING).unwrap();
        let large = format!(r#"{{"{}": "number"}}"#, "a".repeat(1024 * 1024));
        for wrong in ["", "{}", "[]", "{", r#"{"Job": "colour"}"#, r#"{"Job": 1}"#, &large] {
            assert!(matches!(save(data.path(), "own", "", wrong), Err(PresetError::Mapping(_))), "{wrong:.40}");
        }
        assert_eq!(read(data.path(), "own").unwrap().own, Own::parse(MAPPING).unwrap());
        assert_eq!(std::fs::read_dir(data.path().join("presets")).unwrap().count(), 1);
    }

    #[test]
    fn one_that_was_saved_is_of_the_kind_from_which_it_was_made() {
        let data = tempfile::tempdir().unwrap();
        let base = |name: &str| read(data.path(), name).unwrap().preset.unwrap().name;
        for (saved, kind) in [
            (r#"{"Job": "number"}"#, ""),
            (r#"{"Type Of Estimate": "task", "No": "number"}"#, "xactprm"),
            (r#"{"Project Number": "number", "Client Code": "code"}"#, ""),
            (r#"{"base": "pruvan-online", "mapping": {"No": "number"}}"#, "pruvan-online"),
            (r#"{"base": "xactprm", "mapping": {"No": "number"}}"#, "xactprm"),
            (r#"{"base": "mcs", "mapping": {"Type Of Estimate": "task", "B": "city"}}"#, "mcs"),
            // Made from the one before.
            (r#"{"base": "ours", "mapping": {"b": "state"}}"#, "mcs"),
        ] {
            save(data.path(), "ours", "", saved).unwrap();
            assert_eq!(base("ours"), kind, "{saved}");
        }
        assert_eq!(read(data.path(), "ours").unwrap().own.text(), "b=state\ntypeofestimate=task");
        // A file from another hand.
        std::fs::write(file(data.path(), "other"), r#"{"Type Of Estimate": "task"}"#).unwrap();
        assert_eq!(base("other"), "");
        std::fs::write(file(data.path(), "other"), r#"{"base": "ours", "mapping": {}}"#).unwrap();
        assert!(read(data.path(), "other").unwrap_err().contains("its base is none of"));
        for wrong in ["nobody", "../ours"] {
            let saved = format!(r#"{{"base": "{wrong}", "mapping": {{"No": "number"}}}}"#);
            let error = save(data.path(), "ours", "", &saved).unwrap_err();
            assert!(error.to_string().starts_with("base: there is no such preset"), "{error}");
        }
        assert_eq!(base("ours"), "mcs");
    }

    #[test]
    fn what_else_lies_in_the_folder_is_not_listed() {
        let data = tempfile::tempdir().unwrap();
        save(data.path(), "own", "", MAPPING).unwrap();
        for other in ["ppw.json", "notes.txt", ".json", "a b.json", ".own.tmp"] {
            std::fs::write(data.path().join("presets").join(other), MAPPING).unwrap();
        }
        assert_eq!(names(data.path()).unwrap(), ["own"]);
    }
}
