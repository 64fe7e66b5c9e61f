//! Users and roles: who may do what with the program, and what becomes of passwords and tokens.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::canary::forms::forms;
use crate::support::{CODE, Office, Program, keys, text};
use muster_tests::pruvan::Config;

const ANN: &str = "ann's \"canary\" & pa$$word";
const BOB: &str = "bob's canary päss+word";

/// As this user, with this password.
fn as_user(program: &mut Program, username: &str, password: &str) {
    program.set("MUSTER_USER", username);
    program.set("MUSTER_PASSWORD", password);
}

/// Adds a user with that password.
async fn add(program: &mut Program, password: &str, args: &[&str]) {
    program.set("MUSTER_NEW_PASSWORD", password);
    program.json(&[&["user", "add"], args].concat()).await.ok();
}

/// With the Admin ann and bob of the staff; ann has signed in.
async fn with_users(program: &mut Program) {
    add(program, ANN, &["ann"]).await;
    as_user(program, "ann", ANN);
    add(program, BOB, &["bob", "--role", "staff"]).await;
}

/// Looks for this secret in everything that was said, and in every file of the data directory.
fn is_nowhere(program: &Program, secret: &str) {
    let holds = |bytes: &[u8]| forms(secret).iter().any(|(_, form)| memchr::memmem::find(bytes, form).is_some());
    assert!(!holds(&program.said()), "{secret} was said");
    let mut folders = vec![program.data()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert!(!holds(&fs::read(&path).unwrap()), "{secret} is in {}", path.display());
                files += 1;
            }
        }
    }
    assert!(files > 2, "database, log");
}

#[tokio::test]
async fn the_first_user_is_an_admin_and_from_then_on_everybody_signs_in() {
    let mut program = Program::new().await;
    assert_eq!(program.json(&["user", "list"]).await.ok(), json!([]));
    program.json(&["projects", "list"]).await.ok();
    program.json(&["projects", "list", "--user", "ann"]).await.error(1, "signed_out");
    assert_eq!(program.json(&["user", "add", "ann"]).await.error(1, "invalid_input")["fields"], json!(["password"]));

    program.set("MUSTER_NEW_PASSWORD", ANN);
    program.json(&["user", "add", "ann", "--role", "staff"]).await.error(1, "conflict");
    program.json(&["user", "add", "ann", "--email", "nowhere"]).await.error(1, "invalid_input");
    let added = program.json(&["user", "add", "ann", "--name", "Ann Lee", "--email", "ann@example.com"]).await.ok();
    assert_eq!(
        keys(&added),
        ["active", "can_sign_in", "created_at", "email", "id", "last_sign_in", "name", "role", "username"]
    );
    assert_eq!(
        (&added["role"], &added["name"], &added["email"]),
        (&json!("admin"), &json!("Ann Lee"), &json!("ann@example.com"))
    );

    for args in
        [&["projects", "list"][..], &["integration", "list"], &["user", "add", "eve"], &["vault", "init", "--key", "k"]]
    {
        let error = program.json(args).await.error(1, "signed_out");
        assert!(error["message"].as_str().unwrap().contains("--user"), "{error}");
    }
    program.json(&["projects", "list", "--user", "ann"]).await.error(1, "signed_out");
    program.set("MUSTER_PASSWORD", "wrong password");
    let error = program.json(&["projects", "list", "--user", "ann"]).await.error(1, "wrong_credentials");
    assert_eq!(program.json(&["projects", "list", "--user", "nobody"]).await.error(1, "wrong_credentials"), error);
    program.set("MUSTER_PASSWORD", ANN);
    program.json(&["projects", "list", "--user", "ANN"]).await.ok();
    program.set("MUSTER_USER", "ann");
    assert_eq!(program.json(&["user", "list"]).await.ok().as_array().unwrap().len(), 1);
    is_nowhere(&program, ANN);
}

