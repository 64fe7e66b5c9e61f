//! Where a description comes from: the settings hold its text, the path of a file, or the name of one that Muster brings.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::check;
use super::description::Description;
use crate::connectors::typed_path::typed_path;

/// A description is a page or two; this is far beyond.
const LARGEST: u64 = 1024 * 1024;
/// What stands before the name of a description that Muster brings.
const READY: &str = "ready:";

/// A description that Muster brings, as an example and a beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadyMade {
    /// Its name in the setting `description`, after `ready:`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The description.
    pub text: &'static str,
}

/// Every description that Muster brings.
pub static READY_MADE: &[ReadyMade] = &[
    ReadyMade {
        name: "ppw-api-services",
        title: "PPW API Services",
        text: include_str!("../../../descriptions/ppw-api-services.json"),
    },
    ReadyMade {
        name: "key-service",
        title: "A service with a key (example)",
        text: include_str!("../../../descriptions/key-service.json"),
    },
];

/// A description that was read and found good, and by what it is known again.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) description: Description,
    /// Of the whole description: orders are read anew if anything of it changes, in a file too.
    pub(super) fingerprint: String,
}

/// Reads what the setting says.
pub(super) fn load(setting: &str) -> Result<Loaded, String> {
    read(&text(setting)?)
}

/// The text of the description that the setting means.
pub(crate) fn description_text(setting: &str) -> Result<String, String> {
    let text = text(setting)?;
    read(&text)?;
    Ok(text)
}

fn text(setting: &str) -> Result<String, String> {
    let setting = setting.trim();
    if setting.starts_with('{') {
        return Ok(setting.to_owned());
    }
    match setting.strip_prefix(READY) {
        Some(name) => {
            let ready = READY_MADE.iter().find(|ready| ready.name == name.trim());
            ready.map(|ready| ready.text.to_owned()).ok_or_else(|| {
                let names: Vec<String> = READY_MADE.iter().map(|ready| format!("{READY}{}", ready.name)).collect();
                format!("Muster brings no such description; there are {}", names.join(" and "))
            })
        }
        None => file(Path::new(typed_path(setting)))
            .map_err(|why| format!("the file of the description cannot be read: {why}")),
    }
}

fn file(path: &Path) -> Result<String, String> {
    if !path.is_absolute() {
        return Err("its whole path is needed, from the root or the drive on".to_owned());
    }
    // Other things than files, pipes for instance, could be waited for without end.
    let is_file = std::fs::metadata(path).map_err(|error| error.to_string())?.is_file();
    if !is_file {
        return Err("it is no file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

fn read(text: &str) -> Result<Loaded, String> {
    if text.len() as u64 > LARGEST {
        return Err("the description is larger than 1 MiB".to_owned());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let description: Description =
        serde_json::from_str(text).map_err(|error| format!("the description is not right: {}", words(&error)))?;
    let wrong = check::check(&description);
    if !wrong.is_empty() {
        return Err(format!("the description is not right: {}", wrong.join("; ")));
    }
    // Its meaning counts, not its white space.
    let meaning: Value = serde_json::from_str(text).map_err(|error| words(&error))?;
    Ok(Loaded { description, fingerprint: format!("{:016x}", xxh3_64(meaning.to_string().as_bytes())) })
}

/// What is wrong and where, without the value that is wrong: it may be a key in the wrong place.
fn words(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let why = match error.classify() {
        serde_json::error::Category::Data => match text.rsplit_once("expected ") {
            Some((start, expected)) if start.starts_with("unknown field") => {
                format!("{}; known are {expected}", start.trim_end_matches(", "))
            }
            Some((_, expected)) => format!("{expected} is expected"),
            None => text.to_owned(),
        },
        _ => "this is no JSON".to_owned(),
    };
    format!("{why} ({place})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_muster_brings_is_right() {
        for ready in READY_MADE {
            let loaded = load(&format!("ready:{}", ready.name)).unwrap_or_else(|why| panic!("{}: {why}", ready.name));
            assert!(!loaded.description.about.is_empty(), "{}", ready.name);
            assert_eq!(description_text(ready.text).unwrap(), ready.text.trim());
        }
        assert!(load("ready:nothing").unwrap_err().contains("ready:key-service"));
    }

    #[test]
    fn what_is_wrong_with_a_description_is_told_with_its_place_and_without_its_value() {
        for (text, told) in [
            ("{", "no JSON"),
            (r#"{"muster_description": 1, "name": "x"}"#, "missing field `list`"),
            (r#"{"muster_description": 1, "sekret": 2}"#, "unknown field `sekret`; known are"),
            ("{\"muster_description\": 1,\n \"auth\": \"hunter2\"}", "line 2"),
            (r#"{"muster_description": 1, "name": 5}"#, "a string is expected"),
            (r#"{"muster_description": "hunter2"}"#, "u32 is expected"),
            (r#"{"muster_description": 1, "list": {"complete": "hunter2"}}"#, "a boolean is expected"),
            (r#"{"mapping": {"key": {"form": "/id"}}}"#, "unknown field `form`; known are"),
            (r#"{"mapping": {"key": 7}}"#, "a JSON Pointer, a list of them, or an object that says more is expected"),
        ] {
            let why = load(text).unwrap_err();
            assert!(why.contains(told) && !why.contains("hunter2"), "{text}: {why}");
        }
    }

    #[test]
    fn a_file_is_read_and_known_again_by_its_meaning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acme.json");
        let ready = READY_MADE[1];
        std::fs::write(&path, format!("\u{feff}\n {}\n", ready.text)).unwrap();
        let path = path.to_str().unwrap();
        // The byte order mark is followed by white space, which JSON allows.
        assert_eq!(load(path).unwrap().fingerprint, load(ready.text).unwrap().fingerprint);
        std::fs::write(path, ready.text.replace("\"name\"", "\"x\"")).unwrap();
        assert!(load(path).is_err());
        std::fs::write(path, vec![b' '; 1024 * 1024 + 1]).unwrap();
        assert!(load(path).unwrap_err().contains("1 MiB"));
        assert!(load(folder.path().to_str().unwrap()).unwrap_err().contains("no file"));
        std::fs::write(path, ready.text).unwrap();
        assert!(load(&format!("\"{path}\"")).is_ok(), "copied with its quotation marks");
        assert!(load("acme.json").unwrap_err().contains("whole path"));
    }
}
