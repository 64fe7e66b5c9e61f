//! The moment to ask from, as an API wants to read it.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::description::SinceFormat;

/// None if the format cannot be written; `check` refuses such a one.
pub(super) fn written(moment: Timestamp, format: &SinceFormat) -> Option<Value> {
    let text = match format {
        SinceFormat::Unix => return Some(moment.as_second().into()),
        SinceFormat::UnixMs => return Some(moment.as_millisecond().into()),
        // To the second: fractions are not read everywhere. Rounded down, as too early does no harm.
        SinceFormat::Rfc3339 => Timestamp::from_second(moment.as_second()).ok()?.to_string(),
        SinceFormat::Date => {
            let before = moment.saturating_sub(SignedDuration::from_hours(24)).ok()?;
            before.to_zoned_datetime(TimeZone::UTC).date().to_string()
        }
        SinceFormat::Strftime(format) => {
            jiff::fmt::strtime::format(format, &moment.to_zoned_datetime(TimeZone::UTC)).ok()?
        }
    };
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_the_api_wants_it() {
        let moment: Timestamp = "2026-11-24T17:05:09.9Z".parse().unwrap();
        let as_text = |format| written(moment, &format).map(|value| value.to_string());
        assert_eq!(as_text(SinceFormat::Unix).unwrap(), "1795539909");
        assert_eq!(as_text(SinceFormat::UnixMs).unwrap(), "1795539909900");
        assert_eq!(as_text(SinceFormat::Rfc3339).unwrap(), "\"2026-11-24T17:05:09Z\"");
        assert_eq!(as_text(SinceFormat::Date).unwrap(), "\"2026-11-23\"");
        assert_eq!(as_text(SinceFormat::Strftime("%m/%d/%Y %H:%M".into())).unwrap(), "\"11/24/2026 17:05\"");
        assert_eq!(as_text(SinceFormat::Strftime("%".into())), None);
    }
}
