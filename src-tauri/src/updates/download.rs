//! Brings a newer program here, with its progress. What is brought is verified before anybody has it in hand.

use std::time::{Duration, Instant};

use tauri::AppHandle;
use tauri_plugin_updater::Update;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::kept::MOST;
use super::state::{News, Stage};
use super::words::{Failed, NOT_ENCRYPTED};
use super::{Home, Updates};

/// The longest that it may take. A server that sends a byte a minute would keep every later look waiting.
const LONGEST: Duration = Duration::from_hours(2);
/// The progress is told no more often than that.
const PACE: Duration = Duration::from_millis(250);

/// The bytes of the program, signed with the key that this one knows, as the version that was announced.
pub(super) async fn fetch(
    app: &AppHandle,
    updates: &Updates,
    home: &Home,
    update: &Update,
    news: &News,
) -> Result<Vec<u8>, Failed> {
    let address = &update.download_url;
    if address.scheme() != "https" && !home.config.dangerous_insecure_transport_protocol {
        return Err(Failed::new(NOT_ENCRYPTED));
    }
    tracing::info!(version = update.version, "downloading an update");
    let show = |received, total| {
        updates.change(app, |state| {
            state.stage = Stage::Downloading { news: news.clone(), received, total };
            // Of an earlier look, unless it says why this version is fetched again.
            if !state.refused(news) {
                state.problem = None;
            }
        });
    };
    show(0, None);
    let too_large = CancellationToken::new();
    let mut received = 0;
    let mut told = Instant::now();
    let more = |bytes: usize, total: Option<u64>| {
        received += bytes as u64;
        if received > MOST || total.is_some_and(|total| total > MOST) {
            too_large.cancel();
        } else if told.elapsed() >= PACE {
            told = Instant::now();
            show(received, total);
        }
    };
    let fetched = tokio::select! {
        biased;
        () = too_large.cancelled() => None,
        bytes = timeout(LONGEST, update.download(more, || ())) => Some(bytes),
    };
    match fetched {
        Some(Err(_)) => Err(Failed::passing("The new version came too slowly.")),
        // It may have ended while it was cancelled.
        Some(Ok(bytes)) if !too_large.is_cancelled() => Ok(bytes?),
        _ => Err(Failed::new("What was offered as an update is larger than any Muster.")),
    }
}
