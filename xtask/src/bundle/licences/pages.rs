//! The npm packages that are in the built pages. Vite itself says which: those whose code is left when it has thrown away
//! what is not used.

use super::{Package, Text};
use crate::Result;
use crate::json::Json;

/// What Vite has written of them.
pub(super) fn shipped(described: &str) -> Result<Vec<Package>> {
    let described = Json::read(described)?;
    let packages: Vec<Package> = described.elements().iter().map(package).collect();
    if packages.is_empty() { Err("Vite names no package in the pages".into()) } else { Ok(packages) }
}

fn package(described: &Json) -> Package {
    let text = |name: &str| described.text(name).map(str::to_owned);
    let texts = text("text").map(|text| Text { file: "LICENSE".to_owned(), text });
    Package {
        name: text("name").unwrap_or_default(),
        version: text("version").unwrap_or_default(),
        licence: text("identifier"),
        source: None,
        texts: texts.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_vite_says_of_a_package_is_taken_over() {
        let described =
            r#"[{"name": "svelte", "version": "5.0.0", "identifier": "MIT", "text": "as is"}, {"name": "x"}]"#;
        let packages = shipped(described).expect("packages");
        assert_eq!(packages[0].licence.as_deref(), Some("MIT"));
        assert_eq!(packages[0].texts[0].text, "as is");
        assert!(packages[1].licence.is_none() && packages[1].texts.is_empty());
        assert!(shipped("[]").is_err());
    }
}
