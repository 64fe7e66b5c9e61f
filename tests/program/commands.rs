//! Every command line of the program: its JSON, its exit status, its words.

mod imports;
mod integrations;
mod projects;
mod terminal;
mod work_types;

use serde_json::{Value, json};

use crate::support::{CODE, Office, Program, keys, text};

/// What the JSON of an import must have, whatever else it has.
pub(super) const IMPORT: [&str; 12] = [
    "added",
    "changed",
    "code",
    "error",
    "import",
    "kind",
    "outcome",
    "pending_removals",
    "problems",
    "removed",
    "skipped",
    "unchanged",
];

/// All of these keys, and perhaps more.
#[track_caller]
pub(super) fn has_keys(value: &Value, wanted: &[&str]) {
    let there = keys(value);
    let missing: Vec<_> = wanted.iter().filter(|key| !there.contains(*key)).collect();
    assert!(missing.is_empty(), "{missing:?} missing in {value}");
}

#[tokio::test]
async fn types_say_what_each_type_needs_and_can() {
    let program = Program::bare();
    let types = program.json(&["types"]).await.ok();
    let find = |name: &str| types.as_array().unwrap().iter().find(|one| one["type"] == name).unwrap().clone();
    let pruvan = find("pruvan");
    let settings = ["url", "extension", "username", "password_as_token", "encoding", "allow_http"];
    for setting in settings {
        assert!(pruvan["settings"].as_array().unwrap().contains(&json!(setting)), "{setting}: {}", pruvan["settings"]);
    }
    assert_eq!(pruvan["settings"].as_array().unwrap().len(), settings.len());
    assert_eq!(pruvan["secrets"], json!(["password", "token"]));
    assert_eq!(pruvan["capabilities"]["validate"], true);
    // The schema is a JSON Schema that knows every setting and says what it is.
    let schema = &pruvan["schema"];
    assert_eq!(schema["type"], "object", "{schema}");
    for setting in settings.iter().chain(&["password", "token"]) {
        let property = &schema["properties"][setting];
        assert!(property["title"].is_string() && property["description"].is_string(), "{setting}: {property}");
    }
    assert!(find("sample")["capabilities"].is_object());

    let people = program.human(&["types"]).await;
    assert!(people.text(0).contains("Pruvan web service") && people.text(0).contains("password"), "{}", people.out);
    assert!(!program.data().exists(), "types needs no data directory");
}

