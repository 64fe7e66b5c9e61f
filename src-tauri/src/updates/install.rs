//! Puts the program that waits in the place of this one, and starts it. Never while an import runs, here or elsewhere: the lock
//! that says so is held until this program has ended.

use muster_core::{AtRest, Error, ErrorCode, Result, at_rest};
use tauri::{AppHandle, Manager};

use super::place::Place;
use super::state::{Problem, Stage};
use super::words::Failed;
use super::{Home, Updates, place};

/// At the start, before there is a window: installs what waits, once, if that needs nobody. Returns if this program goes on.
pub(crate) fn install_at_start(app: &AppHandle) {
    let updates = app.state::<Updates>();
    let Some(home) = &updates.home else { return };
    let Some(waiting) = home.kept.waiting() else { return };
    let version = &waiting.news.version;
    if home.kept.settings().tried.as_ref() == Some(version) {
        if is_newer(app, version) {
            let words = format!("Muster {version} was to be installed, but did not start. This is the former version.");
            set(app, &updates, Stage::Ready { news: waiting.news }, Some(words));
        }
        return;
    }
    if !is_newer(app, version) || place::of_this_program() != Place::Own {
        return;
    }
    let Ok(Some(rest)) = at_rest(&home.folder) else { return };
    match tauri::async_runtime::block_on(put_in_place(app, home, rest)) {
        Ok(()) => tauri::process::restart(&app.env()),
        Err(failed) => {
            let words = format!("Muster {version} could not be installed. {}", failed.words);
            tracing::error!("the update at the start failed: {}", failed.detail);
            set(app, &updates, Stage::Ready { news: waiting.news }, Some(words));
        }
    }
}

impl Updates {
    /// Installs what waits, now, and starts anew. Says at once if that cannot be.
    pub(crate) fn restart(&self, app: &AppHandle) -> Result<()> {
        let home = self.home()?.clone();
        let nothing = || Error::new(ErrorCode::NotFound, "There is no update to install.");
        let news = self.state().ready().cloned().ok_or_else(nothing)?;
        let rest = at_rest(&home.folder).map_err(|error| Error::new(ErrorCode::Io, super::words::not_kept(&error)))?;
        let busy = "An import is running, waiting or shown as a preview. Muster can be updated when it has ended.";
        let rest = rest.ok_or_else(|| Error::new(ErrorCode::Conflict, busy))?;
        set(app, self, Stage::Installing { news: news.clone() }, None);
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match put_in_place(&app, &home, rest).await {
                Ok(()) => app.request_restart(),
                Err(failed) => {
                    tracing::error!("the update failed: {}", failed.detail);
                    let words = format!("Muster {} could not be installed. {}", news.version, failed.words);
                    set(&app, &app.state::<Updates>(), Stage::Ready { news }, Some(words));
                }
            }
        });
        Ok(())
    }
}

/// Replaces this program. On Windows it does not come back from there: the installer ends it.
async fn put_in_place(app: &AppHandle, home: &Home, rest: AtRest) -> std::result::Result<(), Failed> {
    let waiting = home.kept.waiting().ok_or_else(|| Failed::new("The update is not there any more."))?;
    let version = waiting.news.version.clone();
    let updater = home.updater(app, home.kept.settings().channel)?;
    let update =
        updater.restore_update(waiting.release)?.ok_or_else(|| Failed::new("It is not newer than this one."))?;
    let kept = home.kept.clone();
    let installed = tauri::async_runtime::spawn_blocking(move || {
        let program = kept.read()?;
        // Before, as on Windows there is no after.
        kept.tried(&version)?;
        update.install(program).map_err(Failed::from)?;
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

fn is_newer(app: &AppHandle, version: &str) -> bool {
    version.parse().is_ok_and(|version: semver::Version| version > app.package_info().version)
}

fn set(app: &AppHandle, updates: &Updates, stage: Stage, problem: Option<String>) {
    updates.change(app, |state| {
        state.stage = stage;
        state.problem = problem.map(|words| Problem { words, passing: false });
    });
}
