//! Secrets are like canaries in a mine: these have every special character, and wherever one of them is found in the open,
//! in whatever spelling, something leaks.

pub(crate) mod forms;
mod types;

use std::fs;
use std::path::Path;

use muster_tests::pruvan::{Auth, Config, Credentials, Day, Simulator, State};
use serde_json::json;

use crate::support::{CODE, Office, Program};
use forms::{base64, forms, sha1};

const PASSWORD: &str = "canary P\"%+ü}a'&<s\\s=1/";
const TOKEN: &str = "kanari+T{ö}\"k%20e n'\\&>\u{1f511}/=";

/// Every spelling in which a secret may be found.
fn all_forms() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let hash = sha1(PASSWORD);
    let all_secrets =
        [("password", PASSWORD), ("token", TOKEN), ("sha1 of the password", hash.as_str()), ("key", types::KEY)];
    for (what, secret) in all_secrets {
        all.extend(forms(secret).into_iter().map(|(form, bytes)| (format!("the {what}, {form}"), bytes)));
    }
    all
}

/// Says where a secret stands in the open.
#[track_caller]
fn holds_none(place: &str, bytes: &[u8]) {
    for (form, secret) in all_forms() {
        if let Some(at) = memchr::memmem::find(bytes, &secret) {
            let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
            panic!("{place} holds {form}: {}", String::from_utf8_lossy(around));
        }
    }
}

/// Looks through every file of the data directory. Gives how many there were.
fn search(folder: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += search(&path);
        } else {
            holds_none(&path.display().to_string(), &fs::read(&path).unwrap());
            files += 1;
        }
    }
    files
}

/// Looks everywhere where a secret could have gone.
fn search_everywhere(program: &Program) {
    holds_none("the output of a command", &program.said());
    assert!(search(&program.data()) > 4, "database, log, vault");
}

#[test]
fn the_search_finds_each_form() {
    for (_, secret) in all_forms() {
        let hidden = [b"before ", &secret[..], b" after"].concat();
        let found = std::panic::catch_unwind(|| holds_none("a test", &hidden));
        assert!(found.is_err(), "{}", String::from_utf8_lossy(&secret));
    }
    holds_none("a test", b"canary");
    // What is in the middle of something longer, too.
    let packed = base64(format!("{{\"token\":\"{TOKEN}\"}}").as_bytes(), false);
    assert!(std::panic::catch_unwind(|| holds_none("a test", packed.as_bytes())).is_err());
}

/// Everything that a server, or a page of its framework, may say back.
fn echoes() -> Vec<String> {
    let payload = json!({ "username": "northwind_field", "password": sha1(PASSWORD), "token": TOKEN }).to_string();
    let mut echoes = vec![
        format!("wrong password {PASSWORD} or token {TOKEN}"),
        format!("no user with sha1 {} or {}", sha1(PASSWORD), sha1(PASSWORD).to_uppercase()),
        format!("cannot read {payload}"),
        format!("{PASSWORD}{TOKEN}{PASSWORD}"),
    ];
    for secret in [PASSWORD, TOKEN] {
        for (form, bytes) in forms(secret) {
            // Nobody sends back what is packed: it would have to be unpacked to be found.
            if !form.starts_with("base64") {
                echoes.push(format!("denied: {}", String::from_utf8(bytes).unwrap()));
            }
        }
    }
    echoes
}

async fn office() -> Office {
    let credentials = Credentials { password: PASSWORD.into(), token: TOKEN.into(), ..Credentials::default() };
    Office::alone(Config { credentials, auth: Some(Auth::Both), ..Config::orders(20) }).await
}

/// The arguments that add the integration, and its secrets on standard input.
fn add(url: &str) -> (Vec<String>, String) {
    let url = format!("url={url}");
    let args = [
        "integration",
        "add",
        "--type",
        "pruvan",
        "--code",
        CODE,
        "--set",
        &url,
        "--set",
        "username=northwind_field",
        "--secret",
        "password=-",
        "--secret",
        "token=-",
    ];
    (args.map(str::to_owned).to_vec(), format!("{PASSWORD}\n{TOKEN}\n"))
}

#[tokio::test]
async fn no_secret_is_left_anywhere() {
    let office = office().await;
    let (args, input) = add(&office.client.url());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    office.json_with_input(&args, &input).await.ok();
    let last = office.client.requests().pop().unwrap();
    assert_eq!((last.text("token"), last.text("password")), (TOKEN, sha1(PASSWORD).as_str()), "they are really sent");

    for args in [
        &["validate", CODE][..],
        &["refresh", CODE],
        &["full-import", CODE],
        &["full-import", CODE, "--preview"],
        &["integration", "list"],
        &["integration", "show", CODE],
        &["integration", "edit", CODE, "--secret", "token=env:TOKEN"],
        &["imports", "list"],
        &["projects", "list"],
        &["types"],
    ] {
        assert_eq!(office.json(args).await.status, Some(0), "{args:?}");
        assert_eq!(office.human(args).await.status, Some(0), "{args:?}");
    }
    search_everywhere(&office);
    office.json(&["integration", "delete", CODE, "--projects", "remove"]).await.ok();
    search_everywhere(&office);
}

