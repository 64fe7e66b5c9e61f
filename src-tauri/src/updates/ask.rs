//! Asks for the restart in a window of the system if the pages do not: a release whose pages are broken must not be the last.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons, MessageDialogKind};

use super::Updates;

/// How long a page that works takes at most to ask what has changed.
const PAGE: Duration = Duration::from_secs(15);

/// Waits whether a page hears that an update is ready; asks the person otherwise.
pub(super) async fn unless_a_page_does(app: &AppHandle) {
    let updates = app.state::<Updates>();
    let heard = updates.heard.load(Ordering::SeqCst);
    // It was told a moment ago; once more, so that an answer on the way does not count as none.
    updates.change(app, |_| ());
    tokio::time::sleep(PAGE).await;
    if updates.heard.load(Ordering::SeqCst) != heard {
        return;
    }
    let Some(news) = updates.state().ready().cloned() else { return };
    tracing::error!("no page asks about the update that is ready; asking in a window of the system");
    let wants = app.clone();
    app.dialog()
        .message(format!("The pages of Muster do not answer. Muster {} is ready to be installed.", news.version))
        .title("Muster")
        .kind(MessageDialogKind::Warning)
        .buttons(MessageDialogButtons::OkCancelCustom("Restart now".to_owned(), "Later".to_owned()))
        .show(move |now| {
            if now && let Err(error) = wants.state::<Updates>().restart(&wants) {
                tracing::error!("no restart: {}", error.message);
                wants.dialog().message(error.message).title("Muster").show(|_| ());
            }
        });
}
