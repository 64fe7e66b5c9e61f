//! From which moment to ask, the next time (import rule 19).

use jiff::{SignedDuration, Timestamp};

/// Asked for once more, so that what changed while the server was working is not lost.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// A server whose clock is further off than this is not believed.
const BELIEVABLE: SignedDuration = SignedDuration::from_hours(24);

/// The moment to ask from after an import that began at `started` (our clock) at a server whose clock is `server_ahead`
/// of ours; and what there is to note about its clock. Never later than `now`.
pub(super) fn next(
    started: Timestamp,
    server_ahead: Option<SignedDuration>,
    now: Timestamp,
) -> (Timestamp, Option<String>) {
    let (correction, note) = match server_ahead {
        None => (
            SignedDuration::ZERO,
            Some("The client system did not say what time it has; our own clock was used.".to_owned()),
        ),
        Some(ahead) if ahead.abs() > BELIEVABLE => {
            let note = "The clock of the client system is more than a day off; our own clock was used.".to_owned();
            (SignedDuration::ZERO, Some(note))
        }
        Some(ahead) => (ahead, None),
    };
    let from = started.saturating_add(correction - OVERLAP).unwrap_or(started);
    (from.min(now), note)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn the_moment_to_ask_from_is_our_start_by_the_servers_clock_less_ten_minutes() {
        let (started, now) = (at(1_000_000), at(1_000_500));
        assert_eq!(next(started, Some(SignedDuration::ZERO), now), (at(999_400), None));
        assert_eq!(next(started, Some(SignedDuration::from_secs(-120)), now), (at(999_280), None));
        assert_eq!(next(started, Some(SignedDuration::from_secs(60)), now), (at(999_460), None));
    }

    #[test]
    fn without_a_believable_clock_our_own_counts_and_it_is_noted() {
        let (started, now) = (at(1_000_000), at(1_000_500));
        for ahead in [None, Some(SignedDuration::from_hours(25)), Some(SignedDuration::from_hours(-25))] {
            let (from, note) = next(started, ahead, now);
            assert_eq!(from, at(999_400));
            assert!(note.is_some());
        }
    }

    #[test]
    fn the_moment_is_never_later_than_now() {
        assert_eq!(next(at(1_000_000), Some(SignedDuration::from_hours(23)), at(1_000_500)).0, at(1_000_500));
    }
}
