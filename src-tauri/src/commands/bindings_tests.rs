//! The types of the pages are made from the table of commands; they and `build.rs` say the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use specta_typescript::Typescript;

const BINDINGS: &str = "ui/src/generated/bindings.ts";
const HEADER: &str = "// Made from the commands of the shell by `cargo xtask bindings`. Do not edit.\n";

/// Set by `cargo xtask bindings`.
const WRITE: &str = "MUSTER_WRITE_BINDINGS";

#[test]
fn the_types_of_the_pages_are_made_from_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("bindings.ts");
    super::seam().export(Typescript::default().header(HEADER), &made).unwrap();
    let made = fs::read_to_string(made).unwrap();
    let there = Path::new(env!("CARGO_MANIFEST_DIR")).join(BINDINGS);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&there, &made).unwrap();
    }
    let there = fs::read_to_string(there).unwrap_or_default();
    assert!(there == made, "{BINDINGS} is out of date: `cargo xtask bindings` makes it again");
}

#[test]
fn every_command_is_allowed_by_name() {
    let build = include_str!("../../build.rs");
    let (_, list) = build.split_once("COMMANDS: &[&str] = &[").unwrap();
    let (list, _) = list.split_once("];").unwrap();
    let allowed: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("bindings.ts");
    super::seam().export(Typescript::default(), &made).unwrap();
    let made = fs::read_to_string(made).unwrap();
    let called: BTreeSet<&str> =
        made.split("__TAURI_INVOKE").filter_map(|rest| rest.split_once("(\"")?.1.split('"').next()).collect();
    assert_eq!(allowed, called);
}
