//! As much of the `WebDriver` protocol as it takes to ask a page something. Replies are read as text: what is asked for
//! holds no quotes.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Result;
use crate::process::Beside;

/// How long a driver or a page may take to be there, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A driver with one program in its hands. Both end when this is dropped.
#[derive(Debug)]
pub(crate) struct Session {
    port: u16,
    id: String,
    _driver: Beside,
}

impl Session {
    /// Starts `driver`, and through it `program`.
    pub(crate) fn start(driver: &mut Command, program: &Path) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        driver.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true").stdout(Stdio::null());
        let driver = Beside(driver.spawn()?);
        patiently("the driver answers", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok().then_some(()))?;
        let wanted = format!(
            r#"{{"capabilities":{{"alwaysMatch":{{"webkitgtk:browserOptions":{{"binary":{},"args":[]}}}}}}}}"#,
            quoted(&program.to_string_lossy())
        );
        let reply = request(port, "POST", "/session", &wanted)?;
        let id = text_after(&reply, "\"sessionId\":").ok_or_else(|| format!("the program did not start: {reply}"))?;
        Ok(Self { port, id: id.to_owned(), _driver: driver })
    }

    /// What the JavaScript function body `script` returns in the page: a text without quotes, as soon as it is not empty.
    pub(crate) fn ask(&self, script: &str) -> Result<String> {
        let path = format!("/session/{}/execute/sync", self.id);
        let body = format!(r#"{{"script":{},"args":[]}}"#, quoted(script));
        patiently("the page answers", || {
            let reply = request(self.port, "POST", &path, &body).ok()?;
            text_after(&reply, "\"value\":").filter(|text| !text.is_empty()).map(str::to_owned)
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The driver ends next, and takes with it a program that did not close.
        let _ = request(self.port, "DELETE", &format!("/session/{}", self.id), "");
    }
}

fn patiently<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> Result<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(done) = attempt() {
            return Ok(done);
        }
        sleep(Duration::from_millis(100));
    }
    Err(format!("waited {} s in vain until {what}", PATIENCE.as_secs()).into())
}

fn request(port: u16, method: &str, path: &str, body: &str) -> Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    let mut reply = Vec::new();
    let mut piece = [0; 4096];
    // The driver may keep the connection open: the length says where the reply ends.
    while !is_whole(&reply) {
        match stream.read(&mut piece)? {
            0 => break,
            read => reply.extend_from_slice(piece.get(..read).unwrap_or_default()),
        }
    }
    Ok(String::from_utf8_lossy(&reply).into_owned())
}

fn is_whole(reply: &[u8]) -> bool {
    let text = String::from_utf8_lossy(reply);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
    });
    length.is_some_and(|length| reply.len() >= head.len() + 4 + length)
}

/// The quoted text that follows `name` in a reply.
fn text_after<'a>(reply: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = reply.split_once(name)?;
    let (text, _) = value.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(text)
}

/// `text` as JSON.
fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            // Writing to a string cannot fail.
            letter if letter < ' ' => drop(write!(json, "\\u{:04x}", u32::from(letter))),
            letter => json.push(letter),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_json() {
        assert_eq!(quoted("a\"b\\c\nd"), r#""a\"b\\c\u000ad""#);
    }

    #[test]
    fn the_answer_is_found_in_a_reply() {
        assert_eq!(text_after("HTTP/1.1 200 OK\r\n\r\n{\"value\": \"Muster\"}", "\"value\":"), Some("Muster"));
        assert_eq!(text_after("{\"value\":null}", "\"value\":"), None);
    }

    #[test]
    fn a_reply_is_whole_when_its_length_is_there() {
        assert!(is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\n"));
    }
}
