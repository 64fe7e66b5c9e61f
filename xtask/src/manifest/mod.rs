//! `cargo xtask manifest`: what an installed Muster reads to find its update, made from the bundles of a release and their
//! signatures. The form is that of tauri-plugin-updater 2, which looks for `SYSTEM-PROCESSOR-BUNDLE`, then `SYSTEM-PROCESSOR`.

mod encode;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use self::encode::{base64, rfc3339};
use crate::Result;
use crate::address::is_this_computer;
use crate::json::quoted;
use crate::options::Options;
use crate::semver::Version;

/// How the names of bundles that an update is made from end, and the platforms that each one is for.
///
/// A program that does not know what it was installed from asks for `SYSTEM-PROCESSOR`, and on Linux replaces its own file: an
/// `AppImage` can be that file, a package cannot.
const UPDATES: &[(&str, &[&str])] = &[
    ("_x64-setup.exe", &["windows-x86_64", "windows-x86_64-nsis"]),
    // One program for both processors.
    (".app.tar.gz", &["darwin-aarch64", "darwin-aarch64-app", "darwin-x86_64", "darwin-x86_64-app"]),
    ("_amd64.AppImage", &["linux-x86_64", "linux-x86_64-appimage"]),
    ("_amd64.deb", &["linux-x86_64-deb"]),
];

/// How the names of bundles end that people only install by hand.
const BY_HAND: &[&str] = &["-offline-setup.exe", ".dmg"];

/// Writes the manifest of a release. The directory holds its bundles and their signatures, and nothing else.
pub(crate) fn write(args: &[&str]) -> Result {
    let options = Options::read(args, &["version", "notes", "base-url", "out"])?;
    let [directory] = options.alone()?;
    let version = options.need("version")?.parse()?;
    let notes = options.need("notes")?;
    let notes = fs::read_to_string(notes).map_err(|error| format!("{notes}: {error}"))?;
    let base_url = checked(options.need("base-url")?)?;
    let out = options.need("out")?;
    let platforms = platforms(Path::new(directory), &version)?;
    for (platform, bundle) in &platforms {
        println!("{platform}: {}", bundle.name);
    }
    let text = text_of(&version, notes.trim(), SystemTime::now(), base_url, &platforms)?;
    fs::write(out, text).map_err(|error| format!("{out}: {error}").into())
}

/// A bundle that an update is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bundle {
    name: String,
    signature: String,
}

/// The bundle for each platform.
fn platforms(directory: &Path, version: &Version) -> Result<BTreeMap<&'static str, Bundle>> {
    let names = names(directory)?;
    let mut found = BTreeMap::new();
    for name in &names {
        if let Some(signed) = name.strip_suffix(".sig") {
            if !names.iter().any(|name| name == signed) {
                return Err(format!("{name} is there, but not {signed}").into());
            }
            continue;
        }
        if BY_HAND.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let Some((_, platforms)) = UPDATES.iter().find(|(end, _)| name.ends_with(end)) else {
            return Err(format!("{name} is no bundle that a platform knows").into());
        };
        let path = directory.join(format!("{name}.sig"));
        let signature = fs::read_to_string(&path)
            .map_err(|error| format!("{name} has no signature beside it ({}): {error}", path.display()))?;
        let bundle = Bundle { name: name.clone(), signature: signature.trim().to_owned() };
        check_signature(&bundle, version)?;
        for platform in *platforms {
            if let Some(other) = found.insert(*platform, bundle.clone()) {
                return Err(format!("{name} and {} are both for {platform}", other.name).into());
            }
        }
    }
    if found.is_empty() { Err(format!("no bundle in {}", directory.display()).into()) } else { Ok(found) }
}

/// The names of the files, in order. They become part of an address, and a host of downloads may change what is unusual in them.
fn names(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let entries = fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
            return Err(format!("`{name}` does not fit into an address: only letters, digits, `.`, `_`, `-`").into());
        }
        names.push(name);
    }
    names.sort();
    Ok(names)
}

/// Whether a signature was made for this file and this version. Whether it was made by the right key is not looked at: that
/// takes cryptography, and the release does it with minisign.
fn check_signature(bundle: &Bundle, version: &Version) -> Result {
    let Bundle { name, signature } = bundle;
    let unreadable = || format!("{name}.sig is no signature of an update");
    let text = base64(signature).and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(unreadable)?;
    // The trusted comment is signed too; it is made of `key:value` parted by tabs.
    let comment = text.lines().find_map(|line| line.strip_prefix("trusted comment: ")).ok_or_else(unreadable)?;
    let field = |key: &str| comment.split('\t').find_map(|field| field.strip_prefix(key)?.strip_prefix(':'));
    match field("version") {
        None => return Err(format!("the signature of {name} names no version: Muster would refuse it").into()),
        Some(signed) if signed.parse().ok().as_ref() != Some(version) => {
            return Err(format!("{name} was signed for version {signed}, not for {version}").into());
        }
        Some(_) => {}
    }
    match field("file") {
        Some(file) if file == name => Ok(()),
        file => Err(format!("the signature beside {name} was made for {}", file.unwrap_or("no file")).into()),
    }
}

/// An address that updates may come from: encrypted, or this computer for tests.
fn checked(base_url: &str) -> Result<&str> {
    let base_url = base_url.trim_end_matches('/');
    let is_here = is_this_computer(base_url);
    let is_plain = base_url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>?#\\".contains(&byte));
    if is_plain && (is_here || base_url.strip_prefix("https://").is_some_and(|host| !host.is_empty())) {
        Ok(base_url)
    } else {
        Err(format!("`{base_url}` is no address for downloads: it has to begin with https://").into())
    }
}

fn text_of(
    version: &Version,
    notes: &str,
    made: SystemTime,
    base_url: &str,
    platforms: &BTreeMap<&str, Bundle>,
) -> Result<String> {
    let mut text = String::new();
    writeln!(text, "{{\n  \"version\": {},", quoted(&version.to_string()))?;
    writeln!(text, "  \"notes\": {},", quoted(notes))?;
    writeln!(text, "  \"pub_date\": {},", quoted(&rfc3339(made)?))?;
    let platforms = platforms.iter().map(|(platform, Bundle { name, signature })| {
        let url = quoted(&format!("{base_url}/{name}"));
        format!(
            "    {}: {{\n      \"signature\": {},\n      \"url\": {url}\n    }}",
            quoted(platform),
            quoted(signature)
        )
    });
    let platforms = platforms.collect::<Vec<_>>().join(",\n");
    writeln!(text, "  \"platforms\": {{\n{platforms}\n  }}\n}}")?;
    Ok(text)
}

#[cfg(test)]
mod tests;
