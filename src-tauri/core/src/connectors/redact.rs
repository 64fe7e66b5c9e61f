//! What stands for a password on the wire; and how secrets are taken out of the words of a server, which may repeat them in
//! the spelling of JSON, a form, a page, or JSON in JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sha1::{Digest, Sha1};

/// What stands in the place of a secret.
const HIDDEN: &str = "***";
/// How many letters may stand for one of a secret.
const LONGEST_SPELLING: usize = 16;
/// Characters of a server's words that are looked at.
const MOST_WORDS: usize = 16 * 1024;
/// The most backslashes before one letter: JSON within JSON within JSON.
const MOST_BACKSLASHES: usize = 7;

/// What is hidden, and how: the longest first, as a short one may be a part of a long one and would leave the rest of it
/// standing.
pub(super) fn hidden(secrets: &[&str]) -> Vec<String> {
    let mut hidden: Vec<String> =
        secrets.iter().filter(|secret| !secret.is_empty()).map(|secret| (*secret).to_owned()).collect();
    hidden.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    hidden
}

/// The words of a server, fit to be shown: without what is hidden, on one line, not too long.
pub(super) fn clean(words: &str, hidden: &[String]) -> String {
    // Far more than is shown; hiding costs time with every letter.
    let end = words.char_indices().nth(MOST_WORDS).map_or(words.len(), |(end, _)| end);
    let mut shown = hidden.iter().fold(words[..end].to_owned(), |words, secret| hide(&words, secret));
    if end < words.len() {
        // A secret may have been cut in two, in a spelling several times as long as it is.
        let longest = hidden.iter().map(String::len).max().unwrap_or_default() * LONGEST_SPELLING;
        let keep = shown.char_indices().rev().nth(longest).map_or(0, |(place, _)| place);
        shown.truncate(keep);
    }
    let hidden = shown;
    let one_line = hidden.split(|char: char| char.is_control() || char == '\u{feff}').collect::<Vec<_>>().join(" ");
    let words = one_line.trim().to_owned();
    match words.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    }
}

/// The SHA-1 of a password in lower-case hex digits, which stands for it on the wire.
pub(super) fn sha1(password: &str) -> String {
    Sha1::digest(password).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The text without the secret.
fn hide(text: &str, secret: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = spelled(rest, secret).unwrap_or(0);
        if length > 0 {
            out.push_str(HIDDEN);
            rest = &rest[length..];
        } else {
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out
}

/// The length of the longest spelling of the secret with which the text begins.
fn spelled(text: &str, secret: &str) -> Option<usize> {
    // All places to which the letters so far may reach: a backslash may be itself or begin an escape.
    let mut ends = BTreeSet::from([0]);
    for letter in secret.chars() {
        ends = ends
            .iter()
            .flat_map(|&end| lengths(&text[end..], letter).into_iter().map(move |length| end + length))
            .collect();
        if ends.is_empty() {
            return None;
        }
    }
    ends.last().copied()
}

/// The lengths of the spellings of a letter with which the text begins.
fn lengths(text: &str, letter: char) -> Vec<usize> {
    let mut found = Vec::new();
    if text.starts_with(letter) || (letter == ' ' && text.starts_with('+')) {
        found.push(text.chars().next().map_or(0, char::len_utf8));
    }
    let backslashes = text.bytes().take(MOST_BACKSLASHES + 1).take_while(|byte| *byte == b'\\').count();
    if letter == '\\' {
        found.extend([2, 4, 8].into_iter().filter(|count| *count <= backslashes));
    }
    if (1..=MOST_BACKSLASHES).contains(&backslashes) {
        let rest = &text[backslashes..];
        if matches!(letter, '"' | '\'' | '/') && rest.starts_with(letter) {
            found.push(backslashes + 1);
        }
        found.extend(unicode_escape(&text[backslashes - 1..], letter).map(|length| backslashes - 1 + length));
    }
    found.extend(percent(text, letter));
    found.extend(entity(text, letter));
    found
}

/// `\u00fc`, or two of them.
fn unicode_escape(text: &str, letter: char) -> Option<usize> {
    let mut escaped = String::new();
    for unit in letter.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(escaped, "\\u{unit:04x}");
    }
    starts_with(text, &escaped).then_some(escaped.len())
}

/// `%C3%BC`.
fn percent(text: &str, letter: char) -> Option<usize> {
    let mut escaped = String::new();
    for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
        let _ = write!(escaped, "%{byte:02x}");
    }
    starts_with(text, &escaped).then_some(escaped.len())
}

/// `&amp;`, `&#38;`, `&#x26;`.
fn entity(text: &str, letter: char) -> Option<usize> {
    let end = text.strip_prefix('&')?.char_indices().take(10).find(|(_, next)| *next == ';')?.0;
    let name = &text[1..=end];
    let means = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        }
        .and_then(char::from_u32),
        None => match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        },
    };
    (means == Some(letter)).then_some(end + 2)
}

/// Whatever the case of the digits.
fn starts_with(text: &str, escaped: &str) -> bool {
    text.get(..escaped.len()).is_some_and(|start| start.eq_ignore_ascii_case(escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "p&s \"\\w<'\u{fc}/\u{1f511}";

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let json = serde_json::Value::from(SECRET).to_string();
        let twice = serde_json::Value::from(json.as_str()).to_string();
        for spelling in [
            SECRET.to_owned(),
            json.trim_matches('"').to_owned(),
            twice.trim_matches(['"', '\\']).to_owned(),
            url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect(),
            "p%26s%20%22%5cw%3c%27%c3%bc%2f%f0%9f%94%91".to_owned(),
            r#"p&s \"\\w<'\u00fc\/\ud83d\uDD11"#.to_owned(),
            "p&amp;s &quot;\\w&lt;&#039;&#xFC;/\u{1f511}".to_owned(),
            "p&s+\"\\w<&apos;\u{fc}/\u{1f511}".to_owned(),
        ] {
            assert_eq!(hide(&format!("say: {spelling}."), SECRET), "say: ***.", "{spelling}");
            assert_eq!(hide(&format!("{spelling}{spelling}"), SECRET), "******", "{spelling}");
        }
    }

    #[test]
    fn other_words_stay() {
        for words in ["", "p&s", "wrong user or password", "\\\\\\\\", "%", "&", "&amp", "\\u00f", "p&s \"\\w<'\u{fc}/"]
        {
            assert_eq!(hide(words, SECRET), words);
        }
        assert_eq!(hide("anything", ""), "anything");
    }

    #[test]
    fn a_secret_of_backslashes_is_found_as_itself_and_escaped() {
        let secret = "\\".repeat(30);
        for times in [1, 2, 4] {
            assert_eq!(hide(&secret.repeat(times), &secret), "***", "{times}");
        }
    }
}
