//! What a workflow of GitHub Actions must not leave to chance. Line by line: the few forms that workflows are written in.

/// What stands in no workflow, and why.
const REFUSED: &[(&str, &str)] = &[
    ("pull_request_target", "runs a stranger's code with our rights"),
    ("write-all", "gives every right there is: name those that are needed"),
];

/// The rules that a workflow breaks, with the numbers of the lines.
pub(crate) fn broken(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    if !lines.iter().any(|line| line.starts_with("permissions:")) {
        found.push((1, "no `permissions:` for the whole workflow".to_owned()));
    }
    for (index, line) in lines.iter().enumerate() {
        let step = line.trim_start().trim_start_matches("- ");
        if let Some(action) = step.strip_prefix("uses:") {
            if !is_pinned(action) {
                found.push((index + 1, format!("`{}` is not pinned as OWNER/NAME@COMMIT # vN.N.N", action.trim())));
            }
            let is_checkout = action.trim_start().starts_with("actions/checkout@");
            if is_checkout && !rest_of_step(&lines, index).any(|line| line.trim() == "persist-credentials: false") {
                found.push((index + 1, "the checkout keeps credentials: `persist-credentials: false`".to_owned()));
            }
        }
        let code = if step.starts_with('#') { "" } else { step.split(" #").next().unwrap_or_default() };
        for (word, why) in REFUSED {
            // As a word of its own, in whatever form it is written.
            if code
                .split(|letter: char| !letter.is_alphanumeric() && !"_-".contains(letter))
                .any(|found| found == *word)
            {
                found.push((index + 1, format!("`{word}` {why}")));
            }
        }
    }
    found
}

/// `owner/name@` and the 40 digits of a commit, which nobody can move to other code; and the version, for people and their tools.
fn is_pinned(action: &str) -> bool {
    let action = action.trim();
    if action.starts_with("./") {
        return true;
    }
    let Some((action, comment)) = action.split_once(" # v") else { return false };
    let Some((_, commit)) = action.split_once('@') else { return false };
    let is_commit = commit.len() == 40 && commit.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_commit && comment.starts_with(|first: char| first.is_ascii_digit())
}

/// The lines of a step after the one at `index`.
fn rest_of_step<'a>(lines: &'a [&str], index: usize) -> impl Iterator<Item = &'a str> {
    lines.iter().skip(index + 1).copied().take_while(|line| !line.trim_start().starts_with("- "))
}