#[tokio::test]
async fn repeated_wrong_passwords_are_slowed_down_for_every_process() {
    let mut program = Program::new().await;
    with_users(&mut program).await;
    as_user(&mut program, "bob", "wrong password");
    program.json(&["projects", "list"]).await.error(1, "wrong_credentials");
    // As if that had happened twelve times: how long the machine takes for them must not matter here.
    let database = rusqlite::Connection::open(program.data().join("muster.db")).unwrap();
    assert_eq!(database.execute("UPDATE sign_in_failures SET failures = 12 WHERE username = 'Bob'", []).unwrap(), 1);
    as_user(&mut program, "BOB", BOB);
    let error = program.json(&["projects", "list"]).await.error(1, "not_allowed");
    assert_eq!(error["retry"], true);
    assert!(error["message"].as_str().unwrap().contains("minutes"), "{error}");
    as_user(&mut program, "ann", ANN);
    program.json(&["projects", "list"]).await.ok();
    program.set("MUSTER_NEW_PASSWORD", "bob's other password");
    program.json(&["user", "reset-password", "bob"]).await.ok();
    as_user(&mut program, "bob", "bob's other password");
    program.json(&["projects", "list"]).await.ok();
    is_nowhere(&program, "bob's other password");
}

#[tokio::test]
async fn staff_is_refused_whatever_belongs_to_admins() {
    let mut office = Office::with(Config::orders(3)).await;
    office.json(&["full-import", CODE]).await.ok();
    with_users(&mut office.program).await;
    let number = format!("{CODE}::{}", office.numbers().await[0]);
    as_user(&mut office.program, "bob", BOB);
    office.json(&["projects", "list"]).await.ok();
    office.json(&["projects", "show", &number]).await.ok();
    let edited = office.json(&["projects", "edit", &number, "--set", "assigned_to=bob"]).await.ok();
    assert_eq!(edited["history"][0]["person"], "bob", "{}", edited["history"]);
    office.json(&["projects", "delete", &number]).await.ok();
    for args in [
        &["integration", "add", "--type", "sample", "--code", "S"][..],
        &["integration", "list"],
        &["integration", "show", CODE],
        &["integration", "edit", CODE, "--name", "x"],
        &["integration", "delete", CODE, "--projects", "remove"],
        &["validate", CODE],
        &["refresh", CODE],
        &["refresh", "--all"],
        &["full-import", CODE],
        &["full-import", CODE, "--preview"],
        &["removals"],
        &["removals", CODE, "--confirm", "1"],
        &["removals", CODE, "--decline", "1"],
        &["bring-back", "1"],
        &["bring-back", "--project", &number],
        &["imports", "list"],
        &["imports", "show", "1"],
        &["work-type", "list"],
        &["work-type", "show", "Lawn"],
        &["work-type", "add", "Lawn"],
        &["work-type", "edit", "Lawn"],
        &["work-type", "delete", "Lawn"],
        &["user", "add", "eve", "--role", "admin"],
        &["user", "list"],
        &["user", "edit", "bob", "--role", "admin"],
        &["user", "reset-password", "ann"],
        &["user", "deactivate", "ann"],
        &["user", "activate", "ann"],
        &["user", "token", "ann", "--file", "token"],
        &["user", "tokens"],
        &["user", "revoke", "1"],
        &["vault", "init", "--key", "key"],
    ] {
        let error = office.json(args).await.error(1, "not_allowed");
        assert_eq!(error["retry"], false, "{args:?}");
        assert_eq!(office.human(args).await.text(1), "", "{args:?}");
    }
    as_user(&mut office.program, "ann", ANN);
    assert_eq!(office.json(&["imports", "list"]).await.ok().as_array().unwrap().len(), 1, "nothing ran");
    let refreshed = office.json(&["refresh", CODE]).await.ok();
    assert_eq!(refreshed["asked_by"], "ann");
}

