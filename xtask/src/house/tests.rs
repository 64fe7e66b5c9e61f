//! Each rule with a sample that breaks it, and one that does not.

use super::*;

fn broken(path: &str, text: &str) -> Vec<String> {
    violations(&Source { path: path.to_owned(), text: text.to_owned() })
}

fn fine(path: &str, text: &str) {
    assert_eq!(broken(path, text), Vec::<String>::new());
}

const CORE: &str = "src-tauri/core/Cargo.toml";

#[test]
fn core_sees_no_tauri_no_clap_and_no_web_server() {
    assert_eq!(broken(CORE, "[dependencies]\ntauri = \"2\"\n").len(), 1);
    assert_eq!(broken(CORE, "[dependencies]\ntauri-plugin-log.workspace = true\n").len(), 1);
    assert_eq!(broken(CORE, "[dev-dependencies]\nclap.workspace = true\n").len(), 1);
    assert_eq!(broken(CORE, "[dependencies]\naxum.workspace = true\n").len(), 1);
    assert_eq!(broken(CORE, "[dependencies.axum]\nversion = \"1\"\n").len(), 1);
    assert_eq!(broken(CORE, "[target.'cfg(windows)'.dependencies]\ntauri = \"2\"\n").len(), 1);
    assert_eq!(broken(CORE, "[dependencies]\nshell = { package = \"tauri\", version = \"2\" }\n").len(), 1);
    fine(CORE, "[dependencies]\nserde.workspace = true\n[dev-dependencies]\naxum.workspace = true\n");
}

#[test]
fn the_simulators_do_not_see_core() {
    let path = "tests/Cargo.toml";
    assert_eq!(broken(path, "[dependencies]\nmuster-core.workspace = true\n").len(), 1);
    fine(path, "[dev-dependencies]\nmuster-core.workspace = true\n");
}

#[test]
fn migrations_do_not_see_core() {
    assert_eq!(broken("migrations/Cargo.toml", "[dependencies]\nmuster-core.workspace = true\n").len(), 1);
}

#[test]
fn sql_is_in_the_store_and_nowhere_else() {
    let code = |sql: &str| format!("fn rows() -> &'static str {{ {sql} }}\n");
    for sql in [
        "\"SELECT * FROM project\"",
        "\"SELECT\\n  *\"",
        "r#\"WITH a AS (SELECT 1) DELETE FROM project\"#",
        "\"INSERT INTO project VALUES (?)\"",
        "\"UPDATE project SET a = 1\"",
        "\"DELETE FROM project\"",
    ] {
        assert_eq!(broken("src-tauri/core/src/import/run.rs", &code(sql)).len(), 1, "{sql}");
        assert_eq!(broken("src-tauri/src/main.rs", &code(sql)).len(), 1, "{sql}");
        fine("src-tauri/core/src/store/project.rs", &code(sql));
        fine("migrations/src/first.rs", &code(sql));
        fine("src-tauri/core/benches/import.rs", &code(sql));
    }
    fine(
        "src-tauri/core/src/import/run.rs",
        "// SELECT a FROM b\n/// UPDATE a SET b\nfn rows() -> &'static str { \"Update it\" }\n",
    );
}

#[test]
fn statements_are_made_in_the_store_and_nowhere_else() {
    let code = "use sea_orm::{EntityTrait, DatabaseTransaction};\n";
    assert_eq!(broken("src-tauri/core/src/import/run.rs", code).len(), 1);
    assert_eq!(broken("src-tauri/cli/src/main.rs", "use rusqlite::Connection;\n").len(), 1);
    fine("src-tauri/core/src/store/project.rs", code);
    fine("src-tauri/core/src/import/run.rs", "use sea_orm::DatabaseTransaction; // not EntityTrait\n");
}

#[test]
fn no_second_cryptography_comes_in() {
    assert_eq!(broken("Cargo.lock", "[[package]]\nname = \"aws-lc-rs\"\nversion = \"1\"\n").len(), 1);
    fine("Cargo.lock", "[[package]]\nname = \"ring\"\nversion = \"1\"\n");
}

#[test]
fn http_clients_are_made_in_one_module() {
    let code = "fn client() -> reqwest::Client { reqwest::Client::new() }\n";
    assert_eq!(broken("src-tauri/core/src/connectors/pruvan.rs", code).len(), 1);
    fine("src-tauri/core/src/http.rs", code);
    fine("src-tauri/core/src/http/retry.rs", code);
    fine("src-tauri/core/src/connectors/pruvan.rs", "// not with reqwest\nconst NAME: &str = \"reqwest\";\n");
    assert_eq!(broken("src-tauri/cli/Cargo.toml", "[dependencies]\nreqwest.workspace = true\n").len(), 1);
    fine(CORE, "[dependencies]\nreqwest.workspace = true\n");
    fine("Cargo.toml", "[workspace.dependencies]\nreqwest = \"1\"\n");
    // A benchmark measures against one of its own.
    fine("tests/benches/import/main.rs", code);
    fine("tests/Cargo.toml", "[dev-dependencies]\nreqwest.workspace = true\n");
    assert_eq!(broken("tests/Cargo.toml", "[dependencies]\nreqwest.workspace = true\n").len(), 1);
}

