//! The icons: `icons/muster.svg` is the source, the rest is made from it by Tauri's own tool.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{npm, root, run_quietly};
use crate::{Result, pages};

const SOURCE: &str = "muster.svg";

/// Makes the icons that the configuration names.
pub(crate) fn write() -> Result {
    pages::packages()?;
    let icons = root().join("icons");
    let made = Made::new()?;
    for name in named()? {
        fs::copy(made.0.join(&name), icons.join(&name))?;
        println!("icons/{name}");
    }
    Ok(())
}

/// Whether the icons are what would be made now, and no others are there.
pub(crate) fn check() -> Result {
    let icons = root().join("icons");
    let named = named()?;
    let made = Made::new()?;
    for name in &named {
        let there = fs::read(icons.join(name)).map_err(|error| format!("icons/{name}: {error}"))?;
        if comparable(&there) != comparable(&fs::read(made.0.join(name))?) {
            return Err(format!("icons/{name} differs from {SOURCE}: `cargo xtask icons` makes it again").into());
        }
    }
    for entry in fs::read_dir(&icons)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != SOURCE && !named.contains(&name) {
            return Err(format!("icons/{name} is not named in tauri.conf.json").into());
        }
    }
    Ok(())
}

/// Icons that were just made, in a directory that goes away.
struct Made(PathBuf);

impl Made {
    fn new() -> Result<Self> {
        let made = Self(env::temp_dir().join(format!("muster-icons-{}", std::process::id())));
        let source = Path::new("icons").join(SOURCE);
        let mut icon = npm(&["exec", "--offline", "--", "tauri", "icon"]);
        run_quietly(icon.arg(source).arg("--output").arg(&made.0))?;
        Ok(made)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // A rest in the temporary directory hurts nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn named() -> Result<BTreeSet<String>> {
    let named = icons_in(&fs::read_to_string(root().join("tauri.conf.json"))?);
    if named.is_empty() { Err("tauri.conf.json names no icons".into()) } else { Ok(named) }
}

/// The files that the configuration names as `"icons/FILE"`.
fn icons_in(configuration: &str) -> BTreeSet<String> {
    configuration.split('"').filter_map(|text| text.strip_prefix("icons/")).map(str::to_owned).collect()
}

/// An icon as it can be compared: Tauri writes the parts of an .icns file in a different order each time.
fn comparable(icon: &[u8]) -> Vec<Vec<u8>> {
    if !icon.starts_with(b"icns") {
        return vec![icon.to_vec()];
    }
    let mut parts = Vec::new();
    let mut rest = icon.get(8..).unwrap_or_default();
    // Each part: four letters, its length with these eight bytes, its content.
    while let Some(&[a, b, c, d]) = rest.get(4..8) {
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX).clamp(8, rest.len());
        let (part, after) = rest.split_at(length);
        parts.push(part.to_vec());
        rest = after;
    }
    parts.push(rest.to_vec());
    parts.sort();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_parts_of_an_icns_file_does_not_matter() {
        let (one, two) = (b"ic07\0\0\0\x0aaa", b"ic08\0\0\0\x0bbbb");
        let header = b"icns\0\0\0\x1d";
        let there = [&header[..], one, two].concat();
        let made = [&header[..], two, one].concat();
        assert_eq!(comparable(&there), comparable(&made));
        let other = [&header[..], one, b"ic08\0\0\0\x0bbbc"].concat();
        assert_ne!(comparable(&there), comparable(&other));
    }

    #[test]
    fn other_icons_are_compared_whole() {
        assert_ne!(comparable(b"png one"), comparable(b"png two"));
    }

    #[test]
    fn the_configuration_says_which_icons_there_are() {
        let names = icons_in(r#"{"icon": ["icons/32x32.png", "icons/icon.ico"], "other": "assets/a.png"}"#);
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["32x32.png", "icon.ico"]);
    }
}
