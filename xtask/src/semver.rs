//! Versions by semver.org: read strictly, compared by its order.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A version such as `0.2.0` or `0.2.0-beta.1`. What comes after a `+` is refused: it has no place in the order, so two releases
/// could not be told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    numbers: [u64; 3],
    before: Vec<Part>,
}

/// One part of what follows the `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    // In this order: numbers are lower than words.
    Number(u64),
    Word(String),
}

impl Version {
    /// Whether it comes before a release, as `0.2.0-beta.1` does before `0.2.0`.
    pub(crate) fn is_pre_release(&self) -> bool {
        !self.before.is_empty()
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).ok_or_else(|| format!("`{text}` is no version: three numbers, as in 0.2.0 or 0.2.0-beta.1"))
    }
}

fn read(text: &str) -> Option<Version> {
    let (numbers, before) = match text.split_once('-') {
        Some((numbers, before)) => (numbers, before.split('.').map(part).collect::<Option<_>>()?),
        None => (text, Vec::new()),
    };
    let numbers: Vec<u64> = numbers.split('.').map(number).collect::<Option<_>>()?;
    Some(Version { numbers: numbers.try_into().ok()?, before })
}

fn part(text: &str) -> Option<Part> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return number(text).map(Part::Number);
    }
    let is_word = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_word.then(|| Part::Word(text.to_owned()))
}

/// Digits without a zero in front.
fn number(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain { text.parse().ok() } else { None }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        // A version without a part behind the `-` is higher than one with it.
        self.numbers
            .cmp(&other.numbers)
            .then(self.before.is_empty().cmp(&other.before.is_empty()))
            .then_with(|| self.before.cmp(&other.before))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        for (index, part) in self.before.iter().enumerate() {
            f.write_str(if index == 0 { "-" } else { "." })?;
            match part {
                Part::Number(number) => write!(f, "{number}")?,
                Part::Word(word) => f.write_str(word)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "v1.2.3",
            "01.2.3",
            "1.2.3-",
            "1.2.3-a..b",
            "1.2.3-01",
            "1.2.3+build",
            "1.2.-3",
            "1.2.3 ",
            "+1.2.3",
            "1.2.3-b_1",
            "99999999999999999999.0.0",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_version_is_shown_as_it_was_written() {
        for text in ["0.1.0", "10.20.30", "0.2.0-beta.1", "1.0.0-rc-2.0.x"] {
            assert_eq!(version(text).to_string(), text);
        }
    }

    /// The order of the example in section 11 of semver.org, and then some.
    #[test]
    fn versions_have_the_order_of_semver() {
        let order = [
            "0.9.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0-beta.1",
        ];
        for pair in order.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn a_pre_release_is_told_from_a_release() {
        assert!(version("0.2.0-beta.1").is_pre_release());
        assert!(!version("0.2.0").is_pre_release());
    }
}
