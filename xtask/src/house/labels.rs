//! The words on the screen, as the guide has them: what stands in italics there is in the pages or in what core says.

use super::rust_text::split;
use super::{Source, has_extension};

/// Where what people read in the window comes from.
const SPOKEN: &[&str] = &["ui/src/", "src-tauri/core/src/", "src-tauri/src/"];

/// What the window can say, as texts in which blanks are single.
pub(super) fn said(sources: &[Source]) -> Vec<String> {
    let speak =
        |source: &&Source| SPOKEN.iter().any(|home| source.path.starts_with(home)) && !source.path.contains("test");
    sources.iter().filter(speak).flat_map(texts).collect()
}

fn texts(Source { path, text }: &Source) -> Vec<String> {
    if has_extension(path, &["rs"]) {
        let literals = split(text).literals.into_iter();
        // A backslash at the end of a line joins it to the next.
        return literals.map(|literal| single_blanks(&literal.text.replace("\\\n", " "))).collect();
    }
    if !has_extension(path, &["svelte", "ts"]) {
        return Vec::new();
    }
    // A comment is not said.
    let lines =
        text.lines().filter(|line| !["//", "/*", "*", "<!--"].iter().any(|mark| line.trim_start().starts_with(mark)));
    vec![single_blanks(&lines.collect::<Vec<_>>().join("\n"))]
}

/// What is in italics in a page of the guide and on no screen, with the number, from 1, of the line.
pub(super) fn unknown(page: &str, said: &[String]) -> Vec<(usize, String)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (index, line) in page.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        let plain: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ").replace("**", "");
        let pieces: Vec<&str> = plain.split('*').collect();
        if pieces.len().is_multiple_of(2) {
            found.push((index + 1, "italics do not end on their line".to_owned()));
        }
        let italics = pieces.iter().skip(1).step_by(2).map(|italic| italic.trim_end_matches(['.', ',', ':']));
        let strange = italics.filter(|words| !said.iter().any(|text| holds(text, words)));
        found.extend(strange.map(|words| (index + 1, format!("*{words}* is on no screen"))));
    }
    found
}

/// Whether a text holds these words, not as a part of longer ones.
fn holds(text: &str, words: &str) -> bool {
    let apart = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    let mut places = text.match_indices(words);
    places.any(|(at, _)| apart(text[..at].chars().next_back()) && apart(text[at + words.len()..].chars().next()))
}

fn single_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    fn faults(page: &str) -> Vec<(usize, String)> {
        let page_of_ui = "// Press me\n<Button>Save without\n    validating</Button>\n<TextField label=\"Username\" />";
        unknown(
            page,
            &said(&[
                of("ui/src/pages/Setup.svelte", page_of_ui),
                of("ui/src/pages/form.test.ts", "\"Only in a test\""),
                of(
                    "src-tauri/core/src/ppw.rs",
                    "/// Never said\nconst TITLE: &str = \"Close \\\n    cancelled orders\";\n",
                ),
                of("xtask/src/main.rs", "const TITLE: &str = \"Elsewhere\";\n"),
            ]),
        )
    }

    #[test]
    fn what_is_in_italics_is_on_the_screen() {
        for good in [
            "Click *Save without validating*, then *Username*.",
            "It says *Close cancelled orders.*",
            "**Bold** is not, nor is `*code*`.",
            "```\n*Nowhere*\n```",
        ] {
            assert_eq!(faults(good), [], "{good}");
        }
        for bad in
            ["*Nowhere*", "*User*", "*Press me*", "*Only in a test*", "*Never said*", "*Elsewhere*", "**a** *Nowhere*"]
        {
            assert_eq!(faults(bad).len(), 1, "{bad}");
        }
        assert_eq!(faults("\n*Save without")[0], (2, "italics do not end on their line".to_owned()));
    }
}
