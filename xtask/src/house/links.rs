//! Links and pictures of the documentation: what a page refers to in this repository is there.

use std::path::Path;

/// What is wrong with the relative links of a page, with the number, from 1, of the line. `read` gives the text of a place in the
/// repository; it is empty for a folder or a picture.
pub(super) fn broken(page: &str, text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<(usize, String)> {
    let fault = |link: &str| {
        let (place, heading) = link.split_once('#').unwrap_or((link, ""));
        // Without a place it is the page itself.
        let place = if place.is_empty() { Some(page.to_owned()) } else { resolved(page, place) };
        let Some(place) = place else { return Some("a link leads out of the repository".to_owned()) };
        let text = if place == page { Some(text.to_owned()) } else { read(&place) };
        let Some(text) = text else { return Some(format!("{place} is not there")) };
        let is_there = heading.is_empty() || anchors(&text).iter().any(|anchor| anchor == heading);
        (!is_there).then(|| format!("{place} has no heading #{heading}"))
    };
    let links = outside_of_code(text).flat_map(|(line, text)| links(&text).into_iter().map(move |link| (line, link)));
    let relative = links.filter(|(_, link)| !link.contains("://") && !link.starts_with("mailto:"));
    relative.filter_map(|(line, link)| Some((line, fault(&link)?))).collect()
}

/// The lines that are no code: neither those between fences nor what stands between backticks.
fn outside_of_code(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        let plain = |line: &str| line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        (!fenced).then(|| (index + 1, plain(line)))
    })
}

/// What the links and pictures of a line refer to: `](this)`.
fn links(line: &str) -> Vec<String> {
    let after = line.split("](").skip(1);
    let inner = after.filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
    // A title may stand behind: `](place "title")`.
    inner.filter_map(|link| link.split_whitespace().next()).map(str::to_owned).collect()
}

/// A place as seen from the page, as a path from the root. None if it lies above the root.
fn resolved(page: &str, place: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in place.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The names by which the headings of a page can be linked to.
fn anchors(text: &str) -> Vec<String> {
    let kept = |heading: &str| {
        let letters = heading.to_lowercase();
        let letters = letters.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        letters.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    };
    let mut fenced = false;
    let headings = text.lines().filter_map(|line| {
        fenced ^= line.trim_start().starts_with("```");
        let heading = line.trim_start_matches('#');
        (!fenced && heading.len() < line.len()).then(|| kept(heading.trim()))
    });
    headings.collect()
}

/// The text of a place under the root: empty for what is no page.
pub(super) fn read(root: &Path, place: &str) -> Option<String> {
    let path = root.join(place);
    let is_page = path.extension().is_some_and(|extension| extension == "md");
    if is_page { std::fs::read_to_string(path).ok() } else { path.exists().then(String::new) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(usize, String)> {
        let known = |place: &str| match place {
            "docs/guide/install.md" => Some("# Install\n## The first start\n```\n# no heading\n```\n".to_owned()),
            "README.md" | "docs/screens/projects-light.png" | "docs/decisions" => Some(String::new()),
            _ => None,
        };
        broken("docs/guide/README.md", text, known)
    }

    #[test]
    fn what_a_page_refers_to_is_there() {
        for good in [
            "[a](install.md) and [b](../../README.md)",
            "![a picture](../screens/projects-light.png)",
            "[a](install.md#the-first-start)",
            "[a](../decisions/) [`b`](install.md)",
            "# Here\n[a](#here)",
            "[a](install.md \"a title\")",
            "[a](https://example.com/nowhere.md) [b](mailto:ann@example.com)",
            "`[a](nowhere.md)`",
            "```\n[a](nowhere.md)\n```",
        ] {
            assert_eq!(faults(good), [], "{good}");
        }
        for bad in [
            "[a](nowhere.md)",
            "![a picture](../screens/nowhere.png)",
            "[a](install.md#nowhere)",
            "[a](install.md#no-heading)",
            "[a](#nowhere)",
            "[a](../../../outside.md)",
            "| [a](install.md) | [b](nowhere.md) |",
            "`code` [a](nowhere.md) `code`",
        ] {
            assert_eq!(faults(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn the_line_is_named() {
        assert_eq!(faults("one\n\n[a](nowhere.md)\n"), [(3, "docs/guide/nowhere.md is not there".to_owned())]);
    }

    #[test]
    fn a_heading_is_linked_to_as_it_is_shown() {
        assert_eq!(
            anchors("# Linux: the .deb\n## Does this file hold all?\n"),
            ["linux-the-deb", "does-this-file-hold-all"]
        );
    }
}
