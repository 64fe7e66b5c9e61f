//! What a release is decided by: its section of `CHANGELOG.md`, its frozen database, what of it is not signed, and the channels
//! that may announce it.

use std::fs;

use crate::Result;
use crate::options::Options;
use crate::process::root;
use crate::semver::Version;

/// The versions whose databases later ones are tested with.
const RELEASED: &str = "tests/fixtures/schema/released.txt";

/// Writes the text of a release: its section of `CHANGELOG.md`, after a warning if a bundle is not signed. A release that is no
/// pre-release has to be signed in all of its bundles, and none goes out before its database is frozen for the tests of later ones.
pub(crate) fn notes(args: &[&str]) -> Result {
    let options = Options::read(args, &["version", "unsigned", "out"])?;
    let [] = options.alone()?;
    let (version, out) = (options.need("version")?.parse()?, options.need("out")?);
    let read = |file: &str| fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"));
    check_frozen(&read(RELEASED)?, &version)?;
    let unsigned: Vec<&str> = options.get("unsigned").unwrap_or_default().split_whitespace().collect();
    let text = text_of(&read("CHANGELOG.md")?, &version, &unsigned)?;
    fs::write(out, text).map_err(|error| format!("{out}: {error}").into())
}

/// Whether the list of released versions, each with the hashes of its files, has this one.
fn check_frozen(released: &str, version: &Version) -> Result {
    let version = version.to_string();
    if released.lines().any(|line| line.split(' ').next() == Some(version.as_str())) {
        return Ok(());
    }
    Err(format!("{RELEASED} does not have {version}: `cargo xtask fixture`, then `cargo xtask fixture freeze`").into())
}

fn text_of(changelog: &str, version: &Version, unsigned: &[&str]) -> Result<String> {
    let section = section(changelog, version)
        .ok_or_else(|| format!("CHANGELOG.md has no section `## {version} - YEAR-MONTH-DAY` with something in it"))?;
    if unsigned.is_empty() {
        return Ok(format!("{section}\n"));
    }
    let systems = unsigned.join(" and ");
    if !version.is_pre_release() {
        return Err(format!(
            "the bundles for {systems} are not signed. Only a pre-release, such as {version}-beta.1, may be: see docs/releasing.md"
        )
        .into());
    }
    Ok(format!("**Not signed for {systems}**: the system will warn whoever installs it.\n\n{section}\n"))
}

/// What stands under `## VERSION - DAY`, up to the next heading of that rank. Without its day a version is still being worked on.
fn section<'a>(changelog: &'a str, version: &Version) -> Option<&'a str> {
    let wanted = format!("{version} - ");
    let mut at = 0;
    let mut start = None;
    for line in changelog.split_inclusive('\n') {
        if let Some(heading) = line.strip_prefix("## ") {
            if let Some(start) = start {
                return filled(changelog.get(start..at)?);
            }
            if heading.strip_prefix(&wanted).is_some_and(|day| is_day(day.trim_end())) {
                start = Some(at + line.len());
            }
        }
        at += line.len();
    }
    filled(changelog.get(start?..)?)
}

