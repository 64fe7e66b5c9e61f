//! Something in front of a simulator that passes everything on, until it plays a bad day that any server can have: it knows
//! no protocol but HTTP, so the same troubles can be tried on every client system.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

/// What a server may do instead of its work.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// It answers with this status and a page of its own, and with `Retry-After`, if there is one.
    Status(u16, Option<u32>),
    /// It answers with this status and words that repeat all that was asked, as they are and as JSON.
    Echo(u16),
    /// It takes the request and never answers.
    Silence,
    /// It promises more than it sends.
    Cut,
    /// It answers with something that is no answer.
    Garbage,
    /// It sends half of its answer, tells that it did, and never sends the rest.
    Half(Arc<Notify>),
}

#[derive(Debug, Default)]
struct State {
    trouble: Option<Trouble>,
    /// So many requests are passed on before.
    after: usize,
    requests: usize,
}

/// The front. It stops when it is dropped.
#[derive(Debug)]
pub struct Front {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    listening: JoinHandle<()>,
}

impl Front {
    /// Begins to listen in front of that address.
    pub async fn start(behind: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, behind, Arc::clone(&shared)));
            }
        });
        Ok(Self { address, state, listening })
    }

    /// The address of the simulator as it is seen through here.
    pub fn url(&self, url: &str, behind: SocketAddr) -> String {
        url.replace(&behind.to_string(), &self.address.to_string())
    }

    /// From now on, after so many more requests, this happens to every request; or nothing any more.
    pub fn plays(&self, trouble: Option<Trouble>, after: usize) {
        self.with(|state| *state = State { trouble, after, requests: 0 });
    }

    /// How many requests came since the last change.
    pub fn requests(&self) -> usize {
        self.with(|state| state.requests)
    }

    fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        action(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(stream: TcpStream, behind: SocketAddr, state: Arc<Mutex<State>>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let Some(request) = read_request(&mut stream).await? else { return Ok(()) };
    let trouble = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.requests += 1;
        if state.requests > state.after { state.trouble.clone() } else { None }
    };
    match trouble {
        None => stream.write_all(&pass_on(behind, &request).await?).await?,
        Some(Trouble::Status(status, retry_after)) => {
            let retry = retry_after.map(|seconds| format!("Retry-After: {seconds}\r\n")).unwrap_or_default();
            let page = "<html><body>not now</body></html>";
            let head = format!("HTTP/1.1 {status} So\r\nContent-Type: text/html\r\n{retry}");
            stream.write_all(with_body(&head, page.as_bytes(), page.len()).as_slice()).await?;
        }
        Some(Trouble::Echo(status)) => {
            let asked = String::from_utf8_lossy(&request);
            let words =
                serde_json::json!({ "error": asked, "message": asked, "return_error_msg": asked, "success": false });
            let body = words.to_string();
            let head = format!("HTTP/1.1 {status} So\r\nContent-Type: application/json\r\n");
            stream.write_all(&with_body(&head, body.as_bytes(), body.len())).await?;
        }
        Some(Trouble::Silence) => std::future::pending().await,
        Some(Trouble::Cut) => {
            let body = body_of(&pass_on(behind, &request).await?);
            let half = &body[..body.len() / 2];
            stream.write_all(&with_body("HTTP/1.1 200 OK\r\n", half, body.len().max(1))).await?;
        }
        Some(Trouble::Garbage) => {
            let garbage = b"\x00\xff{[\"]}<<not an answer";
            stream.write_all(&with_body("HTTP/1.1 200 OK\r\n", garbage, garbage.len())).await?;
        }
        Some(Trouble::Half(sent)) => {
            let body = body_of(&pass_on(behind, &request).await?);
            stream.write_all(&with_body("HTTP/1.1 200 OK\r\n", &body[..body.len() / 2], body.len())).await?;
            stream.flush().await?;
            sent.notify_one();
            std::future::pending::<()>().await;
        }
    }
    stream.shutdown().await
}

fn with_body(head: &str, body: &[u8], length: usize) -> Vec<u8> {
    let mut answer = format!("{head}Connection: close\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// One request, with a head that asks to close the connection afterwards. None if nobody asks any more.
async fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    while bytes.len() < end + 4 + length.unwrap_or_default() {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let mut lines: Vec<&str> =
        head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:")).collect();
    lines.extend(["connection: close", "", ""]);
    let mut request = lines.join("\r\n").into_bytes();
    request.extend_from_slice(&bytes[end + 4..]);
    Ok(Some(request))
}

async fn pass_on(behind: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut simulator = TcpStream::connect(behind).await?;
    simulator.write_all(request).await?;
    let mut answer = Vec::new();
    simulator.read_to_end(&mut answer).await?;
    Ok(answer)
}

fn body_of(answer: &[u8]) -> Vec<u8> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |end| end + 4);
    answer[end..].to_vec()
}
