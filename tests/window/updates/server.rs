//! The server of the updates: what two releases that are built for it ask, at the one address that they know.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{MutexGuard, Notify};
use tokio::task::JoinHandle;

use crate::support::office::built;
use crate::support::until;

/// The version that is installed, and the next one.
pub(crate) const OLD: &str = "0.1.0";
pub(crate) const NEXT: &str = "0.2.0";

/// There is one address, so one test at a time.
static ADDRESS: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// What one address answers.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: &'static str,
    body: Arc<Vec<u8>>,
    /// How many bytes it says that it sends.
    says: usize,
    /// Nothing is sent before this is opened.
    gate: Option<Arc<Notify>>,
}

impl Reply {
    pub(crate) fn of(body: impl Into<Vec<u8>>) -> Self {
        let body: Vec<u8> = body.into();
        Self { status: "200 OK", says: body.len(), body: Arc::new(body), gate: None }
    }

    pub(crate) fn status(status: &'static str) -> Self {
        Self { status, ..Self::of("no") }
    }

    /// It promises that many bytes, whatever it sends.
    pub(crate) fn promising(self, bytes: usize) -> Self {
        Self { says: bytes, ..self }
    }

    /// It sends nothing before the gate is opened.
    pub(crate) fn behind(self, gate: &Arc<Notify>) -> Self {
        Self { gate: Some(Arc::clone(gate)), ..self }
    }
}

#[derive(Debug, Default)]
struct State {
    replies: BTreeMap<String, Reply>,
    asked: Vec<String>,
}

/// The server. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
    port: u16,
    listening: JoinHandle<()>,
    _alone: MutexGuard<'static, ()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        let alone = ADDRESS.lock().await;
        let port = text("port").parse().expect("a port");
        // The last one lets go of it when its test has ended.
        let bind = async || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.ok();
        let listener = until("the port of the releases is free", bind).await;
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Who hangs up has hung up.
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        Self { state, port, listening, _alone: alone }
    }

    /// From now on `path` answers so.
    pub(crate) fn put(&self, path: &str, reply: Reply) {
        self.with(|state| state.replies.insert(path.to_owned(), reply));
    }

    /// Offers a version at the stable channel: the program under `/program`.
    pub(crate) fn offer(&self, version: &str, signature: &str, program: Reply) {
        self.put("/program", program);
        self.put("/stable.json", Reply::of(self.list(version, signature, "/program").to_string()));
    }

    /// A list of versions.
    pub(crate) fn list(&self, version: &str, signature: &str, path: &str) -> Value {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        json!({
            "version": version,
            "notes": "- Opens faster\n- <b>Not bold</b> <img src=x onerror=alert(1)>",
            "pub_date": "2026-11-24T12:00:00Z",
            "platforms": { "linux-x86_64": { "signature": text(signature), "url": url } },
        })
    }

    /// How often this was asked.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.with(|state| state.asked.iter().filter(|asked| *asked == path).count())
    }

    fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        action(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let reply = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked.push(path.clone());
        state.replies.get(&path).cloned().unwrap_or_else(|| Reply::status("404 Not Found"))
    };
    if let Some(gate) = &reply.gate {
        gate.notified().await;
    }
    let head = format!("HTTP/1.1 {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", reply.status, reply.says);
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&reply.body).await?;
    stream.shutdown().await
}

/// A file that was made with the releases.
pub(crate) fn made(name: &str) -> PathBuf {
    built("releases").join(name)
}

pub(crate) fn text(name: &str) -> String {
    std::fs::read_to_string(made(name)).expect("`cargo xtask window` makes it")
}

pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(made(name)).expect("`cargo xtask window` makes it")
}
