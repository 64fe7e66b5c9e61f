//! What people and programs write into cells, as the values of a project: dates, ZIPs, states, addresses.

use std::borrow::Cow;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use crate::connectors::dates;

/// A date as `YYYY-MM-DD`; empty where a cell says that there is none. If it cannot be read, the text comes back.
/// Of two numbers with slashes the first is the month, as everybody in this trade writes it.
pub(super) fn day(text: Cow<'_, str>) -> Result<Cow<'_, str>, Cow<'_, str>> {
    let bare = text.trim();
    if dates::is_none(bare) || is_no_date(bare) {
        return Ok("".into());
    }
    if let Some(date) = serial(bare) {
        return Ok(date.to_string().into());
    }
    let text = match dates::canonical(text) {
        Ok(date) => return Ok(date),
        Err(text) => text,
    };
    match written(text.trim()) {
        Some(date) => Ok(date.to_string().into()),
        None => Err(text),
    }
}

/// Whether people wrote that there is no date.
fn is_no_date(text: &str) -> bool {
    let letters: String = text.chars().filter(|char| char.is_alphanumeric()).collect();
    ["na", "none", "tbd"].contains(&letters.to_lowercase().as_str())
}

/// The number of a day, as Excel counts them: 1 is the first of January 1900. Those of 1927 to 2119 are believed, so
/// that neither a year nor a ZIP in the wrong column becomes a date of another age.
fn serial(text: &str) -> Option<Date> {
    let whole = text.split_once('.').map_or(text, |(whole, fraction)| {
        if fraction.bytes().all(|byte| byte.is_ascii_digit()) { whole } else { text }
    });
    if whole.len() != 5 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let days: i64 = whole.parse().ok()?;
    (10_000..=80_366).contains(&days).then(|| date(1899, 12, 30).saturating_add(days.days()))
}

/// How many days later the count begins in a workbook that counts from 1904.
const FROM_1904: f64 = 1_462.0;

/// The number of a day in a workbook that counts from 1904, as Excel counts otherwise. None for what is no number.
pub(super) fn from_1904(text: &str) -> Option<String> {
    let number: f64 = text.parse().ok()?;
    (8_538.0..80_000.0).contains(&number).then(|| (number + FROM_1904).to_string())
}

/// The other ways to write a date: `12/4/26`, `4-Dec-26`, `Dec 4, 2026`, `2026/12/04`, `12-4-2026`; a time may follow.
fn written(text: &str) -> Option<Date> {
    let mut words: Vec<&str> = text
        .split(|char: char| char.is_whitespace() || "-/,.".contains(char))
        .filter(|word| !word.is_empty())
        .collect();
    if words.first().is_some_and(|word| is_weekday(word)) {
        words.remove(0);
    }
    let (&[first, second, third], rest) = words.split_first_chunk::<3>()?;
    if !rest.iter().all(|word| is_of_time(word)) {
        return None;
    }
    let (year, month, day) = if let Some(month) = month_of(second) {
        (year(third)?, month, number(first)?)
    } else if let Some(month) = month_of(first) {
        (year(third)?, month, number(second)?)
    } else if first.len() == 4 {
        (year(first)?, number(second)?, number(third)?)
    } else {
        (year(third)?, number(first)?, number(second)?)
    };
    let date = Date::new(year, month, day).ok()?;
    (1900..=9999).contains(&date.year()).then_some(date)
}

fn number(word: &str) -> Option<i8> {
    let word = word.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    (word.len() <= 2).then(|| word.parse().ok())?
}

fn year(word: &str) -> Option<i16> {
    let number: i16 = word.parse().ok()?;
    match word.len() {
        4 => Some(number),
        2 => Some(if number < 70 { 2000 + number } else { 1900 + number }),
        _ => None,
    }
}

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    let place = MONTHS
        .iter()
        .position(|month| word.len() >= 3 && month.starts_with(&word) || word == "sept" && *month == "september")?;
    i8::try_from(place + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.to_ascii_lowercase();
    word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(&word))
}

