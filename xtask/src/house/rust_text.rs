//! Tells code, texts and comments of a Rust file apart: as much of a lexer as the rules need.

/// A text literal and the line it begins in, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// A Rust file, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// The file without its comments and texts; its lines are where they were.
    pub(crate) code: String,
    pub(crate) literals: Vec<Literal>,
}

/// Takes a Rust file apart.
pub(crate) fn split(source: &str) -> Split {
    let mut split = Split::default();
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(raw) = raw_text(rest, &split.code) {
            split.literal(raw.text);
            raw.length
        } else if next == '"' {
            let length = quoted(rest);
            split.literal(rest.get(1..length.saturating_sub(1)).unwrap_or_default());
            length
        } else if next == '\'' {
            character(rest)
        } else {
            split.code.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
            continue;
        };
        let (passed, after) = rest.split_at(length);
        split.code.extend(passed.chars().filter(|letter| *letter == '\n'));
        // What stood on both sides of a comment or a text stays apart.
        split.code.push(' ');
        rest = after;
    }
    split
}

impl Split {
    fn literal(&mut self, text: &str) {
        let line = self.code.matches('\n').count() + 1;
        // `\n` in a text separates words as a line break does.
        self.literals.push(Literal { line, text: text.replace("\\n", " ").replace("\\t", " ") });
    }
}

/// The length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        let step = if here.starts_with("/*") {
            depth += 1;
            2
        } else if here.starts_with("*/") {
            depth -= 1;
            2
        } else {
            here.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

struct Raw<'a> {
    text: &'a str,
    length: usize,
}

/// A raw text (`r"..."`, `br#"..."#`) at the start of `rest`, unless its `r` ends a name.
fn raw_text<'a>(rest: &'a str, before: &str) -> Option<Raw<'a>> {
    if before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
        return None;
    }
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|after| after.trim_start_matches('#').starts_with('"')))?;
    let after = rest.get(prefix.len()..)?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let start = prefix.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    let body = rest.get(start..)?;
    let text = body.get(..body.find(&end).unwrap_or(body.len()))?;
    Some(Raw { text, length: (start + text.len() + end.len()).min(rest.len()) })
}

/// The length of a quoted text with its quotes.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

/// The length of a character (`'a'`, `'\''`, `'\u{1f}'`), or 1 for the tick of a lifetime.
fn character(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => {
            letters.next();
            letters.find(|(_, letter)| *letter == '\'').map_or(1, |(at, _)| at + 1)
        }
        Some(_) => letters.next().filter(|(_, letter)| *letter == '\'').map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(source: &str) -> Vec<String> {
        split(source).literals.into_iter().map(|literal| literal.text).collect()
    }

    #[test]
    fn texts_are_found_in_every_form() {
        assert_eq!(
            literals(r##"a("one", b"two", r"three", r#"fo"ur"#, c"five", br"six")"##),
            ["one", "two", "three", "fo\"ur", "five", "six"]
        );
        assert_eq!(literals(r#"("a\"b", "c\\", "d")"#), [r#"a\"b"#, r"c\\", "d"]);
    }

    #[test]
    fn characters_and_lifetimes_do_not_begin_a_text() {
        assert_eq!(literals(r#"fn a<'a>(b: &'a str) { c('"', '\'', '\u{22}', "d") }"#), ["d"]);
    }

    #[test]
    fn comments_hold_neither_code_nor_texts() {
        let split = split("a // \"one\" b\n/* c /* \"two\" */ d */ e \"three\"\n");
        assert_eq!(split.literals, [Literal { line: 2, text: "three".to_owned() }]);
        let words: Vec<&str> = split.code.split_whitespace().collect();
        assert_eq!(words, ["a", "e"]);
        assert_eq!(split.code.lines().count(), 2);
    }

    #[test]
    fn a_text_over_two_lines_keeps_the_lines() {
        let split = split("\"a\nb\" \"c\"");
        assert_eq!(split.literals.iter().map(|literal| literal.line).collect::<Vec<_>>(), [1, 2]);
    }
}
