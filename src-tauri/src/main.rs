//! Muster's desktop window. The shell opens it, keeps it on its own pages, and decides nothing: everything that Muster
//! knows is in `muster-core`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod window;

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| {
            window::open_main(app.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