#[tokio::test]
async fn wrong_usage_is_status_2_and_says_so_in_json_too() {
    let program = Program::bare();
    for args in [
        &["no-such-command"][..],
        &["refresh"],
        &["refresh", CODE, "--all"],
        &["refresh", "--everything"],
        &["full-import"],
        &["full-import", "not a code"],
        &["integration", "add", "--type", "pruvan"],
        &["integration", "add", "--type", "pruvan", "--code", "SEVENTEEN-LETTERS"],
        &["integration", "add", "--type", "pruvan", "--code", "A", "--mode", "sideways"],
        &["integration", "add", "--type", "pruvan", "--code", "A", "--auto-admin", "maybe"],
        &["integration", "add", "--type", "pruvan", "--code", "A", "--set", "url"],
        &["integration", "add", "--type", "sample", "--code", "A", "--set", "orders=many"],
        &["integration", "delete", CODE],
        &["integration", "delete", CODE, "--projects", "burn"],
        &["removals", "--confirm", "1"],
        &["removals", CODE, "--confirm", "1", "--decline", "1"],
        &["bring-back"],
        &["bring-back", "1", "--project", "NWF::1"],
        &["bring-back", "--project", "NWF-1"],
        &["projects", "show", "NWF-1"],
        &["projects", "show", "N W F::1"],
        &["projects", "list", "--status", "Sleeping"],
        &["projects", "list", "--limit", "-1"],
        &["projects", "edit", "NWF::1"],
        &["projects", "edit", "NWF::1", "--set", "no_such_field=1"],
        &["imports", "show", "first"],
        &["vault", "init"],
        &["vault", "init", "--key", "a", "--passphrase"],
        &["completions", "cmd.exe"],
    ] {
        let error = program.json(args).await.error(2, "usage");
        assert_eq!(error["retry"], false);
        let people = program.human(args).await;
        assert_eq!((people.status, people.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(!people.err.trim().is_empty(), "{args:?}");
    }
    assert_eq!(program.human(&[]).await.status, Some(2));
}

#[tokio::test]
async fn help_version_and_completions_are_told() {
    let program = Program::bare();
    let help = program.human(&["--help"]).await;
    let commands = ["types", "integration", "validate", "refresh", "full-import", "removals", "bring-back", "projects"];
    for command in commands.iter().chain(&["imports", "vault", "completions", "--data-dir", "--vault-key", "--json"]) {
        assert!(help.text(0).contains(command), "{command} in {}", help.out);
    }
    assert!(program.human(&["--version"]).await.text(0).starts_with("muster "));
    for args in [
        &["integration", "add", "--help"][..],
        &["integration", "delete", "--help"],
        &["full-import", "--help"],
        &["removals", "--help"],
        &["projects", "list", "--help"],
        &["imports", "--help"],
        &["help", "refresh"],
    ] {
        assert!(program.human(args).await.text(0).contains("Usage: "), "{args:?}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = program.human(&["completions", shell]).await;
        assert_eq!(script.status, Some(0));
        assert!(script.out.contains("full-import") && script.out.contains("bring-back"), "{shell}");
    }
    assert!(!program.data().exists(), "help needs no data directory");
}

#[tokio::test]
async fn a_vault_is_made_once_and_opened_with_its_own_key() {
    let program = Program::bare();
    let key = program.key();
    let made = program.json(&["vault", "init", "--key", text(&key)]).await.ok();
    assert_eq!(made, json!({ "vault": "key_file", "key": text(&key) }));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let rights = std::fs::metadata(&key).unwrap().permissions().mode();
        assert_eq!(rights & 0o077, 0, "the key file is readable by its owner only: {rights:o}");
    }
    let before = std::fs::read(&key).unwrap();
    program.json(&["vault", "init", "--key", text(&key)]).await.error(1, "secrets");
    assert_eq!(std::fs::read(&key).unwrap(), before, "the key of a vault is not written over");
}

#[tokio::test]
async fn a_vault_with_a_passphrase_opens_with_it_and_not_without() {
    let mut office = Office::alone(muster_tests::pruvan::Config::default()).await;
    office.program = Program::bare();
    office.program.set("PASSWORD", "12345");
    office.program.set("MUSTER_VAULT_PASSPHRASE", "a long passphrase");
    let made = office.json(&["vault", "init", "--passphrase"]).await.ok();
    assert_eq!(made, json!({ "vault": "passphrase", "key": null }));
    office.add(CODE, &[]).await.ok();
    office.json(&["validate", CODE]).await.ok();
    office.program.set("MUSTER_VAULT_PASSPHRASE", "another passphrase");
    office.json(&["validate", CODE]).await.error(1, "secrets");
    // What needs no secret needs no passphrase.
    office.json(&["projects", "list"]).await.ok();
    // In the record too, in words, and the list is what it was.
    let import = office.json(&["full-import", CODE]).await.with_status(1);
    assert_eq!(import["error"]["code"], "secrets", "{import}");
}

#[tokio::test]
async fn without_the_key_the_vault_stays_shut() {
    let office = Office::with(muster_tests::pruvan::Config::default()).await;
    let aside = office.data().join("../aside");
    std::fs::rename(office.key(), &aside).unwrap();
    let error = office.json(&["validate", CODE]).await.error(1, "secrets");
    assert!(error["message"].as_str().unwrap().contains("key file"), "{error}");
    std::fs::write(office.key(), "AGE-SECRET-KEY-1NONSENSE\n").unwrap();
    office.json(&["validate", CODE]).await.error(1, "secrets");
    std::fs::remove_file(office.key()).unwrap();
    std::fs::rename(&aside, office.key()).unwrap();
    office.json(&["validate", CODE]).await.ok();
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_made_is_a_failure_in_words() {
    let program = Program::bare();
    std::fs::write(program.data(), "a file").unwrap();
    let error = program.json(&["projects", "list"]).await.with_status(1);
    assert!(["io", "database", "secrets"].contains(&error["error"]["code"].as_str().unwrap()), "{error}");
    assert!(error["error"]["message"].as_str().unwrap().contains(text(&program.data())), "{error}");
    let people = program.human(&["projects", "list"]).await;
    assert_eq!((people.status, people.out.as_str()), (Some(1), ""));
    assert!(people.err.starts_with("muster: "), "{}", people.err);
}