#[tokio::test]
async fn a_server_that_says_the_secrets_back_is_not_quoted() {
    let office = office().await;
    let (args, input) = add(&office.client.url());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    office.json_with_input(&args, &input).await.ok();
    for echo in echoes() {
        let raw = |status: u16, body: String| Day::Raw { status, content_type: "text/html".into(), body: body.into() };
        for day in [
            Day::Unauthorized { message: echo.clone() },
            Day::Error { message: echo.clone() },
            Day::ErrorWithOrders { message: echo.clone(), before: true },
            raw(406, json!({ "error": { "text": echo } }).to_string()),
            raw(400, json!({ "message": echo }).to_string()),
            raw(404, format!("<html>{echo}</html>")),
            raw(200, echo.clone()),
            raw(200, format!("{{\"workOrders\":[{echo}]")),
        ] {
            office.with_client(|state| state.always(day));
            assert_eq!(office.json(&["validate", CODE]).await.status, Some(1));
            assert_eq!(office.json(&["refresh", CODE]).await.status, Some(1));
        }
        holds_none("the output of a command", &office.said());
    }
    // What people see of it, and what is kept of it.
    office.human(&["integration", "list"]).await;
    office.human(&["imports", "list"]).await;
    office.json(&["imports", "list"]).await;
    office.with_client(|state| state.always(Day::Unauthorized { message: echoes().remove(0) }));
    for args in [["validate", CODE], ["refresh", CODE], ["full-import", CODE]] {
        assert_eq!(office.human(&args).await.status, Some(1));
    }
    search_everywhere(&office);
    office.with_client(State::clear_days);
    office.with_client(|state| state.credentials.password = "changed".into());
    office.json(&["validate", CODE]).await.error(1, "wrong_credentials");
    office.json_with_input(&args, &input).await.error(1, "conflict");
    search_everywhere(&office);
}

#[tokio::test]
async fn a_proxy_that_fails_learns_and_says_nothing() {
    let mut office = office().await;
    // The simulator plays the proxy: it sees the whole request of plain http, and only the name of a host for https.
    let proxy = format!("http://{}", office.client.address());
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"] {
        office.program.set(name, &proxy);
    }
    for (url, allow) in [("http://client.invalid/pruvan", true), ("https://client.invalid/pruvan", false)] {
        let (args, input) = add(url);
        let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
        if allow {
            args.extend(["--set", "allow_http=true"]);
        }
        for echo in echoes().into_iter().take(4) {
            let body = format!("<h1>502 Bad Gateway</h1> {echo}");
            let day = Day::Raw { status: 502, content_type: "text/html".into(), body: body.into() };
            office.with_client(|state| state.days(day, 3));
            assert!(matches!(office.json_with_input(&args, &input).await.status, Some(0 | 1)));
            if office.json(&["integration", "list"]).await.ok() != json!([]) {
                office.json(&["integration", "delete", CODE, "--projects", "remove"]).await.ok();
            }
        }
    }
    let requests = office.client.requests();
    assert!(requests.iter().any(|request| request.text("token") == TOKEN), "http goes through the proxy");
    let tunnels: Vec<_> = requests.iter().filter(|request| request.method == "CONNECT").collect();
    assert!(!tunnels.is_empty(), "https asks the proxy for a tunnel");
    for request in tunnels {
        holds_none("what the proxy of an https connection sees", format!("{request:?}").as_bytes());
    }
    search_everywhere(&office);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_list_of_processes_shows_no_secret() {
    let office = office().await;
    let (args, input) = add(&office.client.url());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    for command in [&args[..], &["refresh", CODE], &["full-import", CODE, "--preview"], &["validate", CODE]] {
        let gate = muster_tests::pruvan::Gate::after(0);
        office.client.day(Day::Pause(gate.clone()));
        let mut running = office.start_with_input(command, &input).await;
        crate::support::at_gate(&gate, &mut running).await;
        let process = Path::new("/proc").join(running.id().to_string());
        for file in ["cmdline", "comm"] {
            holds_none(file, &fs::read(process.join(file)).unwrap());
        }
        gate.release();
        running.end().await.ok();
    }
    search_everywhere(&office);
}

#[tokio::test]
async fn a_redirect_does_not_carry_them_away() {
    let office = office().await;
    let elsewhere = Simulator::start(Config::default()).await.unwrap();
    let (args, input) = add(&office.client.url());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let to = format!("{}/validate?{}", elsewhere.url(), forms::url_encoded(TOKEN));
    office.client.day(Day::Redirect { status: 307, to });
    office.json_with_input(&args, &input).await.error(1, "cannot_reach");
    assert!(elsewhere.requests().is_empty());
    search_everywhere(&office);
}
