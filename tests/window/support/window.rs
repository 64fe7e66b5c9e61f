//! The program in its window, in the hands of a driver.

use std::net::{Ipv4Addr, TcpListener};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt as _;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::process::{Child, Command};
use tokio::time::sleep;

use super::display::Display;
use super::office::Office;

/// How long anything may take on a busy machine. It ends a test that would never end; nothing is measured by it.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often to look.
const OFTEN: Duration = Duration::from_millis(40);

/// A window. It closes when it is dropped.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) client: Client,
    _driver: Child,
    // Last: what is still shown when the driver has gone ends with its display.
    display: Display,
}

impl Window {
    /// Starts the program in this office and waits until its page is there.
    pub(crate) async fn open(office: &Office) -> Self {
        let display = Display::start().await;
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        office.settle(&mut driver);
        driver.arg(format!("--port={port}")).env("DISPLAY", &display.name).env("GDK_BACKEND", "x11");
        driver.env("TAURI_WEBVIEW_AUTOMATION", "true").env("NO_AT_BRIDGE", "1").env_remove("WAYLAND_DISPLAY");
        let driver = driver.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let driver = driver.expect("WebKitWebDriver starts (`cargo xtask test` installs it)");
        until("the driver listens", async || {
            tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok().then_some(())
        })
        .await;
        let program = json!({ "binary": office.program, "args": [] });
        let wanted = Map::from_iter([("webkitgtk:browserOptions".to_owned(), program)]);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(wanted).connect(&format!("http://127.0.0.1:{port}")).await;
        let client = client.expect("the window opens");
        let patience = Some(PATIENCE);
        client.update_timeouts(TimeoutConfiguration::new(patience, patience, None)).await.expect("it takes its time");
        let window = Self { client, _driver: driver, display };
        until("the page is drawn", async || {
            let drawn = "return document.querySelector('h1') !== null";
            window.client.execute(drawn, Vec::new()).await.is_ok_and(|drawn| drawn == true).then_some(())
        })
        .await;
        window
    }

    /// What the body of a JavaScript function returns.
    pub(crate) async fn run(&self, script: &str, args: &[Value]) -> Value {
        self.client.execute(script, args.to_vec()).await.unwrap_or_else(|error| panic!("{error}\n{script}"))
    }

    /// What a JavaScript expression, which may be a promise, comes to: `{"ok": ...}` or `{"error": ...}`.
    pub(crate) async fn ask(&self, script: &str, args: &[Value]) -> Value {
        let body = format!(
            "const done = arguments[arguments.length - 1]; const given = [...arguments].slice(0, -1);
             (async () => {{ {script} }})().then((ok) => done({{ ok: ok ?? null }}),
                 (error) => done({{ error: error instanceof Error ? String(error) : error }}));"
        );
        self.client.execute_async(&body, args.to_vec()).await.unwrap_or_else(|error| panic!("{error}\n{script}"))
    }

    /// Calls a command of the shell as the page does.
    pub(crate) async fn invoke(&self, command: &str, args: &Value) -> Value {
        self.ask("return window.__TAURI_INTERNALS__.invoke(given[0], given[1])", &[command.into(), args.clone()]).await
    }

    /// What the window shows once it is drawn, as a PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let mut last = self.display.shown();
        // The page is drawn on the screen a moment after it has been made.
        let still = patiently(async || {
            let now = self.display.shown();
            let is_still = now == last;
            last = now;
            is_still.then_some(())
        });
        still.await;
        last.png()
    }

    /// Closes the window.
    pub(crate) async fn close(self) {
        // What the pages have just complained of is in the log once a later call has come back.
        let _ = self.invoke("start", &json!({})).await;
        // A window that has gone already is closed.
        let _ = self.client.clone().close().await;
    }

    /// Where a test that fails leaves its picture.
    async fn leave_picture(&self, test: &str) {
        let picture = self.picture().await;
        let folder = pictures();
        let file = folder.join(format!("{}.png", test.replace("::", "-")));
        if std::fs::create_dir_all(&folder).is_ok() && std::fs::write(&file, picture).is_ok() {
            println!("the window as it was: {}", file.display());
        }
    }
}

impl Office {
    /// Opens the window, lets the story happen in it, and closes it. Whatever the pages complained of fails the test.
    pub(crate) async fn show(&mut self, story: impl AsyncFnOnce(&mut Office, &Window)) {
        let window = Window::open(self).await;
        let test = std::thread::current().name().unwrap_or("window").to_owned();
        let told = AssertUnwindSafe(story(self, &window)).catch_unwind().await;
        if told.is_err() {
            window.leave_picture(&test).await;
        }
        window.close().await;
        let faults = self.faults();
        if let Err(panic) = told {
            println!("the pages complained of: {faults:#?}");
            std::panic::resume_unwind(panic);
        }
        assert!(faults.is_empty() || self.with_faults, "the pages complained: {faults:#?}");
    }
}

/// Looks again and again until there is something.
pub(crate) async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    match patiently(look).await {
        Some(found) => found,
        None => panic!("it never came to be: {what}"),
    }
}

/// The same, when the caller has more to say of it.
pub(crate) async fn patiently<T>(mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = look().await {
            return Some(found);
        }
        sleep(OFTEN).await;
    }
    None
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("its number").port()
}

/// Beside what is built.
fn pictures() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    test.ancestors().nth(3).expect("tests lie in target/debug/deps").join("window")
}
