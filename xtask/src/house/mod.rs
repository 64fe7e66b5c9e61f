//! The house rules: what must never be, held by a check. CONTRIBUTING.md lists them.

mod labels;
mod links;
mod manifest;
mod rust_text;
mod workflows;

use std::fs;
use std::path::Path;

use self::manifest::{Kind, dependencies};
use self::rust_text::{Split, split};
use crate::process::root;
use crate::{Result, version};

/// The most lines that a file may have. The aim is 400; above this the check fails.
const MOST_LINES: usize = 450;

/// What is no source of ours, wherever it is: `generated` directories hold files that a command makes.
const PASSED_OVER: &[&str] = &["target", "node_modules", "dist", "gen", "generated"];

/// Directories whose Rust code may hold SQL.
const SQL_AT_HOME: &[&str] = &["src-tauri/core/src/store/", "migrations/", "tests/", "xtask/"];

/// Where HTTP clients are made.
const HTTP_AT_HOME: &[&str] = &["src-tauri/core/src/http.rs", "src-tauri/core/src/http/"];

/// Words of code that make or run statements. A transaction may be handed around; what is done in it is the store's.
const STATEMENTS: &[&str] = &[
    "sea_query",
    "sqlx",
    "rusqlite",
    "EntityTrait",
    "QueryFilter",
    "QuerySelect",
    "ActiveModelTrait",
    "execute_unprepared",
    "from_sql_and_values",
];

/// How SQL statements begin.
const SQL: &[&str] = &["SELECT", "INSERT INTO", "UPDATE", "DELETE FROM"];

/// Files without which the rules would check nothing.
const MUST_BE_SEEN: &[&str] = &[
    "Cargo.lock",
    "src-tauri/core/Cargo.toml",
    "src-tauri/core/src/lib.rs",
    "tests/Cargo.toml",
    "migrations/Cargo.toml",
    ".github/workflows/ci.yml",
    ".github/workflows/release.yml",
    "docs/guide/README.md",
];

/// A file of the repository: its path from the root with `/`, and its text.
struct Source {
    path: String,
    text: String,
}

/// Checks the rules over the whole repository and names every violation.
pub(crate) fn check() -> Result {
    let sources = sources(&root())?;
    if let Some(missing) = MUST_BE_SEEN.iter().find(|path| !sources.iter().any(|source| source.path == **path)) {
        return Err(format!("{missing} is not there: the house rules look at the wrong place").into());
    }
    let mut violations: Vec<String> = sources.iter().flat_map(violations).collect();
    violations.extend(stale_pages(&sources, &root()));
    violations.extend(version::agreed().err().map(|error| error.to_string()));
    for violation in &violations {
        println!("{violation}");
    }
    match violations.len() {
        0 => {
            println!("{} files keep the rules", sources.len());
            Ok(())
        }
        count => Err(format!("{count} violations").into()),
    }
}

fn violations(source: &Source) -> Vec<String> {
    let mut found = too_long(source);
    if source.path.ends_with("Cargo.toml") {
        found.extend(forbidden_dependencies(source));
    }
    if source.path == "Cargo.lock" {
        found.extend(unwanted_packages(source));
    }
    if has_extension(&source.path, &["rs"]) {
        found.extend(sql_outside_the_store(source));
        found.extend(http_outside_its_module(source));
    }
    if source.path.starts_with(".github/") && has_extension(&source.path, &["yml", "yaml"]) {
        let broken = workflows::broken(&source.text).into_iter();
        found.extend(broken.map(|(line, what)| format!("{}:{line}: {what}", source.path)));
    }
    found
}

/// What pages refer to and is not there, and what the guide calls by a name that is on no screen.
fn stale_pages(sources: &[Source], root: &Path) -> Vec<String> {
    let said = labels::said(sources);
    let mut found = Vec::new();
    for Source { path, text } in sources.iter().filter(|source| has_extension(&source.path, &["md"])) {
        let mut faults = links::broken(path, text, |place| links::read(root, place));
        if path.starts_with("docs/guide/") {
            faults.extend(labels::unknown(text, &said));
        }
        found.extend(faults.into_iter().map(|(line, what)| format!("{path}:{line}: {what}")));
    }
    found
}

