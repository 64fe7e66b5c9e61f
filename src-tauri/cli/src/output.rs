//! What is printed: tables for people, one JSON value for programs. The only place that writes to standard output.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Row, Table, TableStyle};
use muster_core::{Error, ErrorCode};
use serde::Serialize;
use serde_json::{Value, json};

/// Exit statuses.
pub(crate) const DONE: u8 = 0;
pub(crate) const FAILED: u8 = 1;
pub(crate) const USAGE: u8 = 2;
pub(crate) const NEEDS_CONFIRMATION: u8 = 3;

/// What can be done about the place of the secrets, here.
const ABOUT_SECRETS: &str = "Without a credential store, make a vault (muster vault init --key FILE). A vault is opened with --vault-key FILE, \
                             MUSTER_VAULT_KEY or MUSTER_VAULT_PASSPHRASE.";

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// The result of a command: `value` for programs, `text` for people.
    pub(crate) fn result(self, value: &impl Serialize, text: impl FnOnce() -> String) {
        if self.json {
            let text = serde_json::to_string_pretty(value)
                .unwrap_or_else(|error| json!({ "error": error.to_string() }).to_string());
            // What JSON lets stand raw and a terminal obeys; in a text it means the same as its escape.
            print(&safe(&text, |c| format!("\\u{:04x}", u32::from(c))));
        } else {
            print(&harmless(&text()));
        }
    }

    /// A failure.
    pub(crate) fn failure(self, error: &Error) {
        if self.json {
            self.result(&json!({ "error": error }), String::new);
        } else {
            let fields =
                if error.fields.is_empty() { String::new() } else { format!(" [{}]", error.fields.join(", ")) };
            complain(&format!("muster: {}{fields}", error.message));
            if error.code == ErrorCode::Secrets {
                complain(ABOUT_SECRETS);
            }
        }
    }

    /// Wrong usage, as clap tells it.
    pub(crate) fn usage(self, message: &str) {
        if self.json {
            let message = message.trim().trim_start_matches("error: ");
            let error = json!({ "code": "usage", "message": message, "fields": [], "retry": false });
            self.result(&json!({ "error": error }), String::new);
        } else {
            complain(message.trim_end());
        }
    }
}

/// Whether something could not be printed (a full disk, say), which a script must learn.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether everything that was to be printed was. A reader that has gone away (`| head`) is no failure.
pub(crate) fn all_printed() -> bool {
    !LOST.load(Ordering::Relaxed)
}

/// To standard output.
pub(crate) fn print(text: &str) {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => LOST.store(true, Ordering::Relaxed),
        _ => {}
    }
}

/// To standard error.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", harmless(text));
}

/// Client systems write texts; none may steer the terminal.
fn harmless(text: &str) -> String {
    safe(text, |_| String::new())
}

fn safe(text: &str, instead: impl Fn(char) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == '\t' || !(c.is_control() || is_steering(c)) {
            out.push(c);
        } else {
            out.push_str(&instead(c));
        }
    }
    out
}

/// Invisible characters that turn the direction of text around.
fn is_steering(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A line under the header, and nothing else.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table with a header. A cell never has more than one line.
pub(crate) fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_header(header);
    for row in rows {
        let mut row = Row::from(row.map(|cell| one_line(&cell)));
        // On a narrow terminal a cell is cut, not broken into lines.
        row.max_height(1);
        table.add_row(row);
    }
    table.set_truncation_indicator("…");
    if let Some(first) = table.column_mut(0) {
        // What one copies.
        first.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.to_string()
}

/// A table of whole values, broken into lines where they are long.
pub(crate) fn sheet<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_header(header);
    if table.width().is_none() {
        table.set_width(120);
    }
    table.add_rows(rows);
    if let Some(first) = table.column_mut(0) {
        first.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.to_string()
}

/// Shortened to one line that fits a cell.
pub(crate) fn one_line(text: &str) -> String {
    const MOST: usize = 60;
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > MOST { line.chars().take(MOST - 1).chain(['…']).collect() } else { line }
}

/// An instant in the zone of this machine, to the minute.
pub(crate) fn when(instant: Option<jiff::Timestamp>) -> String {
    instant.map_or_else(String::new, |at| {
        at.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
    })
}

/// The text of a JSON value: a string without its quotes.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_clients_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mred\u{7}\u{202E}x\ny"), "a[31mredx\ny");
    }

    #[test]
    fn a_cell_has_one_line() {
        assert_eq!(one_line(" a\n b\t c "), "a b c");
        assert_eq!(one_line(&"x".repeat(100)).chars().count(), 60);
    }
}