fn is_day(text: &str) -> bool {
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

fn filled(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

/// A release that is about to be announced.
#[derive(Debug, Clone, Copy)]
struct Announcement<'a> {
    version: &'a str,
    /// Whether the person who published it marked it as a pre-release.
    pre_release: bool,
    /// The version that `stable` announces now; empty if none.
    stable: &'a str,
    /// The version that `beta` announces now; empty if none.
    beta: &'a str,
}

/// Prints the channels that are to announce a release, one a line.
pub(crate) fn channels(args: &[&str]) -> Result {
    let options = Options::read(args, &["version", "pre-release", "stable", "beta"])?;
    let [] = options.alone()?;
    let pre_release = options.need("pre-release")?.parse().map_err(|_| "--pre-release is true or false")?;
    let (stable, beta) = (options.get("stable").unwrap_or_default(), options.get("beta").unwrap_or_default());
    for channel in channels_of(Announcement { version: options.need("version")?, pre_release, stable, beta })? {
        println!("{channel}");
    }
    Ok(())
}

/// A pre-release goes to `beta`, a full release to both. What is lower than what its channel announces is refused; but a full
/// release that is lower than the beta is still right for `stable`, and leaves `beta` as it is.
fn channels_of(announcement: Announcement<'_>) -> Result<Vec<&'static str>> {
    let version: Version = announcement.version.parse()?;
    let is_lower = |announced: &str| -> Result<bool> {
        // The same again is no step back: a run that broke off may be repeated.
        Ok(!announced.is_empty() && version < announced.parse()?)
    };
    let (channel, announced) =
        if announcement.pre_release { ("beta", announcement.beta) } else { ("stable", announcement.stable) };
    if is_lower(announced)? {
        return Err(format!("{channel} announces {announced} already, which is higher than {version}").into());
    }
    if announcement.pre_release {
        return Ok(vec!["beta"]);
    }
    if version.is_pre_release() {
        return Err(format!("{version} is a pre-release by its number, but was not published as one").into());
    }
    Ok(if is_lower(announcement.beta)? { vec!["stable"] } else { vec!["stable", "beta"] })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str = "# Changes\n\nWhat changed.\n\n## 0.3.0 (not released yet)\n\n- Soon.\n\n## 0.2.0-beta.1 - 2027-01-01\n\n\
        ## 0.2.0 - 2027-01-05\n\n- More.\n\n### Mended\n\n- It.\n\n## 0.1.0 - 2026-12-01\n\n- First.\n";

    fn text(version: &str, unsigned: &[&str]) -> Result<String> {
        text_of(CHANGELOG, &version.parse().unwrap(), unsigned)
    }

    #[test]
    fn the_notes_are_the_section_of_the_version() {
        assert_eq!(text("0.2.0", &[]).unwrap(), "- More.\n\n### Mended\n\n- It.\n");
        assert_eq!(text("0.1.0", &[]).unwrap(), "- First.\n");
    }

    #[test]
    fn a_release_without_a_section_is_refused() {
        for version in ["0.3.0", "0.2.0-beta.1", "0.2.1", "0.1.0-beta.1"] {
            assert!(text(version, &[]).unwrap_err().to_string().contains(version));
        }
    }

    #[test]
    fn an_unsigned_pre_release_says_so() {
        let changelog = "## 1.0.0-beta.1 - 2027-02-01\n- New.\n";
        let text = text_of(changelog, &"1.0.0-beta.1".parse().unwrap(), &["Windows", "macOS"]).unwrap();
        assert!(text.starts_with("**Not signed for Windows and macOS**") && text.ends_with("\n\n- New.\n"), "{text}");
    }

    #[test]
    fn an_unsigned_full_release_is_refused() {
        assert!(text("0.2.0", &["Windows"]).unwrap_err().to_string().contains("Windows"));
    }

    #[test]
    fn a_release_whose_database_is_not_frozen_is_refused() {
        let released = "# 0.3.0 is what comes next\n0.1.0 aa bb\n0.2.0-beta.1 cc dd\n";
        let check = |version: &str| check_frozen(released, &version.parse().unwrap());
        check("0.1.0").unwrap();
        check("0.2.0-beta.1").unwrap();
        for version in ["0.2.0", "0.2.0-beta.10", "0.3.0", "0.1.0-beta.1", "10.1.0"] {
            assert!(check(version).unwrap_err().to_string().contains("cargo xtask fixture freeze"), "{version}");
        }
    }

    fn full<'a>(version: &'a str, stable: &'a str, beta: &'a str) -> Announcement<'a> {
        Announcement { version, pre_release: false, stable, beta }
    }

    fn pre<'a>(version: &'a str, stable: &'a str, beta: &'a str) -> Announcement<'a> {
        Announcement { pre_release: true, ..full(version, stable, beta) }
    }

    #[test]
    fn a_pre_release_goes_to_beta_and_a_full_release_to_both() {
        assert_eq!(channels_of(pre("0.2.0-beta.1", "0.1.0", "0.1.0")).unwrap(), ["beta"]);
        assert_eq!(channels_of(full("0.2.0", "0.1.0", "0.2.0-beta.1")).unwrap(), ["stable", "beta"]);
        // A full release that is tried in beta first, and the very first one.
        assert_eq!(channels_of(pre("0.2.0", "0.1.0", "0.1.0")).unwrap(), ["beta"]);
        assert_eq!(channels_of(full("0.1.0", "", "")).unwrap(), ["stable", "beta"]);
        assert_eq!(channels_of(full("0.2.0", "0.1.0", "0.2.0")).unwrap(), ["stable", "beta"]);
    }

    #[test]
    fn a_channel_never_goes_back() {
        assert!(channels_of(full("0.1.1", "0.2.0", "0.2.0")).is_err());
        assert!(channels_of(full("0.9.0", "0.10.0", "")).is_err());
        assert!(channels_of(pre("0.2.0-beta.2", "0.1.0", "0.2.0-beta.10")).is_err());
        assert!(channels_of(pre("0.2.0-beta.1", "0.2.0", "0.2.0")).is_err());
        assert_eq!(channels_of(full("0.1.1", "0.1.0", "0.2.0-beta.1")).unwrap(), ["stable"]);
    }

    #[test]
    fn a_run_that_broke_off_may_be_repeated() {
        assert_eq!(channels_of(full("0.2.0", "0.2.0", "0.1.0")).unwrap(), ["stable", "beta"]);
        assert_eq!(channels_of(pre("0.2.0-beta.1", "", "0.2.0-beta.1")).unwrap(), ["beta"]);
    }

    #[test]
    fn a_pre_release_never_goes_to_stable() {
        assert!(channels_of(full("0.2.0-beta.1", "0.1.0", "0.1.0")).is_err());
    }

    #[test]
    fn what_a_channel_says_must_be_a_version() {
        assert!(channels_of(full("0.2.0", "null", "")).is_err());
        assert!(channels_of(full("0.2.0", "0.1.0", "<html>")).is_err());
    }
}
