//! The spellings of a secret.

use std::fmt::Write as _;

use sha1::{Digest as _, Sha1};

/// A secret as it is, and as it comes out of what usually packs texts.
pub(crate) fn forms(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let json = serde_json::Value::from(secret).to_string();
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let mut forms = vec![
        ("as it is", secret.to_owned()),
        ("as a form has it", url::form_urlencoded::byte_serialize(secret.as_bytes()).collect()),
        ("url-encoded", url_encoded(secret)),
        ("url-encoded in lower case", lower_case_escapes(&url_encoded(secret))),
        ("as JSON", json.trim_matches('"').to_owned()),
        ("as JSON within ASCII", ascii_json(secret, false)),
        ("as JSON of PHP", ascii_json(secret, true)),
        ("as JSON within JSON", serde_json::Value::from(json).to_string().trim_matches('"').to_owned()),
        ("as HTML", html.clone()),
        ("as HTML with quotes", html.replace('\'', "&#39;")),
        ("as HTML of PHP", html.replace('\'', "&#039;")),
        ("as Rust shows it", format!("{secret:?}").trim_matches('"').to_owned()),
    ];
    // In base64 the same text looks different at each of three places.
    for (place, name) in ["base64", "base64 after one", "base64 after two"].into_iter().enumerate() {
        for url_safe in [false, true] {
            let packed = base64(&[&vec![b'x'; place], secret.as_bytes()].concat(), url_safe);
            // The first and the last group hold neighbours too.
            let start = if place == 0 { 0 } else { 4 };
            let whole = (place + secret.len()) / 3 * 4;
            forms.push((name, packed[start..whole].to_owned()));
        }
    }
    forms.sort_by(|one, other| one.1.cmp(&other.1));
    forms.dedup_by(|one, other| one.1 == other.1);
    forms.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

/// `%20` for a space, not `+`.
pub(super) fn url_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn lower_case_escapes(text: &str) -> String {
    let mut after = 0;
    let lower = |letter: char| {
        after = if letter == '%' { 2 } else { i32::max(after - 1, -1) };
        if after >= 0 { letter.to_ascii_lowercase() } else { letter }
    };
    text.chars().map(lower).collect()
}

/// Everything outside of ASCII as `\uXXXX`; PHP writes `\/` too.
fn ascii_json(text: &str, php: bool) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let mut out = String::new();
    for unit in quoted.trim_matches('"').encode_utf16() {
        match u8::try_from(unit).ok().filter(u8::is_ascii) {
            Some(b'/') if php => out.push_str("\\/"),
            Some(byte) => out.push(char::from(byte)),
            None => {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// SHA-1 as 40 lower-case hex digits.
pub(super) fn sha1(text: &str) -> String {
    Sha1::digest(text.as_bytes()).iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// With padding.
pub(super) fn base64(bytes: &[u8], url_safe: bool) -> String {
    let last = if url_safe { ['-', '_'] } else { ['+', '/'] };
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(last).collect();
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let value =
            (0..3).fold(0_usize, |value, place| value << 8 | usize::from(group.get(place).copied().unwrap_or(0)));
        for place in 0..4 {
            let letter = letters[value >> (18 - 6 * place) & 63];
            out.push(if place > group.len() { '=' } else { letter });
        }
    }
    out
}

#[test]
fn base64_is_base64() {
    assert_eq!(base64(b"Many hands", false), "TWFueSBoYW5kcw==");
    assert_eq!(base64(&[0xfb, 0xff], false), "+/8=");
    assert_eq!(base64(&[0xfb, 0xff], true), "-_8=");
}
