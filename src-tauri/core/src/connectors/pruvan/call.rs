//! What is sent: the payload with the credentials, its two encodings, and where it goes (sections 1, 2 and 8 of
//! docs/protocols/pruvan.md).

use std::fmt;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::connectors::redact;
use crate::http::{self, Method, Request};

/// How the form variable `payload` is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Encoding {
    Multipart,
    Urlencoded,
}

impl Encoding {
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Multipart => Self::Urlencoded,
            Self::Urlencoded => Self::Multipart,
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Validate,
    /// With the moment to ask from, in seconds of Unix.
    WorkOrders(Option<i64>),
}

/// The address of a call: `{url}/{call}.{extension}`.
pub(super) fn address(url: &str, extension: &str, call: Call) -> Result<Url, url::ParseError> {
    let name = match call {
        Call::Validate => "validate",
        Call::WorkOrders(_) => "getWorkOrders",
    };
    let base = url.trim().trim_end_matches('/');
    let extension = extension.trim().trim_start_matches('.');
    let dot = if extension.is_empty() { "" } else { "." };
    Url::parse(&format!("{base}/{name}{dot}{extension}"))
}

/// Who asks. Its `Debug` shows nothing.
pub(super) struct Credentials {
    username: String,
    password_sha1: String,
    token: String,
    /// All that must never be shown.
    hidden: Vec<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

impl Credentials {
    /// With the SHA-1 of the password, as the protocol wants it.
    pub(super) fn new(username: &str, password: &str, token: &str) -> Self {
        let password_sha1 = redact::sha1(password);
        let hidden = redact::hidden(&[&password_sha1, &password_sha1.to_uppercase(), password, token]);
        Self { username: username.to_owned(), password_sha1, token: token.to_owned(), hidden }
    }

    /// The JSON text of the form variable. It is flat and holds one closing brace, which one known server needs, and
    /// is pure ASCII, so that no encoding can go wrong. There is never a `pushkey`: servers store it.
    pub(super) fn payload(&self, call: Call) -> String {
        let timestamp = match call {
            Call::Validate => String::new(),
            Call::WorkOrders(None) => ",\"timestamp\":null".to_owned(),
            Call::WorkOrders(Some(seconds)) => format!(",\"timestamp\":{seconds}"),
        };
        format!(
            "{{\"username\":{},\"password\":{},\"token\":{}{timestamp}}}",
            quote(&self.username),
            quote(&self.password_sha1),
            quote(&self.token)
        )
    }

    /// The request of a call.
    pub(super) fn request(&self, url: Url, call: Call, encoding: Encoding) -> Request {
        let payload = self.payload(call);
        let request = Request::new(Method::POST, url);
        match encoding {
            Encoding::Urlencoded => request.form(&[("payload", &payload)]),
            Encoding::Multipart => {
                let boundary = boundary(&payload);
                let body = format!(
                    "--{boundary}\r\nContent-Disposition: form-data; name=\"payload\"\r\n\r\n\
                     {payload}\r\n--{boundary}--\r\n"
                );
                request.body(&format!("multipart/form-data; boundary={boundary}"), body)
            }
        }
    }

    /// The words of a server, fit to be shown: without secrets, on one line, not too long.
    pub(super) fn clean(&self, words: &str) -> String {
        redact::clean(words, &self.hidden)
    }
}

/// Text as a JSON string without braces and outside of ASCII.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ (b' '..=b'~')) if !matches!(byte, b'"' | b'\\' | b'{' | b'}') => quoted.push(byte.into()),
            _ => {
                let _ = write!(quoted, "\\u{unit:04x}");
            }
        }
    }
    quoted.push('"');
    quoted
}

fn boundary(payload: &str) -> String {
    loop {
        let boundary = format!("MusterForm{:016x}{:016x}", http::random(), http::random());
        if !payload.contains(&boundary) {
            return boundary;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials::new("northwind_field", "12345", "6f0d2a54-77c1-4b1e-9f0e-1d2c3b4a5e6f")
    }

    #[test]
    fn an_address_is_joined_from_url_call_and_extension() {
        let join = |url, extension| address(url, extension, Call::WorkOrders(None)).unwrap().to_string();
        assert_eq!(join("https://a.example/pruvan", "php"), "https://a.example/pruvan/getWorkOrders.php");
        assert_eq!(join(" https://a.example/pruvan// ", " .aspx "), "https://a.example/pruvan/getWorkOrders.aspx");
        assert_eq!(join("https://a.example", ""), "https://a.example/getWorkOrders");
        assert_eq!(join("http://127.0.0.1:8787/", "."), "http://127.0.0.1:8787/getWorkOrders");
        assert_eq!(address("https://a.example", "", Call::Validate).unwrap().path(), "/validate");
    }

    #[test]
    fn the_payload_is_that_of_the_reference() {
        let head = "{\"username\":\"northwind_field\",\"password\":\"8cb2237d0679ca88db6464eac60da96345513964\",\
                    \"token\":\"6f0d2a54-77c1-4b1e-9f0e-1d2c3b4a5e6f\"";
        assert_eq!(credentials().payload(Call::Validate), format!("{head}}}"));
        assert_eq!(credentials().payload(Call::WorkOrders(None)), format!("{head},\"timestamp\":null}}"));
        assert_eq!(
            credentials().payload(Call::WorkOrders(Some(1_764_000_000))),
            format!("{head},\"timestamp\":1764000000}}")
        );
    }

    #[test]
    fn a_payload_has_one_closing_brace_and_means_the_same() {
        let odd = "a}\"\\{b\n\u{e9}\u{1f600}";
        let payload = Credentials::new(odd, "x", odd).payload(Call::Validate);
        assert!(payload.is_ascii() && payload.find('}') == Some(payload.len() - 1), "{payload}");
        let read: serde_json::Value = serde_json::from_str(&payload).unwrap();
        assert_eq!((read["username"].as_str(), read["token"].as_str()), (Some(odd), Some(odd)));
    }

    #[test]
    fn a_secret_is_hidden_in_whatever_form_a_server_repeats_it() {
        let credentials = Credentials::new("user", "p&ss \"w<rd", "t/k{en");
        let sha1 = credentials.password_sha1.clone();
        for words in [
            "bad p&ss \"w<rd".to_owned(),
            "bad p&amp;ss &quot;w&lt;rd".to_owned(),
            "bad p%26ss+%22w%3Crd".to_owned(),
            "bad t/k{en and t%2Fk%7Ben and t/k\\u007ben".to_owned(),
            format!("bad {sha1} {}", sha1.to_uppercase()),
        ] {
            let clean = credentials.clean(&words);
            assert!(clean.starts_with("bad ***"), "{clean}");
            for part in ["ss", "en", &sha1[..8]] {
                assert!(!clean.to_lowercase().contains(part), "{clean}");
            }
        }
        assert_eq!(format!("{credentials:?}"), "Credentials(***)");
    }

    #[test]
    fn the_words_of_a_server_are_one_short_line() {
        let words = format!(" no\r\n\tway\u{7} {}", "x".repeat(500));
        let clean = credentials().clean(&words);
        assert!(clean.starts_with("no   way"), "{clean}");
        assert_eq!(clean.chars().count(), 301);
        assert_eq!(credentials().clean("\n"), "");
        let at_the_cut = format!("{}12345", "x".repeat(297));
        assert!(credentials().clean(&at_the_cut).ends_with("x***"));
    }
}
