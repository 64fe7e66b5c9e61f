//! Secrets are like canaries in a mine: wherever one of them is found in the open, in whatever spelling, something leaks.

#[path = "../program/canary/forms.rs"]
mod forms;

use muster_tests::pruvan::{Auth, Config, Credentials, Day};
use serde_json::{Value, json};

use crate::support::{ANN, CODE, Office, Window, until};
use forms::{base64, forms, sha1, url_encoded};

const SECRET: &str = "canary P\"%+a'&<s\\s=1/";
const TOKEN: &str = "kanari+T{o}\"k%20e n'\\&>/=";

/// Takes down all that the shell tells the page, beside what the page hears itself.
const LISTEN: &str = "
    window.heard = [];
    const handler = window.__TAURI_INTERNALS__.transformCallback((event) => window.heard.push(JSON.stringify(event)));
    const target = { kind: 'Any' };
    await window.__TAURI_INTERNALS__.invoke('plugin:event|listen', { event: 'changes', target, handler });";

/// All that the page holds: its document, what is in its fields, what it stores, its address, what it heard.
const ALL: &str = "
    const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
    const stored = [localStorage, sessionStorage].map((store) => JSON.stringify(store));
    return [document.documentElement.outerHTML, document.body.innerText, location.href, ...stored,
        ...(window.heard ?? []), ...(arguments[0] ? fields : [])].join('\\n');";

#[track_caller]
fn holds_none(place: &str, bytes: &[u8]) {
    for (what, secret) in [("password", SECRET), ("token", TOKEN), ("sha1 of the password", &sha1(SECRET))] {
        for (form, secret) in forms(secret) {
            if let Some(at) = memchr::memmem::find(bytes, &secret) {
                let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
                panic!("{place} holds the {what}, {form}: {}", String::from_utf8_lossy(around));
            }
        }
    }
}

/// Looks at the page; in its fields too, unless a secret is being typed there.
async fn search_page(window: &Window, typing: bool) {
    let all = window.run(ALL, &[(!typing).into()]).await;
    holds_none("the page", all.as_str().expect("a text").as_bytes());
}

/// Looks at what every command that tells something tells, and at every file.
async fn search_everywhere(office: &Office, window: &Window) {
    search_page(window, false).await;
    for (command, args) in [
        ("start", json!({})),
        ("integrations", json!({})),
        ("integration", json!({ "code": CODE })),
        ("integration_types", json!({})),
        ("imports", json!({ "code": null, "limit": 100 })),
        ("import_record", json!({ "id": 1 })),
        ("people", json!({ "code": CODE })),
        ("users", json!({})),
        ("live", json!({})),
        ("project_facets", json!({})),
    ] {
        let answer: Value = window.invoke(command, &args).await;
        assert!(answer.get("ok").is_some(), "{command}: {answer}");
        holds_none(command, answer.to_string().as_bytes());
    }
    let files = office.files();
    assert!(files.iter().any(|(path, _)| path.ends_with("muster.db")), "{files:?}");
    assert!(office.log().contains("INFO"), "there is a log");
    for (path, bytes) in files {
        holds_none(&path.display().to_string(), &bytes);
    }
}

#[tokio::test]
async fn a_secret_never_reaches_the_page_an_event_a_log_or_the_database() {
    assert_ne!(base64(SECRET.as_bytes(), false), url_encoded(SECRET));
    let credentials = Credentials { password: SECRET.into(), token: TOKEN.into(), ..Credentials::default() };
    let mut office = Office::with(Config { credentials, auth: Some(Auth::Both), ..Config::orders(5) }).await;
    office.muster(&["user", "add", ANN]).await;
    office
        .show(async |office, window| {
            window.sign_in(ANN).await;
            window.ask(LISTEN, &[]).await;
            window.go("Integrations").await;
            window.button("New integration").press_first().await;
            window.button("Pruvan web service").press().await;
            window.field("Integration code").fill(CODE).await;
            window.field("Web service URL").fill(&office.client.url()).await;
            window.field("Username").fill(&office.client.credentials().username).await;
            window.field("Password").fill(SECRET).await;
            window.field("Token").fill(TOKEN).await;
            search_page(window, true).await;
            // A server that says it back is not quoted.
            let echo = format!("no {SECRET} and no {TOKEN}, nor {}", sha1(SECRET));
            office.client.day(Day::Unauthorized { message: echo.clone() });
            window.button("Validate").press().await;
            window.sees("Wrong credentials.").await;
            search_page(window, true).await;
            window.button("Validate").press().await;
            window.sees("These values work.").await;
            let asked = office.client.requests().pop().expect("it was asked");
            assert_eq!((asked.text("token"), asked.text("password")), (TOKEN, sha1(SECRET).as_str()), "really sent");
            window.button("Save").press().await;
            window.button("Full Import").press_first().await;
            window.sees("to add 5").await;
            window.button("Import").press().await;
            window.sees("5 added").await;
            until("the end was told", async || {
                let heard = window.run("return window.heard.join()", &[]).await;
                heard.as_str().is_some_and(|heard| heard.contains("ended")).then_some(())
            })
            .await;
            search_everywhere(office, window).await;

            // Nor does it come back to be edited.
            window.cell("Integrations", CODE, "Integration Code").press().await;
            window.button("Edit").press().await;
            assert_eq!(window.field("Password").value().await, "");
            assert_eq!(window.field("Token").value().await, "");
            search_page(window, false).await;
            window.button("Cancel").press().await;

            office.client.day(Day::Error { message: echo });
            window.button_in("Integrations", CODE, "Action").press().await;
            window.cell("Integrations", CODE, "Status").reads("error").await;
            search_everywhere(office, window).await;
        })
        .await;
}
