//! What a `Cargo.toml` says its crate depends on. Reads the few forms of TOML that manifests are written in.

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    Dev,
    Build,
}

/// The dependencies of the package, by the name of the crate.
pub(crate) fn dependencies(manifest: &str) -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    let mut section = Section::Other;
    for line in manifest.lines().map(without_comment) {
        if let Some(header) = line.strip_prefix('[') {
            section = Section::of(header.trim_end_matches(']'));
            if let Section::One(kind, name) = &section {
                found.push((*kind, name.clone()));
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim();
        match section {
            Section::Many(kind) => {
                // `name.workspace = true` as well as `name = ...`.
                let name = key.split('.').next().unwrap_or(key);
                found.push((kind, unquoted(name)));
                found.extend(renamed(value).map(|crate_name| (kind, crate_name)));
            }
            Section::One(kind, _) if key == "package" => found.push((kind, unquoted(value))),
            Section::One(..) | Section::Other => {}
        }
    }
    found
}

enum Section {
    /// `[dependencies]` and the like: a dependency a line.
    Many(Kind),
    /// `[dependencies.name]`: one dependency.
    One(Kind, String),
    Other,
}

impl Section {
    fn of(header: &str) -> Self {
        // `target.'cfg(windows)'.dependencies` is as good as `dependencies`; the list of the workspace is only versions.
        if header.starts_with("workspace") {
            return Self::Other;
        }
        for (kind, name) in
            [(Kind::Dev, "dev-dependencies"), (Kind::Build, "build-dependencies"), (Kind::Normal, "dependencies")]
        {
            let Some(start) = header.find(name) else { continue };
            return match header.get(start + name.len()..).and_then(|rest| rest.strip_prefix('.')) {
                Some(dependency) => Self::One(kind, unquoted(dependency)),
                None => Self::Many(kind),
            };
        }
        Self::Other
    }
}

/// The crate behind `{ package = "crate" }`.
fn renamed(value: &str) -> Option<String> {
    let (_, after) = value.split_once("package")?;
    let (crate_name, _) = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(crate_name.to_owned())
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

fn without_comment(line: &str) -> &str {
    // A `#` inside of a quoted text does not matter here: what follows it names no dependency.
    line.split('#').next().unwrap_or(line).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_dependency_is_read() {
        let manifest = r#"
            [package]
            name = "sample"
            [workspace.dependencies]
            listed = "1"
            [dependencies]
            one = "1" # two = "1"
            three.workspace = true
            "four" = { version = "1" }
            five = { package = "six", version = "1" }
            [dev-dependencies.seven]
            package = "eight"
            version = "1"
            [target.'cfg(windows)'.build-dependencies]
            nine = "1"
            [features]
            ten = []
        "#;
        let names = |wanted: Kind| {
            let found = dependencies(manifest).into_iter().filter(|(kind, _)| *kind == wanted);
            found.map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(Kind::Normal), ["one", "three", "four", "five", "six"]);
        assert_eq!(names(Kind::Dev), ["seven", "eight"]);
        assert_eq!(names(Kind::Build), ["nine"]);
    }
}