/// A part of a time beside a date: it is passed over.
fn is_of_time(word: &str) -> bool {
    const WORDS: [&str; 12] = ["utc", "gmt", "z", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", ""];
    let lower = word.to_ascii_lowercase();
    let bare = lower.strip_suffix("am").or_else(|| lower.strip_suffix("pm")).unwrap_or(&lower);
    WORDS.contains(&bare) || bare.chars().all(|char| char.is_ascii_digit() || char == ':')
}

/// A ZIP with the zeros that a spreadsheet took for the beginning of a number.
pub(super) fn zip(text: Cow<'_, str>) -> Cow<'_, str> {
    let bare = text.trim().trim_start_matches('\'');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match bare.split_once('-') {
        None if digits(bare) && matches!(bare.len(), 3 | 4) => format!("{bare:0>5}").into(),
        None if digits(bare) && matches!(bare.len(), 7..=9) => {
            let all = format!("{bare:0>9}");
            format!("{}-{}", &all[..5], &all[5..]).into()
        }
        Some((first, rest)) if digits(first) && digits(rest) && rest.len() == 4 && matches!(first.len(), 3 | 4) => {
            format!("{first:0>5}-{rest}").into()
        }
        _ if bare.len() == text.len() => text,
        _ => bare.to_owned().into(),
    }
}

/// The code of a state, where its name or code is known; everything else as it is.
pub(super) fn state(text: Cow<'_, str>) -> Cow<'_, str> {
    match state_code(text.trim()) {
        Some(code) if code == text => text,
        Some(code) => code.into(),
        None => text,
    }
}

fn state_code(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches('.');
    let found = STATES.iter().find(|(code, name)| code.eq_ignore_ascii_case(text) || name.eq_ignore_ascii_case(text));
    found.map(|(code, _)| *code)
}

#[rustfmt::skip]
const STATES: [(&str, &str); 56] = [
    ("AL", "Alabama"), ("AK", "Alaska"), ("AZ", "Arizona"), ("AR", "Arkansas"), ("CA", "California"),
    ("CO", "Colorado"), ("CT", "Connecticut"), ("DE", "Delaware"), ("DC", "District of Columbia"), ("FL", "Florida"),
    ("GA", "Georgia"), ("HI", "Hawaii"), ("ID", "Idaho"), ("IL", "Illinois"), ("IN", "Indiana"), ("IA", "Iowa"),
    ("KS", "Kansas"), ("KY", "Kentucky"), ("LA", "Louisiana"), ("ME", "Maine"), ("MD", "Maryland"),
    ("MA", "Massachusetts"), ("MI", "Michigan"), ("MN", "Minnesota"), ("MS", "Mississippi"), ("MO", "Missouri"),
    ("MT", "Montana"), ("NE", "Nebraska"), ("NV", "Nevada"), ("NH", "New Hampshire"), ("NJ", "New Jersey"),
    ("NM", "New Mexico"), ("NY", "New York"), ("NC", "North Carolina"), ("ND", "North Dakota"), ("OH", "Ohio"),
    ("OK", "Oklahoma"), ("OR", "Oregon"), ("PA", "Pennsylvania"), ("RI", "Rhode Island"), ("SC", "South Carolina"),
    ("SD", "South Dakota"), ("TN", "Tennessee"), ("TX", "Texas"), ("UT", "Utah"), ("VT", "Vermont"),
    ("VA", "Virginia"), ("WA", "Washington"), ("WV", "West Virginia"), ("WI", "Wisconsin"), ("WY", "Wyoming"),
    ("PR", "Puerto Rico"), ("VI", "Virgin Islands"), ("GU", "Guam"), ("AS", "American Samoa"),
    ("MP", "Northern Mariana Islands"),
];

/// An address that stood in one cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) street: String,
    pub(super) second: String,
    pub(super) city: String,
    pub(super) state: String,
    pub(super) zip: String,
    /// Whether a person should look at it.
    pub(super) unsure: bool,
}

/// Splits an address from its end: ZIP, state, city, and what is left is the street.
pub(super) fn split(text: &str) -> Address {
    let mut parts: Vec<&str> = text.split([',', '\n', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.last().is_some_and(|last| ["usa", "us", "u.s.a.", "united states"].contains(&last.to_lowercase().as_str()))
    {
        parts.pop();
    }
    let mut address = Address::default();
    let mut last = parts.pop().unwrap_or_default();
    if let Some((before, end)) = last_word(last)
        && is_zip(end)
    {
        address.zip = zip(end.into()).into_owned();
        last = if before.is_empty() { parts.pop().unwrap_or_default() } else { before };
    }
    let (before, state) = split_state(last);
    if parts.is_empty() && !before.is_empty() {
        // Without a comma nobody can tell where the street ends.
        return Address { street: before.to_owned(), state, unsure: true, ..address };
    }
    // What stands before the state in the same part is the city, and otherwise the part before.
    let city = if before.is_empty() { parts.pop().unwrap_or_default() } else { before };
    let street = parts.first().copied().unwrap_or_default();
    let second = parts.get(1..).unwrap_or_default();
    let unsure = address.zip.is_empty()
        || state.is_empty()
        || street.is_empty()
        || second.len() > 1
        || second.iter().any(|part| !is_unit(part));
    Address {
        street: street.to_owned(),
        second: second.join(", "),
        city: city.to_owned(),
        state,
        zip: address.zip,
        unsure,
    }
}

fn last_word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    (!text.is_empty())
        .then(|| text.rsplit_once(char::is_whitespace).map_or(("", text), |(before, end)| (before.trim(), end)))
}

fn is_zip(word: &str) -> bool {
    let (first, rest) = word.split_once('-').map_or((word, None), |(first, rest)| (first, Some(rest)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    first.len() == 5 && digits(first) && rest.is_none_or(|rest| rest.len() == 4 && digits(rest))
}

/// What stands before the state at the end of a text, and its code; names of states have up to three words.
fn split_state(text: &str) -> (&str, String) {
    for words in (1..=3).rev() {
        let start = text.rmatch_indices(char::is_whitespace).nth(words - 1).map_or(0, |(place, _)| place);
        let (before, end) = text.split_at(start);
        if let Some(code) = state_code(end.trim()) {
            return (before.trim(), code.to_owned());
        }
    }
    (text, String::new())
}

fn is_unit(part: &str) -> bool {
    let lower = part.to_lowercase();
    part.starts_with('#')
        || [
            "apt",
            "apartment",
            "unit",
            "suite",
            "ste",
            "bldg",
            "building",
            "lot",
            "floor",
            "fl ",
            "rm",
            "room",
            "trlr",
            "space",
        ]
        .iter()
        .any(|word| lower.starts_with(word))
}

#[cfg(test)]
#[path = "convert_tests.rs"]
mod tests;
