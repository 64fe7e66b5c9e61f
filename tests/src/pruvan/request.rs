//! Reads one HTTP/1.1 request from the wire, and the `payload` variable out of it.
//!
//! Hand-written, because the simulator must be able to break every rule of HTTP in its answers, and because a test
//! wants to see the raw bytes that the client sent.

use std::io;
use std::time::SystemTime;

use bytes::Bytes;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// No request of the protocol is near this size.
const LARGEST: usize = 8 * 1024 * 1024;

/// One of the two calls of the protocol that a client system answers here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Call {
    /// `validate`
    Validate,
    /// `getWorkOrders`
    GetWorkOrders,
}

/// How the form was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`
    UrlEncoded,
    /// `multipart/form-data`
    Multipart,
    /// Anything else.
    Other,
}

/// One recorded request.
#[derive(Debug, Clone)]
pub struct Request {
    /// When it was read completely.
    pub at: SystemTime,
    /// `POST`, if the client is right.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// What follows `?`; nothing of the protocol does.
    pub query: Option<String>,
    /// Names in lower case, values as sent.
    pub headers: Vec<(String, String)>,
    /// Which call the path names; none if it names neither.
    pub call: Option<Call>,
    /// What follows the dot after the call, if anything.
    pub extension: Option<String>,
    /// `Content-Type` as sent; empty without one.
    pub content_type: String,
    /// The form's encoding, by the content type.
    pub encoding: Encoding,
    /// The text of the form variable `payload`, if there is one.
    pub payload_text: Option<String>,
    /// That text as JSON; null if there is none or it is no JSON.
    pub payload: Value,
    /// The body as it came.
    pub body: Bytes,
}

impl Request {
    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A text of the payload; empty if it is absent or no text.
    pub fn text(&self, key: &str) -> &str {
        self.payload.get(key).and_then(Value::as_str).unwrap_or("")
    }

    /// The `timestamp` of the payload: none for a full list.
    pub fn timestamp(&self) -> Option<i64> {
        self.payload.get("timestamp").and_then(Value::as_i64)
    }

    /// Whether the path spells the call as the protocol does.
    pub(crate) fn spelled_exactly(&self) -> bool {
        let last = self.path.rsplit('/').next().unwrap_or("");
        ["validate", "getWorkOrders"].contains(&last.split('.').next().unwrap_or(""))
    }

    /// Whether the client leaves the connection open for another request.
    pub(crate) fn keeps_alive(&self) -> bool {
        !self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// Whether the client takes a packed answer.
    pub(crate) fn accepts_gzip(&self) -> bool {
        self.header("accept-encoding").is_some_and(|value| value.contains("gzip"))
    }

    /// Reads the next request. None when the client has closed the connection.
    pub(crate) async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let Some(first) = line(stream).await? else { return Ok(None) };
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or("").to_owned(), words.next().unwrap_or("/").to_owned());
        let mut headers = Vec::new();
        loop {
            match line(stream).await? {
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
                Some(text) if text.is_empty() => break,
                Some(text) => {
                    let (name, value) = text.split_once(':').ok_or(io::ErrorKind::InvalidData)?;
                    headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
            }
        }
        let header =
            |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value): &(_, String)| value.as_str());
        if header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let body = if header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
            chunked(stream).await?
        } else {
            let length = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            exactly(stream, length).await?
        };
        Ok(Some(Self::new(method, &target, headers, Bytes::from(body))))
    }

    fn new(method: String, target: &str, headers: Vec<(String, String)>, body: Bytes) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
            None => (target.to_owned(), None),
        };
        let (call, extension) = route(&path);
        let content_type =
            headers.iter().find(|(key, _)| key == "content-type").map_or_else(String::new, |(_, value)| value.clone());
        let encoding = match content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Encoding::UrlEncoded,
            "multipart/form-data" => Encoding::Multipart,
            _ => Encoding::Other,
        };
        let payload_text = match encoding {
            Encoding::UrlEncoded => url::form_urlencoded::parse(&body)
                .find(|(name, _)| name == "payload")
                .map(|(_, value)| value.into_owned()),
            Encoding::Multipart => multipart(&content_type, &body),
            Encoding::Other => None,
        };
        let payload = payload_text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let at = SystemTime::now();
        Self { at, method, path, query, headers, call, extension, content_type, encoding, payload_text, payload, body }
    }
}