const WORKFLOW: &str = ".github/workflows/sample.yml";

/// A workflow of one job with these steps.
fn workflow(steps: &str) -> String {
    format!("on: push\npermissions: {{}}\njobs:\n  one:\n    steps:\n{steps}\n      - run: true\n")
}

#[test]
fn actions_are_pinned_by_commit() {
    let commit = "3d3c42e5aac5ba805825da76410c181273ba90b1";
    fine(WORKFLOW, &workflow(&format!("      - uses: actions/cache@{commit} # v7.0.1")));
    fine(WORKFLOW, &workflow("      - uses: ./.github/actions/set-up"));
    for uses in [
        "actions/cache@v7".to_owned(),
        "actions/cache".to_owned(),
        "actions/cache@main # v7.0.1".to_owned(),
        format!("actions/cache@{commit}"),
        format!("actions/cache@{commit} # newest"),
        format!("actions/cache@{} # v7.0.1", &commit[..39]),
        format!("actions/cache@{}z # v7.0.1", &commit[..39]),
    ] {
        assert_eq!(broken(WORKFLOW, &workflow(&format!("      - uses: {uses}"))).len(), 1, "{uses}");
        assert_eq!(broken(WORKFLOW, &workflow(&format!("      - name: x\n        uses: {uses}"))).len(), 1, "{uses}");
    }
}

#[test]
fn a_workflow_says_what_it_may_do() {
    let text = workflow("");
    fine(WORKFLOW, &text);
    assert_eq!(broken(WORKFLOW, &text.replace("permissions: {}\n", "")).len(), 1);
    // Those of one job say nothing about the others.
    assert_eq!(
        broken(WORKFLOW, &text.replace("permissions: {}\n", "").replace("one:", "one:\n    permissions: {}")).len(),
        1
    );
    fine("docs/sample.yml", "a: b\n");
}

#[test]
fn no_workflow_and_no_job_may_do_everything() {
    let text = workflow("");
    for all in ["permissions: write-all", "permissions: 'write-all' # for now", "permissions:\n  write-all"] {
        assert_eq!(broken(WORKFLOW, &text.replace("permissions: {}", all)).len(), 1, "{all}");
        let in_job = format!("one:\n    {}", all.replace('\n', "\n    "));
        assert_eq!(broken(WORKFLOW, &text.replace("one:", &in_job)).len(), 1, "{all}");
    }
    fine(WORKFLOW, &text.replace("permissions: {}", "# Never write-all.\npermissions: {} # not write-all"));
}

#[test]
fn a_checkout_keeps_no_credentials() {
    let checkout = "      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
    fine(WORKFLOW, &workflow(&format!("{checkout}\n        with:\n          persist-credentials: false")));
    assert_eq!(broken(WORKFLOW, &workflow(checkout)).len(), 1);
    let of_the_next = format!("{checkout}\n      - run: true\n        with:\n          persist-credentials: false");
    assert_eq!(broken(WORKFLOW, &workflow(&of_the_next)).len(), 1);
}

#[test]
fn a_strangers_code_gets_no_rights_of_ours() {
    for on in ["on:\n  pull_request_target:", "on: pull_request_target", "on: [push, pull_request_target]"] {
        assert_eq!(broken(WORKFLOW, &format!("{on}\npermissions: {{}}\n")).len(), 1, "{on}");
    }
    fine(WORKFLOW, "on:\n  pull_request:\npermissions: {}\n");
}

#[test]
fn no_file_is_too_long() {
    let long = "\n".repeat(MOST_LINES + 1);
    for path in ["src-tauri/core/src/lib.rs", "ui/src/main.ts", "ui/src/App.svelte", "ui/src/base.css"] {
        assert_eq!(broken(path, &long).len(), 1, "{path}");
        fine(path, &"\n".repeat(MOST_LINES));
    }
}

#[test]
fn every_source_is_looked_at() {
    let sources = sources(&root()).unwrap();
    let seen = |path: &str| sources.iter().any(|source| source.path == path);
    assert!(seen("xtask/src/house/mod.rs") && seen("ui/src/main.ts") && seen("Cargo.toml"));
    assert!(MUST_BE_SEEN.iter().all(|path| seen(path)));
    assert!(
        !sources.iter().any(|source| source.path.starts_with("target/") || source.path.starts_with("node_modules/"))
    );
}
