//! Puts the program that waits in the place of this one, and starts it. Never while an import runs, here or elsewhere: the lock
//! that says so is held until this program has ended.

use std::sync::Arc;
use std::time::Duration;

use muster_core::{AtRest, Error, ErrorCode, Result, at_rest};
use tauri::{AppHandle, Manager};
use tokio::time::timeout;

use super::kept::Waiting;
use super::place::Place;
use super::state::{Problem, Stage};
use super::words::{self, Failed};
use super::{Home, Updates, package, place, replace};

/// How long a start waits to hear whether what is kept is still offered.
const LIST_AT_START: Duration = Duration::from_secs(3);
/// How long a restart waits for a look that is under way.
const LOOK: Duration = Duration::from_secs(10);

/// Whether something waits that a start may put in place without asking anybody.
pub(crate) fn waits(app: &AppHandle) -> bool {
    let updates = app.state::<Updates>();
    let Some(home) = &updates.home else { return false };
    let Some(news) = updates.state().ready().cloned() else { return false };
    if place::of_this_program() != Place::Own {
        return false;
    }
    if home.kept.settings().tried.as_ref() != Some(&news.version) {
        return true;
    }
    let words = format!(
        "Muster {} was to be installed at an earlier start, and is not. Restart now tries it again.",
        news.version
    );
    tell(app, &updates, news.version, words);
    false
}

/// Before there is a window: installs what waits, once, if its channel still offers it or cannot be asked. Whether it is in
/// the place of this program, which ends then.
pub(crate) async fn install_at_start(app: &AppHandle) -> bool {
    let updates = app.state::<Updates>();
    let Some(home) = &updates.home else { return false };
    let Some(waiting) = home.kept.waiting() else { return false };
    let version = waiting.news.version.clone();
    if is_taken_back(app, &updates, home).await {
        tracing::info!(version, "what was kept is not offered any more");
        return false;
    }
    let rest = match at_rest(&home.folder) {
        Ok(Some(rest)) => rest,
        Ok(None) => {
            tracing::info!(version, "an import runs: not installed at this start");
            return false;
        }
        Err(error) => {
            tracing::error!("not installed at this start: {error}");
            return false;
        }
    };
    let installed = match home.kept.tried(&version) {
        Ok(()) => put_in_place(app, home, waiting, rest).await,
        Err(error) => Err(error.into()),
    };
    match &installed {
        Ok(()) => app.request_restart(),
        Err(failed) => failed_to_install(app, &updates, version, failed),
    }
    installed.is_ok()
}

/// Whether the channel answers and names another version, or none. Then nothing is kept any more.
async fn is_taken_back(app: &AppHandle, updates: &Updates, home: &Home) -> bool {
    let taken_back = match timeout(LIST_AT_START, home.offer(app, updates.state().channel)).await {
        Ok(Ok(Some(update))) => !home.kept.holds(&update),
        Ok(Ok(None)) => true,
        // Whatever it is, the look that follows says so.
        Ok(Err(_)) | Err(_) => false,
    };
    if taken_back && home.kept.forget().is_ok() {
        updates.change(app, |state| state.stage = Stage::Unknown);
    }
    taken_back
}

impl Updates {
    /// Installs what waits, now, and starts anew. Says at once if that cannot be.
    pub(crate) async fn restart(&self, app: &AppHandle) -> Result<()> {
        let home = self.home()?.clone();
        let looking = || Error::new(ErrorCode::Conflict, "Muster is looking for updates. Try again in a moment.");
        let alone = timeout(LOOK, Arc::clone(&self.at_work).lock_owned()).await.map_err(|_| looking())?;
        let nothing = || Error::new(ErrorCode::NotFound, "There is no update to install.");
        let news = self.state().ready().cloned().ok_or_else(nothing)?;
        let waiting = home.kept.waiting().ok_or_else(nothing)?;
        let rest = at_rest(&home.folder).map_err(|error| Error::new(ErrorCode::Io, words::not_kept(&error)))?;
        let busy = "An import is running, waiting or shown as a preview. Muster can be updated when it has ended.";
        let rest = rest.ok_or_else(|| Error::new(ErrorCode::Conflict, busy))?;
        self.change(app, |state| {
            state.stage = Stage::Installing { news: news.clone() };
            state.problem = None;
        });
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            let _alone = alone;
            match put_in_place(&app, &home, waiting, rest).await {
                Ok(()) => app.request_restart(),
                Err(failed) => {
                    let updates = app.state::<Updates>();
                    updates.change(&app, |state| state.stage = Stage::Ready { news: news.clone() });
                    failed_to_install(&app, &updates, news.version, &failed);
                }
            }
        });
        Ok(())
    }
}

/// Replaces this program. On Windows it does not come back from there: the installer ends it, and an open database is one
/// that was cut off, which loses nothing.
async fn put_in_place(app: &AppHandle, home: &Home, waiting: Waiting, rest: AtRest) -> std::result::Result<(), Failed> {
    let update = home.updater(app)?.restore_update(waiting.release)?;
    let update = update.ok_or_else(|| Failed::new("It is not newer than this one."))?;
    let kept = home.kept.clone();
    let installed = tauri::async_runtime::spawn_blocking(move || {
        // A file that is not what it was when it was verified is fetched again.
        let program = kept.read().map_err(Failed::from);
        let whole = program.and_then(|program| update.verify(&program).map(|()| program).map_err(Failed::from));
        let program = match whole {
            Ok(program) => program,
            Err(failed) => {
                kept.forget()?;
                let words =
                    "What was fetched of it is damaged. It is fetched again; then restart once more.".to_owned();
                return Err(Failed { words, ..failed });
            }
        };
        package::check(&program)?;
        if !replace::replace(&program)? {
            update.install(program).map_err(Failed::from)?;
        }
        // Nothing else may begin until this program has ended.
        std::mem::forget(rest);
        Ok(())
    });
    let installed = installed.await.unwrap_or_else(|error| Err(Failed::new(error.to_string())));
    if installed.is_ok() {
        tracing::info!("the update is installed; starting anew");
        // It is where it belongs. What cannot be removed is forgotten by the next look.
        let _ = home.kept.forget();
    }
    installed
}

fn failed_to_install(app: &AppHandle, updates: &Updates, version: String, failed: &Failed) {
    tracing::error!(version, "the update failed: {}", failed.detail);
    let words = format!("Muster {version} could not be installed. {}", failed.words);
    tell(app, updates, version, words);
    // What is broken is fetched again.
    if updates.home.as_ref().is_some_and(|home| home.kept.waiting().is_none()) {
        updates.change(app, |state| state.stage = Stage::Unknown);
        updates.look_now();
    }
}

fn tell(app: &AppHandle, updates: &Updates, version: String, words: String) {
    updates.change(app, |state| state.problem = Some(Problem { words, passing: false, version: Some(version) }));
}
