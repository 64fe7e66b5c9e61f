//! The licences of what a bundle consists of, in one file that goes into it. docs/decisions/0018-bundles.md says why it is done
//! here and not by a tool.

mod crates;
mod document;
mod pages;
mod terms;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use self::terms::{SHARED, WITH_SOURCE, choose};
use crate::Result;
use crate::process::root;

/// Texts of packages that were published without one, from their repositories.
const FROM_REPOSITORIES: &[(&str, &str)] = &[
    ("alloc-stdlib", include_str!("../../../licences/alloc-stdlib.txt")),
    ("cookie-factory", include_str!("../../../licences/cookie-factory.txt")),
    ("dlopen2", include_str!("../../../licences/dlopen2.txt")),
    ("specta", include_str!("../../../licences/specta.txt")),
    ("specta-serde", include_str!("../../../licences/specta.txt")),
    ("specta-typescript", include_str!("../../../licences/specta.txt")),
    ("specta-util", include_str!("../../../licences/specta.txt")),
];

/// Packages that do not say their licence, and whose text says it.
const FROM_TEXTS: &[(&str, &str)] = &[("svelte-toolbelt", "MIT")];

/// What a package says of itself.
#[derive(Debug, Default)]
struct Package {
    name: String,
    version: String,
    /// Its licence expression.
    licence: Option<String>,
    /// Where its source is.
    source: Option<String>,
    texts: Vec<Text>,
}

/// A file about the licence of a package.
#[derive(Debug, Clone)]
struct Text {
    file: String,
    text: String,
}

/// A package, and what has to be said of it.
#[derive(Debug)]
struct Terms {
    package: String,
    licence: String,
    source: Option<String>,
    texts: Vec<String>,
}

/// Writes the licences of the programs for these targets, and of the pages that Vite has described in `of_pages`, into `file`.
pub(super) fn write(targets: &[&str], of_pages: &Path, version: &str, file: &Path) -> Result {
    let mut packages = vec![crates::standard_library()?];
    packages.extend(crates::shipped(targets)?);
    let rust = packages.len();
    packages.extend(pages::shipped(&fs::read_to_string(of_pages)?)?);
    let (terms, refused): (Vec<_>, Vec<_>) = packages.into_iter().map(terms_of).partition(Result::is_ok);
    let refused: Vec<String> = refused.into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
    for reason in &refused {
        println!("{reason}");
    }
    if !refused.is_empty() {
        return Err(format!("{} packages cannot be shipped as they are", refused.len()).into());
    }
    let terms: Vec<Terms> = terms.into_iter().flatten().collect();
    let apache = fs::read_to_string(root().join("LICENSE-APACHE"))?;
    let document = document::of(version, &terms, &apache);
    fs::write(file, &document)?;
    let pages = terms.len() - rust;
    println!("The licences of {rust} packages of Rust and {pages} of the pages: {} bytes", document.len());
    Ok(())
}

fn terms_of(mut package: Package) -> Result<Terms> {
    let name = format!("{} {}", package.name, package.version);
    let known = FROM_TEXTS.iter().find(|(known, _)| *known == package.name && !package.texts.is_empty());
    let expression = package.licence.as_deref().or(known.map(|(_, licence)| *licence));
    let expression = expression.ok_or_else(|| format!("{name}: it does not say its licence"))?;
    let licences = choose(expression).map_err(|error| format!("{name}: {error}"))?;
    let is_shared = licences == BTreeSet::from([SHARED.to_owned()]);
    if package.texts.is_empty() {
        let known = FROM_REPOSITORIES.iter().find(|(known, _)| *known == package.name);
        package.texts.extend(known.map(|(_, text)| Text { file: "LICENSE".to_owned(), text: (*text).to_owned() }));
    }
    let texts: Vec<String> = package
        .texts
        .iter()
        .filter(|text| !is_shared || goes_with_shared(&text.file))
        .map(|text| text.text.clone())
        .collect();
    if texts.is_empty() && !is_shared {
        return Err(format!("{name}: the text of its licence ({expression}) is nowhere").into());
    }
    if licences.contains(WITH_SOURCE) && package.source.is_none() {
        return Err(format!("{name}: its licence asks to say where its source is, and it does not say that").into());
    }
    let licence = licences.iter().map(String::as_str).collect::<Vec<_>>().join(" and ");
    let source = package.source.filter(|_| licences.contains(WITH_SOURCE));
    Ok(Terms { package: name, licence, source, texts })
}

