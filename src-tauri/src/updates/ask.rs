//! Asks for the restart in a window of the system if the pages do not: a release whose pages are broken must not be the last.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons, MessageDialogKind};

use super::Updates;

/// How long a page that works takes at most to offer what is ready.
const PAGE: Duration = Duration::from_secs(15);

/// Waits whether a page offers the update that is ready; asks the person otherwise.
pub(super) async fn unless_a_page_does(app: AppHandle) {
    tokio::time::sleep(PAGE).await;
    let updates = app.state::<Updates>();
    let Some(news) = updates.state().ready().cloned() else { return };
    let offered = updates.offered.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if offered.as_ref() == Some(&news.version) || updates.asking.swap(true, Ordering::SeqCst) {
        return;
    }
    tracing::error!("no page offers the update that is ready; asking in a window of the system");
    let wants = app.clone();
    app.dialog()
        .message(format!("The pages of Muster do not answer. Muster {} is ready to be installed.", news.version))
        .title("Muster")
        .kind(MessageDialogKind::Warning)
        .buttons(MessageDialogButtons::OkCancelCustom("Restart now".to_owned(), "Later".to_owned()))
        .show(move |now| {
            wants.state::<Updates>().asking.store(false, Ordering::SeqCst);
            if now {
                tauri::async_runtime::spawn(restart(wants));
            }
        });
}

async fn restart(app: AppHandle) {
    if let Err(error) = app.state::<Updates>().restart(&app).await {
        tracing::error!("no restart: {}", error.message);
        app.dialog().message(error.message).title("Muster").show(|_| ());
    }
}
