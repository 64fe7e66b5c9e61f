//! Reads the dates that are seen in the field. A date is the calendar day as it was written: a time and a zone beside
//! it are checked and passed over, and never shift the day.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// Years outside are the zero dates of databases and programs, not days on which work is due.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=9999;

/// The date as `YYYY-MM-DD`. If it cannot be read or there is no such day, the text comes back.
pub(super) fn canonical(text: Cow<'_, str>) -> Result<Cow<'_, str>, Cow<'_, str>> {
    let Some(date) = read(text.trim()) else { return Err(text) };
    let bytes = text.as_bytes();
    // What is a date, has this length and these two hyphens is written that way already.
    if bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' {
        return Ok(text);
    }
    Ok(date.to_string().into())
}

/// Whether a text says that there is no date, in the ways of databases and programs: nothing, dashes, zeros, the first day
/// of .NET.
pub(super) fn is_none(text: &str) -> bool {
    let text = text.trim();
    let all = |allowed: fn(char) -> bool| text.chars().filter(|char| char.is_alphanumeric()).all(allowed);
    all(|char| char == '0')
        || (text.starts_with('0') && all(|char| matches!(char, '0' | 'T' | 'Z')))
        || ["0001-01-01", "1/1/0001", "01/01/0001"].iter().any(|first| text.starts_with(first))
}

fn read(text: &str) -> Option<Date> {
    let date = if text.bytes().all(|byte| byte.is_ascii_digit()) { digits(text)? } else { written(text)? };
    YEARS.contains(&date.year()).then_some(date)
}

/// `YYYYMMDD`, or the seconds (or milliseconds) of Unix, as their day in UTC.
fn digits(text: &str) -> Option<Date> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        8 => day(number / 10_000, number / 100 % 100, number % 100),
        9..=11 => instant(number),
        12..=14 => instant(number / 1000),
        _ => None,
    }
}

fn instant(seconds: i64) -> Option<Date> {
    Some(Timestamp::from_second(seconds).ok()?.to_zoned_datetime(TimeZone::UTC).date())
}

fn day(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn written(text: &str) -> Option<Date> {
    let mut cursor = Cursor(text);
    let first = cursor.number(1, 14)?;
    // Where a time has been announced, it must come.
    let (date, timed) = match cursor.next_of("-/.Tt") {
        // Seconds of Unix, as a number with a fraction.
        Some('.') => {
            let (whole, fraction) = text.split_once('.')?;
            return if fraction.bytes().all(|byte| byte.is_ascii_digit()) { digits(whole) } else { None };
        }
        Some('-') if first.digits == 4 => {
            let month = cursor.number(1, 2)?.value;
            cursor.next_of("-")?;
            let date = day(first.value, month, cursor.number(1, 2)?.value)?;
            (date, cursor.next_of("Tt").is_some() || cursor.space())
        }
        Some('/') if first.digits <= 2 => {
            let day_of_month = cursor.number(1, 2)?.value;
            cursor.next_of("/")?;
            let year = cursor.number(4, 4)?.value;
            (day(year, first.value, day_of_month)?, cursor.space())
        }
        Some('T' | 't') if first.digits == 8 => {
            (day(first.value / 10_000, first.value / 100 % 100, first.value % 100)?, true)
        }
        _ => return None,
    };
    if timed {
        cursor.time()?;
        cursor.zone()?;
    }
    cursor.0.is_empty().then_some(date)
}

/// What is still to be read.
struct Cursor<'a>(&'a str);

struct Number {
    value: i64,
    digits: usize,
}