/// What has to be handed on beside the text that is shared.
fn goes_with_shared(file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    file.starts_with("notice") || file.contains("third-party")
}

/// The files about the licence in a package's directory.
fn texts_in(directory: &Path) -> Result<Vec<Text>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut look_in = vec![directory.to_path_buf()];
    while let Some(folder) = look_in.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                if name == "LICENSES" {
                    look_in.push(entry.path());
                }
            } else if folder != directory || is_about_licence(&name) {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files.iter().map(|file| text_of(file)).collect()
}

fn text_of(path: &Path) -> Result<Text> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
    Ok(Text { file, text })
}

fn is_about_licence(file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    let starts = ["license", "licence", "copying", "copyright", "notice", "unlicense"];
    // A choice of GPL is never taken, and a description for programs is no text.
    starts.iter().any(|start| file.starts_with(start)) && !file.contains("gpl") && !file.contains(".spdx")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(licence: &str, texts: &[&str]) -> Package {
        let text = |file: &&str| Text { file: (*file).to_owned(), text: format!("the text of {file}") };
        Package {
            name: "tool".to_owned(),
            version: "1.2.3".to_owned(),
            licence: Some(licence.to_owned()),
            source: None,
            texts: texts.iter().map(text).collect(),
        }
    }

    #[test]
    fn a_package_without_the_text_of_its_licence_is_refused_by_name() {
        let refused = terms_of(package("MIT", &[])).expect_err("no text");
        assert!(refused.to_string().starts_with("tool 1.2.3: the text of its licence (MIT)"), "{refused}");
        terms_of(package("MIT", &["LICENSE"])).expect("it has one");
        terms_of(package("MIT OR Apache-2.0", &[])).expect("the shared text is there");
        terms_of(Package { name: "specta".to_owned(), ..package("MIT", &[]) }).expect("its text is in our repository");
    }

    #[test]
    fn a_package_under_a_licence_that_is_not_allowed_is_refused_by_name() {
        for licence in ["GPL-3.0-only", "MIT AND LGPL-2.1-only"] {
            let refused = terms_of(package(licence, &["LICENSE"])).expect_err(licence);
            assert!(refused.to_string().starts_with("tool 1.2.3: "), "{refused}");
        }
        terms_of(Package { licence: None, ..package("", &["LICENSE"]) }).expect_err("it says none");
    }

    #[test]
    fn a_package_under_the_mozilla_licence_says_where_its_source_is() {
        terms_of(package("MPL-2.0", &["LICENSE"])).expect_err("no address");
        let source = Some("https://example.com/tool".to_owned());
        let terms = terms_of(Package { source: source.clone(), ..package("MPL-2.0", &["LICENSE"]) });
        assert_eq!(terms.expect("with its address").source, source);
    }

    #[test]
    fn under_the_shared_licence_only_notices_are_handed_on() {
        let terms = terms_of(package("MIT OR Apache-2.0", &["LICENSE-MIT", "NOTICE", "LICENSE-THIRD-PARTY"]));
        assert_eq!(terms.expect("terms").texts, ["the text of NOTICE", "the text of LICENSE-THIRD-PARTY"]);
    }

    #[test]
    fn files_about_the_licence_are_told_from_others() {
        for file in ["LICENSE", "licence.md", "COPYING", "NOTICE.txt", "UNLICENSE", "LICENSE-MIT", "COPYRIGHT"] {
            assert!(is_about_licence(file), "{file}");
        }
        for file in ["README.md", "LICENSE-GPLv2", "LICENSE.spdx", "src"] {
            assert!(!is_about_licence(file), "{file}");
        }
    }
}
