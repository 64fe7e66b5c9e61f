//! Hands the configuration and the capabilities to Tauri. Every command of the shell is listed here by name: one that is
//! not listed cannot be called from the pages, whatever the capabilities say.

use std::error::Error;

use tauri_build::{AppManifest, Attributes};

/// The commands that the pages may call.
const COMMANDS: &[&str] = &[];

fn main() -> Result<(), Box<dyn Error>> {
    let attributes = Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}