#[tokio::test]
async fn crew_and_clients_do_not_sign_in() {
    let mut program = Program::new().await;
    with_users(&mut program).await;
    for role in ["crew", "client"] {
        let added = program.json(&["user", "add", role, "--role", role]).await.ok();
        assert_eq!((&added["role"], &added["can_sign_in"]), (&json!(role), &json!(false)));
        program.json(&["user", "reset-password", role]).await.ok();
    }
    for role in ["crew", "client"] {
        as_user(&mut program, role, BOB);
        program.json(&["projects", "list"]).await.error(1, "wrong_credentials");
    }
}

#[tokio::test]
async fn users_are_edited_deactivated_and_the_last_admin_stays() {
    let mut program = Program::new().await;
    with_users(&mut program).await;
    program.json(&["user", "edit", "ann", "--role", "crew"]).await.error(1, "conflict");
    program.json(&["user", "deactivate", "ann"]).await.error(1, "conflict");
    program.json(&["user", "deactivate", "nobody"]).await.error(1, "not_found");
    let edited = program.json(&["user", "edit", "BOB", "--name", "Bob", "--email", "bob@example.com"]).await.ok();
    assert_eq!((&edited["name"], &edited["role"]), (&json!("Bob"), &json!("staff")));
    let edited = program.json(&["user", "edit", "bob", "--email", "", "--role", "admin"]).await.ok();
    assert_eq!((&edited["name"], &edited["email"], &edited["role"]), (&json!("Bob"), &json!(null), &json!("admin")));
    assert!(program.human(&["user", "list"]).await.text(0).contains("bob"));
    program.json(&["user", "deactivate", "ann"]).await.ok();
    program.json(&["user", "list"]).await.error(1, "wrong_credentials");
    as_user(&mut program, "bob", BOB);
    assert_eq!(program.json(&["user", "activate", "ann"]).await.ok()["can_sign_in"], true);
    as_user(&mut program, "ann", ANN);
    program.json(&["user", "list"]).await.ok();
}

