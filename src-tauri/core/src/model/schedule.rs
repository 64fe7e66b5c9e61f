//! When an integration is refreshed by itself.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan, ZonedDateTime};
use serde::{Deserialize, Serialize};

/// When an integration is refreshed by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Never.
    #[default]
    Off,
    /// Every 15 minutes.
    QuarterHourly,
    /// Every hour.
    Hourly,
    /// Every day at that time of the office's clock.
    Daily(TimeOfDay),
}

/// A time of the day, `06:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(#[specta(type = String)] Time);

/// Why a text is no time of the day, or no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    /// Not a time.
    #[error("a time of the day is written 06:30")]
    Time,
    /// Not a schedule.
    #[error("a schedule is off, quarter_hourly, hourly or daily 06:30")]
    Schedule,
}

impl FromStr for TimeOfDay {
    type Err = BadSchedule;
    fn from_str(text: &str) -> Result<Self, BadSchedule> {
        Time::strptime("%H:%M", text.trim()).map(Self).map_err(|_| BadSchedule::Time)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = BadSchedule;
    fn try_from(text: String) -> Result<Self, BadSchedule> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl FromStr for Schedule {
    type Err = BadSchedule;
    /// Reads the text of the database and of the command line.
    fn from_str(text: &str) -> Result<Self, BadSchedule> {
        match text.trim() {
            "off" => Ok(Self::Off),
            "quarter_hourly" => Ok(Self::QuarterHourly),
            "hourly" => Ok(Self::Hourly),
            text => text.strip_prefix("daily ").ok_or(BadSchedule::Schedule)?.parse().map(Self::Daily),
        }
    }
}

impl fmt::Display for Schedule {
    /// The text in the database and on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::QuarterHourly => f.write_str("quarter_hourly"),
            Self::Hourly => f.write_str("hourly"),
            Self::Daily(time) => write!(f, "daily {time}"),
        }
    }
}

impl Schedule {
    /// Whether it is time again at `now`, if an import was asked for last at `last`.
    pub fn is_due(self, last: Timestamp, now: &ZonedDateTime) -> bool {
        let since = now.timestamp().duration_since(last);
        if since.is_negative() && self != Self::Off {
            // The clock was wrong then; it must not stop the schedule until that time comes.
            return true;
        }
        match self {
            Self::Off => false,
            Self::QuarterHourly => since.as_mins() >= 15,
            Self::Hourly => since.as_hours() >= 1,
            Self::Daily(TimeOfDay(time)) => {
                let today = now.date().to_datetime(time).to_zoned_datetime(now.time_zone().clone());
                let Ok(today) = today else { return false };
                let latest = if today.timestamp() <= now.timestamp() { Ok(today) } else { today.checked_sub(1.day()) };
                latest.is_ok_and(|latest| last < latest.timestamp())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> ZonedDateTime {
        format!("{text}[America/Chicago]").parse().unwrap()
    }

    #[test]
    fn a_schedule_is_written_as_it_is_read() {
        for text in ["off", "quarter_hourly", "hourly", "daily 06:00", "daily 23:59"] {
            assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
        }
        for bad in ["", "daily", "daily 24:00", "daily 6", "weekly"] {
            assert!(bad.parse::<Schedule>().is_err(), "{bad}");
        }
        let json = serde_json::to_string(&"daily 06:05".parse::<Schedule>().unwrap()).unwrap();
        assert_eq!(json, r#"{"daily":"06:05"}"#);
        assert_eq!(serde_json::from_str::<Schedule>(&json).unwrap().to_string(), "daily 06:05");
        assert!(serde_json::from_str::<Schedule>(r#"{"daily":"late"}"#).is_err());
    }

    #[test]
    fn it_is_due_when_its_time_has_come_since_the_last_import() {
        let rows = [
            ("off", "2026-11-01T00:00", "2026-11-24T08:00", false),
            ("quarter_hourly", "2026-11-24T07:46", "2026-11-24T08:00", false),
            ("quarter_hourly", "2026-11-24T07:45", "2026-11-24T08:00", true),
            ("hourly", "2026-11-24T07:01", "2026-11-24T08:00", false),
            ("hourly", "2026-11-24T07:00", "2026-11-24T08:00", true),
            ("daily 06:00", "2026-11-24T05:59", "2026-11-24T06:00", true),
            ("daily 06:00", "2026-11-24T06:00", "2026-11-24T23:00", false),
            ("daily 06:00", "2026-11-23T07:00", "2026-11-24T05:00", false),
            // The computer was off for two days.
            ("daily 06:00", "2026-11-22T07:00", "2026-11-24T05:00", true),
            // A clock that was wrong stops nothing.
            ("hourly", "2027-11-24T09:00", "2026-11-24T08:00", true),
            ("daily 06:00", "2027-11-24T09:00", "2026-11-24T08:00", true),
            ("off", "2027-11-24T09:00", "2026-11-24T08:00", false),
        ];
        for (schedule, last, now, due) in rows {
            let schedule: Schedule = schedule.parse().unwrap();
            assert_eq!(schedule.is_due(at(last).timestamp(), &at(now)), due, "{schedule} {last} {now}");
        }
    }
}
