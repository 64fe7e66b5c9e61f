//! What a licence expression (SPDX) allows, and which of its licences is the one that Muster ships a package under.

use std::collections::BTreeSet;

use crate::Result;

/// The licences under which something may be in a bundle. None of them asks that Muster's own source be given away. MPL-2.0
/// asks it for the package's own files: these are shipped as they are, and the file with the licences says where they are.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Its text is the same for every package, so it is there once, and no package need have its own.
pub(super) const SHARED: &str = "Apache-2.0";
/// The one that asks to say where the source is.
pub(super) const WITH_SOURCE: &str = "MPL-2.0";

/// The licences that Muster uses a package under: of those to choose from the one whose text is shared, or the first that is
/// allowed. An error names what is not.
pub(super) fn choose(expression: &str) -> Result<BTreeSet<String>> {
    let tokens = tokens(expression);
    let mut tokens = tokens.iter().map(String::as_str).peekable();
    let chosen = any(&mut tokens)?;
    match tokens.next() {
        None => Ok(chosen),
        Some(token) => Err(format!("`{expression}` is no licence expression, near `{token}`").into()),
    }
}

/// Words and brackets. Old packages write `MIT/Apache-2.0` for a choice.
fn tokens(expression: &str) -> Vec<String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut tokens: Vec<String> = Vec::new();
    let mut words = spaced.split_whitespace();
    while let Some(word) = words.next() {
        match (word, tokens.last_mut()) {
            ("WITH", Some(licence)) => *licence = format!("{licence} WITH {}", words.next().unwrap_or_default()),
            _ => tokens.push(word.to_owned()),
        }
    }
    tokens
}

fn any<'a, I: Iterator<Item = &'a str>>(tokens: &mut std::iter::Peekable<I>) -> Result<BTreeSet<String>> {
    let mut choices = vec![all(tokens)];
    while tokens.next_if_eq(&"OR").is_some() {
        choices.push(all(tokens));
    }
    let shared = |choice: &Result<BTreeSet<String>>| choice.as_ref().is_ok_and(|one| one.iter().eq([SHARED]));
    let best = choices.iter().position(shared).or_else(|| choices.iter().position(Result::is_ok)).unwrap_or(0);
    choices.swap_remove(best)
}

fn all<'a, I: Iterator<Item = &'a str>>(tokens: &mut std::iter::Peekable<I>) -> Result<BTreeSet<String>> {
    let mut together = one(tokens);
    while tokens.next_if_eq(&"AND").is_some() {
        let next = one(tokens);
        together = together.and_then(|mut licences| {
            licences.extend(next?);
            Ok(licences)
        });
    }
    together
}

fn one<'a, I: Iterator<Item = &'a str>>(tokens: &mut std::iter::Peekable<I>) -> Result<BTreeSet<String>> {
    match tokens.next() {
        Some("(") => {
            let inner = any(tokens);
            if tokens.next() == Some(")") { inner } else { Err("a bracket is not closed".into()) }
        }
        Some(licence) if ALLOWED.contains(&licence) => Ok(BTreeSet::from([licence.to_owned()])),
        Some(licence) => Err(format!("the licence {licence} is not on the list of those that are allowed").into()),
        None => Err("it names no licence".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(expression: &str) -> Option<String> {
        Some(choose(expression).ok()?.into_iter().collect::<Vec<_>>().join(" + "))
    }

    #[test]
    fn of_a_choice_the_shared_text_is_taken_and_else_the_first_that_is_allowed() {
        assert_eq!(chosen("MIT OR Apache-2.0").as_deref(), Some("Apache-2.0"));
        assert_eq!(chosen("MIT/Apache-2.0").as_deref(), Some("Apache-2.0"));
        assert_eq!(chosen("Apache-2.0 / MIT").as_deref(), Some("Apache-2.0"));
        assert_eq!(chosen("Unlicense OR MIT").as_deref(), Some("Unlicense"));
        assert_eq!(chosen("GPL-2.0-only OR MIT").as_deref(), Some("MIT"));
    }

    #[test]
    fn what_holds_together_is_kept_together() {
        assert_eq!(chosen("(MIT OR Apache-2.0) AND Unicode-3.0").as_deref(), Some("Apache-2.0 + Unicode-3.0"));
        assert_eq!(chosen("BSD-3-Clause AND MIT").as_deref(), Some("BSD-3-Clause + MIT"));
        assert_eq!(chosen("Apache-2.0 WITH LLVM-exception").as_deref(), Some("Apache-2.0 WITH LLVM-exception"));
    }

    #[test]
    fn a_licence_that_is_not_on_the_list_is_refused() {
        for expression in [
            "GPL-3.0-only",
            "MIT AND GPL-2.0-only",
            "LGPL-2.1-only OR AGPL-3.0-only",
            "SEE LICENSE IN x",
            "",
            "MIT)",
            "(MIT",
        ] {
            assert!(choose(expression).is_err(), "{expression}");
        }
        let refused = choose("MIT AND GPL-2.0-only").expect_err("GPL");
        assert!(refused.to_string().contains("GPL-2.0-only"), "{refused}");
    }
}