#[tokio::test]
async fn a_token_file_signs_in_until_it_is_revoked_or_its_user_is_deactivated() {
    let mut program = Program::new().await;
    with_users(&mut program).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let file = path("nightly");
    let made = program.json(&["user", "token", "bob", "--file", text(&file)]).await.ok();
    assert_eq!(made, json!({ "username": "bob", "name": "nightly", "file": text(&file) }));
    let token = fs::read_to_string(&file).unwrap().trim().to_owned();
    assert!(token.len() > 64);
    program.json(&["user", "token", "bob", "--file", text(&file)]).await.error(1, "io");
    assert_eq!(fs::read_to_string(&file).unwrap().trim(), token, "no file is written over");
    program.json(&["user", "token", "nobody", "--file", text(&path("no"))]).await.error(1, "not_found");
    program.json(&["user", "add", "cem", "--role", "crew"]).await.ok();
    program.json(&["user", "token", "cem", "--file", text(&path("no"))]).await.error(1, "invalid_input");
    assert!(!path("no").exists());
    let admins = path("admins");
    program.human(&["user", "token", "ann", "--file", text(&admins), "--name", "of ann"]).await.text(0);
    // What is typed wins over MUSTER_USER; two that are typed do not go together.
    program.json(&["projects", "list", "--token-file", text(&file)]).await.ok();
    program.json(&["projects", "list", "--token-file", text(&file), "--user", "ann"]).await.error(2, "usage");

    let tokens = program.json(&["user", "tokens"]).await.ok();
    assert_eq!(tokens.as_array().unwrap().len(), 2);
    assert_eq!(keys(&tokens[0]), ["created_at", "id", "last_used_at", "name", "username"]);
    assert!(program.human(&["user", "tokens", "bob"]).await.text(0).contains("nightly"));
    let id = |username: &str| {
        let one = tokens.as_array().unwrap().iter().find(|one| one["username"] == username).unwrap();
        one["id"].to_string()
    };
    let by_token = |file: &Path| vec!["--token-file".to_owned(), text(file).to_owned()];

    // No user and no password any more: as in a scheduled task.
    let mut task = program.without(&["MUSTER_USER", "MUSTER_PASSWORD", "MUSTER_NEW_PASSWORD"]);
    let run = async |task: &Program, file: &Path, args: &[&str]| {
        let own = by_token(file);
        let all: Vec<&str> = own.iter().map(String::as_str).chain(args.iter().copied()).collect();
        task.json(&all).await
    };
    run(&task, &file, &["projects", "list"]).await.ok();
    run(&task, &file, &["integration", "list"]).await.error(1, "not_allowed");
    run(&task, &admins, &["integration", "list"]).await.ok();
    task.set("MUSTER_TOKEN_FILE", text(&admins));
    task.json(&["user", "revoke", &id("ann")]).await.ok();
    task.json(&["user", "list"]).await.error(1, "wrong_credentials");
    run(&task, &path("no"), &["projects", "list"]).await.error(1, "io");
    let mut program = task.without(&["MUSTER_TOKEN_FILE"]);
    as_user(&mut program, "ann", ANN);
    assert!(program.json(&["user", "tokens", "bob"]).await.ok()[0]["last_used_at"].is_string());
    program.json(&["user", "deactivate", "bob"]).await.ok();
    program.json(&["user", "activate", "bob"]).await.ok();
    assert_eq!(program.json(&["user", "tokens"]).await.ok(), json!([]));
    let task = program.without(&["MUSTER_USER", "MUSTER_PASSWORD"]);
    run(&task, &file, &["projects", "list"]).await.error(1, "wrong_credentials");
    for secret in [ANN, BOB, &token] {
        is_nowhere(&task, secret);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_token_file_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut program = Program::new().await;
    with_users(&mut program).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    program.json(&["user", "token", "ann", "--file", text(&file)]).await.ok();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let mut task = program.without(&["MUSTER_USER", "MUSTER_PASSWORD"]);
    task.set("MUSTER_TOKEN_FILE", text(&file));
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let error = task.json(&["user", "list"]).await.error(1, "not_allowed");
        assert!(error["message"].as_str().unwrap().contains("chmod 600"), "{error}");
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    task.json(&["user", "list"]).await.ok();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn at_a_terminal_passwords_are_typed_unseen() {
    let mut program = Program::new().await;
    let twice = |again| [("New password: ", ANN), ("The same again: ", again)];
    let (done, screen) = program.at_terminal(&["user", "add", "ann"], &twice("something else")).await;
    assert!(!done && screen.contains("differ"), "{screen}");
    let (done, screen) = program.at_terminal(&["user", "add", "ann"], &twice(ANN)).await;
    assert!(done && screen.contains("ann is the Admin"), "{screen}");
    program.set("MUSTER_USER", "ann");
    let (done, screen) = program.at_terminal(&["user", "list"], &[("Password: ", ANN)]).await;
    assert!(done && screen.contains(" ann "), "{screen}");
    let (done, screen) = program.at_terminal(&["user", "list"], &[("Password: ", "wrong password")]).await;
    assert!(!done && screen.contains("wrong"), "{screen}");
    is_nowhere(&program, ANN);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_list_of_processes_shows_no_password() {
    use crate::support::at_gate;
    use muster_tests::pruvan::{Day, Gate};
    let mut office = Office::with(Config::orders(1)).await;
    with_users(&mut office.program).await;
    let gate = Gate::after(0);
    office.client.day(Day::Pause(gate.clone()));
    let mut running = office.start(&["refresh", CODE]);
    at_gate(&gate, &mut running).await;
    let line = fs::read(Path::new("/proc").join(running.id().to_string()).join("cmdline")).unwrap();
    for (form, secret) in forms(ANN) {
        assert!(memchr::memmem::find(&line, &secret).is_none(), "{form}");
    }
    gate.release();
    running.end().await.ok();
}
