//! The secrets of the other types: sent, and left nowhere.

use muster_tests::ppw;
use muster_tests::web_api::{self, Auth, Trouble};
use serde_json::{Value, json};

use super::forms::forms;
use super::{PASSWORD, holds_none, search_everywhere, sha1};
use crate::support::Program;

/// A key: it stands in a header, so it has no special characters but those that a header may hold.
pub(super) const KEY: &str = "canary-k\"%+}a'&<s\\s=2/~";

/// What a person does with an integration, by JSON and for people.
async fn is_used(program: &Program, status: i32) {
    for args in [
        &["validate", "C"][..],
        &["integration", "look", "C"],
        &["refresh", "C"],
        &["full-import", "C", "--re-read"],
        &["full-import", "C", "--preview"],
    ] {
        for done in [program.json(args).await, program.human(args).await] {
            // Not every type has records to look at.
            assert!(done.status == Some(status) || args[1] == "look", "{args:?}: {} {}", done.out, done.err);
        }
    }
    for args in [&["integration", "show", "C"][..], &["integration", "list"], &["imports", "list"]] {
        program.json(args).await.ok();
        program.human(args).await.text(0);
    }
}

/// Nothing that was said or kept has it in any spelling.
#[track_caller]
fn is_nowhere(program: &Program) {
    holds_none("the output of a command", &program.said());
    search_everywhere(program);
}

/// What a server may say back of the password or of what stands for it.
fn echoes() -> Vec<String> {
    let all = [PASSWORD, &sha1(PASSWORD)].map(forms).concat();
    // Nobody sends back what is packed: it would have to be unpacked to be found.
    let open = all.into_iter().filter(|(form, _)| !form.starts_with("base64"));
    open.map(|(_, bytes)| format!("denied: {}", String::from_utf8(bytes).unwrap())).collect()
}

#[tokio::test]
async fn the_password_of_ppw_is_left_nowhere_whatever_ppw_says() {
    let ppw = ppw::Simulator::start(ppw::Config { orders: 3, ..ppw::Config::default() }).await.unwrap();
    ppw.with(|state| state.password = PASSWORD.to_owned());
    let program = Program::new().await;
    let url = format!("url={}", ppw.url());
    let args = ["integration", "add", "--type", "ppw", "--code", "C", "--set", &url, "--set", "username=acme.office"];
    let args = [&args[..], &["--secret", "password=-"]].concat();
    program.json_with_input(&args, &format!("{PASSWORD}\n")).await.ok();
    is_used(&program, 0).await;
    assert!(ppw.count("get_order") > 0, "they are really sent");
    for words in echoes() {
        let echo = json!({ "success": false, "error": words, "result_data": words, "message": words }).to_string();
        for day in [
            ppw::Day::Refused { words: words.clone() },
            ppw::Day::StatusError { message: words.clone() },
            ppw::Day::Raw { body: echo },
            ppw::Day::Raw { body: words },
        ] {
            ppw.with(|state| {
                state.clear_days();
                state.plan(None, day, None);
            });
            assert_eq!(program.json(&["validate", "C"]).await.status, Some(1));
            assert_eq!(program.json(&["full-import", "C"]).await.status, Some(1));
        }
    }
    is_used(&program, 1).await;
    is_nowhere(&program);
    ppw.with(|state| {
        state.clear_days();
        state.password = "changed".to_owned();
    });
    let error = program.json(&["validate", "C"]).await.error(1, "wrong_credentials");
    assert!(!error.to_string().contains(&sha1(PASSWORD)), "{error}");
    is_nowhere(&program);
}

fn description(url: &str, auth: &Value) -> String {
    json!({
        "muster_description": 1,
        "name": "The simulated one",
        "base_url": url,
        "auth": auth,
        "error": "/error",
        "list": { "request": { "path": "/orders" }, "records": "/data/orders", "complete": true },
        "mapping": {
            "key": "/id", "number": "/ref",
            "fields": { "address1": "/place/street", "city": "/place/town", "state": "/place/region", "zip": "/place/zip" },
        },
    })
    .to_string()
}

/// Every way in which an API may know who asks: how the simulator does, how a description says so, which secret it takes.
fn ways() -> Vec<(Auth, Value, &'static str, &'static str)> {
    let oauth = |basic: bool, json: bool| Auth::OAuth2 {
        id: "office".into(),
        secret: PASSWORD.into(),
        life: 3_600,
        basic,
        json,
    };
    let oauth_said = |credentials: &str, encoding: &str| json!({ "oauth2": { "token_url": "/token", "credentials": credentials, "encoding": encoding } });
    let header = Auth::Header { name: "x-api-key".into(), prefix: "Key ".into(), key: KEY.into() };
    vec![
        (header, json!({ "header": { "name": "x-api-key", "prefix": "Key " } }), "key", KEY),
        (Auth::Bearer { token: KEY.into() }, json!("bearer"), "key", KEY),
        (Auth::Basic { username: "office".into(), password: PASSWORD.into() }, json!("basic"), "password", PASSWORD),
        (oauth(true, false), oauth_said("basic", "form"), "client_secret", PASSWORD),
        (oauth(false, true), oauth_said("body", "json"), "client_secret", PASSWORD),
    ]
}

#[tokio::test]
async fn the_secrets_of_a_web_api_are_left_nowhere_whatever_it_says() {
    for (auth, said, secret, value) in ways() {
        let api = web_api::Simulator::start(web_api::Config { auth, ..web_api::Config::orders(3) }).await.unwrap();
        let program = Program::new().await;
        let description = format!("description={}", description(&api.url(), &said));
        let args = ["integration", "add", "--type", "web-api", "--code", "C", "--set", &description];
        let who = ["--set", "username=office", "--set", "client_id=office", "--secret"];
        let secret = format!("{secret}=-");
        let args = [&args[..], &who, &[secret.as_str()]].concat();
        program.json_with_input(&args, &format!("{value}\n")).await.ok();
        is_used(&program, 0).await;
        for status in [200, 400, 403, 401] {
            api.with(|state| {
                state.well();
                state.troubles_at("/v2", Trouble::Echo(status), 1_000_000);
            });
            assert_eq!(program.json(&["validate", "C"]).await.status, Some(1), "{said} {status}");
            assert_eq!(program.json(&["full-import", "C"]).await.status, Some(1), "{said} {status}");
        }
        is_used(&program, 1).await;
        is_nowhere(&program);
        program.json(&["integration", "delete", "C", "--projects", "remove"]).await.ok();
        is_nowhere(&program);
        // A token that was given out is as good as a password for as long as it lasts.
        for token in api.with(|state| state.tokens.clone()) {
            let said = program.said();
            assert!(memchr::memmem::find(&said, token.as_bytes()).is_none(), "{said:?}");
        }
    }
}
