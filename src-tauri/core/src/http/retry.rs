//! Which failures may pass by themselves, and how long to wait before the next try. Nothing here waits.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::HeaderValue;

use super::HttpLimits;

/// What comes before the next try.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Wait so long.
    After(Duration),
    /// The server asks for longer than anybody would wait.
    TooLong(Duration),
}

/// Whether the same request may succeed later.
pub(super) fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429) || status.is_server_error()
}

/// How long to wait after so many tries. What the server asks for wins; else anything between nothing and a bound
/// that doubles ("full jitter"), so that many offices do not come back at the same moment.
pub(super) fn next(limits: &HttpLimits, tries: u32, retry_after: Option<Duration>) -> Next {
    match retry_after {
        Some(wait) if wait > limits.retry_after => Next::TooLong(wait),
        Some(wait) if !wait.is_zero() => Next::After(wait),
        _ => {
            let doubled = limits.backoff.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1)));
            let most = u64::try_from(doubled.min(limits.backoff_cap).as_micros()).unwrap_or(u64::MAX);
            Next::After(Duration::from_micros(random() % most.saturating_add(1)))
        }
    }
}

/// What `Retry-After` says: seconds or a date. None if it says nothing that can be read.
pub(super) fn retry_after(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(SystemTime::now()).unwrap_or_default())
}

/// A number that nobody expects; good enough to spread load, not for secrets.
pub(crate) fn random() -> u64 {
    // Each RandomState has keys of its own, and its hash of anything is spread over all 64 bits.
    RandomState::new().hash_one(0_u8)
}