fn too_long(Source { path, text }: &Source) -> Vec<String> {
    let lines = text.lines().count();
    let is_long = has_extension(path, &["rs", "ts", "svelte", "css"]) && lines > MOST_LINES;
    if is_long { vec![format!("{path}: {lines} lines, more than {MOST_LINES}")] } else { Vec::new() }
}

/// What a crate must not be able to see.
fn forbidden_dependencies(Source { path, text }: &Source) -> Vec<String> {
    let forbids = |kind: Kind, name: &str| match path.as_str() {
        "src-tauri/core/Cargo.toml" => {
            name == "clap" || name == "tauri" || name.starts_with("tauri-") || (name == "axum" && kind != Kind::Dev)
        }
        "migrations/Cargo.toml" => name == "muster-core",
        "tests/Cargo.toml" => name == "muster-core" && kind != Kind::Dev,
        _ => false,
    };
    // Everywhere but in core, which has the one module for it, in the benchmarks, and in the list of versions.
    let makes_http = |kind: Kind, name: &str| {
        let at_home = path == "src-tauri/core/Cargo.toml" || (path == "tests/Cargo.toml" && kind == Kind::Dev);
        name == "reqwest" && !at_home
    };
    dependencies(text)
        .into_iter()
        .filter(|(kind, name)| forbids(*kind, name) || makes_http(*kind, name))
        .map(|(_, name)| format!("{path}: must not depend on {name}"))
        .collect()
}

/// Crates that a default feature of another one may bring in.
fn unwanted_packages(Source { path, text }: &Source) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let unwanted = names.filter(|name| ["aws-lc-rs", "aws-lc-sys", "openssl-sys"].contains(name));
    unwanted.map(|name| format!("{path}: {name} came in; see docs/decisions/0002")).collect()
}

fn sql_outside_the_store(Source { path, text }: &Source) -> Vec<String> {
    if SQL_AT_HOME.iter().any(|home| path.starts_with(home)) || path.contains("/benches/") {
        return Vec::new();
    }
    let Split { code, literals } = split(text);
    let with_sql = literals.iter().filter(|literal| holds_sql(&literal.text)).map(|literal| literal.line);
    let with_words = STATEMENTS.iter().flat_map(|word| lines_with(&code, word));
    with_sql.chain(with_words).map(|line| format!("{path}:{line}: SQL outside of the store")).collect()
}

/// Whether a text holds a statement's first word, or words, with more after it.
fn holds_sql(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || "\\(;".contains(letter))
        .filter(|word| !word.is_empty())
        .collect();
    SQL.iter().any(|start| {
        let start: Vec<&str> = start.split(' ').collect();
        words.windows(start.len() + 1).any(|window| window.starts_with(&start))
    })
}

fn http_outside_its_module(Source { path, text }: &Source) -> Vec<String> {
    if HTTP_AT_HOME.iter().any(|home| path.starts_with(home)) || path.contains("/benches/") {
        return Vec::new();
    }
    let code = split(text).code;
    let clients = lines_with(&code, "reqwest");
    clients.map(|line| format!("{path}:{line}: an HTTP client outside of core's http module")).collect()
}

/// The numbers, from 1, of the lines with this word.
fn lines_with(code: &str, word: &str) -> impl Iterator<Item = usize> {
    let lines = code.lines().enumerate();
    lines.filter(move |(_, line)| has_word(line, word)).map(|(index, _)| index + 1)
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|found| found == word)
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

/// Every file that a rule looks at.
fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_path_buf(), root.join(".github")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            if name.starts_with('.') || PASSED_OVER.contains(&name.as_str()) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                directories.push(path);
            } else if has_extension(&name, &["rs", "ts", "svelte", "css", "toml", "lock", "yml", "yaml", "md"]) {
                let from_root = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
                found.push(Source { path: from_root, text: fs::read_to_string(&path)? });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

#[cfg(test)]
mod tests;
