//! A small file of a web server, for what is no client system: the list of newer versions.

use std::time::Duration;

use url::Url;

use super::{Http, HttpError, HttpLimits, Method, Request};
use crate::error::{Error, ErrorCode, Result, sentence, with_causes};

/// Until the headers have come, and between two pieces.
const PATIENCE: Duration = Duration::from_secs(15);

/// Reads a file of at most `most` bytes, unpacked; none if the server does not hand it out. Encrypted, unless it is on this
/// machine. Asks once.
///
/// # Errors
/// In words for a person; `retry` says whether it may pass.
pub async fn small_file(url: &Url, most: usize) -> Result<Option<Vec<u8>>> {
    let limits = HttpLimits { first_byte: PATIENCE, idle: PATIENCE, tries: 1, ..HttpLimits::default() };
    let read = async {
        let answer = Http::new(limits)?.send(&Request::new(Method::GET, url.clone())).await?;
        if answer.status.is_success() { answer.small(most).await.map(Some) } else { Ok(None) }
    };
    read.await.map_err(|error: HttpError| {
        let message = sentence(&with_causes(&error));
        Error { retry: error.may_pass(), ..Error::new(ErrorCode::CannotReach, message) }
    })
}