/// Which call a path names, and its extension. What stands before the last part is the prefix and may be anything.
/// Any case, as the ASP.NET server takes it; [`super::Config::any_case`] says whether the others do.
fn route(path: &str) -> (Option<Call>, Option<String>) {
    let last = path.rsplit('/').next().unwrap_or("");
    let (name, extension) = match last.split_once('.') {
        Some((name, extension)) => (name, Some(extension.to_owned())),
        None => (last, None),
    };
    let call = if name.eq_ignore_ascii_case("validate") {
        Some(Call::Validate)
    } else if name.eq_ignore_ascii_case("getWorkOrders") {
        Some(Call::GetWorkOrders)
    } else {
        None
    };
    (call, extension)
}

/// The value of the part `payload`.
fn multipart(content_type: &str, body: &[u8]) -> Option<String> {
    let boundary = content_type.split(';').map(str::trim).find_map(|part| part.strip_prefix("boundary="))?;
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let mut rest = after(body, delimiter.as_bytes())?;
    // Every later delimiter stands on a line of its own: that line break belongs to it.
    let delimiter = format!("\r\n{delimiter}");
    loop {
        let end = find(rest, delimiter.as_bytes())?;
        let part = &rest[..end];
        let head_end = find(part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..head_end]);
        let named = head.contains("name=\"payload\"") || head.contains("name=payload");
        if named && head.to_ascii_lowercase().contains("content-disposition: form-data") {
            return Some(String::from_utf8_lossy(&part[head_end + 4..]).into_owned());
        }
        rest = &rest[end + delimiter.len()..];
    }
}

/// Where `needle` starts.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn after<'a>(haystack: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    find(haystack, needle).map(|start| &haystack[start + needle.len()..])
}

/// One line without its end. None at the end of the stream.
async fn line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if stream.read_until(b'\n', &mut bytes).await? == 0 {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

async fn exactly(stream: &mut BufReader<TcpStream>, length: usize) -> io::Result<Vec<u8>> {
    if length > LARGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(body)
}

async fn chunked(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let head = line(stream).await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let digits = head.split(';').next().unwrap_or("").trim();
        let size = usize::from_str_radix(digits, 16).map_err(|_| io::ErrorKind::InvalidData)?;
        if body.len().saturating_add(size) > LARGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        body.extend(exactly(stream, size).await?);
        // The line break after a chunk, or the empty line after the last one.
        line(stream).await?;
        if size == 0 {
            return Ok(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_a_call_with_or_without_an_extension() {
        assert_eq!(route("/pruvan/getWorkOrders"), (Some(Call::GetWorkOrders), None));
        assert_eq!(route("/a/b/c/validate.php"), (Some(Call::Validate), Some("php".into())));
        assert_eq!(route("/api/GetWorkOrders.ashx"), (Some(Call::GetWorkOrders), Some("ashx".into())));
        assert_eq!(route("/pruvan/status"), (None, None));
    }

    #[test]
    fn a_part_of_a_multipart_form_is_found_and_not_trimmed() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n{}\r\n--x\r\n\
                    Content-Disposition: form-data; name=\"payload\"\r\nContent-Type: text/plain\r\n\r\n{\"a\":\" --x \"}\r\n--x--\r\n";
        assert_eq!(multipart("multipart/form-data; boundary=\"x\"", body.as_bytes()).unwrap(), "{\"a\":\" --x \"}");
        assert_eq!(multipart("multipart/form-data; boundary=y", body.as_bytes()), None);
    }
}
