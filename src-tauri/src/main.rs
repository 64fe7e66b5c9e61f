//! Muster's desktop window. The shell opens it, keeps it on its own pages, passes on what they ask for, and decides
//! nothing: everything that Muster knows is in `muster-core`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod desktop;
mod events;
#[cfg(target_os = "linux")]
mod graphics;
mod setup;
mod updates;
mod views;
mod window;

use std::time::Duration;

use tauri::{AppHandle, Manager, RunEvent};

use desktop::Desktop;
use updates::Updates;

/// How long closing the database may hold up the end of the program.
const CLOSING: Duration = Duration::from_secs(3);

fn main() -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    if !graphics::has_display() {
        setup::say("Muster opens a window, and there is no display here. On a server use `muster`.");
        std::process::exit(1);
    }
    let seam = commands::seam();
    let mut builder = tauri::Builder::default();
    if setup::is_own_folder() {
        // A second start shows the window that is there.
        builder = builder
            .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show_main(app)))
            .plugin(tauri_plugin_window_state::Builder::default().build());
    }
    let context = tauri::generate_context!();
    if updates::is_configured(&context) {
        builder = builder.plugin(tauri_plugin_updater::Builder::new().build());
    }
    let app = builder
        .plugin(tauri_plugin_dialog::init())
        .manage(Desktop::new())
        .invoke_handler(seam.invoke_handler())
        .setup(move |app| {
            seam.mount_events(app);
            if let Ok(folder) = setup::folder() {
                muster_core::log::start(&folder, "muster_desktop");
            }
            app.manage(Updates::new(app.handle()));
            if updates::waits(app.handle()) {
                // Not from here: it may have to show a window of the system, and that needs this thread.
                tauri::async_runtime::spawn(begin_after_update(app.handle().clone()));
            } else {
                begin(app.handle())?;
            }
            Ok(())
        })
        .build(context)?;
    app.run(|app, event| {
        if matches!(event, RunEvent::Exit) {
            tauri::async_runtime::block_on(close(app));
        }
    });
    Ok(())
}

/// Opens the window, and begins what goes on beside it.
fn begin(app: &AppHandle) -> tauri::Result<()> {
    window::open_main(app)?;
    tauri::async_runtime::spawn(updates::keep(app.clone()));
    tauri::async_runtime::spawn(work(app.clone()));
    Ok(())
}

/// The same, unless this program is replaced before.
async fn begin_after_update(app: AppHandle) {
    if updates::install_at_start(&app).await {
        return;
    }
    let beginning = app.clone();
    let begun = app.run_on_main_thread(move || {
        if let Err(error) = begin(&beginning) {
            tracing::error!("the window could not be opened: {error}");
            beginning.exit(1);
        }
    });
    if let Err(error) = begun {
        tracing::error!("the window could not be opened: {error}");
        app.exit(1);
    }
}

/// What goes on beside the window, as soon as the data directory is open: the schedule, and telling the pages what changes.
pub(crate) async fn work(app: AppHandle) {
    let Ok(muster) = app.state::<Desktop>().muster().await else { return };
    if !app.state::<Desktop>().begins_work() {
        return;
    }
    tauri::async_runtime::spawn(events::tell(app, muster.clone()));
    muster.keep_schedule().await;
}

/// Nothing is lost if this is cut off, so it may not take long.
async fn close(app: &AppHandle) {
    let Some(muster) = app.state::<Desktop>().open_muster().await else { return };
    match tokio::time::timeout(CLOSING, muster.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!("the database was not closed: {}", error.message),
        Err(_) => tracing::warn!("the database was not closed in time"),
    }
}
