//! The crates that are in the programs: not those that only help to build or to test them.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Package, text_of, texts_in};
use crate::Result;
use crate::json::Json;
use crate::process::{answer, cargo, command};
use crate::run::BUILT_PAGES;

/// Name and version.
type Named = (String, String);

/// What of others is in both programs for any of these targets.
pub(super) fn shipped(targets: &[&str]) -> Result<Vec<Package>> {
    let mut seen = BTreeSet::new();
    let mut packages = Vec::new();
    for target in targets {
        let shipped = named_by(&tree(target)?);
        if shipped.is_empty() {
            return Err(format!("cargo names no package for {target}").into());
        }
        let mut found = described(&metadata(target)?, &shipped)?;
        found.retain(|package| seen.insert((package.name.clone(), package.version.clone())));
        packages.extend(found);
    }
    packages.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    Ok(packages)
}

/// Rust's own library is in every program.
pub(super) fn standard_library() -> Result<Package> {
    let rustc = answer(&mut command("rustc", &["--version"])).ok_or("rustc does not say its version")?;
    Ok(Package {
        name: "The standard library of Rust".to_owned(),
        version: rustc.split(' ').nth(1).unwrap_or_default().to_owned(),
        licence: Some("MIT OR Apache-2.0".to_owned()),
        ..Package::default()
    })
}

fn tree(target: &str) -> Result<String> {
    let args =
        ["tree", "--locked", "--package", "muster-desktop", "--package", "muster-cli", "--features", BUILT_PAGES];
    let how = ["--target", target, "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
    answer(&mut cargo(&[&args[..], &how[..]].concat())).ok_or_else(|| "cargo tree failed".into())
}

fn metadata(target: &str) -> Result<Json> {
    let args = ["metadata", "--locked", "--format-version", "1", "--filter-platform", target];
    Json::read(&answer(&mut cargo(&args)).ok_or("cargo metadata failed")?)
}

/// Lines such as `serde v1.0.229` or `muster-core v0.1.0 (directory) (*)`.
fn named_by(tree: &str) -> BTreeSet<Named> {
    let named = tree.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    });
    named.collect()
}

/// What cargo knows of those packages that are not our own.
fn described(metadata: &Json, wanted: &BTreeSet<Named>) -> Result<Vec<Package>> {
    let mut packages = Vec::new();
    let mut missing = wanted.clone();
    for found in metadata.get("packages").map(Json::elements).unwrap_or_default() {
        let field = |name: &str| found.text(name).map(str::to_owned);
        let (Some(name), Some(version), Some(manifest)) =
            (field("name"), field("version"), found.text("manifest_path"))
        else {
            return Err("cargo metadata describes a package without a name".into());
        };
        if !missing.remove(&(name.clone(), version.clone())) {
            continue;
        }
        // Our own have no source.
        if found.text("source").is_none() {
            continue;
        }
        let directory = Path::new(manifest).parent().ok_or("a manifest without a directory")?;
        let mut texts = texts_in(directory)?;
        if let Some(file) = found.text("license_file") {
            texts.push(text_of(&directory.join(file))?);
        }
        packages.push(Package { name, version, licence: field("license"), source: field("repository"), texts });
    }
    match missing.first() {
        None => Ok(packages),
        Some((name, version)) => Err(format!("cargo metadata does not describe {name} {version}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packages_of_a_tree_are_named_once() {
        let tree = "muster-core v0.1.0 (/somewhere/core)\nserde v1.0.229\nserde v1.0.229 (*)\n\nweb_atoms v0.3.0\n";
        let packages = named_by(tree);
        let names: Vec<&str> = packages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["muster-core", "serde", "web_atoms"]);
        assert!(packages.contains(&("serde".to_owned(), "1.0.229".to_owned())));
    }

    #[test]
    fn a_package_that_is_not_described_is_named() {
        let metadata = Json::read(r#"{"packages": []}"#).expect("JSON");
        let wanted = BTreeSet::from([("serde".to_owned(), "1.0.0".to_owned())]);
        let error = described(&metadata, &wanted).expect_err("it is missing");
        assert!(error.to_string().contains("serde 1.0.0"), "{error}");
    }
}
