//! The few forms that a manifest is written in.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::Result;

/// What a base64 text stands for; none if it is not in the usual form with its padding.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(4) {
        return None;
    }
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// A moment as `2027-01-05T08:30:00Z`.
pub(super) fn rfc3339(moment: SystemTime) -> Result<String> {
    let seconds = moment.duration_since(UNIX_EPOCH)?.as_secs();
    let (mut days, of_day) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    while days >= days_of_year(year) {
        days -= days_of_year(year);
        year += 1;
    }
    let february = days_of_year(year) - 337;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    Ok(format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", days + 1))
}

fn days_of_year(year: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if is_leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn base64_is_read_as_it_is_written() {
        let read = |text: &str| base64(text).and_then(|bytes| String::from_utf8(bytes).ok());
        assert_eq!(read("TXVzdGVy").as_deref(), Some("Muster"));
        assert_eq!(read("TXVzdGU=").as_deref(), Some("Muste"));
        assert_eq!(read("TXVzdA==").as_deref(), Some("Must"));
        assert_eq!(base64("+/+/").as_deref(), Some([0xfb, 0xff, 0xbf].as_slice()));
        for text in ["", "TXV", "TXVzdA", "TX=zdA==", "TXVzd\n==", "T===", "-_-_"] {
            assert_eq!(base64(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_dates_and_times() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_795_559_028, "2026-11-24T22:23:48Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap(), text);
        }
    }
}
