//! `cargo xtask version`: Muster's version, the same wherever it is written. `Cargo.toml` is where people look; the other files
//! repeat it because cargo and npm want it there.

use std::fs;
use std::ops::Range;
use std::path::Path;

use crate::Result;
use crate::process::root;
use crate::semver::Version;

/// The files that name the version. `tauri.conf.json` does not: Tauri takes it from `Cargo.toml`.
const FILES: &[&str] = &["Cargo.toml", "Cargo.lock", "package.json", "package-lock.json"];

/// The version that all files agree on.
pub(crate) fn agreed() -> Result<Version> {
    agreed_in(&root())
}

fn agreed_in(root: &Path) -> Result<Version> {
    let mut found: Vec<(&str, String)> = Vec::new();
    for file in FILES {
        let text = read(root, file)?;
        found.extend(places(file, &text)?.into_iter().map(|place| (*file, text[place].to_owned())));
    }
    let Some((_, first)) = found.first() else { return Err("no file names a version".into()) };
    if let Some((file, other)) = found.iter().find(|(_, version)| version != first) {
        return Err(format!("{file} says {other}, {} says {first}: run `cargo xtask version {first}`", FILES[0]).into());
    }
    Ok(first.parse()?)
}

/// Writes the version into every file that names it, or into none.
pub(crate) fn set(version: &str) -> Result {
    set_in(&root(), &version.parse()?)
}

