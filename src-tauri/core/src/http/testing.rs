//! A small raw server for tests: it plays a script, one answer for each connection, and keeps what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::HttpLimits;

/// What comes after the bytes of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Then {
    Close,
    /// Says nothing more, and keeps the connection open.
    Hang,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

/// Short limits, so that no test waits.
pub(crate) fn limits() -> HttpLimits {
    HttpLimits {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_secs(5),
        idle: Duration::from_secs(5),
        backoff: Duration::from_millis(1),
        ..HttpLimits::default()
    }
}

/// A well-formed answer.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

impl Server {
    /// Plays the script; the last answer is repeated.
    pub(crate) async fn plays(script: Vec<(Vec<u8>, Then)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = seen.clone();
        tokio::spawn(async move {
            let mut open = Vec::new();
            for place in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                record.lock().unwrap().push(request);
                let (bytes, then) = &script[script.len().min(place + 1) - 1];
                stream.write_all(bytes).await.unwrap();
                match then {
                    Then::Close => stream.shutdown().await.unwrap_or_default(),
                    Then::Hang => open.push(stream),
                }
            }
        });
        Self { port, seen }
    }

    /// Plays well-formed answers.
    pub(crate) async fn answers(answers: &[Vec<u8>]) -> Self {
        Self::plays(answers.iter().map(|bytes| (bytes.clone(), Then::Close)).collect()).await
    }

    /// The requests that came, head and body.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap() == 0 {
            return text;
        }
    }
}
