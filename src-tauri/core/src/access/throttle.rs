//! Repeated wrong passwords are slowed down. The first few for a name are free, then a pause comes that doubles each time.
//!
//! An attempt counts before its password is looked at, in the database: so guesses that come at the same time, from this
//! process or from others, do not slip by, and a new start forgets nothing. Names that nobody has are counted alike.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;

use crate::Inner;
use crate::error::{Error, ErrorCode, Result};
use crate::store::sign_in_failures::{self, Failures};
use crate::store::{self, StoreError};

/// How many wrong passwords cost no pause.
const FREE: u32 = 3;
/// The longest pause.
const LONGEST: Duration = Duration::from_mins(5);
/// For how long a wrong password is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// For how many names.
const MOST_NAMES: u32 = 1_000;

/// How long the next attempt has to wait after so many wrong ones.
fn pause(failures: u32) -> Duration {
    let Some(more) = failures.checked_sub(FREE) else { return Duration::ZERO };
    1_u64.checked_shl(more).map_or(LONGEST, Duration::from_secs).min(LONGEST)
}

/// What an attempt may do now.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It is made, and counts as failed until it has succeeded.
    Go(Failures),
    /// It is refused for so long. What is known stays, but never lies in the future: a clock that was wrong would lock
    /// somebody out for as long as it was wrong by.
    Wait(Duration, Failures),
}

fn judge(known: Option<Failures>, now: Timestamp) -> Verdict {
    let known = known.unwrap_or(Failures { count: 0, last_at: now });
    let last_at = known.last_at.min(now);
    let passed = Duration::try_from(now.duration_since(last_at)).unwrap_or_default();
    match pause(known.count).checked_sub(passed) {
        Some(left) if !left.is_zero() => Verdict::Wait(left, Failures { last_at, ..known }),
        _ => Verdict::Go(Failures { count: known.count.saturating_add(1), last_at: now }),
    }
}

impl Inner {
    /// Counts an attempt to sign in, or refuses it.
    pub(super) async fn count_attempt(&self, username: &str) -> Result<()> {
        let now = Timestamp::now();
        let tx = self.store.write().await?;
        let verdict = judge(sign_in_failures::get(&tx, username).await?, now);
        let (known, answer) = match verdict {
            Verdict::Go(known) => (known, Ok(())),
            Verdict::Wait(left, known) => (known, Err(too_often(left))),
        };
        sign_in_failures::put(&tx, username, known).await?;
        if let Ok(before) = now.checked_sub(REMEMBERED) {
            sign_in_failures::forget(&tx, before, MOST_NAMES).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        answer
    }
}

/// The password was right: nothing is counted any more.
pub(super) async fn forgive(db: &impl ConnectionTrait, username: &str) -> store::Result<()> {
    sign_in_failures::clear(db, username).await
}

fn too_often(left: Duration) -> Error {
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    let how_long = match seconds {
        1 => "a second".to_owned(),
        2..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    };
    let message = format!("Too many wrong passwords. Try again in {how_long}.");
    Error { retry: true, ..Error::new(ErrorCode::NotAllowed, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn failed(count: u32, seconds: i64) -> Failures {
        Failures { count, last_at: at(seconds) }
    }

    #[test]
    fn three_are_free_then_the_pause_doubles_up_to_five_minutes() {
        let pauses: Vec<u64> = (0..14).map(|failures| pause(failures).as_secs()).collect();
        assert_eq!(pauses, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(pause(u32::MAX), LONGEST);
    }

    #[test]
    fn an_attempt_in_the_pause_is_refused_and_does_not_lengthen_it() {
        assert_eq!(judge(None, at(0)), Verdict::Go(failed(1, 0)));
        assert_eq!(judge(Some(failed(2, 0)), at(0)), Verdict::Go(failed(3, 0)));
        assert_eq!(judge(Some(failed(6, 0)), at(3)), Verdict::Wait(Duration::from_secs(5), failed(6, 0)));
        assert_eq!(judge(Some(failed(6, 0)), at(8)), Verdict::Go(failed(7, 8)));
    }

    #[test]
    fn a_clock_that_was_wrong_locks_nobody_out() {
        let later = Failures { count: 20, last_at: at(1_000_000) };
        let Verdict::Wait(left, known) = judge(Some(later), at(0)) else { panic!("it still waits") };
        assert_eq!((left, known), (LONGEST, failed(20, 0)));
        assert_eq!(judge(Some(known), at(300)), Verdict::Go(failed(21, 300)));
    }

    #[test]
    fn the_words_say_how_long() {
        let words = |millis| too_often(Duration::from_millis(millis));
        assert_eq!(words(300).message, "Too many wrong passwords. Try again in a second.");
        assert_eq!(words(3_001).message, "Too many wrong passwords. Try again in 4 seconds.");
        assert_eq!(words(300_000).message, "Too many wrong passwords. Try again in 5 minutes.");
        assert!(words(1).retry);
    }
}