fn set_in(root: &Path, version: &Version) -> Result {
    let mut changed = Vec::new();
    for file in FILES {
        let mut text = read(root, file)?;
        // From the end, so that the places before stay where they are.
        for place in places(file, &text)?.into_iter().rev() {
            text.replace_range(place, &version.to_string());
        }
        changed.push((root.join(file), text));
    }
    for (path, text) in changed {
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn read(root: &Path, file: &str) -> Result<String> {
    fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}").into())
}

/// Where a file names the version, in order.
fn places(file: &str, text: &str) -> Result<Vec<Range<usize>>> {
    let found = match file {
        "Cargo.toml" => after(text, 0, "\n[workspace.package]\n", "\nversion = \"").into_iter().collect(),
        "Cargo.lock" => in_lock(text),
        // The first one at this depth is the package's own.
        "package.json" => after(text, 0, "{\n", "\n  \"version\": \"").into_iter().collect(),
        _ => {
            let of_file = after(text, 0, "{\n", "\n  \"version\": \"");
            let of_root = after(text, 0, "\n    \"\": {\n", "\n      \"version\": \"");
            of_file.into_iter().zip(of_root).flat_map(<[_; 2]>::from).collect::<Vec<_>>()
        }
    };
    if found.is_empty() { Err(format!("{file} does not name the version where it should").into()) } else { Ok(found) }
}

/// Our own packages in `Cargo.lock`: those that come from nowhere else.
fn in_lock(text: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices("\n[[package]]\n").map(|(start, _)| start);
    let ours = starts.filter(|start| {
        let package = text.get(start + 1..).unwrap_or_default();
        !package.split("\n\n").next().unwrap_or_default().contains("\nsource = ")
    });
    ours.filter_map(|start| after(text, start, "\n[[package]]\n", "\nversion = \"")).collect()
}

/// The quoted text that `key` begins, in the block that `header` begins, from `start` on. A block ends with an empty line.
fn after(text: &str, start: usize, header: &str, key: &str) -> Option<Range<usize>> {
    // The key may be the first line of the block: the line break that it begins with is the header's last character.
    let block = start + text.get(start..)?.find(header)? + header.len() - 1;
    let value = block + text.get(block..)?.find(key)? + key.len();
    let end = value + text.get(value..)?.find('"')?;
    let passed_a_block = text.get(block..value)?.contains("\n\n");
    (!passed_a_block).then_some(value..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "[workspace]\nmembers = []\n\n[workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
        [workspace.dependencies]\nbytes = { version = \"1\" }\n";
    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"bytes\"\nversion = \"0.1.0\"\nsource = \"registry\"\n\n\
        [[package]]\nname = \"muster-core\"\nversion = \"0.1.0\"\ndependencies = [\n \"bytes\",\n]\n\n\
        [[package]]\nname = \"xtask\"\nversion = \"0.1.0\"\n";
    const PACKAGE: &str = "{\n  \"name\": \"muster-pages\",\n  \"version\": \"0.1.0\",\n  \"private\": true\n}\n";
    const PACKAGE_LOCK: &str = "{\n  \"name\": \"muster-pages\",\n  \"version\": \"0.1.0\",\n  \"packages\": {\n    \"\": {\n      \
        \"name\": \"muster-pages\",\n      \"version\": \"0.1.0\"\n    },\n    \"node_modules/a\": {\n      \
        \"version\": \"0.1.0\"\n    }\n  }\n}\n";

    /// A directory with the four files; removed when dropped.
    struct Files(std::path::PathBuf);

    impl Files {
        fn new(name: &str) -> Self {
            let directory = std::env::temp_dir().join(format!("muster-version-{name}-{}", std::process::id()));
            fs::create_dir_all(&directory).unwrap();
            for (file, text) in FILES.iter().zip([TOML, LOCK, PACKAGE, PACKAGE_LOCK]) {
                fs::write(directory.join(file), text).unwrap();
            }
            Self(directory)
        }

        fn text(&self, file: &str) -> String {
            fs::read_to_string(self.0.join(file)).unwrap()
        }
    }

    impl Drop for Files {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_new_version_goes_everywhere_and_nowhere_else() {
        let files = Files::new("everywhere");
        assert_eq!(agreed_in(&files.0).unwrap().to_string(), "0.1.0");
        set_in(&files.0, &"0.2.0-beta.1".parse().unwrap()).unwrap();
        assert_eq!(agreed_in(&files.0).unwrap().to_string(), "0.2.0-beta.1");

        let count = |file: &str, text: &str| files.text(file).matches(text).count();
        assert_eq!(count("Cargo.toml", "\"0.2.0-beta.1\""), 1);
        assert_eq!(count("Cargo.toml", "bytes = { version = \"1\" }"), 1);
        // What belongs to others keeps its version, even if it was the same.
        assert_eq!((count("Cargo.lock", "\"0.2.0-beta.1\""), count("Cargo.lock", "\"0.1.0\"")), (2, 1));
        assert_eq!(count("package.json", "\"0.2.0-beta.1\""), 1);
        let lock = "package-lock.json";
        assert_eq!((count(lock, "\"0.2.0-beta.1\""), count(lock, "\"0.1.0\"")), (2, 1));
    }

    #[test]
    fn a_file_with_another_version_is_told() {
        for (file, old, new) in [
            ("Cargo.lock", "\"xtask\"\nversion = \"0.1.0\"", "\"xtask\"\nversion = \"0.1.1\""),
            ("package.json", "\"version\": \"0.1.0\"", "\"version\": \"0.1.1\""),
            ("package-lock.json", "  \"version\": \"0.1.0\",", "  \"version\": \"0.1.1\","),
            (
                "package-lock.json",
                "      \"version\": \"0.1.0\"\n    },\n    \"n",
                "      \"version\": \"0.1.1\"\n    },\n    \"n",
            ),
        ] {
            let files = Files::new("other");
            let text = files.text(file);
            assert_eq!(text.matches(old).count(), 1, "{file}");
            fs::write(files.0.join(file), text.replace(old, new)).unwrap();
            let error = agreed_in(&files.0).unwrap_err().to_string();
            assert!(error.contains(file) && error.contains("0.1.1"), "{error}");
        }
    }

    #[test]
    fn a_file_without_the_version_is_told() {
        for file in FILES {
            let files = Files::new("none");
            fs::write(files.0.join(file), files.text(file).replace("version", "edition")).unwrap();
            assert!(agreed_in(&files.0).unwrap_err().to_string().contains(file));
            assert!(set_in(&files.0, &"0.2.0".parse().unwrap()).is_err());
            // Nothing was written.
            assert!(!FILES.iter().any(|file| files.text(file).contains("0.2.0")));
        }
    }

    /// What stands in a later section is another version.
    #[test]
    fn a_version_is_looked_for_in_its_own_section() {
        let text = "[workspace]\n\n[workspace.package]\nedition = \"2024\"\n\n[package]\nversion = \"0.1.0\"\n";
        assert!(places("Cargo.toml", text).is_err());
    }

    #[test]
    fn the_files_of_the_repository_agree() {
        agreed().unwrap();
    }
}