impl Cursor<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<Number> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if !(least..=most).contains(&digits) {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        Some(Number { value: number.parse().ok()?, digits })
    }

    fn next_of(&mut self, wanted: &str) -> Option<char> {
        let next = self.0.chars().next().filter(|&next| wanted.contains(next))?;
        self.0 = &self.0[next.len_utf8()..];
        Some(next)
    }

    /// White space of any kind (.NET writes a narrow one before AM and PM).
    fn space(&mut self) -> bool {
        let rest = self.0.trim_start();
        let some = rest.len() < self.0.len();
        self.0 = rest;
        some
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.0.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if found {
            self.0 = &self.0[word.len()..];
        }
        found
    }

    /// `h:mm[:ss[.fff]]`, `hhmm` or `hhmmss`, with AM or PM or without.
    fn time(&mut self) -> Option<()> {
        let first = self.number(1, 6)?;
        let (hour, minute, second) = match first.digits {
            1 | 2 => {
                self.next_of(":")?;
                let minute = self.number(2, 2)?.value;
                let second = if self.next_of(":").is_some() { self.number(2, 2)?.value } else { 0 };
                (first.value, minute, second)
            }
            4 => (first.value / 100, first.value % 100, 0),
            6 => (first.value / 10_000, first.value / 100 % 100, first.value % 100),
            _ => return None,
        };
        if self.next_of(".,").is_some() {
            self.number(1, 12)?;
        }
        self.space();
        let hours = if self.word("AM") || self.word("PM") { 1..=12 } else { 0..=23 };
        (hours.contains(&hour) && minute < 60 && second <= 60).then_some(())
    }

    /// `Z`, `+h`, `+hh`, `+hhmm`, `+hh:mm`, or nothing.
    fn zone(&mut self) -> Option<()> {
        self.space();
        if self.word("Z") || self.word("UTC") || self.word("GMT") || self.0.is_empty() {
            return Some(());
        }
        self.next_of("+-")?;
        let first = self.number(1, 4)?;
        let (hours, minutes) = match first.digits {
            1 | 2 if self.next_of(":").is_some() => (first.value, self.number(2, 2)?.value),
            1 | 2 => (first.value, 0),
            4 => (first.value / 100, first.value % 100),
            _ => return None,
        };
        (hours <= 14 && minutes < 60).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<String> {
        canonical(text.into()).ok().map(Cow::into_owned)
    }

    #[test]
    fn every_format_that_is_seen_is_read() {
        for text in [
            "2026-12-04",
            " 2026-12-04 ",
            "2026-12-4",
            "20261204",
            "2026-12-04T08:30",
            "2026-12-04T08:30:59.123Z",
            "2026-12-04t08:30:59+05:30",
            "2026-12-04T08:30:59-0800",
            "2026-12-04 08:30:00",
            "2026-12-04 1200",
            "2026-12-04 1200 +5",
            "2026-12-04 1200 -5",
            "2026-12-04 0000 +05:30",
            "2026-12-04 2359 +14",
            "20261204T083000Z",
            "12/4/2026",
            "12/04/2026",
            "12/4/2026 12:00:00 AM",
            "12/4/2026 1:00 pm",
            "12/4/2026 23:00",
            "12/4/2026 12:00:00\u{202f}AM",
            "1796342400",
            "1796428799",
            "1796342400000",
            "1796342400.5",
        ] {
            assert_eq!(date(text).as_deref(), Some("2026-12-04"), "{text}");
        }
    }

    #[test]
    fn a_zone_never_shifts_the_day() {
        assert_eq!(date("2026-12-04T23:59:59-12:00").as_deref(), Some("2026-12-04"));
        assert_eq!(date("2026-12-04T00:00:00+14:00").as_deref(), Some("2026-12-04"));
        assert_eq!(date("2026-12-04 2300 +5").as_deref(), Some("2026-12-04"));
    }

    #[test]
    fn what_is_no_date_is_not_made_one() {
        for text in [
            "",
            "tomorrow",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-12-32",
            "0000-00-00",
            "0001-01-01T00:00:00",
            "13/1/2026",
            "2/30/2026",
            "12/4/26",
            "4.12.2026",
            "2026/12/04",
            "2026-12-04T25:00",
            "2026-12-04T08:60",
            "2026-12-04 1200 +15",
            "2026-12-04 1200 +",
            "2026-12-04T",
            "2026-12-04 x",
            "2026-12-04 08:00 AMx",
            "2026-12-0401",
            "12/4/2026 13:00 PM",
            "12/4/2026 0:30 AM",
            "20261304",
            "0",
            "5",
            "123456",
            "-1796342400",
            "1e9",
            "1796342400.x",
            "99999999999999999999999",
            "2026-12-04T08:30:00Z2026",
            "２０２６-12-04",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn no_date_is_known_in_its_spellings() {
        for none in [
            "",
            "  ",
            "-",
            "--",
            "0",
            "00000000",
            "0000-00-00",
            "00/00/0000",
            "0000-00-00 00:00:00",
            "0000-00-00T00:00:00Z",
            "0001-01-01T00:00:00",
            "1/1/0001 12:00:00 AM",
        ] {
            assert!(is_none(none), "{none}");
        }
        for some in ["20261204", "soon", "T", "N/A", "o", "0 days", "2000-01-01", "0001-01-02"] {
            assert!(!is_none(some), "{some}");
        }
    }

    #[test]
    fn a_date_in_the_right_form_is_not_copied() {
        assert!(matches!(canonical("2026-12-04".into()), Ok(Cow::Borrowed("2026-12-04"))));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_is_a_date_in_one_form_or_none(text in "[0-9]{0,8}[-/T .:0-9+ZAPM\u{202f}é]{0,20}") {
            if let Ok(date) = canonical(text.as_str().into()) {
                assert!(date.parse::<Date>().is_ok_and(|read| read.to_string() == *date), "{text}: {date}");
            }
        }
    }
}
